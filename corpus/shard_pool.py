"""The check of a shard by several processes: each takes a part of the file, and the findings come in its order."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, ClassVar

from corpus.check import Seen
from corpus.shard_check import ShardCheck, twice
from schemas import Entity, Finding, LabelSchema

PART_SIZE = 4 * 1024 * 1024
"""About how many bytes a process takes at once."""


def check_in_processes(
    path: Path,
    schema: LabelSchema,
    entities: Mapping[str, Entity] | None,
    seen: Seen,
    progress: Callable[[int], None] | None,
    processes: int,
) -> Iterator[Finding]:
    """What `check_shard` finds, by that many processes.

    Raises:
        OSError: If the file cannot be read.
    """
    documents: dict[str, set[str]] = {}
    lines = 0
    _Worker.schema, _Worker.entities = schema, entities
    # What a process needs, a schema that only its corpus knows included, it has from being forked.
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=fork, initializer=_leave_interrupts) as pool:
        for size, part in _in_order(pool, path, processes):
            yield from (replace(each, line=(each.line or 0) + lines) for each in part.findings)
            for annotator, found in part.documents.items():
                before = documents.setdefault(annotator, set())
                for document in sorted(before & found.keys(), key=found.__getitem__):
                    yield twice(annotator, document, str(path), found[document] + lines)
                before.update(found)
            lines += part.lines
            seen.documents += part.seen.documents
            seen.annotations += part.seen.annotations
            if progress is not None:
                progress(size)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a process has found in a part of the file; lines are counted from the part's first."""

    findings: list[Finding]
    seen: Seen
    lines: int
    documents: dict[str, dict[str, int]]


class _Worker:
    """What a process knows before it gets a part to check."""

    schema: ClassVar[LabelSchema]
    entities: ClassVar[Mapping[str, Entity] | None]


def _leave_interrupts() -> None:
    """Lets the parent alone answer Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _in_order(pool: ProcessPoolExecutor, path: Path, processes: int) -> Iterator[tuple[int, _Part]]:
    """Each part's size and result, in the file's order, with no more parts under way than keep the processes busy."""
    waiting: deque[tuple[int, Future[_Part]]] = deque()
    for start, end in _bounds(path):
        waiting.append((end - start, pool.submit(_check_part, path, start, end)))
        if len(waiting) > 2 * processes:
            size, future = waiting.popleft()
            yield size, future.result()
    for size, future in waiting:
        yield size, future.result()


def _bounds(path: Path) -> Iterator[tuple[int, int]]:
    """The bytes where each part begins and ends; it ends with a line."""
    with path.open("rb") as stream:
        size = path.stat().st_size
        start = 0
        while start < size:
            stream.seek(start + PART_SIZE)
            while (piece := stream.readline(PART_SIZE)) and not piece.endswith(b"\n"):
                pass
            end = min(stream.tell(), size) if piece else size
            yield start, end
            start = end


def _check_part(path: Path, start: int, end: int) -> _Part:
    check = ShardCheck(str(path), _Worker.schema, _Worker.entities, Seen())
    with path.open("rb") as stream:
        stream.seek(start)
        findings = list(check.findings(_Slice(stream, end - start), is_start=start == 0))
    return _Part(findings, check.seen, check.lines, check.documents)


class _Slice:
    """The lines of a file up to a byte."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    def readline(self, size: int = -1, /) -> bytes:
        """The next line, or that many bytes of it; nothing at the end of the part."""
        line = self._stream.readline(self._left if size < 0 else min(size, self._left))
        self._left -= len(line)
        return line
