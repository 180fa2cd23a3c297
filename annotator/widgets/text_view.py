"""The view of a document: its text with marks, a cursor and a selection, by keyboard and by mouse.

The view knows extents and nothing of labels. It is given a text, the zones that take no marks, and marks; it tells
where the cursor is and what is selected. All positions are code points of the text, half-open where they are pairs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType
from textual.message import Message
from typing_extensions import override

from annotator import motion, steps
from annotator.screen_rows import AROUND
from annotator.span_index import Mark, Unmade
from annotator.units import Unit
from annotator.widgets.motion_keys import MOTION_BINDINGS, SELECTION_BINDINGS
from annotator.widgets.painting import PLAIN, Shown
from annotator.widgets.pointed_text import PointedText
from annotator.widgets.quick_var import quick_var

_MOST_COUNT: Final = 9999
_VERTICAL: Final = frozenset(("up", "down", "page_up", "page_down"))


class TextView(PointedText, can_focus=True):
    """A document's text with marks, a cursor and a selection.

    A selection runs from `selection_anchor` to the character under the cursor, both included; `selection` is the pair
    of code points that it covers.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*MOTION_BINDINGS, *SELECTION_BINDINGS]
    """
    | Key(s) | Description |
    | :- | :- |
    | arrows | Character, row |
    | w b · ( ) · { } | Word, sentence, paragraph |
    | home end | Row, then line, then document |
    | pageup pagedown | Page |
    | v | Select the word; again to grow it: phrase, sentence, paragraph; with a count, so many words |
    | ; | Select whole words, characters or single code points |
    | shift+arrows | Extend the selection |
    | 1 to 9 | How often the next motion is done |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "text-view--cursor",
        "text-view--cursor-resting",
        "text-view--selection",
    }

    DEFAULT_CSS = """
    TextView {
        & > .text-view--cursor { text-style: reverse; }
        & > .text-view--cursor-resting { text-style: underline; }
        & > .text-view--selection { background: $primary 45%; }
    }
    """

    cursor: quick_var[int] = quick_var(0, init=False)
    """The code point under the cursor, the first of its cluster; the text's length for its end."""
    selection_anchor: quick_var[int | None] = quick_var[int | None](None, init=False)
    """Where the selection was begun, or nothing selected."""
    unit: quick_var[Unit] = quick_var(Unit.WORD, init=False)
    """What the cursor goes by and a selection snaps to."""
    spoken_for: quick_var[int] = quick_var(0, init=False)
    """The digits from 1 up to this one begin no count, but are left to others; the others count motions."""

    @dataclass
    class MarkPicked(Message):
        """A mark was clicked."""

        view: TextView
        id: str
        """The annotation's id."""
        mark: Mark
        """The mark itself."""

        @property
        def control(self) -> TextView:
            """The view that sent this."""
            return self.view

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """An empty view; `show` gives it a document.

        Args:
            id: The widget's id in the DOM.
            classes: Its CSS classes.
        """
        super().__init__(id=id, classes=classes)
        self._goal: tuple[int, int] | None = None
        self._count = 0
        self._count_age = 0
        self._drag_from: int | None = None
        self._laid_out = False
        self._had_more = range(0)
        """The rows that showed the cursor or a selection when that was changed last."""

    # What is selected.

    @property
    def selection(self) -> tuple[int, int] | None:
        """The code points that are selected, or nothing."""
        anchor, cursor = self.selection_anchor, self.cursor
        if anchor is None:
            return None
        start, end = self.unit.covered(self.text, min(anchor, cursor), max(anchor, cursor))
        return (start, end) if start < end else None

    def select(self, start: int, end: int) -> None:
        """Select `[start, end)`, widened to what is selected at least; the cursor goes to its last character."""
        if start >= end:
            self.clear_selection()
            return
        self.selection_anchor = self.unit.place(self.text, start)
        self.cursor = self.unit.place(self.text, end - 1)

    def clear_selection(self) -> None:
        """Select nothing; the cursor stays."""
        self.selection_anchor = None

    @override
    def show(
        self,
        text: str,
        closed: Iterable[tuple[int, int]] = (),
        marks: Iterable[Mark] = (),
        unmade: Unmade | None = None,
    ) -> None:
        self.set_reactive(TextView.cursor, 0)
        self.set_reactive(TextView.selection_anchor, None)
        super().show(text, closed, marks, unmade)

    def validate_cursor(self, cursor: int) -> int:
        return self.unit.place(self.text, cursor)

    def watch_unit(self) -> None:
        if self.selection_anchor is not None:
            self.selection_anchor = self.unit.place(self.text, self.selection_anchor)
        self.cursor = self.unit.place(self.text, self.cursor)
        self.refresh()

    def watch_cursor(self, old: int, new: int) -> None:
        old_row, new_row = self._rows.row_of(old), self._rows.row_of(new)
        self.scroll_to_offset(new, around=AROUND)
        if self.selection_anchor is None:
            self._had_more = range(new_row, new_row + 1)
            for row in {old_row, new_row}:
                self._refresh_rows(row, row + 1, lanes=False)
        else:
            self._refresh_selection()

    def watch_selection_anchor(self) -> None:
        self._refresh_selection()

    def _refresh_selection(self) -> None:
        """Draws again the rows that show something of the selection, or did; it may reach beyond both of its ends."""
        before, self._had_more = self._had_more, self._rows_with_more()
        first, last = min(before.start, self._had_more.start), max(before.stop, self._had_more.stop)
        for row in self._between(first, last):
            self._refresh_rows(row, row + 1, lanes=False)

    @override
    def _lost_or_won_rows(self) -> None:
        # A form that opens over the lower rows must not cover what it is about.
        self.scroll_to_offset(self.cursor, around=AROUND)

    @override
    def _fixed_point(self) -> tuple[int, int]:
        row = self._rows.row_of(self.cursor)
        if not self._laid_out:
            self._laid_out = self.size.height > 0
            return self.cursor, AROUND
        if row in self._between(row, row + 1):
            return self.cursor, self._screen.screen_row(row) - self.top
        return super()._fixed_point()

    def _between(self, first: int, last: int) -> range:
        """The rows `[first, last)` that are in sight."""
        low, high = self._rows_in_sight()
        return range(max(first, low), min(last, high + 1))

    @override
    def _rows_with_more(self) -> range:
        first = last = self._rows.row_of(self.cursor)
        if (selection := self.selection) is not None:
            first = min(first, self._rows.row_of(selection[0]))
            last = max(last, self._rows.row_of(selection[1] - 1))
        return range(first, last + 1)

    @override
    def _shown(self, row: int) -> Shown:
        start, end = self._rows[row]
        here = self.cursor
        cursor: int | None = here
        if row != self._rows.row_of(here):
            if self.selection_anchor is None:
                return PLAIN
            cursor = None
        selection = self.selection
        if selection is not None:
            low, high = max(start, selection[0]), min(end, selection[1])
            selection = (low, high) if low < high else None
        return Shown(cursor, selection, self.has_focus)

    def watch_has_focus(self, value: bool) -> None:
        super().watch_has_focus(value)
        row = self._rows.row_of(self.cursor)
        self._refresh_rows(row, row + 1, lanes=False)

    # Keys.

    def on_key(self) -> None:
        # A count is for the very next key; any other key in between lets it lapse.
        self._count_age += 1
        if self._count_age > 1:
            self._count = 0

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "count":
            (digit,) = parameters
            return self._count > 0 or (isinstance(digit, int) and digit > self.spoken_for)
        if action == "select_clear":
            return self.selection_anchor is not None
        return super().check_action(action, parameters)

    def action_count(self, digit: int) -> None:
        """Take one more digit of a count."""
        self._count = min(self._count * 10 + digit, _MOST_COUNT)
        self._count_age = 0

    def take_count(self) -> int:
        """How often what comes now is to be done, as it was counted; 1 where it was not. It counts once."""
        count, self._count = max(1, self._count), 0
        return count

    def action_move(self, name: str, select: bool = False) -> None:
        """Do a motion, as often as was counted.

        Args:
            name: The motion.
            select: Start a selection at the cursor if there is none.
        """
        count = self.take_count()
        if select and self.selection_anchor is None:
            self.selection_anchor = self.cursor
        if name in _VERTICAL:
            self._move_by_rows(name, count)
            return
        offset = self.cursor
        for _ in range(count):
            before, offset = offset, self._step(name, offset)
            if offset == before:
                break
        self.cursor = offset

    def _step(self, name: str, offset: int) -> int:
        if name == "home":
            return steps.home(self._rows, offset)
        if name == "end":
            return steps.end(self._rows, offset)
        if name == "right":
            return self.unit.one_right(self.text, offset)
        if name == "left":
            return self.unit.one_left(self.text, offset)
        step = steps.STEPS if self.selection_anchor is None else steps.EXTENDING
        return step[name](self.text, offset)

    def _move_by_rows(self, name: str, count: int) -> None:
        """Go up or down in the cell where the first of several such motions began."""
        row, cell = self._rows.cell_of(self.cursor)
        if self._goal is not None and self._goal[0] == self.cursor:
            cell = self._goal[1]
        if name == "up":
            offset = steps.up(self._rows, self.cursor, cell, count)
        elif name == "down":
            offset = steps.down(self._rows, self.cursor, cell, count)
        else:
            page = max(1, self.look.room.height - 1) * count
            y = self._screen.screen_row(row)
            target, _ = self._screen.text_row(max(0, y - page if name == "page_up" else y + page))
            if target == row:
                target = max(0, row - 1) if name == "page_up" else min(row + 1, self._rows.found - 1)
            offset = self._rows.offset_at(target, cell)
            top = self._screen.screen_row(target) - (y - self.top)
            self.scroll_to_offset(offset, around=AROUND, top=top)
        self.cursor = offset
        self._goal = (self.cursor, cell)

    def action_select_grow(self) -> None:
        """Select the word, character or code point under the cursor, or as many as were counted; then grow by units."""
        count, selection = self.take_count(), self.selection
        if selection is not None:
            self.select(*motion.grow(self.text, *selection))
            return
        here = self.unit.under(self.text, self.cursor)
        if here is None:
            self.selection_anchor = self.cursor
            return
        end = here[1]
        for _ in range(count - 1):
            end = self.unit.next_end(self.text, end)
        self.select(here[0], end)

    def action_unit(self) -> None:
        """Go by the next finer unit: words, characters, code points; then by words again."""
        self.unit = self.unit.following

    def action_select_toggle(self) -> None:
        """Start a selection at the cursor, or end it."""
        self.selection_anchor = self.cursor if self.selection_anchor is None else None

    def action_select_clear(self) -> None:
        """Select nothing."""
        self.clear_selection()

    # The mouse.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        event.stop()
        self.focus()
        if self._place(event)[1] == 0:
            self.capture_mouse()
            offset = self._offset_under(event)
            if event.shift:
                self._drag_from = self.cursor if self.selection_anchor is None else self.selection_anchor
                self.selection_anchor = self._drag_from
            else:
                self.clear_selection()
                self._drag_from = offset
            self.cursor = offset

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._drag_from is None:
            return
        offset = self._offset_under(event)
        if offset != self.cursor:
            self.selection_anchor = self._drag_from
            self.cursor = offset

    def on_mouse_up(self, event: events.MouseUp) -> None:
        event.stop()
        self._end_drag()

    def _on_hide(self, event: events.Hide) -> None:
        self._end_drag()

    def _end_drag(self) -> None:
        if self._drag_from is not None:
            self._drag_from = None
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        if event.button != 1 or (event.chain == 1 and self.selection is not None):
            return
        event.stop()
        if event.chain == 2:
            word = Unit.WORD.under(self.text, self._offset_under(event))
            if word is not None:
                self.select(*word)
            return
        mark = self._mark_under(event)
        if mark is not None and mark.id:
            self.post_message(self.MarkPicked(self, mark.id, mark))
