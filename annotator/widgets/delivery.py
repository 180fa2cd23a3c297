"""How a key comes to those it concerns: at once, where nothing waits before it.

Textual hands a key from the queue of one widget to that of its parent, up to the app, and each of them is a task that
must wake up for it and then looks for something to do while it is idle. That takes longer than what most keys do. It
uses private parts of the library, whose minor version is pinned for such reasons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from operator import is_not
from typing import Any, Final

from textual import events
from textual._callback import count_parameters
from textual._dispatch_key import dispatch_key
from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widget import Widget
from typing_extensions import override

from annotator.widgets.frames import FramedScreen, FramedWidget

_KEY: Final = "on_key"
_MOST_ROUTES: Final = 16


@dataclass(frozen=True, slots=True)
class _Route:
    """Whom a key concerns while a widget has the focus, as long as nothing of what it is made from is another."""

    about: tuple[object, ...]
    """What it is made from: the keys of the user, then everything around the widget, then what they are bound to."""
    stops: list[tuple[DOMNode, list[tuple[Callable[..., Any], bool]]]]
    """Who has something to do with a key that is bound to nothing, from the widget outwards, without the app; and what,
    each with whether it is to be told the event.
    """
    bound: dict[str, list[tuple[Binding, DOMNode]]]
    """What a key is bound to, from the widget outwards."""
    urgent: dict[str, list[tuple[Binding, DOMNode]]]
    """The same of those that come before the widget is asked, from the app inwards."""


class DeliveringApp(App[None]):
    """An app that gives a key to the widget with the focus, and to everything around it, one after the other."""

    _routes: dict[int, _Route] | None = None
    """The routes of widgets that had the focus, by the identity of the widget, which the route holds."""

    @override
    async def on_event(self, event: events.Event) -> None:
        screen = self.screen if self.screen_stack else None
        if not isinstance(event, events.Key) or event.is_forwarded or not isinstance(screen, FramedScreen):
            await super().on_event(event)
        elif path := self._free_path(screen):
            screen.hurry()
            try:
                await self._deliver(event, self._route(path))
            finally:
                screen.take_turns()
        else:
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
        return path if all(not node._message_queue.values for node in path[:-1]) else []

    def _route(self, path: list[DOMNode]) -> _Route:
        about = (self._keymap, *path, *[node._bindings for node in path])
        routes = self._routes = self._routes if self._routes is not None else {}
        route = routes.get(id(path[0]))
        if route is None or len(route.about) != len(about) or any(map(is_not, route.about, about)):
            if len(routes) >= _MOST_ROUTES:
                routes.clear()
            route = routes[id(path[0])] = self._found_route(about, path)
        return route

    def _found_route(self, about: tuple[object, ...], path: list[DOMNode]) -> _Route:
        key = events.Key("", None)
        stops = []
        for node in path[:-1]:
            found = [method for _, method in node._get_dispatch_methods(_KEY, key) if not _is_idle(node, method)]
            if methods := [(method, count_parameters(method) > 0) for method in found]:
                stops.append((node, methods))
        bound, urgent = defaultdict(list), defaultdict(list)
        for node, bindings in self.screen._modal_binding_chain:
            for name, each in bindings:
                if not each.priority:
                    bound[name].append((each, node))
        for node, bindings in reversed(self.screen._binding_chain):
            for name, each in bindings:
                if each.priority:
                    urgent[name].append((each, node))
        return _Route(about, stops, dict(bound), dict(urgent))

    async def _deliver(self, event: events.Key, route: _Route) -> None:
        self.screen._clear_tooltip()
        if event.key in route.urgent and await self._do_first(route.urgent[event.key]):
            return
        event._set_forwarded()
        for node, methods in route.stops:
            event._no_default_action = False
            with node._context(), node.prevent(*event._prevent):
                for method, takes_event in methods:
                    if not event._no_default_action:
                        came_to = method(event) if takes_event else method()
                        if isawaitable(came_to):
                            await came_to
            if event._stop_propagation:
                return
        if not await self._do_first(route.bound.get(event.key, ())):
            await dispatch_key(self, event)

    async def _do_first(self, bound: Sequence[tuple[Binding, DOMNode]]) -> bool:
        """Does the first thing that a key is bound to and that can be done; whether there was one."""
        for binding, node in bound:
            if await self.run_action(binding.action, node):
                return True
        return False


def _is_idle(node: DOMNode, method: Callable[..., Any]) -> bool:
    """Whether a method is the library's that looks for methods named after keys, where a node has none."""
    is_library = getattr(method, "__func__", None) is Widget._on_key
    return is_library and not any(name.startswith(("key_", "_key_")) for name in dir(node))
