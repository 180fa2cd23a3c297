"""Filling a field whose value lies outside of the form: in the text, in the registry, or in what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotator import motion
from annotator.display import safe
from annotator.form import TYPED, Ask, Form
from annotator.screens.entity import EntityScreen
from annotator.screens.hints import HintScreen
from annotator.screens.question import PromptScreen
from schemas import Entity, Extent, FieldSpec, Kind

if TYPE_CHECKING:
    from annotator.screens.annotate import AnnotateScreen


class Asking:
    """What a screen is asked to fill, one field at a time."""

    def __init__(self, screen: AnnotateScreen) -> None:
        self._screen = screen
        self._extent: tuple[Form, FieldSpec] | None = None
        self._has_pieces = False

    @property
    def wants_extent(self) -> FieldSpec | None:
        """The field that waits for words to be selected, if one does."""
        if self._extent is not None and not self._is_open(self._extent[0]):
            self._extent = None
        return self._extent[1] if self._extent else None

    def _is_open(self, form: Form) -> bool:
        """Whether the form's entry is still there; another document, undo or a merge may have taken it away."""
        return form.session is self._screen.session and form.id in form.session

    def _may_answer(self, form: Form) -> bool:
        return self._is_open(form) and self._screen.may_change

    def handle(self, form: Form, ask: Ask | None) -> None:
        """Asks for a field's value; nothing to ask leaves the annotator in the form."""
        if ask is None or not self._may_answer(form):
            return
        match ask.field.kind:
            case Kind.EXTENT:
                self._extent = (form, ask.field)
                self._has_pieces = False
                self._screen.set_focus(self._screen.view)
                self._screen.draw_lines()
            case Kind.REFERENCE:
                self._ask_reference(form, ask.field)
            case Kind.ENTITY:
                self._ask_entity(form, ask.field)
            case kind if kind in TYPED:
                self._ask_line(form, ask.field, ask.typed)

    def _go_on(self, form: Form, ask: Ask | None) -> None:
        """Shows what the form did, and asks for what comes next."""
        self._screen.did(form.last_step)
        self._screen.set_focus(self._screen.inspector)
        self._screen.inspector.draw()
        self.handle(form, ask)

    # Extents

    def take_extent(self, extent: Extent | None, *, more: bool = False) -> None:
        """Gives the field that waits these words; with `more`, as one more piece of it, and waits for others.

        Once there are pieces, words are taken as the last one where they are selected, and otherwise left alone.
        """
        if self.wants_extent is None or self._extent is None or not self._may_answer(self._extent[0]):
            return
        form, field = self._extent
        form.go_to(field.name)
        is_end = not more and self._has_pieces and self._screen.view.selection is None
        if extent is None and not is_end:
            self._screen.notify("there is no word here; select with v and the motions", markup=False)
            return
        if extent is not None and not is_end:
            form.put(self._with_pieces(form, field, extent, more=more))
            self._screen.view.clear_selection()
            self._screen.did(form.last_step)
        self._has_pieces = more
        if not more:
            self._extent = None
            self._screen.set_focus(self._screen.inspector)
            ask = None if field.many else form.advance()
            self._screen.inspector.draw()
            self.handle(form, ask)

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
        form.go_to(field.name)
        self._screen.view.clear_selection()
        self._screen.set_focus(self._screen.inspector)
        ask = form.skip()
        self._screen.inspector.draw()
        self._screen.draw_lines()
        self.handle(form, ask)

    def stop(self) -> None:
        """Asks for nothing any more."""
        self._extent = None

    # References

    def _ask_reference(self, form: Form, field: FieldSpec) -> None:
        """Shows a hint on every annotation that the field's type allows, nearest first."""
        screen, session = self._screen, form.session
        here = form.entry.start
        candidates = [
            entry
            for entry in session
            if entry.label in field.labels and entry.id != form.id and screen.sees(entry.start)
        ]
        candidates.sort(key=lambda entry: (abs(entry.start - here), entry.extent.size))
        by_place: dict[int, str] = {}
        for entry in candidates:
            # Where two begin at the same place, the longer one has its hint on its last word.
            last_word = max(entry.start, motion.previous_word(session.document.text, entry.end))
            places = (entry.start, last_word, *range(entry.start + 1, entry.end))
            free = next((place for place in places if place not in by_place), None)
            if free is not None:
                by_place[free] = entry.id
        if not by_place:
            labels = " or ".join(field.labels)
            screen.notify(safe(f"no {labels} is on the screen for {field.name}"), markup=False)
            screen.set_focus(screen.inspector)
            return

        def take(place: int | None) -> None:
            if place is None or by_place[place] not in session or not self._may_answer(form):
                screen.set_focus(screen.inspector)
                screen.draw_lines()
                return
            form.go_to(field.name)
            ask = form.answer(by_place[place])
            self._go_on(form, ask)
            if field.many:
                self._ask_reference(form, field)

        chosen = session.values(form.entry).get(field.name)
        said = f" ({len(chosen)} so far; again takes one out)" if field.many and chosen else ""
        question = f"{field.name}{said}: type a hint, Enter ends"
        screen.app.push_screen(HintScreen(question, list(by_place), screen.view.show_hints), take)

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
        screen.app.push_screen(EntityScreen(session.registry, words, kinds, kind), take)

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
