"""The coefficients against worked examples that were published, and against the packages that others use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.reliability import Figure, cohen_kappa, f1, krippendorff_alpha, precision, projected, recall, same

Row = tuple[int | None, ...]

MEG = "0100000010"
OWEN = "1110010000"
BEN = "aabbdcccedda"
GERRY = "babbbccceddd"
MISSING = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
"""Four observers of twelve units; Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, example C."""


def pairs(first: str, second: str) -> Counter[tuple[str, str]]:
    return Counter(zip(first, second, strict=True))


def rows(*observers: str) -> Counter[tuple[str | None, ...]]:
    return Counter(tuple(None if value == "." else value for value in unit) for unit in zip(*observers, strict=True))


@pytest.mark.parametrize(
    ("observers", "alpha"), [((MEG, OWEN), 0.095), ((BEN, GERRY), 0.692), (MISSING, 0.743)], ids="ABC"
)
def test_reliability_alpha_equals_the_worked_examples(observers: tuple[str, ...], alpha: float) -> None:
    # Krippendorff 2011, examples A (binary), B (nominal) and C (four observers, missing values).
    assert krippendorff_alpha(rows(*observers)).value == pytest.approx(alpha, abs=0.0005)


def test_reliability_kappa_equals_the_textbook() -> None:
    # Fifty applications, two readers: both yes 20, both no 15, 5 and 10 apart; observed 0.7, by chance 0.5.
    table = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}

    assert cohen_kappa(table).value == pytest.approx(0.4)
    assert same(table).value == pytest.approx(0.7)


def test_reliability_kappa_and_alpha_equal_the_example_of_two_readers_of_a_continuum() -> None:
    # Krippendorff 1995, On the reliability of unitizing contiguous data, figure 1 A, cut into 24 pieces.
    bertha, bill = "001111111100001111110000", "000011110000000110000000"

    assert cohen_kappa(pairs(bertha, bill)).value == pytest.approx(0.385, abs=0.001)
    assert krippendorff_alpha(rows(bertha, bill)).value == pytest.approx(0.329, abs=0.001)


def test_reliability_equals_other_packages() -> None:
    # Computed with scikit-learn 1.9.1 (cohen_kappa_score) and krippendorff 0.9.0 (nominal) on the same values.
    first = [number * number % 7 % 3 for number in range(60)]
    second = [number * 5 % 11 % 3 if number % 4 == 0 else value for number, value in enumerate(first)]
    third = [None if number % 5 == 0 else number * 3 % 8 % 3 for number in range(60)]

    assert cohen_kappa(Counter(zip(first, second, strict=True))).value == pytest.approx(0.6928804094927874, abs=1e-12)
    table: Counter[Row] = Counter(zip(first, second, third, strict=True))
    assert krippendorff_alpha(table).value == pytest.approx(0.31163184641445507, abs=1e-12)


def test_reliability_is_undefined_where_nothing_could_differ() -> None:
    assert cohen_kappa({("a", "a"): 9}) == Figure(None, "there is only one value, so nothing could differ")
    assert krippendorff_alpha({("a", "a"): 9}).value is None
    assert cohen_kappa({}).value is None
    assert krippendorff_alpha({("a", None): 9}).reason == "no unit has two values"
    assert same({}).value is None


def test_reliability_f1_is_zero_where_one_has_none_and_undefined_where_both_have() -> None:
    assert f1(0, 3, 0).value == 0.0
    assert f1(0, 0, 0).value is None
    assert precision(0, 0).value is None
    assert recall(0, 3).value == 0.0
    assert f1(2, 4, 2).value == pytest.approx(2 * 1.0 * 0.5 / 1.5)


def test_reliability_projected_keeps_one_label_and_some_layers() -> None:
    table: dict[Row, int] = {(0b01, 0b11, None): 2, (0b10, 0b10, 0b01): 3}

    assert projected(table, 0) == {(1, 1, None): 2, (0, 0, 1): 3}
    assert projected(table, 1, (0, 1)) == {(0, 1): 2, (1, 1): 3}
    assert projected(table, -1, (0,)) == {(0b01,): 2, (0b10,): 3}


def alpha(units: Iterable[Row]) -> Figure:
    table: Counter[Row] = Counter(units)
    return krippendorff_alpha(table)


values = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40)


@given(values)
def test_reliability_is_the_same_whoever_comes_first(units: list[tuple[int, int]]) -> None:
    swapped = [(second, first) for first, second in units]

    assert cohen_kappa(Counter(units)) == cohen_kappa(Counter(swapped))
    assert alpha(units) == alpha(swapped)


@given(st.lists(st.integers(0, 3), max_size=40))
def test_reliability_is_one_or_undefined_for_equals(units: list[int]) -> None:
    twice = [(value, value) for value in units]
    expected = 1.0 if len(set(units)) > 1 else None

    assert cohen_kappa(Counter(twice)).value == expected
    assert alpha(twice).value == expected


@given(values)
def test_reliability_never_exceeds_one(units: list[tuple[int, int]]) -> None:
    for figure in (cohen_kappa(Counter(units)), alpha(units)):
        assert figure.value is None or (math.isfinite(figure.value) and figure.value <= 1)
        assert (figure.value is None) == bool(figure.reason)


@given(st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 2))] * 3), max_size=30), st.permutations(range(3)))
def test_reliability_alpha_does_not_depend_on_the_order_of_layers(units: list[Row], order: list[int]) -> None:
    table = Counter(units)
    reordered = Counter(tuple(unit[place] for place in order) for unit in units)

    assert krippendorff_alpha(table).value == pytest.approx(krippendorff_alpha(reordered).value)
