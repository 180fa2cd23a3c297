"""All documents at a glance: how far each is and what is left to do, to choose from, to filter and to sort."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from annotator.display import safe
from annotator.screens.help import key_name
from annotator.standing import ORDERS, STATES, Listing, Standing, summary
from annotator.widgets.document_table import DocumentTable
from annotator.widgets.line_list import LineList
from annotator.widgets.plain import PlainInput, content
from schemas import Status

_SHORT = {"enter": "Enter", "escape": "Esc"}
_AT_ONCE = 50
"""After so many documents that were looked at, those are shown."""


class DocumentsScreen(ModalScreen[str | None]):
    """Gives back the document that was chosen; what is not known of the documents yet is looked up meanwhile."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter by words of id, title or comment", id="documents.filter"),
        Binding("a", "state('')", "All", id="documents.all"),
        Binding("n", "state('not begun')", "Not begun", id="documents.not_begun"),
        Binding("o", f"state('{Status.OPEN.value}')", "Open", id="documents.open"),
        Binding("f", f"state('{Status.FLAGGED.value}')", "Flagged", id="documents.flagged"),
        Binding("d", f"state('{Status.DONE.value}')", "Done", id="documents.done"),
        Binding("s", "sort", "Sort by the next column", id="documents.sort"),
        Binding("r", "reverse", "Sort the other way round", id="documents.reverse"),
        Binding("down", "step(1)", "Down", show=False, id="documents.down"),
        Binding("up", "step(-1)", "Up", show=False, id="documents.up"),
        Binding("escape,q", "leave", "Back", id="documents.leave"),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    DocumentsScreen { align: center middle; }
    DocumentsScreen > Vertical { width: 100%; height: 100%; background: $background; }
    DocumentsScreen Static { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    DocumentsScreen .summary { background: $surface; color: $foreground 60%; }
    DocumentsScreen .head { text-style: bold; }
    DocumentsScreen .hint { background: $surface; color: $foreground 60%; }
    DocumentsScreen DocumentTable { height: 1fr; }
    DocumentsScreen Input, DocumentsScreen Input:focus { border: none; height: 1; padding: 0 1; background: $panel; }
    DocumentsScreen Input { display: none; }
    DocumentsScreen Input.-open { display: block; }
    """

    table = query_one(DocumentTable)
    words = query_one(Input)

    @dataclass
    class Surveyed(Message):
        """Some documents were looked at."""

        standings: list[Standing]

    def __init__(
        self,
        standings: Sequence[Standing],
        survey: Callable[[str], Standing | None],
        live: Callable[[Standing], Standing],
        here: str | None = None,
        listing: Listing | None = None,
        *,
        has_differences: bool = False,
        asks: bool = False,
    ) -> None:
        """`standings` is what is known, in the corpus's order; `survey` looks at a document on the disk, in a thread,
        and gives nothing where it is there no more; `live` puts into a standing what the open document is like by now.
        `listing` says which are shown to begin with; with `asks`, the first thing to do is to filter them.
        """
        super().__init__()
        self.standings = {each.name: live(each) for each in standings}
        self._survey = survey
        self._live = live
        self._here = here
        self._has_differences = has_differences
        self._orders = tuple(each for each in ORDERS if has_differences or each != "differences")
        self.listing = listing or Listing()
        self._asks = asks

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(classes="summary", markup=False)
            yield PlainInput(self.listing.words, select_on_focus=False)
            yield Static(classes="head", markup=False)
            yield DocumentTable(id="all-documents", has_differences=self._has_differences)
            yield Static(classes="hint", markup=False)

    def on_mount(self) -> None:
        self.words.set_class(bool(self.listing.words), "-open")
        if self._asks:
            self.action_filter()
        else:
            self.table.focus()
        self._draw(self._here)
        self._look(list(self.standings))

    @work(thread=True, exclusive=True, group="survey")
    def _look(self, names: Sequence[str]) -> None:
        worker = get_current_worker()
        found: list[Standing] = []
        for name in names:
            if worker.is_cancelled:
                return
            if (standing := self._survey(name)) is not None:
                found.append(standing)
            if len(found) == _AT_ONCE:
                self.post_message(self.Surveyed(found))
                found = []
        self.post_message(self.Surveyed(found))

    @on(Surveyed)
    def _take(self, message: Surveyed) -> None:
        self.standings.update({each.name: self._live(each) for each in message.standings})
        self._draw(self.table.here)

    def _draw(self, at: str | None) -> None:
        """Shows what is chosen in its order, with the cursor on a document."""
        self.listing.words = self.words.value
        found = self.listing.of(self.standings.values())
        self.table.load(found, at=at)
        shown = "" if len(found) == len(self.standings) else f"{len(found):,} shown of "
        self.query_one(".summary", Static).update(content(f" {shown}{summary(list(self.standings.values()))}"))
        self.query_one(".head", Static).update(content(self.table.head))
        self._draw_hint()

    @on(events.DescendantFocus)
    def _draw_hint(self) -> None:
        # While one types words, letters are no keys.
        self.query_one(".hint", Static).update(self._hint())

    def _hint(self) -> Content:
        """The keys; what is in force is underlined."""
        order = f"by {self.listing.order}{', backwards' if self.listing.backwards else ''}"
        own = self._names_of_keys()
        in_force = self.listing.state or "all"
        pieces = [Content(" ")]
        for name, what in (
            ("list.choose", "opens"),
            ("documents.leave", "back"),
            ("documents.filter", "filter"),
            *((f"documents.{each.replace(' ', '_')}", each) for each in ("all", *STATES)),
            ("documents.sort", order),
            ("documents.reverse", "turns it"),
        ):
            look = "underline" if what == in_force else ""
            pieces.append(Content.assemble((safe(own.get(name, "")), "bold $accent"), " ", (what, look), "  "))
        return Content("").join(pieces)

    def _names_of_keys(self) -> dict[str, str]:
        """The first key of every action, as people write it."""
        keys = {"list.choose": "enter"}
        for key, active in self.active_bindings.items():
            if active.binding.id is not None:
                keys.setdefault(active.binding.id, key)
        return {name: _SHORT.get(key) or key_name(key) for name, key in keys.items()}

    def action_filter(self) -> None:
        """Asks for words."""
        self.words.add_class("-open")
        self.words.focus()

    @on(Input.Changed)
    def _filter(self) -> None:
        self._draw(self.table.here)

    @on(Input.Submitted)
    def _take_first(self) -> None:
        if (name := self.table.here) is not None:
            self.dismiss(name)

    def action_step(self, step: int) -> None:
        """Goes up or down in the table while one types in the filter."""
        self.table.action_step(step)

    def action_state(self, state: str) -> None:
        """Shows the documents that are so far; all with none."""
        self.listing.state = state or None
        self._draw(self.table.here)

    def action_sort(self) -> None:
        """Sorts by the next column."""
        at = self._orders.index(self.listing.order)
        self.listing.order = self._orders[(at + 1) % len(self._orders)]
        self._draw(self.table.here)

    def action_reverse(self) -> None:
        """Sorts the other way round."""
        self.listing.backwards = not self.listing.backwards
        self._draw(self.table.here)

    @on(LineList.Chosen)
    def _choose(self, message: LineList.Chosen) -> None:
        message.stop()
        self.dismiss(self.table.rows[message.index].name)

    @on(LineList.Highlighted)
    def _keep_to_itself(self, message: LineList.Highlighted) -> None:
        message.stop()

    def action_leave(self) -> None:
        """Leaves the filter, then the screen."""
        if self.words.has_focus or self.words.value:
            self.words.value = ""
            self.words.remove_class("-open")
            self.table.focus()
        else:
            self.dismiss(None)
