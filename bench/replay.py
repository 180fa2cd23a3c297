"""A hand that makes a gold layer anew through the app's own keys, and counts them.

It knows what it wants to mark, as an annotator does who has read the sentence, and of the app it uses what stands on
the screen: the text in sight, the letters of hints, the rows of the form, the lists that are shown. It marks in the
order of the text, labels that others refer to first. To words that are known, because the registry has them or it has
marked them itself, it goes by their key where it sees that few others are in between; other places of the same words
are marked all at once where that is cheaper. A modifier with a key is one key.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from textual import events
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from annotator import motion
from annotator.app import AnnotatorApp
from annotator.form import Form
from annotator.history import Entry
from annotator.screens.annotate import AnnotateScreen
from annotator.screens.candidates import CandidateScreen
from annotator.screens.entity import EntityScreen
from annotator.screens.hints import hint_letters
from annotator.screens.review import ReviewScreen
from annotator.session import Session
from annotator.units import Unit
from corpus.adjudication import MINE
from corpus.layers import canonical_line
from schemas import Annotation, Extent, FieldSpec, Kind, plain

PURPOSES = ("words", "label", "extents", "references", "answers", "leaving")
"""What keys are for: to get to the words and select them, to say the label, to pick the other extents, to pick what is
referred to, to answer in the form, the registry and the queue, and to open and leave what has the keys."""

_MOST_STEPS = 2
"""How many known words one goes on by in place of selecting what is wanted by its letters."""

_MOST_KEYS = 200
"""Keys for one annotation after which the hand gives up: it does not understand what it sees."""


class Replay:
    """One document of a gold layer, made anew in an app that shows it."""

    def __init__(self, pilot: Pilot[None], gold: Sequence[Annotation]) -> None:
        assert isinstance(pilot.app, AnnotatorApp)
        self.pilot = pilot
        self.app: AnnotatorApp = pilot.app
        self.gold = {each.id: each for each in gold}
        self.keys: dict[str, float] = defaultdict(float)
        """Keys by the id of the gold annotation that they were pressed for."""
        self.taken: set[str] = set()
        """Those that were taken from a layer beside as they are, by their ids in gold."""
        self.pressed = 0
        self.log: list[str] = []
        """Every key, in order."""
        self.purposes: list[str] = []
        """What each of them was for, one of `PURPOSES`."""
        self._purpose = "leaving"
        self.spans: dict[str, tuple[int, int]] = {}
        """Which of them were pressed for what."""
        self.alike_labels: Sequence[str] = ()
        """The labels whose other places are marked at once where that is cheaper."""
        self._unspent = 0
        """Keys that found nothing; they count for what is marked next."""
        self._made: dict[str, str] = {}
        """Ids of the layer that is made, by their ids in gold."""

    # What is there to see

    @property
    def screen(self) -> AnnotateScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, AnnotateScreen)
        return screen

    @property
    def session(self) -> Session:
        assert self.screen.session is not None
        return self.screen.session

    @property
    def text(self) -> str:
        return self.session.document.text

    @property
    def cursor(self) -> int:
        return self.screen.view.cursor

    @property
    def form(self) -> Form:
        assert self.screen.inspector.form is not None
        return self.screen.inspector.form

    async def settle(self) -> None:
        """Waits until what the last key began has come to rest."""
        quiet = 0
        while quiet < 2:
            await self.pilot.pause(0)
            recalls = any(each.group == "recall" and not each.is_finished for each in self.app.workers)
            quiet = 0 if self.screen.is_locked or recalls else quiet + 1

    async def press(self, *keys: str, purpose: str | None = None) -> None:
        """Presses keys; for the purpose that is named, or the one of what is done now."""
        self._purpose, before = purpose or self._purpose, self._purpose
        try:
            await self._press(*keys)
        finally:
            self._purpose = before

    async def _press(self, *keys: str) -> None:
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
            try:
                character: str | None = unicodedata.lookup(_get_unicode_name_from_key(name))
            except KeyError:
                character = key if len(key) == 1 else None
            if name == "space":
                character = " "
            self.app.post_message(events.Key(name, character))
            self.pressed += 1
            self.log.append(key)
            self.purposes.append(self._purpose)
            await self.settle()

    # What is wanted

    def wanted(self, gold: Annotation) -> dict[str, Any]:
        """The fields of a gold annotation, with references to what was made already."""
        values: dict[str, Any] = {}
        for field in self.session.schema.by_name[gold.label].fields:
            value = plain(getattr(gold, field.name))
            if field.kind is Kind.REFERENCE:
                ids = value if field.many else [value] if value else []
                made = [self._made[each] for each in ids if each in self._made]
                value = made if field.many else next(iter(made), None)
            values[field.name] = value
        return values

    def wrong(self, entry: Entry, gold: Annotation) -> list[FieldSpec]:
        """The fields that do not say what is wanted yet, in order."""
        wanted = self.wanted(gold)
        return [f for f in self.session.spec(entry).fields if self.session.value(entry, f.name) != wanted[f.name]]

    def note(self, entry: Entry) -> None:
        """Remembers which gold annotation was made."""
        for each in self.gold.values():
            if each.id not in self._made and each.label == entry.label and each.extent == entry.extent:
                self._made[each.id] = entry.id

    def left(self, labels: Iterable[str]) -> list[Annotation]:
        """What is not made yet of some labels, by place."""
        return [each for each in self.gold.values() if each.id not in self._made and each.label in set(labels)]

    # The whole document

    async def run(self) -> None:
        """Makes everything; what others refer to comes first."""
        await self.settle()
        specs = self.session.schema.specs
        named = [spec.name for spec in specs if spec.of_kind(Kind.ENTITY)]
        self.alike_labels = named
        rest = sorted(
            (spec for spec in specs if spec.name not in named), key=lambda spec: len(spec.of_kind(Kind.EXTENT))
        )
        if isinstance(self.screen, ReviewScreen):
            await self.review(self.screen)
        for labels in [named, *([spec.name] for spec in rest)]:
            if self.left(labels):
                await self.to_text()
                await self.press("ctrl+home")
                self._unspent += 1
            for gold in self.left(labels):
                # What is marked all at once takes along what would come later.
                if gold.id not in self._made:
                    await self.make(gold)
        await self.mend()
        await self.to_text()

    async def review(self, screen: ReviewScreen) -> None:
        """Takes what a layer beside says as gold says it, and what only some fields of differ; turns down the rest."""
        await self.press("greater_than_sign")
        self._unspent += 1
        seen: set[str] = set()
        while screen.cluster is not None:
            (said,) = (each for layer, each in screen.cluster.members.items() if layer != MINE)
            there = [g for g in self.gold.values() if (g.label, g.extent) == (said.label, said.extent)]
            if said.id in seen:
                # What is left waits for what it refers to.
                return
            seen.add(said.id)
            await self.press("y" if there else "x", purpose="answers")
            if self.is_at(screen, said.id):
                await self.press("greater_than_sign")
                self._unspent += 1
            if there:
                self.spend(there[0], 1)
                self.taken.add(there[0].id)
            else:
                self._unspent += 1

    @staticmethod
    def is_at(screen: ReviewScreen, name: str) -> bool:
        """Whether what a layer says under an id is still what is looked at."""
        cluster = screen.cluster
        return cluster is not None and any(each.id == name for each in cluster.members.values())

    async def mend(self) -> None:
        """Corrects what was taken over and differs, once everything is there that it may refer to."""
        for name, made in list(self._made.items()):
            gold, entry = self.gold[name], self.session.get(made)
            if self.wrong(entry, gold):
                before = self.pressed
                await self.show(gold.start)
                await self.select(Extent.of(*gold.extent[0]), whole=True)
                while self.screen.current != made and self.pressed - before < _MOST_KEYS:
                    await self.press("]" if self.screen.current else "b")
                await self.fill(gold)
                self.keys[name] += self.pressed - before
                self.taken.discard(name)

    def spend(self, gold: Annotation, keys: float) -> None:
        """Counts keys for an annotation, with those that found nothing before."""
        self.keys[gold.id] += keys + self._unspent
        self.spans[gold.id] = (len(self.log) - round(keys), len(self.log))
        self._unspent = 0
        entry = self.session.same(gold.label, gold.extent)
        assert entry is not None, gold
        self.note(entry)

    async def alike(self, gold: Annotation) -> None:
        """Marks the other places of the same words at once, where that is cheaper than one by one."""
        entry = self.session.same(gold.label, gold.extent)
        assert entry is not None
        places = self.session.like(entry)
        wanted = {each.extent: each for each in self.left([gold.label])}
        hits = [place for place in places if place in wanted and self.is_like(gold, wanted[place])]
        misses = [at for at, place in enumerate(places) if place not in hits]
        unticking = (misses[-1] + len(misses)) if misses else 0
        if 2 * len(hits) <= 2 + unticking:
            return
        before = self.pressed
        await self.to_text()
        await self.press("*")
        assert self.screen.places.is_open
        at = 0
        for miss in misses:
            await self.press(*["down"] * (miss - at), "space")
            at = miss
        await self.press("enter")
        for place in hits:
            self.spend(wanted[place], (self.pressed - before) / len(hits))

    def is_like(self, one: Annotation, other: Annotation) -> bool:
        """Whether two say the same but for what they refer to."""
        fields = self.session.schema.by_name[one.label].fields
        kept = [field.name for field in fields if field.kind not in (Kind.REFERENCE, Kind.EXTENT)]
        return all(getattr(one, name) == getattr(other, name) for name in kept)

    # One annotation

    async def make(self, gold: Annotation) -> None:
        """Marks one annotation with everything that it says."""
        before = self.pressed
        key = self.screen.label_keys[gold.label]
        parts = [field for field in self.session.schema.by_name[gold.label].of_kind(Kind.EXTENT) if field.required]
        first = Extent.of(*(getattr(gold, parts[0].name) if parts else gold.extent)[0])
        self._purpose = "words"
        await self.select(first, whole=not parts)
        await self.press(key, purpose="label")
        await self.fill(gold, first)
        self.spend(gold, self.pressed - before)
        if gold.label in self.alike_labels:
            await self.alike(gold)

    async def fill(self, gold: Annotation, first: Extent | None = None) -> None:
        """Answers whatever is asked until everything is said of what was marked, at first, on these words."""
        begun = self.pressed
        while True:
            assert self.pressed - begun < _MOST_KEYS, gold
            entry = self.session.same(gold.label, gold.extent)
            if entry is None and first is not None:
                entry = self.session.same(gold.label, first)
            assert entry is not None, (gold, [each for each in self.session if each.start == gold.start])
            if len(entry.extent) < len(gold.extent) and self.session.is_placed(entry.id):
                await self.add_pieces(gold)
                continue
            wrong = self.wrong(entry, gold)
            waits = self.screen._asking.wants_extent
            if not wrong and self.session.is_placed(entry.id) and waits is None:
                return
            self._purpose = self.purpose(waits)
            if isinstance(self.app.screen, EntityScreen):
                await self.answer_entity(gold)
            elif isinstance(self.app.screen, CandidateScreen):
                await self.answer_candidate(gold, entry)
            elif waits is not None:
                await self.answer_extent(gold, entry, waits)
            elif self.screen.hints is not None:
                await self.answer_reference(gold, entry, wrong)
            elif self.screen.focused is self.screen.inspector:
                await self.answer(gold, wrong)
            else:
                await self.press("enter")

    def purpose(self, waits: str | None) -> str:
        """What the next key of filling in is for."""
        if isinstance(self.app.screen, EntityScreen):
            return "answers"
        if waits is not None:
            return "extents"
        if isinstance(self.app.screen, CandidateScreen) or self.screen.hints is not None:
            return "references"
        return "answers" if self.screen.focused is self.screen.inspector else "leaving"

    async def answer(self, gold: Annotation, wrong: Sequence[FieldSpec]) -> None:
        """Gives one answer in the form."""
        field, fields = self.form.field, self.form.spec.fields
        assert field is not None
        if field not in wrong:
            # An entity brings its kind along, and is shown in the first list while no other kind is said.
            named = [each for each in wrong if each.kind is Kind.ENTITY and self.wanted(gold)[each.name] is not None]
            steps = [(fields.index(each) - self.form.position, each) for each in named or wrong]
            step, target = min(steps, key=lambda each: (abs(each[0]) > 1, each[0] < 0, abs(each[0])))
            if abs(step) == 1 and target.kind in (Kind.CHOICE, Kind.TOGGLE):
                await self.press("down" if step > 0 else "up")
            else:
                await self.press(str(fields.index(target) + 1))
        elif field.kind is Kind.CHOICE:
            named = [each for each in wrong if each.same_as == field.name and self.wanted(gold)[each.name] is not None]
            if named:
                await self.press(str(fields.index(named[0]) + 1))
                return
            value = self.wanted(gold)[field.name]
            await self.press(next(choice.key for choice in field.choices if choice.value == value))
        elif field.kind is Kind.ENTITY and self.wanted(gold)[field.name] is None:
            await self.press("backspace")
        else:
            await self.press("space")

    async def answer_extent(self, gold: Annotation, entry: Entry, waits: str) -> None:
        """Picks the words that are asked for by their letters, piece by piece; or skips them."""
        if waits == gold.label:
            extent: Extent | None = gold.extent
        else:
            value = self.wanted(gold)[waits]
            extent = Extent.joined(tuple(each) for each in value) if value else None
        if extent is None or self.session.field_extent(entry, waits) == extent if waits != gold.label else False:
            await self.press("escape")
            return
        assert extent is not None
        for number, piece in enumerate(extent, 1):
            await self.pick(piece, more=number < len(extent))

    async def pick(self, piece: tuple[int, int], *, more: bool = False) -> None:
        """Types the letters of the first and the last word of a piece; a capital at the end where more follow."""
        snapped = self.snapped(piece)
        if snapped is None or self.screen.hints is None or piece[0] not in self.screen.hints.shown:
            # Not from word to word, or off the screen: it is selected in another way.
            if self.screen.hints is not None:
                await self.press("tab")
            await self.select(Extent.of(*piece), by_hand=True)
            await self.press("+" if more else "enter")
            return
        await self.letters(piece, *snapped, more=more)

    async def letters(self, piece: tuple[int, int], first: int, last: int, *, more: bool = False) -> None:
        """Types the letters of the words from one to another, or of a name that begins there; or where they end."""
        assert self.screen.hints is not None
        letters = self.screen.hints.shown[first]
        if not more and self.is_snapped(self.screen.whole_at(first), piece):
            await self.press(*letters[:-1], letters[-1].upper())
            return
        await self.press(*letters)
        assert self.screen.hints is not None
        shown = self.screen.hints.shown.get(last)
        stop = None if more else self.stop(piece)
        if shown is None or (stop is not None and len(shown) > 1):
            assert stop is not None, piece
            await self.press(stop)
        else:
            await self.press(*shown[:-1], shown[-1].upper() if more else shown[-1])

    def is_snapped(self, words: tuple[int, int], piece: tuple[int, int]) -> bool:
        """Whether words become a piece when they are taken."""
        return self.session.schema.snap(self.text, Extent.of(*words)) == Extent.of(*piece)

    def stop(self, piece: tuple[int, int]) -> str | None:
        """The mark up to which a piece goes, if it goes to the end of a phrase or a sentence."""
        for key, sentence in ((",", False), (".", True)):
            if self.is_snapped((piece[0], motion.last_word_end(self.text, piece[0], sentence=sentence)), piece):
                return key
        return None

    def snapped(self, piece: tuple[int, int]) -> tuple[int, int] | None:
        """Where the first and the last word of a piece begin, if it runs from a word to a word."""
        first, last = motion.word_at(self.text, piece[0]), motion.word_at(self.text, piece[1] - 1)
        if first is None or last is None or first[0] != piece[0]:
            return None
        schema, whole = self.session.schema, Extent.of(first[0], last[1])
        return (first[0], last[0]) if schema.snap(self.text, whole) == Extent.of(*piece) else None

    async def answer_reference(self, gold: Annotation, entry: Entry, wrong: Sequence[FieldSpec]) -> None:
        """Types the letters of what a field refers to; goes on where it is right."""
        hints, field = self.screen.hints, self.form.field
        assert hints is not None
        if field not in wrong:
            later = [each for each in wrong if each.kind is Kind.REFERENCE]
            await self.press("enter" if later else "escape")
            return
        assert field is not None
        following = self.following(field, entry, gold)
        if following is None:
            await self.press("backspace")
            return
        name, is_last = following
        place = self.screen._asking.hinted.get(name)
        if place is None:
            await self.press("tab")
            return
        letters = hints.shown[place]
        await self.press(*letters[:-1], letters[-1] if is_last else letters[-1].upper())

    def following(self, field: FieldSpec, entry: Entry, gold: Annotation) -> tuple[str, bool] | None:
        """What a reference must name next, and whether that is all; nothing where what it names is wrong."""
        value, want = self.session.value(entry, field.name), self.wanted(gold)[field.name]
        have, need = (value or [], want or []) if field.many else ([], [want] if want else [])
        if have != need[: len(have)] or len(have) == len(need):
            return None
        return need[len(have)], len(have) + 1 == len(need)

    async def answer_candidate(self, gold: Annotation, entry: Entry) -> None:
        """Types the letters of an annotation in the list of all that a reference may name."""
        screen, field = self.app.screen, self.form.field
        assert isinstance(screen, CandidateScreen)
        assert field is not None
        following = self.following(field, entry, gold)
        assert following is not None
        listed = {name: letters for letters, (name, *_) in screen._candidates.items()}
        await self.press(*listed[following[0]])

    async def answer_entity(self, gold: Annotation) -> None:
        """Chooses an entity: types as much of its name as brings it near the top, and goes down to it."""
        screen, field = self.app.screen, self.form.field
        assert isinstance(screen, EntityScreen)
        assert field is not None
        want = self.wanted(gold)[field.name]
        if want is None:
            await self.press("escape")
            return
        name = self.session.registry.entities[want].name
        typed = 0
        while True:
            rows = [each.id for each in screen._found]
            here = screen.choices.highlighted or 0
            distance = rows.index(want) - here if want in rows else None
            if distance is not None and abs(distance) <= 1 + typed:
                await self.press(*["down" if distance > 0 else "up"] * abs(distance), "enter")
                return
            assert typed < len(name), (gold, name)
            await self.press(name[typed].lower())
            typed += 1

    async def add_pieces(self, gold: Annotation) -> None:
        """Gives the annotation its other pieces."""
        await self.to_text()
        for piece in gold.extent[1:]:
            await self.select(Extent.of(*piece), by_hand=True)
            await self.press("+")

    # Moving and selecting

    async def to_text(self) -> None:
        """Leaves the form, or what is asked, where it has the keys."""
        begun = self.pressed
        while not self.is_in_text:
            assert self.pressed - begun < _MOST_KEYS, "the text does not get the keys back"
            is_asked = self.screen.hints is not None or self.app.screen is not self.screen
            # Where something is missing, what is confirmed is asked for.
            await self.press("escape" if is_asked or not self.form.is_complete else "enter", purpose="leaving")

    async def show(self, place: int) -> None:
        """Scrolls until a place is in sight."""
        for _ in range(_MOST_KEYS):
            low, high = self.screen.view.visible_range
            if low <= place < high:
                return
            await self.to_text()
            await self.press("pagedown" if place >= high else "pageup")
        raise AssertionError(f"{place} cannot be brought into sight")

    async def select(self, extent: Extent, *, whole: bool = False, by_hand: bool = False) -> None:
        """Selects words in the cheapest way; with `whole`, the cursor on a single word will do."""
        piece = extent[0]
        if whole and len(extent) == 1 and not by_hand and await self.go_to_known(piece):
            return
        await self.show(piece[0])
        snapped = self.snapped(piece)
        if snapped is None:
            await self.to_text()
            await self.by_characters(piece)
            return
        first, last = snapped
        words = len(motion.word_starts(self.text, first, last + 1))
        way, count = self.way(first)
        known = self.session.registry.name_at(self.text, first)
        alone = whole and words == 1 and known in (None, piece)
        extend = [] if alone else [*(str(words) if words > 1 else ""), "v"]
        moving = count + len(extend) + (0 if self.is_in_text else 1)
        sight = self.screen.words_in_sight(self.cursor)
        ahead = self.screen.words_in_sight(first, forward=True)
        by_letters = [
            len(hint_letters(len(each))[each.index(at)]) for each, at in ((sight, first), (ahead, last)) if at in each
        ]
        if self.is_snapped(self.screen.whole_at(first), piece):
            by_letters[1:] = [0]
        elif self.stop(piece) is not None:
            by_letters[1:] = [1]
        if last < self.screen.view.visible_range[1] and len(by_letters) == 2 and not by_hand:
            jumping = 1 + sum(by_letters) + (0 if self.is_in_text or self.goes_on else 1)
            if jumping <= moving:
                if not (self.is_in_text or self.goes_on):
                    await self.to_text()
                await self.press("space")
                await self.letters(piece, first, last)
                return
        await self.to_text()
        await self.press(*way)
        if way == ["f"]:
            assert self.screen.hints is not None
            await self.press(*self.screen.hints.shown[first])
        if self.screen.view.unit is not Unit.WORD:
            await self.press(";", ";")
        await self.press(*extend)

    @property
    def is_in_text(self) -> bool:
        screen = self.screen
        return screen.hints is None and screen.focused is screen.view and self.app.screen is screen

    @property
    def goes_on(self) -> bool:
        """Whether the key that selects by letters also leaves what is open now."""
        if self.screen.hints is not None:
            return self.form.is_complete and self.screen.hints.takes_more
        field = self.form.field
        return field is not None and field.kind is Kind.CHOICE and self.form.is_complete

    async def go_to_known(self, piece: tuple[int, int]) -> bool:
        """Goes to words that are known by the key that finds the next of them, where few are in between.

        What is in between is seen as far as it is in sight; where the wanted words are not, the next ones are tried.
        """
        is_filling = self.screen.focused is self.screen.inspector
        can_go = self.is_in_text or (is_filling and self.screen.hints is None and self.form.is_complete)
        if not can_go or self.session.known_words.at(piece[0]) != piece or piece[0] <= self.cursor:
            return False
        last = self.screen.view.visible_range[1]
        ahead = itertools.takewhile(lambda place: self.cursor < place.start < last, self.screen.unmarked(self.cursor))
        seen = [place[0] for place in itertools.islice(ahead, _MOST_STEPS)]
        if piece in seen:
            await self.press(*["M"] * (seen.index(piece) + 1))
            assert self.screen.offered == piece
        elif piece[0] >= last and len(seen) < _MOST_STEPS:
            await self.press(*["M"] * (len(seen) + 1))
            return self.screen.offered == piece or await self.go_to_known(piece)
        return self.screen.offered == piece

    def way(self, place: int) -> tuple[list[str], int]:
        """The cheapest way to a word in sight, and how many keys it takes."""
        here = self.cursor
        if place == here:
            return [], 0
        low, high = sorted((here, place))
        steps = (
            len(motion.word_starts(self.text, low + 1, high + 1))
            if place > here
            else len(motion.word_starts(self.text, low, high))
        )
        letter = "w" if place > here else "b"
        counted = [letter] * steps if steps == 1 else [*str(steps), letter]
        others = [each for each in self.screen.words_in_sight(here) if each != here]
        jump = 1 + len(hint_letters(len(others))[others.index(place)]) if place in others else _MOST_KEYS
        return (counted, len(counted)) if len(counted) <= jump else (["f"], jump)

    async def by_characters(self, piece: tuple[int, int]) -> None:
        """Selects what does not run from a word to a word, character by character."""
        start, end = piece
        word = motion.word_at(self.text, start)
        anchor = word[0] if word else motion.previous_word(self.text, start)
        way, _ = self.way(anchor)
        await self.press(*way)
        if way == ["f"]:
            assert self.screen.hints is not None
            await self.press(*self.screen.hints.shown[anchor])
        if self.screen.view.unit is Unit.WORD:
            await self.press(";")
        await self.steps(start, "left", "right")
        await self.press("v")
        last_word = motion.word_at(self.text, end - 1)
        words = len(motion.word_starts(self.text, start + 1, end)) - 1
        if words > 0 and last_word:
            await self.press(*(str(words) if words > 1 else ""), "w")
        await self.steps(motion.previous_edge(self.text, end), "left", "right")

    async def steps(self, place: int, left: str, right: str) -> None:
        """Goes to a place near by, character by character."""
        while self.cursor != place:
            before = self.cursor
            low, high = sorted((before, place))
            count, at = 0, low
            while at < high:
                at, count = motion.next_edge(self.text, at), count + 1
            await self.press(*(str(count) if count > 1 else ""), right if place > before else left)
            assert self.cursor != before


def lines(annotations: Iterable[Annotation]) -> list[str]:
    """A layer's lines, with ids that count the annotations, and without how they were settled."""
    ordered = sorted(annotations, key=lambda each: each.order[:3])
    numbers = {each.id: str(number) for number, each in enumerate(ordered)}
    found = []
    for each in ordered:
        line = canonical_line(each.model_copy(update={"settled": None})).decode("utf-8")
        found.append(re.sub(r'"([^"]+)"', lambda quoted: f'"{numbers.get(quoted[1], quoted[1])}"', line))
    return found
