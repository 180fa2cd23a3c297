"""Migrations: how what was said in one version of a schema is said in the next.

::

    def places(lines: Lines) -> Lines:
        \"\"\"A town and a village are places since 2.0.0.\"\"\"
        return [{**line, "label": "place"} if line["label"] in ("town", "village") else line for line in lines]

    class PlaceSchema(LabelSchema, version="2.0.0"):
        labels = (Place, River)
        migrations = (Migration("1.4.0", "2.0.0", places),)

Between versions with the same first number nothing needs to be said: a minor step only adds and a patch corrects, so
that the lines of the one are lines of the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.errors import SchemaError

Lines = Sequence[dict[str, Any]]
"""The annotations of one layer's file as plain values, in the file's order."""

_VERSION = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Migration:
    """A step from one version of a schema to a later one."""

    source: str
    """The version that it begins with."""
    target: str
    """The version that it leads to."""
    change: Callable[[Lines], Lines]
    """Gives the lines of the later version for those of the earlier one. It gets copies, which it may change."""
    changes_words: bool = False
    """Whether annotations may come to cover other words, disappear or be made. Otherwise that is refused."""

    def __post_init__(self) -> None:
        for version in (self.source, self.target):
            if not _VERSION.fullmatch(version):
                raise SchemaError(f"a migration's version is three numbers such as 1.0.0, not {version!r}")
        if numbers(self.source) >= numbers(self.target):
            raise SchemaError(f"a migration leads to a later version, not from {self.source} to {self.target}")


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, which can be compared."""
    return tuple(int(number) for number in version.split("."))


def path(migrations: Sequence[Migration], source: str, target: str) -> tuple[Migration, ...] | None:
    """The steps that lead from one version to another; nothing where a first number is passed without one.

    Of the steps that begin at a version or after it, the earliest is taken. Versions that share their first number need
    none between them.
    """
    steps: list[Migration] = []
    here = source
    for step in sorted(migrations, key=lambda each: (numbers(each.source), numbers(each.target))):
        is_next = numbers(here) <= numbers(step.source) and numbers(step.target) <= numbers(target)
        if is_next and numbers(here)[0] == numbers(step.source)[0]:
            steps.append(step)
            here = step.target
    return tuple(steps) if numbers(here)[0] == numbers(target)[0] else None
