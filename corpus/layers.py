"""One layer's file for one document: parsed strictly, written canonically."""

from __future__ import annotations

import contextlib
import json
import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from operator import eq
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from corpus import codes, jsonl
from corpus.rule_faults import rule_fault
from schemas import Annotation, Finding, LabelSchema, LayerHeader, Rule

_ID = re.compile(rb'\s*\{\s*"id"\s*:\s*"([A-Za-z0-9_-]{1,64})"')
_OPTIONAL = {"fragments", "score", "settled"}
"""The fields of an annotation that a line has only where they hold something."""


@dataclass(frozen=True, slots=True)
class LayerFile:
    """What one layer says about one document."""

    layer: str
    header: LayerHeader
    annotations: Sequence[Annotation] = ()
    """By place."""


class Written(Sequence[Annotation]):
    """Annotations by place, all with different ids, of which something is known without looking at what each says."""

    @abstractmethod
    def ids(self) -> Iterator[str]:
        """Their ids, by place."""

    @abstractmethod
    def records(self) -> Iterator[Mapping[str, Any]]:
        """What their lines hold, by place: each field that is there, as JSON has it."""

    @abstractmethod
    def label_of(self, id: str) -> str | None:
        """The label of the one that has an id, if there is one."""

    @abstractmethod
    def written(self) -> Iterator[bytes | memoryview]:
        """Their lines in canonical form, each with its newline, in pieces of any size."""

    def __eq__(self, other: object) -> bool:
        """Whether the other has the same annotations, kept in whatever way."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]


@dataclass(slots=True)
class ParsedLayer:
    """What could be read of a layer's file, and what could not."""

    header: LayerHeader | None = None
    annotations: list[tuple[int, Annotation]] = field(default_factory=list)
    """Each with the number of its line."""
    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """The ids on lines that could not be read, as far as they can be told: they are there, whatever they say."""


LIMIT = 1_000_000
"""The most annotations that a layer may have of one document."""

_RULES = {
    "extent_empty": codes.EXTENT_EMPTY,
    "extent_order": codes.EXTENT_FRAGMENTS,
    "fragments_hull": codes.EXTENT_FRAGMENTS,
    "json_invalid": codes.JSON,
    "union_tag_invalid": codes.LABEL,
    "union_tag_not_found": codes.LABEL,
    "zones_partition": codes.DOC_ZONES,
}
"""What pydantic and our own models call a fault, where it has a code of its own."""


def parse(data: bytes, schema: LabelSchema, file: str, limit: int = LIMIT) -> ParsedLayer:
    """Everything that the bytes of a layer's file hold, and everything that is wrong with them as bytes and records.

    What comes after `limit` annotations is not read.
    """
    parsed = ParsedLayer()
    for _, line, annotation in read(data, schema, file, parsed, limit):
        parsed.annotations.append((line, annotation))
    return parsed


def read(
    data: bytes, schema: LabelSchema, file: str, parsed: ParsedLayer, limit: int = LIMIT
) -> Iterator[tuple[int, int, Annotation]]:
    """The annotations one after the other, none of which is kept, while everything else is noted in `parsed`.

    Each comes with where its line begins in `data`, and with the number of its line.
    """
    count = begin = end = 0
    stream = BytesIO(data)
    validate = schema.annotation.validator.validate_json
    if not data:
        parsed.findings.append(codes.HEADER.finding("the file is empty", file=file, line=1))
    awaiting_header = True
    for line in jsonl.split_stream(stream, file, jsonl.LINE_LIMIT):
        if stream.tell() != end:
            begin, end = end, stream.tell()
        if isinstance(line, Finding):
            parsed.findings.append(line)
            continue
        if awaiting_header:
            awaiting_header = False
            for annotation in _read_header(line, schema, file, parsed):
                count += 1
                yield begin, line.number, annotation
            continue
        if count == limit:
            message = f"the file has more than {limit:,} annotations"
            parsed.findings.append(codes.LAYER_LARGE.finding(message, file=file, line=line.number))
            break
        try:
            annotation = validate(line.data, strict=True)
            canonical = canonical_line(annotation)
        except ValidationError as error:
            parsed.unread |= _ids_like(line)
            found = list(jsonl.faults(line, file))
            broken = () if found else invalid(error, codes.ANNOTATION, file, line.number, schema)
            parsed.findings += found or [each.at(annotation=id_in(line.data)) for each in broken]
        except Exception as error:  # noqa: BLE001 - a schema is its user's program, and may raise anything
            found = [*jsonl.faults(line, file), rule_fault(error, schema, f"what the schema asks of {_named(line)}")]
            parsed.findings += [each.at(file=file, line=line.number, annotation=id_in(line.data)) for each in found]
            parsed.unread |= _ids_like(line)
        else:
            if canonical != line.data:
                parsed.findings += _not_canonical(line, file)
            count += 1
            yield begin, line.number, annotation


