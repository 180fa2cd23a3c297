"""Rows of text and their lanes as strips: which cells get which look, with no widget and no scrolling.

The painter names looks and is given the style of a combination of them. Styles change at cluster edges only: a style
edge inside a cluster would break its width on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from annotator.display import safe
from annotator.lanes import GUTTER, MOST, Run, Stack, in_lane, in_margin, runs, stack
from annotator.rows import Line
from annotator.span_index import Look, Mark, Piece
from annotator.widgets.looks import LABELS, SLOTS, WORDS, Looks

_BARS: Final = {"own": "▔", "part": "▔", "target": "▀", "beside": "╌", "draft": "╍"}
_LIT_BAR: Final = "▀"
_GAP: Final = "┈"
_MARGIN_BAR: Final = "▌"
_LIT_MARGIN_BAR: Final = "█"

_ADDING: Final[frozenset[Look]] = frozenset(("part", "beside", "draft"))
"""Looks of marks that change that of their label."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn on a row besides its text; two equal ones look the same."""

    cursor: int | None = None
    """The code point under the cursor, if it is in this row."""
    selection: tuple[int, int] | None = None
    """The selected code points in this row, half-open."""
    active: bool = True
    """The view has the focus, and the cursor is drawn as such."""


PLAIN: Final = Shown()
"""A row with neither cursor nor selection."""


def levels(marks: Sequence[Mark]) -> Looks:
    """The looks of words under these marks when no lanes are drawn.

    The innermost label gives the background and its own letter shapes, and its look may add to them; a second one
    around it underlines, and from the third on the words are bold as well.

    Args:
        marks: The marks over the words, the innermost (shortest) first.
    """
    if not marks:
        return ()
    inner = marks[0]
    look = (inner.look,) if inner.look in _ADDING else ()
    return (WORDS[inner.slot % SLOTS], *look, *("second", "third")[: len(marks) - 1])


def bar(width: int, tag: str, fill: str) -> str:
    """The bar of a fragment with a tag on it, exactly as many cells wide.

    Args:
        width: Cells, at least 1.
        tag: The short name, or "" for a fragment that goes on from an earlier one.
        fill: The character of the bar, one cell wide.
    """
    name = safe(tag).replace("\n", " ")
    if not name:
        return fill * width
    cells = cell_len(name)
    if cells < width:
        return fill + name + fill * (width - cells - 1)
    return set_cell_size(name, width)


