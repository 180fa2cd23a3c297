"""The open part of a document: its words, paragraphs and offsets."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.open_text import _LATIN_WORD, _NOT_LATIN, _WORD, OpenText
from schemas import Document


def open_text(*pieces: tuple[str, str]) -> OpenText:
    """A text with zones of these kinds."""
    text = "".join(piece for piece, _ in pieces)
    ends = list(accumulate(len(piece) for piece, _ in pieces))
    zones = [
        {"start": end - len(piece), "end": end, "kind": kind} for (piece, kind), end in zip(pieces, ends, strict=True)
    ]
    return OpenText(Document.from_bytes("d", text.encode("utf-8"), zones=zones))


def words(text: OpenText) -> list[str]:
    return [text.text[start:end] for start, end in zip(*text.words, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a well-known man’s house, 1990s (no. 7)", ["a", "well-known", "man’s", "house", "1990s", "no", "7"]),
        ("cafe\u0301 – naïve", ["cafe\u0301", "naïve"]),
        ("漢字 kana", ["漢", "字", "kana"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        (" \n… ", []),
    ],
)
def test_open_text_words(text: str, expected: list[str]) -> None:
    assert words(OpenText(Document.from_bytes("d", text.encode("utf-8")))) == expected


@given(st.text(alphabet="abÿ1²½_-’' .,…“€\n"))
def test_open_text_words_are_the_same_by_both_patterns(text: str) -> None:
    assert not _NOT_LATIN.search(text)
    assert [found.span() for found in _LATIN_WORD.finditer(text)] == [found.span() for found in _WORD.finditer(text)]


def test_open_text_leaves_closed_zones_out() -> None:
    text = open_text(("one two ", "body"), ("three ", "furniture"), ("four", "body"))

    assert words(text) == ["one", "two", "four"]
    assert text.size == len("one two four")
    assert list(text.squeezed([(4, 7), (6, 16), (8, 14)])) == [(4, 7), (6, 10)]


def test_open_text_touched_names_every_word_that_has_a_code_point_in_common() -> None:
    text = open_text(("one two, three", "body"))

    assert text.touched([(2, 5), (7, 9), (9, 14)]) == [(0, 2), (2, 3)]


def test_open_text_paragraphs_are_lines_that_hold_something() -> None:
    text = open_text(("one\n\n \ntwo\n", "body"), ("closed\n", "furniture"), ("three", "body"))

    assert text.paragraphs == [0, 7, 18]
    assert open_text((" \n", "body")).paragraphs == []
    assert OpenText(Document.from_bytes("d", b"")).paragraphs == []
