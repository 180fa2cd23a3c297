"""What long work says on stderr: its steps, and how far a step is, with its rate and the time that is left."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO

import click

from annotator.display import safe

_CELLS = 20
"""How long the bar is."""

_REDRAWN_AFTER = 0.1
"""The seconds for which a bar stays as it is drawn."""

_LINE_EVERY = 10_000
"""The documents after which there is a line where no bar can be drawn."""


class Progress(AbstractContextManager["Progress"]):
    """Tells of steps in lines. How far a step is shows as a bar on a terminal, elsewhere as a line now and then.

    Args:
        stream: Where it goes; none given means stderr.
        clock: Gives the seconds since some moment.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._is_terminal = self._stream.isatty()
        self._step = ""
        self._begun = 0.0
        self._drawn: float | None = None
        self._told = 0

    def __exit__(self, *error: object) -> None:
        self._clear()

    def tell(self, what: str) -> None:
        """Tells that a step begins."""
        self._clear()
        click.echo(f"{safe(what)}…", file=self._stream)

    def advance(self, step: str, documents: int, share: float) -> None:
        """Shows how far a step is.

        Args:
            step: What is being done.
            documents: How many documents it is done with.
            share: How much of the whole that is, from 0 to 1.
        """
        now = self._clock()
        if step != self._step:
            self._step, self._begun, self._drawn, self._told = step, now, None, 0
        if not self._is_terminal:
            if documents >= self._told + _LINE_EVERY:
                self._told = documents
                click.echo(safe(self._line(documents, share, now - self._begun)), file=self._stream)
        elif self._drawn is None or now - self._drawn >= _REDRAWN_AFTER:
            self._drawn = now
            filled = round(_CELLS * min(share, 1))
            line = f"[{'#' * filled}{'-' * (_CELLS - filled)}] {self._line(documents, share, now - self._begun)}"
            width = shutil.get_terminal_size().columns
            click.echo(f"\r\x1b[K{safe(line)[: width - 1]}", nl=False, file=self._stream)

    def _line(self, documents: int, share: float, taken: float) -> str:
        line = f"{self._step} {share:.0%}, {documents:,} documents"
        if taken > 0 and documents and share > 0:
            line += f", {documents / taken:,.0f} a second, {_duration(taken * (1 - share) / share)} left"
        return line

    def _clear(self) -> None:
        """Takes the bar away."""
        if self._drawn is not None:
            click.echo("\r\x1b[K", nl=False, file=self._stream)
        self._step, self._drawn = "", None


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds, as `1:02:03`; without the hours where there are none."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
