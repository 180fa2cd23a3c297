"""The schema as a page: every label with its fields and values, the rules, and the JSON Schema."""

from __future__ import annotations

import json

from corpus.report import addresses
from corpus.report.press import Press
from schemas import FieldSpec, Kind, LabelSchema, plain

_SHOWN = 200_000
"""The characters of JSON Schema from which on it is not shown on the page."""


def write(press: Press, schema: LabelSchema) -> None:
    """Writes the page and the JSON Schema beside it."""
    text = json.dumps(schema.json_schema(), ensure_ascii=False, indent=2)
    press.write(addresses.JSON_SCHEMA, text + "\n")
    press.page(
        addresses.SCHEMA,
        "schema",
        labels=[(spec, [(field, _must(field), _may(field)) for field in spec.fields]) for spec in schema.specs],
        json_schema=text if len(text) <= _SHOWN else None,
    )


def _must(field: FieldSpec) -> str:
    """Whether a field must be filled."""
    if field.required:
        return "required"
    if field.nullable or (field.many and not field.default):
        return "may be empty"
    default = plain(field.default)
    return f"{', '.join(map(str, default)) if isinstance(default, list) else default} unless said otherwise"


def _may(field: FieldSpec) -> str:
    """What a field may hold."""
    several = "any number of " if field.many else "one "
    match field.kind:
        case Kind.CHOICE:
            return "any number of these" if field.many else "one of these"
        case Kind.TOGGLE:
            return "yes or no"
        case Kind.EXTENT:
            return "words of the text" if not field.many else "any number of extents"
        case Kind.REFERENCE:
            return f"{several}{' or '.join(field.labels)} of the same document"
        case Kind.ENTITY:
            kinds = f" ({', '.join(field.entity_kinds)})" if field.entity_kinds else ""
            same = f", of the kind that {field.same_as} says" if field.same_as else ""
            return f"{several}{'entities' if field.many else 'entity'}{kinds}{same}"
        case Kind.TEXT:
            return "texts" if field.many else "a text"
    return f"{several}{field.kind.value}{'s' if field.many else ''}"
