"""Findings: what a check has to say about a corpus, as values. Printing them is somebody else's job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self


class Severity(StrEnum):
    """How bad a finding is. Errors fail a check, warnings are counted, notes inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found, with its place as far as it is known.

    `start` and `end` are half-open code points into the document's text; `line` counts from 1.
    """

    code: str
    """The stable code, such as `G1`; its meaning stands in the table of the codes."""
    message: str
    """What is wrong, in one sentence."""
    severity: Severity = Severity.ERROR
    document: str | None = None
    layer: str | None = None
    annotation: str | None = None
    """The id of the annotation that it is about."""
    start: int | None = None
    end: int | None = None
    file: str | None = None
    """The file, relative to the corpus folder."""
    line: int | None = None
    help: str | None = None
    """What to do about it."""

    def at(self, **place: Any) -> Self:
        """The same finding with more of its place filled in; what it already knows stays."""
        return replace(self, **{name: value for name, value in place.items() if getattr(self, name) is None})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code means: the entry of the table that `annotator explain` and the documentation print."""

    code: str
    severity: Severity
    summary: str
    """What the rule demands, in one sentence."""
    help: str
    """What to do when it is broken."""

    def finding(self, message: str, **place: Any) -> Finding:
        """A finding of this rule."""
        return Finding(code=self.code, message=message, severity=self.severity, help=self.help, **place)
