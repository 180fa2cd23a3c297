"""What a published table has for columns: plain descriptions, made from the label classes of any schema.

The types of `datasets`, the Parquet files and the card's lists of columns are made from these; nothing else says what
a column is. Every offset counts code points of the document's text, and every pair of offsets is half-open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from schemas import OPEN_KINDS, DerivedSpec, FieldSpec, Kind, LabelSpec, Settlement, Status, ZoneKind

Dtype = Literal["string", "bool", "int32", "int64", "float64"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value."""

    dtype: Dtype


@dataclass(frozen=True, slots=True)
class Classes:
    """One of a closed list, stored as its place in the list, counted from 0."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """Any number of values."""

    of: ColumnType


@dataclass(frozen=True, slots=True)
class Struct:
    """Several named values."""

    columns: tuple[Column, ...]


ColumnType = Scalar | Classes | ListOf | Struct


@dataclass(frozen=True, slots=True)
class Words:
    """That a column holds words of a text, and how their place is known."""

    how: Literal["document", "extent", "annotation", "tokens", "quote"]
    """They are the whole document, what an extent covers, what an annotation covers, a row's tokens, or somebody's own
    words, among which words of the text may be."""
    of: str = ""
    """The column beside it that has the extent, the annotation's id, or the document's id if it is not the row's."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or one value of a struct."""

    name: str
    type: ColumnType
    help: str
    """What it holds; shown in the card."""
    nullable: bool = False
    """Whether it may be null."""
    words: Words | None = None
    """What its words are of, where it holds words of a text: a dataset without texts has their place instead."""


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A column that is filled from a field of a label."""

    column: Column
    field: FieldSpec | DerivedSpec
    words: bool = False
    """Whether it holds the words that the field's extent covers, in place of the extent."""


STRING = Scalar("string")
BOOL = Scalar("bool")
OFFSET = Scalar("int32")
"""A count of code points: no document has more than `schemas.MAX_OFFSET`, the most that this type holds."""
INTEGER = Scalar("int64")
NUMBER = Scalar("float64")

START = Column("start", OFFSET, "The first code point covered.")
END = Column("end", OFFSET, "One past the last code point covered.")
EXTENT = ListOf(Struct((START, END)))
"""The pieces of an extent, in order."""

_PIECES = "The pieces that are covered, in order: one, unless the extent is interrupted."
_WORDS = "The covered words; pieces are joined by one blank."

ZONE_KINDS = Classes(get_args(ZoneKind))
STATUSES = Classes(tuple(status.value for status in Status))

SETTLEMENTS = get_args(Settlement.model_fields["how"].annotation)

SCORE = Column("score", NUMBER, "How sure a rule or model was, from 0 to 1.", nullable=True)
SETTLED = Column(
    "settled",
    Struct(
        (
            Column(
                "how",
                Classes(SETTLEMENTS),
                "All layers agreed, one was chosen, one was chosen and changed, or it is in no layer.",
            ),
            Column("layers", ListOf(STRING), "The layers that it was taken from."),
        )
    ),
    "How it was settled, in an adjudicated layer.",
    nullable=True,
)
ID = Column("id", STRING, "The annotation's id, unique in its layer and document.")
DOCUMENT = Column("document", STRING, "The document's id.")
FRAGMENTS = Column("fragments", EXTENT, _PIECES)
TEXT = Column("text", STRING, _WORDS, words=Words("extent", "fragments"))

ANNOTATION: tuple[Column, ...] = (ID, DOCUMENT, START, END, FRAGMENTS, TEXT, SCORE, SETTLED)
"""What every annotation has, whatever its label."""

ZONES = Column(
    "zones",
    ListOf(Struct((START, END, Column("kind", ZONE_KINDS, "What the piece is.")))),
    "The pieces that the text is made of, without gap or overlap; none means one open body. Annotations lie only in "
    f"zones of the kinds {', '.join(kind for kind in ZONE_KINDS.names if kind in OPEN_KINDS)}.",
)


def label_names(specs: Collection[LabelSpec]) -> Classes:
    """The labels, in the schema's order."""
    return Classes(tuple(spec.name for spec in specs))


