"""A layer's annotations as the lines of the file that they were read from.

An annotation takes about ten times as much memory once it is parsed as its line does, so a document with a hundred
thousand of them is kept as its file's bytes, with a few numbers for each line: where it begins, and where, under which
label and id, its annotation is. Every line was parsed and found sound once; it is parsed again whenever somebody looks
at what it says.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, overload

from pydantic_core import from_json

from corpus import layers
from corpus.layers import ParsedLayer, Written
from schemas import Annotation, Kind, LabelSchema, Severity

_FIRST: Final = b'{"id":"'
"""How every line begins in canonical form."""

Order = tuple[int, int, str, str]
"""The place of an annotation among others: by start, end, label, id."""


class AnnotationLines(Written):
    """Annotations by place, all with different ids, each of which is parsed when it is looked at."""

    def __init__(self, schema: LabelSchema | None = None, data: bytes = b"") -> None:
        """None yet of those that `data`, the bytes of a layer's file, holds."""
        self._schema = schema
        self._data = data
        specs = schema.specs if schema is not None else ()
        self._labels = [spec.name for spec in specs]
        self._numbers = {name: number for number, name in enumerate(self._labels)}
        self._parts = {spec.name: [field.name for field in spec.of_kind(Kind.EXTENT)] for spec in specs}
        self._begins = array("Q")
        self._starts, self._ends = array("i"), array("i")
        self._label_of = array("H")
        self._is_whole = bytearray()
        self._hashes, self._by_hash = array("q"), array("i")
        self._last: tuple[int, Annotation | None] = (-1, None)
        """The one that was parsed last, and its number: whoever looks at it mostly asks for it a few times."""
        self.reach = 0
        """The farthest end of any of them, and of any part of one."""

    # Reading

    @classmethod
    def read(cls, data: bytes, schema: LabelSchema, file: str) -> tuple[ParsedLayer, AnnotationLines | None]:
        """What is wrong with the bytes of a layer's file, and its lines, where all is as this program writes it.

        Where it is not, there are none, and the annotations are parsed like those of any other file; but not where
        there is an error in it.
        """
        parsed, lines = ParsedLayer(), cls(schema, data)
        is_sound = True
        for begin, _, annotation in layers.read(data, schema, file, parsed):
            is_sound = is_sound and lines._take(begin, annotation)
        if is_sound and not parsed.findings and lines._close():
            return parsed, lines
        if any(each.severity is Severity.ERROR for each in parsed.findings):
            return parsed, None
        return layers.parse(data, schema, file), None

    def _take(self, begin: int, annotation: Annotation) -> bool:
        """Takes an annotation in; says no where it is not behind the one before."""
        values = annotation.__dict__
        start, end, label, fragments = values["start"], values["end"], values["label"], values["fragments"]
        reach, is_whole = end, fragments is None
        for name in self._parts[label]:
            if value := values[name]:
                is_whole = False
                # An extent has pairs of numbers, and a field with many of them has extents.
                each = value if isinstance(value[0][0], tuple) else (value,)
                reach = max(reach, *(extent[-1][1] for extent in each))
        begins = self._begins
        is_behind = not begins or (self._starts[-1], self._ends[-1]) < (start, end)
        if not is_behind and self.order(len(begins) - 1) >= annotation.order:
            return False
        begins.append(begin)
        self._starts.append(start)
        self._ends.append(end)
        self._label_of.append(self._numbers[label])
        self._is_whole.append(is_whole)
        self._hashes.append(hash(values["id"]))
        self.reach = max(self.reach, reach)
        return self._data.startswith(_FIRST, begin)

    def _close(self) -> bool:
        """Puts the ids in order; says no where one is there twice."""
        self._begins.append(len(self._data))
        hashes = self._hashes
        self._by_hash = array("i", sorted(range(len(hashes)), key=hashes.__getitem__))
        self._hashes = array("q", (hashes[number] for number in self._by_hash))
        alike = [at for at in range(1, len(hashes)) if self._hashes[at] == self._hashes[at - 1]]
        return not any(self.id(self._by_hash[at]) == self.id(self._by_hash[at - 1]) for at in alike)

    # What can be known without parsing

    def __len__(self) -> int:
        return len(self._starts)

    def id(self, number: int) -> str:
        """The id of one of them."""
        first = self._begins[number] + len(_FIRST)
        return self._data[first : self._data.index(b'"', first)].decode("ascii")

    def label(self, number: int) -> str:
        """Its label."""
        return self._labels[self._label_of[number]]

    @property
    def starts(self) -> Sequence[int]:
        """The start of each."""
        return self._starts

    def span(self, number: int) -> tuple[int, int]:
        """Its start and its end."""
        return self._starts[number], self._ends[number]

    def is_whole(self, number: int) -> bool:
        """Whether it is one piece of the text and points to no other."""
        return bool(self._is_whole[number])

    def order(self, number: int) -> Order:
        """Its place."""
        return (self._starts[number], self._ends[number], self.label(number), self.id(number))

    def find(self, id: str) -> int | None:
        """Which of them has an id, if any does."""
        wanted = hash(id)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            if self.id(self._by_hash[at]) == id:
                return self._by_hash[at]
            at += 1
        return None

    def ids(self) -> Iterator[str]:
        """Their ids, by place."""
        return map(self.id, range(len(self)))

    def record(self, number: int) -> dict[str, Any]:
        """What the line of one of them holds, as JSON has it."""
        record: dict[str, Any] = from_json(self._data[self._begins[number] : self._begins[number + 1]])
        return record

    def records(self) -> Iterator[Mapping[str, Any]]:
        """What their lines hold, by place."""
        return map(self.record, range(len(self)))

    def label_of(self, id: str) -> str | None:
        """The label of the one that has an id, if there is one."""
        number = self.find(id)
        return None if number is None else self.label(number)

    def lines(self, first: int, last: int) -> memoryview:
        """The lines of those from one to before another, with their newlines."""
        return memoryview(self._data)[self._begins[first] : self._begins[last]] if first < last else memoryview(b"")

    def written(self) -> Iterator[bytes | memoryview]:
        """All lines at once."""
        yield self.lines(0, len(self))

    # The annotations

    def parsed(self, number: int) -> Annotation:
        """One of them; the same object as before where it was the last one that was asked for."""
        known, last = self._last
        if known == number and last is not None:
            return last
        assert self._schema is not None, "without a schema there are none"
        line = self._data[self._begins[number] : self._begins[number + 1]]
        annotation: Annotation = self._schema.annotation.validator.validate_json(line, strict=True)
        self._last = (number, annotation)
        return annotation

    @overload
    def __getitem__(self, index: int) -> Annotation: ...

    @overload
    def __getitem__(self, index: slice) -> list[Annotation]: ...

    def __getitem__(self, index: int | slice) -> Annotation | list[Annotation]:
        numbers = range(len(self))[index]
        return self.parsed(numbers) if isinstance(numbers, int) else [self.parsed(number) for number in numbers]

    def __iter__(self) -> Iterator[Annotation]:
        return map(self.parsed, range(len(self)))
