"""The first frame shows a document where the app shows it: nothing moves when the app draws over it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyte
import pytest
from rich.cells import cell_len
from rich.color_triplet import ColorTriplet

from annotator import first_frame
from annotator.first_frame import FirstFrame, inks, text_area
from annotator.lanes import GUTTER
from annotator.widgets import themes
from corpus import bundled
from corpus.glance import glance

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener

Factory = Callable[..., Path]
INKS = inks({"COLORTERM": "truecolor"}, "textual-dark")
SIZES = [(120, 40), (250, 70), (100, 30), (80, 24), (60, 15), (40, 10)]


def drawn(
    folder: Path, document: str, size: tuple[int, int], start: int = 0, layer: str = "gold", *, is_review: bool = False
) -> list[str]:
    """The rows of the first frame, as a terminal shows them."""
    seen = glance(folder, layer, document, start + size[0] * size[1])
    assert seen is not None
    screen = pyte.Screen(*size)
    frame = FirstFrame(seen, layer, start, size, is_review=is_review)
    pyte.Stream(screen).feed(frame.drawn(INKS))
    return [str(row) for row in screen.display]


def words(rows: list[str], area: tuple[int, int]) -> list[str]:
    """What stands in the rows of the text; nothing in a row of bars."""
    cells = [row.ljust(area[1])[area[0] + GUTTER : area[1] - 1].rstrip() for row in rows]
    return ["" if "▔" in each else each for each in cells[first_frame.ABOVE : len(rows) - first_frame.BELOW]]


def shown(hand: Hand, size: tuple[int, int], area: tuple[int, int]) -> list[str]:
    """The same of the app, which also writes names into the bars."""
    lines = hand.shown.split("\n")
    sight = hand.screen.view._in_sight()
    rows = words(lines + [""] * (size[1] - len(lines)), area)
    return ["" if y < len(sight) and sight[y][1] else row for y, row in enumerate(rows)]


@pytest.fixture
def bundled_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundled.folder(), tmp_path / "bundled"))


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_first_frame_has_the_rows_of_the_app(opened: Opener, bundled_copy: Path, size: tuple[int, int]) -> None:
    area = text_area(size[0], is_review=False)

    async with opened(bundled_copy, "002", size=size, layer="gold") as hand:
        expected = shown(hand, size, area)

        assert hand.screen.view.region.x == area[0]
        assert hand.screen.view.region.right == area[1]
    assert words(drawn(bundled_copy, "002", size), area) == expected
    assert "".join(expected).startswith("Using militant groups")


@pytest.mark.parametrize(("document", "start"), [("000", 3000), ("001", 8549), ("003", 1), ("004", 9_999)])
async def test_first_frame_begins_where_the_app_does(
    opened: Opener, bundled_copy: Path, document: str, start: int
) -> None:
    size, area = (120, 40), text_area(120, is_review=False)

    async with opened(bundled_copy, document, size=size, layer="gold", start=start) as hand:
        expected = shown(hand, size, area)

    assert words(drawn(bundled_copy, document, size, start), area) == expected


@pytest.mark.parametrize("size", [(120, 40), (180, 50)], ids=str)
async def test_first_frame_leaves_room_for_other_layers(
    opened: Opener, bundled_copy: Path, size: tuple[int, int]
) -> None:
    async with opened(bundled_copy, "002", size=size, layer="gold", beside=("pass-a",)) as hand:
        region = hand.screen.view.region

    assert (region.x, region.right) == text_area(size[0], is_review=True)


@pytest.mark.parametrize("theme", themes.OFFERED)
async def test_first_frame_has_the_app_s_colours(opened: Opener, bundled_copy: Path, theme: str) -> None:
    async with opened(bundled_copy, "002", layer="gold") as hand:
        hand.app.theme = theme
        await hand.settled()
        title = hand.screen.query_one("#title-line").rich_style
        shown = [hand.screen.view.rich_style, title]

    expected = [inked(style.color.triplet, style.bgcolor.triplet) for style in shown if style.color and style.bgcolor]
    ink = inks({"COLORTERM": "truecolor"}, theme)
    assert [ink.text, ink.line] == expected


def inked(fore: ColorTriplet | None, ground: ColorTriplet | None) -> str:
    assert fore is not None
    assert ground is not None
    return f"\x1b[0;38;2;{fore.red};{fore.green};{fore.blue};48;2;{ground.red};{ground.green};{ground.blue}m"


@pytest.mark.parametrize(
    ("environment", "theme", "ground"),
    [
        ({"COLORTERM": "truecolor"}, "textual-dark", "48;2;18;18;18"),
        ({"TERM": "xterm-256color"}, "textual-dark", "48;5;233"),
        ({"TERM": "xterm-256color"}, "annotator-paper", "48;5;231"),
        ({"TERM": "xterm-256color"}, "annotator-contrast", "48;5;16"),
        ({"TERM": "xterm"}, "textual-dark", None),
        ({"COLORTERM": "truecolor"}, "nord", None),
        ({"COLORTERM": "truecolor", "NO_COLOR": "1"}, "textual-dark", None),
    ],
)
def test_first_frame_uses_the_colours_that_there_are(
    environment: dict[str, str], theme: str, ground: str | None
) -> None:
    written = inks(environment, theme).text

    assert (ground in written) if ground else written == "\x1b[0m"


def test_first_frame_never_lets_a_document_speak(corpus_factory: Factory) -> None:
    text = "a\x1b[2Jb\x07c\x9bd\u202ee\x00f\x0bg\x7fh\ud800 \u2028 i\t\r\x1b]52;c;x\x07\n" * 40
    seen = glance(corpus_factory(), "gold", "d1", 100)
    assert seen is not None
    hostile = seen._replace(text=text, title="t\x1b[31m\u202e\n\x07")

    written = FirstFrame(hostile, "gold", 3, (120, 40), is_review=False).drawn(inks({}, "textual-dark"))

    ours = written.replace("\x1b[0m", "").replace("\x1b[7m", "").replace("\x1b[27m", "")
    for row in range(1, 41):
        ours = ours.replace(f"\x1b[{row};1H", "")
    assert ours.isprintable()


TEXTS = {
    "nothing": "",
    "a line feed": "\n",
    "wide": "漢字" * 500,
    "joined": "👩‍👩‍👧‍👦 " * 300,
    "combining": "e\u0301" * 400,
    "right to left": "اردو " * 300,
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("text", list(TEXTS.values()), ids=list(TEXTS))
def test_first_frame_fills_every_row_exactly(corpus_factory: Factory, text: str, size: tuple[int, int]) -> None:
    seen = glance(corpus_factory(), "gold", "d1", 100)
    assert seen is not None
    frame = FirstFrame(seen._replace(text=text, title=text[:60], said=()), "gold", 5, size, is_review=False)

    written = frame.drawn(INKS)

    _, *rows = re.split(r"\x1b\[[0-9]+;1H", written)
    assert [cell_len(re.sub(r"\x1b\[[0-9;]*m", "", row)) for row in rows] == [size[0]] * size[1]
