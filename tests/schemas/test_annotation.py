"""One annotation: its place, its strict types, its line."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from schemas import MAX_OFFSET, Annotation, Extent, LabelSchema, Ref


class Mark(Annotation):
    """A mark."""

    count: Annotated[int, Field(strict=True, ge=0)] = 0
    weight: float | None = None
    others: tuple[Annotated[str, Ref()], ...] = ()


class LongWord(Annotation, label="word", key="w"):
    """A word."""

    sort: Literal["short", "long"] = "long"


class MarkSchema(LabelSchema, version="1.0.0"):
    labels = (Mark, LongWord)


SCHEMA = MarkSchema()
LINE: dict[str, Any] = {"id": "a", "label": "mark", "start": 0, "end": 3, "text": "One"}


def test_annotation_is_made_by_its_label() -> None:
    assert type(SCHEMA.annotation.validate_python(LINE)) is Mark
    assert type(SCHEMA.annotation.validate_python(LINE | {"label": "word"})) is LongWord


def test_annotation_label_is_the_class_s_name_in_snake_case_unless_it_is_given() -> None:
    class TwoWords(Annotation):
        """Two words."""

    labels = [cls.model_fields["label"].default for cls in (Mark, LongWord, TwoWords)]

    assert labels == ["mark", "word", "two_words"]
    assert LongWord.label_key == "w"


@pytest.mark.parametrize("name", ["Upper", "1st", "with blank", "é", "a-b", "_a"])
def test_annotation_refuses_a_label_that_is_no_name(name: str) -> None:
    with pytest.raises(TypeError, match="lower-case"):
        type("Odd", (Annotation,), {"__module__": __name__}, label=name)


@pytest.mark.parametrize(
    ("start", "end", "fragments"),
    [
        (0, 0, None),
        (3, 2, None),
        (0, 9, [[0, 9]]),
        (0, 9, [[0, 2], [4, 8]]),
        (1, 9, [[0, 2], [4, 9]]),
        (0, 9, [[4, 9], [0, 2]]),
        (0, 9, [[0, 4], [4, 9]]),
        (0, 9, []),
    ],
)
def test_annotation_refuses_an_extent_that_is_none(start: int, end: int, fragments: object) -> None:
    with pytest.raises(ValidationError):
        SCHEMA.annotation.validate_python(LINE | {"start": start, "end": end, "fragments": fragments})


def test_annotation_extent_is_its_fragments_or_its_hull() -> None:
    fragmented = SCHEMA.annotation.validate_python(LINE | {"end": 9, "fragments": [[0, 2], [4, 9]]})

    assert fragmented.extent == Extent([(0, 2), (4, 9)])
    assert SCHEMA.annotation.validate_python(LINE).extent == Extent.of(0, 3)


@pytest.mark.parametrize("value", [True, False, "1", 1.0, 1.5, None, [1], -1, MAX_OFFSET + 1, 2**70])
@pytest.mark.parametrize("field", ["start", "end"])
def test_annotation_takes_no_offset_but_an_integer(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        SCHEMA.annotation.validate_python(LINE | {field: value})


@pytest.mark.parametrize("written", ["true", '"1"', "1.0", "1e0", "null", "[1]", "-1", str(MAX_OFFSET + 1)])
def test_annotation_takes_no_offset_from_a_line_but_an_integer(written: str) -> None:
    with pytest.raises(ValidationError):
        SCHEMA.annotation.validate_json(f'{{"id":"a","label":"mark","start":0,"end":{written},"text":"One"}}')


def test_annotation_takes_the_largest_offset() -> None:
    assert SCHEMA.annotation.validate_python(LINE | {"end": MAX_OFFSET}).end == MAX_OFFSET


@pytest.mark.parametrize("id", ["", "a b", "a.b", "é", "x" * 65, "a\n", 1, None])
def test_annotation_refuses_an_id_that_is_none(id: object) -> None:
    with pytest.raises(ValidationError):
        SCHEMA.annotation.validate_python(LINE | {"id": id})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", "nothing"),
        ("label", None),
        ("text", 1),
        ("score", 1.1),
        ("score", float("nan")),
        ("weight", float("inf")),
        ("weight", float("nan")),
        ("colour", "red"),
        ("sort", "long"),
        ("others", "a"),
        ("settled", {"how": "somehow"}),
        ("settled", {"how": "agreed", "layers": ["a/b"]}),
    ],
)
def test_annotation_refuses_a_field_that_is_not_as_it_must_be(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        SCHEMA.annotation.validate_python(LINE | {field: value})


def test_annotation_record_has_optional_fields_only_where_they_hold_something() -> None:
    bare = SCHEMA.annotation.validate_python(LINE)
    full = SCHEMA.annotation.validate_python(
        LINE | {"end": 9, "fragments": [[0, 2], [4, 9]], "score": 0.5, "settled": {"how": "agreed", "layers": ["x"]}}
    )

    assert bare.to_record() == LINE | {"count": 0, "weight": None, "others": []}
    assert list(full.to_record()) == [
        "id", "label", "start", "end", "fragments", "text", "score", "settled", "count", "weight", "others",
    ]  # fmt: skip
    assert SCHEMA.annotation.validate_python(full.to_record()) == full


def test_annotation_order_is_by_place_label_and_id() -> None:
    lines = [
        LINE | {"id": "b", "start": 1},
        LINE | {"id": "a", "end": 4},
        LINE | {"id": "a", "label": "word"},
        LINE | {"id": "b"},
        LINE | {"id": "a"},
    ]
    annotations = [SCHEMA.annotation.validate_python(line) for line in lines]

    assert sorted(annotations, key=lambda each: each.order) == annotations[::-1]


def test_annotation_cannot_be_changed() -> None:
    annotation = SCHEMA.annotation.validate_python(LINE)

    with pytest.raises(ValidationError, match="frozen"):
        annotation.end = 5  # type: ignore[misc]
