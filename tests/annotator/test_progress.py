"""What long work says of itself: steps, how far they are, at what rate, and how long they will take."""

from __future__ import annotations

import io
from collections.abc import Iterator

from annotator.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def clock(*seconds: float) -> Iterator[float]:
    """The moments at which it will be asked, one after the other."""
    return iter(seconds)


def test_progress_shows_rate_and_time_left_on_a_terminal() -> None:
    stream, moments = Terminal(), clock(100.0, 110.0)
    with Progress(stream, lambda: next(moments)) as progress:
        progress.advance("writing", 0, 0.0)
        progress.advance("writing", 500, 0.25)

    first, second, end = stream.getvalue().split("\r\x1b[K")[1:]
    assert first == "[--------------------] writing 0%, 0 documents"
    assert second == "[#####---------------] writing 25%, 500 documents, 50 a second, 0:30 left"
    assert end == ""


def test_progress_counts_each_step_from_its_own_beginning() -> None:
    stream, moments = Terminal(), clock(0.0, 10.0, 50.0, 51.0)
    with Progress(stream, lambda: next(moments)) as progress:
        progress.advance("writing", 1, 0.1)
        progress.advance("writing", 100, 1.0)
        progress.advance("reading back", 1, 0.01)
        progress.advance("reading back", 100, 0.5)

    assert stream.getvalue().count("0:01 left") == 1
    assert "reading back 50%, 100 documents, 100 a second, 0:01 left" in stream.getvalue()


def test_progress_is_not_redrawn_without_need() -> None:
    stream, moments = Terminal(), clock(0.0, 0.01, 0.02, 1.0)
    with Progress(stream, lambda: next(moments)) as progress:
        for documents in range(4):
            progress.advance("writing", documents, 0.5)

    assert stream.getvalue().count("writing") == 2


def test_progress_takes_its_bar_away_before_a_line() -> None:
    stream = Terminal()
    with Progress(stream, lambda: 0.0) as progress:
        progress.advance("writing", 1, 0.5)
        progress.tell("done")

    assert stream.getvalue().endswith("\r\x1b[Kdone…\n")


def test_progress_says_hours() -> None:
    stream, moments = Terminal(), clock(0.0, 3600.0)
    with Progress(stream, lambda: next(moments)) as progress:
        progress.advance("writing", 0, 0.0)
        progress.advance("writing", 7200, 0.5)

    assert "2 a second, 1:00:00 left" in stream.getvalue()


def test_progress_writes_few_lines_where_there_is_no_terminal() -> None:
    stream, moments = io.StringIO(), clock(*map(float, range(200)))
    with Progress(stream, lambda: next(moments)) as progress:
        progress.tell("building")
        for documents in range(0, 25_000, 250):
            progress.advance("writing", documents, documents / 25_000)

    lines = stream.getvalue().splitlines()
    assert lines[0] == "building…"
    assert [line.split(", ")[:2] for line in lines[1:]] == [
        ["writing 40%", "10,000 documents"],
        ["writing 80%", "20,000 documents"],
    ]


def test_progress_lets_nothing_through_to_the_terminal() -> None:
    stream = Terminal()
    with Progress(stream, lambda: 0.0) as progress:
        progress.tell("a\x1b[31mb")

    assert "\x1b[31m" not in stream.getvalue()
