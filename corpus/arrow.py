"""Columns and rows as Arrow knows them: the types of `datasets`, and batches that take nothing silently."""

from __future__ import annotations

import importlib.util
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any, overload

from corpus.columns import Classes, Column, ColumnType, ListOf, Scalar, Struct
from corpus.errors import InputRefused, PackageMissing

if TYPE_CHECKING:
    import datasets
    import pyarrow

Cell = str | int | float | bool | None | Sequence["Cell"] | Mapping[str, "Cell"]
"""A value as a table holds it: a class label as its place in the closed list."""

Row = Mapping[str, Cell]
"""One row, by the names of its columns."""

Cells = Mapping[str, Sequence[Cell]]
"""Many rows: the values of each column, by its name."""


class Nested(Sequence[Cell]):
    """Values that are lists of structs, kept as Arrow keeps them: how long each list is, and all that the structs hold,
    column by column. Making millions of small lists and mappings, only to take them apart again, takes long.
    """

    def __init__(self, sizes: Sequence[int], columns: Cells) -> None:
        self.sizes = sizes
        self.columns = columns

    def __len__(self) -> int:
        return len(self.sizes)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        return list(self)[index]

    def __iter__(self) -> Iterator[Cell]:
        rows = zip(*self.columns.values(), strict=True)
        for size in self.sizes:
            yield [dict(zip(self.columns, next(rows), strict=True)) for _ in range(size)]


BATCH_ROWS = 1000
"""The most rows that are held at a time, and the most of a row group: a viewer reads one group to show a page."""

EXTRA = "terminal-annotator[hub]"
"""What is installed to have everything that a dataset needs."""


def require_packages() -> None:
    """Refuses to go on without the packages that make a dataset.

    Raises:
        PackageMissing: If one is not installed.
    """
    for name in ("pyarrow", "huggingface_hub", "datasets"):
        if importlib.util.find_spec(name) is None:
            raise PackageMissing(
                f"a dataset needs the package {name}, which is not installed", help=f"Run: pip install '{EXTRA}'"
            )


def features(columns: Iterable[Column]) -> datasets.Features:
    """The types of the columns, as `datasets` has them."""
    from datasets import Features

    return Features({column.name: _feature(column.type) for column in columns})


def _feature(type_: ColumnType) -> object:
    from datasets import ClassLabel, List, Value

    if isinstance(type_, Scalar):
        return Value(type_.dtype)
    if isinstance(type_, Classes):
        return ClassLabel(names=list(type_.names))
    if isinstance(type_, ListOf):
        return List(_feature(type_.of))
    return {column.name: _feature(column.type) for column in type_.columns}


def arrow_schema(columns: Sequence[Column]) -> pyarrow.Schema:
    """The columns' Arrow types, with the note by which `datasets` knows class labels again.

    Every column is optional for Arrow: `datasets` does not know any other, and would take a required column of class
    labels for plain numbers. `batches` holds what the columns say of nulls.
    """
    return features(columns).arrow_schema


def cells_of(rows: Sequence[Row], columns: Iterable[Column]) -> Cells:
    """The rows column by column."""
    return {column.name: [row[column.name] for row in rows] for column in columns}


def batch(cells: Cells, columns: Sequence[Column], schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    """The values as one batch.

    Raises:
        InputRefused: If a number is too large for its column.
    """
    import pyarrow as pa

    arrays = []
    for column, type_ in zip(columns, schema.types, strict=True):
        try:
            made = _array(column.type, cells[column.name], type_)
        except (OverflowError, pa.ArrowInvalid) as error:
            raise InputRefused(f"the column {column.name} cannot hold a value: {error}") from error
        if made.null_count and not column.nullable:
            raise ValueError(f"the column {column.name} may not be null")
        arrays.append(made)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(type_: ColumnType, values: Sequence[Any], arrow: pyarrow.DataType) -> pyarrow.Array:
    """The values as an array. What is nested is taken apart here, in half the time that Arrow takes for it."""
    import pyarrow as pa

    if isinstance(values, Nested):
        assert isinstance(type_, ListOf)
        assert isinstance(type_.of, Struct)
        inner = _structs(type_.of, values.columns, arrow.value_type, None)
        return pa.ListArray.from_arrays(_offsets(values.sizes), inner, type=arrow)
    if isinstance(type_, ListOf):
        missing = _missing(values, pa)
        values = [each or () for each in values] if missing is not None else values
        inner = _array(type_.of, list(chain.from_iterable(values)), arrow.value_type)
        return pa.ListArray.from_arrays(_offsets(map(len, values)), inner, type=arrow, mask=missing)
    if isinstance(type_, Struct):
        missing = _missing(values, pa)
        if missing is not None:
            nothing = dict.fromkeys(column.name for column in type_.columns)
            values = [nothing if each is None else each for each in values]
        return _structs(type_, cells_of(values, type_.columns), arrow, missing)
    return pa.array(values, type=arrow)


def _structs(type_: Struct, cells: Cells, arrow: pyarrow.DataType, missing: pyarrow.Array | None) -> pyarrow.Array:
    """Structs, from what their columns hold."""
    import pyarrow as pa

    fields = [arrow.field(number) for number in range(arrow.num_fields)]
    arrays = [
        _array(column.type, cells[column.name], field.type) for column, field in zip(type_.columns, fields, strict=True)
    ]
    return pa.StructArray.from_arrays(arrays, fields=fields, mask=missing)


def _offsets(sizes: Iterable[int]) -> pyarrow.Array:
    """Where each of some lists begins, and where the last one ends."""
    import pyarrow as pa

    ends = array("i", accumulate(sizes, initial=0))
    return pa.Array.from_buffers(pa.int32(), len(ends), [None, pa.py_buffer(ends)])


def _missing(values: Sequence[Any], pa: Any) -> pyarrow.Array | None:
    """Which values are null; nothing where none is."""
    missing = [value is None for value in values]
    return pa.array(missing, pa.bool_()) if True in missing else None
