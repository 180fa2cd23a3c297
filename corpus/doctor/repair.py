"""Troubles and their repairs as values, and the one way in which a repair writes: what was there is kept first."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from corpus.store import WORK, Store, mark_of

ORIGINALS = f"{WORK}/originals"
"""Where what a repair replaced or removed is kept, in a folder for each time."""


class Care:
    """Writes for repairs, and keeps what was there before."""

    def __init__(self, store: Store, now: datetime.datetime | None = None) -> None:
        self.store = store
        moment = now or datetime.datetime.now(datetime.UTC)
        self._folder = f"{ORIGINALS}/{moment:%Y%m%dT%H%M%S.%f}Z"
        self.kept: list[str] = []
        """The originals, relative to the corpus."""

    def write(self, file: str, data: bytes, expected: bytes | None) -> None:
        """Puts new content in the place of what was there, which is kept.

        Raises:
            StoreBusy: If something else is there by now.
            StoreFailed: If the file system refuses.
        """
        self._keep(file, expected)
        self.store.write_bytes(file, data, mark_of(expected))

    def remove(self, file: str, expected: bytes | None) -> None:
        """Removes a file, which is kept.

        Raises:
            StoreBusy: If something else is there by now.
            StoreFailed: If the file system refuses.
        """
        self._keep(file, expected)
        self.store.remove(file, mark_of(expected))

    def _keep(self, file: str, data: bytes | None) -> None:
        if data is None:
            return
        number, place = 0, f"{self._folder}/{file}"
        while (self.store.folder / place).exists():
            # A file that two repairs change has two originals.
            number += 1
            place = f"{self._folder}/{file}.{number}"
        self.store.write_bytes(place, data)
        self.kept.append(place)


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that could be done."""

    name: str
    """What one calls it by: the code and the place, and where there is a choice, which."""
    does: str
    """What it would do."""
    is_safe: bool
    """Whether nothing that anybody said is changed or removed by it."""
    run: Callable[[Care], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong."""

    code: str
    """That of the check where the check finds it too; one that begins with `D-` where only the doctor looks."""
    file: str | None
    """Relative to the corpus."""
    what: str
    repairs: tuple[Repair, ...] = ()
    """What could be done about it here: one thing, or one of several."""
    help: str | None = None
    """What else to do."""
    line: int | None = None


@dataclass(slots=True)
class Outcome:
    """What came of repairing."""

    done: list[Repair] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Where the originals are, relative to the corpus."""


def place_of(path: Path, folder: Path) -> str:
    """A path relative to the corpus's folder, as a repair names it."""
    return path.relative_to(folder).as_posix()
