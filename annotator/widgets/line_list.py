"""A list of one-line rows that is as quick with a hundred thousand of them as with ten: only what is seen is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from typing_extensions import override

from annotator.display import safe
from annotator.widgets.quick_var import quick_var
from annotator.widgets.scroll_bar import KeptScrollView

Piece = tuple[str, str]
"""Text from outside or from us, and the name of a component class for it, or an empty string."""


_MOST_KEPT = 1024


class LineList(KeptScrollView, can_focus=True, inherit_bindings=False):
    """Rows of text with a cursor. Subclasses say how many there are and what stands in each."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--cursor",
        "line-list--dim",
        "line-list--strong",
        "line-list--bad",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Up", show=False, id="list.up"),
        Binding("down", "step(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page_down"),
        Binding("home", "edge(False)", "First", show=False, id="list.first"),
        Binding("end", "edge(True)", "Last", show=False, id="list.last"),
        Binding("enter", "choose", "Choose", show=False, id="list.choose"),
    ]
    DEFAULT_CSS = """
    LineList { scrollbar-size-vertical: 1; overflow-x: hidden; }
    LineList > .line-list--cursor { background: $foreground 12%; text-style: bold; }
    LineList:focus > .line-list--cursor { background: $primary 40%; }
    LineList > .line-list--dim { color: $foreground 60%; }
    LineList > .line-list--strong { text-style: bold; }
    LineList > .line-list--bad { color: $warning; }
    """

    index: quick_var[int] = quick_var(0, init=False)
    """The row that the cursor is on, from 0."""

    @dataclass
    class Highlighted(Message):
        """The cursor moved to another row by the user's hand."""

        list: LineList
        index: int

        @property
        def control(self) -> LineList:
            """The list that it is about."""
            return self.list

        def can_replace(self, message: Message) -> bool:
            """Only the last row that was passed matters."""
            return isinstance(message, LineList.Highlighted)

    @dataclass
    class Chosen(Message):
        """A row was chosen."""

        list: LineList
        index: int

        @property
        def control(self) -> LineList:
            """The list that it is about."""
            return self.list

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def pieces(self, index: int) -> list[Piece]:
        """What stands in a row."""
        raise NotImplementedError

    def __init__(self, *, id: str | None = None) -> None:
        self._kept: dict[tuple[tuple[Piece, ...] | None, bool], Strip] = {}
        """Rows as they were drawn in the look that the list has, by what stands in them and whether the cursor does."""
        self._seen: dict[int, Strip] = {}
        """What each row of the screen was drawn as last, from the top of what is seen."""
        self._due: dict[int, Strip] = {}
        """What rows of the screen are known to look like when they are drawn next."""
        self._styles_of: dict[tuple[str, bool], Style] = {}
        self.is_held = False
        """Whether rows came or went of which the next `reload` takes notice; until then neither the cursor nor the size
        is right, and nothing is drawn anew because a row became something else.
        """
        self._around = 0
        """How many rows are to be seen beyond the one with the cursor, where the list has to be scrolled for it."""
        super().__init__(id=id)

    def reload(self) -> None:
        """Draws what is seen anew where it became something else, after rows came or went."""
        self.is_held = False
        self._take_size()
        self.set_reactive(LineList.index, max(0, min(self.index, self.count() - 1)))
        self._refresh_others(range(self.look.size.height))

    @property
    def moves(self) -> bool:
        """Whether there has to be a new layout for as many rows as there are now."""
        return self.styles.is_auto_height or (self.count() > self.look.size.height) != self.show_vertical_scrollbar

    def _take_size(self) -> None:
        """Says how large the list is; a new layout, which draws the whole screen, only where that changes it."""
        width, height = self.look.size
        size = Size(width, self.count())
        if self.moves or not self.is_attached:
            self.virtual_size = size
            if height and not self.styles.is_auto_height:
                # Not found out by one layout, for another one to make room for it.
                self.show_vertical_scrollbar = size.height > height
        elif size != self.virtual_size:
            self.set_reactive(LineList.virtual_size, size)
        else:
            return
        self.update_bar_soon()

    @override
    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        self._due.clear()
        super().watch_scroll_y(old_value, new_value)

    def show(self, index: int) -> None:
        """Puts the cursor on a row, without telling anyone."""
        self.index = max(0, min(index, self.count() - 1))

    def follow(self, index: int) -> None:
        """Puts the cursor on a row as `show` does; where it leaves what is seen, some rows to go on to come into sight.

        Whoever goes on in the text goes on here, and every row is drawn anew when the list is scrolled.
        """
        self._around = self.look.size.height // 3
        try:
            self.show(index)
        finally:
            self._around = 0

    def watch_index(self, old: int, new: int) -> None:
        top, height = self.top, self.look.size.height
        self._refresh_others((old - top, new - top))
        if new < top:
            self.scroll_at_once(new - self._around)
        elif new >= top + height:
            self.scroll_at_once(new + 1 + self._around - height)

    def on_resize(self) -> None:
        # Before there is room, nothing can be scrolled to.
        size = Size(self.size.width, self.count())
        if size.height == self.virtual_size.height:
            # Without a new layout: how wide the rows are moves nothing.
            self.set_reactive(LineList.virtual_size, size)
        else:
            self.virtual_size = size
        self.scroll_to_region(Region(0, self.index, 1, 1), animate=False, force=True)

    def refresh_line(self, y: int) -> None:
        """Draws one row anew where it became something else, counted from the top of what is seen."""
        self._refresh_others((y,))

    def _refresh_others(self, rows: Iterable[int]) -> None:
        """Draws those of some rows of the screen anew that became something else, and what lies between them."""
        if self.is_held:
            return
        height = self.look.size.height
        top, count, index = self.top, self.count(), self.index
        places = [y for y in rows if 0 <= y < height]
        others = []
        for y, strip in zip(places, self._rows([y + top for y in places], index, count), strict=True):
            if self._seen.get(y) is not strip:
                self._due[y] = strip
                others.append(y)
            else:
                # What is not painted for this may be painted later, as something else.
                self._due.pop(y, None)
        if others:
            # Without the scroll bar, which is a widget of its own and must not be drawn with every row.
            first, last = min(others), max(others)
            self.refresh(Region(0, first, self.look.room.width, last - first + 1))

    def render_line(self, y: int) -> Strip:
        """One row as it stands on the screen."""
        strip = self._due.pop(y, None)
        if strip is None:
            row = y + self.top
            strip = self._row(row, row == self.index, self.count())
        self._seen[y] = strip
        return strip

    def _rows(self, rows: Sequence[int], index: int, count: int) -> list[Strip]:
        """Some rows, of so many that there are, with the cursor on one."""
        return [self._row(row, row == index, count) for row in rows]

    def _row(self, row: int, has_cursor: bool, count: int) -> Strip:
        """One row, the same object as long as it is to look the same."""
        pieces = tuple(self.pieces(row)) if row < count else None
        strip = self._kept.get((pieces, has_cursor))
        if strip is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            strip = self._kept[pieces, has_cursor] = self._drawn(pieces, has_cursor=has_cursor)
        return strip

    def _drawn(self, pieces: tuple[Piece, ...] | None, *, has_cursor: bool) -> Strip:
        width = self.look.size.width
        if pieces is None:
            return Strip.blank(width, self._style("", has_cursor=False))
        segments = [
            Segment(safe(text).replace("\n", "␤"), self._style(name, has_cursor=has_cursor)) for text, name in pieces
        ]
        return Strip(segments).adjust_cell_length(width, self._style("", has_cursor=has_cursor))

    def _look_again(self) -> None:
        super()._look_again()
        self._kept.clear()
        self._due.clear()
        self._styles_of.clear()

    def _style(self, name: str, *, has_cursor: bool) -> Style:
        """How a piece looks: by the name of its component class, and in the row of the cursor."""
        style = self._styles_of.get((name, has_cursor))
        if style is None:
            names = ("line-list--cursor", name) if has_cursor else (name,)
            made = sum((self.get_visual_style(each, partial=True) for each in names if each), self.visual_style)
            style = self._styles_of[name, has_cursor] = made.rich_style
        return style

    def action_step(self, step: int) -> None:
        """Goes one row up or down."""
        self._go(self.index + step)

    def action_page(self, step: int) -> None:
        """Goes a page up or down."""
        self._go(self.index + step * max(1, self.size.height - 1))

    def action_edge(self, last: bool) -> None:
        """Goes to the first or the last row."""
        self._go(self.count() - 1 if last else 0)

    def action_choose(self) -> None:
        """Chooses the row that the cursor is on."""
        if self.count():
            self.post_message(self.Chosen(self, self.index))

    def _go(self, index: int) -> None:
        before = self.index
        self.show(index)
        if self.index != before:
            self.post_message(self.Highlighted(self, self.index))

    def on_click(self, event: events.Click) -> None:
        y = event.y - self.look.offset.y
        row = y + self.top
        if 0 <= y < self.look.size.height and row < self.count():
            self.show(row)
            self.action_choose()
