"""What the commands write of a corpus in which every text is an attack: nothing that a terminal would act on."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import COMMANDS, main
from tests.annotator import hostile
from tests.annotator.hostile import ALL, ESCAPES, LONE_SURROGATE, MARKUP, PAYLOADS, leaks


@pytest.fixture(scope="module")
def hostile_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The hostile corpus, which nobody changes; its schema can be imported."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile.schema_module(folder / "path")
    sys.path.insert(0, str(folder / "path"))
    yield hostile.write_corpus(folder / "corpus", importlib.import_module(hostile.MODULE))
    sys.path.remove(str(folder / "path"))
    del sys.modules[hostile.MODULE]


@pytest.fixture
def corpus(hostile_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, with the current folder around it."""
    folder = Path(shutil.copytree(hostile_once, tmp_path / "corpus"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


def run(*arguments: str) -> Result:
    # Click removes escapes of some kinds where the output is no terminal; here it must not.
    return CliRunner().invoke(main, list(arguments), color=True)


CALLS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("validate", "corpus")),
    (1, ("validate", "corpus", "--notes")),
    (1, ("validate", "corpus", "--format", "json")),
    (1, ("validate", "corpus", "--format", "github")),
    (1, ("validate", "corpus", "--format", "sarif")),
    (1, ("validate", "corpus", "--format", "junit")),
    (0, ("stats", "corpus")),
    (0, ("stats", "corpus", "--format", "json")),
    (0, ("agreement", "corpus", "anna", "ben", "--differences", "--by-document")),
    (0, ("agreement", "corpus", "anna", "ben", "--differences", "--format", "json")),
    (0, ("agreement", "corpus", "anna", "ben", "--differences", "--format", "csv")),
    (0, ("agreement", "corpus", "anna", "ben", "--differences", "--format", "markdown")),
    (0, ("zones", "corpus", "p01")),
    (0, ("zones", "corpus", "p01", "--split", "1@4", "--set", "1=inserted", "--force")),
    (0, ("explain",)),
    (0, ("keys",)),
    (5, ("open", "corpus", "--as", "anna", "--beside", "ben")),
)


@pytest.mark.parametrize(("code", "arguments"), CALLS, ids=[" ".join(arguments) for _, arguments in CALLS])
def test_hostile_commands_show_stand_ins(corpus: Path, code: int, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)

    assert (ran.exit_code, leaks(ran.output)) == (code, [])


def test_hostile_commands_show_stand_ins_in_differences(corpus: Path, commit: Callable[[Path], str]) -> None:
    commit(corpus)
    for path in sorted(corpus.glob("layers/*/*.jsonl")):
        header, first, *_ = path.read_text(encoding="utf-8").split("\n")
        path.write_text(f"{header}\n{first.replace('words', 'words')}\n", encoding="utf-8")
    (corpus / "entities.jsonl").unlink()
    (corpus / "claims.jsonl").unlink()
    (corpus / "layers" / "anna" / "p02.jsonl").write_text(f"{ALL}\n", encoding="utf-8")

    for form in ("text", "markdown", "json"):
        ran = run("diff", "--corpus", "corpus", "--format", form)
        assert (ran.exit_code, leaks(ran.output)) == (1, [])
        assert ran.output.count("p0") >= 3


WORD = " ".join((*(payload for payload in PAYLOADS if "\x00" not in payload), LONE_SURROGATE))
"""All that an argument may hold; no argument has a zero byte."""


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_hostile_commands_repeat_no_argument_as_it_is(corpus: Path, name: str) -> None:
    for arguments in ((WORD,), (f"--{WORD}",), ("corpus", WORD, "x"), ("--schema", f"{WORD}:X", "corpus", "x", "y")):
        if name == "demo" and arguments != (f"--{WORD}",):
            continue  # Its argument is where to copy a corpus to, and then it exports it.
        ran = run(name, *arguments)
        assert leaks(ran.output) == [], arguments
        assert ran.exit_code in {2, 3, 4, 5}, ran.output


