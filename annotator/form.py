"""The form: one entry's fields, asked for one after the other, and what a key means for the one that is asked for.

What the schema's choices and toggles need is a key; what lies in the text or in the registry, and what must be typed,
is asked for by whoever shows the form, who then gives the answer back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from annotator.history import Entry, Step
from annotator.session import Session
from schemas import Annotation, Choice, FieldSpec, Kind, LabelSpec

ASKED: frozenset[Kind] = frozenset({Kind.EXTENT, Kind.REFERENCE, Kind.ENTITY})
"""Kinds that are answered outside of the form: in the text, or in the registry."""

TYPED: frozenset[Kind] = frozenset({Kind.TEXT, Kind.INTEGER, Kind.NUMBER, Kind.DATE})
"""Kinds that are typed."""

State = Literal["set", "given", "empty", "missing", "wrong"]
"""How a field stands: said by the annotator, pre-filled, left empty, still needed, or not allowed as it is."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field as it is shown."""

    field: FieldSpec
    value: Any
    """The value as a file holds it."""
    state: State
    fault: str | None
    """What the schema says against it."""
    current: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """A field whose value must come from the text, the registry or the keyboard."""

    field: FieldSpec | None
    """The field; none where the annotation's own words are asked for."""
    typed: str = ""
    """What was typed already."""


