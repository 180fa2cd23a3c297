"""How a key comes to those it concerns: at once, where nothing waits before it.

Textual hands a key from the queue of one widget to that of its parent, up to the app, and each of them is a task that
must wake up for it and then looks for something to do while it is idle. That takes longer than what most keys do. It
uses private parts of the library, whose minor version is pinned for such reasons.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterable
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from operator import is_not
from types import coroutine
from typing import Any, Final

from textual import events, on
from textual._callback import count_parameters
from textual._context import active_message_pump
from textual._dispatch_key import dispatch_key
from textual.actions import SkipAction
from textual.app import App
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.message import Message
from textual.widget import Widget
from typing_extensions import override

from annotator.widgets.frames import FramedScreen, FramedWidget

_KEY: Final = "on_key"
_MOST_ROUTES: Final = 16
_MOST_WAYS: Final = 256


class _Act:
    """What a key is bound to; it is read when it is to be done for the first time."""

    __slots__ = ("_app", "_binding", "_node", "_read")

    def __init__(self, app: App[None], binding: Binding, node: DOMNode) -> None:
        self._app = app
        self._binding = binding
        self._node = node
        self._read: tuple[DOMNode, str, tuple[object, ...]] | None = None

    async def do(self) -> bool:
        """Does it where it can be done now, and says whether; as the library does, but for reading it each time."""
        if self._read is None:
            self._read = self._app._parse_action(self._binding.action, self._node)
        target, name, parameters = self._read
        if target.check_action(name, parameters):
            method = getattr(target, f"_action_{name}", None) or getattr(target, f"action_{name}", None)
            if callable(method):
                try:
                    came_to = method(*parameters[: count_parameters(method)])
                    if came_to is not None and isawaitable(came_to):
                        await came_to
                except SkipAction:
                    return False
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Way:
    """Whom one key concerns."""

    urgent: list[_Act]
    """What it is bound to and comes before the widget is asked, from the app inwards."""
    stops: list[tuple[DOMNode, list[tuple[Callable[..., Any], bool]]]]
    """Who is told of it before it does what it is bound to, from the widget outwards; and by what, each with whether it
    takes the event.
    """
    bound: list[_Act]
    """What it is bound to otherwise, from the widget outwards."""
    is_for_app: bool
    """Whether the app has a method that is named after it."""


@dataclass(frozen=True, slots=True)
class _Route:
    """Whom keys concern while a widget has the focus, as long as nothing of what it is made from is another."""

    about: tuple[object, ...]
    """What it is made from: the keys of the user, then everything around the widget, then what they are bound to."""
    inner: list[tuple[DOMNode, BindingsMap]]
    """What keys are bound to, from the widget outwards, as far as the next thing that is in front of the rest."""
    around: list[tuple[DOMNode, BindingsMap]]
    """The same, from the app inwards."""
    ways: dict[str, _Way]
    """Those of the keys that were pressed, by their names."""


class DeliveringApp(App[None]):
    """An app that gives a key to the widget with the focus, and to everything around it, one after the other."""

    _routes: dict[int, _Route] | None = None
    """The routes of widgets that had the focus, by the identity of the widget, which the route holds."""
    _place: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any], Context] | None = None
    """Where what the app does is done."""
    _is_dispatching = False
    """Whether a message to the app is being dealt with, be it that this waits for something."""

    @dataclass
    class Begun(Message):
        """What a key does has begun, and waits for something."""

        work: Coroutine[Any, Any, None]
        waits_for: Any

    def take_at_once(self, event: events.Key) -> bool:
        """Gives a key to those it concerns, where the app has nothing else to do; whether that is so.

        It does what the app does with the next message, and is to be called by the event loop itself. What has to wait
        for something goes on as the app's next message, so that whatever comes later waits for it as well.
        """
        is_busy = self._is_dispatching or self._closing or self._next_callbacks or _has_messages(self)
        if self._place is None or not self._running or is_busy:
            return False
        loop, task, context = self._place
        work = self.on_event(event)
        asyncio._enter_task(loop, task)
        try:
            self.post_message(self.Begun(work, context.run(work.send, None)))
        except StopIteration:
            pass
        except Exception as error:  # noqa: BLE001 - as the library does with any other message
            self._handle_exception(error)
        finally:
            asyncio._leave_task(loop, task)
        if self._next_callbacks:
            self.check_idle()
        return True

    @on(Begun)
    async def _go_on(self, message: Begun) -> None:
        if self._place is not None:
            await _rest(message.work, message.waits_for, self._place[2])

    @override
    async def _dispatch_message(self, message: Message) -> None:
        if self._place is None and (task := asyncio.current_task()) is not None:
            self._place = (asyncio.get_running_loop(), task, copy_context())
        before, self._is_dispatching = self._is_dispatching, True
        try:
            await super()._dispatch_message(message)
        finally:
            self._is_dispatching = before

    @override
    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not (event.is_forwarded or event._prevent):
            screen = self.screen if self.screen_stack else None
            if isinstance(screen, FramedScreen) and (path := self._free_path(screen)):
                screen.hurry()
                try:
                    await self._deliver(event, self._way(event, path))
                finally:
                    screen.take_turns()
                return
        await super().on_event(event)

    def _free_path(self, screen: FramedScreen) -> list[DOMNode]:
        """The widget with the focus and everything around it, where each has dealt with all that came before."""
        if not self.app_focus or screen.maximized is not None:
            return []
        focused = screen.focused
        if not isinstance(focused, FramedWidget) or not focused._running:
            return []
        path = focused.ancestors_with_self
        # The app is dealing with the key itself: what waits for it came later.
        return path if not any(map(_has_messages, path[:-1])) else []

    def _way(self, event: events.Key, path: list[DOMNode]) -> _Way:
        about = (self._keymap, *path, *[node._bindings for node in path])
        routes = self._routes = self._routes if self._routes is not None else {}
        route = routes.get(id(path[0]))
        if route is None or len(route.about) != len(about) or any(map(is_not, route.about, about)):
            if len(routes) >= _MOST_ROUTES:
                routes.clear()
            around = self.screen._binding_chain[::-1]
            route = routes[id(path[0])] = _Route(about, self.screen._modal_binding_chain, around, {})
        way = route.ways.get(event.key)
        if way is None:
            if len(route.ways) >= _MOST_WAYS:
                route.ways.clear()
            way = route.ways[event.key] = self._found_way(event, path, route)
        return way

    def _found_way(self, event: events.Key, path: list[DOMNode], route: _Route) -> _Way:
        stops = []
        for node in path[:-1]:
            found = [method for _, method in node._get_dispatch_methods(_KEY, event)]
            if not _has_methods_named(node, event):
                found = [method for method in found if getattr(method, "__func__", None) is not Widget._on_key]
            if methods := [(method, count_parameters(method) > 0) for method in found]:
                stops.append((node, methods))
        bound = [(each, node) for node, has in route.inner for each in has.key_to_bindings.get(event.key, ())]
        urgent = [(each, node) for node, has in route.around for each in has.key_to_bindings.get(event.key, ())]
        return _Way(
            [_Act(self, each, node) for each, node in urgent if each.priority],
            stops,
            [_Act(self, each, node) for each, node in bound if not each.priority],
            _has_methods_named(self, event),
        )

    async def _deliver(self, event: events.Key, way: _Way) -> None:
        if self.screen._tooltip_widget is not None:
            self.screen._clear_tooltip()
        if way.urgent and await self._do_first(way.urgent):
            return
        event._set_forwarded()
        for node, methods in way.stops:
            event._no_default_action = False
            token = active_message_pump.set(node)
            try:
                for method, takes_event in methods:
                    if not event._no_default_action:
                        came_to = method(event) if takes_event else method()
                        if came_to is not None and isawaitable(came_to):
                            await came_to
            finally:
                active_message_pump.reset(token)
            if event._stop_propagation:
                return
        if not await self._do_first(way.bound) and way.is_for_app:
            await dispatch_key(self, event)

    async def _do_first(self, acts: Iterable[_Act]) -> bool:
        """Does the first of the acts that can be done now; whether there was one."""
        for act in acts:
            if await act.do():
                return True
        return False


@coroutine
def _rest(work: Coroutine[Any, Any, None], waits_for: Any, context: Context) -> Generator[Any, Any, None]:
    """Does the rest of some work, in the context in which it has begun."""
    step: Callable[[], Any]
    while True:
        if asyncio.isfuture(waits_for):
            # What a future tells a task that is to wait for it, which another task may have heard meanwhile.
            waits_for._asyncio_future_blocking = True
        try:
            value = yield waits_for
        except BaseException as error:  # noqa: BLE001 - it is meant for the work
            step = partial(work.throw, error)
        else:
            step = partial(work.send, value)
        try:
            waits_for = context.run(step)
        except StopIteration:
            return


def _has_messages(node: DOMNode) -> bool:
    """Whether something is on its way to a node."""
    return node._pending_message is not None or bool(node._message_queue.values)


def _has_methods_named(node: DOMNode, event: events.Key) -> bool:
    """Whether a node has methods that are named after a key, which the library looks for each time."""
    return any(hasattr(node, f"{before}{name}") for before in ("key_", "_key_") for name in event.name_aliases)
