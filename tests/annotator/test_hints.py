"""Letters on places."""

from __future__ import annotations

import pytest

from annotator.screens.hints import LETTERS, MOST, Hints, hint_letters


@pytest.mark.parametrize("count", [0, 1, 25, 26, 27, 100, 300, 675, MOST, MOST + 5])
def test_hints_are_short_and_none_begins_another(count: int) -> None:
    letters = hint_letters(count)
    assert len(letters) == len(set(letters)) == min(count, MOST)
    assert not any(one != other and other.startswith(one) for one in letters for other in letters)
    assert [len(each) for each in letters] == sorted(len(each) for each in letters)
    assert max(map(len, letters), default=1) == (1 if count <= len(LETTERS) else 2)


def test_hints_give_the_nearest_places_a_single_letter() -> None:
    letters = hint_letters(300)
    assert sum(len(each) == 1 for each in letters) == 15
    assert letters[0] == LETTERS[0]


def test_hints_lead_to_the_place_whose_letters_are_typed() -> None:
    hints = Hints.on("?", range(100, 140), lambda *_: None)
    far = next(letters for letters, place in hints.places.items() if place == 139)
    assert len(far) == 2
    assert hints.type(far[0]) is None
    assert hints.shown == {place: letters[1] for letters, place in hints.places.items() if letters.startswith(far[0])}
    assert hints.type(far[1]) == 139
    assert not hints.means("A")
    assert not hints.means("7")
