"""How long somebody is at work: the time between acts, as long as they follow one another."""

from __future__ import annotations

import time
from collections.abc import Callable

IDLE_AFTER = 60.0
"""After so many seconds without an act nobody is at work: what is longer between two acts does not count at all."""


class Stopwatch:
    """Adds up the time between acts (a key, a click, a turn of the wheel)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds, and never goes back."""
        self._clock = clock
        self._last: float | None = None
        self._seconds = 0.0

    def act(self) -> None:
        """Takes notice of an act."""
        now = self._clock()
        if self._last is not None and now - self._last <= IDLE_AFTER:
            self._seconds += now - self._last
        self._last = now

    @property
    def seconds(self) -> float:
        """The time that has not been taken yet."""
        return self._seconds

    def take(self) -> float:
        """The time since it was last taken; from now on it counts from nothing."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


def spoken(seconds: float) -> str:
    """A length of time in the words that a list has room for."""
    minutes = round(seconds / 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{minutes} min" if minutes else ("< 1 min" if seconds >= 1 else "")
