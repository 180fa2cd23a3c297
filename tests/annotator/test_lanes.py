"""Which lane each mark takes, and that the heights that were counted are those that are drawn."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.lanes import LONG, heights, in_lane, in_margin, runs, stack
from annotator.rows import Rows
from annotator.span_index import Look, Mark, SpanIndex
from schemas import Extent

SPANS = st.tuples(st.integers(0, 40), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def mark(name: str, *fragments: tuple[int, int]) -> Mark:
    return Mark(name, Extent.joined(fragments), "actor", 0)


def named(spans: dict[str, tuple[int, int]], most: int = 9) -> list[str]:
    marks = [mark(name, span) for name, span in spans.items()]
    row = runs(SpanIndex(marks).pieces(0, 100), 0, 100)
    found = stack(row, most)
    lines = ["".join(run.mark.id for run in lane) for lane in found.lanes]
    return [*lines, f"+{''.join(run.mark.id for run in found.hidden)}"] if found.hidden else lines


@pytest.mark.parametrize(
    ("spans", "lanes"),
    [
        ({}, []),
        ({"a": (0, 5)}, ["a"]),
        ({"a": (0, 5), "b": (5, 9)}, ["ab"]),
        ({"b": (5, 9), "a": (0, 5)}, ["ab"]),
        ({"a": (0, 9), "b": (2, 4)}, ["b", "a"]),
        ({"a": (0, 9), "b": (2, 4), "c": (5, 7)}, ["bc", "a"]),
        ({"a": (0, 20), "b": (2, 12), "c": (4, 8)}, ["c", "b", "a"]),
        ({"a": (0, 6), "b": (4, 9)}, ["b", "a"]),
        ({"a": (0, 5), "b": (0, 5)}, ["a", "b"]),
        ({"a": (0, 20), "b": (2, 4), "c": (30, 50), "d": (31, 33)}, ["bd", "ac"]),
    ],
)
def test_lanes_put_inner_marks_nearer_to_the_text(spans: dict[str, tuple[int, int]], lanes: list[str]) -> None:
    assert named(spans) == lanes


def test_lanes_beyond_the_most_are_counted() -> None:
    assert named({"a": (0, 20), "b": (1, 15), "c": (2, 10), "d": (3, 5)}, most=2) == ["d", "c", "+ba"]


def test_lanes_keep_the_fragments_of_a_mark_together() -> None:
    marks = [mark("a", (0, 4), (10, 14)), mark("b", (5, 9))]
    found = stack(runs(SpanIndex(marks).pieces(0, 100), 0, 100), 9)
    assert [[run.mark.id for run in lane] for lane in found.lanes] == [["b"], ["a"]]
    assert found.lanes[1][0].pieces == ((0, 4), (10, 14))


def test_lanes_write_the_tag_where_the_mark_begins() -> None:
    pieces = SpanIndex([mark("a", (5, 30))]).pieces(0, 100)
    assert [run.begins for run in runs(pieces, 0, 10)] == [True]
    assert [(run.start, run.end, run.begins) for run in runs(pieces, 10, 20)] == [(10, 20, False)]
    assert runs(pieces, 40, 50) == []


@given(st.lists(SPANS, max_size=8))
def test_lanes_never_overlap_and_an_outer_mark_is_never_above_an_inner(spans: list[tuple[int, int]]) -> None:
    marks = [mark(str(at), span) for at, span in enumerate(spans)]
    found = stack(runs(SpanIndex(marks).pieces(0, 100), 0, 100), 99)
    assert sum(len(lane) for lane in found.lanes) == len(marks)
    for lane in found.lanes:
        assert all(one.end <= other.start for one, other in pairwise(lane))
    lane_of = {run.mark.id: at for at, lane in enumerate(found.lanes) for run in lane}
    for outer in marks:
        for inner in marks:
            if outer.extent.covers(inner.extent) and outer.extent != inner.extent:
                assert lane_of[outer.id] > lane_of[inner.id]


@given(st.lists(st.lists(SPANS, min_size=1, max_size=3).map(Extent.joined), max_size=8), st.integers(1, 4))
def test_lanes_counted_ahead_are_the_lanes_drawn(extents: list[Extent], most: int) -> None:
    text = "word and word " * 6
    rows, index = Rows(text, 13), SpanIndex(Mark(str(at), each, "", 0) for at, each in enumerate(extents))
    drawn = [
        stack(runs(index.pieces(*rows[row]), *rows[row]), most).height  # pieces outside of the text touch no row
        for row in range(len(rows))
    ]
    assert list(heights(rows, index, most, 0, len(rows))) == drawn
    assert list(heights(rows, index, most, 1, 3)) == drawn[1:3]


@pytest.mark.parametrize(
    ("look", "margin", "size", "place"),
    [
        ("own", False, 10, "lane"),
        ("own", True, 10, "margin"),
        ("own", False, LONG + 1, "margin"),
        ("part", True, 10, "margin"),
        ("beside", False, 10, "lane"),
        ("target", False, 10, "lane"),
        ("finding", False, 10, "text"),
        ("search", True, 10, "text"),
        ("finding", False, LONG + 1, "text"),
    ],
)
def test_lanes_are_for_marks_that_are_short_and_no_finding(look: Look, margin: bool, size: int, place: str) -> None:
    each = Mark("a", Extent.of(0, size), "actor", 0, look, margin)
    assert (in_lane(each), in_margin(each)) == (place == "lane", place == "margin")
