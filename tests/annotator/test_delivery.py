"""A key is dealt with when it comes, and nothing comes before what it has begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import pytest
from textual import events
from textual._context import active_message_pump
from textual.actions import SkipAction
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
        Binding("s,o,n", "leave_to_others"),
        Binding("n", "that_nobody_can_do"),
        Binding("c", "note('closed to us')"),
        Binding("t", "screen.note('the screen', 2)"),
        Binding("r", "note('all of it', 'is looked at')"),
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

    def action_leave_to_others(self) -> None:
        raise SkipAction

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return parameters != ("closed to us",) and (parameters[:1] != ("all of it",) or len(parameters) == 2)

    def key_k(self) -> None:
        self.done.append("the method of k")


class KeysScreen(FramedScreen):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,c,n", "note('the screen instead')"),
        Binding("p", "note('the screen first')", priority=True),
        Binding("a", "nowhere.note('never reached')"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._compositor = ChangedLines()

    def compose(self) -> ComposeResult:
        yield Keys()

    def action_note(self, what: str) -> None:
        self.query_one(Keys).done.append(what)

    def _key_l(self) -> None:
        self.query_one(Keys).done.append("the screen's method of l")


class KeysApp(DeliveringApp):
    def key_o(self) -> None:
        self.screen.query_one(Keys).done.append("the app's method of o")

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


@pytest.mark.parametrize(
    ("key", "done"),
    [
        ("s", "the screen instead"),
        ("c", "the screen instead"),
        ("n", "the screen instead"),
        ("t", "the screen"),
        ("r", "all of it"),
        ("a", "a"),
        ("p", "the screen first"),
        ("k", "the method of k"),
        ("l", "the screen's method of l"),
        ("o", "the app's method of o"),
    ],
)
async def test_key_goes_to_whoever_can_do_something_with_it(
    key: str, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown() as (app, keys):
        # The second time, it is known whom the key concerns.
        assert await taken(app, key, key) == [True, True]
        assert keys.done == [done, done]
        # The library's own way comes to the same.
        monkeypatch.setattr(app, "_free_path", lambda _: [])
        app.post_message(events.Key(key, key))
        await asyncio.sleep(0.05)
        assert keys.done == [done] * 3


async def test_key_is_done_by_the_method_that_is_there_now(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown() as (app, keys):
        await taken(app, "a")
        monkeypatch.setattr(keys, "action_note", lambda what: keys.done.append(f"another {what}"))
        await taken(app, "a")
        assert keys.done == ["a", "another a"]


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
