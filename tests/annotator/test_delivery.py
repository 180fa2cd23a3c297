"""A key is dealt with when it comes, and nothing comes before what it has begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest
from textual import events
from textual._context import active_message_pump
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from annotator.widgets.compositor import ChangedLines
from annotator.widgets.delivery import DeliveringApp
from annotator.widgets.frames import FramedScreen, FramedWidget


class Keys(FramedWidget, can_focus=True):
    """Notes what is done, and by whom."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "note('a')"),
        Binding("b", "note('b')"),
        Binding("w", "wait"),
        Binding("x", "fail"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        self.goes_on = asyncio.Event()

    def on_key(self, event: events.Key) -> None:
        assert active_message_pump.get() is self
        assert asyncio.current_task() is not None

    def action_note(self, what: str) -> None:
        self.done.append(what)

    async def action_wait(self) -> None:
        self.done.append("waits")
        task = asyncio.current_task()
        await self.goes_on.wait()
        await asyncio.sleep(0)
        assert asyncio.current_task() is task
        self.done.append("waited")

    def action_fail(self) -> None:
        raise ArithmeticError("no such sum")


class KeysScreen(FramedScreen):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = ChangedLines()

    def compose(self) -> ComposeResult:
        yield Keys()


class KeysApp(DeliveringApp):
    def get_default_screen(self) -> KeysScreen:
        return KeysScreen()


@asynccontextmanager
async def shown() -> AsyncIterator[tuple[KeysApp, Keys]]:
    app = KeysApp()
    async with app.run_test() as pilot:
        keys = app.screen.query_one(Keys)
        keys.focus()
        await pilot.pause(0.1)
        yield app, keys


async def taken(app: KeysApp, *keys: str) -> list[bool]:
    """Has the event loop give keys to the app, as it does when the terminal sends some; which of them it took at once.

    Others are sent to it like any message.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[bool]] = loop.create_future()

    def give() -> None:
        sent = [events.Key(key, key) for key in keys]
        found.set_result([app.take_at_once(event) or not app.post_message(event) for event in sent])

    loop.call_soon(give)
    return await found


async def test_key_is_done_when_it_was_given() -> None:
    async with shown() as (app, keys):
        assert await taken(app, "a") == [True]
        assert keys.done == ["a"]
        assert await taken(app, "b", "a") == [True, True]
        assert keys.done == ["a", "b", "a"]


async def test_key_waits_for_what_was_sent_before_it() -> None:
    async with shown() as (app, keys):
        asyncio.get_running_loop().call_soon(app.post_message, events.Key("a", "a"))
        assert await taken(app, "b") == [False]
        await asyncio.sleep(0.05)
        assert keys.done == ["a", "b"]


async def test_key_that_waits_for_something_is_waited_for() -> None:
    async with shown() as (app, keys):
        assert await taken(app, "w", "a") == [True, False]
        assert keys.done == ["waits"]
        await asyncio.sleep(0.05)
        assert await taken(app, "b") == [False]
        assert keys.done == ["waits"]
        keys.goes_on.set()
        await asyncio.sleep(0.05)
        assert keys.done == ["waits", "waited", "a", "b"]
        assert await taken(app, "b") == [True]


async def test_key_that_fails_ends_the_app() -> None:
    async def fail() -> None:
        async with shown() as (app, _):
            assert await taken(app, "x") == [True]
            await asyncio.sleep(0.05)
            assert not app.is_running

    with pytest.raises(ArithmeticError, match="no such sum"):
        await fail()
