"""What differs between two revisions of a corpus: annotation by annotation, by id, with its words and its fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel

from corpus import codes, jsonl
from corpus import layers as layer_files
from corpus.field_agreement import several
from corpus.layers import ParsedLayer
from corpus.sides import Side
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS, parse_records
from schemas import Annotation, Claim, Document, Entity, Finding, Kind, LabelSchema, LayerHeader, Severity, plain

_Record = TypeVar("_Record", Document, Entity, Claim)


class Step(StrEnum):
    """What became of something from one side to the other."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """An annotation covers something else; its fields may differ as well."""
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs; of something that was added or removed, a field that holds something."""

    name: str
    before: Any
    """What a file of the first side holds, as plain values; `None` where there is nothing."""
    after: Any
    before_words: tuple[str, ...] = ()
    """The same as a person reads it: of an extent the words that it covers, of a reference those that it leads to."""
    after_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """An annotation that differs."""

    step: Step
    before: Annotation | None
    after: Annotation | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def shown(self) -> Annotation:
        """The annotation as it is now; as it was, where it was removed."""
        shown = self.after or self.before
        assert shown is not None
        return shown


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is not as it must be on one side, so that it cannot be compared."""

    side: str
    file: str
    line: int | None
    code: str
    what: str
    annotation: str | None = None
    """The id of the one annotation that is left out of the comparison; without it, all of the file is."""


@dataclass(frozen=True, slots=True)
class LayerDifference:
    """What differs in one layer of one document."""

    layer: str
    document: str
    title: str | None
    step: Step
    """Whether the file itself was added or removed."""
    header: tuple[FieldChange, ...]
    changes: tuple[Change, ...]
    """By place."""
    texts: tuple[str, str]
    """The document's text on each side, empty where it is not known."""
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def counts(self) -> Counter[Step]:
        """How many annotations each thing happened to."""
        return Counter(change.step for change in self.changes)


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """A document, an entity or a claim that differs."""

    file: str
    id: str
    step: Step
    name: str | None
    """Its title, its name or what it says."""
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs between two sides."""

    before: str
    after: str
    records: tuple[RecordDifference, ...]
    layers: tuple[LayerDifference, ...]
    """By document, then by layer."""
    unreadable: tuple[Unreadable, ...]
    """Lines of documents, entities or claims that cannot be read."""

    @property
    def counts(self) -> Counter[Step]:
        """How many annotations each thing happened to."""
        return sum((each.counts for each in self.layers), Counter[Step]())

    @property
    def all_unreadable(self) -> tuple[Unreadable, ...]:
        """Everything that cannot be read."""
        return (*self.unreadable, *(each for layer in self.layers for each in layer.unreadable))


def differences(
    before: Side,
    after: Side,
    schema: LabelSchema,
    *,
    layers: Collection[str] = (),
    documents: Collection[str] = (),
) -> Differences:
    """What differs between two sides of a corpus.

    Args:
        before: The first side.
        after: The second.
        schema: The schema by which the lines of both are read.
        layers: The layers that are compared; none given means all.
        documents: The documents that are compared; none given means all.
    """
    return _Comparison(before, after, schema).run(frozenset(layers), frozenset(documents))


class _Comparison:
    """Two sides; what is the same in both is not read, but for the documents."""

    def __init__(self, before: Side, after: Side, schema: LabelSchema) -> None:
        self._sides = (before, after)
        self._schema = schema
        self._documents: tuple[Mapping[str, Document], Mapping[str, Document]] = ({}, {})
        self._unreadable: list[Unreadable] = []

    def run(self, layers: frozenset[str], documents: frozenset[str]) -> Differences:
        self._documents = self._both(DOCUMENTS, Document)
        records = [
            each for each in _record_differences(DOCUMENTS, *self._documents) if not documents or each.id in documents
        ]
        if not documents and not layers:
            records += _record_differences(ENTITIES, *self._both(ENTITIES, Entity))
            records += _record_differences(CLAIMS, *self._both(CLAIMS, Claim))
        compared = [
            (layer, document)
            for layer, document in self._differing()
            if (not layers or layer in layers) and (not documents or document in documents)
        ]
        contents = [side.read(_file(*each) for each in compared) for side in self._sides]
        order = {name: place for place, name in enumerate({**self._documents[1], **self._documents[0]})}
        compared.sort(key=lambda each: (order.get(each[1], len(order)), each[1], each[0]))
        found = []
        for layer, document in compared:
            one, other = (content.get(_file(layer, document)) for content in contents)
            found.append(self._layer(layer, document, one, other))
        names = self._sides[0].name, self._sides[1].name
        return Differences(*names, tuple(records), tuple(found), tuple(self._unreadable))

    def _both(self, file: str, model: type[_Record]) -> tuple[Mapping[str, _Record], Mapping[str, _Record]]:
        """The records of a file on both sides, by id."""
        before, after = self._sides
        of_after = self._records(after, file, model)
        if before.files.get(file) == after.files.get(file):
            return of_after, of_after
        return self._records(before, file, model), of_after

    def _records(self, side: Side, file: str, model: type[_Record]) -> dict[str, _Record]:
        found: dict[str, _Record] = {}
        for record in parse_records(side.read([file]).get(file, b""), file, model, limit=jsonl.DOCUMENT_LIMIT):
            if not isinstance(record, Finding):
                found[record[1].id] = record[1]
            elif record.severity is Severity.ERROR:
                self._unreadable.append(_unreadable(side, record, file))
        return found

    def _differing(self) -> Iterator[tuple[str, str]]:
        """The layers and documents whose file is not the same on both sides."""
        before, after = self._sides[0].files, self._sides[1].files
        for name in sorted({*before, *after}):
            parts = name.split("/")
            is_layer_file = len(parts) == 3 and parts[0] == LAYERS and name.endswith(".jsonl")
            if is_layer_file and before.get(name) != after.get(name):
                yield parts[1], parts[2].removesuffix(".jsonl")

    def _layer(self, layer: str, document: str, before: bytes | None, after: bytes | None) -> LayerDifference:
        file = _file(layer, document)
        parsed: list[ParsedLayer] = []
        unreadable: list[Unreadable] = []
        for side, data in zip(self._sides, (before, after), strict=True):
            parsed.append(layer_files.parse(data, self._schema, file) if data is not None else ParsedLayer())
            unreadable += _faults(side, parsed[-1], file)
        known = [documents.get(document) for documents in self._documents]
        texts = (known[0].text if known[0] else "", known[1].text if known[1] else "")
        title = next((each.title for each in reversed(known) if each is not None), None)
        step = Step.ADDED if before is None else Step.REMOVED if after is None else Step.CHANGED
        left_out = {each.annotation for each in unreadable}
        if None in left_out:
            return LayerDifference(layer, document, title, step, (), (), texts, tuple(unreadable))
        sides = [_Annotations(self._schema, text, each) for text, each in zip(texts, parsed, strict=True)]
        header = tuple(_header_changes(parsed[0].header, parsed[1].header))
        changes = tuple(each for each in _changes(*sides) if each.shown.id not in left_out)
        return LayerDifference(layer, document, title, step, header, changes, texts, tuple(unreadable))


class _Annotations:
    """The annotations of one side of a layer's file, and how a person reads their fields."""

    def __init__(self, schema: LabelSchema, text: str, parsed: ParsedLayer) -> None:
        self.by_id = {annotation.id: annotation for _, annotation in parsed.annotations}
        self._text = text
        self._kinds = {spec.name: {field.name: field.kind for field in spec.fields} for spec in schema.specs}

    def words(self, annotation: Annotation, name: str) -> tuple[str, ...]:
        """The values of a field as a person reads them."""
        values = several(getattr(annotation, name, None))
        match self._kinds[annotation.label].get(name):
            case Kind.EXTENT:
                return tuple(extent.text(self._text) for extent in values)
            case Kind.REFERENCE:
                return tuple(self.by_id[each].text if each in self.by_id else each for each in values)
        return tuple(_shown(value) for value in values)

    def values(self, annotation: Annotation | None) -> dict[str, Any]:
        """What a file holds of an annotation beside its id, its place and its words."""
        record = annotation.to_record() if annotation is not None else {}
        return {name: value for name, value in record.items() if name not in _PLACE}


