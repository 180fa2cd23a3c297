"""Gamma: the library's own figures, a worked example, and what must hold whoever is asked."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import pytest

from corpus.gamma import Gamma, GammaMean, Unit

# The libraries below the library warn of one another.
pytestmark = [pytest.mark.references("pygamma_agreement"), pytest.mark.filterwarnings("ignore")]

Layers = Mapping[str, Sequence[Unit]]

APART: Layers = {"anna": [(0, 10, "drug"), (20, 30, "reaction")], "ben": [(0, 10, "drug"), (22, 30, "reaction")]}
"""One unit alike, one whose start lies two code points apart."""

THREE: Layers = {
    "anna": [(0, 7, "drug"), (10, 19, "drug"), (24, 40, "reaction"), (50, 58, "drug")],
    "ben": [(0, 7, "drug"), (12, 19, "reaction"), (24, 36, "reaction")],
    "cleo": [(1, 7, "drug"), (24, 40, "reaction"), (50, 58, "reaction"), (70, 75, "drug")],
}


def of_the_library(layers: Layers, seed: int) -> Any:
    """What the library says, asked as its guide does."""
    library = importlib.import_module("pygamma_agreement")
    segment = importlib.import_module("pyannote.core").Segment
    importlib.import_module("numpy").random.seed(seed)
    continuum = library.Continuum()
    for layer, units in layers.items():
        for start, end, label in units:
            continuum.add(layer, segment(start, end), label)
    dissimilarity = library.CombinedCategoricalDissimilarity(alpha=1, beta=1, delta_empty=1)
    return continuum.compute_gamma(dissimilarity, n_samples=30, fast=True)


def distance(one: Unit | None, other: Unit | None) -> float:
    """How unlike two units are (Mathet, Widlöcher and Métivier 2015, sections 4.3 and 4.4), place and label alike."""
    if one is None or other is None:
        return 1.0
    lengths = (one[1] - one[0]) + (other[1] - other[0])
    place = ((abs(one[0] - other[0]) + abs(one[1] - other[1])) / lengths) ** 2
    return place + (one[2] != other[2])


def least_disorder(first: Sequence[Unit], second: Sequence[Unit]) -> float:
    """The disorder of the best alignment of two layers, found by trying every one (section 4.5)."""
    size = len(first) + len(second)
    one, other = [*first, *[None] * len(second)], [*second, *[None] * len(first)]
    sums = (
        sum(distance(a, b) for a, b in zip(one, order, strict=True) if a is not None or b is not None)
        for order in permutations(other)
    )
    return min(sums) / (size / 2)


@pytest.mark.parametrize("layers", [APART, THREE], ids=["two", "three"])
@pytest.mark.parametrize("seed", [0, 4772])
def test_gamma_equals_the_librarys_with_the_same_seed(layers: Layers, seed: int) -> None:
    found = Gamma(seed).of(layers)

    assert found is not None
    assert found == of_the_library(layers, seed).gamma
    assert found == Gamma(seed).of(layers)


def test_gamma_of_a_worked_example_follows_from_its_disorder() -> None:
    # By hand: the first units are alike, the second are ((2 + 0) / (10 + 8)) squared apart; two units a layer.
    by_hand = (2 / 18) ** 2 / 2
    assert least_disorder(*APART.values()) == pytest.approx(by_hand)

    theirs = of_the_library(APART, 7)

    assert theirs.observed_disorder == pytest.approx(by_hand)
    assert Gamma(7).of(APART) == pytest.approx(1 - by_hand / theirs.expected_disorder)


@pytest.mark.parametrize("pair", [("anna", "ben"), ("ben", "cleo"), ("anna", "cleo")])
def test_gamma_scores_the_best_alignment_that_there_is(pair: tuple[str, str]) -> None:
    layers = {name: THREE[name] for name in pair}

    theirs = of_the_library(layers, 7)

    assert theirs.observed_disorder == pytest.approx(least_disorder(*layers.values()))
    assert Gamma(7).of(layers) == pytest.approx(1 - theirs.observed_disorder / theirs.expected_disorder)


def test_gamma_of_equals_is_one() -> None:
    assert Gamma(1).of({"anna": THREE["anna"], "ben": THREE["anna"]}) == pytest.approx(1)


def test_gamma_falls_with_every_fault() -> None:
    told = THREE["anna"]
    moved = [(told[0][0] + 3, told[0][1] + 3, told[0][2]), *told[1:]]
    renamed = [(*moved[0][:2], "reaction"), *told[1:]]

    values = [Gamma(3).of({"anna": told, "ben": other}) for other in (told, moved, renamed)]

    assert values == sorted(values, key=lambda value: -(value or 0))
    assert len(set(values)) == 3


def test_gamma_is_undefined_where_fewer_than_two_have_a_unit() -> None:
    assert Gamma(1).of({"anna": THREE["anna"], "ben": []}) is None
    assert Gamma(1).of({"anna": [], "ben": []}) is None


def test_gamma_mean_weighs_documents_by_their_annotations() -> None:
    gamma = Gamma(5)
    mean = GammaMean()
    for layers in (APART, THREE, {"anna": [(0, 1, "drug")], "ben": []}):
        mean.add(gamma, layers)

    one, two = gamma.of(APART), gamma.of(THREE)
    assert one is not None
    assert two is not None
    assert mean.figure.value is not None
    assert math.isclose(mean.figure.value, (one * 4 + two * 11) / 15)
    assert GammaMean().figure.reason == "in no document two layers have any"
