"""What may be said: documents, extents, annotations, layers, and the schema that a user's labels make up."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.annotation import Annotation, AnnotationId, EntityId, Keys, Ref, Settlement
    from schemas.document import OPEN_KINDS, Document, Zone, ZoneKind, digest
    from schemas.entity import Claim, Entity, Position
    from schemas.errors import SchemaError
    from schemas.extent import MAX_OFFSET, Extent, Fragment
    from schemas.finding import Finding, Rule, Severity
    from schemas.label_schema import LabelledDocument, LabelSchema
    from schemas.layer import LayerHeader, Status
    from schemas.migration import Migration
    from schemas.reflection import (
        BASE_FIELDS,
        Choice,
        DerivedSpec,
        FieldSpec,
        Kind,
        LabelSpec,
        assign_keys,
        plain,
        reflect,
    )

__all__ = [
    "BASE_FIELDS",
    "MAX_OFFSET",
    "OPEN_KINDS",
    "Annotation",
    "AnnotationId",
    "Choice",
    "Claim",
    "DerivedSpec",
    "Document",
    "Entity",
    "EntityId",
    "Extent",
    "FieldSpec",
    "Finding",
    "Fragment",
    "Keys",
    "Kind",
    "LabelSchema",
    "LabelSpec",
    "LabelledDocument",
    "LayerHeader",
    "Migration",
    "Position",
    "Ref",
    "Rule",
    "SchemaError",
    "Settlement",
    "Severity",
    "Status",
    "Zone",
    "ZoneKind",
    "assign_keys",
    "digest",
    "plain",
    "reflect",
]

_HOMES = {
    "Annotation": "annotation",
    "AnnotationId": "annotation",
    "EntityId": "annotation",
    "Keys": "annotation",
    "Ref": "annotation",
    "Settlement": "annotation",
    "OPEN_KINDS": "document",
    "Document": "document",
    "Zone": "document",
    "ZoneKind": "document",
    "digest": "document",
    "Claim": "entity",
    "Entity": "entity",
    "Position": "entity",
    "SchemaError": "errors",
    "MAX_OFFSET": "extent",
    "Extent": "extent",
    "Fragment": "extent",
    "Finding": "finding",
    "Rule": "finding",
    "Severity": "finding",
    "LabelledDocument": "label_schema",
    "LabelSchema": "label_schema",
    "LayerHeader": "layer",
    "Migration": "migration",
    "Status": "layer",
    "BASE_FIELDS": "reflection",
    "Choice": "reflection",
    "DerivedSpec": "reflection",
    "FieldSpec": "reflection",
    "Kind": "reflection",
    "LabelSpec": "reflection",
    "assign_keys": "reflection",
    "plain": "reflection",
    "reflect": "reflection",
}
"""The module in which each of these names is at home."""


def __getattr__(name: str) -> object:
    """Each name on demand: whoever needs extents alone need not wait for pydantic."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"schemas.{_HOMES[name]}"), name)
    return value
