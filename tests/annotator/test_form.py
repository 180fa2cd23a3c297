"""The form: what each key means for each kind of field, and where it goes next."""

from __future__ import annotations

import datetime
import itertools
from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from annotator.form import Ask, Form
from annotator.session import Session
from corpus.layers import LayerFile
from corpus.registry import Registry
from schemas import Annotation, Document, Entity, EntityId, Extent, LabelSchema, LayerHeader, Ref
from schemas.examples.adverse import AdverseEventSchema
from schemas.security import SecuritySchema

TEXT = "Alice went from Lahore to Delhi, then home.\n"


class Traveller(Annotation):
    """Who goes; has every kind of field."""

    mood: Literal["glad", "grim", "sad"]
    """How they feel."""
    alone: bool = True
    """Whether nobody goes along."""
    things: tuple[Literal["bag", "book", "bread"], ...] = ()
    """What they carry."""
    name: Annotated[str, Field(min_length=2)] | None = None
    """What they are called."""
    age: Annotated[int, Field(ge=0)] | None = None
    """In years."""
    weight: float | None = None
    """In kilograms."""
    born: datetime.date | None = None
    """When."""
    nicknames: tuple[str, ...] = ()
    """Other names."""
    way: Extent | None = None
    """Where they go."""
    stays: tuple[Extent, ...] = ()
    """Where they stay."""
    friend: Annotated[str, Ref("traveller")] | None = None
    """Who goes along."""
    friends: tuple[Annotated[str, Ref()], ...] = ()
    """All who go along."""
    sort: Literal["person", "dog"] = "person"
    """What they are."""
    who: Annotated[str, EntityId("person", "dog", same_as="sort")] | None = None
    """Who it is."""

    @model_validator(mode="after")
    def sad_with_bread(self) -> Self:
        if self.mood == "sad" and "bread" in self.things:
            raise PydanticCustomError("bread", "bread cheers up")
        return self


class Bare(Annotation):
    """Has no fields."""


class TravelSchema(LabelSchema, version="1.0.0"):
    """Who goes where."""

    labels = (Traveller, Bare)


SCHEMAS: dict[str, LabelSchema] = {
    "travel": TravelSchema(),
    "security": SecuritySchema(),
    "adverse": AdverseEventSchema(),
}


def form_of(label: str, schema: str = "travel", values: dict[str, Any] | None = None, words: str = "Alice") -> Form:
    document = Document.from_bytes("d1", TEXT.encode())
    chosen = SCHEMAS[schema]
    header = LayerHeader(document="d1", sha256=document.sha256, schema_id=chosen.id, annotator="anna")
    entities = [Entity(id="rex", kind="dog", name="Rex"), Entity(id="in", kind="state", name="India")]
    numbers = itertools.count(1)
    session = Session(document, chosen, LayerFile("anna", header), (), Registry(entities), lambda: f"n{next(numbers)}")
    start = TEXT.index(words)
    step = session.mark(label, Extent.of(start, start + len(words)), values)
    assert step.focus is not None
    return Form(session, step.focus)


def value(form: Form, name: str) -> Any:
    return form.session.values(form.entry).get(name)


def state(form: Form, name: str) -> str:
    return next(row.state for row in form.rows() if row.field.name == name)


def asked(ask: Ask | None) -> str | None:
    return ask.field.name if ask is not None and ask.field is not None else None


def here(form: Form) -> str:
    assert form.field is not None
    return form.field.name


def test_form_starts_at_what_is_missing() -> None:
    form = form_of("traveller")

    assert form.start() is None
    assert here(form) == "mood"
    assert [field.name for field in form.missing] == ["mood"]
    assert not form.is_complete


def test_form_starts_at_an_empty_extent_and_asks_for_it() -> None:
    form = form_of("attribution", "security")

    assert asked(form.start()) == "source"


def test_form_of_what_is_complete_starts_at_the_first_field() -> None:
    form = form_of("traveller", values={"mood": "glad", "way": [[0, 5]], "stays": [[[0, 5]]]})

    assert form.start() is None
    assert here(form) == "mood"


