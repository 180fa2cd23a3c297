"""Where one can go in a document: annotations, findings, known words, zones, words in sight or searched for."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual import events, work
from textual.binding import Binding, BindingType

from annotator import motion
from annotator.display import safe
from annotator.screens.hints import Hints
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
        Binding("M", "unmarked", "Next known words that are not marked", id="cursor.unmarked"),
        Binding("f", "jump", "Jump to a word on the screen", id="cursor.jump"),
        Binding("space", "span", "Select from a word to a word on the screen", id="select.span"),
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
        self.hints: Hints | None = None
        """What is being picked by letters."""
        self._offered: Extent | None = None
        """The known words to which one went last."""

    @property
    def offered(self) -> tuple[int, int] | None:
        """The known words to which one went, as long as the cursor stays there."""
        is_here = self._offered is not None and self._offered.start == self.view.cursor
        return self._offered[0] if self._offered is not None and is_here else None

    def show_session(self, session: Session) -> None:
        """Shows a session that was opened just now."""
        self._offered = None
        super().show_session(session)

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
        """Goes to the next place of known words, in an open zone, that is not marked; round the end."""
        session = self.session
        if session is None:
            return
        if self.offered is not None and self._offered is not None and self._is_unmarked(session, self._offered):
            session.known_words.pass_over(self._offered)
        place = next(itertools.islice(self.unmarked(self.view.cursor), self.view.take_count() - 1, None), None)
        if place is None:
            self.notify("all known words are marked here", markup=False)
            return
        self._offered = place
        self._go_to_place(place.start)
        self._draw_status()

    def unmarked(self, here: int) -> Iterator[Extent]:
        """Where known words stand in open zones and are not marked: those after a place, then those up to it."""
        session = self.session
        if session is None:
            return
        for begin, end in ((here + 1, len(session.document.text)), (0, here + 1)):
            for place in session.known_words.mentions(begin):
                if place.start >= end:
                    break
                if self._is_unmarked(session, place):
                    yield place

    def _is_unmarked(self, session: Session, place: Extent) -> bool:
        """Whether known words lie in an open zone, and no annotation of a label that names an entity covers it."""
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

    # Hints

    def hint(self, hints: Hints) -> None:
        """Shows letters on places of the text, and lets the next keys pick one of them."""
        self.hints = hints
        self.set_focus(self.view)
        self.view.show_hints(hints.shown)
        self.draw_lines()

    def end_hints(self) -> None:
        """Takes the letters away."""
        if self.hints is not None:
            self.hints = None
            self.view.show_hints({})
            self.draw_lines()

    def on_key(self, event: events.Key) -> None:
        hints = self.hints
        if hints is None or self.is_tiny:
            return
        if self.focused is not self.view:
            self.end_hints()
        elif event.key == "backspace" and hints.typed:
            hints.typed = ""
            self.view.show_hints(hints.shown)
            event.stop()
        elif hints.means(event.character):
            event.stop()
            place = hints.type(event.character or "")
            if place is None:
                self.view.show_hints(hints.shown)
            else:
                self.end_hints()
                hints.picked(place, (event.character or "").isupper())
        else:
            # What is no letter ends the picking, and means what it means in the text unless it was meant for it.
            self.end_hints()
            if hints.left(event.key):
                event.stop()

    def words_in_sight(self, start: int, *, forward: bool = False) -> list[int]:
        """Where the words in sight begin, the nearest to a place first: those after it, or twice as near before it."""
        low, high = self.view.visible_range
        places = motion.word_starts(self.view.text, max(low, start) if forward else low, high)
        return sorted(places, key=lambda place: place - start if place >= start else 2 * (start - place))

    def action_jump(self) -> None:
        """Shows letters on every word in sight, and goes to the one whose letters are typed."""
        if self.session is not None:
            here = self.view.cursor
            places = [place for place in self.words_in_sight(here) if place != here]
            self.hint(Hints.on("jump to a word", places, lambda place, _: self._jumped(place)))

    def _jumped(self, place: int) -> None:
        self.view.cursor = place

    def action_span(self) -> None:
        """Selects from one word in sight to another: the letters of the first, then those of the last."""
        if self.session is not None:
            self.view.clear_selection()
            self.hint_span("select from", self.view.cursor)

    def hint_span(
        self,
        question: str,
        here: int,
        left: Callable[[str], bool] = lambda key: key == "escape",
        *,
        takes_more: bool = False,
        given: Extent | None = None,
    ) -> None:
        """Asks for the first word in sight of what is to be selected, the nearest ones first, then for the last.

        A capital selects the marked name or the known words that begin there, else the word alone; a comma or a full
        stop in place of the last word selects to the end of the phrase or the sentence. Words inside of `given`, which
        are taken already, are the last to have a short hint.
        """

        def to_last(first: int, is_alone: bool) -> None:
            self.view.cursor = first
            if is_alone:
                self.view.select(*self.whole_at(first))
                self.span_selected(is_more=False)
                return
            ends = self.words_in_sight(first, forward=True)

            def picked(last: int, is_more: bool) -> None:
                word = motion.word_at(self.view.text, last)
                self._selected(first, word[1] if word else last + 1, is_more)

            def left_last(key: str) -> bool:
                if key not in ("comma", "full_stop"):
                    return left(key)
                self._selected(first, motion.last_word_end(self.view.text, first, sentence=key == "full_stop"), False)
                return True

            aside = {"a capital": "and more"} if takes_more else {}
            aside |= {",": "to the end of the phrase", ".": "of the sentence"}
            self.hint(Hints.on("to", ends, picked, left_last, takes_more=takes_more, aside=aside))

        firsts = self.words_in_sight(here)
        if given is not None:
            firsts.sort(key=lambda place: any(start <= place < end for start, end in given))
        self.hint(Hints.on(question, firsts, to_last, left, aside={"a capital": "name or word alone"}))

    def whole_at(self, first: int) -> tuple[int, int]:
        """The longest name that is marked, or known, and begins at a place; else the word there."""
        session, text = self.session, self.view.text
        word = motion.word_at(text, first) or (first, min(first + 1, len(text)))
        if session is None:
            return word
        named = [each for each in session.starting_in(first, first + 1) if session.spec(each).of_kind(Kind.ENTITY)]
        ends = [each.end for each in named if each.start == first and len(each.extent) == 1]
        known = session.known_words.at(first)
        if known is not None:
            ends.append(known[1])
        return (first, max([*ends, word[1]]))

    def _selected(self, start: int, end: int, is_more: bool) -> None:
        self.view.select(start, end)
        self.span_selected(is_more=is_more)

    def span_selected(self, *, is_more: bool) -> None:
        """Words were selected by their letters; more pieces are to follow, or none."""

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
