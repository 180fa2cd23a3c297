"""How a program is told to end: gently at the first signal, at once at the second or when it takes too long."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Final, NoReturn, Self

PATIENCE = 5.0
"""How many seconds the gentle way may take."""

_A_MOMENT: Final = 0.01
"""Seconds after which a signal is raised again that was thrown away."""

_told: list[int] = []
"""The signals that came within `raised`."""


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Within, SIGHUP and SIGTERM raise `SystemExit` with 129 and 143, so that what is under way is cleaned up.

    Code that is not Python's, as pydantic's, may throw away whatever is raised while it runs, or make an error of its
    own of it. Where Python is told that it was thrown away, it is raised again a moment later; and whatever is raised
    or done in the end, `SystemExit` leaves this. A signal that is ignored, as by nohup, stays ignored. Within another
    one, and outside of the main thread, nothing changes.
    """
    numbers = [number for number in (signal.SIGHUP, signal.SIGTERM) if signal.getsignal(number) is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread() or not numbers:
        yield
        return
    complain = sys.unraisablehook
    again: list[threading.Timer] = []

    def hear_again(thrown_away: sys.UnraisableHookArgs) -> None:
        if isinstance(thrown_away.exc_value, SystemExit) and _told:
            # To the main thread, which may wait for the system.
            again.append(threading.Timer(_A_MOMENT, signal.pthread_kill, (threading.main_thread().ident, _told[-1])))
            again[-1].daemon = True
            again[-1].start()
        else:
            complain(thrown_away)

    for number in numbers:
        signal.signal(number, _raise)
    sys.unraisablehook = hear_again
    try:
        yield
    finally:
        # From here on, one more signal interrupts nothing, and none comes after the handlers are gone. The first time,
        # one may come between.
        for _ in range(2):
            with contextlib.suppress(SystemExit):
                for number in numbers:
                    signal.signal(number, _note)
        for timer in again:
            timer.cancel()
            timer.join()
        sys.unraisablehook = complain
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
        told = _told.copy()
        _told.clear()
        if told:
            raise SystemExit(128 + told[-1])


def leave_if_told() -> None:
    """Raises what a signal has raised already, where something else was made of it.

    Raises:
        SystemExit: With 128 and the signal's number, if one came within `raised`, in the main thread.
    """
    if _told and threading.current_thread() is threading.main_thread():
        raise SystemExit(128 + _told[-1])


def _raise(number: int, _frame: FrameType | None) -> NoReturn:
    _told.append(number)
    raise SystemExit(128 + number)


def _note(number: int, _frame: FrameType | None) -> None:
    _told.append(number)


class Ending:
    """Hears SIGHUP, SIGTERM and SIGINT while it is entered.

    The handlers are the interpreter's own and not those of an event loop: a loop that is stuck hears nothing.
    """

    def __init__(self, gently: Callable[[int], None], at_once: Callable[[], None], patience: float = PATIENCE) -> None:
        """`gently` begins to leave with an exit code; `at_once` gives back what must not be left as it is."""
        self._gently = gently
        self._at_once = at_once
        self._patience = patience
        self._began = False
        self._before: dict[signal.Signals, object] = {}
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type] # what `signal.signal` gave

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if self._began:
            self._stop(128 + number)
        self.begin(128 + number)

    def begin(self, code: int) -> None:
        """Begins to leave, unless that was begun before; where it takes too long, the process ends all the same."""
        if self._began:
            return
        self._began = True
        self._timer = threading.Timer(self._patience, self._stop, [code])
        self._timer.daemon = True
        self._timer.start()
        self._gently(code)

    def _stop(self, code: int) -> NoReturn:
        with contextlib.suppress(Exception):
            self._at_once()
        os._exit(code)
