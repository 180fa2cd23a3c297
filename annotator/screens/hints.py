"""Picking a place by letters shown on it: one letter where it is near, two where it is farther."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""The letters of hints, the easiest to reach first."""

CAPITAL = "a capital"
"""How the line of the keys names a last letter that is typed as a capital."""

MOST = len(LETTERS) ** 2
"""How many places can have a hint at once."""


def hint_letters(count: int) -> list[str]:
    """As many different hints as asked for, none of which begins another; at most 676.

    The first ones have a single letter, as many as leave enough for all: fifteen of three hundred.
    """
    count = min(count, MOST)
    # Every letter that does not stand alone begins as many pairs as there are letters.
    pairs_of = next(each for each in range(len(LETTERS) + 1) if len(LETTERS) - each + each * len(LETTERS) >= count)
    single = LETTERS[: len(LETTERS) - pairs_of]
    pairs = ("".join(pair) for pair in itertools.product(LETTERS[len(single) :], LETTERS))
    return [*single, *pairs][:count]


@dataclass(slots=True)
class Hints:
    """What is to be picked, the letters of each place, and what was typed of them."""

    question: str
    """What is to be picked, as the line of the keys says it."""
    places: Mapping[str, int]
    """The places (code points), by their letters."""
    picked: Callable[[int, bool], None]
    """Told the place whose letters were typed, and whether the last one was a capital: more are to be picked."""
    left: Callable[[str], bool]
    """Told a key that is no letter, with which the picking ends; it says whether the key was meant for it."""
    takes_more: bool = False
    """Whether a capital picks a place and asks for more."""
    aside: Mapping[str, str] = field(default_factory=dict)
    """What else can be pressed, as the line of the keys says it; a capital means something if it is among it."""
    typed: str = ""

    @classmethod
    def on(
        cls,
        question: str,
        places: Sequence[int],
        picked: Callable[[int, bool], None],
        left: Callable[[str], bool] = lambda key: key in ("escape", "enter"),
        *,
        takes_more: bool = False,
        aside: Mapping[str, str] | None = None,
    ) -> Hints:
        """Hints on these places, the likeliest first."""
        distinct = list(dict.fromkeys(places))[:MOST]
        letters = dict(zip(hint_letters(len(distinct)), distinct, strict=True))
        return cls(question, letters, picked, left, takes_more, aside or {})

    @property
    def shown(self) -> dict[int, str]:
        """What is left to type for each place that what was typed may still mean."""
        return {
            place: letters.removeprefix(self.typed)
            for letters, place in self.places.items()
            if letters.startswith(self.typed)
        }

    def means(self, character: str | None) -> bool:
        """Whether a key is one of the letters."""
        if not character:
            return False
        takes_capitals = self.takes_more or CAPITAL in self.aside
        return (character.lower() if takes_capitals else character) in LETTERS

    def type(self, character: str) -> int | None:
        """Takes one more letter: gives the place that it leads to, if it leads to one already."""
        typed = self.typed + character.lower()
        if typed not in self.places and not any(letters.startswith(typed) for letters in self.places):
            typed = ""
        self.typed = typed
        return self.places.get(typed)
