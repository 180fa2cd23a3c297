"""A list of one-line rows that is as quick with a hundred thousand of them as with ten: only what is seen is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from annotator.display import safe
from annotator.widgets.kept_lines import KeptLines

Piece = tuple[str, str]
"""Text from outside or from us, and the name of a component class for it, or an empty string."""


_MOST_KEPT = 1024


class LineList(ScrollView, KeptLines, can_focus=True, inherit_bindings=False):
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

    index: var[int] = var(0, init=False)
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
        super().__init__(id=id)
        self._kept: dict[tuple[Style, int, tuple[Piece, ...] | None, bool], Strip] = {}
        """Rows as they were drawn, by everything that they depend on but for the styles of their parts."""
        self._seen: dict[int, Strip] = {}
        """What each row of the screen was drawn as last, from the top of what is seen."""

    def reload(self) -> None:
        """Draws what is seen anew where it became something else, after rows came or went."""
        self._take_size()
        self.set_reactive(LineList.index, max(0, min(self.index, self.count() - 1)))
        others = [y for y in range(self.size.height) if self._seen.get(y) is not self._row(y)]
        if others:
            self.refresh(Region(0, others[0], self.size.width, others[-1] - others[0] + 1))

    def _take_size(self) -> None:
        """Says how large the list is; a new layout, which draws the whole screen, only where that changes it."""
        size = Size(self.size.width, self.count())
        moves = self.styles.is_auto_height or (size.height > self.size.height) != self.show_vertical_scrollbar
        if moves or not self.is_attached:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(LineList.virtual_size, size)
            self._scroll_update(size)

    def show(self, index: int) -> None:
        """Puts the cursor on a row, without telling anyone."""
        self.index = max(0, min(index, self.count() - 1))

    def watch_index(self, old: int, new: int) -> None:
        for row in (old, new):
            self.refresh_line(row - self.scroll_offset.y)
        self.scroll_to_region(Region(0, new, 1, 1), animate=False, force=True)

    def on_resize(self) -> None:
        # Before there is room, nothing can be scrolled to.
        self.virtual_size = Size(self.size.width, self.count())
        self.scroll_to_region(Region(0, self.index, 1, 1), animate=False, force=True)

    def refresh_line(self, y: int) -> None:
        """Draws one row anew where it became something else, counted from the top of what is seen."""
        if 0 <= y < self.size.height and self._seen.get(y) is not self._row(y):
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One row as it stands on the screen."""
        strip = self._seen[y] = self._row(y)
        return strip

    def _row(self, y: int) -> Strip:
        """One row, the same object as long as it is to look the same."""
        row, width, base = y + self.scroll_offset.y, self.size.width, self.visual_style
        pieces = tuple(self.pieces(row)) if row < self.count() else None
        key = (base, width, pieces, row == self.index)
        strip = self._kept.get(key)
        if strip is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            strip = self._kept[key] = self._drawn(pieces, width, base, has_cursor=row == self.index)
        return strip

    def _drawn(self, pieces: tuple[Piece, ...] | None, width: int, base: Style, *, has_cursor: bool) -> Strip:
        if pieces is None:
            return Strip.blank(width, base.rich_style)
        if has_cursor:
            base += self.get_visual_style("line-list--cursor", partial=True)
        segments = [
            Segment(safe(text).replace("\n", "␤"), (base + self._style(name)).rich_style) for text, name in pieces
        ]
        return Strip(segments).adjust_cell_length(width, base.rich_style)

    def notify_style_update(self) -> None:
        """Forgets what was drawn in other styles."""
        super().notify_style_update()
        self._kept.clear()

    def _style(self, name: str) -> Style:
        return self.get_visual_style(name, partial=True) if name else Style()

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
        row = event.y + self.scroll_offset.y
        if row < self.count():
            self.show(row)
            self.action_choose()
