"""The tables that a corpus is published as: their columns, and their rows as the corpus is read.

One table for each label, beside those that every corpus has: documents, references, entities, claims, all layers side
by side, and words with tags. Which columns a label has is the schema's business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar, get_args

from corpus import codes
from corpus.arrow import Cell, Row
from corpus.columns import (
    ANNOTATION,
    DOCUMENT,
    END,
    FRAGMENTS,
    ID,
    SCORE,
    SETTLED,
    START,
    STATUSES,
    STRING,
    TEXT,
    ZONE_KINDS,
    ZONES,
    Classes,
    Column,
    ListOf,
    Struct,
    Words,
    distinct_names,
    field_columns,
    label_columns,
    label_names,
)
from corpus.errors import InputRefused, NameUnknown
from corpus.manifest import AnnotatorEntry, Manifest
from corpus.readings import Reading, Source
from corpus.tokens import token_columns, token_rows
from corpus.values import annotation_values, fragments, getters_of
from schemas import Entity, Kind, LabelSchema, LabelSpec, Position

DOCUMENTS = "documents"
"""The table that is opened when none is named."""

Of = TypeVar("Of")

_RESERVED = (DOCUMENTS, "relations", "entities", "claims", "layers", "tokens", "default", "all")
"""Names that no label's table can have: those of the other tables, and two that mean something to `datasets`."""

_ANNOTATOR_KINDS = Classes(get_args(AnnotatorEntry.model_fields["kind"].annotation))
_STANCES = Classes(get_args(Position.model_fields["stance"].annotation))


@dataclass(frozen=True, slots=True)
class Table(Generic[Of]):
    """A table: what it is called, what its rows are, and how they are made."""

    name: str
    help: str
    columns: tuple[Column, ...]
    rows: Callable[[Of], Iterable[Row]]
    """The rows that a reading, or the whole corpus, comes to."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a schema."""

    by_reading: tuple[Table[Reading], ...]
    """Those that grow with every document that is read."""
    at_once: tuple[Table[Source], ...]
    """Those that belong to the corpus as a whole."""

    def __iter__(self) -> Iterator[Table[Reading] | Table[Source]]:
        return iter((*self.by_reading, *self.at_once))

    @property
    def names(self) -> list[str]:
        """What the tables are called."""
        return [table.name for table in self]

    def only(self, names: Collection[str]) -> Tables:
        """The tables of these names beside that of the documents, which every dataset has; no name means all.

        Raises:
            NameUnknown: If there is no such table.
        """
        for name in names:
            if name not in self.names:
                raise self._unknown(name)
        kept = {DOCUMENTS, *(names or self.names)}
        return Tables(
            tuple(table for table in self.by_reading if table.name in kept),
            tuple(table for table in self.at_once if table.name in kept),
        )

    def _unknown(self, name: str) -> NameUnknown:
        return NameUnknown(f"there is no configuration {name!r}", help=f"There is: {', '.join(self.names)}")

    def rows(self, name: str, source: Source) -> tuple[tuple[Column, ...], Iterator[Row]]:
        """A table's columns, and its rows, made as they are asked for.

        Raises:
            NameUnknown: If there is no such table.
        """
        for by_reading in self.by_reading:
            if by_reading.name == name:
                return by_reading.columns, (row for each in source.readings() for row in by_reading.rows(each))
        for at_once in self.at_once:
            if at_once.name == name:
                return at_once.columns, iter(at_once.rows(source))
        raise self._unknown(name)


def tables_of(schema: LabelSchema, manifest: Manifest) -> Tables:
    """The tables of a corpus that follows the schema, the default one first, then the labels in the schema's order."""
    names = distinct_names((spec.name for spec in schema.specs), _RESERVED)
    labels = tuple(_label_table(spec, name) for spec, name in zip(schema.specs, names, strict=True))
    relations = (_relations(schema),) if any(schema.fields(Kind.REFERENCE)) else ()
    return Tables(
        (_documents(schema), *labels, *relations, _layers(schema, manifest), _tokens(schema)),
        (_entities(schema), _claims()),
    )


