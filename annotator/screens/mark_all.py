"""Marking every other occurrence of the same words at once, with a list to untick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import SelectionList, Static
from textual.widgets.selection_list import Selection

from annotator.display import safe
from annotator.widgets.plain import content
from schemas import Extent

_AROUND = 28
"""How many code points of context are shown on each side."""


class TickList(SelectionList[int]):
    """A list in which what is chosen has a tick, and what is not has none: colour alone is not seen everywhere."""

    def render_line(self, y: int) -> Strip:
        """One row, with its tick."""
        strip = super().render_line(y)
        row = self.scroll_offset.y + y
        if row >= self.option_count:
            return strip
        sign = "✓" if self.get_option_at_index(row).value in self.selected else " "
        left, button, *others = strip
        return Strip([left, Segment(sign, button.style), *others], strip.cell_length)


class MarkAllScreen(ModalScreen[list[Extent] | None]):
    """Lists places with their context, all ticked, and gives back those that stay ticked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Mark what is ticked", priority=True, id="all.take"),
        Binding("escape", "cancel", "Mark none", id="all.cancel"),
    ]

    places = query_one(TickList)

    def __init__(self, label: str, text: str, extents: Sequence[Extent]) -> None:
        super().__init__()
        self._label = label
        self._text = text
        self._extents = list(extents)

    def compose(self) -> ComposeResult:
        with Vertical(classes="question wide"):
            yield Static(content(f"{len(self._extents)} more places as {self._label}"), markup=False)
            yield TickList(*(Selection(self._row(extent), place, True) for place, extent in enumerate(self._extents)))
            yield Static(Content("Space unticks · Enter marks what is ticked · Esc marks none"), classes="hint")

    def on_mount(self) -> None:
        self.places.focus()

    def _row(self, extent: Extent) -> Content:
        start, end = extent.start, extent.end
        before = self._text[max(0, start - _AROUND) : start]
        after = self._text[end : end + _AROUND]
        return Content.assemble(
            (safe(before.replace("\n", " ")).rjust(_AROUND), "dim"),
            (safe(self._text[start:end].replace("\n", " ")), "bold"),
            (safe(after.replace("\n", " ")), "dim"),
        )

    def action_take(self) -> None:
        """Gives back the ticked places."""
        self.dismiss([self._extents[place] for place in sorted(self.places.selected)])

    def action_cancel(self) -> None:
        """Gives back nothing."""
        self.dismiss(None)
