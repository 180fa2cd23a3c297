"""Columns and rows as Arrow knows them: the types of `datasets`, and the values that become arrays."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

from corpus.columns import Classes, Column, ColumnType, ListOf, Scalar
from corpus.errors import PackageMissing

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
    """Values that are lists of structs, kept as Arrow keeps them: how long each list is, or that there is none, and all
    that the structs hold, column by column. Making millions of small lists and mappings, only to take them apart again,
    takes long.
    """

    def __init__(self, sizes: Sequence[int | None], columns: Cells) -> None:
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
            if size is None:
                yield None
            else:
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
    labels for plain numbers. `corpus.arrays` holds what the columns say of nulls.
    """
    return features(columns).arrow_schema


def cells_of(rows: Sequence[Row], columns: Iterable[Column]) -> Cells:
    """The rows column by column."""
    return {column.name: [row[column.name] for row in rows] for column in columns}
