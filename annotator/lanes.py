"""Which lane under a row of text each mark takes, so that bars do not run into each other.

Inner marks lie nearer to the text than those around them. Every mark takes the first lane that is free over all of
its run, the shortest marks first; where marks only nest this needs no more lanes than the deepest nest has marks.
What finds no lane is counted, and the row shows `+n`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from annotator.rows import Rows
from annotator.span_index import Look, Mark, Piece, SpanIndex
from schemas import Extent

LONG: Final = 2000
"""Code points from which a mark is shown at the edge of the text even if it does not ask for that."""

MARGIN_SIZE: Final = 48
"""An extent that a field points to is drawn at the edge of the text when it covers more code points than this."""

GUTTER: Final = 2
"""Cells at the left of every row: the bars of marks in the margin."""

MOST: Final = 4
"""Lanes under one row; what finds none is counted at the right."""

_ON_TEXT: Final[frozenset[Look]] = frozenset(("finding", "search"))
"""Looks that are drawn on the words themselves and nowhere else."""


def in_margin(mark: Mark) -> bool:
    """The mark is shown as a bar at the edge of the text."""
    extent = mark.extent
    return mark.look not in _ON_TEXT and (mark.margin or extent.end - extent.start > LONG)


def in_lane(mark: Mark) -> bool:
    """The mark takes a lane under the text."""
    extent = mark.extent
    return mark.look not in _ON_TEXT and not mark.margin and extent.end - extent.start <= LONG


class Run(NamedTuple):
    """What one mark covers of one row, in code points, half-open; gaps between its fragments are within it."""

    start: int
    end: int
    mark: Mark
    pieces: tuple[tuple[int, int], ...]
    """The fragments in this row, cut off at its edges."""
    begins: bool
    """The mark's first code point is in this row: its tag is written here."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The lanes under one row."""

    lanes: tuple[tuple[Run, ...], ...]
    """From the text downwards; the runs of a lane in order."""
    hidden: tuple[Run, ...] = ()
    """What found no lane."""

    @property
    def height(self) -> int:
        """Screen rows that the lanes take."""
        return len(self.lanes)


EMPTY = Stack(())
"""The lanes of a row without marks: none."""


def runs(pieces: Iterable[Piece], start: int, end: int) -> list[Run]:
    """What marks cover of a row, one run for each mark, in the order of the pieces.

    Args:
        pieces: Fragments by where they start; those that miss the row are left out.
        start: The row's first code point.
        end: One past its last.
    """
    by_mark: dict[int, list[Piece]] = {}
    for piece in pieces:
        if piece.start < end and piece.end > start:
            by_mark.setdefault(id(piece.mark), []).append(piece)
    made = []
    for group in by_mark.values():
        cut = tuple((max(start, piece.start), min(end, piece.end)) for piece in group)
        mark = group[0].mark
        made.append(Run(cut[0][0], cut[-1][1], mark, cut, start <= mark.extent.start < end))
    return made


def stack(row: Sequence[Run], most: int) -> Stack:
    """Give every run a lane.

    Args:
        row: The runs of one row; of two equally long ones the first lies nearer to the text.
        most: How many lanes there may be, at least 1.
    """
    lanes: list[list[Run]] = []
    hidden: list[Run] = []
    for run in sorted(row, key=lambda run: run.mark.extent.size):
        for lane in lanes:
            if all(run.end <= other.start or other.end <= run.start for other in lane):
                lane.append(run)
                break
        else:
            if len(lanes) < most:
                lanes.append([run])
            else:
                hidden.append(run)
    return Stack(tuple(tuple(sorted(lane)) for lane in lanes), tuple(hidden))


def height(row: Sequence[tuple[int, int, int]], most: int) -> int:
    """How many lanes `stack` would make, found without making them.

    Args:
        row: Start, end and size of the mark of each run.
        most: How many lanes there may be, at least 1.
    """
    if len(row) < 2:
        return len(row)
    lanes: list[list[tuple[int, int]]] = []
    for start, end, _ in sorted(row, key=lambda run: run[2]):
        for lane in lanes:
            if all(end <= low or high <= start for low, high in lane):
                lane.append((start, end))
                break
        else:
            if len(lanes) < most:
                lanes.append([(start, end)])
    return len(lanes)


def heights(rows: Rows, index: SpanIndex, most: int, first: int, last: int) -> bytes:
    """How many lanes each of the rows `[first, last)` has, as one byte each; fewer where the text ends.

    Args:
        rows: The text's rows; those up to `last` are found.
        index: The marks.
        most: How many lanes there may be under one row, at least 1.
        first: A row.
        last: One past another.
    """
    rows.find_row(last - 1)
    last = min(last, rows.found)
    found = bytearray(max(0, last - first))
    if not found:
        return b""
    by_row: dict[int, list[tuple[int, int, int]]] = {}
    seen: set[int] = set()
    start, end = rows[first].start, rows[last - 1].end
    for fragment_start, fragment_end, number in index.fragments(start, end):
        mark = index.made(number)
        if number in seen or (mark is not None and not in_lane(mark)):
            continue
        seen.add(number)
        # One that is not made is this fragment and no other.
        extent = Extent(((fragment_start, fragment_end),)) if mark is None else mark.extent
        size = extent.size
        if mark is None and size > LONG:
            continue
        for row, low, high in _rows_of(extent, rows, start, end):
            by_row.setdefault(row, []).append((low, high, size))
    for row, found_here in by_row.items():
        found[row - first] = height(found_here, most)
    return bytes(found)


def _rows_of(extent: Extent, rows: Rows, start: int, end: int) -> list[tuple[int, int, int]]:
    """The rows that an extent touches within `[start, end)`, each with the run that it covers there."""
    found: list[tuple[int, int, int]] = []
    for fragment in extent:
        low, high = max(start, fragment[0]), min(end, fragment[1])
        row = rows.row_of(low) if low < high else 0
        while low < high:
            row_end = min(high, rows[row].end)
            if found and found[-1][0] == row:
                found[-1] = (row, found[-1][1], row_end)
            else:
                found.append((row, low, row_end))
            low = row_end
            row += 1
    return found
