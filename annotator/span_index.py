"""Which marks touch a piece of the text, for a hundred thousand marks and in the time between two keys.

A `Mark` is an extent with what a screen needs to draw it; it knows no labels and no schema. The index keeps the
fragments of all marks sorted by start, in blocks that each know their farthest end, so a mark that covers the whole
document costs one block and not a search through everything before the row.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import le
from typing import Final, Literal, NamedTuple

from schemas import Extent

Look = Literal["own", "part", "beside", "finding", "search", "draft", "target"]
"""Why a mark is shown: an annotation of mine, a part of one, another layer's, a finding of the check, a search hit,
what is being marked just now, or a part of the annotation that is selected."""

_BLOCK: Final = 256
"""Fragments in a block as it is built; a block that grows to twice as many is cut in two."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An extent of the document and how it is drawn."""

    id: str
    """The annotation's id; "" for a mark that belongs to none."""
    extent: Extent
    """What it covers, in code points, half-open."""
    tag: str
    """The short name drawn in the lane: "actor", "cue", "source"."""
    slot: int
    """Which colour of the palette, 0 to 11."""
    look: Look = "own"
    """Why it is shown."""
    margin: bool = False
    """Shown as a bar at the edge of the text, not under it: for long extents, which hold other marks."""


class Piece(NamedTuple):
    """One fragment of a mark, in code points, half-open."""

    start: int
    end: int
    mark: Mark


class _Block:
    """Neighbouring fragments, sorted by start, as three columns."""

    __slots__ = ("ends", "farthest", "marks", "starts")

    def __init__(self, starts: list[int], ends: list[int], marks: list[Mark]) -> None:
        self.starts = starts
        self.ends = ends
        self.marks = marks
        self.farthest = max(ends)

    def cut(self) -> _Block:
        """Move the second half into a new block."""
        middle = len(self.starts) // 2
        other = _Block(self.starts[middle:], self.ends[middle:], self.marks[middle:])
        del self.starts[middle:], self.ends[middle:], self.marks[middle:]
        self.farthest = max(self.ends)
        return other


def _enter(by_id: dict[str, Mark | list[Mark]], mark: Mark) -> None:
    """Note a mark under its id; most ids have one, and it needs no list."""
    others = by_id.get(mark.id)
    if others is None:
        by_id[mark.id] = mark
    elif isinstance(others, list):
        others.append(mark)
    else:
        by_id[mark.id] = [others, mark]


class SpanIndex:
    """The marks of one document, found by what they touch. Equal marks may be held more than once."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        """Index marks.

        Args:
            marks: In any order; those in document order are indexed fastest.
        """
        starts: list[int] = []
        ends: list[int] = []
        owners: list[Mark] = []
        self._count = 0
        for mark in marks:
            self._count += 1
            for start, end in mark.extent:
                starts.append(start)
                ends.append(end)
                owners.append(mark)
        if not all(map(le, starts, islice(starts, 1, None))):
            order = sorted(range(len(starts)), key=starts.__getitem__)
            starts, ends = [starts[at] for at in order], [ends[at] for at in order]
            owners = [owners[at] for at in order]
        self._blocks = [
            _Block(starts[at : at + _BLOCK], ends[at : at + _BLOCK], owners[at : at + _BLOCK])
            for at in range(0, len(starts), _BLOCK)
        ]
        self._firsts = [block.starts[0] for block in self._blocks]
        self._farthest = [block.farthest for block in self._blocks]
        self._by_id: dict[str, Mark | list[Mark]] | None = None

    def __len__(self) -> int:
        """How many marks there are."""
        return self._count

    def __iter__(self) -> Iterator[Mark]:
        """Every mark, by where it starts."""
        for block in self._blocks:
            for start, mark in zip(block.starts, block.marks, strict=True):
                if start == mark.extent[0][0]:
                    yield mark

    def add(self, mark: Mark) -> None:
        """Take a mark in."""
        for start, end in mark.extent:
            self._insert(start, end, mark)
        self._count += 1
        if self._by_id is not None:
            _enter(self._by_id, mark)

    def remove(self, mark: Mark) -> None:
        """Let a mark go.

        Raises:
            KeyError: If it, or one equal to it, is not here.
        """
        for start, end in mark.extent:
            self._delete(start, end, mark)
        self._count -= 1
        if self._by_id is not None:
            others = self._by_id[mark.id]
            if isinstance(others, list):
                others.remove(mark)
            else:
                del self._by_id[mark.id]

    def of(self, annotation: str) -> list[Mark]:
        """The marks of one annotation, as they were added."""
        if self._by_id is None:
            self._by_id = {}
            for mark in self:
                _enter(self._by_id, mark)
        found = self._by_id.get(annotation, [])
        return list(found) if isinstance(found, list) else [found]

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Every fragment that shares a code point with `[start, end)`, by where it starts."""
        found: list[Piece] = []
        blocks = self._blocks
        for at in range(bisect_left(self._firsts, end)):
            if self._farthest[at] > start:
                block = blocks[at]
                high = bisect_left(block.starts, end)
                found += [
                    Piece(low, block.ends[place], block.marks[place])
                    for place, low in enumerate(block.starts[:high])
                    if block.ends[place] > start
                ]
        return found

    def touching(self, start: int, end: int) -> list[Mark]:
        """Every mark that shares a code point with `[start, end)`, once, by where its first fragment here starts."""
        return list({id(piece.mark): piece.mark for piece in self.pieces(start, end)}.values())

    def at(self, offset: int) -> list[Mark]:
        """The marks over one code point, the innermost (shortest) first."""
        return sorted(self.touching(offset, offset + 1), key=lambda mark: mark.extent.size)

    def _insert(self, start: int, end: int, mark: Mark) -> None:
        if not self._blocks:
            self._blocks, self._firsts, self._farthest = [_Block([start], [end], [mark])], [start], [end]
            return
        at = max(0, bisect_right(self._firsts, start) - 1)
        block = self._blocks[at]
        place = bisect_right(block.starts, start)
        block.starts.insert(place, start)
        block.ends.insert(place, end)
        block.marks.insert(place, mark)
        block.farthest = max(block.farthest, end)
        if len(block.starts) > 2 * _BLOCK:
            other = block.cut()
            self._blocks.insert(at + 1, other)
            self._firsts.insert(at + 1, other.starts[0])
            self._farthest.insert(at + 1, other.farthest)
        self._firsts[at], self._farthest[at] = block.starts[0], block.farthest

    def _delete(self, start: int, end: int, mark: Mark) -> None:
        # Fragments of one start may lie in several blocks.
        for at in range(max(0, bisect_left(self._firsts, start) - 1), bisect_right(self._firsts, start)):
            block = self._blocks[at]
            for place in range(bisect_left(block.starts, start), bisect_right(block.starts, start)):
                if block.ends[place] == end and block.marks[place] == mark:
                    del block.starts[place], block.ends[place], block.marks[place]
                    self._settle(at)
                    return
        raise KeyError(mark)

    def _settle(self, at: int) -> None:
        """Bring the first start and the farthest end of a block up to date."""
        block = self._blocks[at]
        if block.starts:
            block.farthest = max(block.ends)
            self._firsts[at], self._farthest[at] = block.starts[0], block.farthest
        else:
            del self._blocks[at], self._firsts[at], self._farthest[at]
