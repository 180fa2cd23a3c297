"""How a key comes to those it concerns: at once, where nothing waits before it.

Textual hands a key from the queue of one widget to that of its parent, up to the app, and each of them is a task that
must wake up for it and then looks for something to do while it is idle. That takes longer than what most keys do. It
uses private parts of the library, whose minor version is pinned for such reasons.
"""

from __future__ import annotations

from operator import is_not

from textual import events
from textual._callback import invoke
from textual.app import App
from textual.dom import DOMNode
from typing_extensions import override

from annotator.widgets.frames import FramedScreen, FramedWidget


class DeliveringApp(App[None]):
    """An app that gives a key to the widget with the focus, and to everything around it, one after the other."""

    _urgent: tuple[tuple[object, ...], frozenset[str]] = ((), frozenset())
    """What bindings there are, and those of their keys that come first."""

    @override
    async def on_event(self, event: events.Event) -> None:
        screen = self.screen if self.screen_stack else None
        if not isinstance(event, events.Key) or event.is_forwarded or not isinstance(screen, FramedScreen):
            await super().on_event(event)
        elif path := self._free_path(screen):
            screen.hurry()
            try:
                await self._deliver(event, path)
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

    def _urgent_keys(self, path: list[DOMNode]) -> frozenset[str]:
        """The keys that mean something before the widget with the focus is asked."""
        about = (self._keymap, *(node._bindings for node in path))
        if len(about) != len(self._urgent[0]) or any(map(is_not, about, self._urgent[0])):
            chain = self.screen._binding_chain
            found = (key for _, bindings in chain for key, each in bindings if each.priority)
            self._urgent = (about, frozenset(found))
        return self._urgent[1]

    async def _deliver(self, event: events.Key, path: list[DOMNode]) -> None:
        self.screen._clear_tooltip()
        if event.key in self._urgent_keys(path) and await self._check_bindings(event.key, priority=True):
            return
        event._set_forwarded()
        for node in path:
            event._no_default_action = False
            with node._context(), node.prevent(*event._prevent):
                for _, method in node._get_dispatch_methods(event.handler_name, event):
                    await invoke(method, event)
            if event._stop_propagation:
                return
