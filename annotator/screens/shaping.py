"""Giving an annotation, or an extent that it points to, another shape: its edges and its pieces."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from annotator import pieces
from annotator.screens.moving import MovingScreen
from annotator.session import Session
from schemas import Extent


class ShapingScreen(MovingScreen):
    """A document whose annotations can be given other edges and pieces, in place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("comma", "resize(-1)", "Shrink at the nearer edge", id="annotation.shrink"),
        Binding("full_stop", "resize(1)", "Widen at the nearer edge", id="annotation.widen"),
        Binding("minus", "take_out", "Take the words out; in the middle, two pieces are left", id="pieces.take_out"),
        Binding("ampersand", "join_pieces", "Make the piece and the next one", id="pieces.join"),
        Binding("percent_sign", "move_piece", "Put the nearest piece on the selected words", id="pieces.move"),
    ]

    last_marked: str | None = None
    """The annotation that was marked last with a label's key."""

    def target(self) -> Extent | None:
        """The words that are meant: those selected, or those under the cursor."""
        raise NotImplementedError

    def action_resize(self, step: int) -> None:
        """Moves the edge that is nearest to the cursor by a word, character or code point: out with 1, in with -1."""
        session, view = self.session, self.view
        if session is None or self.current is None or not self.may_change:
            return
        extent: Extent | None = self._extent_here(session, self.current)[1]
        for _ in range(view.take_count()):
            further = pieces.resized(session.document.text, extent, step, view.cursor, view.unit) if extent else None
            extent = further or extent
        self._reshape(session, self.current, extent)

    def action_take_out(self) -> None:
        """Takes the words that are selected, or under the cursor, out of the annotation."""
        session, name = self.session, self._meant
        if session is None or name is None or not self.may_change or (words := self.target()) is None:
            return
        left = pieces.without(session.document.text, self._extent_here(session, name)[1], words)
        if left is None:
            self.notify("nothing would be left; d deletes the annotation", markup=False)
        self._reshape(session, name, left)

    def action_join_pieces(self) -> None:
        """Makes the piece at the cursor and the next one a single one, with what lies between them."""
        session, name = self.session, self._meant
        if session is not None and name is not None and self.may_change:
            whole = pieces.joined_at(self._extent_here(session, name)[1], self.view.cursor)
            if whole is None:
                self.notify("it is one piece already", markup=False)
            self._reshape(session, name, whole)

    def action_move_piece(self) -> None:
        """Puts the annotation's piece that is nearest to the selected words on them."""
        session, name = self.session, self._meant
        if session is None or name is None or not self.may_change:
            return
        words = self.target() if self.view.selection is not None else None
        if words is None:
            self.notify("select the words first, with v and the motions", markup=False)
        else:
            self._reshape(session, name, pieces.moved(self._extent_here(session, name)[1], words))

    def grows_by(self, words: Extent) -> str | None:
        """The annotation that gets these words as one more piece: the one looked at last.

        Where that has them already, as when they are an annotation of their own on which the cursor is now, it is the
        one that was marked last.
        """
        session, looked_at, marked = self.session, self.last_looked_at, self.last_marked
        if session is None:
            return None
        names = [name for name in (looked_at, marked) if name is not None and name in session]
        return next((name for name in names if not session.get(name).extent.covers(words)), None)

    @property
    def _meant(self) -> str | None:
        """The annotation that is looked at, or was until the cursor went to words of none."""
        name = self.current or self.last_looked_at
        return name if self.session is not None and name is not None and name in self.session else None

    def _extent_here(self, session: Session, name: str) -> tuple[str | None, Extent]:
        """What the cursor is on of an annotation: the field whose extent it is, or none and the annotation's own."""
        entry, cursor = session.get(name), self.view.cursor
        for field in session.extent_fields(entry):
            extent = session.field_extent(entry, field)
            if extent is not None and any(start <= cursor < end for start, end in extent):
                inside_own = any(start <= cursor < end for start, end in entry.extent)
                if not inside_own or extent.size < entry.extent.size:
                    return field, extent
        return None, entry.extent

    def _reshape(self, session: Session, name: str, extent: Extent | None) -> None:
        if extent is None or extent.end > len(session.document.text):
            return
        field, before = self._extent_here(session, name)
        if extent == before:
            return
        self.view.clear_selection()
        if field is None:
            self.did(session.resize(name, extent))
        else:
            self.did(session.change(name, field, [list(each) for each in extent]))
        self.current = name
