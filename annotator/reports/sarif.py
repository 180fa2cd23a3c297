"""Findings as SARIF 2.1.0, which code scanning, editors and dashboards read.

Results are written as they come and the rules after them, so that no number of findings fills the memory.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from annotator.display import safe
from annotator.reports.places import Repositories, Texts, described
from annotator.reports.report import Found, Report, Subject, Verdict
from corpus.annotation_check import shortened
from corpus.codes import GENERIC
from schemas import Finding, Rule, Severity

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json]"

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"
"""The name of the folder from which paths count: the top of the repository."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_IN_TEXT = 1
"""The id of the place in the raw file, to which the message links."""


class SarifReport(Report):
    """One log with one run."""

    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__(write)
        self._repositories = Repositories()
        self._texts = Texts()
        self._rules = list(GENERIC.values())
        self._places = {rule.code: place for place, rule in enumerate(self._rules)}
        self._alike: Counter[str] = Counter()
        self._between = f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{"results": [\n'

    def begin(self, subject: Subject) -> None:
        for rule in subject.rules:
            self._place_of(rule)

    def add(self, found: Found) -> None:
        self._write(self._between + json.dumps(self._result(found)))
        self._between = ",\n"

    def close(self, verdict: Verdict) -> None:
        driver = {
            "name": "annotator",
            "semanticVersion": importlib.metadata.version("terminal-annotator"),
            "rules": [_rule(rule) for rule in self._rules],
        }
        run: Json = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {ROOT: {"description": {"text": "The top folder of the repository."}}},
            "invocations": [{"executionSuccessful": True, "exitCode": int(verdict.failed)}],
        }
        opening = "" if self._between == ",\n" else self._between
        self._write(f"{opening}\n], {json.dumps(run)[1:]}]}}\n")

    def _place_of(self, rule: Rule) -> int:
        """Where a rule is in the list of rules, which takes it in if need be."""
        place = self._places.setdefault(rule.code, len(self._rules))
        if place == len(self._rules):
            self._rules.append(rule)
        return place

    def _result(self, found: Found) -> Json:
        finding = found.finding
        # A schema may find what it has not declared as a rule.
        rule = Rule(finding.code, finding.severity, finding.message, finding.help or finding.message)
        result: dict[str, Json] = {
            "ruleId": finding.code,
            "ruleIndex": self._place_of(rule),
            "level": _LEVELS[finding.severity],
            "message": {"text": _literal(described(found, self._texts.words(found)))},
            "locations": [self._location(found)],
            "partialFingerprints": {"annotatorFinding/v1": self._fingerprint(finding)},
        }
        start, end = finding.start, finding.end
        source = self._texts.source(found) if start is not None and end is not None else None
        if source is not None and start is not None and end is not None and start < end <= len(source.text):
            words = _bracketed(shortened(source.text[start:end]))
            result["message"] = {"text": f"{_literal(described(found, None))}: [{words}]({_IN_TEXT})"}
            place = {"artifactLocation": self._artifact(source.path), "region": _region(source.text, start, end)}
            message = {"text": "The place in the document."}
            result["relatedLocations"] = [{"id": _IN_TEXT, "physicalLocation": place, "message": message}]
        return result

    def _location(self, found: Found) -> Json:
        finding = found.finding
        location: dict[str, Json] = {}
        if found.path is not None:
            # Code scanning shows only what has a line; what is about a whole file is shown at its first.
            region = {"startLine": finding.line or 1}
            location["physicalLocation"] = {"artifactLocation": self._artifact(found.path), "region": region}
        names = [name for name in (finding.layer, finding.document, finding.annotation) if name is not None]
        if names:
            kind = "annotation" if finding.annotation else "document" if finding.document else "layer"
            logical = {"name": names[-1], "fullyQualifiedName": "/".join(names), "kind": kind}
            location["logicalLocations"] = [logical]
        return location

    def _artifact(self, path: Path) -> Json:
        relative = self._repositories.relative(path)
        if Path(relative).is_absolute():
            return {"uri": Path(relative).as_uri()}
        return {"uri": quote(relative), "uriBaseId": ROOT}

    def _fingerprint(self, finding: Finding) -> str:
        """What tells a finding from the others in every run, wherever its line has moved."""
        place = [finding.layer, finding.document, finding.annotation]
        if finding.annotation is None:
            place += [str(finding.start), str(finding.end), str(finding.file)]
        digest = hashlib.sha256(json.dumps([finding.code, *place]).encode("ascii")).hexdigest()[:32]
        self._alike[digest] += 1
        return f"{digest}:{self._alike[digest]}"


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "shortDescription": {"text": _literal(rule.summary)},
        "fullDescription": {"text": _literal(rule.summary)},
        "help": {"text": _literal(rule.help)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"problem.severity": _PROBLEMS[rule.severity], "tags": ["annotation"]},
    }


def _region(text: str, start: int, end: int) -> Json:
    """A place in a raw file, in code points and in lines and columns that count from 1."""
    return {
        "charOffset": start,
        "charLength": end - start,
        "startLine": text.count("\n", 0, start) + 1,
        "startColumn": start - text.rfind("\n", 0, start),
        "endLine": text.count("\n", 0, end) + 1,
        "endColumn": end - text.rfind("\n", 0, end),
        "snippet": {"text": safe(text[start:end])},
    }


def _literal(text: str) -> str:
    """Text from outside in a message, where nothing may read as a link."""
    return safe(text).replace("\n", "␊").replace("](", "] (")


def _bracketed(text: str) -> str:
    """Text from outside between the brackets of a link."""
    return safe(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("\n", "␊")
