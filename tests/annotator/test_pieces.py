"""Edges and pieces of an extent."""

from __future__ import annotations

import pytest

from annotator import pieces
from annotator.units import Unit
from schemas import Extent

TEXT = "the new paradigm in foreign policy was emerging"


def over(*words: str) -> Extent:
    return Extent.joined((TEXT.index(each), TEXT.index(each) + len(each)) for each in words)


def words(extent: Extent | None) -> list[str]:
    return [TEXT[start:end] for start, end in extent or ()]


@pytest.mark.parametrize(
    ("cursor", "step", "unit", "left"),
    [
        ("new", 1, Unit.WORD, ["the new paradigm", "policy"]),
        ("new", -1, Unit.WORD, ["paradigm", "policy"]),
        ("digm", 1, Unit.WORD, ["new paradigm in", "policy"]),
        ("digm", -1, Unit.WORD, ["new", "policy"]),
        ("policy", 1, Unit.WORD, ["new paradigm", "foreign policy"]),
        ("licy", -1, Unit.WORD, []),
        ("icy", -1, Unit.GRAPHEME, ["new paradigm", "polic"]),
        ("policy", -1, Unit.CODE_POINT, ["new paradigm", "olicy"]),
        ("emerging", 1, Unit.WORD, ["new paradigm", "policy was"]),
    ],
)
def test_pieces_move_the_nearest_edge(cursor: str, step: int, unit: Unit, left: list[str]) -> None:
    extent = over("new paradigm", "policy")
    assert words(pieces.resized(TEXT, extent, step, TEXT.index(cursor), unit)) == left


@pytest.mark.parametrize(
    ("extent", "out", "left"),
    [
        (over("new paradigm in foreign policy"), over("in foreign"), ["new paradigm", "policy"]),
        (over("new paradigm in"), over("in foreign"), ["new paradigm"]),
        (over("new", "policy"), over("policy"), ["new"]),
        (over("new", "policy"), over("in"), ["new", "policy"]),
        (over("new"), over("the new paradigm"), []),
    ],
)
def test_pieces_are_what_is_left_when_words_are_taken_out(extent: Extent, out: Extent, left: list[str]) -> None:
    assert words(pieces.without(TEXT, extent, out)) == left


def test_pieces_are_joined_with_what_lies_between() -> None:
    extent = over("the", "paradigm", "policy")
    assert words(pieces.joined_at(extent, TEXT.index("the"))) == ["the new paradigm", "policy"]
    assert words(pieces.joined_at(extent, TEXT.index("policy"))) == ["the", "paradigm in foreign policy"]
    assert pieces.joined_at(over("the"), 0) is None


def test_pieces_are_moved_to_the_words_that_are_nearest() -> None:
    extent = over("new", "policy")
    assert words(pieces.moved(extent, over("was emerging"))) == ["new", "was emerging"]
    assert words(pieces.moved(extent, over("the new"))) == ["the new", "policy"]
