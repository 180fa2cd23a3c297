"""What is under each id of a layer's document: its file's lines as they were read, and what was changed since.

A session, what it was at some moment, and what is known to be on the disk share the lines; only what was put in place
of some, or beside them, is kept more than once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from annotator.history import Entry
from corpus.annotation_lines import AnnotationLines, Order
from corpus.drafts import Draft
from corpus.layers import Written, canonical_line
from schemas import Annotation


class Stock(Mapping[str, Entry]):
    """Annotations and drafts by id, in the order of their places."""

    def __init__(self, annotations: Sequence[Annotation] = ()) -> None:
        self._lines: AnnotationLines | None = None
        self._own: dict[int, Entry] = {}
        """What is not as it is on a line, by a number above those of the lines."""
        self._changed: dict[str, int | None] = {}
        """By id, where that is; nothing where it was taken away."""
        if isinstance(annotations, AnnotationLines):
            self._lines = annotations
        else:
            self._own = dict(enumerate(sorted(annotations, key=lambda each: each.order)))
            self._changed = {entry.id: number for number, entry in self._own.items()}
        self._first = len(self._lines) if self._lines is not None else 0
        self._next = len(annotations)
        self._order = array("i", range(self._next))
        """The number of each, by place."""

    def copy(self) -> Stock:
        """The same, which does not change when this one does."""
        other = Stock.__new__(Stock)
        other._lines, other._first, other._next = self._lines, self._first, self._next
        other._own, other._changed, other._order = dict(self._own), dict(self._changed), self._order[:]
        return other

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        """The ids, by place."""
        return (self._id(number) for number in self._order)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._find(id) is not None

    def __getitem__(self, id: str) -> Entry:
        number = self._find(id)
        if number is None:
            raise KeyError(id)
        return self._entry(number)

    def has_had(self, id: str) -> bool:
        """Whether anything is under an id, or was once."""
        return id in self._changed or self._find(id) is not None

    def put(self, id: str, entry: Entry | None) -> Entry | None:
        """Puts an entry, or nothing, under an id in place of what is there, and gives that."""
        before = self._find(id)
        old = self._entry(before) if before is not None else None
        if old is not None and before is not None:
            del self._order[bisect_left(self._order, old.order, key=self._place)]
            self._own.pop(before, None)
        if entry is not None:
            self._own[self._next] = entry
            self._changed[id] = self._next
            self._order.insert(bisect_left(self._order, entry.order, key=self._place), self._next)
            self._next += 1
        elif before is not None:
            self._changed[id] = None
        return old

    # By place

    def before(self, order: tuple[int | str, ...]) -> int:
        """How many come before a place."""
        return bisect_left(self._order, order, key=self._place)

    def at(self, position: int) -> Entry:
        """What is at a position, counted from 0."""
        return self._entry(self._order[position])

    def place(self, position: int) -> Order:
        """The place of what is at a position."""
        return self._place(self._order[position])

    def by_place(self) -> Iterator[Entry]:
        """Everything, by place."""
        return map(self._entry, self._order)

    def annotations(self) -> Written:
        """What is no draft, by place, as it is now."""
        drafts = {number for number, entry in self._own.items() if isinstance(entry, Draft)}
        numbers = array("i", (each for each in self._order if each not in drafts)) if drafts else self._order[:]
        return _Annotations(self._lines, dict(self._own), numbers)

    def drafts(self) -> tuple[Draft, ...]:
        """What is a draft, by place."""
        kept = [entry for entry in self._own.values() if isinstance(entry, Draft)]
        return tuple(sorted(kept, key=lambda entry: entry.order))

    def _find(self, id: str) -> int | None:
        if id in self._changed:
            return self._changed[id]
        return self._lines.find(id) if self._lines is not None else None

    def _entry(self, number: int) -> Entry:
        if self._lines is not None and number < self._first:
            return self._lines.parsed(number)
        return self._own[number]

    def _id(self, number: int) -> str:
        if self._lines is not None and number < self._first:
            return self._lines.id(number)
        return self._own[number].id

    def _place(self, number: int) -> Order:
        if self._lines is not None and number < self._first:
            return self._lines.order(number)
        return self._own[number].order


class _Annotations(Written):
    """The annotations of a stock as it was once, by place."""

    def __init__(self, lines: AnnotationLines | None, own: Mapping[int, Entry], numbers: array[int]) -> None:
        self._lines = lines
        self._own = own
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Annotation: ...

    @overload
    def __getitem__(self, index: slice) -> list[Annotation]: ...

    def __getitem__(self, index: int | slice) -> Annotation | list[Annotation]:
        if isinstance(index, slice):
            return [self._annotation(number) for number in self._numbers[index]]
        return self._annotation(self._numbers[index])

    def __iter__(self) -> Iterator[Annotation]:
        return map(self._annotation, self._numbers)

    def _annotation(self, number: int) -> Annotation:
        if number in self._own:
            entry = self._own[number]
            assert isinstance(entry, Annotation), "drafts are left out"
            return entry
        assert self._lines is not None, "what is not kept apart is on a line"
        return self._lines.parsed(number)

    def written(self) -> Iterator[bytes | memoryview]:
        """Lines that stood beside each other are one piece, and so is what is written anew between them."""
        own, lines, numbers = self._own, self._lines, self._numbers
        at, count = 0, len(numbers)
        while at < count:
            first = at
            if numbers[at] in own:
                while at < count and numbers[at] in own:
                    at += 1
                yield b"".join(canonical_line(self._annotation(each)) + b"\n" for each in numbers[first:at])
            else:
                assert lines is not None, "what is not kept apart is on a line"
                while at < count and numbers[at] == numbers[first] + at - first and numbers[at] not in own:
                    at += 1
                yield lines.lines(numbers[first], numbers[first] + at - first)
