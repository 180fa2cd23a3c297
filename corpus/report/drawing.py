"""Annotations drawn in the text: which marks lie over each piece of it, and in which lane under it each has its line.

Everything is cut here, by code points; the page that comes out is never cut again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from corpus.nesting import parts_of
from schemas import Annotation, Document, Extent, LabelSchema

SLOTS: Final = 12
"""How many colours there are; a schema with more labels uses them again, with other lines."""

LANES: Final = 8
"""How many lines may lie under each other; what is deeper shares the last."""

_BLOCK: Final = 4000
"""Code points from which on a line is cut at a blank, so that a page can be."""


class Mark(NamedTuple):
    """One extent of one annotation: its own, or that of a field."""

    annotation: str
    label: str
    slot: int
    extent: Extent
    lane: int = 0
    field: str | None = None
    """The field that holds it; none for the annotation's own extent."""
    differs: bool = False
    """Whether layers differ here."""
    cluster: int | None = None
    """The number of the annotations of all layers that mean this, on a page with layers side by side."""


class Block(NamedTuple):
    """Some lines of a text, `[start, end)` in code points, and whether they are cut off within a line."""

    start: int
    end: int


class Token(NamedTuple):
    """A step in drawing a block: some text, the beginning of a zone or a mark, or the end of the last that began."""

    kind: Literal["text", "zone", "mark", "end"]
    text: str = ""
    """The text; of a zone, its kind."""
    mark: Mark | None = None
    is_first: bool = False
    """Whether the mark begins here; otherwise it goes on after an interruption."""


class DrawnBlock(NamedTuple):
    """A block, ready to be written into a page."""

    start: int
    lanes: int
    """How many lines lie under its text at most."""
    tokens: Sequence[Token]


def slots(schema: LabelSchema) -> dict[str, int]:
    """The colour of each label: its place in the schema."""
    return {spec.name: place % SLOTS for place, spec in enumerate(schema.specs)}


def blocks(document: Document) -> Iterator[Block]:
    """The text in blocks: lines with the empty ones after them; a very long line is cut at a blank."""
    text, start = document.text, 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        while end < len(text) and text[end] == "\n":
            end += 1
        while end - start > _BLOCK:
            cut = text.rfind(" ", start + _BLOCK // 2, start + _BLOCK) + 1 or start + _BLOCK
            yield Block(start, cut)
            start = cut
        yield Block(start, end)
        start = end


def marks_of(annotations: Iterable[Annotation], schema: LabelSchema, size: int) -> list[Mark]:
    """The marks of annotations, each in its lane; what lies beyond a text of that size is left out.

    The shortest lie nearest to the text; each takes the first lane that is free over all of its reach.
    """
    colours = slots(schema)
    found = []
    for annotation in annotations:
        slot = colours[annotation.label]
        found.append(Mark(annotation.id, annotation.label, slot, annotation.extent))
        for field, extent in parts_of(annotation, schema.by_name[annotation.label]):
            found.append(Mark(annotation.id, annotation.label, slot, extent, field=field))
    return in_lanes(each for each in found if each.extent.end <= size)


def in_lanes(marks: Iterable[Mark]) -> list[Mark]:
    """The same marks, each in its lane, the outermost last."""
    taken: list[list[tuple[int, int]]] = [[] for _ in range(LANES)]
    placed = []
    for mark in sorted(marks, key=_rank, reverse=True):
        start, end = mark.extent.start, mark.extent.end
        lane = next((number for number in range(LANES) if _is_free(taken[number], start, end)), LANES - 1)
        lane_taken = taken[lane]
        lane_taken.insert(bisect_left(lane_taken, (start, end)), (start, end))
        placed.append(mark._replace(lane=lane))
    return placed


def _rank(mark: Mark) -> tuple[int, bool, int, str, str]:
    """The order from the outermost inwards: long before short, a field's extent before an annotation's own."""
    extent = mark.extent
    return (extent.start - extent.end, mark.field is None, extent.start, mark.annotation, mark.field or "")


def _is_free(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(taken, (start, end))
    return (place == len(taken) or taken[place][0] >= end) and (place == 0 or taken[place - 1][1] <= start)


class _Piece(NamedTuple):
    """A fragment of a mark, with the rank of the mark."""

    start: int
    end: int
    rank: tuple[int, bool, int, str, str]
    mark: Mark


def draw(document: Document, marks: Iterable[Mark], where: Iterable[Block]) -> Iterator[DrawnBlock]:
    """The blocks of a document with their marks, one after the other."""
    pieces = [_Piece(start, end, _rank(mark), mark) for mark in marks for start, end in mark.extent]
    waiting = sorted(pieces, key=lambda piece: (piece.start, piece.rank), reverse=True)
    zones = list(document.zones)[::-1]
    active: list[_Piece] = []
    for block in where:
        active = [piece for piece in active if piece.end > block.start]
        while waiting and waiting[-1].start < block.end:
            piece = waiting.pop()
            if piece.end > block.start:
                active.append(piece)
        while zones and zones[-1].end <= block.start:
            zones.pop()
        here = []
        for zone in reversed(zones):
            if zone.start >= block.end:
                break
            here.append((zone.start, zone.end, zone.kind))
        lanes = max((piece.mark.lane + 1 for piece in active), default=0)
        yield DrawnBlock(block.start, lanes, list(_tokens(document.text, block, active, here)))


def _tokens(
    text: str, block: Block, pieces: Sequence[_Piece], zones: Sequence[tuple[int, int, str]]
) -> Iterator[Token]:
    """The steps of drawing one block. What ends inside something that goes on closes that first, and opens it anew."""
    for zone_start, zone_end, kind in zones or [(block.start, block.end, "")]:
        start, end = max(zone_start, block.start), min(zone_end, block.end)
        if kind:
            yield Token("zone", kind)
        inside = [piece for piece in pieces if piece.start < end and piece.end > start]
        edges = {start, end}
        for piece in inside:
            edges.update(edge for edge in (piece.start, piece.end) if start < edge < end)
        cuts = sorted(edges)
        stack: list[_Piece] = []
        for low, high in pairwise(cuts):
            over = sorted((piece for piece in inside if piece.start <= low and piece.end >= high), key=_by_rank)
            common = 0
            while common < min(len(stack), len(over)) and stack[common] is over[common]:
                common += 1
            yield from (Token("end") for _ in stack[common:])
            for piece in over[common:]:
                yield Token("mark", mark=piece.mark, is_first=low == piece.mark.extent.start)
            stack = over
            yield Token("text", text[low:high])
        yield from (Token("end") for _ in stack)
        if kind:
            yield Token("end")


def _by_rank(piece: _Piece) -> tuple[int, bool, int, str, str]:
    return piece.rank
