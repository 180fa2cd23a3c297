"""A picture on the terminal's other screen while the app is loading, and the terminal as it was if it never comes.

Keys that are pressed meanwhile are neither shown nor lost: they wait in the terminal for the app. `Ctrl+C` still ends
the program, since the app that would take it is not there yet.
"""

from __future__ import annotations

import os
import shutil
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from annotator import settings
from annotator.first_frame import DEFAULT_THEME, SMALLEST, FirstFrame, inks
from corpus.errors import CorpusError
from corpus.glance import glance
from corpus.place import LAYERS, around

ENTER: Final = "\x1b[?1049h"
"""Goes to the terminal's other screen."""

_HIDE_CURSOR: Final = "\x1b[?25l"
_LEAVE: Final = "\x1b[0m\x1b[?1049l\x1b[?25h"


class Picture:
    """What is on the terminal until the app has drawn its own first frame."""

    def __init__(self) -> None:
        self._terminal = sys.stdin.fileno()
        self._modes = termios.tcgetattr(self._terminal)
        self._is_mine = True

    def draw(self, drawn: str) -> None:
        """Goes to the other screen and draws; whatever comes of it, `close` gives the terminal back as it was.

        Args:
            drawn: What is written to the terminal.
        """
        self._quieten()
        _write(ENTER + _HIDE_CURSOR + drawn)

    def _quieten(self) -> None:
        """Shows no keys, and hands each on as it is; they wait until somebody reads them."""
        modes = termios.tcgetattr(self._terminal)
        modes[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
        modes[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        for key in (termios.VSUSP, termios.VQUIT):
            modes[6][key] = b"\0"
        termios.tcsetattr(self._terminal, termios.TCSANOW, modes)

    def hand_over(self) -> None:
        """Leaves the other screen, as it is, to the app, which finds the terminal's modes as they were."""
        if self._is_mine:
            self._is_mine = False
            termios.tcsetattr(self._terminal, termios.TCSANOW, self._modes)

    def close(self) -> None:
        """Takes the picture away, unless the app has the terminal."""
        if self._is_mine:
            try:
                _write(_LEAVE)
            finally:
                self.hand_over()


@contextmanager
def shown(
    path: Path, layer: str, document: str | None = None, start: int = 0, beside: Sequence[str] = ()
) -> Iterator[Picture | None]:
    """Draws a document at once, if a glance at its file suffices for that; afterwards the terminal is as it was.

    Args:
        path: A corpus, or a path inside of it.
        layer: The layer that will be opened.
        document: The document's id; the first one where none is given.
        start: The code point to begin at.
        beside: The layers that will be shown beside.
    """
    written = drawn(path, layer, document, start, beside)
    if written is None:
        yield None
        return
    with closing(Picture()) as picture:
        picture.draw(written)
        yield picture


def drawn(path: Path, layer: str, document: str | None, start: int, beside: Sequence[str]) -> str | None:
    """The picture as it is written; nothing where something looks as if the app would refuse it."""
    # The app draws to standard error.
    if sys.__stderr__ is None or not sys.__stderr__.isatty():
        return None
    size = shutil.get_terminal_size()
    folder = around(path)
    if folder is None or size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
        return None
    if not all((folder / LAYERS / other).is_dir() for other in beside):
        return None
    found = glance(folder, layer, document, start + size[0] * size[1])
    if found is None:
        return None
    try:
        theme = settings.read(settings.user_file()).get("theme", DEFAULT_THEME)
    except CorpusError:
        return None
    return FirstFrame(found, layer, start, size, is_review=bool(beside)).drawn(inks(os.environ, theme))


def _write(drawn: str) -> None:
    stream = sys.__stderr__
    if stream is not None:
        stream.flush()
        data = drawn.encode("utf-8", errors="replace")
        while data:
            data = data[os.write(stream.fileno(), data) :]
