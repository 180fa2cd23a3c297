"""What is read from a label's class: kinds, choices, defaults, help, references, keys; and what is refused."""

from __future__ import annotations

import datetime
import string
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, computed_field

from schemas import (
    BASE_FIELDS,
    Annotation,
    EntityId,
    Extent,
    FieldSpec,
    Keys,
    Kind,
    LabelSpec,
    Ref,
    SchemaError,
    assign_keys,
    reflect,
)


class Size(Enum):
    """How large something is."""

    SMALL = "s"
    LARGE = "l"


class Level(IntEnum):
    """A level."""

    ONE = 1
    TWO = 2


class Everything(Annotation, key="v"):
    """Has a field of every type.

    In two paragraphs.
    """

    choice: Literal["left", "right"]
    """Which side."""
    number_choice: Literal[1, 2] = 2
    size: Size = Size.LARGE
    level: Level | None = None
    toggle: bool = False
    words: Annotated[str, Field(max_length=5)] = "none"
    """Some words,
    over two lines.
    """
    count: Annotated[int, Field(ge=0)] | None = None
    weight: float = 1.5
    day: datetime.date = datetime.date(2020, 2, 29)
    part: Extent | None = None
    parts: tuple[Extent, ...] = ()
    self_ref: Annotated[str, Ref("everything")] | None = None
    any_refs: tuple[Annotated[str, Ref()], ...] = ()
    two_refs: tuple[Annotated[str, Ref("everything", "other")], ...] | None = None
    someone: Annotated[str, EntityId()] | None = None
    person: Annotated[str, EntityId("person", "place", same_as="choice")]
    many_choices: tuple[Literal["a", "b"], ...] = ("a",)
    old_style: Optional[Literal["x"]] = None  # noqa: UP045 - authors write it
    described: Annotated[str, Field(description="By hand.")] = ""
    """Under the field."""

    @computed_field
    def is_large(self) -> bool:
        """Whether it is large."""
        return self.size is Size.LARGE

    @computed_field  # type: ignore[prop-decorator]
    @property
    def shape(self) -> Literal["round", "flat"] | None:
        return None


class Other(Annotation):
    """Something else."""


SPEC, OTHER = reflect([Everything, Other])


def test_reflection_names_labels_and_their_own_fields() -> None:
    assert (SPEC.name, SPEC.key, SPEC.cls, OTHER.name) == ("everything", "v", Everything, "other")
    assert SPEC.help == "Has a field of every type.\n\nIn two paragraphs."
    assert [field.name for field in SPEC.fields] == [
        name for name in Everything.model_fields if name not in BASE_FIELDS
    ]
    assert OTHER.fields == ()


KINDS: list[tuple[str, Kind, bool, bool, bool, object]] = [
    ("choice", Kind.CHOICE, False, False, True, None),
    ("number_choice", Kind.CHOICE, False, False, False, 2),
    ("size", Kind.CHOICE, False, False, False, "l"),
    ("level", Kind.CHOICE, False, True, False, None),
    ("toggle", Kind.TOGGLE, False, False, False, False),
    ("words", Kind.TEXT, False, False, False, "none"),
    ("count", Kind.INTEGER, False, True, False, None),
    ("weight", Kind.NUMBER, False, False, False, 1.5),
    ("day", Kind.DATE, False, False, False, "2020-02-29"),
    ("part", Kind.EXTENT, False, True, False, None),
    ("parts", Kind.EXTENT, True, False, False, []),
    ("self_ref", Kind.REFERENCE, False, True, False, None),
    ("any_refs", Kind.REFERENCE, True, False, False, []),
    ("two_refs", Kind.REFERENCE, True, True, False, None),
    ("someone", Kind.ENTITY, False, True, False, None),
    ("person", Kind.ENTITY, False, False, True, None),
    ("many_choices", Kind.CHOICE, True, False, False, ["a"]),
    ("old_style", Kind.CHOICE, False, True, False, None),
    ("described", Kind.TEXT, False, False, False, ""),
]


@pytest.mark.parametrize(("name", "kind", "many", "nullable", "required", "default"), KINDS)
def test_reflection_knows_kind_and_default(
    name: str, kind: Kind, many: bool, nullable: bool, required: bool, default: object
) -> None:
    field = SPEC.field(name)

    assert (field.kind, field.many, field.nullable, field.required) == (kind, many, nullable, required)
    assert field.default == default


