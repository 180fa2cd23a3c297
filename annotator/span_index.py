"""Which marks touch a piece of the text, for a hundred thousand marks and in the time between two keys.

A `Mark` is an extent with what a screen needs to draw it; it knows no labels and no schema. The index keeps the
fragments of all marks sorted by start, in blocks that each know their farthest end and their longest fragment, so a
mark that covers the whole document costs one block and not a search through everything before the row.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from operator import le, sub
from typing import Final, Literal, NamedTuple, Protocol

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


class Unmade(Protocol):
    """Marks of one fragment each that are known to be there, each by a number, and made only when they are drawn.

    They are the own ones of annotations, and not for the margin.
    """

    def spans(self) -> Iterable[tuple[int, int, int]]:
        """Start, end and number of each, by where it starts."""

    def made(self, number: int) -> Mark:
        """One of them."""

    def find(self, id: str) -> int | None:
        """The number of the one that belongs to an annotation; no other one of them does."""


class _Block:
    """Neighbouring fragments, sorted by start, as three columns; the last has the numbers of their marks."""

    __slots__ = ("ends", "farthest", "longest", "numbers", "starts")

    def __init__(self, starts: array[int], ends: array[int], numbers: array[int]) -> None:
        self.starts = starts
        self.ends = ends
        self.numbers = numbers
        self.farthest = max(ends)
        self.longest = max(map(sub, ends, starts))
        """At least as long as each of them; one that was longer may have been let go."""

    def cut(self) -> _Block:
        """Move the second half into a new block."""
        middle = len(self.starts) // 2
        other = _Block(self.starts[middle:], self.ends[middle:], self.numbers[middle:])
        del self.starts[middle:], self.ends[middle:], self.numbers[middle:]
        self.farthest = max(self.ends)
        return other


class SpanIndex:
    """The marks of one document, found by what they touch. Equal marks may be held more than once."""

    def __init__(self, marks: Iterable[Mark] = (), unmade: Unmade | None = None) -> None:
        """Index marks.

        Args:
            marks: In any order; those in document order are indexed fastest.
            unmade: More of them, which take hardly any memory.
        """
        starts, ends, numbers = array("i"), array("i"), array("i")
        self._unmade = unmade
        self._gone: set[int] = set()
        """The numbers of the unmade marks that were let go."""
        self._made: dict[int, Mark] = {}
        """The others, by numbers below 0."""
        self._by_id: dict[str, dict[int, None]] = {}
        """The numbers of those by annotation, as they were added."""
        for start, end, number in unmade.spans() if unmade is not None else ():
            starts.append(start)
            ends.append(end)
            numbers.append(number)
        self._count = len(numbers)
        self._last = 0
        for mark in marks:
            number = self._enter(mark)
            for start, end in mark.extent:
                starts.append(start)
                ends.append(end)
                numbers.append(number)
        if not all(map(le, starts, islice(starts, 1, None))):
            order = sorted(range(len(starts)), key=starts.__getitem__)
            starts, ends, numbers = (array("i", map(each.__getitem__, order)) for each in (starts, ends, numbers))
        self._blocks = [
            _Block(starts[at : at + _BLOCK], ends[at : at + _BLOCK], numbers[at : at + _BLOCK])
            for at in range(0, len(starts), _BLOCK)
        ]
        self._firsts = [block.starts[0] for block in self._blocks]
        self._reach = list(accumulate((block.farthest for block in self._blocks), max))
        """The farthest end of each block and of all before it."""

    def __len__(self) -> int:
        """How many marks there are."""
        return self._count

    def __iter__(self) -> Iterator[Mark]:
        """Every mark, by where it starts."""
        for block in self._blocks:
            for start, number in zip(block.starts, block.numbers, strict=True):
                mark = self._mark(number)
                if start == mark.extent[0][0]:
                    yield mark

    def add(self, mark: Mark) -> None:
        """Take a mark in."""
        number = self._enter(mark)
        for start, end in mark.extent:
            self._insert(start, end, number)

    def remove(self, mark: Mark) -> None:
        """Let a mark go.

        Raises:
            KeyError: If it, or one equal to it, is not here.
        """
        number = next((each for each in self._numbers_of(mark.id) if self._mark(each) == mark), None)
        if number is None:
            raise KeyError(mark)
        for start, end in mark.extent:
            self._delete(start, end, number)
        self._count -= 1
        if number in self._made:
            del self._made[number], self._by_id[mark.id][number]
        else:
            self._gone.add(number)

    def of(self, annotation: str) -> list[Mark]:
        """The marks of one annotation, as they were added."""
        return [self._mark(number) for number in self._numbers_of(annotation)]

    def _enter(self, mark: Mark) -> int:
        """Note a mark under its id, and give it a number."""
        self._count += 1
        self._last -= 1
        self._made[self._last] = mark
        self._by_id.setdefault(mark.id, {})[self._last] = None
        return self._last

    def _mark(self, number: int) -> Mark:
        if number < 0 or self._unmade is None:
            return self._made[number]
        return self._unmade.made(number)

    def _numbers_of(self, annotation: str) -> Iterator[int]:
        found = self._unmade.find(annotation) if self._unmade is not None else None
        if found is not None and found not in self._gone:
            yield found
        yield from self._by_id.get(annotation, ())

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Every fragment that shares a code point with `[start, end)`, by where it starts."""
        return [Piece(low, high, self._mark(number)) for low, high, number in self.fragments(start, end)]

    def fragments(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """The same with the numbers of the marks, none of which is made for it."""
        found: list[tuple[int, int, int]] = []
        blocks = self._blocks
        for at in range(bisect_right(self._reach, start), bisect_left(self._firsts, end)):
            block = blocks[at]
            if block.farthest > start:
                low, high = bisect_right(block.starts, start - block.longest), bisect_left(block.starts, end)
                columns = (block.starts[low:high], block.ends[low:high], block.numbers[low:high])
                found += [each for each in zip(*columns, strict=True) if each[1] > start]
        return found

    def made(self, number: int) -> Mark | None:
        """The mark with a number; nothing where it is one of those that are made only when they are drawn."""
        return self._made.get(number)

    def touching(self, start: int, end: int) -> list[Mark]:
        """Every mark that shares a code point with `[start, end)`, once, by where its first fragment here starts."""
        return list({id(piece.mark): piece.mark for piece in self.pieces(start, end)}.values())

    def at(self, offset: int) -> list[Mark]:
        """The marks over one code point, the innermost (shortest) first."""
        return sorted(self.touching(offset, offset + 1), key=lambda mark: mark.extent.size)

    def _insert(self, start: int, end: int, number: int) -> None:
        if not self._blocks:
            block = _Block(*(array("i", [each]) for each in (start, end, number)))
            self._blocks, self._firsts, self._reach = [block], [start], [end]
            return
        at = max(0, bisect_right(self._firsts, start) - 1)
        block = self._blocks[at]
        place = bisect_right(block.starts, start)
        block.starts.insert(place, start)
        block.ends.insert(place, end)
        block.numbers.insert(place, number)
        block.farthest, block.longest = max(block.farthest, end), max(block.longest, end - start)
        self._reach_from(at)
        if len(block.starts) > 2 * _BLOCK:
            other = block.cut()
            self._blocks.insert(at + 1, other)
            self._firsts.insert(at + 1, other.starts[0])
            # Both together reach as far as the one did.
            self._reach.insert(at, max(block.farthest, self._reach[at - 1] if at else 0))
        self._firsts[at] = block.starts[0]

    def _delete(self, start: int, end: int, number: int) -> None:
        # Fragments of one start may lie in several blocks.
        for at in range(max(0, bisect_left(self._firsts, start) - 1), bisect_right(self._firsts, start)):
            block = self._blocks[at]
            for place in range(bisect_left(block.starts, start), bisect_right(block.starts, start)):
                if block.ends[place] == end and block.numbers[place] == number:
                    del block.starts[place], block.ends[place], block.numbers[place]
                    self._settle(at)
                    return

    def _settle(self, at: int) -> None:
        """Bring the first start and the farthest end of a block up to date."""
        block = self._blocks[at]
        if block.starts:
            block.farthest = max(block.ends)
            self._firsts[at] = block.starts[0]
        else:
            del self._blocks[at], self._firsts[at], self._reach[at]
        self._reach_from(at)

    def _reach_from(self, at: int) -> None:
        """Bring up to date how far a block reaches, and those after it, with all before them."""
        reach = self._reach
        farthest = reach[at - 1] if at else 0
        for place in range(at, len(reach)):
            farthest = max(farthest, self._blocks[place].farthest)
            if reach[place] == farthest:
                # What is behind it builds on this, and is as it was.
                break
            reach[place] = farthest
