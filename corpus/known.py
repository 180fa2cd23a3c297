"""`known.jsonl`: findings that a corpus is known to have. They are counted, not failed, and the list may only shrink.

What no longer occurs has to leave the list, and a branch may not add to it.

A line names the code, and as much of the place as tells one finding from another::

    {"code":"G7","layer":"gold","document":"001","annotation":"a12","reason":"Decided in the guidelines, 4.2."}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from corpus import codes
from corpus.errors import StoreFailed
from corpus.store import Store, parse_records
from schemas import Finding

FILE = "known.jsonl"
"""The list, beside `corpus.toml`. A corpus need not have one."""

_PLACE = ("layer", "document", "annotation", "start", "end", "file")


class KnownFinding(BaseModel):
    """One line of the list. It means every finding that has the code, and each part of the place that is given."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: Annotated[str, Field(min_length=1)]
    """The code."""
    layer: str | None = None
    """The layer."""
    document: str | None = None
    """The document."""
    annotation: str | None = None
    """The id of the annotation."""
    start: int | None = None
    """The first code point of the place in the text."""
    end: int | None = None
    """One past the last."""
    file: str | None = None
    """The file, relative to the folder of the corpus; for what is about no document."""
    reason: str | None = None
    """Why it is left as it is, for those who read the list."""

    @model_validator(mode="after")
    def names_a_place(self) -> Self:
        if self.annotation is None and self.document is None and self.file is None:
            raise PydanticCustomError("known_place", "it names no annotation, no document and no file")
        return self

    @classmethod
    def of(cls, finding: Finding) -> KnownFinding:
        """The line that means this finding, and no other one that has another place."""
        return cls(
            code=finding.code,
            layer=finding.layer,
            document=finding.document,
            annotation=finding.annotation,
            start=finding.start,
            end=finding.end,
            file=finding.file if finding.document is None else None,
        )

    def means(self, finding: Finding) -> bool:
        """Whether the line means this finding."""
        return self.code == finding.code and all(
            wanted is None or wanted == getattr(finding, name)
            for name, wanted in ((name, getattr(self, name)) for name in _PLACE)
        )

    @property
    def finding(self) -> Finding:
        """A finding with the code and place of the line, for what asks where something is."""
        return Finding(self.code, "", **{name: getattr(self, name) for name in _PLACE})

    def line(self) -> str:
        """The line, without what is not given."""
        return self.model_dump_json(exclude_none=True)


class KnownFindings:
    """The list of one corpus, and which of its lines have been met."""

    def __init__(self, folder: Path) -> None:
        self.faults: list[Finding] = []
        """What is wrong with the list itself."""
        self._by_code: dict[str, list[tuple[int, KnownFinding]]] = {}
        self._met: set[int] = set()
        try:
            data = Store(folder).read_bytes(FILE)
        except StoreFailed as error:
            rule = codes.SYMLINK if error.code == codes.SYMLINK.code else codes.READ
            self.faults.append(rule.finding(error.what, file=FILE))
            return
        for record in parse_records(data or b"", FILE, KnownFinding):
            if isinstance(record, Finding):
                self.faults.append(record)
            else:
                self._by_code.setdefault(record[1].code, []).append(record)

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is on the list."""
        lines = [line for line, known in self._by_code.get(finding.code, ()) if known.means(finding)]
        self._met.update(lines)
        return bool(lines)

    def gone(self, is_looked_at: Callable[[Finding], bool]) -> Iterator[Finding]:
        """The lines that mean no finding any more, after every finding has been asked about.

        Args:
            is_looked_at: Whether a finding with that code and place would have been found.
        """
        entries = (entry for entries in self._by_code.values() for entry in entries)
        for line, known in sorted(entries, key=lambda entry: entry[0]):
            if line not in self._met and is_looked_at(known.finding):
                message = f"{known.code} does not occur there any more: {_place(known)}"
                yield codes.KNOWN.finding(message, file=FILE, line=line)

    def grown(self, before: bytes) -> Iterator[Finding]:
        """The lines that allow something which an earlier list, given as its bytes, did not allow."""
        allowed: dict[str, list[KnownFinding]] = {}
        for record in parse_records(before, FILE, KnownFinding):
            if not isinstance(record, Finding):
                allowed.setdefault(record[1].code, []).append(record[1])
        entries = (entry for entries in self._by_code.values() for entry in entries)
        for line, known in sorted(entries, key=lambda entry: entry[0]):
            if not any(each.means(known.finding) for each in allowed.get(known.code, ())):
                message = f"{known.code} was not on the list: {_place(known)}"
                yield codes.KNOWN_NEW.finding(message, file=FILE, line=line)


def _place(known: KnownFinding) -> str:
    return ", ".join(f"{name} {value}" for name in _PLACE if (value := getattr(known, name)) is not None)
