"""Merging three versions of one of a corpus's files, line by line, by id, as git asks for it.

Only JSON is read, never a schema: a schema is code, and what git merges may have come from a stranger. A line that is
kept is kept byte for byte. Nothing that one side made or changed is ever left out:

- what only one side added, changed or deleted is taken from it;
- where both sides changed one annotation differently, this side's keeps its id, and the other side's is kept under
  `ID--other-DIGEST`, which the check names until somebody has decided;
- what one side deleted is kept where the other side changed it, or refers to it from something that it made or changed;
- of two statuses the one that asks for more to be looked at is kept, and both comments are.

"This side" is what git calls ours: the branch that is merged into, or, in a rebase, the branch that is rebased onto.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from corpus.field_merge import ABSENT, Standing, merge_fields, merge_status, united

OTHER = "--other-"
"""What stands in the id of the other side's version of something, between the id and a digest."""

_OTHER_ID = re.compile(r"^(?P<id>.+?)--other-[0-9a-f]{6,32}$")


class NotLines(ValueError):
    """A version of the file cannot be merged by its lines; its text says why."""


class Kind(Enum):
    """What the lines of a file are."""

    LAYER = "layer"
    DOCUMENTS = "documents"
    REGISTRY = "registry"
    """Entities or claims: sorted by id, and merged field by field."""
    LIST = "list"
    """Lines without an id, each of which is there or not."""


_KINDS = {
    "documents.jsonl": Kind.DOCUMENTS,
    "entities.jsonl": Kind.REGISTRY,
    "claims.jsonl": Kind.REGISTRY,
    "known.jsonl": Kind.LIST,
}


_ID_LIMITS = {Kind.LAYER: 64, Kind.DOCUMENTS: 128, Kind.REGISTRY: 128}
"""How long the ids of each kind of line may be."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides did to one thing."""

    id: str
    """The id of the annotation, document, entity or claim; empty for a header."""
    what: str
    """What happened, and what was kept."""
    other: str | None = None
    """The id under which the other side's version is kept, where there is one."""


@dataclass(slots=True)
class Lines:
    """What comes of a merge."""

    data: bytes = b""
    """The file, in canonical order."""
    conflicts: list[Conflict] = field(default_factory=list)
    """What somebody has to decide."""
    notes: list[str] = field(default_factory=list)
    """What was decided by a rule, and that somebody may want to know."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: its bytes, and what it says."""

    data: bytes
    record: Mapping[str, Any]

    @property
    def said(self) -> str:
        """What it says, whatever the order of its keys; equal exactly where two lines say the same."""
        return json.dumps(self.record, sort_keys=True)


def kind_of(path: str) -> Kind | None:
    """What the lines of the file at a path are; nothing where it is none of a corpus's."""
    parts = path.split("/")
    if len(parts) >= 3 and parts[-3] == "layers" and parts[-1].endswith(".jsonl"):
        return Kind.LAYER
    return _KINDS.get(parts[-1])


def other_id(id: str, content: bytes, kind: Kind, size: int = 3) -> str:
    """The id under which the other side's version of something is kept; the same for the same content.

    Raises:
        NotLines: If it would be longer than ids may be: with a part of the id nobody could tell whose version it is.
    """
    ending = OTHER + hashlib.blake2b(content, digest_size=size).hexdigest()
    first, limit = original_id(id), _ID_LIMITS[kind]
    if len(first) + len(ending) > limit:
        raise NotLines(f"both sides changed {first!r}, whose id is too long to keep two versions (at most {limit})")
    return first + ending


def is_other(id: str) -> bool:
    """Whether an id is one that a merge has given to the other side's version of something."""
    return _OTHER_ID.match(id) is not None


def original_id(id: str) -> str:
    """The id of what something is another version of; the id itself where it is none."""
    found = _OTHER_ID.match(id)
    return found["id"] if found else id


def merge_lines(base: bytes, mine: bytes, theirs: bytes, kind: Kind) -> Lines:
    """The file that comes of two versions that began from the same one; an empty base where both are new.

    Raises:
        NotLines: If one of them is not what the kind of file must be, so that nothing can be told apart.
    """
    if kind is Kind.LIST:
        return _merge_list(base, mine, theirs)
    merge = _Merge(kind, *(_Version.read(each, kind) for each in (base, mine, theirs)))
    return merge.run()


