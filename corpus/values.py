"""The values of an annotation as a table holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from corpus.arrow import Cell
from corpus.columns import SETTLEMENTS, FieldColumn, field_columns
from schemas import Annotation, Extent, Kind, LabelSpec
from schemas.reflection import plain

Get = Callable[[Annotation, str], Cell]
"""Gets a column's value from an annotation and the text of its document."""


def pieces(extent: Extent) -> list[Mapping[str, int]]:
    """The pieces of an extent."""
    return [{"start": start, "end": end} for start, end in extent]


def fragments(annotation: Annotation) -> list[Mapping[str, int]]:
    """The pieces of an annotation: one, unless it is interrupted."""
    if annotation.fragments is None:
        return [{"start": annotation.start, "end": annotation.end}]
    return pieces(annotation.fragments)


def annotation_values(annotation: Annotation) -> dict[str, Cell]:
    """What every annotation has, but the document's id."""
    settled = annotation.settled
    return {
        "id": annotation.id,
        "start": annotation.start,
        "end": annotation.end,
        "fragments": fragments(annotation),
        "text": annotation.text,
        "score": annotation.score,
        "settled": {"how": SETTLEMENTS.index(settled.how), "layers": list(settled.layers)} if settled else None,
    }


def getters_of(spec: LabelSpec, taken: Iterable[str] = ()) -> Sequence[tuple[str, Get]]:
    """For each of a label's own columns, how its value is got from an annotation and the document's text."""
    return [(each.column.name, _getter(each)) for each in field_columns(spec, frozenset(taken))]


def _getter(each: FieldColumn) -> Get:
    value_of = attrgetter(each.field.name)
    convert = _converter(each)
    if convert is None and not each.field.many:
        return lambda annotation, _: value_of(annotation)

    def get(annotation: Annotation, text: str) -> Cell:
        value = value_of(annotation)
        if value is None:
            return None
        if convert is None:
            return list(value)
        return [convert(one, text) for one in value] if each.field.many else convert(value, text)

    return get


def _converter(each: FieldColumn) -> Callable[[Any, str], Cell] | None:
    """What makes one value of a field a value of its column; nothing where they are the same."""
    if each.words:
        return Extent.text
    if each.field.kind is Kind.EXTENT:
        return lambda extent, _: pieces(extent)
    if each.field.kind is Kind.DATE:
        return lambda date, _: str(plain(date))
    if each.field.kind is Kind.CHOICE:
        places = {choice.value: place for place, choice in enumerate(each.field.choices)}
        # A member of an `Enum` is found by its value, unless it equals it, as a `StrEnum`'s does.
        return lambda choice, _: places[choice if choice in places else plain(choice)]
    return None
