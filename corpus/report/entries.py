"""What a page says about each annotation: its words, its place, and its fields with what they lead to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from corpus.field_agreement import several
from corpus.report import addresses
from corpus.report.drawing import slots
from schemas import Annotation, DerivedSpec, Document, Entity, FieldSpec, Kind, LabelSchema, plain


class Value(NamedTuple):
    """One value of a field as it is shown."""

    text: str
    is_words: bool = False
    """Whether it is words of the corpus, not of the schema."""
    to: str | None = None
    """The id of the annotation that it leads to."""
    page: str | None = None
    """The page that it leads to."""


class Row(NamedTuple):
    """One field with its values."""

    name: str
    values: Sequence[Value]


class Back(NamedTuple):
    """Another annotation that refers to this one, by one of its fields."""

    field: str
    annotation: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotation as it is listed."""

    id: str
    label: str
    slot: int
    words: str
    start: int
    end: int
    rows: Sequence[Row]
    back: Sequence[Back]


def entries(
    document: Document,
    annotations: Sequence[Annotation],
    schema: LabelSchema,
    entities: Mapping[str, Entity],
) -> list[Entry]:
    """Every annotation of a layer of a document, by place."""
    by_id = {each.id: each for each in annotations}
    back = _back(annotations, schema)
    colours = slots(schema)
    made = []
    for each in annotations:
        spec = schema.by_name[each.label]
        rows = [Row(field.name, _values(field, each, document, by_id, entities)) for field in spec.fields]
        rows += [Row(derived.name, _values(derived, each, document, by_id, entities)) for derived in spec.derived]
        made.append(
            Entry(
                id=each.id,
                label=each.label,
                slot=colours[each.label],
                words=each.extent.text(document.text),
                start=each.start,
                end=each.end,
                rows=[row for row in rows if row.values] + _about(each),
                back=back.get(each.id, ()),
            )
        )
    return made


def _about(annotation: Annotation) -> list[Row]:
    """What a machine or an adjudicator noted."""
    rows = []
    if annotation.score is not None:
        rows.append(Row("score", [Value(f"{annotation.score:.2f}")]))
    if annotation.settled is not None:
        layers = ", ".join(annotation.settled.layers)
        rows.append(Row("settled", [Value(f"{annotation.settled.how}{': ' if layers else ''}{layers}")]))
    return rows


def _back(annotations: Iterable[Annotation], schema: LabelSchema) -> Mapping[str, list[Back]]:
    found: defaultdict[str, list[Back]] = defaultdict(list)
    for each in annotations:
        for field in schema.by_name[each.label].of_kind(Kind.REFERENCE):
            for target in several(getattr(each, field.name)):
                found[target].append(Back(field.name, each.id, each.label, each.text))
    return found


def _values(
    field: FieldSpec | DerivedSpec,
    annotation: Annotation,
    document: Document,
    by_id: Mapping[str, Annotation],
    entities: Mapping[str, Entity],
) -> list[Value]:
    return [_value(field.kind, each, document, by_id, entities) for each in several(getattr(annotation, field.name))]


def _value(
    kind: Kind, value: Any, document: Document, by_id: Mapping[str, Annotation], entities: Mapping[str, Entity]
) -> Value:
    match kind:
        case Kind.EXTENT:
            return Value(value.text(document.text), is_words=True)
        case Kind.REFERENCE:
            target = by_id.get(value)
            return Value(
                target.text if target else value, is_words=target is not None, to=target.id if target else None
            )
        case Kind.ENTITY:
            entity = entities.get(value)
            return Value(
                entity.name if entity else value, is_words=True, page=addresses.entity(value) if entity else None
            )
        case Kind.TOGGLE:
            return Value("yes" if value else "no")
        case Kind.TEXT:
            return Value(value, is_words=True)
    return Value(str(plain(value)))
