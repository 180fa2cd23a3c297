"""Our figures beside those of other implementations, asked in the same breath about the same layers."""

from __future__ import annotations

import importlib
import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from corpus.matching import exact_count, places
from corpus.reliability import cohen_kappa, f1, krippendorff_alpha
from schemas import Annotation
from schemas.examples.adverse import Drug, Reaction

pytestmark = pytest.mark.filterwarnings("ignore")
SEEDS = pytest.mark.parametrize("seed", range(10))


def said(chance: random.Random) -> list[Annotation]:
    """What one layer says of one document: a few spans, few enough places that two layers often agree.

    No two overlap: where a span overlaps two of the other layer, nervaluate compares it with the first of them alone.
    """
    found: list[Annotation] = []
    for number, start in enumerate(sorted(chance.sample(range(0, 40, 5), chance.randint(1, 7)))):
        label: type[Drug | Reaction] = chance.choice((Drug, Reaction))
        about: dict[str, Any] = {"severeness": "mild"} if label is Reaction else {}
        values = {"id": f"a{number}", "start": start, "end": start + chance.choice([3, 4]), "text": "x", **about}
        found.append(label.model_validate(values))
    return found


def values_of(chance: random.Random, likely: Sequence[str]) -> list[str]:
    """Another observer's values: often the same."""
    return [value if chance.random() < 0.6 else chance.choice("abc") for value in likely]


@SEEDS
@pytest.mark.references("nervaluate")
def test_references_nervaluate_has_the_same_exact_f1(seed: int) -> None:
    chance = random.Random(seed)
    documents = [(said(chance), said(chance)) for _ in range(30)]

    both = sum(exact_count(places(one), places(two)) for one, two in documents)
    ours = f1(both, sum(len(one) for one, _ in documents), sum(len(two) for _, two in documents))

    given = [
        [[{"label": each.label, "start": each.start, "end": each.end} for each in layer] for layer in side]
        for side in zip(*documents, strict=True)
    ]
    theirs = importlib.import_module("nervaluate").Evaluator(*given, tags=["drug", "reaction"]).evaluate()
    assert both
    assert ours.value == pytest.approx(theirs["overall"]["strict"].f1, abs=1e-12)


@SEEDS
@pytest.mark.references("sklearn")
def test_references_scikit_learn_has_the_same_kappa(seed: int) -> None:
    chance = random.Random(seed)
    first = [chance.choice("abc") for _ in range(80)]
    second = values_of(chance, first)

    ours = cohen_kappa(Counter(zip(first, second, strict=True)))

    theirs = importlib.import_module("sklearn.metrics").cohen_kappa_score(first, second)
    assert ours.value == pytest.approx(theirs, abs=1e-12)


@SEEDS
@pytest.mark.references("krippendorff")
def test_references_krippendorff_has_the_same_alpha(seed: int) -> None:
    chance = random.Random(seed)
    first = [chance.choice("abc") for _ in range(80)]
    observers = [
        [None if chance.random() < 0.2 else value for value in values]
        for values in (first, values_of(chance, first), values_of(chance, first))
    ]

    ours = krippendorff_alpha(Counter(zip(*observers, strict=True)))

    numbers = [[float("nan") if value is None else float("abc".index(value)) for value in each] for each in observers]
    alpha = importlib.import_module("krippendorff").alpha
    assert ours.value == pytest.approx(alpha(numbers, level_of_measurement="nominal"), abs=1e-12)
