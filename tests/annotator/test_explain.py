"""`annotator explain`, and that the page it writes is the one in the documentation."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.commands.explain import as_markdown
from annotator.exit_codes import ExitCode
from corpus.codes import ADDING, GENERIC, SAVING
from corpus.refusing import REFUSING
from schemas.security import SecuritySchema

PAGE = Path(__file__).parents[2] / "docs" / "codes.md"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments], catch_exceptions=False)


@pytest.fixture(autouse=True)
def outside_of_every_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("code", [*GENERIC, *ADDING, *SAVING, *REFUSING])
def test_explain_says_what_a_code_means_and_what_to_do(code: str) -> None:
    rule = {**GENERIC, **ADDING, **SAVING, **REFUSING}[code]

    printed = run(code).stdout

    assert printed == f"{code} ({rule.severity.value})\n  {rule.summary}\n  {rule.help}\n"


def test_explain_takes_a_code_in_any_case() -> None:
    assert run("e-text").stdout == run("E-TEXT").stdout


def test_explain_lists_every_code() -> None:
    printed = run().stdout

    listed = [line.partition(" ")[0] for line in printed.splitlines() if line[:1].strip()]
    assert listed == [*GENERIC, *ADDING, *SAVING, *REFUSING]


def test_explain_knows_every_code_that_the_program_says() -> None:
    root = Path(__file__).parents[2]
    sources = [path.read_text("utf-8") for name in ("annotator", "corpus") for path in (root / name).rglob("*.py")]

    # What is written with single backticks in a docstring may be the beginning of several codes.
    said = {code for source in sources for code in re.findall(r"(?<!`)\b[EWI]-[A-Z0-9]+(?:-[A-Z0-9]+)*\b", source)}

    assert len(said) > 100
    assert said - {*GENERIC, *ADDING, *SAVING, *REFUSING} == set()


def test_explain_knows_the_rules_of_the_schema_at_hand(
    corpus_factory: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("AE1").exit_code == ExitCode.USAGE
    assert "AE1 (warning)" in run("AE1", "--schema", "schemas.examples.adverse:AdverseEventSchema").stdout

    monkeypatch.chdir(corpus_factory("adverse"))

    assert "AE1 (warning)" in run("AE1").stdout
    assert "AE1 (warning)" in run().stdout


def test_explain_refuses_a_code_that_is_not_there() -> None:
    ran = run("E-NOTHING")

    assert ran.exit_code == ExitCode.USAGE
    assert "there is no code 'E-NOTHING'" in ran.stderr


def test_explain_writes_the_page_of_the_documentation() -> None:
    """Written by: annotator explain --schema schemas.security:SecuritySchema --format markdown > docs/codes.md"""
    assert PAGE.read_text(encoding="utf-8") == as_markdown(SecuritySchema())


def test_explain_writes_the_same_page_from_the_command_line() -> None:
    ran = run("--schema", "schemas.security:SecuritySchema", "--format", "markdown")

    assert ran.stdout == as_markdown(SecuritySchema())
