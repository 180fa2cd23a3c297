"""The lines of a journal: one checksummed JSON object for each change that was acknowledged.

A line is eight hexadecimal digits, the BLAKE2b digest of what follows them, a space, and an object::

    {"n":0,"opening":{"layer":"anna","document":"002","sha256":"…","pid":4711,"host":"lab","exclusive":false}}
    {"n":1,"annotations":{"k3":[null,{"id":"k3",...}]}}
    {"n":2,"header":[{...},{...}],"drafts":{"q8":[null,{...}]}}
    {"n":3,"checkpoint":true}

A change has, by id, what was there before it and after it, so that what came in from others in the meantime can be
told from what was done here. All before the last checkpoint is in the layer's own file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.drafts import Draft
from corpus.layers import canonical_line
from schemas import Annotation, LabelSchema, LayerHeader

_DIGITS = 8
_Entry = TypeVar("_Entry", Annotation, Draft)


class Opening(BaseModel):
    """Whose journal it is. The process is named for people only: who is alive is told by the lock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: str
    document: str
    sha256: str | None = None
    """The digest of the text that its offsets count; not there in journals of earlier versions."""
    pid: int
    host: str = ""
    exclusive: bool = False
    """Whether nobody else may change the layer's document meanwhile."""
    replaces: str | None = None
    """The journal that this one was begun for, since the disk refused to go on with it: all that waits is here."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was there before and after one change, or several: of the header, and by id."""

    header: tuple[LayerHeader, LayerHeader] | None = None
    annotations: Mapping[str, tuple[Annotation | None, Annotation | None]] = field(default_factory=dict)
    drafts: Mapping[str, tuple[Draft | None, Draft | None]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether it changes anything."""
        return bool(self.header or self.annotations or self.drafts)

    @property
    def before(self) -> tuple[Annotation, ...]:
        """The annotations that it changed, as they were."""
        return tuple(old for old, _ in self.annotations.values() if old is not None)

    @property
    def after(self) -> tuple[Annotation, ...]:
        """The annotations that it changed, as it left them."""
        return tuple(new for _, new in self.annotations.values() if new is not None)


@dataclass(slots=True)
class JournalText:
    """What the bytes of a journal hold."""

    opening: Opening | None = None
    waiting: list[tuple[int, bytes]] = field(default_factory=list)
    """The changes since the last checkpoint that can be read: the number of the line, and its object."""
    damaged: list[int] = field(default_factory=list)
    """The lines before the last sound one that are not as they were written, or that are missing."""
    next_number: int = 0
    """The number that the next line would have."""
    size: int = 0
    """How many bytes there are to the end of the last sound line."""


def difference(
    before: Mapping[str, Annotation | Draft],
    after: Mapping[str, Annotation | Draft],
    header: tuple[LayerHeader, LayerHeader],
    names: Iterable[str] | None = None,
) -> Change:
    """What changed between two states of a layer's document; `names` are the ids that are looked at, if not all."""
    annotations: dict[str, tuple[Annotation | None, Annotation | None]] = {}
    drafts: dict[str, tuple[Draft | None, Draft | None]] = {}
    for name in (*after, *(name for name in before if name not in after)) if names is None else names:
        old, new = before.get(name), after.get(name)
        if old is new or old == new:
            continue
        if isinstance(old, Annotation) or isinstance(new, Annotation):
            annotations[name] = (_only(old, Annotation), _only(new, Annotation))
        if isinstance(old, Draft) or isinstance(new, Draft):
            drafts[name] = (_only(old, Draft), _only(new, Draft))
    return Change(header if header[0] != header[1] else None, annotations, drafts)


def net(changes: Iterable[Change]) -> Change:
    """Several changes as one."""
    header: tuple[LayerHeader, LayerHeader] | None = None
    annotations: dict[str, tuple[Annotation | None, Annotation | None]] = {}
    drafts: dict[str, tuple[Draft | None, Draft | None]] = {}
    for change in changes:
        if change.header is not None:
            header = (header[0] if header else change.header[0], change.header[1])
        for name, (old, new) in change.annotations.items():
            annotations[name] = (annotations[name][0] if name in annotations else old, new)
        for name, (was, now) in change.drafts.items():
            drafts[name] = (drafts[name][0] if name in drafts else was, now)
    return Change(header, annotations, drafts)


def opening_line(opening: Opening) -> bytes:
    """The first line of a journal."""
    return _line(b'{"n":0,"opening":%b}' % opening.model_dump_json().encode())


def checkpoint_line(number: int) -> bytes:
    """The line that says that all before it is in the layer's file."""
    return _line(b'{"n":%d,"checkpoint":true}' % number)


def change_line(number: int, change: Change) -> bytes:
    """The line of a change."""
    parts = [b'{"n":%d' % number]
    if change.header is not None:
        parts.append(b'"header":[%b,%b]' % (_json(change.header[0]), _json(change.header[1])))
    if change.annotations:
        parts.append(b'"annotations":{%b}' % b",".join(_pairs(change.annotations)))
    if change.drafts:
        parts.append(b'"drafts":{%b}' % b",".join(_pairs(change.drafts)))
    return _line(b",".join(parts) + b"}")


def read(data: bytes) -> JournalText:
    """What a journal holds, as far as it can be told without a schema.

    What comes after the last sound line was never acknowledged, and is left out in silence.
    """
    text = JournalText()
    doubtful: list[int] = []
    position = 0
    for place, line in enumerate(data.split(b"\n"), start=1):
        body = line[_DIGITS + 1 :]
        position += len(line) + 1
        if position > len(data) or line[: _DIGITS + 1] != _sum(body):
            doubtful.append(place)
            continue
        text.size = position
        said = _object(body)
        text.damaged += doubtful
        doubtful.clear()
        if said.get("n") != text.next_number and not text.damaged:
            text.damaged.append(place)
        text.next_number = said["n"] + 1 if isinstance(said.get("n"), int) else text.next_number + 1
        if "opening" in said:
            with contextlib.suppress(ValidationError):
                text.opening = Opening.model_validate(said["opening"])
        elif "checkpoint" in said:
            text.waiting.clear()
        else:
            text.waiting.append((place, body))
    return text


def parse(body: bytes, schema: LabelSchema) -> Change:
    """The change that a line's object tells of.

    Raises:
        ValueError: If the schema does not know what it tells of.
    """
    said = _object(body)
    header = None
    if "header" in said:
        old, new = (LayerHeader.model_validate_json(json.dumps(each), by_alias=True) for each in said["header"])
        header = (old, new)
    validate = schema.annotation.validator.validate_json
    annotations = {
        name: (_read(old, validate), _read(new, validate)) for name, (old, new) in said.get("annotations", {}).items()
    }
    drafts = {
        name: (_read(old, Draft.model_validate_json), _read(new, Draft.model_validate_json))
        for name, (old, new) in said.get("drafts", {}).items()
    }
    return Change(header, annotations, drafts)


def readable(text: JournalText, schema: LabelSchema) -> tuple[list[Change], list[int]]:
    """The changes that wait, and the lines of those that the schema does not know."""
    changes, strange = [], []
    for place, body in text.waiting:
        try:
            changes.append(parse(body, schema))
        except Exception:  # noqa: BLE001 - a schema is its user's program, and may raise anything
            # The digest is no seal: whoever wrote the line could write anything.
            strange.append(place)
    return changes, strange


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _only(entry: Annotation | Draft | None, kind: type[_Entry]) -> _Entry | None:
    return entry if isinstance(entry, kind) else None


def _pairs(changed: Mapping[str, tuple[_Entry | None, _Entry | None]]) -> Iterator[bytes]:
    for name, (old, new) in changed.items():
        yield b"%b:[%b,%b]" % (json.dumps(name).encode(), _json(old), _json(new))


def _json(model: Annotation | Draft | LayerHeader | None) -> bytes:
    if model is None:
        return b"null"
    return model.model_dump_json().encode() if isinstance(model, Draft) else canonical_line(model)


def _read(said: Any, validate: Any) -> Any:
    return None if said is None else validate(json.dumps(said), strict=True)


def _line(body: bytes) -> bytes:
    return _sum(body) + body + b"\n"


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGITS // 2).hexdigest().encode() + b" "
