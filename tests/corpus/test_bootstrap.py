"""Paragraph by paragraph the same is counted as at once, and draws can be repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.bootstrap import Column, draws, interval, paragraphs
from corpus.comparison import PairCounts, count
from corpus.coverage import Coverage
from corpus.matching import align
from corpus.open_text import OpenText
from schemas import Annotation, Document, Extent
from schemas.examples.adverse import AdverseEventSchema, Drug, Reaction

TEXT = "one two\nthree\n\nfour five six\n \nseven\nclosed eight\nnine\n"
ZONES = ({"start": 0, "end": 37, "kind": "body"}, {"start": 37, "end": 50, "kind": "furniture"},
         {"start": 50, "end": len(TEXT), "kind": "body"})  # fmt: skip
DOCUMENT = Document.from_bytes("d", TEXT.encode("utf-8"), zones=ZONES)
SCHEMA = AdverseEventSchema()
LABELS = ("drug", "reaction")


@st.composite
def layer(draw: st.DrawFn) -> list[Annotation]:
    """What a layer says; its spans go over the edges of paragraphs now and then."""
    found: list[Annotation] = []
    for number in range(draw(st.integers(0, 6))):
        edges = sorted(draw(st.sets(st.integers(0, len(TEXT)), min_size=2, max_size=4)))
        fragments = None
        if len(edges) == 4:
            fragments = Extent([(edges[0], edges[1]), (edges[2], edges[3])])
        about = {"id": f"a{number}", "start": edges[0], "end": edges[-1], "text": "x", "fragments": fragments}
        if draw(st.booleans()):
            found.append(Drug.model_validate(about))
        else:
            found.append(Reaction.model_validate(about | {"severeness": "mild"}))
    return sorted(found, key=lambda each: each.order)


def counted(first: Sequence[Annotation], second: Sequence[Annotation]) -> tuple[PairCounts, Counter[Column]]:
    """What is counted of a document at once, and the sum of its paragraphs."""
    text = OpenText(DOCUMENT)
    covers = Coverage(first, text, LABELS), Coverage(second, text, LABELS)
    alignment = align(first, second)
    total: Counter[Column] = Counter()
    for unit in paragraphs(LABELS, text, alignment, *covers):
        total.update(unit)
    return count(SCHEMA, LABELS, alignment, *covers), total


@given(layer(), layer())
def test_bootstrap_paragraphs_add_up_to_the_document(first: list[Annotation], second: list[Annotation]) -> None:
    counts, total = counted(first, second)

    for label in LABELS:
        here = counts.labels[label]
        for name in ("first", "second", "exact", "overlap", "characters_first", "characters_second", "characters_both"):
            assert total[name, label] == getattr(here, name), name
    assert {row: number for (name, row), number in total.items() if name == "words"} == counts.words


@given(layer(), layer())
def test_comparison_turned_round_counts_the_same(first: list[Annotation], second: list[Annotation]) -> None:
    one, _ = counted(first, second)
    other, _ = counted(second, first)

    for label in LABELS:
        here, there = one.labels[label], other.labels[label]
        assert (here.first, here.second, here.exact, here.overlap) == (
            there.second, there.first, there.exact, there.overlap,
        )  # fmt: skip
        assert (here.start_distance, here.end_distance) == (there.start_distance, there.end_distance)
        assert here.characters_both == there.characters_both
        assert here.exact <= here.overlap <= min(here.first, here.second)
    assert one.confusion == Counter({(a, b): number for (b, a), number in other.confusion.items()})


@given(layer())
def test_comparison_with_itself_finds_everything(annotations: list[Annotation]) -> None:
    counts, _ = counted(annotations, annotations)

    assert counts.of(LABELS).exact == counts.of(LABELS).first == len(annotations)
    assert all(figure.value in (None, 0.0, 1.0) for figure in counts.of(LABELS).figures().values())
    assert all(first == second for first, second in counts.confusion)


def test_bootstrap_draws_as_many_paragraphs_as_there_are() -> None:
    units: list[Counter[Column]] = [Counter({("first", "drug"): 1}), Counter({("first", "drug"): 10})]

    totals = [counts.labels["drug"].first for counts in draws(units, 50, seed=3)]

    assert set(totals) == {2, 11, 20}
    assert totals == [counts.labels["drug"].first for counts in draws(units, 50, seed=3)]
    assert totals != [counts.labels["drug"].first for counts in draws(units, 50, seed=4)]


def test_interval_equals_the_percentiles_of_numpy() -> None:
    # numpy.percentile(values, [2.5, 97.5]) of numpy 2.4.6, which interpolates as its default does.
    values = [number * 37 % 102 / 4 for number in range(51)]

    assert interval(values) == pytest.approx((1.3125, 24.9375))
