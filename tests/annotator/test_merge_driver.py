"""`annotator merge-driver` as git runs it, and what people are told of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.exit_codes import ExitCode

HEADER = b'{"document":"d1","sha256":"' + b"0" * 64 + b'","schema":"s@1.0.0","annotator":"anna","status":"open"}\n'
A = b'{"id":"a","label":"x","start":0,"end":1,"text":"a","v":%d}\n'
B = b'{"id":"b","label":"x","start":2,"end":3,"text":"b"}\n'


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings of git would name a driver, and in CI nothing is said of one."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("CI", raising=False)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


def merge(folder: Path, path: str, *versions: bytes) -> Result:
    names = [folder / name for name in ("base", "mine", "theirs")]
    for name, content in zip(names, versions, strict=True):
        name.write_bytes(content)
    return run("merge-driver", *names, path)


def test_merge_driver_puts_the_merge_in_the_place_of_this_side(tmp_path: Path) -> None:
    ran = merge(tmp_path, "layers/x/d1.jsonl", HEADER + A % 0, HEADER + A % 1, HEADER + A % 0 + B)

    assert (ran.exit_code, ran.output) == (ExitCode.OK, "")
    assert (tmp_path / "mine").read_bytes() == HEADER + A % 1 + B
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base", "mine", "theirs"]


def test_merge_driver_names_a_conflict_and_fails(tmp_path: Path) -> None:
    ran = merge(tmp_path, "layers/\x1b[31m/d1.jsonl", HEADER + A % 0, HEADER + A % 1, HEADER + A % 2)

    assert ran.exit_code == ExitCode.FINDINGS
    assert ran.stdout == ""
    assert "d1.jsonl: CONFLICT: a was changed on both sides" in ran.stderr
    assert "annotator doctor" in ran.stderr
    assert "\x1b" not in ran.stderr
    assert (tmp_path / "mine").read_bytes().count(b'"id":"a') == 2


def test_merge_driver_leaves_marks_where_it_had_to_merge_as_text(tmp_path: Path) -> None:
    ran = merge(tmp_path, "layers/x/d1.jsonl", HEADER, HEADER + b"mine\n", HEADER + b"theirs\n")

    assert ran.exit_code == ExitCode.FINDINGS
    assert "merged as text" in ran.stderr
    assert "both sides changed the same lines" in ran.stderr
    assert b"mine\n" in (tmp_path / "mine").read_bytes()
    assert b"theirs\n" in (tmp_path / "mine").read_bytes()


def test_merge_driver_leaves_this_side_where_a_version_is_missing(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(HEADER)

    ran = run("merge-driver", tmp_path / "base", tmp_path / "mine", tmp_path / "theirs", "documents.jsonl")

    assert ran.exit_code == ExitCode.FINDINGS
    assert "No such file" in ran.stderr
    assert (tmp_path / "mine").read_bytes() == HEADER


@pytest.mark.parametrize("arguments", [(), ("one",), ("--install", "a", "b"), ("--install", "nowhere")])
def test_merge_driver_says_what_it_needs(arguments: tuple[str, ...]) -> None:
    assert run("merge-driver", *arguments).exit_code == ExitCode.USAGE


def test_merge_driver_is_installed_by_init_and_missed_by_validate(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    folder = tmp_path / "a corpus"

    ran = run("init", folder, "--name", "c")
    assert "merges by annotation" in ran.stderr
    assert "merge-driver" not in run("validate", folder).stderr

    subprocess.run(["git", "-C", str(tmp_path), "config", "--unset", "merge.annotator.driver"], check=True)
    told = run("validate", folder)
    assert told.exit_code == ExitCode.OK
    assert told.stdout == ""
    assert f"run annotator merge-driver --install '{folder}'" in told.stderr
    assert "merge-driver" not in CliRunner().invoke(main, ["validate", str(folder)], env={"CI": "1"}).stderr

    assert "merges by annotation" in run("merge-driver", "--install", folder).stderr
    assert "already" in run("merge-driver", "--install", folder).stderr
    assert "merge-driver" not in run("validate", folder).stderr


def test_merge_driver_is_told_of_by_init_outside_of_a_repository(tmp_path: Path) -> None:
    ran = run("init", tmp_path / "c")

    assert ran.exit_code == ExitCode.OK
    assert f"annotator merge-driver --install {tmp_path / 'c'}" in ran.stderr


def test_merge_driver_says_what_a_folder_does_not_ask_for(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    run("init", tmp_path / "c")
    (tmp_path / "c" / ".gitattributes").unlink()

    assert "does not ask for it yet" in run("merge-driver", "--install", tmp_path / "c").stderr