def test_hostile_commands_take_files_with_any_name(corpus: Path, tmp_path: Path) -> None:
    words = [word.replace("/", "|") for word in WORD.split(" ")]
    # A file's name has at most 255 bytes.
    names = [" ".join(words[first : first + 8]) for first in range(0, len(words), 8)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(ALL.encode())
        for arguments in (
            ("add", "corpus", name),
            ("add", "corpus", name, "--id", f"new{number}", "--title", name, "--publisher", name),
            ("add", "corpus", f"{name}.txt"),
            ("init", f"{name}-new"),
            ("validate", name),
            ("stats", f"{name}-new"),
            ("keys", "--file", name),
            ("agreement", "corpus", name, "ben"),
            ("merge-driver", name, name, name, f"layers/{name}.jsonl"),
        ):
            ran = run(*arguments)
            assert leaks(ran.output) == [], arguments
            assert ran.exit_code != 70, ran.output


@pytest.mark.parametrize(
    "payload",
    [ALL, *(pytest.param(payload, marks=pytest.mark.soak) for payload in PAYLOADS)],
    ids=["all", *ESCAPES, *MARKUP],
)
def test_hostile_commands_refuse_broken_files_in_plain_words(
    corpus: Path, tmp_path: Path, payload: str, record_property: Callable[[str, object], None]
) -> None:
    quoted, listed = json.dumps(payload), json.dumps([payload])
    layer = corpus / "layers" / "anna" / "p01.jsonl"
    header, *annotations = layer.read_text(encoding="utf-8").split("\n")
    manifest = (corpus / "corpus.toml").read_text(encoding="utf-8")
    documents = (corpus / "documents.jsonl").read_text(encoding="utf-8")
    toml = hostile.toml(payload)
    broken = {
        layer: (
            payload,
            header,
            header.replace('"anna"', quoted),
            header.replace("hostile@1.0.0", payload),
            "\n".join((header, annotations[0].replace('"thing"', quoted), *annotations[1:])),
            "\n".join((header, annotations[0].replace('"t1"', quoted), *annotations[1:])),
            "\n".join((header, annotations[0].replace('"id"', f'{quoted}:1,"id"'), *annotations[1:])),
            "\n".join((header, annotations[0].replace('"text":', f'"text":{quoted},"x":'), *annotations[1:])),
            "\n".join((header, annotations[0].replace('"e01"', quoted), *annotations[1:])),
            f"{header}\n<<<<<<< {payload}\n=======\n>>>>>>> {payload}\n",
        ),
        corpus / "entities.jsonl": (payload, f'{{"id":{quoted}}}\n', f"{{{quoted}:{listed}}}\n"),
        corpus / "documents.jsonl": (documents.replace('"p01"', quoted), documents.replace('"zones"', quoted), payload),
        corpus / "corpus.toml": (
            payload,
            f"{manifest}\n{toml} = 1\n",
            manifest.replace('name = "hostile"', f"name = {toml}"),
            manifest.replace(f"{hostile.MODULE}:HostileSchema", payload.replace("\\", "")),
            manifest.replace("[annotators.anna]", f"[annotators.{toml}]"),
        ),
    }
    looked_at = 0
    for path, contents in broken.items():
        whole = path.read_bytes()
        for content in contents:
            path.write_text(content, encoding="utf-8", errors="surrogateescape")
            for arguments in (("validate", "corpus"), ("stats", "corpus"), ("validate", "corpus", "--format", "json")):
                ran = run(*arguments)
                assert leaks(ran.output) == [], (arguments, content)
                assert ran.exit_code in {0, 1, 2, 3, 4}, ran.output
                looked_at += 1
        path.write_bytes(whole)
    keys = tmp_path / "keys.toml"
    for content in (payload, f"preset = {toml}", f"[keys]\n{toml} = {toml}", f'[keys]\n"edit.undo" = {toml}'):
        keys.write_text(content, encoding="utf-8")
        ran = run("keys", "--file", str(keys))
        assert leaks(ran.output) == [], content
        assert ran.exit_code in {0, 2, 4}, ran.output
        looked_at += 1
    record_property("campaign", f"hostile files: {looked_at} outputs looked at, nothing got through")
