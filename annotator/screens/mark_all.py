"""Marking every other occurrence of the same words at once, with a list to untick.

The list is a part of the document's screen and lies over the text: a screen of its own, in front of one that is dimmed,
takes several times as long to come and to go as what is done in it.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from annotator.history import Entry, Step
from annotator.screens.shaping import ShapingScreen
from annotator.session import Session
from annotator.widgets.tick_list import TickList
from annotator.workspace import Workspace
from schemas import Extent


class MarkAllScreen(ShapingScreen):
    """A document in which all places of the same words can be marked like one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("asterisk", "mark_all", "Mark all like this", id="annotation.mark_all"),
    ]

    def __init__(self, workspace: Workspace, document: str | None = None, start: int = 0) -> None:
        super().__init__(workspace, document, start)
        self._like: Entry | None = None
        """What all the places are to be like."""
        self._like_revision = 0
        """How much the session had been changed when they were looked for."""

    @cached_property
    def places(self) -> TickList:
        return self.query_one(TickList)

    def compose(self) -> ComposeResult:
        # First, for what is laid out after it changes its place among the others, and would be painted, with it.
        yield TickList(id="places")
        yield from super().compose()

    def action_mark_all(self) -> None:
        """Lists every other place of the same words, to be marked in the same way but for those that are unticked."""
        session = self.session
        if session is None or self.current is None or self.current not in session or not self.may_change:
            return
        entry = session.get(self.current)
        places = session.like(entry)
        if not places:
            self.notify("these words stand nowhere else unmarked", markup=False)
            return
        self.set_focus(self.view)
        self._like, self._like_revision = entry, session.revision
        self.places.load(entry.label, session.document.text, places)
        self.draw_lines()

    def _end_ticking(self) -> None:
        if self.places.is_open:
            self.places.unload()
            self._like = None
            self.draw_lines()

    @on(events.Key)
    async def _press_in_list(self, event: events.Key) -> None:
        # While there is something to tick, no key means anything else.
        if self.places.is_open and not self.is_tiny:
            event.stop()
            event.prevent_default()
            if (chosen := await self.places.press(event.key)) is not None:
                self._mark_ticked(chosen)

    def _look_at_cursor(self) -> None:
        # No key moves the cursor meanwhile: whoever clicks into the text, or opens another document, is done here.
        self._end_ticking()
        super()._look_at_cursor()

    @on(events.DescendantFocus)
    def _end_elsewhere(self) -> None:
        if self.focused is not self.view:
            self._end_ticking()

    def show_step(self, session: Session, step: Step) -> None:
        """Shows what a step changed; where it took away what others were to be like, there is nothing to tick."""
        super().show_step(session, step)
        if self._like is not None and self._like.id not in session:
            self._end_ticking()
            self.notify("the annotation that these places were to be like is gone", markup=False)

    def _mark_ticked(self, places: list[Extent]) -> None:
        session, entry = self.session, self._like
        self._end_ticking()
        if not places or session is None or entry is None or not self.may_change:
            return
        if session.revision != self._like_revision:
            # Somebody else has marked some of them meanwhile.
            places = [place for place in places if session.same(entry.label, place) is None]
        if places:
            self.did(session.mark_like(entry, places))
            self.current = entry.id
