"""Findings as lines of `known.jsonl`: the list with which a corpus that has some already can begin."""

from __future__ import annotations

from annotator.reports.report import Found, Report
from corpus.known import FILE, KnownFinding


class KnownReport(Report):
    """Every finding with all that is known of its place; none about the list itself."""

    def add(self, found: Found) -> None:
        finding = found.finding
        if finding.file != FILE and (finding.document is not None or finding.file is not None):
            self._write(KnownFinding.of(finding).line() + "\n")
