"""What findings look like: one module for each format, imported when it is asked for."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

from annotator.reports.report import Report
from corpus import disk
from corpus.errors import OutputRefused

FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "TextReport"),
    "json": ("json_lines", "JsonReport"),
    "github": ("github", "GitHubReport"),
    "sarif": ("sarif", "SarifReport"),
    "junit": ("junit", "JUnitReport"),
    "known": ("known", "KnownReport"),
}
"""Every format with its module and class."""


def report(form: str, write: Callable[[str], object]) -> Report:
    """A report in one of the formats; `write` takes each piece of it as it comes."""
    module, name = FORMATS[form]
    made = getattr(importlib.import_module(f"annotator.reports.{module}"), name)(write)
    assert isinstance(made, Report)
    return made


@contextlib.contextmanager
def written(path: Path) -> Iterator[Callable[[str], object]]:
    """What writes a file that comes to be, or takes the old one's place, only when it is whole.

    Raises:
        OutputRefused: If it cannot be written; what was there is still there.
    """
    try:
        with (
            disk.replacing(path) as descriptor,
            open(descriptor, "w", encoding="utf-8", newline="\n", closefd=False) as stream,
        ):
            yield stream.write
    except OSError as error:
        raise OutputRefused(f"the report cannot be written: {error.strerror}", path=path) from error