def _read_header(line: jsonl.Line, schema: LabelSchema, file: str, parsed: ParsedLayer) -> Iterator[Annotation]:
    """Notes the header; gives the annotation that stands in its place, if one does."""
    try:
        parsed.header = LayerHeader.model_validate_json(line.data, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        found = list(jsonl.faults(line, file))
        parsed.findings += found or invalid(error, codes.HEADER, file, line.number, schema)
        if not found:
            yield from _taken_in(line, schema)
    else:
        if canonical_line(parsed.header) != line.data:
            parsed.findings += _not_canonical(line, file)


def _not_canonical(line: jsonl.Line, file: str) -> list[Finding]:
    """What is wrong with a line that says what it must and is not written as it must be."""
    found = list(jsonl.faults(line, file))
    return found or [codes.CANONICAL.finding("not in canonical form", file=file, line=line.number)]


def _taken_in(line: jsonl.Line, schema: LabelSchema) -> Iterator[Annotation]:
    """An annotation that stands where the header should: it is taken in, so that its loss is not blamed on others."""
    with contextlib.suppress(Exception):
        yield schema.annotation.validator.validate_json(line.data, strict=True)


def _ids_like(line: jsonl.Line) -> set[str]:
    """The id on a line, also where the line is no JSON."""
    found = _ID.match(line.data)
    return {found[1].decode("ascii")} if found else set()


def id_in(line: bytes) -> str | None:
    """The id of a record, as far as it can be told."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    name = record.get("id") if isinstance(record, dict) else None
    return name if isinstance(name, str) else None


def _named(line: jsonl.Line) -> str:
    name = id_in(line.data)
    return f"the annotation on line {line.number}" if name is None else f"the annotation {name}"


def invalid(
    error: ValidationError,
    rule: Rule,
    file: str,
    line: int,
    schema: LabelSchema | None = None,
    below: Mapping[str, Rule] = MappingProxyType({}),
) -> list[Finding]:
    """What pydantic says of a record, as findings: one for each field that is wrong.

    `below` has the rules for what lies below some of the record's fields. Only what a schema says can have an
    annotation: the id of another record is for its reader to tell.
    """
    labels = frozenset(schema.by_name) if schema else frozenset[str]()
    findings = []
    for each in error.errors(include_url=False):
        place = ".".join(str(part) for part in each["loc"] if part not in labels)
        given = each["input"]
        shown = f", not {given!r}"[:80] if isinstance(given, str | int | float | bool) and place else ""
        message = f"{place}: {each['msg']}{shown}" if place else each["msg"]
        record = given if isinstance(given, dict) else {}
        name = record.get("id") if schema is not None and isinstance(record.get("id"), str) else None
        broken = below.get(str(each["loc"][0]), rule) if each["loc"] else rule
        if rule is not codes.HEADER:
            broken = codes.LABEL if _is_label(each) else _RULES.get(each["type"], broken)
        findings.append(broken.finding(message, file=file, line=line, annotation=name))
    return findings


def _is_label(error: ErrorDetails) -> bool:
    """Whether the label is wrong that a schema of one label alone demands."""
    return error["type"] == "literal_error" and error["loc"][-1:] == ("label",)


def canonical_line(model: LayerHeader | Annotation) -> bytes:
    """The one way to write a header or an annotation, without the newline."""
    values = vars(model)
    # Pydantic's serializer is asked directly: this is most of what reading a layer strictly takes.
    write = model.__pydantic_serializer__.to_json
    if type(model) is LayerHeader:
        return write(model, by_alias=True, exclude={"comment"} if values["comment"] is None else None)
    absent = _OPTIONAL
    if values["fragments"] is not None or values["score"] is not None or values["settled"] is not None:
        absent = {name for name in _OPTIONAL if values[name] is None}
    return write(model, exclude=absent, exclude_computed_fields=True)


def render(header: LayerHeader, annotations: Sequence[Annotation]) -> bytes:
    """A layer's file: the header, then the annotations by place, each in canonical form."""
    return b"".join(pieces(header, annotations))


def pieces(header: LayerHeader, annotations: Sequence[Annotation]) -> Iterator[bytes | memoryview]:
    """The same in pieces of any size, none of which is a copy of what is in memory already."""
    yield canonical_line(header) + b"\n"
    if isinstance(annotations, Written):
        yield from annotations.written()
    else:
        yield b"".join(canonical_line(each) + b"\n" for each in sorted(annotations, key=lambda each: each.order))
