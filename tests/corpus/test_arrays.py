"""Arrays that grow: the same values in whatever pieces they come, and nothing taken that does not fit."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pytest

from corpus.arrays import GrowingBatch, batch
from corpus.arrow import Cell, Nested, arrow_schema
from corpus.columns import BOOL, EXTENT, INTEGER, OFFSET, STRING, Classes, Column, ColumnType, ListOf, Struct
from corpus.errors import InputRefused

PAIR = Struct((Column("number", OFFSET, ""), Column("words", ListOf(STRING), "")))


def grown(column: Column, *some: Sequence[Cell]) -> pa.Array:
    """The column of a batch to which some values were added after each other."""
    rows = GrowingBatch([column], arrow_schema([column]))
    for values in some:
        rows.add({column.name: values})
    return rows.take().column(0)


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        (STRING, ["a", None, "“ü”", ""]),
        (BOOL, [True, None, False]),
        (OFFSET, [0, None, 2**31 - 1]),
        (INTEGER, [-1, None, 2**63 - 1]),
        (Classes(("x", "y")), [1, None, 0]),
        (ListOf(STRING), [["a"], None, [], ["b", "c"]]),
        (ListOf(OFFSET), [[], None, [1, 2]]),
        (EXTENT, [[{"start": 1, "end": 2}], None, [{"start": 3, "end": 4}, {"start": 6, "end": 7}]]),
        (PAIR, [{"number": 1, "words": ["a"]}, None, {"number": 2, "words": []}]),
        (ListOf(PAIR), [[{"number": 1, "words": []}], None, [], [{"number": 2, "words": ["a", "b"]}]]),
    ],
)
def test_arrays_hold_what_was_added_in_any_pieces(type_: ColumnType, values: list[Cell]) -> None:
    nullable = Column("c", type_, "", nullable=True)
    assert grown(nullable, values * 100).to_pylist() == values * 100
    assert grown(nullable, *([each] for each in values), [], values).to_pylist() == values * 2
    there = [each for each in values if each is not None]
    required = Column("c", type_, "")
    assert grown(required, there[:1], there[1:]).to_pylist() == there
    assert grown(required, []).to_pylist() == grown(required).to_pylist() == []
    with pytest.raises((TypeError, ValueError)):
        grown(required, values)


def test_arrays_begin_anew_when_they_are_taken() -> None:
    columns = [Column("n", OFFSET, ""), Column("s", STRING, "", nullable=True), Column("e", EXTENT, "", nullable=True)]
    rows = GrowingBatch(columns, arrow_schema(columns))
    rows.add({"n": [1, 2], "s": ["a", "b"], "e": [None, None]})
    first = rows.take()
    rows.add({"n": [3], "s": [None], "e": [[]]})
    assert rows.take().to_pylist() == [{"n": 3, "s": None, "e": []}]
    assert first.to_pylist() == [{"n": 1, "s": "a", "e": None}, {"n": 2, "s": "b", "e": None}]


def test_arrays_take_lists_that_are_given_column_by_column() -> None:
    nested = Nested([2, None, 0, 1], {"start": [1, 3, 5], "end": [2, 4, 6]})
    rows = [[{"start": 1, "end": 2}, {"start": 3, "end": 4}], None, [], [{"start": 5, "end": 6}]]
    assert list(nested) == rows
    assert grown(Column("c", EXTENT, "", nullable=True), nested, rows, nested).to_pylist() == rows * 3


@pytest.mark.parametrize("nullable", [True, False])
@pytest.mark.parametrize(("type_", "number"), [(OFFSET, 2**31), (INTEGER, 2**63)])
def test_arrays_refuse_a_number_that_is_too_large(type_: ColumnType, number: int, nullable: bool) -> None:
    column = Column("count", type_, "", nullable=nullable)
    with pytest.raises(InputRefused, match="the column count cannot hold a value"):
        batch({"count": [number]}, [column], arrow_schema([column]))
