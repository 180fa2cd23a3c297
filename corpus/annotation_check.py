"""The check of one document's annotations: the same for a layer's file, a line of a shard, and the app at work."""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from corpus import codes
from corpus.clusters import divides, is_divisible
from corpus.layers import Written
from corpus.open_zones import OpenZones
from corpus.rule_faults import rule_fault
from corpus.three_way import OTHER, is_other, original_id
from schemas import (
    Annotation,
    Document,
    Entity,
    Extent,
    Finding,
    Kind,
    LabelSchema,
    LabelSpec,
    Rule,
)
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
    rules: bool = True,
    unread: Container[str] = (),
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
        rules: Whether the schema's rules hold; they do not for a layer that was made without knowing them.
        unread: Ids of annotations that are there and could not be read; that others refer to them is no fault.
    """
    check = _Check(document, annotations, schema, entities, unread)
    for index, finding in check.conflicts():
        line = lines[index] if lines else None
        yield finding.at(document=document.id, layer=layer, file=file, line=line)
    sound = annotations
    blanks: list[Finding] = []
    if not check.passes():
        for index, finding in check.findings(lines):
            line = lines[index] if lines else None
            placed = finding.at(document=document.id, layer=layer, file=file, line=line)
            if finding.code == codes.EXTENT_BLANK.code:
                blanks.append(placed)
            else:
                yield placed
        sound = check.sound()
    told: set[str | None] = set()
    line_of: dict[str, int] = {}
    for finding in _by_rules(document, sound, schema) if rules else ():
        line = None
        if lines and finding.annotation is not None:
            # Of two with the same id it is the first.
            line_of = line_of or {each.id: number for number, each in zip(lines[::-1], annotations[::-1], strict=True)}
            line = line_of.get(finding.annotation)
        told.add(finding.annotation)
        yield finding.at(document=document.id, layer=layer, file=file, line=line)
    # A schema that has a rule on edges says better what is wrong with them.
    yield from (finding for finding in blanks if finding.annotation not in told)


def _by_rules(document: Document, annotations: Sequence[Annotation], schema: LabelSchema) -> Iterator[Finding]:
    """What the schema's rules over a document find; where they fail, that they do."""
    try:
        for finding in schema.check(document, tuple(annotations) if schema.looks_again else annotations):
            # What is no finding has no code.
            assert isinstance(finding, Finding), f"check() yields {type(finding).__name__}, and no finding"
            yield finding
    except Exception as error:  # noqa: BLE001 - a schema is its user's program, and may raise anything
        yield rule_fault(error, schema, f"the schema's rules over {document.id}")


class _ExtentField(NamedTuple):
    name: str
    many: bool


class _Reference(NamedTuple):
    name: str
    many: bool
    labels: frozenset[str]


class _EntityField(NamedTuple):
    name: str
    many: bool
    kinds: frozenset[str]
    same_as: str | None


class _Parts(NamedTuple):
    """The fields of a label that point into the text or at something else."""

    extents: tuple[_ExtentField, ...]
    references: tuple[_Reference, ...]
    entities: tuple[_EntityField, ...]


@functools.lru_cache(maxsize=16)
def _parts(schema: LabelSchema) -> Mapping[str, _Parts]:
    """What has to be looked at in each label, read from the specs once for all annotations."""
    return {spec.name: _parts_of(spec) for spec in schema.specs}


def _parts_of(spec: LabelSpec) -> _Parts:
    return _Parts(
        tuple(_ExtentField(field.name, field.many) for field in spec.of_kind(Kind.EXTENT)),
        tuple(_Reference(field.name, field.many, frozenset(field.labels)) for field in spec.of_kind(Kind.REFERENCE)),
        tuple(
            _EntityField(field.name, field.many, frozenset(field.entity_kinds), field.same_as)
            for field in spec.of_kind(Kind.ENTITY)
        ),
    )


