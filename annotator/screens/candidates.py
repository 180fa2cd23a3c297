"""Picking an annotation from a list of all that a reference may name, the nearest first, by its letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator.display import safe
from annotator.screens.hints import MOST, hint_letters
from annotator.widgets.plain import content
from schemas import Extent

_AROUND = 30
"""How many code points of context are shown on each side."""


class CandidateScreen(ModalScreen[str | None]):
    """Lists annotations with their letters, words and context, and gives back the id of the one that is picked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "cancel", "Pick none", id="candidates.cancel"),
        Binding("down,pagedown", "scroll(1)", "Further down", show=False, id="candidates.down"),
        Binding("up,pageup", "scroll(-1)", "Further up", show=False, id="candidates.up"),
    ]

    body = query_one(VerticalScroll)
    rows = query_one("#candidates", Static)

    def __init__(self, field: str, text: str, candidates: Sequence[tuple[str, str, Extent]]) -> None:
        """`candidates` are ids, labels and extents in a text, the likeliest first."""
        super().__init__()
        self._field = field
        self._text = text
        self._candidates = dict(zip(hint_letters(min(len(candidates), MOST)), candidates, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="question wide tall"):
            yield Static(content(f"{self._field}: type the letters of one · Esc picks none"), markup=False)
            yield Static(id="candidates", markup=False)

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        lines = [
            Content.assemble((f" {letters:<3}", "bold $accent"), *self._row(label, extent))
            for letters, (_, label, extent) in self._candidates.items()
            if letters.startswith(self._typed)
        ]
        self.rows.update(Content("\n").join(lines))

    def _row(self, label: str, extent: Extent) -> list[tuple[str, str]]:
        before, after = self._text[max(0, extent.start - _AROUND) : extent.start], self._text[extent.end :][:_AROUND]
        return [
            (f"{safe(label):<12.12} ", "dim"),
            (safe(before.replace("\n", " ")).rjust(_AROUND), "dim"),
            (safe(extent.text(self._text).replace("\n", " ")), "bold"),
            (safe(after.replace("\n", " ")), "dim"),
        ]

    def on_key(self, event: events.Key) -> None:
        if event.key == "backspace":
            typed = ""
        elif event.character and event.character.isalpha():
            typed = self._typed + event.character.lower()
        else:
            return
        event.stop()
        if typed in self._candidates:
            self.dismiss(self._candidates[typed][0])
            return
        self._typed = typed if any(letters.startswith(typed) for letters in self._candidates) else ""
        self._draw()

    def action_scroll(self, step: int) -> None:
        """Shows what stands further down, or further up."""
        self.body.scroll_relative(y=step * max(1, self.body.size.height - 2), animate=False)

    def action_cancel(self) -> None:
        """Picks none."""
        self.dismiss(None)
