"""The app in a real terminal: it is opened there or says why not, and leaves it as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from corpus.corpus import Corpus

COMMAND = ["-m", "annotator", "open"]
ALTERNATE_SCREEN_LEFT = "\x1b[?1049l"
ESCAPE = "\x1b[27u"
"""Esc as a terminal sends it that was asked to tell keys apart: with a bare ESC, a `q` that comes soon is Alt+q."""


@contextmanager
def terminal(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[pexpect.spawn[str]]:
    child = pexpect.spawn(
        sys.executable,
        [*COMMAND, str(folder), "--as", "anna", *arguments],
        env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
        encoding="utf-8",
        dimensions=(40, 120),
        timeout=30,
    )
    try:
        yield child
    finally:
        child.close(force=True)


def saved(folder: Path) -> list[str]:
    corpus = Corpus.open(folder)
    if "anna" not in corpus.layers:
        return []
    return [each.text for each in corpus.layer("anna")["002"].annotations]


def mark_a_group(child: pexpect.spawn[str]) -> None:
    """Marks the word at the start of the text, and waits until it is on the disk."""
    child.expect("saved")
    mark_here(child)


def mark_here(child: pexpect.spawn[str]) -> None:
    child.send("g")
    child.expect("▸.designation")
    child.send("m")
    child.expect("▸.state_link")


def test_terminal_shows_the_app_and_gets_back_what_it_was(seeds: Path) -> None:
    with terminal(seeds, "--document", "002") as child:
        mark_a_group(child)
        child.send(ESCAPE)
        child.expect("v.*select.*Enter.*form")
        child.send("q")
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == 0
        assert ALTERNATE_SCREEN_LEFT in str(child.before)
    assert saved(seeds) == ["Using"]


def test_terminal_that_says_it_has_no_size_is_read_on(seeds: Path) -> None:
    with terminal(seeds, "--document", "002") as child:
        child.expect("saved")
        # The library's parser divides by what it was told, once it hears of the mouse.
        child.send("\x1b[48;40;120;0;0t\x1b[<35;3;4M")
        mark_here(child)
        child.kill(signal.SIGHUP)
        child.expect(pexpect.EOF)
    assert saved(seeds) == ["Using"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
def test_terminal_that_is_closed_loses_nothing(seeds: Path, number: signal.Signals, code: int) -> None:
    with terminal(seeds, "--document", "002") as child:
        mark_a_group(child)

        child.kill(number)
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == code
        assert ALTERNATE_SCREEN_LEFT in str(child.before)
    assert saved(seeds) == ["Using"]


@pytest.mark.parametrize("term", ["", "dumb"])
def test_terminal_that_cannot_move_its_cursor_is_told_so(seeds: Path, term: str) -> None:
    with terminal(seeds, environment={"TERM": term}) as child:
        child.expect("E-TERM .*TERM is unset or dumb")
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == 5


def test_terminal_that_is_a_pipe_is_told_so(seeds: Path) -> None:
    ran = subprocess.run(
        [sys.executable, *COMMAND, str(seeds)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stdout) == (5, "")
    assert ran.stderr.startswith("annotator: E-NOTTY")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (("--document", "999"), "there is no document '999'", 2),
        (("--beside", "nobody"), "there is no layer 'nobody'", 2),
        (("--as", "../x"), "is not a name that a file may have", 4),
    ],
)
def test_terminal_shows_no_app_for_what_is_not_there(
    seeds: Path, arguments: tuple[str, ...], message: str, code: int
) -> None:
    with terminal(seeds, *arguments) as child:
        child.expect_exact(message)
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == code
        assert ALTERNATE_SCREEN_LEFT not in str(child.before)
