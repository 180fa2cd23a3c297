"""A text with marks under the mouse: which character and which mark are drawn where it points."""

from __future__ import annotations

from textual import events

from annotator.lanes import GUTTER
from annotator.span_index import Mark
from annotator.widgets.marked_text import MarkedText


class PointedText(MarkedText):
    """A text with marks that tells what is drawn at a place of the screen. All positions are code points."""

    def marks_at(self, offset: int) -> list[Mark]:
        """The marks over a code point, the innermost first."""
        return self._index.at(offset)

    def _place(self, event: events.MouseEvent) -> tuple[int, int, int]:
        """Row, lane (0 for the text) and cell of the text that the mouse is at, as near as there are any."""
        at = event.get_content_offset_capture(self)
        top = self.top
        height = self.scrollable_content_region.height
        row, lane = self._screen.text_row(max(0, top + max(-1, min(at.y, height))))
        return row, lane, at.x - GUTTER

    def _offset_under(self, event: events.MouseEvent) -> int:
        row, _, cell = self._place(event)
        return self._rows.offset_at(row, max(0, cell))

    def _mark_under(self, event: events.MouseEvent) -> Mark | None:
        """The mark that is drawn where the mouse is: its bar, or its words."""
        row, lane, cell = self._place(event)
        line, pieces = self._rows.line(row), self._pieces(row)
        if cell < 0:
            bars = self._painter.in_gutter(pieces)
            # A click on what has moved meanwhile may lie to the left of it.
            return bars[cell + GUTTER] if 0 <= cell + GUTTER < len(bars) else None
        if lane > self._screen.lanes_of(row):
            return None
        if lane:
            run = self._painter.run_at(line, pieces, lane - 1, cell)
            return run.mark if run else None
        if cell >= line.width:
            return None
        marks = [mark for mark in self.marks_at(line.offset_at(cell)) if mark.id]
        return marks[0] if marks else None
