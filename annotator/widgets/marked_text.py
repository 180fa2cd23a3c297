"""A text with marks, drawn row by row from our own text and scrolled; what a cursor adds comes from a subclass.

Only rows in sight are drawn, a drawn row is kept, and a mark that comes or goes costs the rows that it touches. All
positions are code points of the text, half-open where they are pairs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import ClassVar, Final

from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer
from typing_extensions import override

from annotator.lanes import heights, in_lane
from annotator.rows import HANGING, Rows
from annotator.screen_rows import ScreenRows
from annotator.span_index import Mark, Piece, SpanIndex
from annotator.widgets.painting import GUTTER, LABELS, WORDS, Looks, Painter, Shown

_WIDTH_BEFORE_LAYOUT: Final = 80
_MOST_CACHED_ROWS: Final = 512
_MOST_STRIPS_OF_A_ROW: Final = 64
_SLICE: Final = 0.004
"""Seconds of one go at finding rows in the background: less than a key takes."""
_PAUSE: Final = 0.01


class MarkedText(ScrollView):
    """A text with marks under its words or on them."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text-view--beside",
        "text-view--closed",
        "text-view--draft",
        "text-view--finding",
        "text-view--hint",
        "text-view--lit",
        "text-view--lit-bar",
        "text-view--part",
        "text-view--search",
        "text-view--second",
        "text-view--sign",
        "text-view--third",
        *(f"text-view--{label}" for label in LABELS),
    }

    DEFAULT_CSS = """
    MarkedText {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
        & > .text-view--beside { text-style: italic; }
        & > .text-view--closed { color: $foreground 45%; }
        & > .text-view--draft { background: $primary 35%; text-style: underline; }
        & > .text-view--finding { color: $text-error; text-style: underline; }
        & > .text-view--hint { background: $warning; color: $background; text-style: bold; }
        & > .text-view--lit { background: $foreground 18%; text-style: bold; }
        & > .text-view--lit-bar { text-style: bold; }
        & > .text-view--part { text-style: italic; }
        & > .text-view--search { background: $warning 40%; }
        & > .text-view--second { text-style: underline; }
        & > .text-view--sign { color: $text-muted; text-style: bold; }
        & > .text-view--third { text-style: bold; }
        & > .text-view--label-1 { color: $primary-lighten-1; background: $primary 40%; }
        & > .text-view--label-2 { color: $text-warning; background: $warning 30%; text-style: italic; }
        & > .text-view--label-3 { color: $text-success; background: $success 30%; text-style: bold; }
        & > .text-view--label-4 { color: $text-accent; background: $accent 30%; text-style: bold italic; }
        & > .text-view--label-5 { color: $text-error; background: $error 30%; text-style: uu; }
        & > .text-view--label-6 { color: $text-secondary; background: $secondary 40%; text-style: italic uu; }
        & > .text-view--label-7 { color: $warning-lighten-2; background: $warning 20%; text-style: bold uu; }
        & > .text-view--label-8 {
            color: $success-lighten-2; background: $success 20%; text-style: bold italic uu;
        }
        & > .text-view--label-9 { color: $accent-lighten-2; background: $accent 20%; text-style: overline; }
        & > .text-view--label-10 { color: $error-lighten-2; background: $error 20%; text-style: italic overline; }
        & > .text-view--label-11 { color: $primary-lighten-3; background: $primary 25%; text-style: bold overline; }
        & > .text-view--label-12 {
            color: $secondary-lighten-3; background: $secondary 25%; text-style: bold italic overline;
        }
    }
    """

    lane_mode: var[bool] = var(True, init=False)
    """Marks have lanes under the rows; otherwise they colour the words."""
    highlight: var[frozenset[str]] = var(frozenset[str], init=False)
    """Ids of the annotations whose marks are lit together."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """An empty view; `show` gives it a document.

        Args:
            id: The widget's id in the DOM.
            classes: Its CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self._index = SpanIndex()
        self._rows = Rows("", _WIDTH_BEFORE_LAYOUT)
        self._screen = ScreenRows(self._heights)
        self._zones: list[tuple[int, int]] = []
        self._painter = Painter(self._style)
        self._styles: dict[Looks, Style] = {}
        self._strips: LRUCache[int, dict[tuple[int, Shown], Strip]] = LRUCache(_MOST_CACHED_ROWS)
        self._finder: Timer | None = None

    # What is shown.

    @property
    def text(self) -> str:
        """The document, exactly as it was read."""
        return self._rows.text

    @property
    def closed(self) -> Sequence[tuple[int, int]]:
        """The zones that take no marks."""
        return self._zones

    @property
    def marks(self) -> SpanIndex:
        """The marks; they change through the view's methods only."""
        return self._index

    @property
    def visible_range(self) -> tuple[int, int]:
        """The code points of all rows in sight."""
        first, last = self._rows_in_sight()
        return self._rows[first].start, self._rows[last].end

    def show(self, text: str, closed: Iterable[tuple[int, int]] = (), marks: Iterable[Mark] = ()) -> None:
        """Show a document from its start.

        Args:
            text: The document, exactly as it was read.
            closed: Zones that take no marks, drawn dimmed; they do not overlap.
            marks: In any order.
        """
        self._zones = sorted(closed)
        self._index = SpanIndex(marks)
        self._lay_out(Rows(text, self._rows.width), 0)

    def add_mark(self, mark: Mark) -> None:
        """Show one more mark."""
        self._index.add(mark)
        self._changed([mark])

    def remove_mark(self, mark: Mark) -> None:
        """Show a mark no more.

        Raises:
            KeyError: If it, or one equal to it, is not shown.
        """
        self._index.remove(mark)
        self._changed([mark])

    def replace_marks(self, marks: Iterable[Mark], *, of: str | None = None) -> None:
        """Show these marks in place of all, or in place of those of one annotation.

        Args:
            marks: In any order.
            of: The annotation's id; only its marks go, and only what differs is drawn again.
        """
        if of is None:
            self._index = SpanIndex(marks)
            self._lay_out(Rows(self.text, self._rows.width), self._top_offset())
            return
        coming, going = list(marks), []
        for mark in self._index.of(of):
            if mark in coming:
                coming.remove(mark)
            else:
                going.append(mark)
        for mark in going:
            self._index.remove(mark)
        for mark in coming:
            self._index.add(mark)
        self._changed([*going, *coming])

    def show_hints(self, hints: Mapping[int, str]) -> None:
        """Draw letters over the text, to jump to; none takes them away.

        Args:
            hints: The letters, by the code point where they begin.
        """
        self._painter.hints = dict(hints)
        self._strips.clear()
        self.refresh()

    def scroll_to_offset(self, offset: int, *, around: int = 0) -> None:
        """Scroll as little as brings the row of a code point into sight, with its lanes.

        Args:
            offset: The code point.
            around: Screen rows to keep in sight above and below.
        """
        row = self._rows.row_of(offset)
        y, tall = self._screen.screen_row(row), self._screen.lanes_of(row) + 1
        height = self.scrollable_content_region.height
        around = min(around, max(0, (height - tall) // 2))
        top = self.scroll_offset.y
        if y + tall + around > top + height:
            top = y + tall + around - height
        top = max(0, min(top, y - around))
        if top != self.scroll_offset.y:
            self._update_virtual_size()
            self.scroll_to(y=top, animate=False, force=True)

    # Rows on the screen.

    def _heights(self, first: int, last: int) -> bytes:
        if self.lane_mode:
            return heights(self._rows, self._index, self._painter.most_lanes, first, last)
        self._rows.find_row(last - 1)
        return bytes(max(0, min(last, self._rows.found) - first))

    def _top_offset(self) -> int:
        """The first code point in sight."""
        return self._rows[self._rows_in_sight()[0]].start

    def _rows_in_sight(self) -> tuple[int, int]:
        """The first and the last row in sight."""
        top = self.scroll_offset.y
        first, _ = self._screen.text_row(top)
        last, _ = self._screen.text_row(top + max(0, self.scrollable_content_region.height - 1))
        return first, max(first, last)

    def _lay_out(self, rows: Rows, top: int) -> None:
        """Begin anew with these rows, with a code point in the row at the top."""
        self._rows = rows
        self._screen = ScreenRows(self._heights)
        self._strips.clear()
        self._find_rows()
        y = self._screen.screen_row(rows.row_of(top))
        self._update_virtual_size()
        self.scroll_to(y=y, animate=False, force=True)
        self.refresh()

    def _find_rows(self) -> None:
        """Find rows for a few milliseconds, and go on later until all are found."""
        until = monotonic() + _SLICE
        more = True
        while more and monotonic() < until:
            more = self._screen.extend()
        if more and self.is_attached:
            if self._finder is None:
                self._finder = self.set_interval(_PAUSE, self._find_rows)
            return
        if self._finder is not None:
            self._finder.stop()
            self._finder = None
        self._update_virtual_size()

    def _update_virtual_size(self) -> None:
        known, lanes = self._screen.known, self._screen.lanes_known
        rest = self._rows.estimate - known
        total = known + lanes + rest + (rest * lanes // known if known else 0)
        size = Size(self.scrollable_content_region.width, total)
        if size != self.virtual_size:
            # Nothing else moves when the text grows by a lane: the scroll bar is told, and there is no new layout.
            self.set_reactive(MarkedText.virtual_size, size)
            if self.is_attached:
                self._scroll_update(size)

    def _on_resize(self, event: events.Resize) -> None:
        width = max(1, self.scrollable_content_region.width - GUTTER - HANGING)
        if width != self._rows.width:
            self._lay_out(Rows(self.text, width), self._top_offset())
        else:
            self._update_virtual_size()

    def watch_lane_mode(self) -> None:
        self._painter.lane_mode = self.lane_mode
        self._lay_out(self._rows, self._top_offset())

    def watch_highlight(self, old: frozenset[str], new: frozenset[str]) -> None:
        self._painter.lit = new
        for annotation in old ^ new:
            for mark in self._index.of(annotation):
                self._forget(mark)
                self._refresh_mark(mark)

    # Marks that come and go.

    def _changed(self, marks: Sequence[Mark]) -> None:
        """Draw again what these marks touch, which came or went."""
        top, lane = self._screen.text_row(self.scroll_offset.y)
        moved_from: int | None = None
        for mark in marks:
            self._forget(mark)
            for first, last in self._rows_of(mark) if self.lane_mode and in_lane(mark) else ():
                if self._screen.update(first, last):
                    moved_from = first if moved_from is None else min(moved_from, first)
            self._refresh_mark(mark)
        if moved_from is None:
            return
        self._update_virtual_size()
        y = self._screen.screen_row(top) + min(lane, self._screen.lanes_of(top))
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False, force=True)
        self._refresh_rows(moved_from, self._rows.found)

    def _rows_of(self, mark: Mark) -> list[tuple[int, int]]:
        """The rows that each fragment touches, half-open, as far as rows have been found."""
        frontier = self._rows.frontier
        return [
            (self._rows.row_of(start), self._rows.row_of(min(end, frontier) - 1) + 1)
            for start, end in mark.extent
            if start < frontier
        ]

    def _forget(self, mark: Mark) -> None:
        """Drop the strips of the rows that a mark touches."""
        for first, last in self._rows_of(mark):
            for row in range(first, last) if last - first < _MOST_CACHED_ROWS else self._strips.keys():
                if first <= row < last:
                    self._strips.discard(row)

    def _refresh_mark(self, mark: Mark) -> None:
        for first, last in self._rows_of(mark):
            self._refresh_rows(first, last)

    def _refresh_rows(self, first: int, last: int, *, lanes: bool = True) -> None:
        """Draw again the rows `[first, last)`, as far as they are in sight.

        Args:
            first: A row.
            last: One past another.
            lanes: With the lanes under them; without, one row's text only.
        """
        low, high = self._rows_in_sight()
        if first > high or last <= low or first >= last:
            return
        y = self._screen.screen_row(max(first, low))
        if lanes:
            row = min(last - 1, high)
            end = self._screen.screen_row(row) + self._screen.lanes_of(row) + 1
            if last > high:
                end = self.scroll_offset.y + self.scrollable_content_region.height
        else:
            end = self._screen.screen_row(min(last - 1, high)) + 1
        self.refresh(Region(0, y - self.scroll_offset.y, self.size.width, end - y))

    # Drawing.

    def _shown(self, row: int) -> Shown:
        """What a row shows besides its text and marks."""
        return Shown()

    def _pieces(self, row: int) -> list[Piece]:
        start, end = self._rows[row]
        return self._index.pieces(start, end)

    def _zones_in(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        first = bisect_right(self._zones, start, key=lambda zone: zone[1])
        return self._zones[first : bisect_left(self._zones, end, key=lambda zone: zone[0])]

    @override
    def render_line(self, y: int) -> Strip:
        width = self.size.width
        row, lane = self._screen.text_row(y + self.scroll_offset.y)
        if lane > self._screen.lanes_of(row):
            return Strip.blank(width, self._style(()))
        shown = Shown() if lane else self._shown(row)
        strips = self._strips.get(row)
        if strips is None or len(strips) > _MOST_STRIPS_OF_A_ROW:
            strips = {}
            self._strips.set(row, strips)
        strip = strips.get((lane, shown))
        if strip is None:
            strip = strips[lane, shown] = self._draw(row, lane, shown, width)
        return strip

    def _draw(self, row: int, lane: int, shown: Shown, width: int) -> Strip:
        """Draw a row's text (lane 0) or one of its lanes (from 1)."""
        line, pieces = self._rows.line(row), self._pieces(row)
        if lane:
            return self._painter.lane(line, pieces, lane - 1, width)
        return self._painter.text(line, pieces, self._zones_in(line.start, line.end), shown, width)

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def _style(self, looks: Looks) -> Style:
        """The style of a combination of looks, over the view's own."""
        style = self._styles.get(looks)
        if style is None:
            style = self._style(looks[:-1]) + self._look(looks[-1]) if looks else self.rich_style
            self._styles[looks] = style
        return style

    def _look(self, name: str) -> Style:
        """What one look adds: only what its rules set, with colours blended over the ground."""
        if name in WORDS:
            whole = self._look_of(LABELS[WORDS.index(name)])
            return whole.without_color + Style(bgcolor=whole.bgcolor)
        if name in LABELS:
            return Style(color=self._look_of(name).color)
        return self._look_of(name)

    def _look_of(self, name: str) -> Style:
        component = f"text-view--{name}"
        whole = self.get_component_rich_style(component)
        rules = self.get_component_rich_style(component, partial=True)
        return rules.without_color + Style(
            color=whole.color if rules.color else None, bgcolor=whole.bgcolor if rules.bgcolor else None
        )
