"""Picking a place on the screen by one or two letters shown on it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator.widgets.plain import content

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The letters of hints, the easiest to reach first."""


def hint_letters(count: int) -> list[str]:
    """As many different hints as asked for: one letter each where that is enough, else two. At most 676."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    pairs = itertools.product(LETTERS, repeat=2)
    return ["".join(pair) for pair in itertools.islice(pairs, count)]


class HintScreen(ModalScreen[int | None]):
    """Shows a hint on each of some places, and gives back the place whose letters were typed; `None` for none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "cancel", "Leave", id="hints.leave"),
    ]

    def __init__(self, question: str, places: Sequence[int], draw: Callable[[Mapping[int, str]], None]) -> None:
        """`places` are code points, the likeliest first; `draw` shows what is left of each hint at its place."""
        super().__init__(classes="see-through")
        self._question = question
        distinct = list(dict.fromkeys(places))[: len(LETTERS) ** 2]
        self._places = dict(zip(hint_letters(len(distinct)), distinct, strict=True))
        self._typed = ""
        self._draw = draw

    def compose(self) -> ComposeResult:
        yield Static(content(self._question), markup=False, classes="ask-line")

    def on_mount(self) -> None:
        self._show()

    def on_unmount(self) -> None:
        self._draw({})

    def on_key(self, event: events.Key) -> None:
        if event.key == "backspace":
            self._typed = self._typed[:-1]
        elif event.character and event.character in LETTERS:
            typed = self._typed + event.character
            if typed in self._places:
                event.stop()
                self.dismiss(self._places[typed])
                return
            self._typed = typed if any(hint.startswith(typed) for hint in self._places) else ""
        else:
            return
        event.stop()
        self._show()

    def _show(self) -> None:
        self._draw(
            {
                place: hint.removeprefix(self._typed)
                for hint, place in self._places.items()
                if hint.startswith(self._typed)
            }
        )

    def action_cancel(self) -> None:
        """Picks nothing."""
        self.dismiss(None)
