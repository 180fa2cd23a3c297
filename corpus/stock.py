"""What is under each id of a layer's document: its file's lines as they were read, and what was changed since.

A session, what it was at some moment, and what is known to be on the disk share the lines; only what was put in place
of some, or beside them, is kept more than once.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, overload

from pydantic_core import from_json

from corpus.annotation_lines import AnnotationLines, Order
from corpus.drafts import Draft
from corpus.layers import Written, canonical_line
from schemas import Annotation

_FEW: Final = 4
"""Entries that are looked at one after the other before it pays to halve what is left."""

Entry = Annotation | Draft
"""What is under an id: an annotation, or one in the making."""


class Stock(Mapping[str, Entry]):
    """Annotations and drafts by id, in the order of their places."""

    def __init__(self, annotations: Sequence[Annotation] = ()) -> None:
        if isinstance(annotations, _Annotations):
            self._take(annotations.stock)
            for draft in self.drafts():
                self.put(draft.id, None)
            return
        self._kept = annotations if isinstance(annotations, AnnotationLines) else AnnotationLines()
        self._starts = self._kept.starts
        self._own: dict[int, Entry] = {}
        """What is not as it is on a line, by a number above those of the lines."""
        self._changed: dict[str, int | None] = {}
        """By id, where that is; nothing where it was taken away."""
        if annotations is not self._kept:
            self._own = dict(enumerate(sorted(annotations, key=lambda each: each.order)))
            self._changed = {entry.id: number for number, entry in self._own.items()}
        self._first = len(self._kept)
        self._next = len(annotations)
        self._order = array("i", range(self._next))
        """The number of each, by place."""

    def copy(self) -> Stock:
        """The same, which does not change when this one does."""
        other = Stock()
        other._take(self)
        return other

    def _take(self, other: Stock) -> None:
        self._kept, self._starts, self._first, self._next = other._kept, other._starts, other._first, other._next
        self._own, self._changed, self._order = dict(other._own), dict(other._changed), other._order[:]

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[str]:
        """The ids, by place."""
        return (self.id(number) for number in self._order)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._find(id) is not None

    def __getitem__(self, id: str) -> Entry:
        number = self._find(id)
        if number is None:
            raise KeyError(id)
        return self.entry(number)

    def has_had(self, id: str) -> bool:
        """Whether anything is under an id, or was once."""
        return id in self._changed or self._find(id) is not None

    def put(self, id: str, entry: Entry | None) -> Entry | None:
        """Puts an entry, or nothing, under an id in place of what is there, and gives that."""
        before = self._find(id)
        old = self.entry(before) if before is not None else None
        if old is not None and before is not None:
            del self._order[self.before(old.order)]
            self._own.pop(before, None)
        if entry is not None:
            self._own[self._next] = entry
            self._changed[id] = self._next
            self._order.insert(self.before(entry.order), self._next)
            self._next += 1
        elif before is not None:
            self._changed[id] = None
        return old

    def differing(self, other: Stock) -> set[str]:
        """The ids under which the other one may have something else; under all that are not among them it has the same.

        Nothing is parsed, and where both share their lines, only what was changed is looked at.
        """
        if self._kept is other._kept:
            return {name for name in {*self._changed, *other._changed} if self.get(name) != other.get(name)}
        found = {name for name in self if name not in other}
        for number in other._order:
            name = other.id(number)
            mine = self._find(name)
            if mine is None or self._line(mine) != other._line(number):
                found.add(name)
        return found

    # By place

    def before(self, order: tuple[int | str, ...]) -> int:
        """How many come before a place."""
        # A whole place takes long to find out, and few begin at the same code point.
        first = bisect_left(self._order, order[0], key=self._start)
        for position, number in enumerate(self._order[first : first + _FEW], first):
            if self._start(number) != order[0] or self._place(number) >= order:
                return position
        return bisect_left(self._order, order, min(first + _FEW, len(self._order)), key=self._place)

    def at(self, position: int) -> Entry:
        """What is at a position, counted from 0."""
        return self.entry(self._order[position])

    def numbers(self, positions: Iterable[int]) -> list[int]:
        """The numbers of what is at some positions; whatever comes in the place of one will have another."""
        order = self._order
        return [order[position] for position in positions]

    def place(self, position: int) -> Order:
        """The place of what is at a position."""
        return self._place(self._order[position])

    def by_place(self) -> Iterator[Entry]:
        """Everything, by place."""
        return map(self.entry, self._order)

    def simple(self) -> tuple[AnnotationLines, array[int], Iterator[Entry]]:
        """The lines, the numbers of those that are one piece of the text and nothing else, and all other entries."""
        lines = self._kept

        def is_simple(number: int) -> bool:
            return number < self._first and lines.is_whole(number)

        numbers = array("i", filter(is_simple, self._order))
        return lines, numbers, (self.entry(each) for each in self._order if not is_simple(each))

    def annotations(self) -> Written:
        """What is no draft, by place, as it is now."""
        drafts = {number for number, entry in self._own.items() if isinstance(entry, Draft)}
        numbers = array("i", (each for each in self._order if each not in drafts)) if drafts else self._order[:]
        return _Annotations(self.copy(), numbers)

    def drafts(self) -> tuple[Draft, ...]:
        """What is a draft, by place."""
        kept = [entry for entry in self._own.values() if isinstance(entry, Draft)]
        return tuple(sorted(kept, key=lambda entry: entry.order))

    def label_of(self, id: str) -> str | None:
        """The label of the annotation that has an id, if there is one."""
        number = self._find(id)
        if number is None:
            return None
        if self.is_line(number):
            return self._kept.label(number)
        entry = self._own[number]
        return entry.label if isinstance(entry, Annotation) else None

    # By number

    def is_line(self, number: int) -> bool:
        """Whether something is as it is on a line."""
        return number < self._first

    def entry(self, number: int) -> Entry:
        """What has a number."""
        return self._kept.parsed(number) if number < self._first else self._own[number]

    def id(self, number: int) -> str:
        """Its id."""
        return self._kept.id(number) if number < self._first else self._own[number].id

    def record(self, number: int) -> Mapping[str, Any]:
        """What its line holds, as JSON has it."""
        return self._kept.record(number) if number < self._first else from_json(self._line(number))

    def lines(self, first: int, last: int) -> memoryview:
        """The lines of those from one to before another, with their newlines."""
        return self._kept.lines(first, last)

    def _line(self, number: int) -> bytes:
        if number < self._first:
            return bytes(self._kept.lines(number, number + 1))
        entry = self._own[number]
        return canonical_line(entry) + b"\n" if isinstance(entry, Annotation) else entry.model_dump_json().encode()

    def _start(self, number: int) -> int:
        return self._starts[number] if number < self._first else self._own[number].start

    def _place(self, number: int) -> Order:
        return self._kept.order(number) if number < self._first else self._own[number].order

    def _find(self, id: str) -> int | None:
        if id in self._changed:
            return self._changed[id]
        return self._kept.find(id)


class _Annotations(Written):
    """The annotations of a stock that does not change any more, by place."""

    def __init__(self, stock: Stock, numbers: array[int]) -> None:
        self.stock = stock
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
        entry = self.stock.entry(number)
        assert isinstance(entry, Annotation), "drafts are left out"
        return entry

    def ids(self) -> Iterator[str]:
        """Their ids, by place."""
        return map(self.stock.id, self._numbers)

    def records(self) -> Iterator[Mapping[str, Any]]:
        """What their lines hold, by place."""
        return map(self.stock.record, self._numbers)

    def label_of(self, id: str) -> str | None:
        """The label of the one that has an id, if there is one."""
        return self.stock.label_of(id)

    def written(self) -> Iterator[bytes | memoryview]:
        """Lines that stood beside each other are one piece, and so is what is written anew between them."""
        stock, numbers = self.stock, self._numbers
        at, count = 0, len(numbers)
        while at < count:
            first = at
            if stock.is_line(numbers[at]):
                while at < count and numbers[at] == numbers[first] + at - first and stock.is_line(numbers[at]):
                    at += 1
                yield stock.lines(numbers[first], numbers[first] + at - first)
            else:
                while at < count and not stock.is_line(numbers[at]):
                    at += 1
                yield b"".join(canonical_line(self._annotation(each)) + b"\n" for each in numbers[first:at])
