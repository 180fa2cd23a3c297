"""`annotator doctor` from outside."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.exit_codes import ExitCode

GOLD1 = "layers/gold/d1.jsonl"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def folder(corpus_factory: Callable[..., Path]) -> Path:
    """A corpus with one file out of form, and one conflict."""
    folder = corpus_factory("adverse")
    path = folder / GOLD1
    data = path.read_bytes().replace(b'{"id":"c1"', b'{ "id":"c1"')
    first = next(line for line in data.split(b"\n") if line.startswith(b'{"id":"a1"'))
    other = first.replace(b'"a1"', b'"a1--other-0a1b2c"').replace(b"400.0", b"1.0")
    path.write_bytes(data.replace(first, first + b"\n" + other))
    return folder


def test_doctor_shows_each_trouble_and_what_could_be_done(folder: Path) -> None:
    before = (folder / GOLD1).read_bytes()

    ran = run("doctor", folder)

    assert ran.exit_code == ExitCode.FINDINGS
    assert (folder / GOLD1).read_bytes() == before
    assert f"{GOLD1}: W-CANONICAL " in ran.stdout
    assert "  --fix (safe): writes the same content" in ran.stdout
    assert f"  --fix E-CONFLICT:{GOLD1}:a1--other-0a1b2c:this: keeps this side's version" in ran.stdout
    assert "--fix does what is safe: 1" in ran.stderr


def test_doctor_gives_json_lines(folder: Path) -> None:
    lines = [json.loads(line) for line in run("doctor", folder, "--format", "json").stdout.splitlines()]

    assert {each["code"] for each in lines} == {"W-CANONICAL", "E-CONFLICT", "E-EXTENT-DUP"}
    repairs = [repair for each in lines for repair in each["repairs"]]
    assert sum(repair["safe"] for repair in repairs) == 1
    assert set(lines[0]) == {"code", "file", "line", "message", "help", "repairs"}


@pytest.mark.parametrize("flip", [False, True])
def test_doctor_does_what_is_safe_and_then_what_is_named(folder: Path, flip: bool) -> None:
    safe = run("doctor", "--fix", folder) if flip else run("doctor", folder, "--fix")

    assert safe.exit_code == ExitCode.FINDINGS
    assert f"done: W-CANONICAL:{GOLD1}" in safe.stderr
    assert "kept: " in safe.stderr
    assert "W-CANONICAL" not in safe.stdout

    named = run("doctor", folder, "--fix", f"E-CONFLICT:{GOLD1}:a1--other-0a1b2c:other")

    assert (named.exit_code, named.stdout) == (ExitCode.OK, "")
    assert "nothing is wrong" in named.stderr
    assert b'"dose":1.0' in (folder / GOLD1).read_bytes()
    assert run("validate", folder).exit_code == ExitCode.OK


@pytest.mark.parametrize("arguments", [("--fix", "E-X:y"), ("--fix", "nowhere"), ("nowhere",)])
def test_doctor_says_what_it_does_not_know(
    folder: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)

    assert run("doctor", *arguments).exit_code == ExitCode.USAGE


def test_doctor_tells_what_it_has_done_where_the_next_repair_fails(folder: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    # Whoever else changes git's configuration holds this.
    (folder / ".git" / "config.lock").write_bytes(b"")
    name = f"E-CONFLICT:{GOLD1}:a1--other-0a1b2c:other"

    ran = run("doctor", folder, "--fix", name, "--fix", "D-DRIVER:config")

    assert ran.exit_code not in (ExitCode.OK, ExitCode.FINDINGS)
    assert f"done: {name}: " in ran.stderr
    assert "kept: " in ran.stderr
