"""The text of a document as terminal rows: wrapped at blanks, cut at grapheme clusters, with cells for offsets.

A row is a half-open pair of code points. Lines end at line feeds only, and the line feed belongs to the row that it
ends. A row that is full ends after the last blank that fits; the blank after the last word may hang one cell over the
width, and a line feed after that one cell more, so whoever draws leaves `HANGING` cells free at the right. A wide
character may also be parted from a letter next to it, since its script writes no blanks.

Rows are found in order and only as far as somebody asks, and what is found never changes; a document of 10 MB opens
as fast as a short one. Rows of plain characters are found by one regular expression, the others cluster by cluster.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import Final, NamedTuple

from annotator.display import safe
from annotator.graphemes import SIMPLE, Cluster, clusters, drawing, is_simple, split

HANGING: Final = 2
"""Cells that a row may need beyond the width: for a blank after its last word, and for its line feed."""

_CHUNK: Final = 1 << 16
_HARD: Final = re.compile(f"[^{SIMPLE}\n]")
_BLANKS: Final = " \t"
_DRAWN_BLANKS: Final = safe(_BLANKS)
_HARD_CHUNK: Final = 1 << 13
_HARD_WINDOW: Final = 1 << 11
_PLAIN_AGAIN: Final = 256
_CACHED_LINES: Final = 1024


class Row(NamedTuple):
    """Which code points a row shows, half-open; its line feed is among them."""

    start: int
    end: int


class Line:
    """One row as it is drawn: which cell each of its clusters is in, and the other way round."""

    __slots__ = ("_cells", "_parts", "_starts", "_text", "end", "start", "width")

    start: int
    """The first code point."""
    end: int
    """One past the last code point, a line feed included."""
    width: int
    """Cells of everything that is drawn."""

    def __init__(self, text: str, start: int) -> None:
        """Measure a row.

        Args:
            text: The row's code points, as they are in the document.
            start: Where it begins in the document.
        """
        self.start = start
        self.end = start + len(text)
        visible = text.removesuffix("\n")
        self._parts: tuple[Cluster, ...] = ()
        self._text = ""
        if is_simple(visible):
            self._text = safe(visible)
            self.width = len(visible)
        else:
            self._parts = tuple(clusters(text, start))
            self._starts = [part.start for part in self._parts]
            self._cells = [part.cell for part in self._parts]
            self.width = sum(part.cells for part in self._parts)

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """The clusters in order; a line feed is the last one, in no cell."""
        if self._parts:
            return self._parts
        made = [Cluster(self.start + at, self.start + at + 1, at, 1, drawn) for at, drawn in enumerate(self._text)]
        if self.end - self.start > self.width:
            made.append(Cluster(self.end - 1, self.end, self.width, 0, ""))
        return tuple(made)

    @property
    def visible_end(self) -> int:
        """One past the last code point that is drawn: a line feed is not."""
        if self._parts:
            return self.end - (self._parts[-1].cells == 0)
        return self.start + self.width

    @property
    def ink(self) -> int:
        """Cells up to the last one that is not a blank."""
        if not self._parts:
            return len(self._text.rstrip(" "))
        return max((part.cell + part.cells for part in self._parts if part.drawn.strip(" ")), default=0)

    def cells(self, start: int, end: int) -> tuple[int, int]:
        """The cells, half-open, that `[start, end)` covers of this row, in whole clusters; none for a line feed."""
        start, end = self.snap(start, end)
        if start >= end:
            return 0, 0
        return self.cell_of(start), self.width if end >= self.visible_end else self.cell_of(end)

    def cell_of(self, offset: int) -> int:
        """The cell in which the cluster at an offset begins; that after the last one for the end of the row."""
        if offset >= self.end:
            return self.width
        if not self._parts:
            return max(0, offset - self.start)
        return self._cells[max(0, bisect_right(self._starts, offset) - 1)]

    def offset_at(self, cell: int) -> int:
        """The start of the cluster that is drawn in a cell; the row's line feed, or its end, for cells after it."""
        if cell >= self.width:
            has_feed = self._parts[-1].cells == 0 if self._parts else self.end - self.start > self.width
            return self.end - 1 if has_feed else self.end
        if not self._parts:
            return self.start + max(0, cell)
        return self._starts[max(0, bisect_right(self._cells, cell) - 1)]

    def snap(self, start: int, end: int) -> tuple[int, int]:
        """The smallest run of whole clusters of this row that covers `[start, end)`, as code points."""
        start, end = max(start, self.start), min(end, self.end)
        if self._parts and start < end:
            start = self._starts[bisect_right(self._starts, start) - 1]
            end = self._parts[bisect_right(self._starts, end - 1) - 1].end
        return start, end

    def drawn(self, start: int, end: int) -> str:
        """What is written for `[start, end)`, which must begin and end at cluster edges of this row."""
        if not self._parts:
            return self._text[start - self.start : end - self.start]
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1)
        return "".join(part.drawn for part in self._parts[max(0, first) : last])


