"""How deep annotations lie in each other."""

from __future__ import annotations

from typing import Any

from corpus.nesting import depths, parts_of
from schemas import Annotation, LabelSchema
from schemas.security import SecuritySchema


def made(schema: LabelSchema, *places: tuple[int, int], **about: Any) -> list[Annotation]:
    """Annotations of a label without obligations at these places."""
    about = about or {"label": "measure", "type": "other", "status": "announced"}
    return [
        schema.annotation.validate_python(
            {"id": f"a{number}", "start": start, "end": end, "text": "x" * (end - start), **about}
        )
        for number, (start, end) in enumerate(places)
    ]


def test_nesting_counts_what_holds_an_annotation() -> None:
    schema = SecuritySchema()

    assert depths(made(schema, (0, 20), (0, 10), (2, 5), (12, 15), (30, 40)), schema) == [0, 1, 2, 1, 0]


def test_nesting_crossing_and_touching_extents_hold_nothing() -> None:
    schema = SecuritySchema()

    assert depths(made(schema, (0, 10), (5, 15), (15, 20)), schema) == [0, 0, 0]


def test_nesting_of_two_equal_extents_one_holds_the_other() -> None:
    schema = SecuritySchema()

    assert depths(made(schema, (3, 9), (3, 9)), schema) == [0, 1]


def test_nesting_in_a_gap_between_fragments_is_none() -> None:
    schema = SecuritySchema()
    split = schema.annotation.validate_python(
        {"id": "s", "label": "measure", "type": "other", "status": "announced", "start": 0, "end": 30,
         "fragments": [[0, 10], [20, 30]], "text": f"{'x' * 10} {'x' * 10}"}
    )  # fmt: skip

    assert depths([split, *made(schema, (12, 18), (22, 25))], schema) == [0, 0, 1]


def test_nesting_counts_the_extents_of_fields() -> None:
    schema = SecuritySchema()
    (outer,) = made(
        schema, (10, 14), label="attribution", type="statement", form="indirect", source_kind="named",
        source=[[0, 9]], content=[[15, 40]],
    )  # fmt: skip
    (inner,) = made(schema, (20, 30))

    assert depths([outer, inner], schema) == [0, 1]
    assert [name for name, _ in parts_of(outer, schema.by_name["attribution"])] == ["source", "content"]
