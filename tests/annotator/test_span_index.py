"""What touches a piece of text, against the plain way of looking at every mark."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import span_index
from annotator.span_index import Mark, SpanIndex
from schemas import Extent

FRAGMENTS = st.tuples(st.integers(0, 60), st.integers(1, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
EXTENTS = st.lists(FRAGMENTS, min_size=1, max_size=3).map(Extent.joined)
MARKS = st.builds(Mark, st.sampled_from("abcd"), EXTENTS, st.just("actor"), st.integers(0, 2))
RANGES = st.tuples(st.integers(0, 130), st.integers(0, 130)).map(lambda pair: (min(pair), max(pair)))


def mark(start: int, end: int, name: str = "a") -> Mark:
    return Mark(name, Extent.of(start, end), "actor", 0)


def touching(marks: list[Mark], start: int, end: int) -> Counter[Mark]:
    return Counter(each for each in marks if any(low < end and high > start for low, high in each.extent))


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(span_index, "_BLOCK", 3)


@given(st.lists(MARKS), RANGES)
def test_span_index_touching_agrees_with_looking_at_every_mark(marks: list[Mark], place: tuple[int, int]) -> None:
    assert Counter(SpanIndex(marks).touching(*place)) == touching(marks, *place)


class Given:
    """Marks of one fragment each, with as many ids, which are made when they are looked at."""

    def __init__(self, marks: list[Mark]) -> None:
        one_each = {each.id: each for each in marks if len(each.extent) == 1}
        self.marks = sorted(one_each.values(), key=lambda each: each.extent.start)

    def spans(self) -> list[tuple[int, int, int]]:
        return [(each.extent.start, each.extent.end, number) for number, each in enumerate(self.marks)]

    def made(self, number: int) -> Mark:
        return replace(self.marks[number])

    def find(self, id: str) -> int | None:
        return next((number for number, each in enumerate(self.marks) if each.id == id), None)


@given(st.lists(MARKS), st.lists(MARKS), st.lists(st.tuples(st.booleans(), MARKS)), RANGES)
def test_span_index_stays_right_while_marks_come_and_go(
    marks: list[Mark], unmade: list[Mark], changes: list[tuple[bool, Mark]], place: tuple[int, int]
) -> None:
    given_marks = Given(unmade)
    index, left = SpanIndex(marks, given_marks), [*given_marks.marks, *marks]
    for add, each in changes:
        if add:
            index.add(each)
            left.append(each)
        elif left:
            gone = left.pop(len(each.id) % len(left))
            index.remove(gone)
    assert Counter(index.touching(*place)) == touching(left, *place)
    assert Counter(index) == Counter(left)
    assert len(index) == len(left)
    for name in "abcd":
        assert Counter(index.of(name)) == Counter(each for each in left if each.id == name)


@given(st.lists(MARKS), RANGES)
def test_span_index_pieces_come_by_where_they_start(marks: list[Mark], place: tuple[int, int]) -> None:
    pieces = SpanIndex(marks).pieces(*place)
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)
    assert all(piece.start < place[1] and piece.end > place[0] for piece in pieces)
    assert all((piece.start, piece.end) in piece.mark.extent for piece in pieces)


def test_span_index_finds_a_mark_that_covers_everything() -> None:
    whole = mark(0, 10_000, "whole")
    index = SpanIndex([mark(at, at + 2) for at in range(0, 10_000, 10)] + [whole])
    assert [each.id for each in index.touching(5_005, 5_006)] == ["whole"]


def test_span_index_a_neighbour_that_only_touches_is_not_there() -> None:
    assert SpanIndex([mark(0, 5), mark(8, 9)]).touching(5, 8) == []


def test_span_index_at_gives_the_innermost_first() -> None:
    index = SpanIndex([mark(0, 20, "outer"), mark(4, 9, "inner"), mark(4, 12, "middle")])
    assert [each.id for each in index.at(5)] == ["inner", "middle", "outer"]


def test_span_index_equal_marks_are_held_as_often_as_they_were_added() -> None:
    index = SpanIndex([mark(0, 5)])
    index.add(mark(0, 5))
    index.remove(mark(0, 5))
    assert list(index) == [mark(0, 5)]


def test_span_index_removing_what_is_not_there_is_a_key_error() -> None:
    index = SpanIndex([mark(0, 5)])
    with pytest.raises(KeyError):
        index.remove(mark(0, 6))
    assert list(index) == [mark(0, 5)]
