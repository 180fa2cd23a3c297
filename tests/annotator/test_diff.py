"""`annotator diff` from outside: which sides it compares, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.exit_codes import ExitCode

Factory = Callable[..., Path]
Commit = Callable[[Path], str]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)], catch_exceptions=False)


def head(*arguments: str | Path) -> str:
    return run(*arguments).stdout.split("\n")[0]


@pytest.fixture
def folder(corpus_factory: Factory, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus on a branch `work`: one commit ahead of where it parted from `main`, which went on; one edit is left."""

    def switch(*arguments: str) -> None:
        subprocess.run(["git", "switch", "--quiet", *arguments], cwd=tmp_path, check=True)

    folder = corpus_factory()
    commit(tmp_path)
    switch("--create", "work")
    (folder / "layers/rules/d1.jsonl").unlink()
    commit(tmp_path)
    switch("main")
    (folder / "layers/rules/d2.jsonl").unlink()
    commit(tmp_path)
    switch("work")
    file = folder / "layers/gold/d2.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"done"', b'"open"'))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("revisions", "headline"),
    [
        ([], "HEAD .. the folder: nothing that is marked differs"),
        (["HEAD~1"], "HEAD~1 .. the folder: annotations: 4 removed"),
        (["main"], "main .. the folder: annotations: 1 added, 4 removed"),
        (["main", "work"], "main .. work: annotations: 1 added, 4 removed"),
        (["main..work"], "main .. work: annotations: 1 added, 4 removed"),
        (["work..main"], "work .. main: annotations: 4 added, 1 removed"),
        (["main..."], "main .. HEAD: annotations: 4 removed"),
        (["main...work"], "main .. work: annotations: 4 removed"),
        (["..main"], "HEAD .. main: annotations: 4 added, 1 removed"),
    ],
)
def test_diff_compares_the_sides_that_are_named(folder: Path, revisions: list[str], headline: str) -> None:
    assert head(*revisions) == headline


def test_diff_shows_what_is_not_committed(folder: Path) -> None:
    printed = run().stdout

    assert printed.splitlines()[2:] == ["d2 (gold)", "  status: “done” → “open”"]


def test_diff_is_of_the_layers_and_documents_that_are_asked_for(folder: Path) -> None:
    assert head("main", "--layer", "gold") == "main .. the folder: nothing that is marked differs"
    assert head("main", "--document", "d2") == "main .. the folder: annotations: 1 added"


def test_diff_does_not_change_what_it_reads(folder: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    run("main", "--format", "markdown")

    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize(
    ("revisions", "what"),
    [
        (["nowhere"], "there is no revision 'nowhere'"),
        (["main..nowhere"], "there is no revision 'nowhere'"),
        (["main", "work", "HEAD"], "two revisions can be compared, not more"),
        (["--", "--output=x"], "there is no revision '--output=x'"),
    ],
)
def test_diff_refuses_what_names_no_side(folder: Path, revisions: list[str], what: str) -> None:
    ran = run(*revisions)

    assert ran.exit_code == ExitCode.USAGE
    assert what in ran.stderr
    assert ran.stdout == ""


def test_diff_refuses_a_folder_outside_of_every_repository(corpus_factory: Factory) -> None:
    ran = run("--corpus", corpus_factory())

    assert ran.exit_code == ExitCode.USAGE
    assert "no git repository can be read here" in ran.stderr


def test_diff_loads_neither_the_app_nor_the_dataset_library(folder: Path) -> None:
    program = (
        "import sys\nfrom annotator.cli import main\nmain(sys.argv[1:], standalone_mode=False)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )

    ran = subprocess.run([sys.executable, "-c", program, "diff", "main"], capture_output=True, text=True, check=True)

    loaded = set(ran.stdout.splitlines()[-1].split())
    assert "pydantic" in loaded
    assert not loaded & {"textual", "datasets", "huggingface_hub", "pyarrow", "numpy", "pandas", "tomlkit"}
