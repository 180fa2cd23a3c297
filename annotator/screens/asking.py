"""Filling a field whose value lies outside of the form: in the text, in the registry, or in what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from annotator import motion
from annotator.display import safe
from annotator.form import TYPED, Ask, Form
from annotator.history import Entry
from annotator.screens.candidates import CandidateScreen
from annotator.screens.entity import EntityScreen
from annotator.screens.hints import Hints
from annotator.screens.question import PromptScreen
from annotator.session import Session
from schemas import Entity, Extent, FieldSpec, Kind

if TYPE_CHECKING:
    from annotator.screens.annotate import AnnotateScreen


class Asking:
    """What a screen is asked to fill, one field at a time."""

    def __init__(self, screen: AnnotateScreen) -> None:
        self._screen = screen
        self._extent: tuple[Form, FieldSpec | None] | None = None
        self._has_pieces = False
        self.hinted: Mapping[str, int] = {}
        """The places of the hints on annotations, by their ids, as they were shown last."""

    @property
    def wants_extent(self) -> str | None:
        """What waits for words to be selected, if anything does: a field, or the annotation itself by its label."""
        if self._extent is not None and not self._is_open(self._extent[0]):
            self._extent = None
        if self._extent is None:
            return None
        form, field = self._extent
        return field.name if field is not None else form.entry.label

    def _is_open(self, form: Form) -> bool:
        """Whether the form's entry is still there; another document, undo or a merge may have taken it away."""
        return form.session is self._screen.session and form.id in form.session

    def _may_answer(self, form: Form) -> bool:
        return self._is_open(form) and self._screen.may_change

    def handle(self, form: Form, ask: Ask | None) -> None:
        """Asks for a field's value; nothing to ask leaves the annotator in the form."""
        if ask is None or not self._may_answer(form):
            return
        if ask.field is None or ask.field.kind is Kind.EXTENT:
            self._ask_extent(form, ask.field)
        elif ask.field.kind is Kind.REFERENCE:
            self._ask_reference(form, ask.field)
        elif ask.field.kind is Kind.ENTITY:
            self._ask_entity(form, ask.field)
        elif ask.field.kind in TYPED:
            self._ask_line(form, ask.field, ask.typed)

    def _go_on(self, form: Form, ask: Ask | None) -> None:
        """Shows what the form did, and asks for what comes next."""
        self._screen.did(form.last_step)
        self._screen.set_focus(self._screen.inspector)
        self._screen.inspector.draw()
        self.handle(form, ask)

    # Extents

    def _ask_extent(self, form: Form, field: FieldSpec | None) -> None:
        """Waits for words: to be picked by their letters, or to be selected in any other way."""
        self._extent = (form, field)
        self._has_pieces = False
        screen = self._screen
        screen.set_focus(screen.view)
        screen.view.clear_selection()
        self.pick_extent()

    def pick_extent(self) -> None:
        """Shows the letters by which the words that are asked for, or one more piece of them, can be picked."""
        if self._extent is not None:
            what = f"{'one more piece' if self._has_pieces else self.wants_extent} from"
            place = self._screen.view.cursor if self._has_pieces else self._extent[0].entry.start
            form = self._extent[0]
            parts = [form.session.field_extent(form.entry, name) for name in form.session.extent_fields(form.entry)]
            pieces = [each for part in parts if part is not None for each in part]
            given = Extent.joined(pieces) if pieces else None
            self._screen.hint_span(what, place, self._left_extent, takes_more=True, given=given)

    def _left_extent(self, key: str) -> bool:
        """Esc skips what is asked for; with any other key one goes on in the text, and it still waits."""
        if key == "escape":
            self.leave_extent()
        return key in ("escape", "tab")

    def take_extent(self, extent: Extent | None, *, more: bool = False) -> None:
        """Gives the field that waits these words; with `more`, as one more piece of it, and waits for others.

        Once there are pieces, words are taken as the last one where they are selected, and otherwise left alone.
        """
        if self.wants_extent is None or self._extent is None or not self._may_answer(self._extent[0]):
            return
        form, field = self._extent
        if field is not None:
            form.go_to(field.name)
        is_end = not more and self._has_pieces and self._screen.view.selection is None
        if extent is None and not is_end:
            self._screen.notify("there is no word here; select with v and the motions", markup=False)
            return
        if extent is not None and not is_end:
            self._put(form, field, extent, more=more)
            self._screen.view.clear_selection()
            self._screen.did(form.last_step)
        self._has_pieces = more
        if not more:
            self._extent = None
            self._screen.set_focus(self._screen.inspector)
            go_on = form.start if field is None else form.advance
            ask = None if field is not None and field.many else go_on()
            self._screen.inspector.draw()
            self.handle(form, ask)

    def _put(self, form: Form, field: FieldSpec | None, extent: Extent, *, more: bool) -> None:
        if field is not None:
            form.put(self._with_pieces(form, field, extent, more=more))
            return
        pieces = form.entry.extent if self._has_pieces else ()
        form.last_step = form.session.place(form.id, Extent.joined([*pieces, *extent]))

    def _with_pieces(self, form: Form, field: FieldSpec, extent: Extent, *, more: bool) -> Any:
        """The field's value with these words: in place of what it has, beside it, or as one more piece of it."""
        value = form.session.values(form.entry).get(field.name) or []
        others = list(value) if field.many else []
        pieces = value if not field.many and (more or self._has_pieces) else []
        if field.many and self._has_pieces:
            pieces = others.pop()
        joined = [list(each) for each in Extent.joined([*((start, end) for start, end in pieces), *extent])]
        return [*others, joined] if field.many else joined

    def leave_extent(self) -> None:
        """Leaves the field that waits as it is, and goes on with the next."""
        if self._extent is None:
            return
        form, field = self._extent
        self._extent = None
        self._screen.view.clear_selection()
        self._screen.set_focus(self._screen.inspector)
        if field is not None:
            form.go_to(field.name)
            ask = form.skip()
        else:
            form.position = -1
            ask = form.skip()
        self._screen.inspector.draw()
        self._screen.draw_lines()
        self.handle(form, ask)

    def stop(self) -> None:
        """Asks for nothing any more."""
        self._extent = None

    # References

    def _ask_reference(self, form: Form, field: FieldSpec) -> None:
        """Shows letters on every annotation in sight that the field's type allows, nearest first."""
        screen, session = self._screen, form.session
        candidates = self._candidates(form, field)
        by_place: dict[int, str] = {}
        for entry in candidates:
            if not screen.sees(entry.start):
                continue
            # Where two begin at the same place, the longer one has its hint on its last word.
            last_word = max(entry.start, motion.previous_word(session.document.text, entry.end))
            places = (entry.start, last_word, *range(entry.start + 1, entry.end))
            free = next((place for place in places if place not in by_place), None)
            if free is not None:
                by_place[free] = entry.id
        if not by_place:
            if candidates:
                self._list(form, field, candidates)
                return
            labels = " or ".join(field.labels)
            screen.notify(safe(f"there is no {labels} for {field.name} yet"), markup=False)
            screen.set_focus(screen.inspector)
            return

        self.hinted = {name: place for place, name in by_place.items()}

        def picked(place: int, is_more: bool) -> None:
            self._take_reference(form, field, by_place[place], more=is_more)

        def left(key: str) -> bool:
            return self._left_reference(form, field, key, candidates)

        aside = {"a capital": "and more", "⌫": "none", "Tab": "list"} if field.many else {"⌫": "none", "Tab": "list"}
        chosen = session.values(form.entry).get(field.name)
        said = f" ({len(chosen)} so far; again takes one out)" if field.many and chosen else ""
        screen.hint(Hints.on(f"{field.name}{said}", list(by_place), picked, left, takes_more=field.many, aside=aside))

    def _candidates(self, form: Form, field: FieldSpec) -> list[Entry]:
        """Everything that a reference may name, nearest first."""
        here = form.entry.start
        allowed = [entry for entry in form.session if entry.label in field.labels and entry.id != form.id]
        return sorted(allowed, key=lambda entry: (abs(entry.start - here), entry.extent.size))

    def _take_reference(self, form: Form, field: FieldSpec, name: str, *, more: bool) -> None:
        """Names an annotation in a field, and goes on: with the same field, or with the next."""
        screen = self._screen
        if name not in form.session or not self._may_answer(form):
            screen.set_focus(screen.inspector)
            screen.draw_lines()
            return
        form.go_to(field.name)
        form.answer(name)
        screen.did(form.last_step)
        if more:
            self._ask_reference(form, field)
        else:
            self._after_reference(form)

    def _after_reference(self, form: Form) -> None:
        """Goes on with the next field; after the last one, back to the text where nothing is missing."""
        screen, position = self._screen, form.position
        ask = form.advance()
        if ask is None and form.position == position and form.is_complete:
            screen.leave_form()
            return
        screen.set_focus(screen.inspector)
        screen.inspector.draw()
        self.handle(form, ask)

    def _left_reference(self, form: Form, field: FieldSpec, key: str, candidates: list[Entry]) -> bool:
        """What a key that is no letter does while a reference is asked for."""
        screen = self._screen
        if not self._is_open(form):
            return False
        form.go_to(field.name)
        if key == "tab":
            self._list(form, field, candidates)
            return True
        if key == "backspace" and self._may_answer(form):
            form.clear()
            screen.did(form.last_step)
        if key in ("enter", "backspace"):
            self._after_reference(form)
            return True
        screen.set_focus(screen.inspector)
        if key in ("escape", "space") and form.is_complete:
            screen.leave_form(then="select" if key == "space" else "")
        return key in ("escape", "space")

    def _list(self, form: Form, field: FieldSpec, candidates: list[Entry]) -> None:
        """Lists what a reference may name, also off the screen, with its words and what stands around them."""
        screen = self._screen
        rows = [(entry.id, entry.label, entry.extent) for entry in candidates]

        def picked(name: str | None) -> None:
            if name is None:
                screen.set_focus(screen.inspector)
            else:
                self._take_reference(form, field, name, more=False)

        screen.app.push_screen(CandidateScreen(field.name, form.session.document.text, rows), picked)

    # Entities

    def _ask_entity(self, form: Form, field: FieldSpec) -> None:
        screen, session = self._screen, form.session
        kind = session.values(form.entry).get(field.same_as) if field.same_as else None
        kinds = field.entity_kinds or session.schema.entity_kinds
        if kind is None and len(kinds) == 1:
            kind = kinds[0]

        def take(entity: Entity | None) -> None:
            if entity is not None and self._may_answer(form):
                kept = entity if entity.id in session.registry.entities else screen.keep_entity(entity)
                if kept is not None:
                    form.go_to(field.name)
                    self._go_on(form, form.answer(kept.id))
                    return
            screen.set_focus(screen.inspector)

        words = session.words(form.entry)
        if kind in kinds and field.same_as is not None and form.has_said(field.same_as):
            # A kind that was only filled in is no reason to leave out an entity, which brings its own.
            kinds = (kind,)
        near = self._named_near(session, form.entry)
        screen.app.push_screen(EntityScreen(session.registry, words, kinds, kind, near), take)

    def _named_near(self, session: Session, entry: Entry) -> list[str]:
        """The entities that annotations around an entry name, the last one before it first."""
        order = {
            name: each for each in session if (name := session.entity_of(each)) is not None and each.id != entry.id
        }
        return sorted(order, key=lambda name: (order[name].start > entry.start, abs(order[name].start - entry.start)))

    # What is typed

    def _ask_line(self, form: Form, field: FieldSpec, typed: str) -> None:
        screen, session = self._screen, form.session
        value = session.values(form.entry).get(field.name)

        def take(line: str | None) -> None:
            if line is None or (field.many and not line.strip()) or not self._may_answer(form):
                screen.set_focus(screen.inspector)
                return
            form.go_to(field.name)
            self._go_on(form, form.answer(parsed(field, line)))

        def check(line: str) -> str | None:
            is_nothing = field.many and not line.strip()
            return None if is_nothing or not self._is_open(form) else form.wrong_with(field, parsed(field, line))

        shown = "" if value is None or field.many else str(value)
        screen.app.push_screen(PromptScreen(f"{field.name}: {field.help}", shown, check, typed=typed), take)


def parsed(field: FieldSpec, line: str) -> Any:
    """What was typed as a file holds it; what does not look like a number stays text, and is refused by the schema."""
    line = line.strip()
    if not line and field.nullable and not field.many:
        return None
    if field.kind in (Kind.INTEGER, Kind.NUMBER):
        try:
            return int(line) if field.kind is Kind.INTEGER else float(line)
        except ValueError:
            return line
    return line
