"""The proof of a build: read back by every reader, row by row, and compared with the corpus that it was made from."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from corpus.arrow import BATCH_ROWS, Row, arrow_schema, features
from corpus.errors import StoreFailed
from corpus.parquet import SPLIT, TableFile, read_rows
from corpus.readings import Source
from corpus.tables import DOCUMENTS, Tables

if TYPE_CHECKING:
    import datasets

CODE = "E-BUILD"


def verify(folder: Path, files: Sequence[TableFile], tables: Tables, source: Source, *, covered: bool) -> None:
    """Reads a build with pyarrow, with `datasets`, and with `datasets` as a stream; nothing that was cached is used.

    Args:
        folder: The build.
        files: Its tables.
        tables: The tables of the corpus.
        source: The corpus, which is read anew.
        covered: Whether every annotation's words must be what it covers in the text that was read back.

    Raises:
        StoreFailed: If a reader gives anything else than the corpus, or the card, the files and the schema differ in
            what a column is.
    """
    with _refused(), _quiet(), tempfile.TemporaryDirectory(prefix="annotator-") as cache:
        _compare_types(folder, files)
        readers = {file.name: _Readers(folder, file, cache) for file in files}
        for reading in source.readings():
            for by_reading in tables.by_reading:
                for row in by_reading.rows(reading):
                    found = readers[by_reading.name].expect(row)
                    if covered and by_reading.name == DOCUMENTS:
                        _require_covered(found)
        for at_once in tables.at_once:
            for row in at_once.rows(source):
                readers[at_once.name].expect(row)
        for each in readers.values():
            each.expect_end()


def verify_copy(copy: Path, folder: Path, files: Sequence[TableFile]) -> None:
    """Reads a copy of a build in the same three ways, and compares every row with the build itself.

    Raises:
        StoreFailed: If they differ.
    """
    with _refused(), _quiet(), tempfile.TemporaryDirectory(prefix="annotator-") as cache:
        for file in files:
            readers = _Readers(copy, file, cache)
            for row in read_rows(folder / file.file):
                readers.expect(row)
            readers.expect_end()


class _Readers:
    """A table as each reader gives it, row by row."""

    def __init__(self, folder: Path, file: TableFile, cache: str) -> None:
        from datasets import load_dataset_builder

        # What `load_dataset` does, in both of its ways, with the card read once for the two.
        builder = load_dataset_builder(str(folder), file.name, cache_dir=cache)
        builder.download_and_prepare()
        self._name = file.name
        self._number = 0
        self._rows: dict[str, Iterator[Row]] = {
            "pyarrow": read_rows(folder / file.file),
            "datasets": _rows(builder.as_dataset(split=SPLIT)),
            "datasets, streaming": _rows(builder.as_streaming_dataset(split=SPLIT)),
        }

    def expect(self, row: Row) -> Row:
        """Compares the next row of every reader with the corpus's, and gives what was read."""
        found: Row = {}
        for reader, rows in self._rows.items():
            found = next(rows, {})
            if found != row:
                column = next((name for name in row if name not in found or found[name] != row[name]), "one too many")
                _fail(f"row {self._number} of {self._name} as read by {reader} differs from the corpus in {column}")
        self._number += 1
        return found

    def expect_end(self) -> None:
        """Refuses rows that the corpus does not have."""
        for reader, rows in self._rows.items():
            if next(rows, None) is not None:
                _fail(f"{self._name} as read by {reader} has more rows than the corpus")


def _rows(dataset: datasets.Dataset | datasets.IterableDataset) -> Iterator[Row]:
    """The rows of a dataset: the same as it gives one by one, in less than half the time."""
    for some in dataset.with_format("arrow").iter(BATCH_ROWS):
        yield from some.to_pylist()


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


def _require_covered(row: Mapping[str, Any]) -> None:
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
