"""A report: what takes in findings one after another and writes them in one format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from schemas import Finding, Rule


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, with where its file is."""

    finding: Finding
    path: Path | None
    """The file, absolute."""
    folder: Path | None
    """The folder of the corpus; none for a shard, which brings its documents along."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is going to be looked at."""

    files: Callable[[], Iterable[Path]]
    """The files, absolute; listed only if somebody asks."""
    rules: Iterable[Rule]
    """Every rule that may be found broken."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the check ended."""

    failed: bool
    """Whether the exit code is 1."""
    by_warnings: bool = False
    """Whether there are more warnings than are allowed."""


class Report(ABC):
    """Findings in one format."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def begin(self, subject: Subject) -> None:  # noqa: B027 - most formats do nothing then
        """Is told what is looked at next; most formats need not know."""

    @abstractmethod
    def add(self, found: Found) -> None:
        """Takes in one finding about what was begun last."""

    def close(self, verdict: Verdict) -> None:  # noqa: B027
        """Is told that there is nothing more; most formats have said all by then."""