def _documents(schema: LabelSchema) -> Table[Reading]:
    labels = label_names(schema.specs)
    places = {name: place for place, name in enumerate(labels.names)}
    annotation = Struct((ID, Column("label", labels, "The label."), START, END, FRAGMENTS, TEXT))
    columns = (
        Column("id", STRING, "The document's id."),
        Column(
            "text",
            STRING,
            "The text, exactly as it was read: nothing stripped, folded or normalised.",
            words=Words("document"),
        ),
        Column("sha256", STRING, "The SHA-256 of the text in UTF-8."),
        Column("title", STRING, "The title, where the document has one.", True, Words("quote")),
        Column("publisher", STRING, "Who published it, as far as the text tells.", nullable=True),
        Column("date", STRING, "The day of publication, where it is known. ISO 8601: year-month-day.", nullable=True),
        Column("language", STRING, "A BCP 47 language tag.", nullable=True),
        Column("source", STRING, "The file that it was read from.", nullable=True),
        ZONES,
        Column("status", STATUSES, "How far the annotator is; null where nothing was begun.", nullable=True),
        Column("annotations", ListOf(annotation), "What is marked in it; the labels' own tables say more."),
    )

    def rows(reading: Reading) -> Iterator[Row]:
        document, published = reading.document, reading.published
        yield {
            "id": document.id,
            "text": document.text,
            "sha256": document.sha256,
            "title": document.title,
            "publisher": document.publisher,
            "date": document.date.isoformat() if document.date else None,
            "language": document.language,
            "source": document.source,
            "zones": [
                {"start": zone.start, "end": zone.end, "kind": ZONE_KINDS.names.index(zone.kind)}
                for zone in document.zones
            ],
            "status": STATUSES.names.index(published.header.status) if published else None,
            "annotations": [
                {
                    "id": each.id,
                    "label": places[each.label],
                    "start": each.start,
                    "end": each.end,
                    "fragments": fragments(each),
                    "text": each.text,
                }
                for each in (published.annotations if published else ())
            ],
        }

    return Table(DOCUMENTS, "A row for each document, with its zones and what is marked in it.", columns, rows)


def _label_table(spec: LabelSpec, name: str) -> Table[Reading]:
    getters = getters_of(spec, {column.name for column in ANNOTATION})

    def rows(reading: Reading) -> Iterator[Row]:
        text = reading.document.text
        for each in reading.published.annotations if reading.published else ():
            if each.label == spec.name:
                row: dict[str, Cell] = {"document": reading.document.id, **annotation_values(each)}
                row.update((column, get(each, text)) for column, get in getters)
                yield row

    help_ = " ".join(spec.help.split()) or f"A row for each {spec.name}."
    return Table(name, help_, label_columns(spec), rows)


def _relations(schema: LabelSchema) -> Table[Reading]:
    labels = label_names(schema.specs)
    places = {name: place for place, name in enumerate(labels.names)}
    fields = Classes(tuple(dict.fromkeys(field.name for _, field in schema.fields(Kind.REFERENCE))))
    by_label = {spec.name: spec.of_kind(Kind.REFERENCE) for spec in schema.specs}
    columns = (
        Column("id", STRING, "The row, unique in its document."),
        DOCUMENT,
        Column("field", fields, "The field that refers."),
        Column("from_id", STRING, "The annotation that refers."),
        Column("from_label", labels, "Its label."),
        Column("from_text", STRING, "The words that it covers.", words=Words("annotation", "from_id")),
        Column("to_id", STRING, "The annotation that is referred to."),
        Column("to_label", labels, "Its label.", nullable=True),
        Column("to_text", STRING, "The words that it covers.", True, Words("annotation", "to_id")),
    )

    def rows(reading: Reading) -> Iterator[Row]:
        annotations = reading.published.annotations if reading.published else ()
        by_id = {each.id: each for each in annotations}
        for each in annotations:
            for field in by_label[each.label]:
                value = getattr(each, field.name)
                for number, target in enumerate(value if field.many and value else (value,) if value else ()):
                    to = by_id.get(target)
                    yield {
                        "id": f"{each.id}.{field.name}.{number}",
                        "document": reading.document.id,
                        "field": fields.names.index(field.name),
                        "from_id": each.id,
                        "from_label": places[each.label],
                        "from_text": each.text,
                        "to_id": target,
                        "to_label": places[to.label] if to else None,
                        "to_text": to.text if to else None,
                    }

    return Table("relations", "A row for each reference from one annotation to another.", columns, rows)


