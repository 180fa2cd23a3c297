"""A terminal that goes away, a process that is told to end, and one that is stopped: nothing lost, nothing left."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.corpus import Corpus
from tests.annotator.real_terminal import APP, RealTerminal

ALTERNATE_SCREEN_LEFT = b"\x1b[?1049l"
CPU_LIMIT = 10.0
"""How many seconds of a processor the whole life of an app may take here; one that spins takes as many as it lives."""


def opened(
    folder: Path, *, environment: Mapping[str, str] | None = None, controls: bool = True, ignore_hangup: bool = False
) -> RealTerminal:
    arguments = (*APP, folder, "--as", "anna", "--document", "002")
    return RealTerminal(*arguments, environment=environment, controls=controls, ignore_hangup=ignore_hangup)


def mark_a_group(terminal: RealTerminal) -> None:
    """Marks the word at the start of the text, and waits until that is shown; the layer's file is written later."""
    terminal.expect("saved")
    terminal.send("g")
    terminal.expect(r"▸\S*designation")
    terminal.send("m")
    terminal.expect(r"▸\S*state_link")


def saved(folder: Path) -> list[str]:
    corpus = Corpus.open(folder)
    written = corpus.layer("anna").get("002") if "anna" in corpus.layers else None
    return [each.text for each in written.annotations] if written is not None else []


@pytest.mark.parametrize(
    ("controls", "ignore_hangup"),
    [(True, False), (True, True), (False, False), (False, True)],
    ids=["hang-up", "hang-up ignored", "no hang-up", "neither"],
)
def test_terminal_that_goes_away_takes_the_app_with_it(seeds: Path, controls: bool, ignore_hangup: bool) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with opened(seeds, controls=controls, ignore_hangup=ignore_hangup) as terminal:
        mark_a_group(terminal)

        terminal.drop()

        assert terminal.ended() == 129
        assert terminal.is_gone
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < CPU_LIMIT
    assert saved(seeds) == ["Using"]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["HUP", "INT", "TERM"]
)
def test_terminal_is_given_back_when_a_signal_ends_the_app(seeds: Path, number: int, code: int) -> None:
    with opened(seeds) as terminal:
        mark_a_group(terminal)

        terminal.signal(number)

        assert terminal.ended() == code
        assert terminal.is_gone
        assert terminal.is_as_found
        assert ALTERNATE_SCREEN_LEFT in terminal.output
        assert b"Traceback" not in terminal.output
    assert saved(seeds) == ["Using"]


def test_terminal_is_given_back_at_once_at_the_second_signal(seeds: Path) -> None:
    # Nobody reads what the app writes, so it can neither draw nor leave in order.
    with opened(seeds) as terminal:
        terminal.expect("saved")
        with RealTerminalFull(terminal):
            terminal.signal(signal.SIGTERM)
            terminal.signal(signal.SIGHUP)

            assert terminal.ended() in {129, 143}
            assert terminal.is_gone
            assert terminal.is_as_found


class RealTerminalFull:
    """While it is entered, nothing more can be written to the terminal."""

    def __init__(self, terminal: RealTerminal) -> None:
        self._terminal = terminal

    def __enter__(self) -> None:
        termios.tcflow(self._terminal._slave, termios.TCOOFF)

    def __exit__(self, *_: object) -> None:
        termios.tcflow(self._terminal._slave, termios.TCOON)


def test_terminal_that_takes_nothing_more_keeps_no_process(seeds: Path) -> None:
    with opened(seeds) as terminal:
        mark_a_group(terminal)
        with RealTerminalFull(terminal):
            for _ in range(60):
                terminal.send("w")
            terminal.signal(signal.SIGTERM)

            assert terminal.ended() == 143
            assert terminal.is_gone
            assert terminal.is_as_found
    assert saved(seeds) == ["Using"]