@dataclass(slots=True)
class _Version:
    """One version of a file."""

    header: _Line | None
    lines: dict[str, _Line]

    @classmethod
    def read(cls, data: bytes, kind: Kind) -> _Version:
        version = cls(None, {})
        for number, line in enumerate(_each_line(data), 1):
            name = line.record.get("id")
            if number == 1 and kind is Kind.LAYER:
                if name is not None or "document" not in line.record:
                    raise NotLines("line 1 is not a header")
                version.header = line
            elif not isinstance(name, str):
                raise NotLines(f"line {number} has no id")
            elif name in version.lines:
                raise NotLines(f"line {number}: the id {name!r} is there twice")
            elif kind is Kind.LAYER and not all(type(line.record.get(key)) is int for key in ("start", "end")):
                raise NotLines(f"line {number} has no place")
            else:
                version.lines[name] = line
        return version


def _each_line(data: bytes) -> Iterator[_Line]:
    if not data:
        return
    if not data.endswith(b"\n"):
        raise NotLines("the last line has no newline")
    for number, raw in enumerate(data[:-1].split(b"\n"), 1):
        line = raw.removesuffix(b"\r")
        try:
            record = json.loads(line.decode("utf-8"), object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            raise NotLines(f"line {number} is not JSON: {error}") from error
        if not isinstance(record, dict):
            raise NotLines(f"line {number} is not a JSON object")
        yield _Line(line, record)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise NotLines("a key is there twice")
    return record


class _Merge:
    """One merge, from its three versions."""

    def __init__(self, kind: Kind, base: _Version, mine: _Version, theirs: _Version) -> None:
        self.kind = kind
        self.base, self.mine, self.theirs = base, mine, theirs
        self.kept: dict[str, _Line] = {}
        self.others: dict[str, str] = {}
        """By id, that under which the other side's version is kept."""
        self.merged = Lines()

    def run(self) -> Lines:
        for name in dict.fromkeys((*self.mine.lines, *self.theirs.lines)):
            self._choose(name)
        self._keep_what_is_referred_to()
        header = self._header()
        lines = ([header] if header else []) + [self.kept[name] for name in self._order()]
        self.merged.data = b"".join(line.data + b"\n" for line in lines)
        return self.merged

    def _choose(self, name: str) -> None:
        old, my, their = self.base.lines.get(name), self.mine.lines.get(name), self.theirs.lines.get(name)
        was, here, there = (each and each.said for each in (old, my, their))
        if there in (here, was):
            chosen = my
        elif here == was:
            chosen = their
        elif my is None or their is None:
            chosen = my or their
            where = ("on the other side", "on this side") if my is not None else ("on this side", "on the other side")
            self._conflict(name, f"{name} was deleted {where[0]} and changed {where[1]}: the change is kept")
        else:
            chosen = self._both(name, old, my, their)
        if chosen is not None:
            self.kept[name] = chosen

    def _both(self, name: str, old: _Line | None, my: _Line, their: _Line) -> _Line:
        """What is kept of something that both sides changed."""
        if self.kind is Kind.REGISTRY:
            together = merge_fields(old.record if old else {}, my.record, their.record)
            if together is not None:
                return _Line(_dumped(together), together)
        other, size = other_id(name, their.data, self.kind), 4
        while any(self._says_else(each.lines.get(other), name, their) for each in (self.base, self.mine, self.theirs)):
            other, size = other_id(name, their.data, self.kind, size), size + 1
        record = {**their.record, "id": other}
        self.kept[other] = _Line(_dumped(record), record)
        self.others[name] = other
        self._conflict(
            name,
            f"{name} was changed on both sides: this side's keeps its id, the other side's is kept as {other}",
            other,
        )
        return my

    @staticmethod
    def _says_else(line: _Line | None, name: str, their: _Line) -> bool:
        """Whether a line that has an id already says something other than what is to be kept under it."""
        return line is not None and {**line.record, "id": name} != {**their.record, "id": name}

    def _keep_what_is_referred_to(self) -> None:
        """Brings back what one side deleted, where the other side came to refer to it."""
        if self.kind is not Kind.LAYER:
            return
        for side, other in ((self.mine, self.theirs), (self.theirs, self.mine)):
            gone = {
                name: line for name, line in side.lines.items() if name not in other.lines and name not in self.kept
            }
            new = [line for name, line in side.lines.items() if not _is_same(self.base.lines.get(name), line)]
            # What is back may itself refer to something that was deleted with it.
            for line in new:
                for name in _named(line.record):
                    if name in gone:
                        by = line.record["id"]
                        self._conflict(
                            name, f"{name} was deleted on one side, and {by} on the other names it: it is kept"
                        )
                        self.kept[name] = gone.pop(name)
                        new.append(self.kept[name])

    def _conflict(self, name: str, what: str, other: str | None = None) -> None:
        self.merged.conflicts.append(Conflict(name, what, other))

    def _order(self) -> Sequence[str]:
        if self.kind is Kind.LAYER:
            return sorted(self.kept, key=lambda name: _place(self.kept[name].record))
        if self.kind is Kind.REGISTRY:
            return sorted(self.kept)
        # A document has no place of its own: each stands behind the one that it stood behind where it was added.
        last: str | None = None
        after: dict[str | None, str | None] = {None: None}
        for name in self.mine.lines:
            for each in (name, self.others.get(name)):
                if each in self.kept and each not in after:
                    after[last], after[each], last = each, None, each
        before: str | None = None
        for name in self.theirs.lines:
            if name in self.kept and name not in after:
                after[before], after[name] = name, after[before]
            before = name if name in after else before
        return [*_chain(after)]

    # The header

    def _header(self) -> _Line | None:
        old, my, their = self.base.header, self.mine.header, self.theirs.header
        if my is None or their is None:
            return my or their
        was, here, there = (each.record if each else {} for each in (old, my, their))
        header: dict[str, Any] = {}
        for key in dict.fromkeys((*here, *there)):
            if key not in ("status", "comment"):
                header |= self._header_field(key, was, here, there)
        header |= self._status(was, here, there)
        if header == dict(here):
            return my
        if header == dict(there):
            return their
        order = [*dict.fromkeys((*here, *there))]
        return _Line(_dumped({key: header[key] for key in order if key in header}), header)

    def _header_field(
        self, key: str, was: Mapping[str, Any], here: Mapping[str, Any], there: Mapping[str, Any]
    ) -> dict[str, Any]:
        old, my, their = (each.get(key, ABSENT) for each in (was, here, there))
        if my == their:
            return {key: my}
        if key in ("sha256", "schema"):
            # What the side with the other value has changed was said of another text, or in other words.
            behind = self.mine if my == old else self.theirs
            if old is ABSENT or my != old != their or self._has_changed(behind):
                what = "texts" if key == "sha256" else "schemas"
                sides = f"{_shown(my)} here, {_shown(their)} on the other side"
                self._conflict("", f"the two sides follow different {what}: {key} {sides}")
        elif my != old != their:
            self._conflict(
                "",
                f"the header's {key} is {_shown(my)} on this side and {_shown(their)} on the other: this side's stays",
            )
        chosen = their if my == old else my
        return {} if chosen is ABSENT else {key: chosen}

    def _has_changed(self, version: _Version) -> bool:
        return any(not _is_same(self.base.lines.get(name), line) for name, line in version.lines.items())

    def _status(self, was: Mapping[str, Any], here: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
        """Status and comment go together: a comment says why something is flagged."""
        old = _standing(was) if was else None
        my, their = _standing(here), _standing(there)
        status, comment = merge_status(old, my, their)
        if my[0] != their[0] and old not in (my, their):
            self.merged.notes.append(f"the document is {my[0]} on this side and {their[0]} on the other: now {status}")
        return {"status": status} | ({"comment": comment} if comment is not None else {})


def _standing(header: Mapping[str, Any]) -> Standing:
    return header.get("status", "open"), header.get("comment")


def _shown(value: object) -> str:
    return "not there" if value is ABSENT else repr(value)


def _is_same(old: _Line | None, new: _Line) -> bool:
    return old is not None and (old.data == new.data or old.said == new.said)


def _place(record: Mapping[str, Any]) -> tuple[int, int, str, str]:
    return (record["start"], record["end"], str(record.get("label")), record["id"])


def _chain(after: Mapping[str | None, str | None]) -> Iterator[str]:
    """All names, each with the one behind it; nothing stands before the first and behind the last."""
    name = after[None]
    while name is not None:
        yield name
        name = after[name]


def _named(record: Mapping[str, Any]) -> Iterator[str]:
    """Every string in a record that may be the id of something else."""
    for key, value in record.items():
        if key not in ("id", "label", "text"):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str):
                    yield each


def _dumped(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _merge_list(base: bytes, mine: bytes, theirs: bytes) -> Lines:
    was, here, there = ([line.data for line in _each_line(each)] for each in (base, mine, theirs))
    return Lines(b"".join(line + b"\n" for line in united(was, here, there)))