class Painter:
    """Draws one row of text, or one lane under it, as a strip."""

    def __init__(self, style: Callable[[Looks], Style]) -> None:
        """Prepare to draw.

        Args:
            style: Gives the full style, ground included, of a combination of looks.
        """
        self._style = style
        self.lane_mode = True
        """Marks have lanes under the text; otherwise they colour the words."""
        self.most_lanes = MOST
        """Lanes under one row."""
        self.lit: frozenset[str] = frozenset()
        """Ids of annotations whose marks are lit."""
        self.hints: Mapping[int, str] = {}
        """Letters drawn over the text, by the code point where they begin."""

    def stack(self, line: Line, pieces: Sequence[Piece]) -> Stack:
        """The lanes under a row."""
        in_lanes = [piece for piece in pieces if in_lane(piece.mark)]
        return stack(runs(in_lanes, line.start, line.end), self.most_lanes)

    def text(
        self, line: Line, pieces: Sequence[Piece], closed: Sequence[tuple[int, int]], shown: Shown, width: int
    ) -> Strip:
        """A row of text.

        Args:
            line: The row.
            pieces: The fragments that touch it.
            closed: The zones that take no marks and touch it, as code points, half-open.
            shown: The cursor and the selection in it.
            width: Cells of the strip.
        """
        layers = [(*line.snap(start, end), ("closed",)) for start, end in closed]
        words: list[tuple[int, int, Mark]] = []
        for start, end, mark in pieces:
            low, high = line.snap(start, end)
            if mark.look in {"finding", "search"}:
                layers.append((low, high, (mark.look,)))
            elif self._is_lit(mark) and not in_margin(mark):
                layers.append((low, high, ("lit",)))
            if not self.lane_mode and in_lane(mark):
                words.append((low, high, mark))
        words.sort(key=lambda word: word[2].extent.size)
        if shown.selection is not None:
            layers.append((*line.snap(*shown.selection), ("selection",)))
        if shown.cursor is not None:
            look = "cursor" if shown.active else "cursor-resting"
            layers.append((*line.snap(shown.cursor, shown.cursor + 1), (look,)))
        visible = line.visible_end
        cuts = {line.start, visible}
        for start, end, _ in (*layers, *words):
            cuts.update((min(start, visible), min(end, visible)))
        edges = sorted(cuts)
        segments = self._gutter(pieces)
        for start, end in pairwise(edges):
            looks = levels([mark for low, high, mark in words if low <= start and end <= high])
            for low, high, more in layers:
                if low <= start and end <= high:
                    looks += more
            segments.append(Segment(line.drawn(start, end), self._style(looks)))
        segments += self._end_of_row(line, shown)
        strip = self._strip(segments, width)
        return self._with_hints(strip, line, width) if self.hints else strip

    def lane(self, line: Line, pieces: Sequence[Piece], lane: int, width: int) -> Strip:
        """A lane under a row.

        Args:
            line: The row.
            pieces: The fragments that touch it.
            lane: Which lane, 0 for the one next to the text.
            width: Cells of the strip.
        """
        stack = self.stack(line, pieces)
        segments = self._gutter(pieces)
        at = 0
        for run in stack.lanes[lane] if lane < stack.height else ():
            style = self._style(self._lane_looks(run.mark))
            tag = run.mark.tag if run.begins else ""
            for start, end in run.pieces:
                low, high = line.cells(start, end)
                low = max(low, at)
                if run.mark.extent.end > line.end:
                    # What goes on in the next row does not underline the blank that it wraps at.
                    high = min(high, line.ink)
                if high <= low:
                    continue
                if low > at:
                    between = _GAP if start != run.start else " "
                    segments.append(Segment(between * (low - at), style if between == _GAP else self._style(())))
                segments.append(Segment(bar(high - low, tag, self._fill(run.mark)), style))
                at, tag = high, ""
        if stack.hidden and lane == stack.height - 1:
            sign = f"+{len(stack.hidden)}"
            strip = self._strip(segments, max(0, width - len(sign)))
            return Strip.join([strip, Strip([Segment(sign, self._style(("sign",)))], len(sign))])
        return self._strip(segments, width)

    def run_at(self, line: Line, pieces: Sequence[Piece], lane: int, cell: int) -> Run | None:
        """What a lane shows in a cell of the text, without the gutter."""
        stack = self.stack(line, pieces)
        for run in stack.lanes[lane] if 0 <= lane < stack.height else ():
            low, high = line.cells(run.start, run.end)
            if low <= cell < high:
                return run
        return None

    def in_gutter(self, pieces: Sequence[Piece]) -> list[Mark]:
        """The marks whose bars the gutter shows, from the left: the longest first, and lit ones before all."""
        marks = list({id(piece.mark): piece.mark for piece in pieces if in_margin(piece.mark)}.values())
        marks.sort(key=lambda mark: (not self._is_lit(mark), -mark.extent.size))
        return sorted(marks[:GUTTER], key=lambda mark: -mark.extent.size)

    def _gutter(self, pieces: Sequence[Piece]) -> list[Segment]:
        segments = []
        for mark in self.in_gutter(pieces):
            sign = _LIT_MARGIN_BAR if self._is_lit(mark) else _MARGIN_BAR
            segments.append(Segment(sign, self._style(self._lane_looks(mark))))
        if len(segments) < GUTTER:
            segments.append(Segment(" " * (GUTTER - len(segments)), self._style(())))
        return segments

    def _end_of_row(self, line: Line, shown: Shown) -> list[Segment]:
        """A cell for the line feed, or for the end of the text, where the cursor or the selection is on it."""
        looks: Looks = ()
        if shown.selection is not None and line.visible_end < line.end <= shown.selection[1]:
            looks += ("selection",)
        if shown.cursor is not None and shown.cursor >= line.visible_end:
            looks += ("cursor" if shown.active else "cursor-resting",)
        return [Segment(" ", self._style(looks))] if looks else []

    def _strip(self, segments: Sequence[Segment], width: int) -> Strip:
        """A strip exactly so wide; what looks the same is one segment, because each costs bytes on the way out."""
        joined: list[Segment] = []
        cells = sum([cell_len(segment[0]) for segment in segments])
        for segment in (*segments, Segment(" " * (width - cells), self._style(()))):
            text, style, _ = segment
            if joined and joined[-1][1] is style:
                joined[-1] = Segment(joined[-1][0] + text, style)
            elif text:
                joined.append(segment)
        strip = Strip(joined, max(cells, width))
        return strip if cells <= width else strip.crop(0, width)

    def _with_hints(self, strip: Strip, line: Line, width: int) -> Strip:
        """The strip with the letters of the hints over it."""
        for offset, letters in self.hints.items():
            if line.start <= offset < line.end:
                cell = GUTTER + line.cell_of(offset)
                hint = Strip([Segment(safe(letters), self._style(("hint",)))])
                after = strip.crop(min(width, cell + hint.cell_length), width)
                strip = Strip.join([strip.crop(0, cell), hint, after])
        return strip.crop(0, width)

    def _is_lit(self, mark: Mark) -> bool:
        return mark.look == "target" or mark.id in self.lit

    def _fill(self, mark: Mark) -> str:
        return _LIT_BAR if self._is_lit(mark) else _BARS.get(mark.look, _BARS["own"])

    def _lane_looks(self, mark: Mark) -> Looks:
        label = LABELS[mark.slot % SLOTS]
        if self._is_lit(mark):
            return (label, "lit-bar")
        return (label, mark.look) if mark.look in _ADDING else (label,)