def distinct_names(names: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """The names; one that is taken, or there before, gets as many `_` after it as make it differ from all others."""
    names = list(names)
    known = {*names, *taken}
    distinct: list[str] = []
    for name in names:
        chosen = name
        if name in taken or name in distinct:
            while chosen in known:
                chosen += "_"
            known.add(chosen)
        distinct.append(chosen)
    return distinct


def own_fields(spec: LabelSpec) -> tuple[FieldSpec | DerivedSpec, ...]:
    """What a label adds to its extent, and what it computes."""
    return (*spec.fields, *spec.derived)


def label_columns(spec: LabelSpec) -> tuple[Column, ...]:
    """The columns of a label's table: those of every annotation, then those of the label's fields."""
    return (*ANNOTATION, *(each.column for each in field_columns(spec, {column.name for column in ANNOTATION})))


def field_columns(spec: LabelSpec, taken: Collection[str] = ()) -> tuple[FieldColumn, ...]:
    """The columns of a label's own fields, in the schema's order; then those of the values that it computes.

    An extent is followed by a column of the words that it covers. A field keeps its name, unless that is among those
    taken; a column of words gives way to a field.
    """
    own = own_fields(spec)
    extents = [field for field in own if field.kind is Kind.EXTENT]
    names = distinct_names([*(each.name for each in own), *(f"{each.name}_text" for each in extents)], taken)
    words = dict(zip((each.name for each in extents), names[len(own) :], strict=True))
    columns = []
    for field, name in zip(own, names, strict=False):
        quote = Words("quote") if field.kind is Kind.TEXT else None
        columns.append(FieldColumn(Column(name, _type(field), _help(field), field.nullable, quote), field))
        if field.kind is Kind.EXTENT:
            type_ = ListOf(STRING) if field.many else STRING
            help_ = f"The words that `{name}` covers; pieces are joined by one blank."
            column = Column(words[field.name], type_, help_, field.nullable, Words("extent", name))
            columns.append(FieldColumn(column, field, words=True))
    return tuple(columns)


_TYPES: dict[Kind, ColumnType] = {
    Kind.TOGGLE: BOOL,
    Kind.TEXT: STRING,
    Kind.INTEGER: INTEGER,
    Kind.NUMBER: NUMBER,
    Kind.DATE: STRING,
    Kind.EXTENT: EXTENT,
    Kind.REFERENCE: STRING,
    Kind.ENTITY: STRING,
}


def _type(field: FieldSpec | DerivedSpec) -> ColumnType:
    one = Classes(tuple(choice.name for choice in field.choices)) if field.kind is Kind.CHOICE else _TYPES[field.kind]
    return ListOf(one) if field.many else one


def _help(field: FieldSpec | DerivedSpec) -> str:
    """The field's own help, with what its type leaves open."""
    return " ".join(filter(None, (" ".join(field.help.split()), *_remarks(field))))


def _remarks(field: FieldSpec | DerivedSpec) -> Iterator[str]:
    if isinstance(field, DerivedSpec):
        yield "Computed from the other fields."
    if field.kind is Kind.DATE:
        yield "ISO 8601: year-month-day."
    elif field.kind is Kind.EXTENT:
        yield "Its pieces, in order."
    elif field.kind is Kind.REFERENCE and isinstance(field, FieldSpec):
        yield f"The id of an annotation of the same document: {' or '.join(field.labels)}."
    elif field.kind is Kind.ENTITY:
        kinds = field.entity_kinds if isinstance(field, FieldSpec) else ()
        yield f"The id of an entity of kind {' or '.join(kinds)}." if kinds else "The id of an entity."


def shown_type(type_: ColumnType) -> str:
    """A type in a few words, for the card, which lists the names of a closed list and what a struct holds beside it."""
    if isinstance(type_, Scalar):
        return type_.dtype
    if type_ == EXTENT:
        return "list of start, end"
    if isinstance(type_, ListOf):
        return f"list of {shown_type(type_.of)}"
    return "class label" if isinstance(type_, Classes) else "struct"


def class_names(type_: ColumnType) -> tuple[str, ...]:
    """The closed list that a column of this type draws on directly; none if it has no such list."""
    if isinstance(type_, ListOf):
        return class_names(type_.of)
    return type_.names if isinstance(type_, Classes) else ()
