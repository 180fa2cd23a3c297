"""What the size of the window means for a document's screen: how its panels lie, and when it is too small for any."""

from __future__ import annotations

from functools import cached_property

from textual import events
from textual.geometry import Offset
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from annotator.first_frame import SMALLEST, VAST, WIDE
from annotator.widgets.plain import content
from annotator.widgets.text_view import TextView


class WindowScreen(Screen[None]):
    """A screen with a text that has the focus where nothing else can have it, and with one line for a tiny window."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide"), (VAST, "-vast")]  # noqa: RUF012 - Textual declares it for instances

    @cached_property
    def view(self) -> TextView:
        return self.query_one(TextView)

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What has the focus. Where it moves, the library's own has all of the screen painted, and not only what it leaves
    and what it goes to.
    """

    _focus_before: Widget | None = None
    """What had the focus before the window became too small."""

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """The widget at a place, for the library to begin a selection in it.

        One that is on its way out, as a message in the corner that was clicked on, has no parent any more: the library
        looks for where that is, and fails.
        """
        widget, offset = super().get_widget_and_offset_at(x, y)
        return (widget, offset) if widget is None or widget.is_attached else (None, None)

    def draw_lines(self) -> None:
        """Draws the lines above and below the panels."""
        raise NotImplementedError

    def on_resize(self, event: events.Resize) -> None:
        width, height = event.size
        was_tiny, is_tiny = self.is_tiny, width < SMALLEST[0] or height < SMALLEST[1]
        if is_tiny and not was_tiny:
            self._focus_before = self.focused
        self.set_class(is_tiny, "-tiny")
        if is_tiny:
            told = content(f"too small ({width}x{height}); nothing is lost")
            self.query_one("#too-small", Static).update(told)
        elif was_tiny:
            self.set_focus(self._focus_before or self.view)
        self.draw_lines()

    @property
    def is_tiny(self) -> bool:
        """Whether the window is too small to show anything; no key means anything then but the one that quits."""
        return self.has_class("-tiny")

    def watch_focused(self, focused: Widget | None) -> None:
        """Gives the focus to the text when what had it is hidden, so that keys always mean something."""
        if not self.is_mounted or self.is_tiny:
            return
        side = self.query_one("#side")
        if focused is None or (not side.display and side in focused.ancestors):
            self.set_focus(self.view)

    def on_key(self, event: events.Key) -> None:
        if self.is_tiny:
            event.stop()
