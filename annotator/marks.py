"""What a session's entries look like on the text: which pieces are drawn, under which name, in which of the colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from annotator.history import Entry
from annotator.lanes import MARGIN_SIZE
from annotator.session import Session
from annotator.span_index import Mark
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


def all_marks(session: Session) -> list[Mark]:
    """The marks of everything in a session."""
    return [mark for entry in session for mark in marks_of(session, entry)]


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
