"""Documents as rows of words with B, I and O tags, for whoever trains a tagger; every loss is said where it happens.

A row is a paragraph of an open zone. Words are told apart without looking at annotations: a run of letters and digits
is a word, so is every other sign; scripts that are written without blanks are cut into single characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from corpus.arrow import Cell, Cells
from corpus.columns import (
    DOCUMENT,
    END,
    OFFSET,
    START,
    STRING,
    ZONE_KINDS,
    Classes,
    Column,
    ListOf,
    Words,
    distinct_names,
    own_fields,
)
from corpus.readings import Readings
from schemas import Annotation, Document, Extent, Fragment, Kind, LabelSchema

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[\w\p{M}\u200c\u200d--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]+"
    r"|(?!\s)\X",
    regex.VERSION1,
)
_LATIN_WORD = re.compile(r"\w+|[^\w\s]")
_NOT_LATIN = re.compile("[^\t\n\r -~\u00a0\u00c0-\u024f\u2010-\u2027\u2030-\u203a\u20ac]")
"""What the pattern above may take otherwise than `_LATIN_WORD`, which needs half the time."""

_PARAGRAPH_END = regex.compile(r"\n[^\S\n]*\n\s*")

OUTSIDE, BEGIN, INSIDE = range(3)
TAGS = Classes(("O", "B", "I"))


@dataclass(frozen=True, slots=True)
class TagColumn:
    """What a column of tags is made from: the extents of a label, or those of one of its fields."""

    name: str
    label: str
    field: str | None = None

    def extents(self, annotations: Iterable[Annotation]) -> Iterator[Extent]:
        """The extents among the annotations that the column shows."""
        for annotation in annotations:
            if annotation.label != self.label:
                continue
            value = annotation.extent if self.field is None else getattr(annotation, self.field)
            if isinstance(value, Extent):
                yield value
            elif value is not None:
                yield from value


def tag_columns(schema: LabelSchema) -> tuple[TagColumn, ...]:
    """The columns of tags: for each label, the label, then each of its fields that is an extent."""
    shown = [
        (spec.name, field)
        for spec in schema.specs
        for field in (None, *(each.name for each in own_fields(spec) if each.kind is Kind.EXTENT))
    ]
    names = distinct_names("_".join(filter(None, ("bio", *each))) for each in shown)
    return tuple(TagColumn(name, *each) for name, each in zip(names, shown, strict=True))


def token_columns(schema: LabelSchema) -> tuple[Column, ...]:
    """The columns of the table of words."""
    tags = tag_columns(schema)
    return (
        Column("id", STRING, "The row: the document's id, and where the row begins in it."),
        DOCUMENT,
        START,
        END,
        Column("zone", ZONE_KINDS, "The kind of zone that it lies in.", nullable=True),
        Column("tokens", ListOf(STRING), "The words and signs, in order.", words=Words("tokens")),
        Column("starts", ListOf(OFFSET), "The first code point of each, in the document."),
        Column("ends", ListOf(OFFSET), "One past the last code point of each, in the document."),
        *(
            Column(
                tag.name,
                ListOf(TAGS),
                f"For each, whether an extent of `{tag.label}` begins (B), goes on (I), or neither (O)."
                if tag.field is None
                else f"The same for what `{tag.field}` of `{tag.label}` covers.",
            )
            for tag in tags
        ),
        Column(
            "lossy",
            ListOf(Classes(tuple(tag.name for tag in tags))),
            "The columns whose tags do not give back the extents: where they nest, overlap or are interrupted (the "
            "first and longest is shown), or do not begin and end with a word of the row. Empty where nothing is lost.",
        ),
    )


def token_cells(schema: LabelSchema, readings: Readings) -> Cells:
    """The paragraphs of documents' open zones; none where the published layer has nothing about a document."""
    tags = tag_columns(schema)
    cells: dict[str, list[Cell]] = {column.name: [] for column in token_columns(schema)}
    for reading in readings:
        if reading.published is not None:
            _add(cells, reading.document, reading.published.annotations, tags)
    return cells


