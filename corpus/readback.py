"""The proof of a build: read back by every reader, row by row, and compared with the corpus that it was made from."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from corpus.arrays import batch
from corpus.arrow import BATCH_ROWS, Cells, Row, arrow_schema, features
from corpus.errors import StoreFailed
from corpus.exports import Advance
from corpus.parquet import SPLIT, TableFile
from corpus.readings import Source, some_at_a_time
from corpus.tables import DOCUMENTS, Tables

if TYPE_CHECKING:
    import pyarrow

CODE = "E-BUILD"


def verify(
    folder: Path, files: Sequence[TableFile], tables: Tables, source: Source, advance: Advance, *, covered: bool
) -> None:
    """Reads a build with pyarrow, with `datasets`, and with `datasets` as a stream; nothing that was cached is used.

    Args:
        folder: The build.
        files: Its tables.
        tables: The tables of the corpus.
        source: The corpus, which is read anew.
        advance: Is told how far it is.
        covered: Whether every annotation's words must be what it covers in the text that was read back.

    Raises:
        StoreFailed: If a reader gives anything else than the corpus, or the card, the files and the schema differ in
            what a column is.
    """
    with _refused(), _quiet(), tempfile.TemporaryDirectory(prefix="annotator-") as cache:
        _compare_types(folder, files)
        readers = {file.name: _Readers(folder, file, cache) for file in files}
        documents = 0
        rows = max((file.rows for file in files if file.name == DOCUMENTS), default=1)
        for some in some_at_a_time(source.readings()):
            documents += len(some)
            for by_reading in tables.by_reading:
                found = _expect(readers, by_reading.name, by_reading.cells(some))
                if covered and found is not None and by_reading.name == DOCUMENTS:
                    _require_covered(found.select(["id", "text", "annotations"]).to_pylist())
            advance("reading back", documents, documents / rows)
        for at_once in tables.at_once:
            _expect(readers, at_once.name, at_once.cells(source))
        for each in readers.values():
            each.expect_end()


def verify_copy(copy: Path, folder: Path, files: Sequence[TableFile]) -> None:
    """Reads a copy of a build in the same three ways, and compares every row with the build itself.

    Raises:
        StoreFailed: If they differ.
    """
    import pyarrow.parquet as pq

    with _refused(), _quiet(), tempfile.TemporaryDirectory(prefix="annotator-") as cache:
        for file in files:
            readers = _Readers(copy, file, cache)
            with pq.ParquetFile(folder / file.file) as original:
                for some in original.iter_batches(BATCH_ROWS):
                    readers.expect_rows(some)
            readers.expect_end()


class _Readers:
    """A table as each reader gives it, some rows at a time."""

    def __init__(self, folder: Path, file: TableFile, cache: str) -> None:
        from datasets import load_dataset_builder

        # What `load_dataset` does, in both of its ways, with the card read once for the two.
        builder = load_dataset_builder(str(folder), file.name, cache_dir=cache)
        builder.download_and_prepare()
        self._name = file.name
        self._columns = file.columns
        self._schema = arrow_schema(file.columns)
        self._number = 0
        self._readers = {
            "pyarrow": _Rows(_batches(folder / file.file)),
            "datasets": _Rows(builder.as_dataset(split=SPLIT).with_format("arrow").iter(BATCH_ROWS)),
            "datasets, streaming": _Rows(
                builder.as_streaming_dataset(split=SPLIT).with_format("arrow").iter(BATCH_ROWS)
            ),
        }

    def expect(self, cells: Cells) -> pyarrow.Table:
        """Compares the next rows of every reader with the corpus's, and gives what was read."""
        return self.expect_rows(batch(cells, self._columns, self._schema))

    def expect_rows(self, rows: pyarrow.RecordBatch) -> pyarrow.Table:
        """The same for rows that Arrow has."""
        import pyarrow as pa

        expected = found = pa.Table.from_batches([rows])
        for reader, each in self._readers.items():
            found = each.take(rows.num_rows)
            if not found.equals(expected):
                self._require_equal(reader, found.to_pylist(), expected.to_pylist())
        self._number += rows.num_rows
        return found

    def _require_equal(self, reader: str, found: Sequence[Row], expected: Sequence[Row]) -> None:
        """Names the first row and column that differ. Types may: `_compare_types` has seen to them."""
        for number, row in enumerate(expected):
            other = found[number] if number < len(found) else {}
            if other != row:
                column = next((name for name in row if name not in other or other[name] != row[name]), "one too many")
                where = f"row {self._number + number} of {self._name}"
                _fail(f"{where} as read by {reader} differs from the corpus in {column}")

    def expect_end(self) -> None:
        """Refuses rows that the corpus does not have."""
        for reader, each in self._readers.items():
            if each.take(1).num_rows:
                _fail(f"{self._name} as read by {reader} has more rows than the corpus")


