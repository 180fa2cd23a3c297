"""The check of one document's annotations: the same for a layer's file, a line of a shard, and the app at work."""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus import codes
from corpus.clusters import divides
from schemas import Annotation, Document, Entity, Extent, Finding, Fragment, Kind, LabelSchema, LabelSpec, Rule
from schemas.reflection import plain

_SHOWN = 60
"""How many code points of a text a message quotes."""


def check_document(
    document: Document,
    annotations: Sequence[Annotation],
    schema: LabelSchema,
    entities: Mapping[str, Entity] | None = None,
    *,
    layer: str | None = None,
    file: str | None = None,
    lines: Sequence[int] | None = None,
) -> Iterator[Finding]:
    """What is wrong with one layer's annotations of a document, by annotation, then by the rules of the schema.

    Args:
        document: The document.
        annotations: The annotations in the order in which they are kept.
        schema: The schema whose labels they have.
        entities: The corpus's entities by id; where they are not known, no entity is looked up.
        layer: The layer's name, for the findings.
        file: The layer's file, for the findings.
        lines: The number of each annotation's line, for the findings.
    """
    place = {"document": document.id, "layer": layer, "file": file}
    keys = [(each.start, each.end, each.label, each.id) for each in annotations]
    by_id = {each.id: each for each in reversed(annotations)}
    check = _Check(document, by_id, schema, entities)
    sound = annotations
    for index, annotation in enumerate(annotations):
        if check.passes(annotation):
            continue
        for finding in check.faults(annotation):
            yield finding.at(line=lines[index] if lines else None, **place)
            if finding.code == codes.RANGE.code:
                sound = [each for each in sound if each is not annotation]
    if len(by_id) < len(keys) or len({key[:3] for key in keys}) < len(keys):
        for index, finding in _repeated(annotations, lines):
            yield finding.at(line=lines[index] if lines else None, **place)
    if keys != sorted(keys):
        sound = sorted(sound, key=lambda each: each.order)
        index = next(index for index in range(1, len(keys)) if keys[index] < keys[index - 1])
        finding = _finding(codes.ORDER, annotations[index], "the annotation belongs before the one above it")
        yield finding.at(line=lines[index] if lines else None, **place)
    for finding in schema.check(document, sound):
        line = None
        if lines and finding.annotation is not None:
            line = next((number for number, key in zip(lines, keys, strict=True) if key[3] == finding.annotation), None)
        yield finding.at(line=line, **place)


class _Reference(NamedTuple):
    name: str
    labels: frozenset[str]


class _EntityField(NamedTuple):
    name: str
    kinds: frozenset[str]
    same_as: str | None


class _Parts(NamedTuple):
    """The fields of a label that point into the text or at something else."""

    extents: tuple[str, ...]
    references: tuple[_Reference, ...]
    entities: tuple[_EntityField, ...]


@functools.lru_cache(maxsize=16)
def _parts(schema: LabelSchema) -> Mapping[str, _Parts]:
    """What has to be looked at in each label, read from the specs once for all annotations."""
    return {spec.name: _parts_of(spec) for spec in schema.specs}


def _parts_of(spec: LabelSpec) -> _Parts:
    references = (_Reference(field.name, frozenset(field.labels)) for field in spec.of_kind(Kind.REFERENCE))
    entities = (
        _EntityField(field.name, frozenset(field.entity_kinds), field.same_as) for field in spec.of_kind(Kind.ENTITY)
    )
    extents = (field.name for field in spec.of_kind(Kind.EXTENT))
    return _Parts(tuple(extents), tuple(references), tuple(entities))


