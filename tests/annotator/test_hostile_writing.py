"""What the commands that write say of a corpus in which every text is an attack: nothing that a terminal acts on."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.display import safe
from annotator.exit_codes import ExitCode
from schemas import digest
from tests.annotator import hostile
from tests.annotator.hostile import ALL, ESCAPES, GROUPS, MARKUP, PAYLOADS, leaks

LATER = "stranger_later"
WITHOUT_ZERO = [text.replace("\x00", "") for text in GROUPS]
"""A raw file has no zero byte: it would be refused."""
NAMES = [" ".join(PAYLOADS[first : first + 8]).replace("/", "|").replace("\x00", "") for first in range(0, 33, 8)]
"""All payloads in names that a folder may have."""


@pytest.fixture(scope="module")
def hostile_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with two hostile corpora that nobody changes: one as it is, and one that can be published."""
    folder = tmp_path_factory.mktemp("hostile")
    source = hostile.schema_module(folder / "path").read_text(encoding="utf-8")
    later = source.replace("import Annotation,", "import Annotation, Migration,").replace('"1.0.0"', '"2.0.0"')
    (folder / "path" / f"{LATER}.py").write_text(
        later.replace("    rules:", "    migrations = (Migration('1.0.0', '2.0.0', moved),)\n    rules:").replace(
            "class Thing", f"def moved(lines):\n    if len(lines) > 1:\n        raise ValueError({ALL!r})\n"
            "    return lines\n\n\nclass Thing"
        ),
        encoding="utf-8",
    )  # fmt: skip
    sys.path.insert(0, str(folder / "path"))
    module = importlib.import_module(hostile.MODULE)
    hostile.write_corpus(folder / "corpus", module)
    hostile.make_publishable(hostile.write_corpus(folder / "public", module, WITHOUT_ZERO))
    yield folder
    sys.path.remove(str(folder / "path"))
    for name in (hostile.MODULE, LATER):
        sys.modules.pop(name, None)


