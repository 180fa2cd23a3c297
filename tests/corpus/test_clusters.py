"""Where a cut goes through what is read as one character, against the segmentation of the `regex` package."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corpus.clusters import beyond_ascii, divides, is_divisible

JOINING = (
    "a \r\n\u0301\u200d\u200c\ufe0f\U0001f468\U0001f469\U0001f3fb\U0001f1f5\U0001f1f0"
    "\u0915\u094d\u0937\u0e33\u06c1\u0654\u1100\u1161\uac00\u0600"
)


def inner_positions(text: str) -> set[int]:
    """The positions that lie within a cluster."""
    edges = {found.end() for found in regex.finditer(r"\X", text)} | {0}
    return set(range(len(text) + 1)) - edges


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("cafe\u0301", {4}),
        ("a\r\nb", {2}),
        ("\U0001f468\u200d\U0001f469", {1, 2}),
        ("\U0001f1f5\U0001f1f0\U0001f1ee\U0001f1f3", {1, 3}),
        ("\u06c1\u0654", {1}),
        ("\uac00\u11a8", {1}),
        ("plain words", set()),
        ("“quoted”", set()),
        ("", set()),
    ],
)
def test_clusters_are_divided_only_inside(text: str, inside: set[int]) -> None:
    assert {position for position in range(-1, len(text) + 2) if divides(text, position)} == inside


@given(st.text(st.sampled_from(JOINING), max_size=12))
def test_clusters_agree_with_regex_where_characters_join(text: str) -> None:
    assert {position for position in range(len(text) + 1) if divides(text, position)} == inner_positions(text)


@given(st.text(max_size=12))
def test_clusters_agree_with_regex_on_any_text(text: str) -> None:
    assert {position for position in range(len(text) + 1) if divides(text, position)} == inner_positions(text)


@given(st.text(st.sampled_from(JOINING + "\u00e9\u201c\u0434"), max_size=8) | st.text(max_size=8))
def test_clusters_are_divided_nowhere_in_a_text_that_is_called_divisible(text: str) -> None:
    assert not (is_divisible(text) and inner_positions(text))


def test_clusters_call_plain_writing_divisible() -> None:
    assert is_divisible("“Größe” – и мир, 世界\n")
    assert not is_divisible("cafe\u0301")
    assert not is_divisible("a\r\nb")


@given(st.text(max_size=30))
def test_clusters_know_what_ascii_has_not(text: str) -> None:
    for _ in range(2):
        assert beyond_ascii(text) == "".join(character for character in text if character > "\x7f")


def test_clusters_are_not_looked_for_farther_than_writing_goes() -> None:
    text = "a" + "\u0301" * 200_000

    assert divides(text, 100)
    assert divides(text, 150_000)
