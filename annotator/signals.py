"""How a program is told to end: gently at the first signal, at once at the second or when it takes too long."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NoReturn, Self

PATIENCE = 5.0
"""How many seconds the gentle way may take."""


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Within, SIGHUP and SIGTERM raise `SystemExit` with 129 and 143, so that what is under way is cleaned up.

    A signal that is ignored, as by nohup, stays ignored. Outside of the main thread nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {}
    for number in (signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_DFL:
            before[number] = signal.signal(number, _raise)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


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
