"""The annotations and drafts of a document, by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.strip import Strip
from typing_extensions import override

from annotator.session import Session
from annotator.widgets.line_list import LineList, Piece
from corpus.drafts import Draft

_MOST_KNOWN: Final = 512


class AnnotationList(LineList):
    """One row an annotation: its label and its words, with a sign where something is found or missing."""

    BORDER_TITLE = "annotations"

    def __init__(self, id: str) -> None:
        self._session: Session | None = None
        self._found: frozenset[str] = frozenset()
        self._width = 0
        self._strips: dict[tuple[int, bool], Strip] = {}
        """Rows as they were drawn, by the number of the annotation in the session, -1 for none, and whether the cursor
        is on it.
        """
        super().__init__(id=id)

    def load(self, session: Session) -> None:
        """Shows the annotations of a session."""
        self._session = session
        self._strips.clear()
        self._width = max(len(spec.name) for spec in session.schema.specs)
        self.update_rows()

    def update_rows(self) -> None:
        """Shows what came, went or changed."""
        session = self._session
        drafts = session.draft_count if session is not None else 0
        self.entitle(f"annotations {self.count()}" + (f" · {drafts} incomplete" if drafts else ""))
        self.reload()

    def mark_found(self, ids: frozenset[str]) -> None:
        """Shows a sign at the annotations that the check has something to say about."""
        if ids != self._found:
            self._found = ids
            self.refresh()

    def count(self) -> int:
        """How many annotations and drafts there are."""
        return len(self._session) if self._session is not None else 0

    def pieces(self, index: int) -> list[Piece]:
        """What stands in an annotation's row."""
        assert self._session is not None
        entry = self._session.at_position(index)
        sign = "…" if isinstance(entry, Draft) else "!" if entry.id in self._found else ""
        label, words = f"{entry.label:<{min(self._width, 11)}.11} ", (self._session.words(entry)[:200], "")
        if not sign:
            return [(f"  {label}", "line-list--dim"), words]
        return [(f"{sign} ", "line-list--bad"), (label, "line-list--dim"), words]

    @override
    def _rows(self, rows: Sequence[int], index: int, count: int) -> list[Strip]:
        there = [row for row in rows if row < count]
        numbers = iter(self._session.by_id.numbers(there) if self._session is not None else ())
        strips = []
        for row in rows:
            key = (next(numbers, -1) if row < count else -1, row == index)
            strip = self._strips.get(key)
            if strip is None:
                if len(self._strips) >= _MOST_KNOWN:
                    self._strips.clear()
                strip = self._strips[key] = super()._row(row, row == index, count)
            strips.append(strip)
        return strips

    @override
    def _row(self, row: int, has_cursor: bool, count: int) -> Strip:
        (strip,) = self._rows((row,), row if has_cursor else -1, count)
        return strip

    @override
    def _look_again(self) -> None:
        super()._look_again()
        self._strips.clear()