def _layers(schema: LabelSchema, manifest: Manifest) -> Table[Reading]:
    labels = label_names(schema.specs)
    places = {name: place for place, name in enumerate(labels.names)}
    kinds = {name: _ANNOTATOR_KINDS.names.index(entry.kind) for name, entry in manifest.annotators.items()}
    base = (
        ID,
        DOCUMENT,
        Column("layer", STRING, "The layer: what one annotator said about the documents."),
        Column("annotator", STRING, "Who made it."),
        Column("annotator_kind", _ANNOTATOR_KINDS, "A person, a rule or a model.", nullable=True),
        Column("status", STATUSES, "How far the annotator is with the document."),
        Column("label", labels, "The label."),
        START,
        END,
        FRAGMENTS,
        TEXT,
        SCORE,
        SETTLED,
    )
    specs = [spec for spec in schema.specs if field_columns(spec)]
    names = distinct_names((spec.name for spec in specs), {column.name for column in base})
    structs = {spec.name: (name, field_columns(spec)) for spec, name in zip(specs, names, strict=True)}
    columns = tuple(
        Column(name, Struct(tuple(each.column for each in own)), f"The fields of `{label}`; null for others.", True)
        for label, (name, own) in structs.items()
    )
    getters = {spec.name: getters_of(spec) for spec in schema.specs}

    def rows(reading: Reading) -> Iterator[Row]:
        text = reading.document.text
        for layer in reading.layers:
            about = {
                "document": reading.document.id,
                "layer": layer.layer,
                "annotator": layer.header.annotator,
                "annotator_kind": kinds.get(layer.header.annotator),
                "status": STATUSES.names.index(layer.header.status),
            }
            for each in layer.annotations:
                row: dict[str, Cell] = {**about, **annotation_values(each), "label": places[each.label]}
                row.update((name, None) for name, _ in structs.values())
                if each.label in structs:
                    row[structs[each.label][0]] = {name: get(each, text) for name, get in getters[each.label]}
                yield row

    return Table(
        "layers", "A row for each annotation of each layer, the published one among them.", (*base, *columns), rows
    )


def _tokens(schema: LabelSchema) -> Table[Reading]:
    return Table(
        "tokens",
        "A row for each paragraph of an open zone, as words with B, I and O tags.",
        token_columns(schema),
        partial(token_rows, schema),
    )


def _entities(schema: LabelSchema) -> Table[Source]:
    kinds = schema.entity_kinds
    columns = (
        Column("id", STRING, "The id that annotations use."),
        Column("kind", Classes(kinds) if kinds else STRING, "What it is."),
        Column("name", STRING, "The canonical name."),
        Column("aliases", ListOf(STRING), "Every other form of the name that occurs in the corpus."),
        Column("country", STRING, "The ISO 3166-1 code of the country that it belongs to.", nullable=True),
        Column("note", STRING, "What a reader must know.", nullable=True),
    )

    def kind(entity: Entity) -> Cell:
        if not kinds:
            return entity.kind
        if entity.kind not in kinds:
            message = f"the entity {entity.id} is of kind {entity.kind!r}, which the schema does not list"
            raise InputRefused.by(codes.ENTITY_RECORD_KIND.finding(message))
        return kinds.index(entity.kind)

    def rows(source: Source) -> Iterator[Row]:
        for each in source.entities():
            yield {
                "id": each.id,
                "kind": kind(each),
                "name": each.name,
                "aliases": list(each.aliases),
                "country": each.country,
                "note": each.note,
            }

    return Table("entities", "A row for each entity that annotations point to.", columns, rows)


def _claims() -> Table[Source]:
    position = Struct(
        (
            DOCUMENT,
            Column("entity", STRING, "Who holds it; null for the text's own voice or an unnamed source.", True),
            Column("annotation", STRING, "The gold annotation in which it is said.", True),
            Column("stance", _STANCES, "What they do with the proposition."),
            Column("note", STRING, "The words, or why.", True, Words("quote", "document")),
        )
    )
    columns = (
        Column("id", STRING, "The id of the claim."),
        Column("proposition", STRING, "What is claimed, as one sentence."),
        Column("positions", ListOf(position), "Who holds what of it, and where."),
        Column("note", STRING, "What a reader must know.", nullable=True),
    )

    def rows(source: Source) -> Iterator[Row]:
        for each in source.claims():
            yield {
                "id": each.id,
                "proposition": each.proposition,
                "positions": [
                    {
                        "document": position.document,
                        "entity": position.entity,
                        "annotation": position.annotation,
                        "stance": _STANCES.names.index(position.stance),
                        "note": position.note,
                    }
                    for position in each.positions
                ],
                "note": each.note,
            }

    return Table("claims", "A row for each proposition on which sources differ.", columns, rows)
