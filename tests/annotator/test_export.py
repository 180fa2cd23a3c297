"""`annotator export`: what it writes, prints, and refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotator.cli import main
from annotator.exit_codes import ExitCode
from corpus.exports import FORMATS, exporter

Factory = Callable[..., Path]


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a command."""
    result = CliRunner().invoke(main, ["export", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_export_builds_the_dataset_and_lists_it(corpus_factory: Factory, tmp_path: Path) -> None:
    code, listed, said = run(corpus_factory("own"), tmp_path / "out", "--to", "hub")

    assert code == ExitCode.OK
    head, *rows = [line.split() for line in listed.splitlines()]
    assert head == ["configuration", "rows", "columns", "bytes"]
    assert [(row[0], row[1]) for row in rows][:4] == [
        ("documents", "2"),
        ("place", "1"),
        ("route", "2"),
        ("weather", "1"),
    ]
    for name, _, _, size in rows:
        assert (tmp_path / "out" / name / "train-00000-of-00001.parquet").stat().st_size == int(size)
    assert f"datasets.load_dataset('{tmp_path / 'out'}', split='train')" in said


def test_export_leaves_nothing_behind_and_loads_no_terminal(corpus_factory: Factory, tmp_path: Path) -> None:
    program = (
        "import runpy, sys\n"
        "try:\n    runpy.run_module('annotator', run_name='__main__', alter_sys=True)\n"
        "finally:\n    print('textual' in sys.modules)\n"
    )
    folder, home = corpus_factory("adverse"), tmp_path / "home"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "XDG_"))}

    ran = subprocess.run(
        [sys.executable, "-c", program, "export", folder, tmp_path / "out"],
        capture_output=True, text=True, check=False, env={**environment, "HOME": str(home), "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "False"
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert {path.name for path in tmp_path.iterdir()} == {"corpus", "home", "out"}


def test_export_refuses_what_is_not_finished_and_drafts_it(corpus_factory: Factory, tmp_path: Path) -> None:
    folder = corpus_factory("own")
    (folder / "layers" / "gold" / "d2.jsonl").unlink()

    code, listed, said = run(folder, tmp_path / "out")
    assert (code, listed) == (ExitCode.REFUSED, "")
    assert "1 document is not done in the layer gold, the first of them d2" in said
    assert "--draft" in said

    code, _, said = run(folder, tmp_path / "out", "--draft")
    assert code == ExitCode.OK
    assert "2 documents written" in said
    assert json.loads((tmp_path / "out" / "build.json").read_bytes())["draft"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--layer", "nobody"], ExitCode.USAGE, "there is no layer 'nobody'"),
        (["--to", "floppy"], ExitCode.USAGE, "'floppy' is not"),
    ],
)
def test_export_says_what_there_is(
    corpus_factory: Factory, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    found, listed, said = run(corpus_factory("own"), tmp_path / "out", *arguments)

    assert (found, listed) == (code, "")
    assert message in said


def test_export_replaces_nothing_that_it_did_not_make(corpus_factory: Factory, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis\x1b[31m.tex").write_text("mine")

    code, listed, said = run(corpus_factory("own"), tmp_path / "out")

    assert (code, listed) == (ExitCode.USAGE, "")
    assert "no earlier build" in said
    assert "\x1b" not in said
    assert (tmp_path / "out" / "thesis\x1b[31m.tex").read_text() == "mine"


def test_export_says_what_to_install(corpus_factory: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = corpus_factory("own")
    monkeypatch.setitem(sys.modules, "datasets", None)

    code, listed, said = run(folder, tmp_path / "out")

    assert (code, listed) == (ExitCode.ENVIRONMENT, "")
    assert "pip install 'terminal-annotator[hub]'" in said


@pytest.mark.parametrize("name", FORMATS)
def test_export_formats_have_a_function_each(name: str) -> None:
    assert callable(exporter(name))
    assert FORMATS[name].help in run("--help")[1].replace("\n", " ")


@pytest.mark.parametrize("most", [4096, 12_000])
def test_export_keeps_the_earlier_build_when_the_disk_refuses(
    corpus_factory: Factory, tmp_path: Path, most: int
) -> None:
    folder, out = corpus_factory("own"), tmp_path / "out"
    assert run(folder, out)[0] == ExitCode.OK
    before = (out / "SHA256SUMS").read_bytes()
    program = (
        "import resource\nfrom annotator.cli import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\nmain()\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program, "export", folder, out], capture_output=True, text=True, check=False
    )

    assert ran.returncode == ExitCode.STORE
    assert "annotator: " in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "File too large" in ran.stderr
    assert (out / "SHA256SUMS").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"corpus", "out"}
