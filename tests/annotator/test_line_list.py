"""A list draws the rows that became others, as they are when they are drawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.geometry import Offset, Region
from textual.pilot import Pilot
from typing_extensions import override

from annotator.widgets.compositor import ChangedLines
from annotator.widgets.frames import FramedScreen
from annotator.widgets.line_list import LineList, Piece


class Words(LineList):
    def __init__(self) -> None:
        super().__init__()
        self.words = ["one", "two", "three"]

    @override
    def count(self) -> int:
        return len(self.words)

    @override
    def pieces(self, index: int) -> list[Piece]:
        return [(self.words[index], "")]


class Listed(App[None]):
    CSS = "Words { width: 20; height: 3; }"

    def compose(self) -> ComposeResult:
        yield Words()


async def test_line_list_draws_a_row_as_it_is_though_it_was_looked_at_before() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        words = app.query_one(Words)
        words.reload()
        await pilot.pause()
        # Nothing became another, and nothing is painted; later the row is, since it lies between two that did.
        words._exchange_repaint_regions()
        words.refresh_line(1)
        assert not words._exchange_repaint_regions()
        words.words[1] = "another"
        words.show(2)
        assert set(words._exchange_repaint_regions()) == {Region(0, 0, 20, 3)}
        drawn = [strip.text.strip() for strip in words.render_lines(Region(0, 0, 20, 3))]
        assert drawn == ["one", "another", "three"]


async def test_line_list_draws_a_row_that_became_again_what_is_seen() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        words = app.query_one(Words)
        await pilot.pause()
        words.render_lines(Region(0, 0, 20, 3))
        for each in ("another", "two"):
            words.words[1] = each
            words.refresh_line(1)
        assert words.render_lines(Region(0, 1, 20, 1))[0].text.strip() == "two"


async def test_line_list_has_rows_in_sight_to_go_on_to_where_it_follows() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        words = app.query_one(Words)
        words.words = [str(number) for number in range(60)]
        words.styles.height = 9
        words.reload()
        await pilot.pause()
        # By hand, a list moves by as little as it must; where it follows, by a third of what is seen more.
        for go, index, top in (
            (words.show, 9, 1),
            (words.follow, 10, 5),
            (words.follow, 13, 5),
            (words.follow, 14, 9),
            (words.follow, 8, 5),
            (words.show, 4, 4),
            (words.follow, 59, 51),
            (words.follow, 0, 0),
        ):
            go(index)
            assert (index, round(words.scroll_y)) == (index, top)


async def test_line_list_takes_a_click_for_the_row_under_it_where_it_has_a_border() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        words = app.query_one(Words)
        words.styles.height = 5
        words.styles.border_top = words.styles.border_bottom = ("solid", "red")
        await pilot.pause()
        for y, index in ((3, 2), (1, 0), (2, 1), (0, 1), (4, 1)):
            await pilot.click(words, offset=(1, y))
            assert words.index == index


class ListScreen(FramedScreen):
    CSS = "Words { width: 20; height: 3; }"

    def __init__(self) -> None:
        super().__init__()
        self._compositor = ChangedLines()

    def compose(self) -> ComposeResult:
        yield Words()


@asynccontextmanager
async def listed(count: int) -> AsyncIterator[tuple[Pilot[None], Words]]:
    """A list of so many words on a screen of ours, and its scroll bar up to date."""
    app: App[None] = App()
    async with app.run_test() as pilot:
        await app.push_screen(ListScreen())
        words = app.screen.query_one(Words)
        put(words, count)
        await pilot.pause(0.2)
        yield pilot, words


def put(words: Words, count: int) -> None:
    words.words = [f"word {number}" for number in range(count)]
    words.reload()


async def test_line_list_brings_its_scroll_bar_up_to_date_in_a_moment() -> None:
    async with listed(9) as (pilot, words):
        bar = words.vertical_scrollbar
        assert bar.window_virtual_size == 9
        for count in range(10, 13):
            put(words, count)
        # Not with the key, whose frame would have to wait for it.
        assert bar.window_virtual_size == 9
        await pilot.pause(0.2)
        assert bar.window_virtual_size == 12


async def test_line_list_scrolls_at_once_and_its_bar_follows_in_a_moment_unless_it_is_drawn() -> None:
    async with listed(90) as (pilot, words):
        bar = words.vertical_scrollbar
        words.scroll_at_once(20)
        assert (words.scroll_offset.y, bar.position) == (20, 0)
        await pilot.pause(0.2)
        assert bar.position == 20
        bar.grabbed = Offset(0, 0)
        words.scroll_at_once(30)
        assert (words.scroll_offset.y, bar.position) == (30, 30)
        # As far as there are lines, and whatever the mouse wheel has begun.
        words.scroll_to(y=0, duration=5, force=True)
        words.scroll_at_once(1000)
        await pilot.pause(0.2)
        assert words.scroll_offset.y == 87
        # It goes with the lines and comes back with them.
        bar.grabbed = None
        put(words, 1)
        await pilot.pause(0.2)
        assert bar.display is False
        put(words, 90)
        await pilot.pause(0.2)
        assert (words.scroll_offset.y, bar.position, bar.window_virtual_size) == (0, 0, 90)
