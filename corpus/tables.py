"""The tables that a corpus is published as: their columns, and their rows as the corpus is read.

One table for each label, beside those that every corpus has: documents, references, entities, claims, all layers side
by side, and words with tags. Which columns a label has is the schema's business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar, get_args

from corpus import codes
from corpus.arrow import Cell, Cells, Nested, Row
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
from corpus.readings import Reading, Readings, Source, some_at_a_time
from corpus.tokens import token_cells, token_columns
from corpus.values import annotation_cells, fills_of, place_cells
from schemas import Annotation, Entity, Kind, LabelSchema, LabelSpec, Position, Zone

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
    cells: Callable[[Of], Cells]
    """The values that readings, or the whole corpus, come to: as many in each column as there are rows."""

    def rows(self, of: Of) -> Iterator[Row]:
        """The same row by row."""
        cells = self.cells(of)
        names = [column.name for column in self.columns]
        for values in zip(*(cells[name] for name in names), strict=True):
            yield dict(zip(names, values, strict=True))


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a schema."""

    by_reading: tuple[Table[Readings], ...]
    """Those that grow with every document that is read."""
    at_once: tuple[Table[Source], ...]
    """Those that belong to the corpus as a whole."""

    def __iter__(self) -> Iterator[Table[Readings] | Table[Source]]:
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

    def cells(self, name: str, source: Source) -> tuple[tuple[Column, ...], Iterator[Cells]]:
        """A table's columns, and its values for some documents at a time, made as they are asked for.

        Raises:
            NameUnknown: If there is no such table.
        """
        for by_reading in self.by_reading:
            if by_reading.name == name:
                return by_reading.columns, map(by_reading.cells, some_at_a_time(source.readings()))
        for at_once in self.at_once:
            if at_once.name == name:
                return at_once.columns, iter([at_once.cells(source)])
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


def _documents(schema: LabelSchema) -> Table[Readings]:
    labels = label_names(schema.specs)
    places = {name: place for place, name in enumerate(labels.names)}
    zone_kinds = {name: place for place, name in enumerate(ZONE_KINDS.names)}
    annotation = Struct((ID, Column("label", labels, "The label."), START, END, FRAGMENTS, TEXT))
    order = [column.name for column in annotation.columns]
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

    def cells(readings: Readings) -> Cells:
        documents = [each.document for each in readings]
        published = [each.published for each in readings]
        return {
            "id": [each.id for each in documents],
            "text": [each.text for each in documents],
            "sha256": [each.sha256 for each in documents],
            "title": [each.title for each in documents],
            "publisher": [each.publisher for each in documents],
            "date": [each.date.isoformat() if each.date else None for each in documents],
            "language": [each.language for each in documents],
            "source": [each.source for each in documents],
            "zones": zones([each.zones for each in documents]),
            "status": [STATUSES.names.index(each.header.status) if each else None for each in published],
            "annotations": marked([each.annotations if each else () for each in published]),
        }

    def zones(of_each: Sequence[Sequence[Zone]]) -> Nested:
        values = [zone.__dict__ for zones in of_each for zone in zones]
        columns = {
            "start": [each["start"] for each in values],
            "end": [each["end"] for each in values],
            "kind": [zone_kinds[each["kind"]] for each in values],
        }
        return Nested(list(map(len, of_each)), columns)

    def marked(of_each: Sequence[Sequence[Annotation]]) -> Nested:
        values = [each.__dict__ for annotations in of_each for each in annotations]
        columns = place_cells(values) | {"label": [places[each["label"]] for each in values]}
        return Nested(list(map(len, of_each)), {name: columns[name] for name in order})

    return Table(DOCUMENTS, "A row for each document, with its zones and what is marked in it.", columns, cells)


def _label_table(spec: LabelSpec, name: str) -> Table[Readings]:
    fills = fills_of(spec, {column.name for column in ANNOTATION})

    def cells(readings: Readings) -> Cells:
        annotations: list[Annotation] = []
        names: list[Cell] = []
        texts: list[str] = []
        for reading in readings:
            own = (
                [each for each in reading.published.annotations if each.label == spec.name] if reading.published else ()
            )
            annotations += own
            names += [reading.document.id] * len(own)
            texts += [reading.document.text] * len(own)
        found = {"document": names, **annotation_cells(annotations)}
        return found | {column: fill(annotations, texts) for column, fill in fills}

    help_ = " ".join(spec.help.split()) or f"A row for each {spec.name}."
    return Table(name, help_, label_columns(spec), cells)


