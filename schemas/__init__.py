"""What may be said: documents, extents, annotations, layers, and the schema that a user's labels make up."""

from __future__ import annotations

from schemas.annotation import Annotation, AnnotationId, EntityId, Keys, Ref, Settlement
from schemas.document import OPEN_KINDS, Document, Zone, ZoneKind, digest
from schemas.entity import Claim, Entity, Position
from schemas.errors import SchemaError
from schemas.extent import MAX_OFFSET, Extent, Fragment
from schemas.finding import Finding, Rule, Severity
from schemas.label_schema import LabelledDocument, LabelSchema
from schemas.layer import LayerHeader, Status
from schemas.migration import Migration
from schemas.reflection import BASE_FIELDS, Choice, DerivedSpec, FieldSpec, Kind, LabelSpec, assign_keys, plain, reflect

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
