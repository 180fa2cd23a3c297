"""Alpha for unitizing against the examples of its author, and its laws."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.unitizing import Unitizing, levels
from schemas import Fragment

Lengths = Sequence[tuple[int, int]]
"""Units as starts and lengths."""

FIGURE_1: dict[str, tuple[Lengths, Lengths]] = {
    "A": ([(2, 8), (14, 6)], [(4, 4), (15, 2)]),
    "B": ([(0, 18)], [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)]),
    "C": ([(2, 6), (10, 2), (14, 4), (20, 2)], [(0, 2), (4, 4), (10, 4), (16, 2), (20, 2)]),
    "D": ([(0, 2), (2, 8), (10, 4), (14, 6), (20, 4)], [(0, 4), (4, 4), (8, 7), (15, 2), (17, 7)]),
}
"""Krippendorff 1995, figure 1: four pairs of observers of a continuum of 24."""


def spans(units: Lengths, stretch: int = 1, start: int = 0) -> list[Fragment]:
    return [((low - start) * stretch, (low - start + size) * stretch) for low, size in units]


def test_unitizing_equals_the_worked_example_of_2004() -> None:
    # Krippendorff 2004, Content Analysis, 2nd edition, pages 251-256: two observers of [150, 450).
    first = {"c": [(225, 70), (370, 30)], "k": [(180, 60), (300, 50)]}
    second = {"c": [(220, 80), (355, 20), (400, 20)], "k": [(180, 60), (300, 50)]}
    unitizing = Unitizing(2)

    unitizing.add(300, [{label: levels(spans(each, 1, 150)) for label, each in one.items()} for one in (first, second)])

    assert unitizing.alpha("c").value == pytest.approx(0.7286, abs=0.0001)
    assert unitizing.alpha("k").value == 1.0
    assert unitizing.alpha("ck").value == pytest.approx(0.8591, abs=0.0005)


@pytest.mark.parametrize(("label", "alpha"), [("A", 0.553), ("B", -0.926), ("C", 0.679), ("D", 0.066)])
def test_unitizing_approaches_the_limits_of_1995(label: str, alpha: float) -> None:
    # The figures of 1995 are the limits for ever finer measures; its D_e has a plus that 2004 corrects to a minus,
    # which is why implementations, DKPro Statistics among them, come within 0.02 of them and no closer.
    first, second = FIGURE_1[label]
    unitizing = Unitizing(2)

    unitizing.add(1_200_000, [{label: levels(spans(first, 50_000))}, {label: levels(spans(second, 50_000))}])

    assert unitizing.alpha(label).value == pytest.approx(alpha, abs=0.02)


def test_unitizing_equals_another_implementation() -> None:
    # Expected by the test of DKPro Statistics: one long unit against three short ones in a continuum of 10.
    unitizing = Unitizing(2)

    unitizing.add(10, [{"A": [[(1, 9)]]}, {"A": [[(2, 3), (4, 5), (6, 7)]]}])

    assert unitizing.alpha("A").value == pytest.approx(-0.7003, abs=0.0001)


def test_unitizing_of_three_layers_with_one_unit_is_zero() -> None:
    unitizing = Unitizing(3)

    unitizing.add(20, [{"X": [[(0, 1)]]}, {}, {}])

    assert unitizing.alpha("X").value == pytest.approx(0.0, abs=1e-12)


def test_unitizing_is_undefined_without_units() -> None:
    unitizing = Unitizing(2)
    unitizing.add(20, [{}, {}])
    unitizing.add(0, [{}, {}])

    assert unitizing.alpha("X").value is None
    assert unitizing.alpha("X").reason


def test_unitizing_counts_texts_without_units_as_gaps() -> None:
    alone, among = Unitizing(2), Unitizing(2)
    units = [{"X": [[(2, 4)]]}, {"X": [[(3, 5)]]}]
    alone.add(10, units)
    among.add(10, units)
    for _ in range(5):
        among.add(10, [{}, {}])

    before, after = alone.alpha("X").value, among.alpha("X").value
    assert before is not None
    assert after is not None
    assert after > before


def test_levels_tell_nested_units_apart() -> None:
    assert levels([(0, 9), (2, 4), (5, 7), (3, 4), (10, 12)]) == [[(0, 9), (10, 12)], [(2, 4), (5, 7)], [(3, 4)]]


def test_unitizing_sees_a_nested_unit_that_is_missing() -> None:
    both, one = Unitizing(2), Unitizing(2)
    nested = levels([(0, 10), (2, 4)])
    both.add(50, [{"X": nested}, {"X": nested}])
    one.add(50, [{"X": nested}, {"X": levels([(0, 10)])}])

    assert both.alpha("X").value == 1.0
    value = one.alpha("X").value
    assert value is not None
    assert 0 < value < 1


@st.composite
def units(draw: st.DrawFn) -> list[Fragment]:
    starts = draw(st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=5))
    return [(start, min(start + size, 40)) for start, size in starts]


@given(st.lists(st.tuples(units(), units(), units()), min_size=1, max_size=4), st.permutations(range(3)))
def test_unitizing_does_not_depend_on_the_order_of_layers_or_texts(
    texts: list[tuple[list[Fragment], ...]], order: list[int]
) -> None:
    one, other = Unitizing(3), Unitizing(3)
    for text in texts:
        one.add(40, [{"X": levels(layer)} if layer else {} for layer in text])
    for text in reversed(texts):
        other.add(40, [{"X": levels(text[place])} if text[place] else {} for place in order])

    assert one.alpha("X").value == pytest.approx(other.alpha("X").value)


@given(units())
def test_unitizing_of_equals_is_one_or_undefined(layer: list[Fragment]) -> None:
    unitizing = Unitizing(2)
    unitizing.add(60, [{"X": levels(layer)}, {"X": levels(layer)}])

    assert unitizing.alpha("X").value == (1.0 if layer else None)