class _Rows:
    """Rows that come in pieces of any size, and are taken in pieces of another."""

    def __init__(self, pieces: Iterator[pyarrow.Table]) -> None:
        self._pieces = pieces
        self._waiting: pyarrow.Table | None = None

    def take(self, number: int) -> pyarrow.Table:
        """The next rows, that many or as many as there are."""
        import pyarrow as pa

        parts = []
        left = number
        while left:
            if not self._waiting:
                self._waiting = next(self._pieces, None)
                if self._waiting is None:
                    break
            parts.append(self._waiting.slice(0, left))
            self._waiting = self._waiting.slice(left)
            left -= parts[-1].num_rows
        return pa.concat_tables(parts) if parts else pa.table({})


def _expect(readers: Mapping[str, _Readers], name: str, cells: Cells) -> pyarrow.Table | None:
    """Compares the next rows of a table; one without rows has no file, and must have none."""
    if name in readers:
        return readers[name].expect(cells)
    if any(cells.values()):
        _fail(f"{name} has rows, and no file")
    return None


def _batches(path: Path) -> Iterator[pyarrow.Table]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for some in file.iter_batches(BATCH_ROWS):
            yield pa.Table.from_batches([some])


def _compare_types(folder: Path, files: Iterable[TableFile]) -> None:
    """Holds the card, the Parquet files and the schema to the same columns: the card wins over a file, in silence."""
    import pyarrow.parquet as pq
    from datasets import Features
    from datasets.info import DatasetInfosDict
    from huggingface_hub import DatasetCard

    infos = DatasetInfosDict.from_dataset_card_data(DatasetCard.load(folder / "README.md").data)
    for file in files:
        expected = features(file.columns)
        schema, ours = pq.read_schema(folder / file.file), arrow_schema(file.columns)
        if not schema.equals(ours) or schema.metadata != ours.metadata:
            _fail(f"{file.file} has other columns than the schema")
        # Features are dicts, whose order is not compared; that of the columns is part of a table.
        for what, found in (("the card", infos[file.name].features), (file.file, Features.from_arrow_schema(schema))):
            if found != expected or list(found) != list(expected):
                _fail(f"{what} says of {file.name} that it has other columns than the schema")


def _require_covered(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        for each in row["annotations"]:
            covered = " ".join(row["text"][piece["start"] : piece["end"]] for piece in each["fragments"])
            if covered != each["text"]:
                _fail(f"annotation {each['id']} of {row['id']} does not cover the words that it says")


def _fail(what: str, error: Exception | None = None) -> NoReturn:
    raise StoreFailed(
        f"the build does not read back as the corpus: {what}",
        code=CODE,
        help="Nothing was replaced. If the corpus was changed meanwhile, build again; otherwise report this",
    ) from error


@contextlib.contextmanager
def _refused() -> Iterator[None]:
    """Turns what the readers raise into a refusal."""
    from datasets.exceptions import DatasetsError

    try:
        yield
    except (DatasetsError, ValueError) as error:
        _fail(f"{type(error).__name__}: {error}", error)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without the progress bars of `datasets`, which are shown as its user set them afterwards."""
    from datasets.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    was_disabled = are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if not was_disabled:
            enable_progress_bars()
