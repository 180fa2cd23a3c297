"""Arrow arrays that grow as values come, and take nothing silently.

What is read is kept in them alone. Millions of values that wait as objects until there are enough of them have left the
processor's caches by then, and beside them reading on takes half as long again.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from corpus.arrow import Cells, Nested
from corpus.columns import Column, ColumnType, ListOf, Struct
from corpus.errors import InputRefused

if TYPE_CHECKING:
    import pyarrow

_WAITING = 128
"""The values from which on they are made into a piece of an array: making one of a few takes as long."""

_CODES = {"int32": "i", "int64": "q"}
"""What `array` calls the types of numbers that it has."""

_NULL = -1
"""The size of a list that is not there."""


class GrowingBatch:
    """Rows of a table, to which more are added."""

    def __init__(self, columns: Sequence[Column], schema: pyarrow.Schema) -> None:
        self._schema = schema
        self._columns = [
            (column, _growing(column.type, type_, nullable=column.nullable))
            for column, type_ in zip(columns, schema.types, strict=True)
        ]

    def add(self, cells: Cells) -> None:
        """Adds the values of some rows.

        Raises:
            InputRefused: If a number is too large for its column.
        """
        import pyarrow as pa

        for column, values in self._columns:
            try:
                values.add(cells[column.name])
            except (OverflowError, pa.ArrowInvalid) as error:
                raise _refused(column, error) from error

    def take(self) -> pyarrow.RecordBatch:
        """The rows that were added since the last time.

        Raises:
            InputRefused: If a number is too large for its column.
        """
        import pyarrow as pa

        arrays = []
        for column, values in self._columns:
            try:
                made = values.take()
            except (OverflowError, pa.ArrowInvalid) as error:
                raise _refused(column, error) from error
            if made.null_count and not column.nullable:
                raise ValueError(f"the column {column.name} may not be null")
            arrays.append(made)
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def batch(cells: Cells, columns: Sequence[Column], schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    """The values as one batch.

    Raises:
        InputRefused: If a number is too large for its column.
    """
    rows = GrowingBatch(columns, schema)
    rows.add(cells)
    return rows.take()


def _refused(column: Column, error: Exception) -> InputRefused:
    return InputRefused(f"the column {column.name} cannot hold a value: {error}")


class _Growing(Protocol):
    """Values of one type, to which more are added."""

    def add(self, values: Sequence[Any]) -> None:
        """Adds some."""

    def take(self) -> pyarrow.Array:
        """Those that were added since the last time."""


def _growing(type_: ColumnType, arrow: pyarrow.DataType, *, nullable: bool) -> _Growing:
    if isinstance(type_, ListOf):
        return _Lists(type_, arrow)
    if isinstance(type_, Struct):
        return _Structs(type_, arrow, nullable=nullable)
    code = _CODES.get(str(arrow))
    return _Values(arrow) if nullable or code is None else _Numbers(code, arrow)


class _Values:
    """Values of any type that is not nested."""

    def __init__(self, arrow: pyarrow.DataType) -> None:
        self._type = arrow
        self._waiting: list[Any] = []
        self._made: list[pyarrow.Array] = []

    def add(self, values: Sequence[Any]) -> None:
        self._waiting += values
        if len(self._waiting) >= _WAITING:
            self._make()

    def take(self) -> pyarrow.Array:
        import pyarrow as pa

        if self._waiting or not self._made:
            self._make()
        made, self._made = self._made, []
        return pa.concat_arrays(made) if len(made) > 1 else made[0]

    def _make(self) -> None:
        import pyarrow as pa

        self._made.append(pa.array(self._waiting, self._type))
        self._waiting = []


class _Numbers:
    """Whole numbers, none of which is null."""

    def __init__(self, code: str, arrow: pyarrow.DataType) -> None:
        self._type = arrow
        self._code = code
        self._values = array(code)

    def add(self, values: Sequence[Any]) -> None:
        self._values.extend(array(self._code, values))

    def take(self) -> pyarrow.Array:
        values, self._values = self._values, array(self._code)
        return _numbers(values, self._type)


class _Lists:
    """Lists: how long each is, and all that they hold."""

    def __init__(self, type_: ListOf, arrow: pyarrow.DataType) -> None:
        self._type = arrow
        self._inner = _growing(type_.of, arrow.value_type, nullable=False)
        self._sizes = array("i")
        self._is_null = False

    def add(self, values: Sequence[Any]) -> None:
        sizes: Sequence[int | None]
        if isinstance(values, Nested):
            assert isinstance(self._inner, _Structs)
            sizes = values.sizes
            self._inner.add_columns(values.columns)
        else:
            sizes = [None if each is None else len(each) for each in values]
            self._inner.add(list(chain.from_iterable(filter(None, values))))
        try:
            self._sizes.extend(array("i", sizes))  # type: ignore[arg-type]  # it raises TypeError for null
        except TypeError:
            self._is_null = True
            self._sizes.extend(array("i", [_NULL if size is None else size for size in sizes]))

    def take(self) -> pyarrow.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        sizes, self._sizes = self._sizes, array("i")
        mask = None
        if self._is_null:
            mask = pa.array([size == _NULL for size in sizes])
            sizes, self._is_null = array("i", [max(size, 0) for size in sizes]), False
        # In front of the sizes a zero makes their sums the offsets, of which there is one more.
        offsets = pc.cumulative_sum_checked(_numbers(array("i", [0]) + sizes, pa.int32()))
        return pa.ListArray.from_arrays(offsets, self._inner.take(), type=self._type, mask=mask)


class _Structs:
    """Structs, from what their columns hold."""

    def __init__(self, type_: Struct, arrow: pyarrow.DataType, *, nullable: bool) -> None:
        self._fields = [arrow.field(number) for number in range(arrow.num_fields)]
        self._inner = [
            (column.name, _growing(column.type, field.type, nullable=nullable or column.nullable))
            for column, field in zip(type_.columns, self._fields, strict=True)
        ]
        self._nothing = dict.fromkeys(column.name for column in type_.columns) if nullable else None
        self._missing: list[bool] = []

    def add(self, values: Sequence[Any]) -> None:
        if self._nothing is not None:
            self._missing += [each is None for each in values]
            values = [self._nothing if each is None else each for each in values]
        for name, inner in self._inner:
            inner.add([each[name] for each in values])

    def add_columns(self, cells: Cells) -> None:
        """Adds some, none of which is null, that are there column by column."""
        for name, inner in self._inner:
            inner.add(cells[name])

    def take(self) -> pyarrow.Array:
        import pyarrow as pa

        arrays = [inner.take() for _, inner in self._inner]
        mask = pa.array(self._missing) if True in self._missing else None
        self._missing = []
        return pa.StructArray.from_arrays(arrays, fields=self._fields, mask=mask)


def _numbers(values: array[int], arrow: pyarrow.DataType) -> pyarrow.Array:
    """Numbers as an array that uses their own memory."""
    import pyarrow as pa

    return pa.Array.from_buffers(arrow, len(values), [None, pa.py_buffer(values)])
