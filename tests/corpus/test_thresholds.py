"""Thresholds: how they are written, and that what is undefined has not been reached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.agreement import Agreement, compare
from corpus.corpus import Corpus
from corpus.errors import NameUnknown
from corpus.reliability import ONE_VALUE
from corpus.thresholds import Threshold


@pytest.fixture
def agreement(layered: Callable[..., Path]) -> Agreement:
    """Two layers that agree exactly on a drug and its route, and less on a reaction."""
    drug = {"label": "drug", "text": "aspirin", "route": "oral"}
    first = [drug, {"label": "reaction", "text": "a rash"}]
    second = [drug, {"label": "reaction", "text": "rash"}]
    folder = layered({"d1": "aspirin and a rash"}, {"anna": {"d1": first}, "ben": {"d1": second}})
    return compare(Corpus.open(folder), ["anna", "ben"])


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ("exact>=0.5", Threshold(None, None, "exact", 0.5)),
        ("reaction.overlap >= 1", Threshold("reaction", None, "overlap", 1.0)),
        ("drug.route.kappa>=-0.1", Threshold("drug", "route", "kappa", -0.1)),
    ],
)
def test_thresholds_are_read(text: str, threshold: Threshold) -> None:
    assert Threshold.parsed(text) == threshold


@pytest.mark.parametrize(
    "text", ["exact", "exact>0.5", "exact>=", "exact>=nan", "exact>=inf", ">=1", "a..exact>=1", "a.b.c.exact>=1"]
)
def test_thresholds_say_how_they_are_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no threshold; write FIGURE>=NUMBER, LABEL\.FIGURE>=NUMBER"):
        Threshold.parsed(text)


@pytest.mark.parametrize("text", ["agreement>=1", "drug.same>=1", "drug.route.overlap>=1"])
def test_thresholds_name_the_figures_that_there_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no figure '[a-z]+'; there is "):
        Threshold.parsed(text)


@pytest.mark.parametrize(
    ("text", "failures"),
    [
        ("exact>=0.5", []),
        ("exact>=0.51", ["exact is 0.5000, not at least 0.51 (anna and ben)"]),
        ("reaction.exact>=0.1", ["reaction.exact is 0.0000, not at least 0.1 (anna and ben)"]),
        ("drug.route.same>=1", []),
        ("drug.route.kappa>=0", [f"drug.route.kappa is undefined, not at least 0: {ONE_VALUE} (anna and ben)"]),
        (
            "causality.exact>=0",
            ["causality.exact is undefined, not at least 0: neither layer has any (anna and ben)"],
        ),
    ],
)
def test_thresholds_fail_below_and_where_undefined(agreement: Agreement, text: str, failures: list[str]) -> None:
    assert list(Threshold.parsed(text).failures(agreement)) == failures


@pytest.mark.parametrize("text", ["place.exact>=0", "drug.colour.same>=0", "drug.dose.kappa>=0", "gamma>=0"])
def test_thresholds_refuse_a_figure_that_was_not_made(agreement: Agreement, text: str) -> None:
    with pytest.raises(NameUnknown, match=r"there is no figure .* in this comparison"):
        list(Threshold.parsed(text).failures(agreement))
