"""A text with marks, drawn row by row from our own text and scrolled; what a cursor adds comes from a subclass.

Only rows in sight are drawn, a drawn row is kept, and a mark that comes or goes costs the rows that it touches. All
positions are code points of the text, half-open where they are pairs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from operator import attrgetter
from time import monotonic
from typing import ClassVar, Final

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.timer import Timer
from typing_extensions import override

from annotator.lanes import GUTTER, heights, in_lane
from annotator.rows import HANGING, Rows
from annotator.screen_rows import ScreenRows
from annotator.span_index import Mark, Piece, SpanIndex, Unmade
from annotator.widgets import looks
from annotator.widgets.painting import PLAIN, Painter, Shown
from annotator.widgets.quick_var import quick_var
from annotator.widgets.scroll_bar import KeptScrollView

_WIDTH_BEFORE_LAYOUT: Final = 80
_MOST_CACHED_ROWS: Final = 512
_MOST_STRIPS_OF_A_ROW: Final = 64
_AT_ONCE: Final = 1000
"""Rows that are found before anything is drawn, so that a short document looks the same on a slow machine."""
_SLICE: Final = 0.004
"""Seconds of one go at finding rows in the background: less than a key takes."""
_PAUSE: Final = 0.01
_REST: Final = 0.1
"""Seconds for which that rests after rows were drawn, since somebody moves about; between two goes it is the most."""


class MarkedText(KeptScrollView, inherit_bindings=False):
    """A text with marks under its words or on them."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = looks.COMPONENT_CLASSES
    DEFAULT_CSS = looks.CSS

    lane_mode: quick_var[bool] = quick_var(True, init=False)
    """Marks have lanes under the rows; otherwise they colour the words."""
    highlight: quick_var[frozenset[str]] = quick_var(frozenset[str], init=False)
    """Ids of the annotations whose marks are lit together."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """An empty view; `show` gives it a document.

        Args:
            id: The widget's id in the DOM.
            classes: Its CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self._index = SpanIndex()
        self._over = SpanIndex()
        """Marks that belong to no annotation, and take no lane."""
        self._rows = Rows("", _WIDTH_BEFORE_LAYOUT)
        self._screen = ScreenRows(self._heights)
        self._zones: list[tuple[int, int]] = []
        self._style = looks.LookStyles(self)
        self._painter = Painter(self._style)
        self._strips: dict[int, dict[int | tuple[int, Shown], Strip]] = {}
        """By row and lane, 0 for its text; and by what else a row shows, where that is anything."""
        self._finder: Timer | None = None
        self._drawn = self._looked = 0.0
        """When rows were last drawn, and when some were last found in the background, by the clock."""
        self._sight: list[tuple[int, int]] = []
        self._sight_key: tuple[object, int, int, int] | None = None

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

    def show(
        self,
        text: str,
        closed: Iterable[tuple[int, int]] = (),
        marks: Iterable[Mark] = (),
        unmade: Unmade | None = None,
    ) -> None:
        """Show a document from its start.

        Args:
            text: The document, exactly as it was read.
            closed: Zones that take no marks, drawn dimmed; they do not overlap.
            marks: In any order.
            unmade: More marks, which are made when they are drawn.
        """
        self._zones = sorted(closed)
        self._index = SpanIndex(marks, unmade)
        self._over = SpanIndex()
        self._lay_out(Rows(text, self._rows.width), (0, 0))

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

    def replace_marks(self, marks: Iterable[Mark], *, of: AbstractSet[str] | None = None) -> None:
        """Show these marks in place of all, or in place of those of some annotations.

        Args:
            marks: In any order.
            of: The annotations' ids; only their marks go, and only what differs is drawn again.
        """
        if of is None:
            self._index = SpanIndex(marks)
            self._lay_out(Rows(self.text, self._rows.width), self._fixed_point())
            return
        going, coming = [mark for name in of for mark in self._index.of(name)], list(marks)
        if going and coming:
            before, after = Counter(going), Counter(coming)
            going, coming = list((before - after).elements()), list((after - before).elements())
        for mark in going:
            self._index.remove(mark)
        for mark in coming:
            self._index.add(mark)
        self._changed([*going, *coming])

    def show_over(self, marks: SpanIndex) -> None:
        """Show marks that take no lane over the others, in place of those that were shown so before.

        They are taken over as they are, so that whoever finds many of them may have put them in order in a thread.
        """
        before, self._over = self._over, marks
        low, high = self._rows_in_sight()
        for row in list(self._strips):
            # What is out of sight is drawn anew when it comes into sight.
            is_other = not low <= row <= high or before.pieces(*self._rows[row]) != marks.pieces(*self._rows[row])
            if is_other:
                del self._strips[row]
                self._refresh_rows(row, row + 1, lanes=False)

    def show_hints(self, hints: Mapping[int, str]) -> None:
        """Draw letters over the text, to jump to; none takes them away.

        Args:
            hints: The letters, by the code point where they begin.
        """
        self._painter.hints = dict(hints)
        self._strips.clear()
        self.refresh()

    def scroll_to_offset(self, offset: int, *, around: int = 0, top: int | None = None) -> None:
        """Scroll as little as brings the row of a code point into sight, with its lanes.

        Args:
            offset: The code point.
            around: Screen rows to keep in sight above and below.
            top: The screen row that is to be the first in sight, if that one is in sight then; the one that is now
                where none is given.
        """
        row = self._rows.row_of(offset)
        y, tall = self._screen.screen_row(row), self._screen.lanes_of(row) + 1
        height = self.look.room.height
        around = min(around, max(0, (height - tall) // 2))
        top = top if top is not None else self.top
        if y + tall + around > top + height:
            top = y + tall + around - height
        top = max(0, min(top, y - around))
        if top != self.top:
            self._scroll_to_screen_row(top)

    # Rows on the screen.

    def _heights(self, first: int, last: int) -> bytes:
        if self.lane_mode:
            return heights(self._rows, self._index, self._painter.most_lanes, first, last)
        self._rows.find_row(last - 1)
        return bytes(max(0, min(last, self._rows.found) - first))

    def _fixed_point(self) -> tuple[int, int]:
        """What stays where it is when rows or lanes change: a code point, and the screen row in sight that shows it."""
        return self._rows[self._rows_in_sight()[0]].start, 0

    def _rows_in_sight(self) -> tuple[int, int]:
        """The first and the last row in sight."""
        sight = self._in_sight()
        return (sight[0][0], sight[-1][0]) if sight else (self._screen.known - 1, self._screen.known - 1)

    def _in_sight(self) -> list[tuple[int, int]]:
        """What each screen row shows, from the top: the row, and 0 for its text or the number of a lane from 1."""
        key = (self._screen, self._screen.version, self.top, self.look.room.height)
        if key != self._sight_key:
            self._sight = self._screen.window(key[2], max(1, key[3]))
            # Finding them may have found more rows.
            self._sight_key = (key[0], self._screen.version, *key[2:])
        return self._sight

    def _lay_out(self, rows: Rows, fixed: tuple[int, int]) -> None:
        """Begin anew with these rows, with a code point in a screen row from the top of what is in sight."""
        self._rows = rows
        self._screen = ScreenRows(self._heights)
        self._strips.clear()
        self._screen.reach(_AT_ONCE)
        self._find_rows()
        offset, below_top = fixed
        below_top = max(0, min(below_top, self.look.room.height - 1))
        self._scroll_to_screen_row(self._screen.screen_row(rows.row_of(offset)) - below_top)
        self.update_bar()
        self.refresh()

    def _scroll_to_screen_row(self, y: int) -> None:
        """Scroll at once until a screen row is the first in sight, or as far as there is text."""
        self._update_virtual_size()
        if self.is_attached and y != self.top:
            self.scroll_at_once(y)

    def _find_rows(self) -> None:
        """Find rows for a few milliseconds, and go on later until all are found."""
        until = monotonic() + _SLICE
        more = True
        while more and monotonic() < until:
            more = self._screen.extend()
        if more and self.is_attached:
            if self._finder is None:
                self._finder = self.set_interval(_PAUSE, self._find_rows_in_a_pause)
            return
        if self._finder is not None:
            self._finder.stop()
            self._finder = None
        self._update_virtual_size()

    def _find_rows_in_a_pause(self) -> None:
        now = monotonic()
        if now >= min(self._drawn, self._looked) + _REST:
            self._find_rows()
            self._looked = now

    def _update_virtual_size(self) -> None:
        size = Size(self.look.room.width, self._screen.estimate(self._rows.estimate))
        if size != self.virtual_size:
            # Nothing else moves when the text grows by a lane, so there is no new layout.
            self.set_reactive(MarkedText.virtual_size, size)
            self.update_bar_soon()

    def _on_resize(self, event: events.Resize) -> None:
        width = max(1, self.look.room.width - GUTTER - HANGING)
        if width != self._rows.width:
            self._lay_out(Rows(self.text, width), self._fixed_point())
        else:
            self._update_virtual_size()
            self._lost_or_won_rows()

    def _lost_or_won_rows(self) -> None:
        """The view is lower or higher than before, and as wide."""

    def watch_lane_mode(self) -> None:
        self._painter.lane_mode = self.lane_mode
        self._lay_out(self._rows, self._fixed_point())

    def watch_highlight(self, old: frozenset[str], new: frozenset[str]) -> None:
        self._painter.lit = new
        for annotation in old ^ new:
            for mark in self._index.of(annotation):
                for first, last in self._rows.touched(mark.extent):
                    self._forget_rows(first, last)
                    self._refresh_rows(first, last)

    # Marks that come and go.

    def _changed(self, marks: Sequence[Mark]) -> None:
        """Draw again what these marks touch, which came or went."""
        top, lane = self._screen.text_row(self.top)
        moved_from: int | None = None
        # Marks of the same rows are many where all of some words are marked, and each row is looked at once.
        in_lanes = {rows for mark in marks if in_lane(mark) for rows in self._rows.touched(mark.extent)}
        for first, last in sorted(in_lanes) if self.lane_mode else ():
            if self._screen.update(first, last):
                moved_from = first if moved_from is None else min(moved_from, first)
        for first, last in {rows for mark in marks for rows in self._rows.touched(mark.extent)}:
            self._forget_rows(first, last)
            self._refresh_rows(first, last)
        if moved_from is None:
            return
        self._scroll_to_screen_row(self._screen.screen_row(top) + min(lane, self._screen.lanes_of(top)))
        self._refresh_rows(moved_from, self._rows.found)

    def _forget_rows(self, first: int, last: int) -> None:
        """Drop the strips of the rows `[first, last)`."""
        for row in range(first, last) if last - first < _MOST_CACHED_ROWS else list(self._strips):
            if first <= row < last:
                self._strips.pop(row, None)

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
        row = min(last - 1, high)
        end = self._screen.screen_row(row) + 1 + (self._screen.lanes_of(row) if lanes else 0)
        if lanes and last > high:
            end = self.top + self.look.room.height
        # Without the scroll bar, which is a widget of its own and must not be drawn with every row.
        self.refresh(Region(0, y - self.top, self.look.room.width, end - y))

    # Drawing.

    def _shown(self, row: int) -> Shown:
        """What a row shows besides its text and marks."""
        return PLAIN

    def _rows_with_more(self) -> range:
        """The rows that may show anything besides their text and marks."""
        return range(0)

    def _pieces(self, row: int) -> list[Piece]:
        start, end = self._rows[row]
        pieces = self._index.pieces(start, end)
        if over := self._over.pieces(start, end):
            pieces = sorted([*pieces, *over], key=attrgetter("start"))
        return pieces

    def _zones_in(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        first = bisect_right(self._zones, start, key=lambda zone: zone[1])
        return self._zones[first : bisect_left(self._zones, end, key=lambda zone: zone[0])]

    @override
    def render_line(self, y: int) -> Strip:
        return self._strip(self._in_sight(), self._rows_with_more(), self.look.room.width, y)

    @override
    def drawer(self) -> Callable[[int], Strip]:
        self._drawn = monotonic()
        return partial(self._strip, self._in_sight(), self._rows_with_more(), self.look.room.width)

    def _strip(self, sight: list[tuple[int, int]], with_more: range, width: int, y: int) -> Strip:
        """The strip of one screen row, drawn if it is not kept from earlier."""
        if y >= len(sight):
            return Strip.blank(width, self._style(()))
        row, lane = sight[y]
        shown = PLAIN if lane or row not in with_more else self._shown(row)
        strips = self._strips.get(row)
        if strips is None or len(strips) > _MOST_STRIPS_OF_A_ROW:
            if strips is None and len(self._strips) >= _MOST_CACHED_ROWS:
                # The one that was drawn first.
                del self._strips[next(iter(self._strips))]
            strips = self._strips[row] = {}
        key = lane if shown is PLAIN else (lane, shown)
        strip = strips.get(key)
        if strip is None:
            strip = strips[key] = self._draw(row, lane, shown, width)
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
        self._style.clear()
        self._strips.clear()
