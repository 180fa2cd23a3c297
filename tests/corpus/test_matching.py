"""The best one-to-one matching: against trying every one, against greed, and from both sides."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.matching import Spans, align, exact_count, matched, places, share
from schemas import Annotation, Extent
from schemas.examples.adverse import Drug, Reaction


@st.composite
def extents(draw: st.DrawFn) -> Spans:
    """An extent of one or two fragments in a short text, so that many overlap."""
    edges = sorted(draw(st.sets(st.integers(0, 14), min_size=2, max_size=4)))
    if len(edges) == 4:
        return Extent([(edges[0], edges[1]), (edges[2], edges[3])])
    return Extent.of(edges[0], edges[1])


@st.composite
def layer_annotations(draw: st.DrawFn) -> list[Annotation]:
    """One layer of a document, as its file has it."""
    found: list[Annotation] = []
    for number, extent in enumerate(draw(st.lists(extents(), max_size=6))):
        about = {"id": f"a{number}", "start": extent[0][0], "end": extent[-1][1], "text": "x"}
        about["fragments"] = extent if len(extent) > 1 else None
        if draw(st.booleans()):
            found.append(Drug.model_validate(about))
        else:
            found.append(Reaction.model_validate(about | {"severeness": "mild"}))
    return sorted(found, key=lambda each: each.order)


def jaccard(first: Spans, second: Spans) -> Fraction:
    return Fraction(*share(first, second))


def best_by_trying(first: Sequence[Spans], second: Sequence[Spans]) -> Fraction:
    """The largest sum over all matchings."""

    @cache
    def best(row: int, taken: frozenset[int]) -> Fraction:
        if row == len(first):
            return Fraction(0)
        free = [column for column in range(len(second)) if column not in taken]
        sums = [jaccard(first[row], second[column]) + best(row + 1, taken | {column}) for column in free]
        return max([best(row + 1, taken), *sums])

    return best(0, frozenset())


def greedy(first: Sequence[Spans], second: Sequence[Spans]) -> Fraction:
    """What taking the best pair that is left, again and again, adds up to."""
    total = Fraction(0)
    rows, columns = set(range(len(first))), set(range(len(second)))
    while rows and columns:
        best, row, column = max((jaccard(first[i], second[j]), i, j) for i in rows for j in columns)
        total += best
        rows.remove(row)
        columns.remove(column)
    return total


lists = st.lists(extents(), max_size=6)


@given(lists, lists)
def test_matching_is_the_best_there_is(first: list[Spans], second: list[Spans]) -> None:
    pairs = matched(first, second)

    total = sum((jaccard(first[i], second[j]) for i, j in pairs), Fraction(0))
    assert total == best_by_trying(first, second)
    assert total >= greedy(first, second)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(share(first[i], second[j])[0] for i, j in pairs)


@given(lists, lists)
def test_matching_is_the_same_from_both_sides(first: list[Spans], second: list[Spans]) -> None:
    assert matched(first, second) == sorted((i, j) for j, i in matched(second, first))


@given(lists)
def test_matching_pairs_equals_with_each_other(spans: list[Spans]) -> None:
    pairs = matched(spans, spans[::-1])

    assert len(pairs) == len(spans)
    assert all(spans[i] == spans[::-1][j] for i, j in pairs)


def test_matching_is_better_than_greed() -> None:
    # Greed takes the pair with the most in common, 15 of 25, and leaves the other two without a counterpart.
    first: list[Spans] = [((20, 40),), ((34, 54),)]
    second: list[Spans] = [((25, 45),), ((9, 31),)]

    assert greedy(first, second) == Fraction(15, 25)
    assert matched(first, second) == [(0, 1), (1, 0)]


def test_matching_leaves_out_what_has_less_in_common() -> None:
    first: list[Spans] = [((0, 10),)]

    assert matched(first, [((5, 10),)], least=0.5) == [(0, 0)]
    assert matched(first, [((6, 10),)], least=0.5) == []
    assert matched(first, [((10, 20),)]) == []


def test_matching_finds_long_chains() -> None:
    first: list[Spans] = [((4 * number, 4 * number + 10),) for number in range(2000)]
    second: list[Spans] = [((4 * number + 1, 4 * number + 12),) for number in range(2000)]

    assert matched(first, second) == [(number, number) for number in range(2000)]


def test_matching_finds_its_way_among_many_sizes() -> None:
    first: list[Spans] = [((number, 3000 - number),) for number in range(100)]
    second: list[Spans] = [((number, 3001 - number),) for number in range(100)]

    assert matched(first, second) == [(number, number) for number in range(100)]
    assert matched(second, first) == [(number, number) for number in range(100)]


@given(layer_annotations(), layer_annotations())
def test_align_puts_every_annotation_in_one_place(first: list[Annotation], second: list[Annotation]) -> None:
    found = align(first, second)

    pairs = [*found.exact, *found.overlapping, *found.relabelled]
    assert sorted(each.id for each in (*(one for one, _ in pairs), *found.only_first)) == sorted(
        each.id for each in first
    )
    assert sorted(each.id for each in (*(other for _, other in pairs), *found.only_second)) == sorted(
        each.id for each in second
    )
    assert all(one.label == other.label for one, other in found.pairs)
    assert all(one.extent == other.extent for one, other in found.exact)
    assert all(one.extent != other.extent and one.extent.overlaps(other.extent) for one, other in found.overlapping)
    assert all(one.label != other.label for one, other in found.relabelled)
    assert len(found.exact) == exact_count(places(first), places(second))


@given(layer_annotations(), layer_annotations())
def test_align_is_the_same_from_both_sides(first: list[Annotation], second: list[Annotation]) -> None:
    one, other = align(first, second), align(second, first)

    assert len(one.exact) == len(other.exact)
    assert {(a.id, b.id) for a, b in one.overlapping} == {(a.id, b.id) for b, a in other.overlapping}
    assert {each.id for each in one.only_first} == {each.id for each in other.only_second}


def drug(start: int, end: int, name: str = "d") -> Annotation:
    return Drug.model_validate({"id": name, "start": start, "end": end, "text": "x"})


def reaction(start: int, end: int) -> Annotation:
    return Reaction.model_validate({"id": "r", "start": start, "end": end, "text": "x", "severeness": "mild"})


def test_align_finds_another_label_only_on_half_of_the_words() -> None:
    assert align([drug(0, 10)], [reaction(0, 5)]).relabelled
    assert not align([drug(0, 10)], [reaction(0, 4)]).relabelled


def test_align_prefers_the_same_label() -> None:
    found = align([drug(0, 10)], [drug(9, 12), reaction(0, 10)])

    assert [(one.label, other.label) for one, other in found.overlapping] == [("drug", "drug")]
    assert [each.label for each in found.only_second] == ["reaction"]


@pytest.mark.parametrize(("times", "both"), [((1, 1), 1), ((2, 1), 1), ((2, 2), 2), ((3, 2), 2)])
def test_align_counts_a_repetition_as_often_as_both_have_it(times: tuple[int, int], both: int) -> None:
    first, second = ([drug(0, 5, f"d{number}") for number in range(count)] for count in times)

    assert len(align(first, second).exact) == exact_count(places(first), places(second)) == both
    assert len(align(first, second).only_first) == times[0] - both


def test_exact_count_counts_what_both_have_as_often() -> None:
    once, twice = places([drug(0, 3)]), places([drug(0, 3), drug(0, 3, "e")])

    assert exact_count(once, twice) == exact_count(twice, once) == 1
    assert exact_count(twice, twice) == 2
    assert exact_count(once, places([reaction(0, 3)])) == 0
    assert exact_count(once, []) == 0
