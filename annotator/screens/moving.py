"""Where one can go in a document: annotations, findings, known names, zones, words in sight or searched for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from annotator import motion
from annotator.display import safe
from annotator.screens.hints import HintScreen
from annotator.screens.question import PromptScreen
from annotator.screens.reading import ReadingScreen
from annotator.search import TIME_LIMIT, find
from annotator.session import Session
from annotator.workspace import Workspace
from schemas import Extent, Kind, Severity


class MovingScreen(ReadingScreen):
    """A document in which one goes from place to place; a number typed before says how often."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "annotation(-1)", "Previous annotation", id="annotation.previous"),
        Binding("right_square_bracket", "annotation(1)", "Next annotation", id="annotation.next"),
        Binding("exclamation_mark", "finding", "Next finding or incomplete annotation", id="finding.next"),
        Binding("M", "unmarked", "Next known name that is not marked", id="cursor.unmarked"),
        Binding("f", "jump", "Jump to a word on the screen", id="cursor.jump"),
        Binding("slash", "search", "Search", id="search.open"),
        Binding("n", "search_next(1)", "Next hit", id="search.next"),
        Binding("N", "search_next(-1)", "Previous hit", id="search.previous"),
        Binding("z", "zone(1)", "Next zone", id="zone.next"),
        Binding("Z", "zone(-1)", "Previous zone", id="zone.previous"),
    ]

    def __init__(self, workspace: Workspace, document: str | None = None, start: int = 0) -> None:
        """`document` is the one to begin with, and `start` the code point to go to in it."""
        super().__init__(workspace, document, start)
        self._search = ""

    def action_annotation(self, step: int) -> None:
        """Goes to the next annotation, or the one before."""
        found = None
        for _ in range(self.view.take_count()):
            at, skip = (found.start, found.id) if found is not None else (self.view.cursor, self.current)
            further = self.session.next_from(at, step, skip) if self.session is not None else None
            if further is None:
                break
            found = further
        if found is not None:
            self.go_to(found.id)

    def action_finding(self) -> None:
        """Goes to the next finding or incomplete annotation, round the end; to notes when there is nothing else."""
        if self.session is None:
            return
        placed = [(each.start, each) for each in self.findings if each.start is not None]
        serious = {start for start, each in placed if each.severity is not Severity.NOTE}
        serious.update(draft.start for draft in self.session.drafts)
        places = sorted(serious or {start for start, _ in placed})
        if not places:
            self.notify("nothing is found here", markup=False)
            return
        self.view.cursor = self._nth(places, 1)
        here = [f"{each.code}: {each.message}" for start, each in placed if start == self.view.cursor]
        if here:
            self.notify(safe("; ".join(here)), markup=False)

    def _nth(self, places: Sequence[int], step: int) -> int:
        """The place that comes after the cursor, or with -1 before it, as many on as were counted; round the ends."""
        here = self.view.cursor
        first = bisect_right(places, here) if step > 0 else bisect_left(places, here) - 1
        return places[(first + step * (self.view.take_count() - 1)) % len(places)]

    def action_unmarked(self) -> None:
        """Goes to the next place of a known name, in an open zone, that is not marked; round the end."""
        session = self.session
        if session is None:
            return
        left = self.view.take_count()
        text, here = session.document.text, self.view.cursor
        for begin, end in ((here + 1, len(text)), (0, here + 1)):
            for place in map(Extent.joined, ([each] for each in session.registry.mentions(text, begin))):
                if place.start >= end:
                    break
                if self._is_unmarked(session, place):
                    left -= 1
                    if left == 0:
                        self._go_to_place(place.start)
                        return
        self.notify("every known name is marked here", markup=False)

    def _is_unmarked(self, session: Session, place: Extent) -> bool:
        """Whether a name lies in an open zone, and no annotation of a label that names an entity covers it."""
        if not any(zone.covers(place) for zone in session.document.open_extents):
            return False
        marks = [mark for mark in self.view.marks_at(place.start) if mark.look in ("own", "draft")]
        covering = [session.get(mark.id) for mark in marks if mark.extent.covers(place)]
        return not any(session.spec(entry).of_kind(Kind.ENTITY) for entry in covering)

    def _go_to_place(self, offset: int) -> None:
        self.view.clear_selection()
        self.view.cursor = offset

    def action_zone(self, step: int) -> None:
        """Goes to the start of the next zone, or of this one, and from there of the one before."""
        if self.session is None or not self.session.document.zones:
            return
        starts = [zone.start for zone in self.session.document.zones]
        here, count = self.view.cursor, self.view.take_count()
        place = bisect_right(starts, here) - 1 + count if step > 0 else bisect_left(starts, here) - count
        if place < len(starts):
            self.view.cursor = starts[max(0, place)]

    @work
    async def action_jump(self) -> None:
        """Shows letters on every word in sight, and goes to the one that is typed."""
        if self.session is None:
            return
        start, end = self.view.visible_range
        here = self.view.cursor
        places = motion.word_starts(self.session.document.text, start, end)
        nearest = sorted((place for place in places if place != here), key=lambda place: abs(place - here))
        place = await self.app.push_screen_wait(HintScreen("jump to", nearest, self.view.show_hints))
        if place is not None:
            self.view.cursor = place

    @work
    async def action_search(self) -> None:
        """Asks for words, or a slash and a regular expression, and goes to the next place where they stand."""
        question = "search for (a / first: a regular expression)"
        wanted = await self.app.push_screen_wait(PromptScreen(question, self._search))
        if wanted:
            self._search = wanted
            self.action_search_next(1)

    def action_search_next(self, step: int) -> None:
        """Goes to the next place of what was searched for, or the one before, round the ends."""
        count = self.view.take_count()
        if self.session is None or not self._search:
            return
        text, place = self.session.document.text, self.view.cursor
        try:
            for _ in range(count):
                found = find(text, self._search, place, step)
                if found is None:
                    self.notify(safe(f"“{self._search}” is not in this document"), markup=False)
                    return
                place = found[0]
        except ValueError as error:
            told = f"“{self._search}” is no regular expression: {error}. Search again, without the first / for words."
            self.notify(safe(told), severity="error", markup=False)
        except TimeoutError:
            told = f"“{self._search}” takes longer than {TIME_LIMIT:g} s here, and was stopped. Make it simpler."
            self.notify(safe(told), severity="error", markup=False)
        else:
            self.view.cursor = place
