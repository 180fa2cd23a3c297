"""Findings for people: one a line, and at the end, once for each code, what to do."""

from __future__ import annotations

from collections.abc import Callable

from annotator.display import safe
from annotator.reports.places import from_here
from annotator.reports.report import Found, Report, Verdict


class TextReport(Report):
    """`path:line: CODE what is wrong (annotation id)`."""

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__(write)
        self._ways_out: dict[str, str] = {}

    def add(self, found: Found) -> None:
        finding = found.finding
        self._ways_out.setdefault(finding.code, finding.help or "")
        line = "" if finding.line is None else f"{finding.line}:"
        place = "" if found.path is None else f"{from_here(found.path)}:{line} "
        about = f" (annotation {finding.annotation})" if finding.annotation else ""
        self._write(safe(f"{place}{finding.code} {finding.message}{about}").replace("\n", "␊") + "\n")

    def close(self, verdict: Verdict) -> None:
        if self._ways_out:
            ways_out = (f"{code}: {safe(way_out)}\n" for code, way_out in sorted(self._ways_out.items()))
            self._write("\n" + "".join(ways_out))
