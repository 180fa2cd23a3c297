"""How two extents lie to each other: by a table, and against sets of code points."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import MAX_OFFSET, Extent
from schemas.extent import trimmed

EXTENT: TypeAdapter[Extent] = TypeAdapter(Extent)


def extents(most: int = 20) -> st.SearchStrategy[Extent]:
    """Extents of one to three fragments among few code points, so that they often meet."""
    edges = st.lists(st.integers(0, most), min_size=2, max_size=6, unique=True).map(sorted)
    return edges.map(lambda found: Extent(zip(found[::2], found[1::2], strict=False)))


@pytest.mark.parametrize(
    ("one", "other", "overlaps", "covers", "covered", "crosses", "touches"),
    [
        ([(0, 5)], [(0, 5)], True, True, True, False, False),
        ([(0, 5)], [(1, 4)], True, True, False, False, False),
        ([(1, 4)], [(0, 5)], True, False, True, False, False),
        ([(0, 5)], [(0, 3)], True, True, False, False, False),
        ([(0, 5)], [(3, 5)], True, True, False, False, False),
        ([(0, 5)], [(3, 8)], True, False, False, True, False),
        ([(0, 5)], [(4, 5)], True, True, False, False, False),
        ([(0, 5)], [(5, 8)], False, False, False, False, True),
        ([(5, 8)], [(0, 5)], False, False, False, False, True),
        ([(0, 5)], [(6, 8)], False, False, False, False, False),
        ([(0, 2), (4, 6)], [(2, 4)], False, False, False, False, False),
        ([(0, 2), (4, 6)], [(0, 6)], True, False, True, False, False),
        ([(0, 2), (4, 6)], [(1, 5)], True, False, False, True, False),
        ([(0, 2), (4, 6)], [(0, 1), (5, 6)], True, True, False, False, False),
        ([(0, 3), (5, 8)], [(2, 4), (6, 7)], True, False, False, True, False),
    ],
)
def test_extent_relations(
    one: list[tuple[int, int]],
    other: list[tuple[int, int]],
    overlaps: bool,
    covers: bool,
    covered: bool,
    crosses: bool,
    touches: bool,
) -> None:
    first, second = Extent(one), Extent(other)

    assert first.overlaps(second) == second.overlaps(first) == overlaps
    assert first.covers(second) == covers
    assert second.covers(first) == covered
    assert first.crosses(second) == second.crosses(first) == crosses
    assert first.touches(second) == second.touches(first) == touches


@given(extents(), extents())
def test_extent_relations_are_those_of_sets_of_code_points(one: Extent, other: Extent) -> None:
    first, second = set(one.positions()), set(other.positions())

    assert one.overlaps(other) == bool(first & second)
    assert one.covers(other) == (second <= first)
    assert one.crosses(other) == bool(first & second and first - second and second - first)
    assert one.shared(other) == len(first & second)
    assert one.size == len(first)
    assert one.follows(other) == (min(first) > max(second))
    assert one.touches(other) == (max(first) + 1 == min(second) or max(second) + 1 == min(first))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), min_size=1, max_size=6))
def test_extent_joined_covers_what_its_fragments_cover(pieces: list[tuple[int, int]]) -> None:
    fragments = [(start, start + size) for start, size in pieces]

    joined = Extent.joined(fragments)

    assert set(joined.positions()) == {position for start, end in fragments for position in range(start, end)}
    assert all(end < start for (_, end), (start, _) in pairwise(joined))
    assert EXTENT.validate_python([list(each) for each in joined]) == joined


@given(extents(), st.text(min_size=20, max_size=20))
def test_extent_text_joins_fragments_by_a_blank(extent: Extent, text: str) -> None:
    assert extent.text(text) == " ".join("".join(text[at] for at in range(*each) if at < 20) for each in extent)


def test_extent_of_one_fragment() -> None:
    extent = Extent.of(2, 5)

    assert (extent.start, extent.end, extent.size, list(extent)) == (2, 5, 3, [(2, 5)])
    assert EXTENT.dump_json(extent) == b"[[2,5]]"


@pytest.mark.parametrize(("start", "end"), [(2, 2), (3, 2), (-1, 2)])
def test_extent_of_nothing_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"start < end"):
        Extent.of(start, end)
    with pytest.raises(ValueError, match=r"start < end"):
        Extent.joined([(start, end)])


def test_extent_joined_of_no_fragment_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Extent.joined([])


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "[[2,2]]",
        "[[3,2]]",
        "[[-1,2]]",
        "[[0,2],[1,3]]",
        "[[0,2],[2,3]]",
        "[[4,5],[0,1]]",
        "[[0,1],[0,1]]",
        "[[0]]",
        "[[0,1,2]]",
        "[0,1]",
        "null",
        "{}",
        '[["0",1]]',
        "[[0.0,1]]",
        "[[0,true]]",
        f"[[0,{MAX_OFFSET + 1}]]",
        "[[0,1e3]]",
    ],
)
def test_extent_refuses_what_no_file_may_hold(line: str) -> None:
    with pytest.raises(ValidationError):
        EXTENT.validate_json(line)


def test_extent_takes_the_largest_offset() -> None:
    assert EXTENT.validate_json(f"[[0,{MAX_OFFSET}]]") == Extent.of(0, MAX_OFFSET)


def test_extent_survives_json() -> None:
    extent = Extent([(0, 1), (3, 7)])

    assert type(EXTENT.validate_json(EXTENT.dump_json(extent))) is Extent
    assert EXTENT.validate_json(EXTENT.dump_json(extent)) == extent


@given(extents(), st.text("ab .", min_size=20, max_size=20))
def test_trimmed_leaves_out_blanks_at_edges(extent: Extent, text: str) -> None:
    inner = trimmed(text, extent, str.isspace)

    kept = set(inner.positions()) if inner else set()
    assert kept <= set(extent.positions())
    assert all(text[position].isspace() for position in set(extent.positions()) - kept)
    assert all(not text[start].isspace() and not text[end - 1].isspace() for start, end in inner or ())
