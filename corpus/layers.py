"""One layer's file for one document: parsed strictly, written canonically."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    annotations: tuple[Annotation, ...] = ()
    """By place."""


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
    validate = schema.annotation.validator.validate_json
    if not data:
        parsed.findings.append(codes.HEADER.finding("the file is empty", file=file, line=1))
    awaiting_header = True
    for line in jsonl.split(data, file):
        if isinstance(line, Finding):
            parsed.findings.append(line)
            continue
        try:
            if awaiting_header:
                model: Any = LayerHeader.model_validate_json(line.data, strict=True, by_alias=True, by_name=False)
                parsed.header = model
            else:
                if len(parsed.annotations) == limit:
                    message = f"the file has more than {limit:,} annotations"
                    parsed.findings.append(codes.LAYER_LARGE.finding(message, file=file, line=line.number))
                    break
                model = validate(line.data, strict=True)
                parsed.annotations.append((line.number, model))
            canonical = canonical_line(model)
        except ValidationError as error:
            found = list(jsonl.faults(line, file))
            if awaiting_header:
                parsed.findings += found or invalid(error, codes.HEADER, file, line.number, schema)
                if not found:
                    _take_in(parsed, line, schema)
            else:
                parsed.unread |= _ids_like(line)
                broken = () if found else invalid(error, codes.ANNOTATION, file, line.number, schema)
                parsed.findings += found or [each.at(annotation=id_in(line.data)) for each in broken]
        except Exception as error:  # noqa: BLE001 - a schema is its user's program, and may raise anything
            found = [*jsonl.faults(line, file), rule_fault(error, schema, f"what the schema asks of {_named(line)}")]
            parsed.findings += [each.at(file=file, line=line.number, annotation=id_in(line.data)) for each in found]
            parsed.unread |= _ids_like(line)
        else:
            if canonical != line.data:
                found = list(jsonl.faults(line, file))
                parsed.findings += found or [
                    codes.CANONICAL.finding("not in canonical form", file=file, line=line.number)
                ]
        awaiting_header = False
    return parsed


def _take_in(parsed: ParsedLayer, line: jsonl.Line, schema: LabelSchema) -> None:
    """Takes in an annotation that stands where the header should, so that its loss is not blamed on others."""
    with contextlib.suppress(Exception):
        parsed.annotations.append((line.number, schema.annotation.validator.validate_json(line.data, strict=True)))


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
    lines = [canonical_line(header)]
    lines += (canonical_line(each) for each in sorted(annotations, key=lambda each: each.order))
    return b"\n".join(lines) + b"\n"