@pytest.fixture
def here(hostile_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of both, which is the current folder."""
    for name in ("corpus", "public"):
        shutil.copytree(hostile_once / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    return tmp_path


class Hostile:
    """Runs commands, looks at all that they say, and counts."""

    def __init__(self, note: Callable[[str, object], None], what: str) -> None:
        self._note = note
        self._what = what
        self._looks = 0

    def __call__(self, *arguments: str | Path) -> Result:
        # Click removes escapes of some kinds where the output is no terminal; here it must not.
        ran = CliRunner().invoke(main, list(map(str, arguments)), color=True)
        assert leaks(ran.output) == [], arguments
        assert ran.exit_code != ExitCode.INTERNAL, ran.output
        self._looks += 1
        return ran

    def tell(self) -> None:
        """Notes how many outputs were looked at."""
        attacks = f"{len(ESCAPES)} escapes and {len(MARKUP)} markups"
        self._note("campaign", f"hostile {self._what}: {attacks}, {self._looks} outputs looked at, nothing got through")


@pytest.fixture
def run(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Hostile:
    """Runs commands; a test tells at its end how many outputs it has looked at."""
    return Hostile(record_property, request.node.name.removeprefix("test_hostile_").replace("_", " "))


def test_hostile_writing_exports_and_hydrates(here: Path, run: Hostile) -> None:
    raw = here / "raw"
    raw.mkdir()
    for number, text in enumerate(WITHOUT_ZERO):
        (raw / f"{number}.txt").write_bytes(hostile.text_with(text).encode())

    ran = run("export", "public", "standoff", "--standoff")
    assert ran.exit_code == ExitCode.OK, ran.output
    assert "Load it" in ran.stderr
    ran = run("hydrate", "standoff", "raw", "whole")
    assert ran.exit_code == ExitCode.OK, ran.output
    assert "documents  3" in ran.stdout

    (raw / "2.txt").unlink()
    assert run("hydrate", "standoff", "raw", "again").exit_code == ExitCode.REFUSED
    # What is not as it must be is refused with the words that are at fault.
    assert run("export", "corpus", "refused").exit_code == ExitCode.REFUSED
    assert run("export", "corpus", "refused", "--draft").exit_code == ExitCode.STORE
    for name in NAMES:
        assert run("export", "public", "out", "--only", name).exit_code == ExitCode.USAGE
        assert run("hydrate", name, "raw", "out").exit_code == ExitCode.USAGE
    run.tell()


def test_hostile_writing_reports(here: Path, run: Hostile) -> None:
    ran = run("report", "corpus", NAMES[0])

    assert ran.exit_code == ExitCode.OK, ran.output
    assert safe(NAMES[0]) in ran.stdout
    (here / NAMES[0] / "index.html").write_text("mine")
    assert run("report", "corpus", NAMES[0]).exit_code == ExitCode.USAGE
    run.tell()


def test_hostile_writing_repairs(here: Path, run: Hostile) -> None:
    corpus = here / "corpus"
    layer = corpus / "layers" / "anna"
    first, second = (layer / f"p0{number}.jsonl" for number in range(2))
    first.write_bytes(first.read_bytes().replace(b'{"id":"t1"', b'{ "id":"t1"'))
    header, line, *rest = second.read_text(encoding="utf-8").split("\n")
    other = line.replace('"t1"', '"t1--other-0a1b2c"').replace('"words":[', f'"words":[{json.dumps(ALL)},')
    second.write_text("\n".join((header, line, other, *rest)), encoding="utf-8")
    # The text has moved under its annotations, and two sides of a merge are left in the entities.
    documents = (corpus / "documents.jsonl").read_text(encoding="utf-8").split("\n")
    moved = json.loads(documents[2])
    text = f"{ALL}\n{moved['text']}"
    moved |= {"text": text, "sha256": digest(text.encode())}
    documents[2] = json.dumps(moved, ensure_ascii=False)
    (corpus / "documents.jsonl").write_text("\n".join(documents), encoding="utf-8")
    entities = (corpus / "entities.jsonl").read_text(encoding="utf-8").split("\n")
    sides = entities[0], entities[0].replace('"note":', '"note":"mine ","x":')
    marks = f"<<<<<<< {ALL}\n{sides[0]}\n=======\n{sides[1]}\n>>>>>>> {ALL}\n"
    (corpus / "entities.jsonl").write_text(marks + "\n".join(entities[1:]), encoding="utf-8")

    assert run("doctor", "corpus").exit_code == ExitCode.FINDINGS
    told = run("doctor", "corpus", "--format", "json")
    found = [json.loads(line) for line in told.stdout.splitlines()]
    repairs = [repair["name"] for trouble in found for repair in trouble["repairs"]]
    assert {"W-CANONICAL", "E-CONFLICT"} <= {trouble["code"] for trouble in found}
    assert len(repairs) >= 3
    for name in (*repairs, *(f"E-CONFLICT:{each}" for each in NAMES)):
        shutil.rmtree(here / "again", ignore_errors=True)
        shutil.copytree(corpus, here / "again")
        run("doctor", "again", "--fix", name)
    assert run("doctor", "corpus", "--fix").exit_code == ExitCode.FINDINGS
    assert run("doctor", "corpus", "--fix", "--format", "json").exit_code == ExitCode.FINDINGS
    # Nothing is known of a file that has a name which none may have.
    for name in NAMES:
        stray = layer / f"{name}.jsonl"
        stray.write_bytes(second.read_bytes())
        assert run("doctor", "corpus").exit_code == ExitCode.REFUSED
        stray.unlink()
    run.tell()


def test_hostile_writing_migrates(here: Path, run: Hostile) -> None:
    refused = run("migrate", "corpus", "--schema", f"{LATER}:HostileSchema")
    assert refused.exit_code == ExitCode.FINDINGS
    assert "Nothing was written" in refused.stderr
    assert safe(PAYLOADS[0]) in refused.stderr

    for path in (here / "corpus").glob("layers/*/*.jsonl"):
        header, line, _ = path.read_text(encoding="utf-8").split("\n", 2)
        path.write_text(f"{header}\n{line}\n", encoding="utf-8")
    shown = run("migrate", "corpus", "--schema", f"{LATER}:HostileSchema")
    assert shown.exit_code == ExitCode.FINDINGS
    assert len(shown.stdout.splitlines()) == 6
    assert "Do it with --write" in shown.stderr
    assert run("migrate", "corpus", "--schema", f"{LATER}:HostileSchema", "--write").exit_code == ExitCode.OK
    run.tell()


def test_hostile_writing_trusts(here: Path, hostile_once: Path, run: Hostile) -> None:
    module = (hostile_once / "path" / f"{hostile.MODULE}.py").read_bytes()
    manifest = (here / "corpus" / "corpus.toml").read_text(encoding="utf-8")
    for name in NAMES:
        folder = here / name
        folder.mkdir()
        (folder / "outsider.py").write_bytes(module)
        for schema in ("outsider:HostileSchema", f"outsider:{ALL}", f"{ALL}:HostileSchema"):
            named = manifest.replace(f'"{hostile.MODULE}:HostileSchema"', hostile.toml(schema))
            (folder / "corpus.toml").write_text(named, encoding="utf-8")
            for arguments in (("validate", folder), ("trust", folder), ("trust", folder, "--yes"), ("stats", folder)):
                run(*arguments)
        (folder / "corpus.toml").write_text(
            manifest.replace(f"{hostile.MODULE}:", "outsider:"), encoding="utf-8"
        )  # fmt: skip
        assert "Trusted." in run("trust", folder, "--yes").stderr
        assert run("trust", "--list").exit_code == ExitCode.OK
        assert run("validate", folder).exit_code in {ExitCode.OK, ExitCode.FINDINGS}
    assert len(run("trust", "--list").stdout.splitlines()) == len(NAMES)
    for name in NAMES:
        assert "is trusted no longer" in run("trust", here / name, "--forget").stderr
    run.tell()


def test_hostile_writing_merges(here: Path, run: Hostile) -> None:
    corpus = here / "corpus"
    base, mine, theirs = (here / name for name in ("base", "mine", "theirs"))
    for file in ("layers/anna/p01.jsonl", "entities.jsonl", "claims.jsonl", "documents.jsonl"):
        content = (corpus / file).read_text(encoding="utf-8")
        shown = json.dumps(PAYLOADS[0], ensure_ascii=False)[1:-1]
        for place in (file, f"layers/{NAMES[0]}/{NAMES[1]}.jsonl"):
            for ours, others in (
                (content.replace("j", f"j {shown}", 20), content.replace("j", "j theirs", 20)),
                (content.replace('"id":"', f'"id":"{shown}'), content.replace('"id":"', f'"id":"{shown}x')),
                (content.replace('"id":"', '"id":"t'), f"{content}{ALL}\n"),
                (f"{ALL}\n{content}", f"{ALL} theirs\n{content}"),
                (f"{content}<<<<<<< {ALL}\n", content.replace("\n", f" {ALL}\n", 2)),
            ):
                base.write_text(content, encoding="utf-8")
                mine.write_text(ours, encoding="utf-8")
                theirs.write_text(others, encoding="utf-8")
                assert run("merge-driver", base, mine, theirs, place).exit_code in {ExitCode.OK, ExitCode.FINDINGS}
    base.write_text((corpus / "layers/anna/p01.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    assert "No such file" in run("merge-driver", base, base, "gone", NAMES[0]).stderr
    run.tell()