def test_terminal_of_a_job_that_is_stopped_and_goes_on(seeds: Path) -> None:
    environment = {"PS1": "prompt> ", "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "HISTFILE": ""}
    shell = RealTerminal("--norc", "--noprofile", "-i", program=("bash",), environment=environment)
    with shell as terminal:
        terminal.expect("prompt> ")
        terminal.send(f"{sys.executable} {' '.join(APP)} {seeds} --as anna --document 002\n")
        mark_a_group(terminal)

        terminal.send("\x1a")
        told = terminal.expect("Stopped")
        assert ALTERNATE_SCREEN_LEFT.decode() in told
        terminal.expect("prompt> ")
        assert saved(seeds) == ["Using"]
        terminal.send("echo in=$((6*7))\n")
        terminal.expect("in=42")

        terminal.send("fg\n")
        terminal.expect("state_link")
        terminal.send("\x11")
        terminal.expect("1049l")
        terminal.expect("prompt> ")
        terminal.send("echo left=$?\n")
        terminal.expect("left=0")
        terminal.send("exit\n")
        assert terminal.ended() == 0


def test_terminal_without_a_shell_does_not_freeze_at_a_stop(seeds: Path) -> None:
    # The system stops no job that nobody could go on with.
    with opened(seeds) as terminal:
        mark_a_group(terminal)
        terminal.send("\x1a")
        terminal.expect("1049l")
        terminal.expect("1049h")
        terminal.expect("state_link")
        terminal.send("\x11")
        assert terminal.ended() == 0
    assert saved(seeds) == ["Using"]


def test_terminal_is_taken_again_after_a_stop_that_cannot_be_caught(seeds: Path) -> None:
    with opened(seeds) as terminal:
        mark_a_group(terminal)
        terminal.signal(signal.SIGSTOP)
        terminal.until("T")
        # As a shell does it when a job stops.
        termios.tcsetattr(terminal._slave, termios.TCSANOW, terminal.attributes)
        terminal.signal(signal.SIGCONT)
        terminal.expect("1049h")
        terminal.expect("state_link")
        terminal.send("\x11")
        assert terminal.ended() == 0
        assert terminal.is_as_found


def test_terminal_that_crashes_the_app_is_given_back_and_the_work_kept(seeds: Path, tmp_path: Path) -> None:
    program = """
import sys
from annotator.app import AnnotatorApp
from annotator.screens.annotate import AnnotateScreen
def broken(self):
    password = "a local variable's value"
    raise RuntimeError("broken \\x1b]0;taken over\\x07 [bold]")
AnnotatorApp.action_quit = broken
AnnotateScreen.save_soon = lambda self: None
from annotator.cli import main
main(["open", sys.argv[1], "--as", "anna", "--document", "002"])
"""
    with RealTerminal("-c", program, seeds, environment={"XDG_STATE_HOME": str(tmp_path / "state")}) as terminal:
        terminal.expect("saved")
        terminal.send("g")
        terminal.expect("designation")
        terminal.send("m\x11")

        assert terminal.ended() == 70
        assert terminal.is_as_found
        told = terminal.output.rpartition(b"\x1b[?1004l")[2].decode()
    assert "this is a fault of the program. RuntimeError: broken ␛]0;taken over␇ [bold]" in told
    assert "2 changes in 002 were saved as the app ended" in told
    assert "Traceback" not in told
    (report,) = (tmp_path / "state" / "annotator" / "crashes").iterdir()
    assert str(report) in told.replace("\r\n", "")
    assert report.stat().st_mode & 0o777 == 0o600
    assert "in broken" in report.read_text()
    assert "a local variable's value" not in report.read_text().replace('password = "a local', "")
    assert saved(seeds) == ["Using"]


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_terminal_is_needed_for_every_stream(seeds: Path, stream: str) -> None:
    master, slave = os.openpty()
    with Path(os.devnull).open("r+b") as nowhere:
        given = {name: nowhere if name == stream else slave for name in ("stdin", "stdout", "stderr")}
        ran = subprocess.run(
            [sys.executable, *APP, str(seeds)],
            check=False,
            stdin=given["stdin"],
            stdout=given["stdout"],
            stderr=given["stderr"],
            env={**os.environ, "TERM": "xterm"},
        )
    os.close(slave)
    os.close(master)

    assert ran.returncode == 5


def test_terminal_of_another_encoding_is_told_so(seeds: Path) -> None:
    with RealTerminal(*APP, seeds, environment={"PYTHONIOENCODING": "latin-1"}) as terminal:
        assert terminal.ended() == 5
        assert b"E-LOCALE" in terminal.output
        assert b"LC_ALL=C.UTF-8" in terminal.output


def block(folder: Path) -> tuple[Path, Path]:
    """Puts a folder where the layer's file belongs, and a file where the journals do: no save can succeed."""
    layer, journals = folder / "layers" / "anna" / "002.jsonl", folder / ".annotator" / "journal"
    layer.mkdir(parents=True)
    journals.parent.mkdir(exist_ok=True)
    journals.touch()
    return layer, journals


@pytest.mark.parametrize("lifted", [False, True], ids=["to the end", "until it is left"])
def test_terminal_is_left_with_the_code_that_says_whether_all_is_saved(seeds: Path, lifted: bool) -> None:
    with opened(seeds) as terminal:
        terminal.expect("saved")
        layer, journals = block(seeds)
        terminal.send("g")
        terminal.expect("NOT SAVED")
        terminal.send("\x11")
        terminal.expect("Quit\\?")
        if lifted:
            layer.rmdir()
            journals.unlink()
        terminal.send("y")

        assert terminal.ended() == (0 if lifted else 3)
        assert terminal.is_as_found
        told = terminal.output.rpartition(ALTERNATE_SCREEN_LEFT)[2].decode()
        assert ("1 changes in 002 were saved as the app ended" if lifted else "1 changes in 002 are not saved") in told
