"""Columns and rows as Arrow knows them: the types of `datasets`, and batches that take nothing silently."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from corpus.columns import Classes, Column, ColumnType, ListOf, Scalar
from corpus.errors import InputRefused, PackageMissing

if TYPE_CHECKING:
    import datasets
    import pyarrow

Cell = str | int | float | bool | None | Sequence["Cell"] | Mapping[str, "Cell"]
"""A value as a table holds it: a class label as its place in the closed list."""

Row = Mapping[str, Cell]
"""One row, by the names of its columns."""

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


def batches(rows: Iterable[Row], columns: Sequence[Column], size: int = BATCH_ROWS) -> Iterator[pyarrow.RecordBatch]:
    """The rows in batches of that many.

    Raises:
        InputRefused: If a number is too large for its column.
    """
    schema = arrow_schema(columns)
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield batch(some, columns, schema)


def batch(rows: Sequence[Row], columns: Sequence[Column], schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    """The rows as one batch.

    Raises:
        InputRefused: If a number is too large for its column.
    """
    import pyarrow as pa

    arrays = []
    for column, type_ in zip(columns, schema.types, strict=True):
        try:
            array = pa.array([row[column.name] for row in rows], type=type_)
        except (OverflowError, pa.ArrowInvalid) as error:
            raise InputRefused(f"the column {column.name} cannot hold a value: {error}") from error
        if array.null_count and not column.nullable:
            raise ValueError(f"the column {column.name} may not be null")
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
