"""The Parquet file of a table: written in small batches, the same bytes for the same rows, and read back row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.arrays import batch
from corpus.arrow import BATCH_ROWS, Cells, Row, arrow_schema
from corpus.columns import Column

if TYPE_CHECKING:
    import pyarrow

SPLIT = "train"
"""The one split of every table. Whoever needs others divides by document, so that none is in two of them."""

FILE_NAME = f"{SPLIT}-00000-of-00001.parquet"
"""What every table's file is called, in a folder of the table's name."""


_SIZE_LIMIT = 16 * 1024 * 1024
"""The bytes of rows that wait at most, so that long documents do not pile up in memory."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table that has been written."""

    name: str
    """The configuration."""
    help: str
    columns: tuple[Column, ...]
    file: str
    """The file, relative to the dataset's folder."""
    rows: int
    memory: int
    """The bytes that the rows take in memory."""
    size: int
    """The bytes of the file."""
    sha256: str


class TableWriter:
    """Writes a table's rows as they come; without rows there is no file, since a split must have some."""

    def __init__(self, folder: Path, name: str, help: str, columns: tuple[Column, ...]) -> None:
        self._folder = folder
        self._name = name
        self._help = help
        self._columns = columns
        self.schema = arrow_schema(columns)
        self._file = f"{name}/{FILE_NAME}"
        self._waiting: list[pyarrow.RecordBatch] = []
        self._count = 0
        self._size = 0
        self._writer: pyarrow.parquet.ParquetWriter | None = None
        self._rows = 0
        self._memory = 0

    def add(self, cells: Cells) -> None:
        """Takes in the values of some rows.

        Raises:
            InputRefused: If a number is too large for its column.
        """
        self.take(batch(cells, self._columns, self.schema))

    def take(self, rows: pyarrow.RecordBatch) -> None:
        """Takes in rows, and writes them when there are enough for a row group, or more than should wait in memory."""
        self._waiting.append(rows)
        self._count += rows.num_rows
        self._size += rows.nbytes
        while self._count >= BATCH_ROWS:
            self._write(BATCH_ROWS)
        if self._size >= _SIZE_LIMIT:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        if self._count:
            self._write(self._count)

    def close(self) -> TableFile | None:
        """Writes what waits, and says what the file is; nothing where there were no rows."""
        self.flush()
        if self._writer is None:
            return None
        self._writer.close()
        path = self._folder / self._file
        return TableFile(
            self._name, self._help, self._columns, self._file,
            self._rows, self._memory, path.stat().st_size, sha256_of(path),
        )  # fmt: skip

    def abandon(self) -> None:
        """Lets go of the file."""
        if self._writer is not None:
            self._writer.close()

    def _write(self, number: int) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        waiting = pa.Table.from_batches(self._waiting, self.schema)
        # Rows that lie in one piece are written as the same bytes, in whatever pieces they came.
        written, rest = waiting.slice(0, number).combine_chunks(), waiting.slice(number)
        self._waiting, self._count, self._size = rest.to_batches(), rest.num_rows, rest.nbytes
        if self._writer is None:
            path = self._folder / self._file
            path.parent.mkdir()
            # Chunks that follow the content let a registry store only what changed between two versions.
            self._writer = pq.ParquetWriter(
                path, self.schema, compression="zstd", write_page_index=True, use_content_defined_chunking=True
            )
        self._writer.write_table(written, row_group_size=number)
        self._rows += number
        self._memory += written.nbytes


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a Parquet file, one after the other."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for some in file.iter_batches(BATCH_ROWS):
            yield from some.to_pylist()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
