"""A large file of lines in parts, each of which a process reads; the results come in the file's order."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from corpus.errors import StoreFailed

Result = TypeVar("Result")

LARGE = 32 * 1024 * 1024
"""The bytes from which on several processes share the work of themselves: below that, starting them takes as long."""

BUFFER = 256 * 1024
"""The bytes of a file that are read at once: a line of some kilobytes would mostly lie across two of Python's own."""

_MOST_PROCESSES = 8

_YOUNG = 50_000
"""The objects after which the garbage collector looks for some: those of a part are there at once, and none is garbage
until all are let go, so that looking at them again and again takes time and finds nothing."""


class Part(NamedTuple):
    """A part of a file: it begins and ends with a line."""

    path: Path
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.end - self.start


def processes_for(size: int) -> int:
    """How many processes share the work on that many bytes, where nobody says."""
    return min(os.cpu_count() or 1, _MOST_PROCESSES) if size >= LARGE else 1


def parts_of(path: Path, size: int) -> Iterator[Part]:
    """The parts of a file, of about that many bytes each.

    Raises:
        OSError: If the file cannot be read.
    """
    with path.open("rb") as stream:
        whole = path.stat().st_size
        start = 0
        while start < whole:
            stream.seek(start + size)
            while (piece := stream.readline(size)) and not piece.endswith(b"\n"):
                pass
            end = min(stream.tell(), whole) if piece else whole
            yield Part(path, start, end)
            start = end


def pool(processes: int) -> ProcessPoolExecutor:
    """Processes that have what they need, a schema that only its corpus knows included, from being forked."""
    fork = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(processes, mp_context=fork, initializer=_begin)


@contextlib.contextmanager
def old_objects_left_alone() -> Iterator[None]:
    """Keeps the garbage collector from looking again and again through what was there before, which is no garbage."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def in_order(
    submitted: Iterable[tuple[Part, Future[Result]]], processes: int, ahead: int
) -> Iterator[tuple[Part, Result]]:
    """Each part's result, in order, with no more parts under way than keep the processes busy, and that many more.

    Raises:
        StoreFailed: If a process was ended by somebody else.
    """
    waiting: deque[tuple[Part, Future[Result]]] = deque()
    try:
        for each in submitted:
            waiting.append(each)
            if len(waiting) > processes + ahead:
                part, future = waiting.popleft()
                yield part, future.result()
        while waiting:
            part, future = waiting.popleft()
            yield part, future.result()
    except BrokenProcessPool as error:
        raise StoreFailed(
            "a process that shared the work was ended from outside, as a system does that runs out of memory",
            help="Run the command again; with --jobs 1 it needs the least memory",
        ) from error


class PartLines:
    """The lines of a part."""

    def __init__(self, stream: BinaryIO, part: Part) -> None:
        stream.seek(part.start)
        self._stream = stream
        self._left = part.size

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, or that many bytes of it; nothing at the end of the part."""
        line = self._stream.readline(self._left if size < 0 else min(size, self._left))
        self._left -= len(line)
        return line


def _begin() -> None:
    """Lets the parent alone answer Ctrl-C and clean up, and the garbage collector pass over what it has left."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # When one process is ended, the pool ends the others so; what the parent does at this signal would keep one alive.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