class _Check:
    """What has to be known of a document for the check of each of its annotations."""

    def __init__(
        self,
        document: Document,
        by_id: Mapping[str, Annotation],
        schema: LabelSchema,
        entities: Mapping[str, Entity] | None,
    ) -> None:
        self.text = document.text
        self.size = len(document.text)
        self.has_clusters = not document.text.isascii() or "\r\n" in document.text
        self.zones = _OpenZones(document) if document.zones else None
        self.by_id = by_id
        self.entities = entities
        self.parts = _parts(schema)

    def passes(self, annotation: Annotation) -> bool:
        """Whether `faults` has nothing to say; quick, since this is so for nearly every annotation."""
        values = vars(annotation)
        fragments = values["fragments"]
        extent = ((values["start"], values["end"]),) if fragments is None else fragments
        if not self._is_well(extent) or values["text"] != " ".join([self.text[start:end] for start, end in extent]):
            return False
        extents, references, entities = self.parts[values["label"]]
        for name in extents:
            value = values[name]
            if value is not None and not all(map(self._is_well, value if _is_many(value) else (value,))):
                return False
        for reference in references:
            if values[reference.name] and any(self._reference_faults(annotation, reference)):
                return False
        return not any(values[field.name] and next(self._entity_faults(annotation, field), None) for field in entities)

    def faults(self, annotation: Annotation) -> Iterator[Finding]:
        """What is wrong with one annotation."""
        extent = annotation.extent
        yield from self._extent_faults(annotation, "the extent", extent)
        if extent.end <= self.size and annotation.text != extent.text(self.text):
            yield _finding(codes.TEXT, annotation, self._different_words(annotation))
        extents, references, entities = self.parts[annotation.label]
        for name in extents:
            value = vars(annotation)[name]
            for each in value if _is_many(value) else (value,):
                if each is not None:
                    yield from self._extent_faults(annotation, name, each)
        for reference in references:
            for rule, message in self._reference_faults(annotation, reference):
                yield _finding(rule, annotation, message)
        for field in entities:
            for rule, message in self._entity_faults(annotation, field):
                yield _finding(rule, annotation, message)

    def _is_well(self, extent: Iterable[Fragment]) -> bool:
        """Whether `_extent_faults` has nothing to say."""
        for start, end in extent:
            if (
                end > self.size
                or (self.zones is not None and not self.zones.hold(start, end))
                or (self.has_clusters and (divides(self.text, start) or divides(self.text, end)))
            ):
                return False
        return True

    def _extent_faults(self, annotation: Annotation, part: str, extent: Extent) -> Iterator[Finding]:
        if extent.end > self.size:
            message = f"{part} [{extent.start}, {extent.end}) reaches past the text's end at {self.size}"
            yield _finding(codes.RANGE, annotation, message, extent)
            return
        if self.zones is not None and not all(self.zones.hold(start, end) for start, end in extent):
            yield _finding(codes.ZONE, annotation, f"{part} touches {self.zones.closed(extent)}", extent)
        for edge in (edge for fragment in extent for edge in fragment):
            if divides(self.text, edge):
                around = shortened(self.text[max(0, edge - 8) : edge + 8])
                message = f"{part} has an edge at {edge}, inside one character, in “{around}”"
                yield _finding(codes.CLUSTER, annotation, message, extent)

    def _different_words(self, annotation: Annotation) -> str:
        message = (
            f"the annotation says “{shortened(annotation.text)}”, but [{annotation.start}, {annotation.end}) of the "
            f"document is “{shortened(annotation.extent.text(self.text))}”"
        )
        found = self.text.find(annotation.text) if annotation.text else -1
        if found >= 0 and self.text.find(annotation.text, found + 1) < 0:
            message += f"; those words are at [{found}, {found + len(annotation.text)})"
        return message

    def _reference_faults(self, annotation: Annotation, reference: _Reference) -> Iterator[tuple[Rule, str]]:
        value = vars(annotation)[reference.name]
        named = value if isinstance(value, tuple) else (value,)
        for position, name in enumerate(named):
            if name is None:
                continue
            target = self.by_id.get(name)
            if name in named[:position]:
                yield codes.REF_DUP, f"{reference.name} names {name} twice"
            elif target is None:
                yield codes.REF, f"{reference.name} names {name}, which is not in this layer of the document"
            elif name == annotation.id:
                yield codes.REF_SELF, f"{reference.name} names the annotation itself"
            elif target.label not in reference.labels:
                allowed = " or ".join(sorted(reference.labels))
                yield codes.REF_LABEL, f"{reference.name} takes {allowed}, but {name} is {target.label}"

    def _entity_faults(self, annotation: Annotation, field: _EntityField) -> Iterator[tuple[Rule, str]]:
        if self.entities is None:
            return
        values = vars(annotation)
        value = values[field.name]
        for name in value if isinstance(value, tuple) else (value,):
            entity = self.entities.get(name)
            if name is None:
                continue
            if entity is None:
                yield codes.ENTITY, f"{field.name} names {name}, which is not in the list of entities"
            elif field.kinds and entity.kind not in field.kinds:
                allowed = " or ".join(sorted(field.kinds))
                yield codes.ENTITY_KIND, f"{field.name} takes {allowed}, but {name} is {entity.kind}"
            elif field.same_as is not None and plain(values[field.same_as]) != entity.kind:
                given = plain(values[field.same_as])
                yield codes.ENTITY_KIND, f"{field.same_as} is {given}, but {name} is {entity.kind}"


