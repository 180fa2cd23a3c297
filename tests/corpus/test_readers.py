"""A build as other readers of Parquet see it: the same rows, of the same types, in the same order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus import Corpus
from corpus.arrow import arrow_schema
from corpus.exports import Options
from corpus.parquet import read_rows
from corpus.publish import Build, build


@pytest.fixture(scope="module", params=["security", "adverse", "own", "hostile", "standoff"])
def built(
    request: pytest.FixtureRequest,
    sample_writer: Callable[[Path, str], Path],
    hostile_writer: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Build]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param in ("hostile", "standoff"):
        hostile_writer(folder / "corpus")
    else:
        sample_writer(folder / "corpus", request.param)
    yield build(Corpus.open(folder / "corpus"), folder / "out", Options(standoff=request.param == "standoff"))
    shutil.rmtree(folder)


def expected(built: Build) -> Iterator[tuple[Path, list[Mapping[str, Any]]]]:
    """Each file with its rows."""
    for table in built.tables:
        yield built.folder / table.file, list(read_rows(built.folder / table.file))


def test_readers_pyarrow_sees_the_columns_of_the_schema(built: Build) -> None:
    import pyarrow.parquet as pq

    for table in built.tables:
        found = pq.read_table(built.folder / table.file)
        assert found.schema.equals(arrow_schema(table.columns))
        assert found.num_rows == table.rows


def test_readers_polars_gives_every_row(built: Build) -> None:
    import polars

    for path, rows in expected(built):
        assert polars.read_parquet(path).to_dicts() == rows
        assert polars.scan_parquet(path).select(polars.len()).collect().item() == len(rows)


def test_readers_duckdb_gives_every_row(built: Build) -> None:
    import duckdb

    with duckdb.connect() as connection:
        for path, rows in expected(built):
            relation = connection.read_parquet(str(path))
            assert [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()] == rows
