"""Findings as JUnit XML, which nearly every CI shows: a suite for each layer, a case for each document.

Errors fail a case. What is no error stands in the case's output, and fails it only where warnings fail the check.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from annotator.display import safe
from annotator.reports.places import Repositories, Texts, described
from annotator.reports.report import Found, Report, Subject, Verdict
from corpus.store import LAYERS
from schemas import Severity

_NOT_XML = str.maketrans(dict.fromkeys("\ufffe\uffff", "\ufffd"))
"""What XML 1.0 cannot hold, not even as a reference, beside the control characters that have stand-ins anyway."""


class JUnitReport(Report):
    """What has no findings is listed too, as passed. All is written at the end, since a suite begins with counts."""

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__(write)
        self._repositories = Repositories()
        self._texts = Texts()
        self._cases: dict[Path, dict[tuple[Path, str | None], list[Found]]] = {}
        """By folder, by file and, in a shard, document."""

    def begin(self, subject: Subject) -> None:
        for path in subject.files():
            self._case(path, None)

    def add(self, found: Found) -> None:
        path = found.path or Path.cwd()
        self._case(path, found.finding.document if found.folder is None else None).append(found)

    def close(self, verdict: Verdict) -> None:
        suites = ET.Element("testsuites", {"name": "annotator validate"})
        for folder, cases in self._cases.items():
            suite = ET.SubElement(suites, "testsuite", {"name": _xml(self._repositories.name(folder))})
            for (path, document), findings in cases.items():
                self._add_case(suite, path, document, findings, by_warnings=verdict.by_warnings)
            _count(suite)
        _count(suites)
        ET.indent(suites)
        self._write(f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n')

    def _case(self, path: Path, document: str | None) -> list[Found]:
        return self._cases.setdefault(path.parent, {}).setdefault((path, document), [])

    def _add_case(
        self, suite: ET.Element, path: Path, document: str | None, findings: list[Found], *, by_warnings: bool
    ) -> None:
        name = path.stem if path.parent.parent.name == LAYERS else path.name
        if document is not None:
            name = f"{name}: {document}"
        about = {"name": name, "classname": suite.attrib["name"], "file": self._repositories.relative(path)}
        case = ET.SubElement(suite, "testcase", {key: _xml(value) for key, value in about.items()})
        failing = (Severity.ERROR, Severity.WARNING) if by_warnings else (Severity.ERROR,)
        failures = [each for each in findings if each.finding.severity in failing]
        others = [each for each in findings if each.finding.severity not in failing]
        if failures:
            codes = dict.fromkeys(each.finding.code for each in failures)
            message = self._line(failures[0]) if len(failures) == 1 else f"{len(failures)} findings: {', '.join(codes)}"
            about = {"message": _xml(message), "type": next(iter(codes))}
            ET.SubElement(case, "failure", about).text = self._lines(failures)
        if others:
            ET.SubElement(case, "system-out").text = self._lines(others)

    def _lines(self, findings: list[Found]) -> str:
        return "\n".join(_xml(self._line(each)) for each in findings)

    def _line(self, found: Found) -> str:
        """A finding on one line, with its place in the file and in the text."""
        line = f":{found.finding.line}" if found.finding.line is not None else ""
        place = f"{self._repositories.relative(found.path)}{line}: " if found.path is not None else ""
        text = f"{place}{found.finding.code} {described(found, self._texts.words(found))}"
        way_out = f" {found.finding.help}" if found.finding.help else ""
        return f"{text}.{way_out}"


def _count(element: ET.Element) -> None:
    """Writes down how many cases an element has below it, and how many of them failed."""
    cases = list(element.iter("testcase"))
    failed = sum(case.find("failure") is not None for case in cases)
    element.attrib |= {"tests": str(len(cases)), "failures": str(failed), "errors": "0", "skipped": "0"}


def _xml(text: str) -> str:
    """Text from outside on one line, with stand-ins for what XML cannot hold."""
    return safe(text).replace("\n", "␊").translate(_NOT_XML)
