"""Documents as words with tags: which words there are, and that no loss goes unsaid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Corpus
from corpus.readings import CorpusSource
from corpus.tables import tables_of
from corpus.tokens import _LATIN_WORD, _NOT_LATIN, _WORD, tagged
from schemas import Extent

O, B, I = 0, 1, 2  # noqa: E741 - the names of the tags
WORDS = [(0, 2), (3, 5), (5, 6), (7, 9), (10, 12)]


def extents_of(tags: Sequence[int]) -> list[Extent]:
    """The extents that a row of tags says, as whoever reads only the tags must understand them."""
    found: list[tuple[int, int]] = []
    before = O
    for tag, (start, end) in zip(tags, WORDS, strict=True):
        if tag == I and before != O:
            found[-1] = (found[-1][0], end)
        elif tag != O:
            found.append((start, end))
        before = tag
    return [Extent.of(start, end) for start, end in found]


def rows_of(folder: Path) -> list[dict[str, object]]:
    """The rows of the table of words."""
    corpus = Corpus.open(folder)
    tokens = next(each for each in tables_of(corpus.schema, corpus.manifest).by_reading if each.name == "tokens")
    return [dict(row) for row in tokens.rows(list(CorpusSource(corpus).readings()))]


@pytest.mark.parametrize(
    ("extents", "tags", "told"),
    [
        ([], [O, O, O, O, O], True),
        ([((0, 2),)], [B, O, O, O, O], True),
        ([((0, 5),), ((5, 6),)], [B, I, B, O, O], True),
        ([((0, 9),), ((3, 5),)], [B, I, I, I, O], False),
        ([((0, 2), (7, 9))], [B, O, O, I, O], False),
        ([((0, 2), (3, 5))], [B, I, O, O, O], False),
        ([((1, 2),)], [B, O, O, O, O], False),
        ([((0, 3),)], [B, O, O, O, O], False),
        ([((2, 3),)], [O, O, O, O, O], False),
        ([((0, 2),), ((0, 2),)], [B, O, O, O, O], False),
    ],
    ids=[
        "nothing", "one", "neighbours", "nested", "interrupted", "interrupted by a blank", "inside a word",
        "with a blank", "a blank alone", "twice",
    ],
)  # fmt: skip
def test_tokens_are_tagged_and_losses_are_seen(
    extents: list[tuple[tuple[int, int], ...]], tags: list[int], told: bool
) -> None:
    found, is_lossy = tagged([Extent(extent) for extent in extents], *map(list, zip(*WORDS, strict=True)))

    assert (found, is_lossy) == (tags, not told)


ends_and_starts = st.lists(st.integers(0, 13), min_size=2, max_size=6, unique=True).map(sorted)
extent_of_any_shape = ends_and_starts.map(lambda edges: Extent.joined(zip(edges[::2], edges[1::2], strict=False)))


@given(st.lists(extent_of_any_shape, max_size=4))
def test_tokens_say_exactly_when_something_is_lost(extents: list[Extent]) -> None:
    extents.sort(key=lambda each: (each.start, -each.end, each))

    tags, is_lossy = tagged(extents, *map(list, zip(*WORDS, strict=True)))

    assert is_lossy is (extents_of(tags) != extents)


def test_tokens_are_the_documents_words(hostile_writer: Callable[[Path], Path], tmp_path: Path) -> None:
    first, second, third = rows_of(hostile_writer(tmp_path / "hostile"))

    assert first["tokens"] == ["\ufeff", "A", "👩\u200d👩\u200d👧", "said", "no", ",", "no", "and", "cafe\u0301", "."]
    assert second["tokens"] == ["A", "second", "段", "落", "[", "x", "]", "(", "javascript", ":", "1", ")", "here"]
    assert (third["document"], third["tokens"]) == ("d2", ["Nothing", "here", "."])
    assert first["starts"] == [0, 1, 3, 9, 15, 17, 19, 22, 26, 31]
    assert first["ends"] == [1, 2, 8, 13, 17, 18, 21, 25, 31, 32]


def test_tokens_leave_closed_zones_out(corpus_factory: Callable[..., Path]) -> None:
    rows = rows_of(corpus_factory("adverse"))

    assert [row["document"] for row in rows] == ["d1", "d2"]
    assert "Ad" not in [word for row in rows for word in row["tokens"]]  # type: ignore[attr-defined]
    assert rows[0]["bio_reaction"] == [O, O, O, O, O, B, O, O, B, O, O, O, O]
    assert rows[0]["bio_reaction_site"] == [O, O, O, O, O, O, O, O, O, O, B, I, O]
    assert [row["lossy"] for row in rows] == [[], []]


def test_tokens_leave_out_what_nobody_has_read(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    (folder / "layers" / "gold" / "d1.jsonl").unlink()

    assert [row["document"] for row in rows_of(folder)] == ["d2"]


LATIN = [chr(code) for code in range(0x2100) if not _NOT_LATIN.search(chr(code))]
"""What is cut into words by the simpler pattern."""


def test_tokens_of_every_latin_character_are_what_both_patterns_find() -> None:
    assert "é" in LATIN
    assert "’" in LATIN
    for character in LATIN:
        for text in (character, f"a{character}b", f"1{character}", f" {character}{character}."):
            assert words_by(_LATIN_WORD, text) == words_by(_WORD, text)


@given(st.text(st.sampled_from(LATIN), max_size=40))
def test_tokens_of_latin_text_are_what_both_patterns_find(text: str) -> None:
    assert words_by(_LATIN_WORD, text) == words_by(_WORD, text)


def words_by(pattern: Any, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]
