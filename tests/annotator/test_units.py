"""Words, characters and code points as the cursor and a selection have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.units import Unit, named

ACCENTED = "re\u0301sume\u0301 and"
"""`résumé and` with combining accents, at 2 and 7."""


def test_units_go_round_from_words_to_code_points() -> None:
    order = [Unit.WORD, Unit.WORD.following, Unit.WORD.following.following, Unit.CODE_POINT.following]
    assert order == [Unit.WORD, Unit.GRAPHEME, Unit.CODE_POINT, Unit.WORD]


@pytest.mark.parametrize(
    ("unit", "first", "last", "covered"),
    [
        (Unit.WORD, 3, 3, ACCENTED[:8]),
        (Unit.WORD, 8, 8, " "),
        (Unit.WORD, 8, 10, " and"),
        (Unit.GRAPHEME, 1, 1, "e\u0301"),
        (Unit.GRAPHEME, 0, 1, "re\u0301"),
        (Unit.CODE_POINT, 1, 1, "e"),
        (Unit.CODE_POINT, 2, 2, "\u0301"),
        (Unit.CODE_POINT, 2, 3, "\u0301s"),
    ],
)
def test_units_say_what_a_selection_covers(unit: Unit, first: int, last: int, covered: str) -> None:
    start, end = unit.covered(ACCENTED, first, last)
    assert ACCENTED[start:end] == covered


@pytest.mark.parametrize(("unit", "under"), [(Unit.WORD, None), (Unit.GRAPHEME, " "), (Unit.CODE_POINT, " ")])
def test_units_find_no_word_between_words(unit: Unit, under: str | None) -> None:
    found = unit.under(ACCENTED, 8)
    assert (found and ACCENTED[slice(*found)]) == under


def test_units_name_a_code_point() -> None:
    assert named(ACCENTED, 2) == "U+0301 COMBINING ACUTE ACCENT"
    assert named("\x1b", 0) == "U+001B"
    assert named("a", 1) == ""


@given(st.text("ae\u0301\u200d👨👧 -’s\n", max_size=12), st.sampled_from(Unit), st.data())
def test_units_never_leave_the_text_and_steps_are_undone_by_steps_back(
    text: str, unit: Unit, data: st.DataObject
) -> None:
    offset = unit.place(text, data.draw(st.integers(-1, len(text) + 1)))
    assert 0 <= offset <= len(text)
    after = unit.one_right(text, offset)
    assert offset <= after <= len(text)
    if after > offset:
        assert unit.one_left(text, after) == offset
        start, end = unit.covered(text, offset, offset)
        assert start <= offset < after <= end
