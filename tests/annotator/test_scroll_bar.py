"""The scroll bar looks as the library's does, and draws the cells that became others."""

from __future__ import annotations

import random

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.scrollbar import ScrollBar

from annotator.widgets.scroll_bar import KeptScrollBar


class Bars(App[None]):
    CSS = "ScrollBar { width: 1; height: 20; }"

    def compose(self) -> ComposeResult:
        yield ScrollBar()
        yield KeptScrollBar()

    def drawn(self, kind: type[ScrollBar]) -> list[tuple[object, ...]]:
        """Every cell: its character, its colours where they are seen, and what a click on it does."""
        bar = next(each for each in self.query(kind) if type(each) is kind)
        strips = bar.render_lines(Region(0, 0, 1, 20))
        found: list[tuple[object, ...]] = []
        for text, style, _ in (segment for strip in strips for segment in strip):
            assert style is not None
            ink, ground = (style.bgcolor, style.color) if style.reverse else (style.color, style.bgcolor)
            found.append((text, ink if text.strip() else None, ground, style.meta))
        return found


async def test_scroll_bar_looks_as_the_library_draws_it() -> None:
    choice = random.Random(5)
    app = Bars()
    async with app.run_test(size=(30, 50)) as pilot:
        for _ in range(40):
            rows = choice.choice([5, 21, 60, 500, 100_000])
            place = choice.randrange(max(1, rows - 20))
            hovered = choice.random() < 0.2
            for bar in app.query(ScrollBar):
                bar.window_virtual_size, bar.window_size, bar.position = rows, 20, place
                bar.mouse_over = hovered
            await pilot.pause()
            assert app.drawn(KeptScrollBar) == app.drawn(ScrollBar)


async def test_scroll_bar_comes_back_to_where_it_was_before_its_style_changed() -> None:
    app = Bars()
    async with app.run_test(size=(30, 50)) as pilot:
        bars = list(app.query(ScrollBar))
        for rows, place, is_restyled in ((60, 0, False), (60, 9, False), (60, 30, True), (60, 9, False), (90, 9, True)):
            for bar in bars:
                if is_restyled:
                    bar.notify_style_update()
                bar.window_virtual_size, bar.window_size, bar.position = rows, 20, place
            await pilot.pause()
            assert app.drawn(KeptScrollBar) == app.drawn(ScrollBar)


async def test_scroll_bar_draws_the_cells_that_became_others() -> None:
    app = Bars()
    async with app.run_test(size=(30, 50)) as pilot:
        bar = app.query_one(KeptScrollBar)
        bar.window_virtual_size, bar.window_size = 40, 20
        await pilot.pause()
        bar._exchange_repaint_regions()
        bar.position = 2
        assert set(bar._exchange_repaint_regions()) == {Region(0, 0, 1, 11)}
        bar.window_virtual_size, bar.position = 100_000, 0
        await pilot.pause()
        bar._exchange_repaint_regions()
        bar.position = 1
        bar.window_virtual_size = 100_001
        assert not bar._exchange_repaint_regions()
