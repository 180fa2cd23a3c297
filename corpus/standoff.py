"""Tables without the words of the texts, for texts that may not be redistributed: places and digests stand for them.

Every column of words keeps its name and its place, and has another type: a struct that says where the words are and
what their SHA-256 is. `corpus.hydration` knows these types again and puts the words back. What the corpus's authors
wrote themselves stays: the names of entities, propositions, and of notes and other free text whatever is not in the
document's text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import regex

from corpus.arrow import Cells, Row, cells_of
from corpus.columns import EXTENT, OFFSET, STRING, Column, ColumnType, ListOf, Struct, Words
from corpus.readings import Reading, Readings, Source
from corpus.tables import Table, Tables
from corpus.values import fragments
from schemas import digest

FRAGMENTS = "fragments"
PARTS = "parts"
STARTS = "starts"
ENDS = "ends"
SHA256 = "sha256"
START = "start"
END = "end"
WORDS = "words"
OF = "document"

_SHA256 = Column(SHA256, STRING, "The SHA-256 of the words in UTF-8.")
_COVERED = Struct((Column(FRAGMENTS, EXTENT, "The pieces of the text, in order; joined by one blank."), _SHA256))
_TOKENS = Struct(
    (
        Column(STARTS, ListOf(OFFSET), "The first code point of each."),
        Column(ENDS, ListOf(OFFSET), "One past the last code point of each."),
        Column(SHA256, STRING, "The SHA-256 of all of them in UTF-8, joined by blanks."),
    )
)
_PART = Struct(
    (
        Column(WORDS, STRING, "Words that are not the text's.", nullable=True),
        Column(START, OFFSET, "The first code point of words that are.", nullable=True),
        Column(END, OFFSET, "One past the last of them.", nullable=True),
    )
)
_QUOTE = Struct((Column(PARTS, ListOf(_PART), "What it is put together from, in order."), _SHA256))
_OTHER_QUOTE = Struct((Column(OF, STRING, "The document that the places are in."), *_QUOTE.columns))

_WORD = regex.compile(r"[\w\p{M}]+")
_QUOTED_LETTERS = 5
"""The letters from which on words that stand in the text are the text's."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the words of a row are looked up in."""

    text: str = ""
    annotations: Mapping[str, list[Mapping[str, int]]] = field(default_factory=dict)
    """The pieces of each annotation, by its id."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Texts by document, for rows that are about several."""


def without_words(tables: Tables) -> Tables:
    """The tables with the words' places and digests in place of the words."""
    return Tables(
        tuple(replace(each, columns=_columns(each.columns), cells=_of_readings(each)) for each in tables.by_reading),
        tuple(replace(each, columns=_columns(each.columns), cells=_of_source(each)) for each in tables.at_once),
    )


def _of_readings(table: Table[Readings]) -> Callable[[Readings], Cells]:
    def rows(reading: Reading) -> Iterator[Row]:
        published = reading.published.annotations if reading.published else ()
        texts = _Texts(reading.document.text, {each.id: fragments(each) for each in published})
        return (_without(table.columns, row, texts) for row in table.rows([reading]))

    return lambda readings: cells_of([row for reading in readings for row in rows(reading)], table.columns)


def _of_source(table: Table[Source]) -> Callable[[Source], Cells]:
    def cells(source: Source) -> Cells:
        made = list(table.rows(source))
        others: dict[str, str] = {}
        if made and any(column.type != hidden.type for column, hidden in zip(table.columns, columns, strict=True)):
            others = {each.document.id: each.document.text for each in source.readings()}
        return cells_of([_without(table.columns, row, _Texts(others=others)) for row in made], table.columns)

    columns = _columns(table.columns)
    return cells


def _columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    return tuple(replace(column, type=_type(column.type, column.words), words=None) for column in columns)


def _type(type_: ColumnType, words: Words | None) -> ColumnType:
    if words is not None and words.how == "tokens":
        return _TOKENS
    if isinstance(type_, ListOf):
        return ListOf(_type(type_.of, words))
    if words is not None:
        return _COVERED if words.how != "quote" else _OTHER_QUOTE if words.of else _QUOTE
    return Struct(_columns(type_.columns)) if isinstance(type_, Struct) else type_


def _without(columns: Sequence[Column], row: Mapping[str, Any], texts: _Texts) -> dict[str, Any]:
    """A row, or a struct in one, without words."""
    hidden: dict[str, Any] = {}
    for column in columns:
        value = row[column.name]
        inner = column.type.of if isinstance(column.type, ListOf) else column.type
        if value is None:
            hidden[column.name] = None
        elif column.words is not None:
            hidden[column.name] = _place(column.words, value, row, texts)
        elif not isinstance(inner, Struct):
            hidden[column.name] = value
        elif inner is column.type:
            hidden[column.name] = _without(inner.columns, value, texts)
        else:
            hidden[column.name] = [_without(inner.columns, each, texts) for each in value]
    return hidden


def _place(words: Words, value: Any, row: Mapping[str, Any], texts: _Texts) -> object:
    """What stands for words."""
    if words.how == "document":
        return {FRAGMENTS: [{START: 0, END: len(value)}], SHA256: row[SHA256]}
    if words.how == "tokens":
        return {STARTS: row[STARTS], ENDS: row[ENDS], SHA256: sha256(" ".join(value))}
    if words.how == "annotation":
        return _covered(texts.annotations[row[words.of]], value)
    if words.how == "extent":
        pieces = row[words.of]
        return [*map(_covered, pieces, value)] if isinstance(value, list) else _covered(pieces, value)
    if words.of:
        document = row[words.of]
        return {OF: document, **_quote(value, texts.others.get(document, ""))}
    return [_quote(each, texts.text) for each in value] if isinstance(value, list) else _quote(value, texts.text)


def _covered(pieces: Sequence[Mapping[str, int]], words: str) -> dict[str, object]:
    return {FRAGMENTS: pieces, SHA256: sha256(words)}


def _quote(value: str, text: str) -> dict[str, object]:
    """Free text, with the places of the longest runs of words that stand in the document's text as they are."""
    parts: list[dict[str, str | int | None]] = []
    words = [match.span() for match in _WORD.finditer(value)]
    done = number = 0
    while number < len(words):
        start, last = words[number][0], number
        if value[start : words[number][1]] in text:
            while last + 1 < len(words) and value[start : words[last + 1][1]] in text:
                last += 1
            end = words[last][1]
            if sum(high - low for low, high in words[number : last + 1]) >= _QUOTED_LETTERS:
                if start > done:
                    parts.append({WORDS: value[done:start], START: None, END: None})
                found = text.index(value[start:end])
                parts.append({WORDS: None, START: found, END: found + end - start})
                done = end
        number = last + 1
    if done < len(value):
        parts.append({WORDS: value[done:], START: None, END: None})
    return {PARTS: parts, SHA256: sha256(value)}


def sha256(words: str) -> str:
    """The SHA-256 of words in UTF-8."""
    return digest(words.encode("utf-8"))
