"""What becomes of rows from one build to the next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.arrow import Row, cells_of
from corpus.changes import UNREADABLE, RowChange, compare_rows, compare_tables
from corpus.columns import OFFSET, STRING, Classes, Column
from corpus.parquet import TableWriter

ROWS = st.lists(
    st.fixed_dictionaries({"document": st.sampled_from("ab"), "id": st.integers(0, 4), "x": st.integers(0, 2)}),
    max_size=12,
)


def counted(before: Sequence[Row], after: Sequence[Row]) -> RowChange:
    """The same by counting, which keeps every row."""
    gone = Counter(json.dumps(row, sort_keys=True) for row in before)
    come = Counter(json.dumps(row, sort_keys=True) for row in after)
    gone, come = gone - come, come - gone

    def ids(rows: Counter[str]) -> Counter[tuple[str, int]]:
        return Counter((row["document"], row["id"]) for row in map(json.loads, rows.elements()))

    changed = (ids(gone) & ids(come)).total()
    return RowChange(come.total() - changed, gone.total() - changed, changed)


@settings(deadline=None)
@given(before=ROWS, after=ROWS)
def test_changes_are_what_counting_finds(before: list[Row], after: list[Row]) -> None:
    assert compare_rows(before, after) == counted(before, after)


def test_changes_know_a_row_by_its_id_in_its_document_and_layer() -> None:
    row = {"id": "a", "document": "d", "layer": "gold", "text": "x"}

    assert compare_rows([row], [{**row, "text": "y"}]) == RowChange(0, 0, 1)
    for name in ("id", "document", "layer"):
        assert compare_rows([row], [{**row, name: "other"}]) == RowChange(1, 1, 0)
    assert compare_rows([row], [dict(reversed(row.items()))]) == RowChange(0, 0, 0)


def write(folder: Path, rows: list[Row], *columns: Column) -> Path:
    """The Parquet file of a table."""
    folder.mkdir(parents=True)
    writer = TableWriter(folder, "table", "", columns)
    writer.add(cells_of(rows, columns))
    written = writer.close()
    assert written is not None
    return folder / written.file


ID = Column("id", STRING, "")


def test_changes_of_tables_tell_of_columns(tmp_path: Path) -> None:
    old = write(
        tmp_path / "old",
        [{"id": "a", "kind": 0, "gone": 1}, {"id": "b", "kind": 1, "gone": 2}],
        ID, Column("kind", Classes(("x", "y")), ""), Column("gone", OFFSET, ""),
    )  # fmt: skip
    new = write(
        tmp_path / "new",
        [{"id": "a", "kind": 0, "come": 1}],
        ID, Column("kind", Classes(("x", "z")), ""), Column("come", OFFSET, ""),
    )  # fmt: skip

    change, note = compare_tables([old], [new])

    assert change == RowChange(0, 1, 1)
    assert note == "new columns: come; columns gone: gone; columns of another type: kind"
    assert compare_tables([old], [old]) == (RowChange(0, 0, 0), "")


def test_changes_of_a_table_that_comes_or_goes(tmp_path: Path) -> None:
    table = write(tmp_path / "table", [{"id": "a"}, {"id": "b"}], ID)

    assert compare_tables([], [table])[0] == RowChange(2, 0, 0)
    assert compare_tables([table], [])[0] == RowChange(0, 2, 0)


@pytest.mark.parametrize("data", [b"", b"no table", b"PAR1" + bytes(40) + b"PAR1"])
def test_changes_of_a_table_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    table = write(tmp_path / "table", [{"id": "a"}], ID)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(data)

    assert compare_tables([broken], [table]) == (RowChange(1, 0, 0), UNREADABLE)
