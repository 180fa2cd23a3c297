"""What the differences of two revisions look like: one module for each format, imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from corpus.differences import Differences

FORMATS: dict[str, str] = {"text": "text", "markdown": "markdown", "json": "json_lines"}
"""Every format with its module."""


def lines(form: str, found: Differences) -> Iterator[str]:
    """The differences in one of the formats, line by line."""
    write: Callable[[Differences], Iterator[str]] = importlib.import_module(f"annotator.diffs.{FORMATS[form]}").lines
    yield from write(found)
