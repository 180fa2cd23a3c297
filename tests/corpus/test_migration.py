"""A corpus brought from one version of its schema to the next: all of it, with the words that it had, or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.exit_codes import ExitCode
from corpus import drafts, staging
from corpus.check import check
from corpus.corpus import Corpus
from corpus.drafts import Draft
from corpus.errors import InputRefused
from corpus.migration import Plan, carry_out, plan
from schemas import Extent

_NEW = """
def towns(lines):
    for each in lines:
        if each["label"] == "place":
            each["label"] = "town"
            del each["sort"]
    return lines


class Town(Annotation):
    \"\"\"A place that has a name.\"\"\"

    registered: Annotated[str, EntityId("town")] | None = None


class NewSchema(LabelSchema, version="%s", name="route"):
    \"\"\"The later version.\"\"\"

    labels = (Town, Route, Weather)
    migrations = (%s,)
"""


@pytest.fixture
def later(corpus_factory: Callable[..., Path]) -> Callable[..., Path]:
    """A corpus whose schema has a later version, to which a function of `steps` leads."""

    def make(step: str = 'Migration("{old}", "{new}", towns)', more: str = "") -> Path:
        folder = corpus_factory("own")
        old = Corpus.open(folder).schema.version
        new = f"{int(old.split('.')[0]) + 1}.0.0"
        source = (folder / "routes.py").read_text(encoding="utf-8").replace('Ref("place")', "Ref()")
        source = source.replace("from schemas import ", "from schemas import Migration, ")
        # Modules are kept by their file: another version is another file.
        (folder / "later.py").write_text(
            source + more + _NEW % (new, step.replace("{old}", old).replace("{new}", new)), encoding="utf-8"
        )
        return folder

    return make


LATER = "later:NewSchema"


def planned(folder: Path) -> tuple[Corpus, Plan]:
    corpus = Corpus.open(folder, LATER)
    return corpus, plan(corpus)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


def test_migration_changes_every_layer_and_no_words(later: Callable[..., Path]) -> None:
    folder = later()
    before = files(folder)

    corpus, found = planned(folder)

    assert found.findings == []
    assert files(folder) == before
    assert {move.file for move in found.moves} == {name for name in before if name.startswith("layers/")}
    for move in found.moves:
        assert move.before.total() == move.after.total()
        assert move.words_before == move.words_after
    assert sum(move.before["place"] for move in found.moves) == sum(move.after["town"] for move in found.moves) == 2

    carry_out(corpus, found)

    assert {finding.code for finding in check(folder, schema=LATER)} == set()
    assert planned(folder)[1].moves == []
    assert planned(folder)[1].current == len(found.moves)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("lambda lines: [each for each in lines if each['label'] != 'place']", "other words would be covered"),
        ("lambda lines: [{**each, 'text': 'x'} for each in towns(lines)]", "would not have the words"),
        ("lambda lines: [*lines, *lines]", "would be there twice"),
        ("lambda lines: lines", "does not match any of the expected tags"),
        ("lambda lines: [{**each, 'x': {1}} for each in lines]", "what is no JSON"),
        ("lambda lines: lines[9]", "cannot be asked: IndexError: list index out of range, at later.py:"),
        ("lambda lines: [each['id'] for each in lines]", "gave something else than lines"),
    ],
)
def test_migration_that_harms_one_file_is_refused_for_all(later: Callable[..., Path], change: str, why: str) -> None:
    folder = later(f'Migration("{{old}}", "{{new}}", {change})')
    before = files(folder)

    corpus, found = planned(folder)

    assert any(why in finding.message for finding in found.findings), [each.message for each in found.findings]
    with pytest.raises(InputRefused):
        carry_out(corpus, found)
    assert files(folder) == before


def test_migration_that_says_that_it_changes_words_may(later: Callable[..., Path]) -> None:
    change = "lambda lines: [each for each in lines if each['label'] == 'weather']"
    folder = later(f'Migration("{{old}}", "{{new}}", {change}, changes_words=True)')

    corpus, found = planned(folder)
    carry_out(corpus, found)

    assert found.findings == []
    labels = {each.label for name in corpus.layers for file in corpus.layer(name).values() for each in file.annotations}
    assert labels == {"weather"}


def test_migration_needs_a_step_between_first_numbers(later: Callable[..., Path]) -> None:
    folder = later()
    source = (folder / "later.py").read_text(encoding="utf-8")
    (folder / "later.py").write_text(source.split("    migrations =")[0], encoding="utf-8")

    assert all("no migration of the schema leads from" in each.message for each in planned(folder)[1].findings)
    assert planned(folder)[1].findings


def test_migration_is_refused_where_a_file_is_not_as_it_must_be(later: Callable[..., Path]) -> None:
    folder = later()
    path = folder / "layers" / "gold" / "d1.jsonl"
    path.write_bytes(path.read_bytes() + b"<<<<<<< HEAD\n")

    assert "E-MERGE-MARKER" in {each.code for each in planned(folder)[1].findings}


def test_migration_leaves_drafts_to_whoever_made_them(later: Callable[..., Path]) -> None:
    folder = later()
    corpus = Corpus.open(folder)
    draft = Draft(id="x", label="weather", extent=Extent.of(0, 4))
    drafts.write(corpus.store, "gold", "d1", [draft])

    corpus, found = planned(folder)
    carry_out(corpus, found)

    assert drafts.read(corpus.store, "gold", "d1") == (draft,)


def test_migration_is_refused_where_drafts_would_be_out_of_sight(later: Callable[..., Path]) -> None:
    folder = later()
    drafts.write(Corpus.open(folder).store, "gold", "d1", [Draft(id="x", label="place", extent=Extent.of(0, 4))])
    before = files(folder)

    corpus, found = planned(folder)

    assert ["x (place)" in each.message and "delete" in (each.help or "") for each in found.findings] == [True]
    with pytest.raises(InputRefused, match="unfinished"):
        carry_out(corpus, found)
    assert files(folder) == before


def test_migrate_shows_first_and_writes_when_told(later: Callable[..., Path]) -> None:
    folder = later()
    before = files(folder)

    shown = run("migrate", folder, "--schema", LATER)

    assert shown.exit_code == ExitCode.FINDINGS
    assert files(folder) == before
    assert len(shown.stdout.splitlines()) == 4
    assert "place 1 -> 0  town 0 -> 1" in shown.stdout
    assert "Do it with --write" in shown.stderr

    done = run("migrate", folder, "--schema", LATER, "--write")

    assert (done.exit_code, done.stdout) == (ExitCode.OK, shown.stdout)
    assert "4 files now follow" in done.stderr
    assert run("migrate", folder, "--schema", LATER).exit_code == ExitCode.OK
    assert run("migrate", folder, "--schema", LATER).stdout == ""


def test_migrate_refuses_with_the_file_and_the_reason(later: Callable[..., Path]) -> None:
    folder = later('Migration("{old}", "{new}", lambda lines: lines[:1])')
    before = files(folder)

    ran = run("migrate", folder, "--schema", LATER, "--write")

    assert ran.exit_code == ExitCode.FINDINGS
    assert "layers/gold/d1.jsonl: " in ran.stderr
    assert "Nothing was written." in ran.stderr
    assert files(folder) == before


def test_migrate_goes_on_after_a_kill(later: Callable[..., Path]) -> None:
    """The process dies when it has put the first of the new files into its place."""
    folder = later()
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from corpus import disk\n"
        "put = disk.replace\n"
        "def die(path, data):\n"
        "    put(path, data)\n"
        "    path.name == 'commit.json' or os._exit(9)\n"
        "disk.replace = die\n"
        "from annotator.cli import main\n"
        f"main(['migrate', {str(folder)!r}, '--schema', {LATER!r}, '--write'])\n"
    )
    died = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, env=dict(os.environ))
    assert died.returncode == 9, died.stderr
    corpus = Corpus.open(folder, LATER)
    assert staging.is_waiting(corpus.store)
    assert "E-INTERRUPTED" in {finding.code for finding in check(folder)}

    told = run("migrate", folder, "--schema", LATER)
    assert told.exit_code == ExitCode.FINDINGS
    assert "--write carries it out" in told.stderr
    done = run("migrate", folder, "--schema", LATER, "--write")

    assert done.exit_code == ExitCode.OK
    assert "Carried out what was interrupted: 4 files" in done.stderr
    assert {finding.code for finding in check(folder, schema=LATER)} == set()
    assert _versions(folder) == {corpus.schema.id}


def _versions(folder: Path) -> set[Any]:
    paths = (folder / "layers").rglob("*.jsonl")
    return {json.loads(path.read_bytes().split(b"\n")[0])["schema"] for path in paths}
