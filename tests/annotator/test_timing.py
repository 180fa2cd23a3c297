"""The time between acts, on a clock that is set by hand."""

from __future__ import annotations

import pytest

from annotator.timing import IDLE_AFTER, Stopwatch, spoken


class Clock:
    """Gives the time that it was set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("waits", "seconds"),
    [
        ([], 0),
        ([2, 3], 5),
        ([2, IDLE_AFTER, 3], 5 + IDLE_AFTER),
        ([2, IDLE_AFTER + 0.1, 3], 5),
        ([3600], 0),
    ],
)
def test_timing_counts_time_between_acts_that_follow_one_another(waits: list[float], seconds: float) -> None:
    clock = Clock()
    watch = Stopwatch(clock)

    watch.act()
    for wait in waits:
        clock.now += wait
        watch.act()

    assert watch.seconds == pytest.approx(seconds)


def test_timing_gives_each_second_once() -> None:
    clock = Clock()
    watch = Stopwatch(clock)
    watch.act()
    clock.now += 4
    watch.act()

    assert watch.take() == pytest.approx(4)
    clock.now += 6
    watch.act()
    assert watch.take() == pytest.approx(6)
    assert watch.take() == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, ""), (0.9, ""), (12, "< 1 min"), (130, "2 min"), (3599, "1 h 00 min"), (3 * 3600 + 5 * 60, "3 h 05 min")],
)
def test_timing_is_told_in_minutes(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