def test_form_choice_is_taken_by_its_key_and_goes_on_in_order() -> None:
    form = form_of("traveller")
    form.start()

    assert form.press("r") == (True, None)

    assert value(form, "mood") == "grim"
    assert here(form) == "alone"
    assert form.is_complete


@pytest.mark.parametrize("key", ["x", "", "G", " "])
def test_form_key_that_is_no_choice_means_nothing(key: str) -> None:
    form = form_of("traveller")
    before = form.session.revision

    assert form.press(key) == (False, None)
    assert form.session.revision == before


def test_form_goes_to_what_is_missing_before_what_comes_next() -> None:
    form = form_of("attribution", "security")
    form.go_to("type")

    _, ask = form.press("s")

    assert (here(form), ask) == ("source_kind", None)
    _, ask = form.press("i")
    # Only the content is missing by now, which stands earlier and lies in the text.
    assert (here(form), asked(ask)) == ("content", "content")


def test_form_asks_for_a_reference_that_comes_next_and_is_empty() -> None:
    form = form_of("measure", "security")
    form.start()
    form.press("d")
    form.press("p")
    _, ask = form.press("b")

    said = [value(form, name) for name in ("type", "status", "laterality")]
    assert said == ["defence_partnership", "proposed", "bilateral"]
    assert asked(ask) == "initiators"


@pytest.mark.parametrize(("key", "expected"), [("space", False), ("n", False), ("y", True)])
def test_form_toggle_has_three_keys(key: str, expected: bool) -> None:
    form = form_of("traveller", values={"mood": "glad"})
    form.go_to("alone")

    assert form.press(key) == (True, None)

    assert value(form, "alone") is expected
    assert here(form) == "things"


def test_form_many_choices_are_taken_in_and_out_and_the_form_stays() -> None:
    form = form_of("traveller", values={"mood": "glad"})
    form.go_to("things")

    form.press("b")
    form.press("r")
    assert value(form, "things") == ["bag", "bread"]
    form.press("b")

    assert value(form, "things") == ["bread"]
    assert here(form) == "things"


def test_form_fault_of_several_fields_is_told_under_no_field() -> None:
    form = form_of("traveller", values={"mood": "sad", "things": ["bread"]})

    assert form.faults == {"": "bread cheers up"}
    assert not form.is_complete
    assert form.missing == []
    assert form.confirm() is None


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("name", "A", "Al"),
        ("age", -1, 7),
        ("age", "seven", 7),
        ("weight", "heavy", 70.5),
        ("weight", float("nan"), 1.0),
        ("weight", "inf", 1.0),
        ("born", "yesterday", "2001-02-03"),
        ("way", [[5, 2]], [[0, 5]]),
        ("friend", 7, "n9"),
        ("mood", "merry", "sad"),
    ],
)
def test_form_says_what_is_wrong_with_an_answer_before_it_is_given(name: str, wrong: Any, right: Any) -> None:
    form = form_of("traveller", values={"mood": "glad"})
    field = form.spec.field(name)
    before = form.session.revision

    assert form.wrong_with(field, wrong)
    assert form.wrong_with(field, right) is None
    assert form.session.revision == before
    form.go_to(name)
    form.answer(right)
    assert value(form, name) == right
    assert form.is_complete


def test_form_wrong_answer_among_many_is_told() -> None:
    form = form_of("traveller", values={"mood": "glad"})

    assert form.wrong_with(form.spec.field("nicknames"), 7)
    assert form.wrong_with(form.spec.field("nicknames"), "Al") is None


def test_form_answers_of_a_field_of_many_values_come_and_go() -> None:
    form = form_of("traveller", values={"mood": "glad"})
    for name, first, second in (("nicknames", "Al", "Lis"), ("stays", [[0, 5]], [[6, 10]]), ("friends", "n1", "n2")):
        form.go_to(name)

        assert form.answer(first) is None
        form.answer(second)
        assert value(form, name) == [first, second]
        form.answer(first)
        assert value(form, name) == [second]
        assert here(form) == name


