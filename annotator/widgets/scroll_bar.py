"""A scroll bar that has only those cells drawn anew that became others, and views where it follows in a moment."""

from __future__ import annotations

import asyncio
from math import ceil
from typing import Final, Self

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip
from typing_extensions import override

from annotator.widgets.kept_lines import KeptLines

_BAR_AFTER: Final = 0.1
"""Seconds after which a scroll bar is brought up to date."""


class KeptScrollBar(ScrollBar, KeptLines):
    """The library's scroll bar, upright, drawn cell by cell."""

    _cells: tuple[Strip, ...] = ()
    """What is drawn, from the top."""
    _kinds: dict[tuple[str, Style], Strip]
    """Cells of each kind that was drawn, of which there are few."""
    _about: tuple[object, ...] = ()
    """What it was drawn by, besides its size and its styles."""

    @override
    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        before = self._cells
        if regions or layout or recompose or not self.is_attached or not before:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if self._is_about() == self._about:
            return self
        self._draw()
        if len(self._cells) != len(before):
            return super().refresh()
        others = [
            y for y, (old, new) in enumerate(zip(before, self._cells, strict=True)) if old is not new and old != new
        ]
        if others:
            super().refresh(Region(0, others[0], self.look.size.width, others[-1] - others[0] + 1))
        return self

    @override
    def render_line(self, y: int) -> Strip:
        if len(self._cells) != self.look.size.height:
            self._draw()
        return self._cells[y]

    def _draw(self) -> None:
        self._about = self._is_about()
        self._cells = self._drawn()

    def _is_about(self) -> tuple[object, ...]:
        return (self.window_virtual_size, self.window_size, self.position, self.grabbed, self.mouse_over)

    def _drawn(self) -> tuple[Strip, ...]:
        about = self.render()
        width, height = self.look.size
        if not isinstance(about, ScrollBarRender) or not isinstance(about.style, Style) or not width:
            return ()
        assert about.style.bgcolor is not None
        assert about.style.color is not None
        bar = self.renderer.render_bar(
            size=height,
            virtual_size=ceil(about.virtual_size),
            window_size=about.window_size,
            position=about.position,
            thickness=width,
            back_color=about.style.bgcolor,
            bar_color=about.style.color,
        )
        base, kinds = self.look.style, self._kinds
        cells = []
        for text, style, _ in bar.segments:
            if style:
                cell = kinds.get((text, style))
                if cell is None:
                    cell = kinds[text, style] = Strip([Segment(text, base + style)], width)
                cells.append(cell)
        return tuple(cells)

    @override
    def _look_again(self) -> None:
        super()._look_again()
        self._kinds = {}

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._cells = self._about = ()


class KeptScroll(KeptLines):
    """What scrolls up and down and has such a bar."""

    @property
    @override
    def vertical_scrollbar(self) -> ScrollBar:
        if self._vertical_scrollbar is None:
            made = KeptScrollBar(vertical=True, name="vertical", thickness=self.scrollbar_size_vertical)
            made.display = False
            self._vertical_scrollbar = made
            self.app._start_widget(self, made)
        return self._vertical_scrollbar


class KeptScrollView(ScrollView, KeptScroll):
    """A view of lines. Its scroll bar follows in a moment: nobody waits for it, and it takes as long as many lines."""

    _bar_timer: asyncio.TimerHandle | None = None
    """When the bar is brought up to date, if it is not."""

    @property
    def top(self) -> int:
        """The first line in sight."""
        # Asked for many times with every key, and computed by nothing.
        y: float = self.__dict__.get("_reactive_scroll_y", 0)
        return round(y)

    def scroll_at_once(self, y: int) -> None:
        """Scrolls until a line is the first in sight, or as far as there are any."""
        if self.app.animator.is_being_animated(self, "scroll_y"):
            self.scroll_to(y=y, animate=False, force=True)
        else:
            # All that this comes to then.
            self.scroll_target_y = self.scroll_y = y

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Has everything drawn anew, and the scroll bar in a moment; at once where it is drawn along by the mouse."""
        if round(old_value) != round(new_value):
            self.refresh(Region(0, 0, *self.look.room))
        if self.show_vertical_scrollbar and self.vertical_scrollbar.grabbed is not None:
            self.update_bar()
        else:
            self.update_bar_soon()

    def update_bar_soon(self) -> None:
        """Brings the scroll bar up to date in a moment."""
        if not self.is_attached:
            return
        screen = self._framed or self._find_framed()
        if screen is None:
            self.update_bar()
        elif self._bar_timer is None:
            self._bar_timer = screen.do_in(_BAR_AFTER, self.update_bar)

    def update_bar(self) -> None:
        """Brings the scroll bar up to date."""
        if self._bar_timer is not None:
            self._bar_timer.cancel()
            self._bar_timer = None
        if self.is_attached:
            # It may come or go with this.
            self._scroll_update(self.virtual_size)
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.position = self.scroll_y
