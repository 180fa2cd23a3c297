"""Whether a layer's file, or a draft, fits its document: what must hold before it can be looked at or changed."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from corpus import codes
from corpus.annotation_lines import AnnotationLines
from corpus.drafts import Draft
from corpus.layers import LayerFile
from corpus.record_check import check_header
from schemas import Annotation, Document, Extent, Finding, Kind, LabelSchema, Severity

_EXTENT = TypeAdapter(Extent)


def misfits(layer_file: LayerFile, document: Document, schema: LabelSchema, file: str) -> Iterator[Finding]:
    """Why offsets of this layer cannot be trusted, or its annotations not told apart; nothing where all is well."""
    place = {"document": document.id, "layer": layer_file.layer, "file": file}
    header = layer_file.header
    if not document.is_intact():
        yield codes.DOC_HASH.finding("the text has another digest than it was read with", document=document.id)
    if header.document != document.id:
        message = f"the header names the document {header.document}, not {document.id}"
        yield codes.HEADER_DOC.finding(message, line=1, **place)
    for rule, message in check_header(header, document, schema):
        if rule.severity is Severity.ERROR:
            yield rule.finding(message, line=1, **place)
    annotations = layer_file.annotations
    if isinstance(annotations, AnnotationLines) and annotations.reach <= len(document.text):
        # All ids in it are different.
        return
    seen: set[str] = set()
    for annotation in annotations:
        if annotation.id in seen:
            message = f"the id {annotation.id} is there twice"
            yield codes.ID_DUP.finding(message, annotation=annotation.id, **place)
        seen.add(annotation.id)
        end = max(extent.end for extent in (annotation.extent, *part_extents(annotation, schema)))
        if end > len(document.text):
            message = f"{annotation.id} reaches to {end}, the text to {len(document.text)}"
            yield codes.RANGE.finding(message, annotation=annotation.id, **place)


def part_extents(annotation: Annotation, schema: LabelSchema) -> Iterator[Extent]:
    """The extents of an annotation's fields, whose words no file holds."""
    for field in schema.by_name[annotation.label].of_kind(Kind.EXTENT):
        value = getattr(annotation, field.name)
        if value is not None:
            yield from value if field.many else (value,)


def fits(draft: Draft, document: Document, schema: LabelSchema) -> bool:
    """Whether a draft can be shown: its label is known, and what it points at is written as it must be."""
    spec = schema.by_name.get(draft.label)
    if spec is None or draft.end > len(document.text):
        return False
    for field in spec.of_kind(Kind.EXTENT, Kind.REFERENCE, Kind.ENTITY):
        value = draft.values.get(field.name)
        if field.many and not isinstance(value, list | None):
            return False
        for each in (value or []) if field.many else [value]:
            if not _points_well(each, field.kind, len(document.text)):
                return False
    return True


def _points_well(value: object, kind: Kind, size: int) -> bool:
    if value is None or kind is not Kind.EXTENT:
        return isinstance(value, str | None)
    try:
        return _EXTENT.validate_python(value).end <= size
    except ValidationError:
        return False
