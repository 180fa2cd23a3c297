"""What a session's entries look like on the text: which pieces are drawn, under which name, in which of the colours."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from annotator.history import Entry
from annotator.lanes import MARGIN_SIZE
from annotator.session import Session
from annotator.span_index import Mark
from corpus.annotation_lines import AnnotationLines
from corpus.drafts import Draft
from schemas import Extent, Finding, Kind, LabelSchema

SLOTS = 12
"""How many colours there are for labels; a schema with more uses them again, and the names tell them apart."""


@lru_cache(maxsize=16)
def _slots(schema: LabelSchema) -> Mapping[str, int]:
    """The colour of each label: its place in the schema."""
    return {spec.name: place % SLOTS for place, spec in enumerate(schema.specs)}


def marks_of(session: Session, entry: Entry) -> list[Mark]:
    """The pieces of an entry: its own extent, and the extents that its fields hold."""
    slot = _slots(session.schema)[entry.label]
    own = Mark(entry.id, entry.extent, entry.label, slot, "draft" if isinstance(entry, Draft) else "own")
    return [own, *(mark for mark in _parts(session, entry, slot))]


def _parts(session: Session, entry: Entry, slot: int) -> Iterator[Mark]:
    for field in session.spec(entry).of_kind(Kind.EXTENT):
        value = session.value(entry, field.name)
        for fragments in value if field.many and value else [value]:
            if fragments:
                extent = Extent.joined((start, end) for start, end in fragments)
                yield Mark(entry.id, extent, field.name, slot, "part", margin=extent.size > MARGIN_SIZE)


class LineMarks:
    """The marks of the annotations that are one piece of the text, as a session's lines have them."""

    def __init__(self, schema: LabelSchema, lines: AnnotationLines, numbers: Iterable[int]) -> None:
        """`numbers` are those of the lines that are meant, by place."""
        self._slots = _slots(schema)
        self._lines = lines
        self._numbers = array("i", numbers)

    def spans(self) -> Iterator[tuple[int, int, int]]:
        """Start, end and number of each, by where it starts."""
        return ((*self._lines.span(number), number) for number in self._numbers)

    def made(self, number: int) -> Mark:
        """One of them."""
        lines = self._lines
        label = lines.label(number)
        return Mark(lines.id(number), Extent((lines.span(number),)), label, self._slots[label])

    def find(self, id: str) -> int | None:
        """The number of the one that belongs to an annotation."""
        number = self._lines.find(id)
        at = bisect_left(self._numbers, number) if number is not None else len(self._numbers)
        return number if at < len(self._numbers) and self._numbers[at] == number else None


def all_marks(session: Session) -> tuple[list[Mark], LineMarks]:
    """The marks of everything in a session; most of what is as it was read comes as marks that are not made yet."""
    lines, numbers, entries = session.by_id.simple()
    made = [mark for entry in entries for mark in marks_of(session, entry)]
    return made, LineMarks(session.schema, lines, numbers)


def web(session: Session, entry: Entry) -> frozenset[str]:
    """The ids that belong together with an entry: itself, what it refers to, and what refers to it."""
    named = [name for _, names in session.references(entry) for name in names]
    return frozenset((entry.id, *named, *(other.id for other, _ in session.referring(entry.id))))


def finding_marks(findings: Iterable[Finding]) -> list[Mark]:
    """Where findings are, as marks of their own."""
    return [
        Mark("", Extent.of(finding.start, finding.end), finding.code, 0, "finding")
        for finding in findings
        if finding.start is not None and finding.end is not None and finding.start < finding.end
    ]
