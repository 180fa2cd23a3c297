"""What is sent for a strip leaves on a terminal what telling every look in full would leave there, in fewer bytes."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from annotator.widgets.sequences import sequences
from tests.annotator.test_compositor import cells

SYSTEMS = {"truecolor": "truecolor", "256 colours": "256", "16 colours": "standard", "none": None}

styles = st.none() | st.builds(
    Style,
    color=st.none() | st.sampled_from(["#e0e0e0", "#121212", "red"]),
    bgcolor=st.none() | st.sampled_from(["#121212", "#343f49", "blue"]),
    bold=st.none() | st.booleans(),
    italic=st.none() | st.booleans(),
    underline=st.none() | st.booleans(),
    reverse=st.none() | st.booleans(),
    strike=st.none() | st.booleans(),
)
strips = st.lists(st.tuples(st.text("ab é", min_size=1, max_size=4), styles), max_size=6)


def shown(sent: str) -> list[list[tuple[object, ...]]]:
    """What is on a terminal, and how what is written next would look there."""
    screen = pyte.Screen(30, 2)
    pyte.Stream(screen).feed(sent + "\r\n.")
    return cells(screen)


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
@given(parts=strips)
def test_strip_looks_as_if_every_look_were_told_in_full(
    system: str | None, parts: list[tuple[str, Style | None]]
) -> None:
    console = Console(color_system=system, force_terminal=True)  # type: ignore[arg-type]
    segments = [Segment(text, style) for text, style in parts]

    short = sequences(Strip(segments), console)

    whole = Strip(segments).render(console)
    assert shown(short) == shown(whole)
    assert len(short) <= len(whole)


def test_strip_tells_a_look_once_and_what_goes_on_not_again() -> None:
    ground = Style(color="#e0e0e0", bgcolor="#121212")
    strip = Strip([Segment("a", ground), Segment("b", Style(color="#ff0000", bgcolor="#121212")), Segment("c", ground)])

    sent = sequences(strip, Console(color_system="truecolor", force_terminal=True))

    assert sent == "\x1b[38;2;224;224;224;48;2;18;18;18ma\x1b[38;2;255;0;0mb\x1b[38;2;224;224;224mc\x1b[0m"


def test_strip_with_a_link_is_sent_as_the_library_does() -> None:
    console = Console(color_system="truecolor", force_terminal=True)
    segments = [Segment("a", Style(link="https://example.org", bold=True))]

    assert sequences(Strip(segments), console) == Strip(segments).render(console)