_PLACE = frozenset({"id", "start", "end", "fragments", "text"})


def _changes(before: _Annotations, after: _Annotations) -> list[Change]:
    found = []
    for name in {**before.by_id, **after.by_id}:
        old, new = before.by_id.get(name), after.by_id.get(name)
        if old != new:
            step = Step.ADDED if old is None else Step.REMOVED if new is None else Step.CHANGED
            if old is not None and new is not None and old.extent != new.extent:
                step = Step.MOVED
            found.append(Change(step, old, new, tuple(_field_changes(before, after, old, new))))
    return sorted(found, key=lambda change: change.shown.order)


def _field_changes(
    before: _Annotations, after: _Annotations, old: Annotation | None, new: Annotation | None
) -> Iterator[FieldChange]:
    was, is_now = before.values(old), after.values(new)
    if old is not None and new is not None and old.extent == new.extent and old.text != new.text:
        # The words do not follow from the place where a file is wrong, and a check will say so.
        yield FieldChange("text", old.text, new.text, (old.text,), (new.text,))
    for name in {**was, **is_now}:
        one, other = was.get(name), is_now.get(name)
        is_label_of_one = name == "label" and (old is None or new is None)
        if one == other or (not one and not other and one is not False and other is not False) or is_label_of_one:
            continue
        yield FieldChange(
            name,
            one,
            other,
            before.words(old, name) if old is not None else (),
            after.words(new, name) if new is not None else (),
        )