def _relations(schema: LabelSchema) -> Table[Readings]:
    labels = label_names(schema.specs)
    places = {name: place for place, name in enumerate(labels.names)}
    fields = Classes(tuple(dict.fromkeys(field.name for _, field in schema.fields(Kind.REFERENCE))))
    by_label = {
        spec.name: [(field, fields.names.index(field.name)) for field in spec.of_kind(Kind.REFERENCE)]
        for spec in schema.specs
    }
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

    def rows(reading: Reading) -> Iterator[tuple[Cell, ...]]:
        annotations = reading.published.annotations if reading.published else ()
        document = reading.document.id
        by_id = {each.id: each for each in annotations}
        for each in annotations:
            for field, number_of_field in by_label[each.label]:
                value = getattr(each, field.name)
                if value:
                    for number, target in enumerate(value if field.many else (value,)):
                        to = by_id.get(target)
                        end = (target, places[to.label], to.text) if to else (target, None, None)
                        begin = (each.id, places[each.label], each.text)
                        yield (f"{each.id}.{field.name}.{number}", document, number_of_field, *begin, *end)

    def cells(readings: Readings) -> Cells:
        found = list(zip(*(row for reading in readings for row in rows(reading)), strict=True)) or [()] * len(columns)
        return {column.name: list(values) for column, values in zip(columns, found, strict=True)}

    return Table("relations", "A row for each reference from one annotation to another.", columns, cells)


def _layers(schema: LabelSchema, manifest: Manifest) -> Table[Readings]:
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
    fills = {spec.name: (structs[spec.name][0], fills_of(spec)) for spec in specs}

    def cells(readings: Readings) -> Cells:
        annotations: list[Annotation] = []
        texts: list[str] = []
        about: list[tuple[Cell, ...]] = []
        for reading in readings:
            for layer in reading.layers:
                header, count = layer.header, len(layer.annotations)
                status, kind = STATUSES.names.index(header.status), kinds.get(header.annotator)
                about += [(reading.document.id, layer.layer, header.annotator, kind, status)] * count
                annotations += layer.annotations
                texts += [reading.document.text] * count
        labels = [each.label for each in annotations]
        found = annotation_cells(annotations) | {"label": [places[label] for label in labels]}
        columns = zip(*about, strict=True) if about else [()] * 5
        names = ("document", "layer", "annotator", "annotator_kind", "status")
        found.update((name, list(values)) for name, values in zip(names, columns, strict=True))
        for label, (name, own) in fills.items():
            where = [number for number, each in enumerate(labels) if each == label]
            marked, around = [annotations[number] for number in where], [texts[number] for number in where]
            inner = [column for column, _ in own]
            column: list[Cell] = [None] * len(annotations)
            values = zip(*(fill(marked, around) for _, fill in own), strict=True)
            for number, value in zip(where, values, strict=True):
                column[number] = dict(zip(inner, value, strict=True))
            found[name] = column
        return found

    return Table(
        "layers", "A row for each annotation of each layer, the published one among them.", (*base, *columns), cells
    )


def _tokens(schema: LabelSchema) -> Table[Readings]:
    return Table(
        "tokens",
        "A row for each paragraph of an open zone, as words with B, I and O tags.",
        token_columns(schema),
        partial(token_cells, schema),
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

    def cells(source: Source) -> Cells:
        entities = source.entities()
        return {
            "id": [each.id for each in entities],
            "kind": list(map(kind, entities)),
            "name": [each.name for each in entities],
            "aliases": [list(each.aliases) for each in entities],
            "country": [each.country for each in entities],
            "note": [each.note for each in entities],
        }

    return Table("entities", "A row for each entity that annotations point to.", columns, cells)


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

    def cells(source: Source) -> Cells:
        claims = source.claims()
        return {
            "id": [each.id for each in claims],
            "proposition": [each.proposition for each in claims],
            "positions": [list(map(held, each.positions)) for each in claims],
            "note": [each.note for each in claims],
        }

    def held(position: Position) -> Cell:
        return {
            "document": position.document,
            "entity": position.entity,
            "annotation": position.annotation,
            "stance": _STANCES.names.index(position.stance),
            "note": position.note,
        }

    return Table("claims", "A row for each proposition on which sources differ.", columns, cells)