class Rows:
    """The rows of one text at one width, with code points for cells and cells for code points."""

    def __init__(self, text: str, width: int) -> None:
        """Prepare to wrap; no row is found yet.

        Args:
            text: The document, exactly as it was read.
            width: Cells in a row, at least 1, without the `HANGING` ones.
        """
        self.text = text
        self.width = max(1, width)
        self.complete = False
        """Every row has been found."""
        self._ends = array("q")
        self._plain = re.compile(
            f"[{SIMPLE}]{{0,{self.width}}}(?:[{_BLANKS}]?(?:\n|\\Z)|[{_BLANKS}])|[{SIMPLE}]{{1,{self.width}}}"
        )
        # Not a method of this object, which would keep itself and the text in memory then.
        self._lines = lru_cache(maxsize=_CACHED_LINES)(partial(_line, text, self._ends))

    def __len__(self) -> int:
        """How many rows there are; finds them all."""
        self.find_offset(len(self.text))
        return len(self._ends)

    def __getitem__(self, row: int) -> Row:
        """The code points of a row; finds the rows up to it.

        Raises:
            IndexError: If there is no such row. Rows are not counted from the end.
        """
        self.find_row(row)
        return _row(self._ends, row)

    @property
    def found(self) -> int:
        """How many rows have been found so far."""
        return len(self._ends)

    @property
    def frontier(self) -> int:
        """The code point up to which rows have been found."""
        return self._ends[-1] if self._ends else 0

    @property
    def estimate(self) -> int:
        """How many rows there are: exact when `complete`, else from the mean length of those found."""
        if self.complete:
            return len(self._ends)
        mean = max(1.0, self.frontier / len(self._ends)) if self._ends else self.width
        return len(self._ends) + 1 + int((len(self.text) - self.frontier) / mean)

    def find_row(self, row: int) -> None:
        """Find the rows up to this one, or all if there are fewer."""
        while len(self._ends) <= row and not self.complete:
            self.find_more()

    def find_offset(self, offset: int) -> None:
        """Find the rows up to the one that holds a code point."""
        while not self.complete and self.frontier <= offset:
            self.find_more()

    def row_of(self, offset: int) -> int:
        """The row that holds a code point; the last row for the end of the text."""
        self.find_offset(offset)
        return min(bisect_right(self._ends, offset), len(self._ends) - 1)

    def touched(self, pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The rows that each piece of the text touches, `[first, last)`, as far as rows have been found."""
        frontier = self.frontier
        return [
            (self.row_of(start), self.row_of(min(end, frontier) - 1) + 1) for start, end in pieces if start < frontier
        ]

    def cell_of(self, offset: int) -> tuple[int, int]:
        """Row and cell of the cluster at an offset."""
        row = self.row_of(offset)
        return row, self.line(row).cell_of(offset)

    def offset_at(self, row: int, cell: int) -> int:
        """The start of the cluster that is drawn in a cell of a row; the row's last position for cells after it.

        On a row that a line feed ends this is the line feed. On a row that goes on below it is the row's last
        cluster, because the position after that one is drawn on the next row.
        """
        line = self.line(row)
        offset = line.offset_at(cell)
        if offset == line.end and offset < len(self.text):
            return line.offset_at(line.width - 1)
        return offset

    def clusters(self, row: int) -> Sequence[Cluster]:
        """The clusters of a row, in order; a line feed is one, in no cell."""
        return self.line(row).clusters

    def line(self, row: int) -> Line:
        """A row as it is drawn; the last few hundred are kept."""
        self.find_row(row)
        return self._lines(row)

    def find_more(self) -> None:
        """Find the rows of the next piece of text, so much as takes a few milliseconds."""
        text, start = self.text, self.frontier
        goal = min(len(text), start + max(_CHUNK, 16 * self.width))
        hard_goal = start + _HARD_CHUNK
        while start < goal:
            # Plain rows up to the next character that needs a closer look, then the rows around it.
            hard = None if text.isascii() else _HARD.search(text, start, goal)
            limit = hard.start() if hard else goal
            self._find_plain(start, limit, certain=limit == len(text))
            if hard and self.frontier == start:
                self._find_hard(start, min(goal, hard_goal))
                if self.frontier >= hard_goal:
                    break
            if self.frontier == start:
                break
            start = self.frontier
        if self.frontier >= len(text):
            if not text or text[-1] == "\n":
                self._ends.append(len(text))
            self.complete = True

    def _find_plain(self, start: int, limit: int, *, certain: bool) -> None:
        """Find rows of simple characters; unless certain, only those that no text after the limit can change."""
        ends = [found.end() for found in self._plain.finditer(self.text, start, limit)]
        while ends and len(ends) > 1 and ends[-1] == ends[-2]:
            ends.pop()
        if certain:
            self._ends.extend(ends if ends and ends[0] > start else ())
            return
        last_start = limit - self.width - HANGING
        while ends and (ends[-2] if len(ends) > 1 else start) > last_start:
            ends.pop()
        self._ends.extend(ends)

    def _find_hard(self, start: int, goal: int) -> None:
        """Find at least one row cluster by cluster, and go on to the first plain line or the goal."""
        text = self.text
        size = 4 * self.width + _HARD_WINDOW
        while True:
            window = text[start : start + size]
            whole = start + size >= len(text)
            pieces = split(safe(window))
            if not whole:
                # The last cluster may go on behind the window.
                pieces.pop()
            found = _hard_ends(pieces, start, self.width)
            if whole and (not found or found[-1] < len(text)):
                found.append(len(text))
            if found:
                break
            size *= 4
        for end in found:
            self._ends.append(end)
            if end >= goal or (text[end - 1] == "\n" and not _HARD.search(text, end, end + _PLAIN_AGAIN)):
                break


def _line(text: str, ends: Sequence[int], row: int) -> Line:
    """A row that was found, as it is drawn."""
    start, end = _row(ends, row)
    return Line(text[start:end], start)


def _row(ends: Sequence[int], row: int) -> Row:
    """A row that was found; its neighbour ends where it starts."""
    if not 0 <= row < len(ends):
        raise IndexError(f"row {row} is not among the {len(ends)} rows of the text")
    return Row(ends[row - 1] if row else 0, ends[row])


def _hard_ends(pieces: list[str], start: int, width: int) -> list[int]:
    """The ends of the rows that a run of clusters fills; what may go on after the run is left out."""
    ends: list[int] = []
    position = start
    used = 0
    # The last place where the row may end, and the cells from there on.
    break_at, after_break = start, 0
    row_start = start
    wide_before = word_before = False
    for piece in pieces:
        if piece == "\n":
            position += 1
            ends.append(position)
            row_start = break_at = position
            used = after_break = 0
            wide_before = word_before = False
            continue
        cells = drawing(piece)[1]
        wide = cells > 1
        word = wide or piece[0].isalnum()
        blank = piece[0] in _DRAWN_BLANKS and cells == 1
        if (wide and word_before) or (word and wide_before):
            break_at, after_break = position, 0
        while used + cells > width + blank and position > row_start:
            # An over-long word is cut where the row is full; a row holds at least one cluster.
            if break_at == row_start:
                break_at, after_break = position, 0
            ends.append(break_at)
            row_start = break_at
            used = after_break
        position += len(piece)
        used += cells
        after_break += cells
        wide_before, word_before = wide, word
        if blank:
            break_at, after_break = position, 0
    return ends
