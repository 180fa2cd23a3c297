"""`annotator report`: what it prints, what it refuses, and what it needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from annotator.cli import main
from annotator.exit_codes import ExitCode

WITHOUT = """
import sys
sys.modules[sys.argv.pop(1)] = None
from annotator.cli import main
main()
"""
"""The command line where a package is not installed."""


def test_report_says_which_page_to_open(corpus_factory: Callable[..., Path], tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["report", str(corpus_factory("own")), str(tmp_path / "out" / "site")])

    assert ran.exit_code == 0
    page = Path(ran.stdout.strip())
    assert page == tmp_path / "out" / "site" / "index.html"
    assert page.is_file()
    assert "comparing the layers…" in ran.stderr
    assert "pages. Open the one above in a browser." in ran.stderr


def test_report_refuses_a_folder_that_holds_something(corpus_factory: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")

    ran = CliRunner().invoke(main, ["report", str(corpus_factory("own")), str(tmp_path / "out")])

    assert ran.exit_code == ExitCode.USAGE
    assert ran.stdout == ""
    assert "no earlier build" in ran.stderr


def test_report_refuses_a_corpus_that_cannot_be_read(corpus_factory: Callable[..., Path], tmp_path: Path) -> None:
    folder = corpus_factory("own")
    (folder / "layers" / "gold" / "d1.jsonl").write_text("no json\n", encoding="utf-8")

    ran = CliRunner().invoke(main, ["report", str(folder), str(tmp_path / "out")])

    assert ran.exit_code == ExitCode.REFUSED
    assert "d1.jsonl" in ran.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("package", ["jinja2", "matplotlib"])
def test_report_says_what_to_install(package: str, corpus_factory: Callable[..., Path], tmp_path: Path) -> None:
    arguments = [package, "report", str(corpus_factory("own")), str(tmp_path / "out")]

    ran = subprocess.run([sys.executable, "-c", WITHOUT, *arguments], capture_output=True, text=True, check=False)

    assert ran.returncode == ExitCode.ENVIRONMENT
    assert f"a report needs the package {package}" in ran.stderr
    assert "terminal-annotator[report]" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()
