"""One layer's file for one document: parsed strictly, written canonically."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from corpus import codes, jsonl
from schemas import Annotation, Finding, LabelSchema, LayerHeader, Rule

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


def parse(data: bytes, schema: LabelSchema, file: str) -> ParsedLayer:
    """Everything that the bytes of a layer's file hold, and everything that is wrong with them as bytes and records."""
    parsed = ParsedLayer()
    validate = schema.annotation.validator.validate_json
    if not data:
        parsed.findings.append(codes.HEADER.finding("the file is empty", file=file, line=1))
    awaiting_header = True
    for line in jsonl.split(data, file):
        if isinstance(line, Finding):
            parsed.findings.append(line)
            continue
        model: Any = None
        try:
            if awaiting_header:
                model = parsed.header = LayerHeader.model_validate_json(
                    line.data, strict=True, by_alias=True, by_name=False
                )
            else:
                model = validate(line.data, strict=True)
                parsed.annotations.append((line.number, model))
        except ValidationError as error:
            found = list(jsonl.faults(line, file))
            if awaiting_header:
                parsed.findings += found or invalid(error, codes.HEADER, file, line.number, schema)
            else:
                broken = () if found else invalid(error, codes.ANNOTATION, file, line.number, schema)
                parsed.findings += found or [each.at(annotation=_id_in(line.data)) for each in broken]
        if model is not None and canonical_line(model) != line.data:
            found = list(jsonl.faults(line, file))
            parsed.findings += found or [codes.CANONICAL.finding("not in canonical form", file=file, line=line.number)]
        awaiting_header = False
    return parsed


def _id_in(line: bytes) -> str | None:
    """The id of a record that is JSON and has some other fault."""
    record = json.loads(line)
    name = record.get("id")
    return name if isinstance(name, str) else None


def invalid(
    error: ValidationError,
    rule: Rule,
    file: str,
    line: int,
    schema: LabelSchema | None = None,
    below: Mapping[str, Rule] = MappingProxyType({}),
) -> list[Finding]:
    """What pydantic says of a record, as findings: one for each field that is wrong.

    `below` has the rules for what lies below some of the record's fields.
    """
    labels = frozenset(schema.by_name) if schema else frozenset[str]()
    findings = []
    for each in error.errors(include_url=False):
        place = ".".join(str(part) for part in each["loc"] if part not in labels)
        given = each["input"]
        shown = f", not {given!r}"[:80] if isinstance(given, str | int | float | bool) and place else ""
        message = f"{place}: {each['msg']}{shown}" if place else each["msg"]
        record = given if isinstance(given, dict) else {}
        name = record.get("id") if isinstance(record.get("id"), str) else None
        broken = below.get(str(each["loc"][0]), rule) if each["loc"] else rule
        findings.append(broken.finding(message, file=file, line=line, annotation=name))
    return findings


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
