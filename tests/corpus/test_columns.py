"""From a schema to columns: every kind of field has a type of its own, and no two columns share a name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from corpus.arrow import arrow_schema, features
from corpus.columns import (
    EXTENT,
    SETTLED,
    STRING,
    Classes,
    Column,
    ColumnType,
    ListOf,
    Scalar,
    Struct,
    distinct_names,
    label_columns,
)
from corpus.manifest import Manifest, load_schema
from corpus.tables import tables_of
from schemas import Annotation, LabelSchema, SchemaError, reflect
from schemas.examples.adverse import AdverseEventSchema
from schemas.security import SecuritySchema


@pytest.fixture(scope="module")
def hostile(hostile_writer: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> LabelSchema:
    folder = hostile_writer(tmp_path_factory.mktemp("columns") / "hostile")
    return load_schema("collide:HostileSchema", folder)


def columns_of(schema: LabelSchema, label: str) -> dict[str, Column]:
    """The columns of a label's table by name."""
    return {column.name: column for column in label_columns(schema.by_name[label])}


@pytest.mark.parametrize(
    ("name", "type_", "nullable"),
    [
        ("severeness", Classes(("mild", "moderate", "severe", "fatal")), False),
        ("hospitalised", Scalar("bool"), False),
        ("days", Scalar("int64"), True),
        ("site", EXTENT, True),
        ("site_text", STRING, True),
        ("suspects", ListOf(STRING), False),
        ("signs", ListOf(Classes(("rash", "fever", "pain", "nausea", "bleeding"))), False),
        ("remark", STRING, True),
        ("is_serious", Scalar("bool"), False),
        ("score", Scalar("float64"), True),
        ("settled", SETTLED.type, True),
    ],
)
def test_columns_follow_the_kind_of_field(name: str, type_: ColumnType, nullable: bool) -> None:
    column = columns_of(AdverseEventSchema(), "reaction")[name]

    assert (column.type, column.nullable) == (type_, nullable)


@pytest.mark.parametrize(
    ("name", "type_", "nullable"),
    [
        ("grade", Classes(("7", "-1")), False),
        ("rank", Classes(("3", "1", "2")), True),
        ("words", ListOf(Classes(("no", "1e3"))), True),
        ("places", ListOf(EXTENT), False),
        ("places_text", ListOf(STRING), False),
        ("days", ListOf(STRING), False),
        ("day", STRING, True),
        ("counts", ListOf(Scalar("int64")), False),
        ("shares", ListOf(Scalar("float64")), False),
        ("who", ListOf(STRING), False),
        ("other", STRING, True),
        ("first", EXTENT, True),
        ("first_text", STRING, True),
    ],
)
def test_columns_hold_rarer_shapes(hostile: LabelSchema, name: str, type_: ColumnType, nullable: bool) -> None:
    column = columns_of(hostile, "tokens")[name]

    assert (column.type, column.nullable) == (type_, nullable)


def test_columns_keep_the_schemas_order() -> None:
    names = list(columns_of(AdverseEventSchema(), "drug"))

    assert names == [
        "id", "document", "start", "end", "fragments", "text", "score", "settled",
        "substance", "dose", "route", "started",
    ]  # fmt: skip


def test_columns_give_way_without_losing_a_field(hostile: LabelSchema) -> None:
    columns = columns_of(hostile, "tokens")

    assert columns["document"].help == "The document's id."
    assert columns["document_"].nullable
    assert columns["site_text"].type == STRING
    assert not columns["site_text"].nullable
    assert columns["site_text_"].help.startswith("The words that `site` covers")
    assert len(columns) == len(label_columns(hostile.by_name["tokens"]))


@pytest.mark.parametrize(
    ("names", "taken", "distinct"),
    [
        (["a", "b"], [], ["a", "b"]),
        (["a", "b"], ["a"], ["a_", "b"]),
        (["a", "a_"], ["a"], ["a__", "a_"]),
        (["a", "a", "a"], [], ["a", "a_", "a__"]),
        (["a_", "a"], ["a", "a_"], ["a__", "a___"]),
    ],
)
def test_columns_names_differ(names: list[str], taken: list[str], distinct: list[str]) -> None:
    assert distinct_names(names, taken) == distinct


def test_columns_help_says_what_a_type_leaves_open() -> None:
    columns = {name: columns_of(AdverseEventSchema(), name) for name in ("drug", "reaction", "causality")}

    assert columns["drug"]["started"].help == "The first day of treatment. ISO 8601: year-month-day."
    assert columns["drug"]["substance"].help.endswith("The id of an entity of kind substance.")
    assert columns["reaction"]["suspects"].help.endswith("The id of an annotation of the same document: drug.")
    assert columns["reaction"]["is_serious"].help.endswith("Computed from the other fields.")


class Plain(Annotation):
    """A label without fields."""


class PlainSchema(LabelSchema, version="1.0.0"):
    """Nothing refers to anything."""

    labels: ClassVar = (Plain,)


def test_columns_are_refused_two_choices_of_one_name() -> None:
    class Mixed(Annotation):
        rank: Literal["1", 1] = 1

    with pytest.raises(SchemaError, match="two choices are shown as '1'"):
        reflect([Mixed])


def manifest(schema: str) -> Manifest:
    """What the manifest of a corpus with that schema says."""
    return Manifest.model_validate({"name": "x", "schema": schema})


def test_tables_of_labels_without_fields_have_nothing_empty() -> None:
    tables = {table.name: table for table in tables_of(PlainSchema(), manifest("x:Y"))}

    assert "relations" not in tables
    assert "plain" not in [column.name for column in tables["layers"].columns]
    assert next(column for column in tables["entities"].columns if column.name == "kind").type == STRING


def test_tables_names_differ_from_each_other_and_from_what_datasets_means(hostile: LabelSchema) -> None:
    names = tables_of(hostile, manifest("x:Y")).names

    assert names == [
        "documents", "tokens__", "tokens_", "default_", "status", "relations", "layers", "tokens", "entities", "claims",
    ]  # fmt: skip


def test_tables_types_are_those_of_datasets_and_arrow(hostile: LabelSchema) -> None:
    import datasets
    import pyarrow as pa

    for schema in (hostile, SecuritySchema(), AdverseEventSchema(), PlainSchema()):
        for table in tables_of(schema, manifest("x:Y")):
            arrow = arrow_schema(table.columns)
            assert datasets.Features.from_arrow_schema(arrow) == features(table.columns)
            for column, type_ in zip(table.columns, arrow.types, strict=True):
                assert type_ == arrow_type(column.type), (table.name, column.name)
            assert not any(pa.types.is_null(type_) for type_ in arrow.types)


def arrow_type(type_: ColumnType) -> object:
    """The Arrow type, said here a second time."""
    import pyarrow as pa

    if isinstance(type_, Scalar):
        return {"string": pa.string(), "bool": pa.bool_(), "int32": pa.int32(), "int64": pa.int64()}.get(
            type_.dtype, pa.float64()
        )
    if isinstance(type_, Classes):
        return pa.int64()
    if isinstance(type_, ListOf):
        return pa.list_(arrow_type(type_.of))
    assert isinstance(type_, Struct)
    return pa.struct([(column.name, arrow_type(column.type)) for column in type_.columns])