class Form:
    """The form of one entry of a session."""

    def __init__(self, session: Session, id: str) -> None:
        self.session = session
        self.id = id
        self._position = 0
        self.last_step: Step | None = None
        """What the form last did to the session."""
        self._touched: set[str] = set()

    @property
    def entry(self) -> Entry:
        """What the form is about."""
        return self.session.get(self.id)

    @property
    def spec(self) -> LabelSpec:
        """What its label is made of."""
        return self.session.spec(self.entry)

    @property
    def position(self) -> int:
        """The place of the field that is asked for; the last one, where the entry has a label with fewer fields now."""
        return max(0, min(self._position, len(self.spec.fields) - 1))

    @position.setter
    def position(self, position: int) -> None:
        self._position = position

    @property
    def field(self) -> FieldSpec | None:
        """The field that is asked for; none for a label without fields."""
        fields = self.spec.fields
        return fields[self.position] if fields else None

    @property
    def faults(self) -> dict[str, str]:
        """What is still missing or wrong, by field."""
        return self.session.faults(self.entry)

    @property
    def missing(self) -> list[FieldSpec]:
        """The fields that keep the entry from being an annotation, in order."""
        faults = self.faults
        return [field for field in self.spec.fields if field.name in faults]

    @property
    def needed(self) -> list[str]:
        """What is still missing, by name; the annotation's own words by its label."""
        if isinstance(self.entry, Annotation):
            return []
        own = [] if self.session.is_placed(self.id) else [self.entry.label]
        return own + [field.name for field in self.missing]

    def has_said(self, name: str) -> bool:
        """Whether the annotator answered a field here, and did not only find it filled in."""
        return name in self._touched

    def rows(self) -> list[FormRow]:
        """Every field as it stands."""
        entry, asked = self.entry, self.position
        values, faults = self.session.values(entry), self.session.faults(entry)
        return [
            FormRow(
                field,
                values.get(field.name),
                self._state(field, values.get(field.name), faults),
                faults.get(field.name),
                position == asked,
            )
            for position, field in enumerate(self.session.spec(entry).fields)
        ]

    def _state(self, field: FieldSpec, value: Any, faults: dict[str, str]) -> State:
        is_empty = value is None or value == []
        if field.name in faults:
            return "missing" if is_empty else "wrong"
        if is_empty:
            return "empty"
        return "set" if field.name in self._touched else "given"

    # Moving

    def start(self) -> Ask | None:
        """Goes to the first field that is missing, or that lies in the text and is empty; else to the boldest guess."""
        if not self.session.is_placed(self.id):
            return Ask(None)
        for position, row in enumerate(self.rows()):
            if row.state in ("missing", "wrong") or (row.state == "empty" and row.field.kind is Kind.EXTENT):
                self.position = position
                return self.ask()
        guessed = self.session.guessed(self.id)
        self.position = 0
        if guessed:
            self.go_to(min(guessed, key=lambda name: guessed[name]))
        return None

    def move(self, step: int) -> None:
        """Goes to the next field, or with -1 to the one before, round the ends."""
        if self.spec.fields:
            self.position = (self.position + step) % len(self.spec.fields)

    def go_to(self, name: str) -> None:
        """Goes to a field by its name."""
        self.position = [field.name for field in self.spec.fields].index(name)

    def advance(self) -> Ask | None:
        """Goes on from a field that is done: to the next that is missing, or else to the next in order."""
        rows = self.rows()
        later = range(self.position + 1, len(rows))
        earlier = range(min(self.position + 1, len(rows)))
        wanted = next(
            (position for position in (*later, *earlier) if rows[position].state in ("missing", "wrong")),
            next(iter(later), None),
        )
        if wanted is None:
            return None
        self.position = wanted
        field = rows[wanted].field
        # Many words name nothing in particular; who wants to say what they do asks for it.
        is_left_open = field.kind is Kind.ENTITY and rows[wanted].state == "empty"
        return None if is_left_open else self.ask()

    def confirm(self) -> Ask | None:
        """Takes what is shown: goes to the first field that is missing, and asks for it; nothing when all is there."""
        if not self.session.is_placed(self.id):
            return Ask(None)
        missing = self.missing
        if not missing:
            return None
        self.go_to(missing[0].name)
        return self.ask()

    def ask(self) -> Ask | None:
        """What must be asked for outside of the form for the current field, if it is empty."""
        field = self.field
        if field is None or field.kind not in ASKED:
            return None
        value = self.session.values(self.entry).get(field.name)
        return Ask(field) if value is None or value == [] else None

    @property
    def is_complete(self) -> bool:
        """Whether the schema allows the entry as it is."""
        return not self.faults

    # Answering

    def choice(self, key: str) -> Choice | None:
        """The choice that a key stands for in the current field."""
        field = self.field
        return next((choice for choice in field.choices if choice.key == key), None) if field and key else None

    def press(self, key: str) -> tuple[bool, Ask | None]:
        """What a key does to the current field: whether it meant something, and what must then be asked for."""
        field = self.field
        if field is None:
            return False, None
        if field.kind is Kind.TOGGLE and key in ("space", "y", "n"):
            value = self.session.values(self.entry).get(field.name)
            self._set(field, not value if key == "space" else key == "y")
            return True, self.advance()
        if (choice := self.choice(key)) is not None:
            return True, self.answer(choice.value)
        fields = self.spec.fields
        if field.kind not in TYPED and key.isdecimal() and key.isascii() and 1 <= int(key) <= len(fields):
            self.position = int(key) - 1
            current = fields[self.position]
            return True, Ask(current) if current.kind in (Kind.EXTENT, Kind.REFERENCE, Kind.ENTITY) else None
        return False, None

    def answer(self, value: Any) -> Ask | None:
        """Gives the current field a value, and goes on where it takes only one.

        A field of many values takes the value in, or out where it has it already.
        """
        field = self.field
        assert field is not None
        if not field.many:
            self._set(field, value)
            return self.advance()
        values = list(self.session.values(self.entry).get(field.name) or [])
        if value in values:
            values.remove(value)
        else:
            values.append(value)
        self._set(field, values)
        return None

    def put(self, value: Any) -> None:
        """Gives the current field a value, and stays."""
        field = self.field
        assert field is not None
        self._set(field, value)

    def skip(self) -> Ask | None:
        """Leaves the current field as it is, and goes to the next that is missing, or else to the next in order."""
        rows = self.rows()
        later = range(self.position + 1, len(rows))
        wanted = next((place for place in later if rows[place].state in ("missing", "wrong")), next(iter(later), None))
        if wanted is None:
            return None
        self.position = wanted
        field = rows[wanted].field
        # Many words name nothing in particular; who wants to say what they do asks for it.
        is_left_open = field.kind is Kind.ENTITY and rows[wanted].state == "empty"
        return None if is_left_open else self.ask()

    def wrong_with(self, field: FieldSpec, value: Any) -> str | None:
        """What the schema would say against a value of a field, if anything."""
        return self.session.fault_of(self.entry, field.name, [value] if field.many else value)

    def clear(self) -> None:
        """Empties the current field, or puts its default back."""
        field = self.field
        if field is not None:
            self._set(field, field.default)
            self._touched.discard(field.name)

    def _set(self, field: FieldSpec, value: Any) -> None:
        values = {field.name: value}
        entity = self.session.registry.entities.get(value) if isinstance(value, str) else None
        if field.kind is Kind.ENTITY and field.same_as is not None and entity is not None:
            values[field.same_as] = entity.kind
        self._touched.add(field.name)
        self.last_step = self.session.change_several(self.id, values)
