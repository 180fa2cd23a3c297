"""Which parts of an annotation lie off the screen, and on which side."""

from __future__ import annotations

from annotator.history import Entry
from annotator.session import Session
from schemas import Kind

ABOVE = "↑"
BELOW = "↓"


def arrows(session: Session, entry: Entry, start: int, end: int) -> dict[str, str]:
    """Where the parts of an entry are that cannot be seen: an arrow, or both, by the name of the field.

    The entry's own extent stands under its label. What can be seen in part has no arrow.

    Args:
        session: It has the entry.
        entry: What is looked at.
        start: The first code point in sight.
        end: The end of what is in sight, in code points; `[start, end)`.
    """
    places: dict[str, list[tuple[int, int]]] = {entry.label: [(entry.extent.start, entry.extent.end)]}
    for field in session.spec(entry).of_kind(Kind.EXTENT):
        value = session.value(entry, field.name)
        for fragments in value if field.many and value else [value]:
            if fragments:
                places.setdefault(field.name, []).append((fragments[0][0], fragments[-1][1]))
    for field, names in session.references(entry):
        extents = [session.get(name).extent for name in names if name in session]
        places.setdefault(field.name, []).extend((extent.start, extent.end) for extent in extents)
    found = {name: _arrow(extents, start, end) for name, extents in places.items()}
    return {name: arrow for name, arrow in found.items() if arrow}


def _arrow(extents: list[tuple[int, int]], start: int, end: int) -> str:
    above = any(last <= start for _, last in extents)
    below = any(first >= end for first, _ in extents)
    return ABOVE * above + BELOW * below
