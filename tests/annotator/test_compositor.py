"""Drawing only lines that have changed writes to the terminal what drawing all of every part would write."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

from annotator.widgets.compositor import ChangedLines

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener


def written(hand: Hand, update: ChopsUpdate | None) -> str:
    return "" if update is None else update.render_segments(hand.app.console)


@pytest.mark.parametrize("size", [(120, 40), (60, 15)], ids=str)
async def test_compositor_writes_what_the_library_s_own_writes(
    opened: Opener, seeds: Path, size: tuple[int, int]
) -> None:
    choice = random.Random(3)

    async with opened(seeds, size=size) as hand:
        await hand.press("g", "m", "escape", "down")
        compositor = hand.screen._compositor
        assert isinstance(compositor, ChangedLines)
        for _ in range(60):
            regions = [
                Region(choice.randrange(size[0]), choice.randrange(size[1]), choice.randrange(90), choice.randrange(9))
                for _ in range(choice.randrange(4))
            ]
            regions = [each.intersection(hand.screen.size.region) for each in regions]
            regions = [each for each in regions if each]
            compositor._dirty_regions = set(regions)
            expected = written(hand, Compositor.render_partial_update(compositor))
            compositor._dirty_regions = set(regions)

            assert written(hand, compositor.render_partial_update()) == expected


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
