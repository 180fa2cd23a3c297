"""What a key does is painted in as few frames as there are moments at which something can be told."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.pilot import Pilot

from annotator.widgets.compositor import ChangedLines, PiecesUpdate
from annotator.widgets.frames import FramedScreen
from annotator.widgets.kept_lines import ContentLines

if TYPE_CHECKING:
    from tests.annotator.conftest import Opener


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The lines of the screen that every frame writes to, each once."""
    painted: list[list[int]] = []
    render = ChangedLines.render_partial_update

    def noted(self: ChangedLines) -> PiecesUpdate | None:
        update = render(self)
        if update is not None:
            painted.append(sorted({y for _, y, _ in update.pieces}))
        return update

    monkeypatch.setattr(ChangedLines, "render_partial_update", noted)
    return painted


async def test_frames_a_step_is_one(opened: Opener, seeds: Path, frames: list[list[int]]) -> None:
    async with opened(seeds) as hand:
        await hand.press("right")
        frames.clear()
        await hand.press("right")
        # The row of the cursor, and the line that says where it is.
        assert [len(lines) for lines in frames] == [2]


class Lines(FramedScreen):
    """Three lines, the last of which says what was heard."""

    class Heard(Message):
        pass

    def __init__(self) -> None:
        super().__init__()
        self._compositor = ChangedLines()

    def compose(self) -> ComposeResult:
        yield from (ContentLines(id=name) for name in ("one", "two", "three"))

    def say(self, name: str, words: str) -> None:
        self.query_one(f"#{name}", ContentLines).update(Content(words), layout=False)

    def on_lines_heard(self) -> None:
        self.say("three", "heard")


async def test_frames_what_changes_together_is_painted_together(frames: list[list[int]]) -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        screen = Lines()
        await app.push_screen(screen)
        for name in ("one", "two", "three"):
            screen.query_one(f"#{name}").styles.height = 1
        await pilot.pause()
        frames.clear()
        screen.say("one", "words")
        screen.say("three", "more words")
        await pilot.pause(0.1)
        assert frames == [[0, 2]]
        frames.clear()
        # What waits to be dealt with may change something more: the frame waits for it.
        screen.post_message(screen.Heard())
        screen.say("two", "words")
        await pilot.pause(0.1)
        assert frames == [[1, 2]]
        assert not screen._dirty_widgets


async def test_frames_keys_that_come_together_are_done_one_after_the_other(
    opened: Opener, seeds: Path, frames: list[list[int]]
) -> None:
    async with opened(seeds) as hand:
        for key in ("right", "down", "right", "v", "w", "semicolon"):
            await hand.press(key)
        expected = (hand.screen.view.cursor, hand.screen.view.selection, hand.screen.view.unit)
    frames.clear()
    async with opened(seeds) as hand:
        await hand.rush("right", "down", "right", "v", "w", "semicolon")
        assert (hand.screen.view.cursor, hand.screen.view.selection, hand.screen.view.unit) == expected


@asynccontextmanager
async def shown_lines() -> AsyncIterator[tuple[Lines, Pilot[None]]]:
    """Such a screen that has been painted."""
    app: App[None] = App()
    async with app.run_test() as pilot:
        screen = Lines()
        await app.push_screen(screen)
        screen.query_one("#one").styles.height = 1
        await pilot.pause()
        yield screen, pilot


async def test_frames_something_is_done_after_one_unless_it_may_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown_lines() as (screen, pilot):
        order: list[str] = []
        paint = screen._paint_all

        def noted() -> None:
            order.append("painted")
            paint()

        monkeypatch.setattr(screen, "_paint_all", noted)
        screen.say("one", "words")
        screen.after_frame(lambda: order.append("done"))
        await pilot.pause(0.1)
        assert order == ["painted", "done"]
        # Without a frame that is due.
        screen.after_frame(lambda: order.append("at once"))
        assert order[2:] == ["at once"]
        # The terminal takes nothing.
        monkeypatch.setattr(Lines, "is_behind", True)
        screen.say("one", "other words")
        screen.after_frame(lambda: order.append("before"))
        await pilot.pause(0.1)
        assert order[3:] == ["before", "painted"]


async def test_frames_something_is_done_once_before_one() -> None:
    async with shown_lines() as (screen, pilot):
        done: list[str] = []

        def act() -> None:
            done.append(screen.query_one("#one", ContentLines).render_line(0).text.strip())

        screen.say("one", "first")
        screen.before_frame(act)
        screen.before_frame(act)
        screen.say("one", "second")
        await pilot.pause(0.1)
        assert done == ["second"]
        screen.before_frame(act)
        assert done == ["second", "second"]


async def test_frames_one_is_painted_when_a_key_is_done_and_nothing_else_is_to_be_done(
    frames: list[list[int]],
) -> None:
    async with shown_lines() as (screen, pilot):
        await pilot.pause(0.1)
        frames.clear()
        screen.hurry()
        screen.say("one", "words")
        screen.take_turns()
        assert frames == [[0]]
        await pilot.pause(0.1)
        assert frames == [[0]]
        # What else the loop has to do may change what is shown: it is in the same frame.
        frames.clear()
        screen.hurry()
        asyncio.get_running_loop().call_soon(screen.say, "one", "other words")
        screen.say("one", "no words")
        screen.take_turns()
        assert frames == []
        await pilot.pause(0.1)
        assert frames == [[0]]
        assert screen.query_one("#one", ContentLines).render_line(0).text.strip() == "other words"


async def test_frames_no_waste_is_looked_for_between_a_key_and_its_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown_lines() as (screen, pilot):
        looks: list[bool] = []
        paint = screen._paint_all

        def noted() -> None:
            looks.append(gc.isenabled())
            paint()

        monkeypatch.setattr(screen, "_paint_all", noted)
        await pilot.pause(0.1)
        screen.hurry()
        screen.say("one", "words")
        looks.append(gc.isenabled())
        screen.take_turns()
        assert looks == [False, False]
        assert gc.isenabled()
        # Where nothing is to be painted, too.
        screen.hurry()
        screen.take_turns()
        assert gc.isenabled()


async def test_frames_something_follows_in_the_one_after_the_next_or_in_a_moment() -> None:
    async with shown_lines() as (screen, pilot):
        done: list[str] = []

        def follow() -> None:
            done.append("followed")
            screen.say("two", "follows")

        screen.say("one", "words")
        screen.in_frame_after(follow)
        screen.in_frame_after(follow)
        screen.after_frame(lambda: done.append("painted"))
        screen._paint(0)
        assert done == ["painted"]
        # Another frame takes it along.
        screen.say("three", "words")
        screen._paint(0)
        assert done == ["painted", "followed"]
        # And where there is none, it is done all the same, once.
        screen.say("one", "other words")
        screen.in_frame_after(follow)
        await pilot.pause(0.3)
        assert done == ["painted", "followed", "followed"]
        screen.say("three", "other words")
        await pilot.pause(0.1)
        assert done == ["painted", "followed", "followed"]
