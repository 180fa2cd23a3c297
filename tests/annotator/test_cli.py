"""How a command ends: with a code of its own and a line at most, whatever happens."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from annotator.cli import COMMANDS, main


def ended_by(error: BaseException, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    """Calls a command that needs nothing, and whose work is to raise an error."""

    def work(**_: object) -> None:
        raise error

    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    command = main.get_command(click.Context(main), name)
    assert command is not None
    monkeypatch.setattr(command, "callback", work)
    monkeypatch.setattr(command, "params", [])
    return CliRunner().invoke(main, [name])


@pytest.mark.parametrize("name", COMMANDS)
def test_cli_stops_every_command_at_ctrl_c(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = ended_by(KeyboardInterrupt(), name, tmp_path, monkeypatch)

    assert (ran.exit_code, ran.stdout, ran.stderr) == (130, "", "\nannotator: stopped\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_cli_reports_what_is_wrong_with_every_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = ended_by(RuntimeError("\x1b]0;broken\x07"), name, tmp_path, monkeypatch)

    (report,) = (tmp_path / "state" / "annotator" / "crashes").iterdir()
    assert (ran.exit_code, ran.stdout) == (70, "")
    assert ran.stderr == (
        "annotator: this is a fault of the program. RuntimeError: ␛]0;broken␇\n"
        f"annotator: please tell it, with the report in {report}\n"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_cli_leaves_every_command_quietly_when_nobody_reads(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = ended_by(BrokenPipeError(errno.EPIPE, "Broken pipe"), name, tmp_path, monkeypatch)

    assert (ran.exit_code, ran.output) == (141, "")


@pytest.mark.parametrize("arguments", [["--help"], ["explain"], ["validate", "--help"], ["keys"], ["--version"]])
def test_cli_ends_without_a_word_when_its_reader_is_gone(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        ran = subprocess.run(
            [sys.executable, "-m", "annotator", *arguments], stdout=nobody, stderr=subprocess.PIPE, check=False
        )

    assert (ran.returncode, ran.stderr) == (141, b"")


def test_cli_says_that_what_it_writes_does_not_fit() -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "annotator", "explain"], stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert ran.returncode == 3
    assert ran.stderr == b"annotator: the output cannot be written: No space left on device\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_cli_cleans_up_when_a_signal_ends_a_command(number: int, code: int) -> None:
    program = """
import os, sys, time
from annotator.cli import main
from annotator.commands import stats
def work(**_):
    try:
        print("working", flush=True)
        while True:
            time.sleep(1)
    finally:
        print("cleaned up", flush=True)
stats.command.callback = work
main(["stats", "."])
"""
    ran = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with ran:
        assert ran.stdout is not None
        assert ran.stdout.readline() == b"working\n"
        ran.send_signal(number)
        out, err = ran.communicate(timeout=60)

    assert (ran.returncode, out) == (code, b"cleaned up\n")
    assert b"Traceback" not in err


def test_cli_leaves_a_signal_alone_that_is_ignored() -> None:
    program = """
import os, signal
from annotator.cli import main
from annotator.commands import stats
signal.signal(signal.SIGHUP, signal.SIG_IGN)
def work(**_):
    os.kill(os.getpid(), signal.SIGHUP)
    print("done")
stats.command.callback = work
main(["stats", "."])
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert (ran.returncode, ran.stdout) == (0, b"done\n")


@pytest.mark.parametrize(
    "arguments",
    [["\x1b]0;x\x07"], ["stats", "\x1b]0;x\x07"], ["validate", "--\x1b]0;x\x07"], ["zones", ".", "x", "--set", "\x9b"]],
)
def test_cli_repeats_no_argument_that_speaks_to_the_terminal(arguments: list[str]) -> None:
    ran = CliRunner().invoke(main, arguments, color=True)

    assert ran.exit_code == 2
    assert not {"\x1b", "\x07", "\x9b"} & set(ran.output)


def test_cli_writes_utf8_into_a_pipe_whatever_the_locale() -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = subprocess.run(
        [sys.executable, "-m", "annotator", "zones", "corpus/data", "002"],
        capture_output=True,
        check=False,
        env=environment,
        cwd=Path(__file__).parents[2],
    )

    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "…" in ran.stdout.decode("utf-8")
