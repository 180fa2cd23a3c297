"""The pieces of an extent: moving an edge, taking words out, joining two, and putting one elsewhere."""

from __future__ import annotations

from annotator.units import Unit
from schemas import Extent


def piece_at(extent: Extent, offset: int) -> int:
    """Which fragment an offset lies in, or is nearest to; counted from 0."""
    return min(range(len(extent)), key=lambda place: _distance(extent[place], offset))


def resized(text: str, extent: Extent, step: int, cursor: int, unit: Unit) -> Extent | None:
    """The extent with the edge that is nearest to the cursor moved by a unit: out with 1, in with -1.

    The edge is one of the fragment that the cursor is in or nearest to. Nothing where nothing of it would be left.
    """
    place = piece_at(extent, cursor)
    start, end = extent[place]
    if cursor - start < end - 1 - cursor or (cursor == start and end - start == 1 and step < 0):
        start = unit.previous_start(text, start) if step > 0 else unit.inner_start(text, start)
    else:
        end = unit.next_end(text, end) if step > 0 else unit.inner_end(text, start, end)
    if start >= end:
        return None
    return Extent.joined([*extent[:place], (start, end), *extent[place + 1 :]])


def without(text: str, extent: Extent, words: Extent) -> Extent | None:
    """The extent without these words: a piece that they lie inside of is split in two. Nothing where none is left.

    Blanks and the commas, semicolons and colons beside the words go with them.
    """
    left: list[tuple[int, int]] = list(extent)
    for low, high in words:
        before, after = low, high
        while before > 0 and _is_gap(text[before - 1]):
            before -= 1
        while after < len(text) and _is_gap(text[after]):
            after += 1
        cut = [
            ((start, min(end, before)), (max(start, after), end)) if start < high and low < end else ((start, end),)
            for start, end in left
        ]
        left = [(start, end) for halves in cut for start, end in halves if start < end]
    return Extent.joined(left) if left else None


def _is_gap(character: str) -> bool:
    return character.isspace() or character in ",;:"


def joined_at(extent: Extent, cursor: int) -> Extent | None:
    """The extent with the piece at the cursor and the next one made one, with what lies between; nothing with one."""
    if len(extent) < 2:
        return None
    place = min(piece_at(extent, cursor), len(extent) - 2)
    whole = (extent[place][0], extent[place + 1][1])
    return Extent.joined([*extent[:place], whole, *extent[place + 2 :]])


def moved(extent: Extent, words: Extent) -> Extent:
    """The extent with these words in place of the piece that is nearest to them."""
    nearest = min(range(len(extent)), key=lambda place: _between(extent[place], (words.start, words.end)))
    return Extent.joined([*extent[:nearest], *words, *extent[nearest + 1 :]])


def _distance(piece: tuple[int, int], offset: int) -> int:
    return _between(piece, (offset, offset + 1))


def _between(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many code points lie between two pieces; the more they share, the further below 0."""
    return max(one[0], other[0]) - min(one[1], other[1])
