"""What a check lets through: which findings count, which are known, and whether there are too many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from annotator.reports.report import Found, Report, Subject, Verdict
from corpus.check import Seen
from corpus.selection import Selection
from corpus.wording import counted
from schemas import Severity


@dataclass(slots=True)
class Gate:
    """Counts findings and hands them to the reports as they come."""

    reports: Sequence[Report]
    selection: Selection
    notes: bool
    """Whether notes are handed on; otherwise they are only counted."""
    seen: Seen = field(default_factory=Seen)
    counts: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    known: int = 0
    """How many findings were met that are on a list of known ones."""

    def begin(self, subject: Subject) -> None:
        """Tells the reports what is looked at next."""
        for report in self.reports:
            report.begin(subject)

    def add(self, found: Found) -> None:
        """Takes in one finding, unless its code is not asked for."""
        if not self.selection.takes(found.finding.code):
            return
        self.counts[found.finding.severity] += 1
        if found.finding.severity is not Severity.NOTE or self.notes:
            for report in self.reports:
                report.add(found)

    def close(self, max_warnings: int | None) -> Verdict:
        """Whether the check fails, which the reports are told as well."""
        by_warnings = max_warnings is not None and self.counts[Severity.WARNING] > max_warnings
        verdict = Verdict(bool(self.counts[Severity.ERROR]) or by_warnings, by_warnings)
        for report in self.reports:
            report.close(verdict)
        return verdict

    @property
    def summary(self) -> str:
        """What was looked at and what was found, on one line."""
        seen = self.seen
        looked_at = [counted(seen.documents, "document"), counted(seen.annotations, "annotation")]
        if seen.layers:
            looked_at.insert(1, counted(seen.layers, "layer"))
        found = [counted(count, severity.value) for severity, count in self.counts.items() if count]
        found = found or ["no findings"]
        if self.known:
            found.append(f"{self.known:,} known")
        hint = " (list them with --notes)" if self.counts[Severity.NOTE] and not self.notes else ""
        return f"{', '.join(looked_at)}: {', '.join(found)}{hint}"
