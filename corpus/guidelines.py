"""A corpus's guidelines by label and field: `GUIDELINES.md`, and the cases that were decided, `decided.jsonl`.

Both may lie in the corpus's folder; neither must. A section is about a label, or a field of one, when the first words
in backticks of its heading are `label` or `label.field`; it ends at the next heading, and several are read as one. A
line of `decided.jsonl` has the place of a case (`document`, `start`, `end`, `text`), the `decision` (its `label`, or
null where nothing is to be marked, and the `values` of fields), the `rule`, and `why`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import InputRefused
from corpus.store import Store

FILE = "GUIDELINES.md"
DECIDED = "decided.jsonl"
SIZE_LIMIT = 4 * 1024 * 1024
"""The most bytes of either file that are read."""

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<title>.*)")
_SUBJECT = re.compile(r"`([^`\s]+)`")
_FENCE = re.compile(r"[ \t]{0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class Case:
    """A place that was discussed, and what was decided; `start` and `end` are code points, half-open."""

    document: str
    start: int
    end: int
    text: str
    label: str | None
    """The label that it has; none where nothing is to be marked there."""
    values: Mapping[str, Any]
    """What was decided of fields, as a file holds it."""
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Guidelines:
    """What the corpus says about its labels and fields."""

    sections: Mapping[str, str] = field(default_factory=dict)
    """Markdown, by `label` or `label.field`."""
    cases: tuple[Case, ...] = ()

    def section(self, label: str, field: str | None = None) -> str:
        """What is said of a label, or of one of its fields; an empty string where nothing is."""
        return self.sections.get(label if field is None else f"{label}.{field}", "")

    def cases_of(self, label: str, field: str | None = None) -> list[Case]:
        """The cases of a label, or those of them that decide a field."""
        return [case for case in self.cases if case.label == label and (field is None or field in case.values)]


def read(store: Store) -> Guidelines:
    """The guidelines of the corpus of a store; empty where it has none.

    Raises:
        InputRefused: If a file is too large or is not UTF-8, or a line of cases is none.
        StoreFailed: If a file cannot be read.
    """
    sections: dict[str, str] = {}
    for subject, section in _sections(_text(store, FILE)):
        sections[subject] = f"{sections[subject]}\n\n{section}" if subject in sections else section
    return Guidelines(sections, tuple(_cases(_text(store, DECIDED), store)))


def _text(store: Store, file: str) -> str:
    data = store.read_bytes(file)
    if data is None:
        return ""
    if len(data) > SIZE_LIMIT:
        raise InputRefused(f"the file has {len(data):,} bytes; {SIZE_LIMIT:,} are read", path=store.folder / file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputRefused(
            f"byte {error.start} is not UTF-8", path=store.folder / file, help="Save the file as UTF-8"
        ) from error


def _sections(text: str) -> Iterator[tuple[str, str]]:
    """The sections that are about something, in order."""
    subject: str | None = None
    lines: list[str] = []
    is_fenced = False
    for line in text.split("\n"):
        heading = None if is_fenced else _HEADING.match(line)
        if _FENCE.match(line):
            is_fenced = not is_fenced
        if heading is None:
            lines.append(line)
            continue
        if subject is not None:
            yield subject, "\n".join(lines).strip("\n")
        found = _SUBJECT.search(heading["title"])
        subject, lines = found[1] if found else None, []
    if subject is not None:
        yield subject, "\n".join(lines).strip("\n")


def _cases(text: str, store: Store) -> Iterator[Case]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _case(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InputRefused(
                f"the line is no decided case: {type(error).__name__} {error}",
                path=store.folder / DECIDED,
                line=number,
                help="A case has document, start, end, text, decision, rule and why",
            ) from error


def _case(line: Any) -> Case:
    decision = line["decision"]
    place = (line["start"], line["end"])
    if not all(type(each) is int and each >= 0 for each in place):
        raise ValueError("start and end are code points")
    words = [line[name] for name in ("document", "text", "rule", "why")]
    if not all(isinstance(each, str) for each in words):
        raise TypeError("document, text, rule and why are strings")
    label, values = decision.get("label"), decision.get("values", {})
    if not (isinstance(label, str | None) and isinstance(values, dict)):
        raise TypeError("the decision has a label and values")
    return Case(words[0], *place, words[1], label, values, words[2], words[3])