class _Check:
    """The check of one layer's annotations of one document, but for the schema's rules."""

    def __init__(
        self,
        document: Document,
        annotations: Sequence[Annotation],
        schema: LabelSchema,
        entities: Mapping[str, Entity] | None,
        unread: Container[str],
    ) -> None:
        self._text = document.text
        self._size = len(document.text)
        self._is_divisible = is_divisible(document.text)
        self._annotations = annotations
        self._label_of: Callable[[str], str | None]
        if isinstance(annotations, Written):
            self._label_of, self._has_twins = annotations.label_of, False
            self._has_others = any(OTHER in name for name in annotations.ids())
        else:
            labels = {(values := each.__dict__)["id"]: values["label"] for each in annotations}
            self._label_of, self._has_twins = labels.get, len(labels) < len(annotations)
            # All ids are looked through at once, since nearly always there is none.
            self._has_others = OTHER in "\n".join(labels)
        self._entities = entities
        self._unread = unread
        self._parts = _parts(schema)
        self._zones = OpenZones(document)

    def passes(self) -> bool:
        """Whether `findings` has nothing to say. Nearly every document passes, so this is made to be quick; where it
        is not sure it says no.
        """
        if self._has_twins:
            return False
        text, parts, cuts_well = self._text, self._parts, self._is_divisible
        last_start = last_end = low = high = -1
        annotations = self._annotations
        each_values: Iterable[Mapping[str, Any]] = (
            annotations.records() if isinstance(annotations, Written) else map(vars, annotations)
        )
        for values in each_values:
            start, end, fragments = values["start"], values["end"], values.get("fragments")
            if start <= last_start and (start < last_start or end <= last_end):
                return False
            last_start, last_end = start, end
            # The open text around one annotation mostly is that around the next, too, and around its parts.
            if start < low or start >= high:
                low, high = self._zones.around(start)
            words = values["text"]
            if fragments is not None:
                if not self._fits(fragments, low, high) or words != Extent(fragments).text(text):
                    return False
            elif (
                end > high
                or words != text[start:end]
                or words != words.strip()
                or not (cuts_well or self._cuts_well(start, end))
            ):
                return False
            extents, references, entities = parts[values["label"]]
            if (
                (extents and not self._all_fit(values, extents, low, high))
                or (references and not self._refers_well(values, references))
                or (entities and not self._names_well(values, entities))
            ):
                return False
        return True

    def _cuts_well(self, start: int, end: int) -> bool:
        """Whether neither edge divides a cluster."""
        return not (divides(self._text, start) or divides(self._text, end))

    def _fits(self, extent: Extent, low: int, high: int) -> bool:
        """Whether `_extent_faults` has nothing to say; `[low, high)` is open text in which the extent mostly lies."""
        text = self._text
        for start, end in extent:
            if (start < low or end > high) and end > self._zones.around(start)[1]:
                return False
            if text[start].isspace() or text[end - 1].isspace():
                return False
            if not (self._is_divisible or self._cuts_well(start, end)):
                return False
        return True

    def _all_fit(self, values: Mapping[str, Any], fields: Sequence[_ExtentField], low: int, high: int) -> bool:
        for name, many in fields:
            value = values[name]
            if value is not None:
                for extent in value if many else (value,):
                    if not self._fits(extent, low, high):
                        return False
        return True

    def _refers_well(self, values: Mapping[str, Any], fields: Sequence[_Reference]) -> bool:
        """Whether `_reference_faults` has nothing to say."""
        label_of, own = self._label_of, values["id"]
        for name, many, allowed in fields:
            value = values[name]
            if value:
                targets = value if many else (value,)
                for target in targets:
                    if target == own or label_of(target) not in allowed:
                        return False
                if len(targets) > 1 and len(set(targets)) < len(targets):
                    return False
        return True

    def _names_well(self, values: Mapping[str, Any], fields: Sequence[_EntityField]) -> bool:
        """Whether `_entity_faults` has nothing to say."""
        known = self._entities
        if known is None:
            return True
        for name, many, kinds, same_as in fields:
            value = values[name]
            for target in (value if many else (value,)) if value else ():
                entity = known.get(target)
                if entity is None:
                    return False
                kind = entity.kind
                if (kinds and kind not in kinds) or (same_as is not None and values[same_as] != kind):
                    return False
        return True

    def conflicts(self) -> Iterator[tuple[int, Finding]]:
        """What a merge kept of two sides, each with its index."""
        for index, each in enumerate(self._annotations if self._has_others else ()):
            if is_other(each.id):
                message = f"{each.id} is the other side's version of {original_id(each.id)}, kept by a merge"
                yield index, _finding(codes.CONFLICT, each, message)

    def findings(self, lines: Sequence[int] | None) -> Iterator[tuple[int, Finding]]:
        """What is wrong, each with the index of the annotation that it is about."""
        if self._has_twins:
            self._label_of = {each.id: each.label for each in reversed(self._annotations)}.get
        for index, annotation in enumerate(self._annotations):
            for finding in self._faults(annotation):
                yield index, finding
        yield from _repeated(self._annotations, lines)
        for index in range(1, len(self._annotations)):
            if self._annotations[index].order < self._annotations[index - 1].order:
                message = "the annotation belongs before the one above it"
                yield index, _finding(codes.ORDER, self._annotations[index], message)
                break

    def sound(self) -> list[Annotation]:
        """The annotations that lie in the text with all their parts, by place."""
        sound = [each for each in self._annotations if all(end <= self._size for end in self._ends(each))]
        return sorted(sound, key=lambda each: each.order)

    def _ends(self, annotation: Annotation) -> Iterator[int]:
        yield annotation.end
        for _, extent in self._extents(annotation):
            yield extent.end

    def _extents(self, annotation: Annotation) -> Iterator[tuple[str, Extent]]:
        """The extents that are fields of an annotation."""
        for name, many in self._parts[annotation.label].extents:
            value = vars(annotation)[name]
            if value is not None:
                yield from ((name, each) for each in (value if many else (value,)))

    def _faults(self, annotation: Annotation) -> Iterator[Finding]:
        """What is wrong with one annotation."""
        extent = annotation.extent
        yield from self._extent_faults(annotation, "the extent", extent)
        if extent.end <= self._size and annotation.text != extent.text(self._text):
            yield _finding(codes.TEXT, annotation, self._different_words(annotation))
        for name, part in self._extents(annotation):
            yield from self._extent_faults(annotation, name, part)
        _, references, entities = self._parts[annotation.label]
        for reference in references:
            for rule, message in self._reference_faults(annotation, reference):
                yield _finding(rule, annotation, message)
        for field in entities:
            for rule, message in self._entity_faults(annotation, field):
                yield _finding(rule, annotation, message)

    def _extent_faults(self, annotation: Annotation, part: str, extent: Extent) -> Iterator[Finding]:
        if extent.end > self._size:
            message = f"{part} [{extent.start}, {extent.end}) reaches past the text's end at {self._size}"
            yield _finding(codes.RANGE, annotation, message, extent)
            return
        if any(end > self._zones.around(start)[1] for start, end in extent):
            yield _finding(codes.ZONE, annotation, f"{part} touches {self._zones.closed(extent)}", extent)
        for edge in (edge for fragment in extent for edge in fragment):
            if divides(self._text, edge):
                around = shortened(self._text[max(0, edge - 8) : edge + 8])
                message = f"{part} has an edge at {edge}, inside one character, in “{around}”"
                yield _finding(codes.CLUSTER, annotation, message, extent)
        for start, end in extent:
            if self._text[start].isspace() or self._text[end - 1].isspace():
                verb = "begins" if self._text[start].isspace() else "ends"
                message = f"{part} {verb} with a blank: “{shortened(self._text[start:end])}”"
                yield _finding(codes.EXTENT_BLANK, annotation, message, extent)
                break

    def _different_words(self, annotation: Annotation) -> str:
        message = (
            f"the annotation says “{shortened(annotation.text)}”, but [{annotation.start}, {annotation.end}) of the "
            f"document is “{shortened(annotation.extent.text(self._text))}”"
        )
        found = self._text.find(annotation.text) if annotation.text else -1
        if found >= 0 and self._text.find(annotation.text, found + 1) < 0:
            message += f"; those words are at [{found}, {found + len(annotation.text)})"
        return message

    def _reference_faults(self, annotation: Annotation, reference: _Reference) -> Iterator[tuple[Rule, str]]:
        value = vars(annotation)[reference.name]
        named = value if reference.many else (value,) if value is not None else ()
        for position, name in enumerate(named):
            label = self._label_of(name)
            if name in named[:position]:
                yield codes.REF_DUP, f"{reference.name} names {name} twice"
            elif label is None and name in self._unread:
                continue
            elif label is None:
                yield codes.REF, f"{reference.name} names {name}, which is not in this layer of the document"
            elif name == annotation.id:
                yield codes.REF_SELF, f"{reference.name} names the annotation itself"
            elif label not in reference.labels:
                allowed = " or ".join(sorted(reference.labels))
                yield codes.REF_LABEL, f"{reference.name} takes {allowed}, but {name} is {label}"

    def _entity_faults(self, annotation: Annotation, field: _EntityField) -> Iterator[tuple[Rule, str]]:
        values = vars(annotation)
        value = values[field.name]
        if self._entities is None or value is None:
            return
        for name in value if field.many else (value,):
            entity = self._entities.get(name)
            if entity is None:
                yield codes.ENTITY, f"{field.name} names {name}, which is not in the list of entities"
            elif field.kinds and entity.kind not in field.kinds:
                allowed = " or ".join(sorted(field.kinds))
                yield codes.ENTITY_KIND, f"{field.name} takes {allowed}, but {name} is {entity.kind}"
            elif field.same_as is not None and plain(values[field.same_as]) != entity.kind:
                given = plain(values[field.same_as])
                yield codes.ENTITY_KIND, f"{field.same_as} is {given}, but {name} is {entity.kind}"


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