def _add(
    cells: Mapping[str, list[Cell]],
    document: Document,
    annotations: Sequence[Annotation],
    tags: Sequence[TagColumn],
) -> None:
    """Adds a document's paragraphs."""
    text = document.text
    find = _WORD.finditer if _NOT_LATIN.search(text) else _LATIN_WORD.finditer
    paragraphs = list(_paragraphs(document))
    placed = [(cells[tag.name], _placed(tag.extents(annotations), paragraphs)) for tag in tags]
    for number, ((start, end), zone) in enumerate(paragraphs):
        words = [match.span() for match in find(text, start, end)]
        starts, ends = [low for low, _ in words], [high for _, high in words]
        cells["id"].append(f"{document.id}:{start}")
        cells["document"].append(document.id)
        cells["start"].append(start)
        cells["end"].append(end)
        cells["zone"].append(zone)
        cells["tokens"].append([text[low:high] for low, high in words])
        cells["starts"].append(starts)
        cells["ends"].append(ends)
        lossy = []
        for place, (column, extents) in enumerate(placed):
            tagged_words, is_lossy = tagged(extents.get(number, ()), starts, ends)
            column.append(tagged_words)
            if is_lossy:
                lossy.append(place)
        cells["lossy"].append(lossy)


def _paragraphs(document: Document) -> Iterator[tuple[Fragment, int | None]]:
    """What holds a word: the pieces of open zones between blank lines, each with the place of its zone's kind."""
    kinds = {zone.start: ZONE_KINDS.names.index(zone.kind) for zone in document.zones}
    for extent in document.open_extents:
        start = extent.start
        ends = [match.span() for match in _PARAGRAPH_END.finditer(document.text, extent.start, extent.end)]
        for end, next_start in (*ends, (extent.end, extent.end)):
            words = document.text[start:end]
            if words and not words.isspace():
                low = start + len(words) - len(words.lstrip())
                yield (low, low + len(words.strip())), kinds.get(extent.start)
            start = next_start


def _placed(
    extents: Iterable[Extent], paragraphs: Sequence[tuple[Fragment, int | None]]
) -> Mapping[int, Sequence[Extent]]:
    """The extents by the number of each paragraph that they touch: by start, of several the longest first."""
    starts = [start for (start, _), _ in paragraphs]
    ends = [end for (_, end), _ in paragraphs]
    placed: dict[int, list[Extent]] = defaultdict(list)
    for extent in sorted(extents, key=lambda each: (each.start, -each.end, each)):
        for number in range(bisect_right(ends, extent.start), bisect_left(starts, extent.end)):
            placed[number].append(extent)
    return placed


def tagged(extents: Iterable[Extent], starts: Sequence[int], ends: Sequence[int]) -> tuple[list[int], bool]:
    """A tag for each word, and whether anything was lost.

    An extent that touches a word which has a tag already is left out. What is lost is an extent that is left out, or
    that whoever reads the tags would take for another one: an interrupted one, and one with an edge elsewhere than at
    the edge of a word.

    Args:
        extents: The extents that touch the row.
        starts: The first code point of each word.
        ends: One past the last code point of each word.
    """
    tags = [OUTSIDE] * len(starts)
    is_lossy = False
    for extent in extents:
        touched = [
            place for start, end in extent for place in range(bisect_right(ends, start), bisect_left(starts, end))
        ]
        if not touched or any(tags[place] != OUTSIDE for place in touched):
            is_lossy = True
            continue
        for place in touched:
            tags[place] = INSIDE
        tags[touched[0]] = BEGIN
        if len(extent) > 1 or starts[touched[0]] != extent.start or ends[touched[-1]] != extent.end:
            is_lossy = True
    return tags, is_lossy
