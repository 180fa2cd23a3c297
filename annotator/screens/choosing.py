"""What the user chooses for every document: the colours."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from annotator.display import safe
from annotator.widgets.themes import OFFERED


class ChoosingScreen(Screen[None]):
    """Goes through the themes; whoever keeps the choice is told by the app's signal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("T", "theme", "Other colours: dark, high contrast, paper, light", id="view.theme"),
    ]

    def action_theme(self) -> None:
        """Takes the next of the themes that are offered, and says which."""
        now = self.app.theme
        self.app.theme = OFFERED[(OFFERED.index(now) + 1) % len(OFFERED)] if now in OFFERED else OFFERED[0]
        self.notify(safe(f"colours: {self.app.theme}"), markup=False, timeout=2)
