"""What is sent to a terminal: at once as far as it takes it, and the rest in order by a thread that may wait for it."""

from __future__ import annotations

import codecs
import contextlib
import os
from collections.abc import Callable
from typing import TextIO


class Output:
    """A stream to a terminal that throws away what nobody can read any more: who waits for it to be written need not.

    A thread writes and flushes it. Whoever has something to send and may not wait tries `send` first, and gives to the
    thread what that does not take; nothing is sent at once while the thread has anything to write.
    """

    def __init__(self, stream: TextIO, gone: Callable[[], None]) -> None:
        """`gone` is called once, as soon as there is nobody to write to any more; it may be in any thread."""
        self._stream = stream
        self._gone = gone
        self._is_open = True
        self._descriptor = -1
        """The terminal once more, opened for ourselves: a write that does not wait is nothing to ask of a file that
        the shell has open as well.
        """
        self._given = self._written = self._flushed = 0
        """How many texts the thread was given, has written, and has flushed."""
        self._owed = b""
        """What is left of a text that was sent in part."""

    def fileno(self) -> int:
        """The file descriptor of the stream."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    @property
    def is_behind(self) -> bool:
        """Whether the thread has something to write that the terminal has not taken yet."""
        return self._flushed != self._given

    # Whoever may not wait

    def open(self) -> None:
        """Makes it possible to send at once, where the system lets us open the terminal once more."""
        self.close()
        if codecs.lookup(self._stream.encoding).name == "utf-8":
            flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
            with contextlib.suppress(OSError):
                self._descriptor = os.open(os.ttyname(self.fileno()), flags)

    def close(self) -> None:
        """Sends nothing at once any more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def send(self, text: str) -> str | None:
        """Sends what the terminal takes without waiting; what the thread must be given for the rest, if anything."""
        if self._descriptor < 0 or self.is_behind:
            self._given += 1
            return text
        data = text.encode(errors="backslashreplace")
        try:
            sent = os.write(self._descriptor, data)
        except OSError:
            # It takes nothing now, or nobody is there any more: the thread finds out which.
            sent = 0
        if sent == len(data):
            return None
        # It may be cut inside of a code point.
        self._owed = data[sent:]
        self._given += 1
        return ""

    # The thread

    def write(self, text: str) -> int:
        """Writes a text, after what is left of one that was sent in part."""
        self._try(lambda: self._write(text))
        self._written += 1
        return len(text)

    def flush(self) -> None:
        """Brings everything that was written to the terminal."""
        self._try(self._stream.flush)
        self._flushed = self._written

    def _write(self, text: str) -> None:
        if self._owed:
            owed, self._owed = self._owed, b""
            self._stream.buffer.write(owed)
        if text:
            self._stream.write(text)

    def _try(self, act: Callable[[], object]) -> None:
        if self._is_open:
            try:
                act()
            except (OSError, ValueError):
                self._is_open = False
                self._gone()