class _OpenZones:
    """The open parts of a document, with neighbours joined."""

    def __init__(self, document: Document) -> None:
        self._zones = document.zones
        opened = [(zone.start, zone.end) for zone in document.zones if zone.is_open]
        joined = Extent.joined(opened) if opened else ()
        self._starts = [start for start, _ in joined]
        self._ends = [end for _, end in joined]

    def hold(self, start: int, end: int) -> bool:
        """Whether `[start, end)` is open from its first code point to its last."""
        index = bisect_right(self._starts, start) - 1
        return index >= 0 and end <= self._ends[index]

    def closed(self, extent: Extent) -> str:
        """The first closed zone that an extent overlaps, in words."""
        zone = next(zone for zone in self._zones if not zone.is_open and zone.extent.overlaps(extent))
        return f"the zone [{zone.start}, {zone.end}), which is closed: {zone.kind}"


def _is_many(value: Any) -> bool:
    """Whether a field holds any number of extents; an extent is itself a tuple."""
    return isinstance(value, tuple) and not isinstance(value, Extent)


def _finding(rule: Rule, annotation: Annotation, message: str, extent: Extent | None = None) -> Finding:
    start, end = (extent.start, extent.end) if extent else (annotation.start, annotation.end)
    return rule.finding(message, annotation=annotation.id, start=start, end=end)


def _repeated(annotations: Sequence[Annotation], lines: Sequence[int] | None) -> Iterator[tuple[int, Finding]]:
    """Annotations that are there already: with the same id, or with the same label and extent."""
    by_id: dict[str, int] = {}
    by_extent: dict[tuple[str, Extent], Annotation] = {}
    for index, annotation in enumerate(annotations):
        first = by_id.setdefault(annotation.id, index)
        if first != index:
            where = f"line {lines[first]}" if lines else f"“{shortened(annotations[first].text)}”"
            is_same = annotation == annotations[first]
            rule = codes.ROW_DUP if is_same else codes.ID_DUP
            said = f"the same as {where}" if is_same else f"the id {annotation.id} is that of {where}"
            yield index, _finding(rule, annotation, said)
            continue
        other = by_extent.setdefault((annotation.label, annotation.extent), annotation)
        if other is not annotation:
            message = f"{annotation.label} “{shortened(annotation.text)}” is marked already, as {other.id}"
            yield index, _finding(codes.EXTENT_DUP, annotation, message)


def shortened(text: str, limit: int = _SHOWN) -> str:
    """A text as a message quotes it: its first and last words where it is long."""
    if len(text) <= limit:
        return text
    return f"{text[: limit // 2]} … {text[-limit // 3 :]}"
