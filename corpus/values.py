"""The values of annotations as a table holds them, column by column: millions of values have no time for a row each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from corpus.arrow import Cell, Nested
from corpus.columns import SETTLEMENTS, FieldColumn, field_columns
from schemas import Annotation, Extent, Fragment, Kind, LabelSpec
from schemas.reflection import plain

Fill = Callable[[Sequence[Annotation], Sequence[str]], Sequence[Cell]]
"""Gets a column's values from annotations and the text of each one's document."""


def pieces(extent: Extent) -> list[Mapping[str, int]]:
    """The pieces of an extent."""
    return [{"start": start, "end": end} for start, end in extent]


def fragments(annotation: Annotation) -> list[Mapping[str, int]]:
    """The pieces of an annotation: one, unless it is interrupted."""
    if annotation.fragments is None:
        return [{"start": annotation.start, "end": annotation.end}]
    return pieces(annotation.fragments)


def place_cells(annotations: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Cell]]:
    """What each annotation is called and where it is, given what it holds."""
    starts, ends = [each["start"] for each in annotations], [each["end"] for each in annotations]
    return {
        "id": [each["id"] for each in annotations],
        "start": starts,
        "end": ends,
        "fragments": _fragments(starts, ends, [each["fragments"] for each in annotations]),
        "text": [each["text"] for each in annotations],
    }


def _fragments(starts: Sequence[int], ends: Sequence[int], fragments: Sequence[Extent | None]) -> Nested:
    """The pieces of each annotation."""
    if not any(fragments):
        return Nested([1] * len(starts), {"start": starts, "end": ends})
    whole = [(each,) for each in zip(starts, ends, strict=True)]
    made = [several or one for several, one in zip(fragments, whole, strict=True)]
    return nested_pieces(made)


def nested_pieces(extents: Sequence[Sequence[Fragment] | None]) -> Nested:
    """The pieces of each extent, where there is one."""
    all_pieces = [piece for each in extents if each is not None for piece in each]
    columns = {"start": [start for start, _ in all_pieces], "end": [end for _, end in all_pieces]}
    return Nested([None if each is None else len(each) for each in extents], columns)


def annotation_cells(annotations: Sequence[Annotation]) -> dict[str, Sequence[Cell]]:
    """What every annotation has, but the document's id."""
    values = [each.__dict__ for each in annotations]
    return place_cells(values) | {
        "score": [each["score"] for each in values],
        "settled": [
            {"how": SETTLEMENTS.index(settled.how), "layers": list(settled.layers)} if settled else None
            for settled in [each["settled"] for each in values]
        ],
    }


def fills_of(spec: LabelSpec, taken: Iterable[str] = ()) -> Sequence[tuple[str, Fill]]:
    """For each of a label's own columns, how its values are got from annotations of that label and their texts."""
    return [(each.column.name, _fill(each)) for each in field_columns(spec, frozenset(taken))]


def _fill(each: FieldColumn) -> Fill:
    value_of = attrgetter(each.field.name)
    if each.words:
        return _words(value_of, many=each.field.many)
    convert = _converter(each)

    def fill(annotations: Sequence[Annotation], _: Sequence[str]) -> Sequence[Cell]:
        values = list(map(value_of, annotations))
        if convert is pieces and not each.field.many:
            return nested_pieces(values)
        if each.field.many:
            return [None if value is None else list(map(convert, value) if convert else value) for value in values]
        return [None if value is None else convert(value) for value in values] if convert else values

    return fill


def _words(value_of: Callable[[Annotation], Any], *, many: bool) -> Fill:
    """What gets the words that a field covers."""

    def fill(annotations: Sequence[Annotation], texts: Sequence[str]) -> list[Cell]:
        found: list[Cell] = []
        for value, text in zip(map(value_of, annotations), texts, strict=True):
            if value is None:
                found.append(None)
            else:
                found.append([extent.text(text) for extent in value] if many else value.text(text))
        return found

    return fill


def _converter(each: FieldColumn) -> Callable[[Any], Cell] | None:
    """What makes one value of a field a value of its column; nothing where they are the same."""
    if each.field.kind is Kind.EXTENT:
        return pieces
    if each.field.kind is Kind.DATE:
        return lambda date: str(plain(date))
    if each.field.kind is Kind.CHOICE:
        places = {choice.value: place for place, choice in enumerate(each.field.choices)}
        # A member of an `Enum` is found by its value, unless it equals it, as a `StrEnum`'s does.
        return lambda choice: places[choice if choice in places else plain(choice)]
    return None