def test_reflection_has_a_case_for_every_field_and_every_kind() -> None:
    assert [row[0] for row in KINDS] == [field.name for field in SPEC.fields]
    assert {row[1] for row in KINDS} == set(Kind)


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("choice", ["left", "right"], ["left", "right"]),
        ("number_choice", [1, 2], ["1", "2"]),
        ("size", ["s", "l"], ["s", "l"]),
        ("level", [1, 2], ["1", "2"]),
        ("many_choices", ["a", "b"], ["a", "b"]),
        ("toggle", [], []),
    ],
)
def test_reflection_lists_choices(name: str, values: list[object], shown: list[str]) -> None:
    assert [choice.value for choice in SPEC.field(name).choices] == values
    assert [choice.name for choice in SPEC.field(name).choices] == shown


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("choice", "Which side."),
        ("words", "Some words,\nover two lines."),
        ("count", ""),
        ("described", "By hand."),
    ],
)
def test_reflection_reads_help_under_the_field(name: str, help: str) -> None:
    assert SPEC.field(name).help == help


def test_reflection_reads_help_of_fields_that_a_label_has_from_another() -> None:
    class More(Everything):
        """More."""

        extra: bool = False
        """Even more."""

    spec = reflect([Everything, Other, More])[2]

    assert spec.field("choice").help == "Which side."
    assert spec.field("extra").help == "Even more."


def test_reflection_takes_a_class_without_source() -> None:
    made: type[Annotation] = type("Made", (Annotation,), {"__module__": "nowhere", "__annotations__": {"flag": bool}})

    (spec,) = reflect([made])

    assert spec.field("flag").help == ""


def test_reflection_knows_which_labels_a_reference_takes() -> None:
    assert SPEC.field("self_ref").labels == ("everything",)
    assert SPEC.field("any_refs").labels == ("everything", "other")
    assert SPEC.field("two_refs").labels == ("everything", "other")
    assert SPEC.field("choice").labels == ()


def test_reflection_knows_which_entities_are_meant() -> None:
    assert SPEC.field("someone").entity_kinds == ()
    assert SPEC.field("someone").same_as is None
    assert SPEC.field("person").entity_kinds == ("person", "place")
    assert SPEC.field("person").same_as == "choice"


def test_reflection_lists_what_a_class_computes() -> None:
    large, shape = SPEC.derived

    assert (large.name, large.kind, large.many, large.nullable, large.help) == (
        "is_large", Kind.TOGGLE, False, False, "Whether it is large.",
    )  # fmt: skip
    assert (shape.name, shape.kind, shape.nullable) == ("shape", Kind.CHOICE, True)
    assert [choice.value for choice in shape.choices] == ["round", "flat"]


def test_reflection_finds_fields_by_name_and_kind() -> None:
    assert [field.name for field in SPEC.of_kind(Kind.EXTENT, Kind.DATE)] == ["day", "part", "parts"]
    with pytest.raises(KeyError, match="everything has no field 'nothing'"):
        SPEC.field("nothing")


# Keys


def test_keys_are_the_first_free_letter() -> None:
    assert assign_keys(["left", "level", "lee"]) == {"left": "l", "level": "e", "lee": "a"}
    assert assign_keys(["1", "2"]) == {"1": "a", "2": "b"}


def test_keys_that_the_author_sets_come_first() -> None:
    assert assign_keys(["left", "level"], {"level": "l"}) == {"left": "e", "level": "l"}
    assert assign_keys(["a", "b"], {"b": "?"}) == {"a": "a", "b": "?"}


def test_keys_leave_out_what_is_reserved_unless_the_author_sets_it() -> None:
    assert assign_keys(["ab", "b"], reserved="ab") == {"ab": "c", "b": "d"}
    assert assign_keys(["ab"], {"ab": "a"}, reserved="a") == {"ab": "a"}


