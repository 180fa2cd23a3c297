"""The annotations and drafts of a document, by place."""

from __future__ import annotations

from typing import Final

from annotator.session import Session
from annotator.widgets.line_list import LineList, Piece
from corpus.drafts import Draft

_MOST_KNOWN: Final = 512


class AnnotationList(LineList):
    """One row an annotation: its label and its words, with a sign where something is found or missing."""

    BORDER_TITLE = "annotations"

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._session: Session | None = None
        self._found: frozenset[str] = frozenset()
        self._width = 0
        self._pieces: dict[int, list[Piece]] = {}
        """What stands in the rows of annotations, by their numbers in the session."""

    def load(self, session: Session) -> None:
        """Shows the annotations of a session."""
        self._session = session
        self._pieces.clear()
        self._width = max(len(spec.name) for spec in session.schema.specs)
        self.update_rows()

    def update_rows(self) -> None:
        """Shows what came, went or changed."""
        session = self._session
        drafts = session.draft_count if session else 0
        self.entitle(f"annotations {self.count()}" + (f" · {drafts} incomplete" if drafts else ""))
        self.reload()

    def mark_found(self, ids: frozenset[str]) -> None:
        """Shows a sign at the annotations that the check has something to say about."""
        if ids != self._found:
            self._found = ids
            self._pieces.clear()
            self.refresh()

    def count(self) -> int:
        """How many annotations and drafts there are."""
        return len(self._session) if self._session else 0

    def pieces(self, index: int) -> list[Piece]:
        """What stands in an annotation's row."""
        assert self._session is not None
        number = self._session.by_id.number(index)
        pieces = self._pieces.get(number)
        if pieces is None:
            entry = self._session.at_position(index)
            sign = "…" if isinstance(entry, Draft) else "!" if entry.id in self._found else " "
            pieces = [
                (f"{sign} ", "line-list--bad"),
                (f"{entry.label:<{min(self._width, 11)}.11} ", "line-list--dim"),
                (self._session.words(entry)[:200], ""),
            ]
            if len(self._pieces) >= _MOST_KNOWN:
                self._pieces.clear()
            self._pieces[number] = pieces
        return pieces
