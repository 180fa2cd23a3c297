"""Findings for programs: one JSON object a line, in ASCII. `docs/findings.schema.json` says what it holds."""

from __future__ import annotations

import json

from annotator.reports.places import from_here
from annotator.reports.report import Found, Report


class JsonReport(Report):
    """What is not known is `null`."""

    def add(self, found: Found) -> None:
        finding = found.finding
        line = json.dumps(
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "message": finding.message,
                "help": finding.help,
                "path": None if found.path is None else from_here(found.path),
                "line": finding.line,
                "layer": finding.layer,
                "document": finding.document,
                "annotation": finding.annotation,
                "start": finding.start,
                "end": finding.end,
            }
        )
        self._write(line + "\n")