def test_keys_run_out_into_digits_and_then_into_none() -> None:
    keys = assign_keys([f"é{number}" for number in range(40)])

    assert "".join(keys.values()) == string.ascii_lowercase + string.digits
    assert [name for name, key in keys.items() if not key] == ["é36", "é37", "é38", "é39"]


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [
        ({"a": "x", "b": "x"}, "set twice"),
        ({"a": "xy"}, "one printable character"),
        ({"a": ""}, "one printable character"),
        ({"a": " "}, "one printable character"),
        ({"a": "\x1b"}, "one printable character"),
        ({"c": "x"}, "none of a, b"),
    ],
)
def test_keys_refuse_what_cannot_be_pressed(chosen: dict[str, str], complaint: str) -> None:
    with pytest.raises(SchemaError, match=complaint):
        assign_keys(["a", "b"], chosen)


@given(
    st.lists(st.text("abcdefé1_", min_size=1, max_size=4), unique=True, max_size=50), st.sets(st.sampled_from("abz9"))
)
def test_keys_are_stable_and_never_clash(names: list[str], reserved: set[str]) -> None:
    keys = assign_keys(names, reserved=reserved)
    given_keys = [key for key in keys.values() if key]

    assert list(keys) == names
    assert len(set(given_keys)) == len(given_keys)
    assert not set(given_keys) & reserved
    assert keys == assign_keys(names, reserved=reserved)
    assert len(given_keys) == min(len(names), 36 - len(reserved & set(string.ascii_lowercase + string.digits)))


def test_keys_of_choices_are_the_author_s_where_set() -> None:
    class Side(Annotation):
        """A side."""

        side: Annotated[Literal["left", "level", "right"], Keys(level="l")] = "left"

    (spec,) = reflect([Side])

    assert [choice.key for choice in spec.field("side").choices] == ["e", "l", "r"]


def test_keys_of_fields_differ_within_a_label() -> None:
    keys = [field.key for field in SPEC.fields]

    assert all(keys)
    assert len(set(keys)) == len(keys)


# What is refused


def label_of(field: Any, name: str = "Odd") -> type[Annotation]:
    """A label with one field of that type."""
    return type(name, (Annotation,), {"__module__": __name__, "__annotations__": {"field": field}})


@pytest.mark.parametrize(
    "field",
    [
        dict[str, int],
        list[int],
        tuple[int, str],
        int | str,
        int | str | None,
        Literal[True, False],
        bytes,
        datetime.datetime,
        Any,
        object,
        tuple[tuple[int, ...], ...],
        tuple[int | None, ...],
        Annotated[int, Ref("odd")],
        Annotated[int, EntityId()],
        Annotated[Literal["a"], Ref("odd")],
        Other,
    ],
    ids=str,
)
def test_reflection_refuses_a_type_that_no_form_can_ask_for(field: object) -> None:
    with pytest.raises(SchemaError, match=r"Odd\.field has a type that is not supported: .* A field is a Literal"):
        reflect([label_of(field)])


class FloatEnum(Enum):
    """Numbers that are no choice."""

    HALF = 0.5


def test_reflection_refuses_an_enum_whose_values_no_file_can_name() -> None:
    with pytest.raises(SchemaError, match="not supported"):
        reflect([label_of(FloatEnum)])


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        (Annotated[str, Ref("nowhere")], r"Odd\.field refers to 'nowhere', which is none of the labels odd"),
        (Annotated[str, EntityId(same_as="nowhere")], r"Odd\.field: same_as names 'nowhere'"),
        (Annotated[Literal["a"], Keys(b="x")], r"Odd\.field: key 'x' is set for 'b'"),
        (Annotated[Literal["a", "b"], Keys(a="x", b="x")], r"Odd\.field: key 'x' is set twice"),
    ],
)
def test_reflection_refuses_what_names_nothing(field: object, complaint: str) -> None:
    with pytest.raises(SchemaError, match=complaint):
        reflect([label_of(field)])


def test_reflection_refuses_two_labels_of_one_name() -> None:
    with pytest.raises(SchemaError, match="two labels are called 'other'"):
        reflect([Other, type("Again", (Annotation,), {"__module__": __name__}, label="other")])


def test_reflection_refuses_two_labels_with_one_key() -> None:
    one, two = (type(name, (Annotation,), {"__module__": __name__}, key="q") for name in ("One", "Two"))

    with pytest.raises(SchemaError, match="key 'q' is set twice"):
        reflect([one, two])


def test_reflection_gives_values_that_can_be_compared() -> None:
    again, _ = reflect([Everything, Other])

    assert again == SPEC
    assert isinstance(again, LabelSpec)
    assert all(isinstance(field, FieldSpec) for field in again.fields)