def _header_changes(before: LayerHeader | None, after: LayerHeader | None) -> Iterator[FieldChange]:
    was, is_now = (
        each.model_dump(mode="json", by_alias=True, exclude={"document", "sha256"}) if each is not None else {}
        for each in (before, after)
    )
    yield from _plain_changes(was, is_now)


def _record_differences(
    file: str, before: Mapping[str, BaseModel], after: Mapping[str, BaseModel]
) -> Iterator[RecordDifference]:
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        step = Step.ADDED if old is None else Step.REMOVED if new is None else Step.CHANGED
        was, is_now = (each.model_dump(mode="json") if each is not None else {} for each in (old, new))
        shown = is_now or was
        called = next((shown[key] for key in ("title", "name", "proposition") if shown.get(key)), None)
        fields = tuple(_plain_changes(was, is_now)) if step is Step.CHANGED else ()
        yield RecordDifference(file, name, step, called, fields)


def _plain_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name in {**before, **after}:
        was, is_now = before.get(name), after.get(name)
        if was != is_now:
            yield FieldChange(name, was, is_now, _plain_words(was), _plain_words(is_now))


def _plain_words(value: Any) -> tuple[str, ...]:
    values: Sequence[Any] = value if isinstance(value, list) else () if value is None else (value,)
    return tuple(_shown(each) for each in values)


def _shown(value: Any) -> str:
    """A plain value as a person reads it."""
    value = value.model_dump(mode="json") if isinstance(value, BaseModel) else plain(value)
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _faults(side: Side, parsed: ParsedLayer, file: str) -> Iterator[Unreadable]:
    """What keeps a layer's file, or annotations in it, from being compared."""
    for finding in parsed.findings:
        if finding.severity is Severity.ERROR:
            yield _unreadable(side, finding, file)
    seen: set[str] = set()
    for line, annotation in parsed.annotations:
        if annotation.id in seen:
            what = f"the id {annotation.id} is there twice"
            yield Unreadable(side.name, file, line, codes.ID_DUP.code, what, annotation.id)
        seen.add(annotation.id)


def _unreadable(side: Side, finding: Finding, file: str) -> Unreadable:
    return Unreadable(side.name, file, finding.line, finding.code, finding.message, finding.annotation)


def _file(layer: str, document: str) -> str:
    return f"{LAYERS}/{layer}/{document}.jsonl"
