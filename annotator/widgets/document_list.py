"""The documents of a corpus, each with how far one's layer is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from annotator.widgets.line_list import LineList, Piece
from annotator.workspace import Progress
from schemas import Status

SIGNS = {Status.DONE: "✓", Status.FLAGGED: "⚑", Status.OPEN: "●"}
"""How each status is shown."""


class DocumentList(LineList):
    """One row a document: a sign for its status, its id, how many annotations it has, its title."""

    BORDER_TITLE = "documents"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter the documents", id="list.filter"),
    ]

    class FilterAsked(Message):
        """Only some of the documents are to be listed, with what is known of them."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._progress: list[Progress] = []

    def load(self, progress: Sequence[Progress]) -> None:
        """Shows these documents."""
        self._progress = list(progress)
        self.reload()

    def update_progress(self, index: int, progress: Progress) -> None:
        """Shows how far one document is by now, where that is the one at this place."""
        # While the corpus's documents are read again, it need not be.
        if index < self.count() and self._progress[index].document.id == progress.document.id:
            self._progress[index] = progress
            self.refresh_line(index - self.top)

    def action_filter(self) -> None:
        """Asks which documents are to be listed: there is room for that elsewhere."""
        self.post_message(self.FilterAsked())

    def count(self) -> int:
        """How many documents there are."""
        return len(self._progress)

    def pieces(self, index: int) -> list[Piece]:
        """What stands in a document's row."""
        each = self._progress[index]
        sign = SIGNS[each.status] if each.began else " "
        style = "line-list--bad" if each.status is Status.FLAGGED else ""
        count = "" if not each.began else f"{each.count:>5}"
        title = each.document.title or ""
        return [
            (f" {sign} ", style),
            (f"{each.document.id:<6}", ""),
            (f"{count:>5} ", "line-list--dim"),
            (title, "line-list--dim"),
        ]
