"""A signal ends a program with a code of its own, whatever ran when it came."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator import signals


class _Deaf:
    """Throws away whatever is raised when it goes, as code does that is not Python's."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def __del__(self) -> None:
        self._act()


def _told() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _ended_by(work: Callable[[], None]) -> object:
    with pytest.raises(SystemExit) as left, signals.raised():
        work()
    return left.value.code


def test_signals_are_raised_again_where_they_were_thrown_away() -> None:
    cleaned = []

    def work() -> None:
        try:
            _Deaf(_told)
            time.sleep(30)
        finally:
            cleaned.append(True)

    began = time.monotonic()
    assert _ended_by(work) == 143
    assert time.monotonic() - began < 20
    assert cleaned == [True]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_signals_end_a_program_that_makes_an_error_of_them_or_goes_on() -> None:
    def goes_on() -> None:
        with contextlib.suppress(SystemExit):
            _told()

    def fails() -> None:
        goes_on()
        raise ValueError

    assert _ended_by(goes_on) == 143
    assert _ended_by(fails) == 143
    # The next program in the same process was told nothing.
    signals.leave_if_told()


def test_signals_are_not_forgotten_by_one_program_within_another() -> None:
    def begins_another() -> None:
        with contextlib.suppress(SystemExit):
            _told()
        with signals.raised():
            pass
        time.sleep(0.01)

    assert _ended_by(begins_another) == 143


def test_signals_that_come_while_it_ends_interrupt_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = threading.Timer.join

    def told_meanwhile(timer: threading.Timer) -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        before(timer)

    def waits() -> None:
        _Deaf(_told)
        time.sleep(30)

    monkeypatch.setattr(threading.Timer, "join", told_meanwhile)
    assert _ended_by(waits) == 129
    assert {signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)} == {signal.SIG_DFL}


def test_signals_leave_other_errors_to_whoever_complains(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda thrown_away: heard.append(thrown_away.exc_type))

    def fails() -> None:
        raise ValueError

    with signals.raised():
        _Deaf(fails)
    assert heard == [ValueError]


def test_signals_are_not_told_as_an_error_of_the_corpus(seeds: Path) -> None:
    lines = ["import os, signal", "try:", "    os.kill(os.getpid(), signal.SIGTERM)", "except SystemExit:", "    pass"]
    (seeds / "deaf.py").write_text("\n".join([*lines, "raise ValueError"]) + "\n", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "annotator", "zones", str(seeds), "002", "--schema", "deaf:Schema"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (143, "")