def test_form_entity_brings_its_kind() -> None:
    form = form_of("traveller", values={"mood": "glad"})
    form.go_to("who")

    form.answer("rex")

    assert (value(form, "who"), value(form, "sort")) == ("rex", "dog")
    form.session.undo()
    assert (value(form, "who"), value(form, "sort")) == (None, "person")


@pytest.mark.parametrize("name", ["way", "stays", "friend", "friends", "who"])
def test_form_asks_outside_for_what_it_cannot_take_itself_until_it_is_there(name: str) -> None:
    form = form_of("traveller", values={"mood": "glad"})
    form.go_to(name)

    assert asked(form.ask()) == name
    form.put({"way": [[0, 5]], "stays": [[[0, 5]]], "friend": "n9", "friends": ["n9"], "who": "rex"}[name])
    assert form.ask() is None
    assert here(form) == name


def test_form_clear_puts_the_default_back_or_makes_a_draft() -> None:
    form = form_of("traveller", values={"mood": "glad"})
    form.go_to("alone")
    form.press("n")
    form.go_to("alone")
    assert state(form, "alone") == "set"

    form.clear()
    assert (value(form, "alone"), state(form, "alone")) == (True, "given")

    form.go_to("mood")
    form.clear()
    assert (value(form, "mood"), state(form, "mood")) == (None, "missing")
    assert form.session.draft_count == 1


def test_form_skip_leaves_the_field_and_asks_for_the_next() -> None:
    form = form_of("attribution", "security")
    form.start()

    assert asked(form.skip()) == "content"
    assert value(form, "source") is None
    form.go_to("addressees")
    assert form.skip() is None
    assert here(form) == "addressees"


def test_form_moves_round_the_ends() -> None:
    form = form_of("bare")
    form.move(1)
    assert form.field is None
    assert form.press("a") == (False, None)
    assert form.start() is None
    assert form.advance() is None
    assert form.is_complete

    form = form_of("traveller")
    form.move(-1)
    assert here(form) == "who"
    form.move(1)
    assert here(form) == "mood"


def test_form_confirm_goes_to_what_is_missing_and_asks() -> None:
    form = form_of("attribution", "security", {"type": "statement", "source_kind": "implicit"})
    form.go_to("polarity")

    assert asked(form.confirm()) == "content"
    form.answer([[0, 5]])
    assert form.confirm() is None


def test_form_says_how_each_field_stands() -> None:
    form = form_of("traveller", values={"name": "A"})

    found = {row.field.name: row.state for row in form.rows()}

    assert (found["mood"], found["alone"], found["name"], found["age"]) == ("missing", "given", "wrong", "empty")
    form.start()
    form.press("g")
    assert state(form, "mood") == "set"
    assert [row.field.name for row in form.rows() if row.current] == [here(form)]


def test_form_holds_on_when_the_label_has_fewer_fields_afterwards() -> None:
    form = form_of("traveller", values={"mood": "glad"})
    form.go_to("who")

    form.session.relabel(form.id, "bare")
    assert (form.field, form.rows()) == (None, [])
    form.session.undo()
    form.go_to("who")
    assert sum(row.current for row in form.rows()) == 1


def test_form_of_the_adverse_events_by_keys_alone() -> None:
    form = form_of("reaction", "adverse", words="home")
    form.start()

    form.press("3")
    form.press("y")

    assert (value(form, "severeness"), value(form, "hospitalised")) == ("severe", True)
    assert here(form) == "days"
    _, ask = form.press("7")
    assert (ask, value(form, "days")) == (None, None)
    # What is typed is given by whoever asked; the place of the reaction comes next, and lies in the text.
    assert asked(form.answer(7)) == "site"
    assert asked(form.skip()) == "suspects"
    form.skip()
    assert here(form) == "signs"
    assert form.is_complete
