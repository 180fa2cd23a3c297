"""Drawing only what has changed leaves on the terminal what drawing everything would leave there."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyte
import pytest
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from annotator.widgets.compositor import ChangedLines

if TYPE_CHECKING:
    from tests.annotator.conftest import Opener


def cells(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """Every cell: its character and its looks."""
    return [[tuple(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


@pytest.mark.parametrize("size", [(120, 40), (60, 15)], ids=str)
@pytest.mark.parametrize("keys", [("g", "m", "escape", "down"), ("u",)], ids=" ".join)
async def test_compositor_writes_all_that_has_changed_and_nothing_else(
    opened: Opener, seeds: Path, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    choice = random.Random(3)

    async with opened(seeds, size=size) as hand:
        # The second shows a message in the corner, which covers a part of what lies behind it.
        await hand.press(*keys)
        compositor = hand.screen._compositor
        assert isinstance(compositor, ChangedLines)
        whole = compositor.render_full_update()
        screen = pyte.Screen(*size)
        stream = pyte.Stream(screen)
        stream.feed(whole.render_segments(hand.app.console).replace("\n", "\r\n"))
        expected = cells(screen)
        for _ in range(30):
            regions = [
                Region(choice.randrange(size[0]), choice.randrange(size[1]), choice.randrange(90), choice.randrange(9))
                for _ in range(choice.randrange(4))
            ]
            regions = [each.intersection(hand.screen.size.region) for each in regions]
            for region in regions:
                for y in region.line_range:
                    stream.feed(f"\x1b[{y + 1};{region.x + 1}H\x1b[0m{'?' * region.width}")
            compositor._dirty_regions = {each for each in regions if each}
            update = compositor.render_partial_update()
            if update is not None:
                stream.feed(update.render_segments(hand.app.console))
            assert cells(screen) == expected


async def test_compositor_draws_no_part_that_has_not_changed(
    opened: Opener, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str | None, Region]] = []

    def noted(name: str | None, render: Callable[[Region], list[Strip]], crop: Region) -> list[Strip]:
        drawn.append((name, crop))
        return render(crop)

    async with opened(seeds) as hand:
        for widget in hand.screen.query("*"):
            monkeypatch.setattr(widget, "render_lines", partial(noted, widget.id, widget.render_lines))
        line = hand.screen.query_one("#status-line").region
        hand.screen._compositor._dirty_regions = {line}
        hand.screen._compositor.render_partial_update()

    # Nor is what lies behind it, and is covered by it.
    assert drawn == [("status-line", Region(0, 0, line.width, 1))]


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=str)
async def test_compositor_wrote_the_screen_as_it_is_after_forms_were_opened_and_left(
    opened: Opener, seeds: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    display = App._display

    def noted(app: App[None], shown: Screen[None], update: Any) -> None:
        if isinstance(update, CompositorUpdate) and app._running and not app._batch_count:
            stream.feed(update.render_segments(app.console).replace("\n", "\r\n"))
        display(app, shown, update)

    monkeypatch.setattr(App, "_display", noted)
    async with opened(seeds, size=size) as hand:
        # Where the screen is low the form is taller than its panel, and its scroll bar comes, moves and goes.
        await hand.select("militant groups")
        for key in ("g", "down", "down", "m", "escape", "enter", "up", "d", "escape", "w", "a", "s", "escape", "["):
            await hand.press(key)
            whole = pyte.Screen(*size)
            update = hand.app.screen._compositor.render_full_update()
            pyte.Stream(whole).feed(update.render_segments(hand.app.console).replace("\n", "\r\n"))
            assert cells(screen) == cells(whole), key
