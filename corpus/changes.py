"""What becomes of a dataset's rows from one build to the next: added, removed and changed, by configuration.

A row is known by its id, with the document and the layer that it belongs to. Of each row two numbers of 64 bits are
kept, one of its id and one of its content, so that tables of millions of rows are compared in little memory.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.arrow import Row
from corpus.parquet import read_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Prints = NDArray[np.uint64]
    """Two numbers a row: that of its id, and that of its content."""

KEY = ("layer", "document", "id")
"""The columns that tell which row is which, as far as a table has them."""

UNREADABLE = "cannot be read as it is now"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a configuration."""

    name: str
    rows: int
    """How many there will be."""
    added: int = 0
    removed: int = 0
    changed: int = 0
    size: int = 0
    """The bytes that its files will have."""
    note: str = ""
    """What becomes of its columns, or what cannot be said."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """How two tables differ in their rows."""

    added: int
    removed: int
    changed: int


def compare_tables(before: Sequence[Path], after: Sequence[Path]) -> tuple[RowChange, str]:
    """How the Parquet files of a table differ from those of the earlier one, in rows and in columns.

    An earlier table that cannot be read counts as empty, and the note says so.
    """
    import pyarrow as pa

    new = _prints(after)
    try:
        note = _columns(before, after)
        old = _prints(before)
    except (pa.ArrowException, OSError, ValueError):
        return RowChange(len(new), 0, 0), UNREADABLE
    return compare_prints(old, new), note


def compare_rows(before: Iterable[Row], after: Iterable[Row]) -> RowChange:
    """How rows differ from earlier ones."""
    return compare_prints(_of_rows(before), _of_rows(after))


def compare_prints(before: Prints, after: Prints) -> RowChange:
    """How rows differ from earlier ones, given the numbers of each."""
    import numpy as np

    # A row's content has its id in it, so that rows of equal content are the same row.
    old, first_old, old_counts = np.unique(before[:, 1], return_index=True, return_counts=True)
    new, first_new, new_counts = np.unique(after[:, 1], return_index=True, return_counts=True)
    in_old, in_new = _common(old, new)
    same = np.minimum(old_counts[in_old], new_counts[in_new])
    old_counts[in_old] -= same
    new_counts[in_new] -= same
    gone, gone_counts = np.unique(np.repeat(before[first_old, 0], old_counts), return_counts=True)
    come, come_counts = np.unique(np.repeat(after[first_new, 0], new_counts), return_counts=True)
    in_gone, in_come = _common(gone, come)
    changed = int(np.minimum(gone_counts[in_gone], come_counts[in_come]).sum())
    return RowChange(int(come_counts.sum()) - changed, int(gone_counts.sum()) - changed, changed)


def _common(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the values that two lists of distinct values share lie in each."""
    import numpy as np

    _, in_one, in_other = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    return in_one, in_other


def _prints(files: Iterable[Path]) -> Prints:
    return _of_rows(row for file in files for row in read_rows(file))


def _of_rows(rows: Iterable[Row]) -> Prints:
    import numpy as np

    numbers = array("Q")
    for row in rows:
        numbers.append(_number([row[name] for name in KEY if name in row]))
        numbers.append(_number(row))
    return np.array(numbers, dtype=np.uint64).reshape(-1, 2)


def _number(value: object) -> int:
    """A number of 64 bits for a value; columns may come in any order."""
    text = json.dumps(value, sort_keys=True, default=repr)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _columns(before: Sequence[Path], after: Sequence[Path]) -> str:
    """Which columns are new, gone, or of another type, in a few words."""
    old, new = _types(before), _types(after)
    said = (
        ("new columns", new.keys() - old.keys()),
        ("columns gone", old.keys() - new.keys()),
        ("columns of another type", {name for name in old.keys() & new.keys() if old[name] != new[name]}),
    )
    return "; ".join(f"{what}: {', '.join(sorted(names))}" for what, names in said if names)


def _types(files: Sequence[Path]) -> dict[str, object]:
    """The type of each column as `datasets` has it, so that class labels differ where their names do."""
    import pyarrow.parquet as pq
    from datasets import Features

    return dict(Features.from_arrow_schema(pq.read_schema(files[0]))) if files else {}
