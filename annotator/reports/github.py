"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Callable

from annotator.display import safe
from annotator.reports.places import Repositories, Texts, described
from annotator.reports.report import Found, Report
from schemas import Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class GitHubReport(Report):
    """`::error file=...,line=...,title=CODE::what is wrong, where, and what to do`."""

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__(write)
        self._repositories = Repositories()
        self._texts = Texts()

    def add(self, found: Found) -> None:
        finding = found.finding
        properties = {"title": finding.code}
        if found.path is not None:
            properties = {"file": self._repositories.relative(found.path), **properties}
            if finding.line is not None:
                properties = {"file": properties["file"], "line": str(finding.line), **properties}
        message = described(found, self._texts.words(found))
        if finding.help:
            message = f"{message}\n{finding.help}"
        named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        self._write(f"::{_COMMANDS[finding.severity]} {named}::{_data(message)}\n")


def _data(text: str) -> str:
    """Text after the second pair of colons: a line break would end the command."""
    return safe(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property's value: a colon or a comma would end it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
