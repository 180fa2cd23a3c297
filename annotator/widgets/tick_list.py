"""A list of places in a text, each with what stands around it, of which those are taken that have a tick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from typing_extensions import override

from annotator.display import safe
from annotator.widgets.line_list import LineList, Piece
from schemas import Extent

_AROUND: Final = (8, 40)
"""How many cells of context are shown on each side, at least and at most."""
_TICKED, _UNTICKED = " [✓] ", " [ ] "


class TickList(LineList, can_focus=False):
    """Places that are ticked until somebody unticks them.

    What is chosen has a tick, and what is not has none: colour alone is not seen everywhere. It never has the focus: to
    find out anew how everything looks that has it or had it takes longer than to draw the list. Whoever shows the list
    gives it the keys.
    """

    DEFAULT_CSS = """
    TickList > .line-list--cursor { background: $primary 40%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Untick, or tick again", show=False, id="all.tick"),
        Binding("enter", "take", "Mark what is ticked", show=False, id="all.take"),
        Binding("escape", "cancel", "Mark none", show=False, id="all.cancel"),
    ]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.display = False
        self._what = ""
        self._text = ""
        self._places: Sequence[Extent] = ()
        self._unticked: set[int] = set()
        self._decided: list[Extent] | None = None
        self.border_subtitle = Content("Space unticks · Enter marks what is ticked · Esc marks none")

    def load(self, label: str, text: str, places: Sequence[Extent]) -> None:
        """Shows places of a text, all ticked, from the first one on."""
        self._what = f"{len(places)} more places as {label}"
        self._text = text
        self._places = places
        self._unticked.clear()
        self.show(0)
        self.reload()
        self._tell_ticked()
        self.display = True

    def unload(self) -> None:
        """Is gone, and keeps nothing of the text."""
        self.display = False
        self._text, self._places = "", ()

    @property
    def is_open(self) -> bool:
        """Whether there is something to tick."""
        return bool(self._places)

    def count(self) -> int:
        """How many places there are."""
        return len(self._places)

    def pieces(self, index: int) -> list[Piece]:
        """The tick, and the words with what stands before and after them, under those of the other rows."""
        start, end = self._places[index].start, self._places[index].end
        words = self._shown(start, end)
        least, most = _AROUND
        around = min(most, max(least, (self.look.size.width - len(_TICKED) - cell_len(words)) // 2))
        before = self._shown(max(0, start - around), start)
        while cell_len(before) > around:
            before = before[1:]
        return [
            (_UNTICKED if index in self._unticked else _TICKED, ""),
            (" " * (around - cell_len(before)) + before, "line-list--dim"),
            (words, "line-list--strong"),
            (self._shown(end, end + around), "line-list--dim"),
        ]

    def _shown(self, start: int, end: int) -> str:
        # Line ends are no news here: every place has some words around it.
        return safe(self._text[start:end].replace("\n", " "))

    def _tell_ticked(self) -> None:
        self.entitle(f"{self._what} · {len(self._places) - len(self._unticked)} ticked")

    @override
    def action_choose(self) -> None:
        """Unticks the place that the cursor is on, or ticks it again."""
        if self.is_open:
            self._unticked ^= {self.index}
            self.refresh_line(self.index - self.top)
            self._tell_ticked()

    def action_take(self) -> None:
        """Has those marked that are ticked."""
        self._decided = [each for at, each in enumerate(self._places) if at not in self._unticked]

    def action_cancel(self) -> None:
        """Has none marked."""
        self._decided = []

    async def press(self, key: str) -> list[Extent] | None:
        """Does what a key means here, which may be nothing; gives the places that are to be marked once it is decided.

        They are given and not told by a message, which would come after the next key.
        """
        self._decided = None
        for binding in self._bindings.key_to_bindings.get(key, ()):
            await self.run_action(binding.action)
        return self._decided
