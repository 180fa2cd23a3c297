"""The motions that keys name, where they need rows or extend a selection."""

from __future__ import annotations

import pytest

from annotator import steps
from annotator.rows import Rows

TEXT = "one two three four\nfive\n\nsix seven"
ROWS = Rows(TEXT, 9)


def shown() -> list[str]:
    return [TEXT[slice(*ROWS[row])] for row in range(len(ROWS))]


def test_steps_have_these_rows_to_go_through() -> None:
    assert shown() == ["one two ", "three ", "four\n", "five\n", "\n", "six seven"]


def test_steps_up_and_down_stay_in_a_cell_and_stop_at_the_ends() -> None:
    at = TEXT.index("wo")
    assert steps.down(ROWS, at, 5) == TEXT.index("three") + 5
    assert steps.down(ROWS, at, 5, 2) == TEXT.index("\nfive")
    assert steps.down(ROWS, at, 5, 99) == TEXT.index("even")
    assert steps.up(ROWS, TEXT.index("even"), 5, 1) == TEXT.index("\nsix")
    assert steps.up(ROWS, TEXT.index("even"), 5, 99) == at


def test_steps_home_and_end_go_from_the_row_to_the_line_to_the_text() -> None:
    at = TEXT.index("hree")
    assert [at := steps.home(ROWS, at) for _ in range(3)] == [TEXT.index("three"), 0, 0]
    at = TEXT.index("hree")
    ends = [TEXT.index(" four"), TEXT.index("\nfive"), len(TEXT), len(TEXT)]
    assert [at := steps.end(ROWS, at) for _ in range(4)] == ends


@pytest.mark.parametrize("name", steps.STEPS)
def test_steps_stop_at_the_ends_of_the_text(name: str) -> None:
    for table in (steps.STEPS, steps.EXTENDING):
        for text in ("", "a", TEXT, "\n", " \n "):
            assert 0 <= table[name](text, 0) <= len(text)
            assert 0 <= table[name](text, len(text)) <= len(text)


@pytest.mark.parametrize(
    ("name", "text", "stops"),
    [
        ("word_right", "one, two’s x", [2, 7, 11, 12]),
        ("sentence_right", "One two. Three.", [7, 14, 15]),
        ("paragraph_down", "one\n\ntwo", [2, 7, 8]),
        ("word_right", "cafe\u0301 no", [3, 7, 8]),
    ],
)
def test_steps_that_extend_a_selection_go_to_the_last_character(name: str, text: str, stops: list[int]) -> None:
    at = 0
    for stop in stops:
        at = steps.EXTENDING[name](text, at)
        assert at == stop
