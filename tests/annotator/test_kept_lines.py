"""Of what keeps its lines, those are drawn that became others, and they look as the library would draw them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich import terminal_theme
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color as TextualColor
from textual.content import Content
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from annotator.widgets.kept_lines import ContentLines, _is_truecolor

LINES = ["one line of words", "another [b]line[/b] of words", "", "[red]the last[/]"]


class Shown(App[None]):
    CSS = "ContentLines, Static { width: 40; height: 6; background: $panel; } #framed { border-top: solid red; }"

    def compose(self) -> ComposeResult:
        yield ContentLines(id="kept")
        yield Static(id="plain")
        yield ContentLines(id="framed")

    @contextmanager
    def drawn(self, name: str) -> Iterator[set[Region]]:
        """What of a widget is to be drawn for what is done meanwhile."""
        widget = self.query_one(f"#{name}")
        # What waits from before is not of interest.
        widget._exchange_repaint_regions()
        found: set[Region] = set()
        yield found
        found.update(widget._exchange_repaint_regions())

    def text(self, name: str) -> list[str]:
        widget = self.query_one(f"#{name}", Widget)
        return [strip.text for strip in widget.render_lines(widget.size.region)]


def cells(strips: Iterable[Strip]) -> list[list[tuple[str, object, object, bool]]]:
    """What each cell shows: its character, its colours, and whether it is bold where that is seen."""
    return [
        [
            (
                character,
                style.color if character.strip() else None,
                style.bgcolor,
                bool(style.bold and character.strip()),
            )
            for text, style, _ in strip
            if style is not None
            for character in text
        ]
        for strip in strips
    ]


def content(*lines: str) -> Content:
    return Content("\n").join(Content.from_markup(line) for line in lines)


async def test_content_lines_look_as_the_library_draws_them() -> None:
    app = Shown()
    async with app.run_test() as pilot:
        for lines in (LINES, ["a " * 60], ["short"], LINES[1:]):
            for widget in app.query("#kept, #plain").results(Static):
                widget.update(content(*lines), layout=False)
            await pilot.pause()
            kept, plain = app.query_one("#kept"), app.query_one("#plain")
            crop = Region(0, 0, 40, 6)
            assert cells(kept.render_lines(crop)) == cells(plain.render_lines(crop))


async def test_content_lines_draw_the_lines_that_differ() -> None:
    app = Shown()
    async with app.run_test() as pilot:
        kept = app.query_one("#kept", ContentLines)
        kept.update(content(*LINES), layout=False)
        await pilot.pause()
        with app.drawn("kept") as found:
            kept.update(content(LINES[0], "another one", *LINES[2:]), layout=False)
        assert found == {Region(0, 1, 40, 1)}
        assert app.text("kept")[1].rstrip() == "another one"
        with app.drawn("kept") as found:
            kept.update(content(LINES[0], "another one", *LINES[2:]), layout=False)
        assert found == set()


async def test_content_lines_take_on_another_style() -> None:
    app = Shown()
    async with app.run_test() as pilot:
        kept = app.query_one("#kept", ContentLines)
        kept.update(content("words"), layout=False)
        await pilot.pause()
        before = kept.render_lines(Region(0, 0, 40, 1))
        kept.styles.background = "red"
        await pilot.pause()
        assert kept.render_lines(Region(0, 0, 40, 1)) != before


@pytest.mark.parametrize("title", ["[b]no markup[/b]", "two\nlines", "\x1b[31mred"])
async def test_kept_lines_draw_a_new_title_in_the_border_alone(title: str) -> None:
    app = Shown()
    async with app.run_test() as pilot:
        framed = app.query_one("#framed", ContentLines)
        framed.update(content("words"))
        await pilot.pause()
        with app.drawn("framed") as found:
            framed.entitle(title)
        assert found == {Region(0, 0, 40, 1)}
        border = framed.render_lines(Region(0, 0, 40, 1))[0].text
        assert title.partition("\n")[0].replace("\x1b", "␛") in border
        assert "\x1b" not in border
        with app.drawn("framed") as found:
            framed.entitle(title)
        assert found == set()


async def test_kept_lines_draw_every_title_as_the_library_does() -> None:
    app = Shown()
    async with app.run_test() as pilot:
        framed = app.query_one("#framed", ContentLines)
        for title in ("rows 9", "rows 10", "日本 語", "x" * 37, "y" * 38, "z" * 39, "a" * 90, "", "back"):
            framed.entitle(title)
            await pilot.pause()
            kept = framed.render_lines(Region(0, 0, 40, 1))
            assert cells(kept) == cells(framed._styles_cache.render_widget(framed, Region(0, 0, 40, 1)))
            assert title[:30] in kept[0].text


COLOURS = st.sampled_from([None, Color.parse("#a0b0c0"), Color.parse("red"), Color.parse("color(99)"), Color.default()])
STYLES = st.builds(Style, color=COLOURS, bgcolor=COLOURS, dim=st.sampled_from([None, False, True]))


@given(st.lists(st.none() | STYLES))
def test_kept_lines_leave_out_the_filter_only_where_it_changes_nothing(styles: list[Style | None]) -> None:
    strip = Strip([Segment("word", style) for style in styles])
    filtered = strip.apply_filter(ANSIToTruecolor(terminal_theme.DIMMED_MONOKAI), TextualColor(1, 2, 3))

    assert not _is_truecolor(strip) or list(filtered) == list(strip)
    assert _is_truecolor(strip) or any(
        style is not None
        and (style.dim or any(each is not None and each.triplet is None for each in (style.color, style.bgcolor)))
        for style in styles
    )
