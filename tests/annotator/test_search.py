"""Words and regular expressions in a text."""

from __future__ import annotations

import pytest

from annotator.search import find

TEXT = "India and Pakistan, PAKISTAN and india: a/b"


@pytest.mark.parametrize(
    ("wanted", "cursor", "step", "found"),
    [
        ("india", 0, 1, (33, 38)),
        ("india", 33, 1, (0, 5)),
        ("India", 5, 1, (0, 5)),
        ("pakistan", 25, -1, (20, 28)),
        ("nowhere", 0, 1, None),
        ("a.d", 0, 1, None),
        ("/a.d", 0, 1, (6, 9)),
        ("/a.d", 29, 1, (6, 9)),
        ("/a.d", 29, -1, (6, 9)),
        ("/a.d", 6, -1, (29, 32)),
        ("/P[A-Z]+", 0, 1, (20, 28)),
        ("/x*", 0, 1, None),
        (r"/\p{Lu}\w+", 0, 1, (10, 18)),
        ("/b", 0, 1, (42, 43)),
        (r"\/b", 0, 1, (41, 43)),
        ("(", 0, 1, None),
    ],
)
def test_search_goes_round_the_ends(wanted: str, cursor: int, step: int, found: tuple[int, int] | None) -> None:
    assert find(TEXT, wanted, cursor, step) == found


@pytest.mark.parametrize("wanted", ["/(", "/[a", "/a{2,1}", "/" + "(" * 900 + ")" * 900 + "(", "/" + "a" * 1001])
def test_search_refuses_what_is_no_regular_expression(wanted: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        find(TEXT, wanted, 0, 1)


@pytest.mark.parametrize("step", [1, -1])
def test_search_gives_up_a_regular_expression_that_takes_too_long(step: int) -> None:
    with pytest.raises(TimeoutError):
        find("a" * 4000 + "!", r"/(a|aa|a?)+(?<!x)\1+$", 0, step, limit=0.05)
