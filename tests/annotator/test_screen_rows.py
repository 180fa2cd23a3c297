"""Text rows to screen rows and back, against adding up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.screen_rows import ScreenRows

HEIGHTS = st.lists(st.integers(0, 4), min_size=1, max_size=600)


def screen_rows(lanes: list[int]) -> ScreenRows:
    return ScreenRows(lambda first, last: bytes(lanes[first:last]))


def positions(lanes: list[int]) -> list[tuple[int, int]]:
    return [(row, lane) for row, height in enumerate(lanes) for lane in range(height + 1)]


@given(HEIGHTS, st.data())
def test_screen_rows_go_both_ways(lanes: list[int], data: st.DataObject) -> None:
    screen, expected = screen_rows(lanes), positions(lanes)
    for _ in range(5):
        y = data.draw(st.integers(0, len(expected) - 1))
        assert screen.text_row(y) == expected[y]
        row, lane = expected[y]
        assert screen.screen_row(row) + lane == y


@given(HEIGHTS, st.data())
def test_screen_rows_follow_a_change(lanes: list[int], data: st.DataObject) -> None:
    screen = screen_rows(lanes)
    screen.reach(data.draw(st.integers(0, len(lanes) - 1)))
    known = sum(lanes[: screen.known])
    first = data.draw(st.integers(0, len(lanes) - 1))
    last = data.draw(st.integers(first, len(lanes)))
    for row in range(first, last):
        lanes[row] = data.draw(st.integers(0, 4))
    moved = screen.update(first, last)
    assert moved == sum(lanes[: screen.known]) - known
    screen.reach(len(lanes))
    assert [screen.text_row(y) for y in range(len(positions(lanes)))] == positions(lanes)


def test_screen_rows_are_found_only_as_far_as_asked() -> None:
    screen = screen_rows([1] * 10_000)
    assert screen.text_row(30) == (15, 0)
    assert screen.known < 1_000


def test_screen_rows_below_the_last_are_past_its_lanes() -> None:
    screen = screen_rows([0, 2])
    assert screen.text_row(3) == (1, 2)
    assert screen.text_row(4) == (1, 3)
    assert screen.text_row(9) == (1, 8)


def test_screen_rows_of_no_lanes_are_the_rows() -> None:
    screen = screen_rows([0] * 1000)
    assert screen.text_row(777) == (777, 0)
    assert screen.screen_row(777) == 777


def test_screen_rows_take_what_is_unknown_for_like_what_is_known() -> None:
    screen = screen_rows([1] * 600)
    assert screen.estimate(1000) == 1000

    screen.extend()

    assert screen.estimate(1000) == 2000
