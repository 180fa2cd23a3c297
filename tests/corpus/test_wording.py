"""How a number is said with what it counts."""

from __future__ import annotations

import pytest

from corpus.wording import counted


@pytest.mark.parametrize(
    ("number", "nouns", "said"),
    [
        (0, None, "0 findings"),
        (1, None, "1 finding"),
        (2, None, "2 findings"),
        (12_345, None, "12,345 findings"),
        (1, "found", "1 finding"),
        (2, "found", "2 found"),
    ],
)
def test_wording_has_the_noun_that_goes_with_the_number(number: int, nouns: str | None, said: str) -> None:
    assert counted(number, "finding", nouns) == said
