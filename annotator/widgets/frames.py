"""Frames at once: what a key changes is painted as soon as whoever the key concerns has nothing left to do.

Textual has every widget that changed ask its screen for a frame, by messages from task to task, and paints at the next
tick of a clock of its own. Both take longer than the frame itself. It uses private parts of the library, whose minor
version is pinned for such reasons.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import monotonic
from typing import Final, TypeVar

from textual.screen import Screen
from textual.widget import Widget
from typing_extensions import override

from corpus.errors import CorpusError

_Made = TypeVar("_Made")

_SHORT: Final = 0.0001
"""Seconds for which a thread that checks or saves goes on while the one that paints has something to do."""
_LONG: Final = 0.005
"""Seconds for which the one that paints goes on then: about what a key takes. It is also how long it waits at the most
for another that goes on, whenever it has waited for something itself, if only for whether there are more keys.
"""
_TURNS: Final = 8
"""Turns of the event loop for which a frame waits at most, while there are messages that may change something more."""
_APART: Final = 1 / 60
"""Seconds between a frame and the second one after it at least: a slow terminal must not drown in them, but what a key
does and that it is saved are two.
"""
_LATE: Final = 0.05
"""Seconds after which what may follow a frame is done where no other frame is painted before."""


class FramedScreen(Screen[None]):
    """A screen that paints its widgets without being asked by messages."""

    def __init__(self) -> None:
        super().__init__()
        self._frame: asyncio.Handle | None = None
        self._painted = (0.0, 0.0)
        """When the last two frames were."""
        self._before_frame: dict[Callable[[], None], None] = {}
        self._after_frame: list[Callable[[], None]] = []
        self._late: asyncio.TimerHandle | None = None
        """When what may follow the frame before is done, if no other frame is painted until then."""

    @property
    def is_behind(self) -> bool:
        """Whether the terminal has not taken the frames before: the next one may stand still until it does."""
        return False

    @property
    def is_on_top(self) -> bool:
        """Whether no other screen is before it."""
        screens = self.app._screen_stack
        return bool(screens) and screens[-1] is self

    def hurry(self) -> None:
        """Lets neither another thread nor the garbage collector come in between until the next frame, if one is due."""
        sys.setswitchinterval(_LONG)
        gc.disable()

    def take_turns(self) -> None:
        """Paints a frame that is due and that nothing may still change, and lets the others have their turns again."""
        # What the event loop has to do before it waits again; another loop than the usual one does not tell.
        ready: Sequence[object] = getattr(asyncio.get_running_loop(), "_ready", ())
        if self._frame is not None and len(ready) == 1 and ready[0] is self._frame:
            self._frame.cancel()
            self._paint(0)
        elif self._frame is None:
            sys.setswitchinterval(_SHORT)
            gc.enable()

    def do_in(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Has something done later. A timer of the library is a task, and takes too long to be made with every key."""
        return asyncio.get_running_loop().call_later(seconds, self.call_later, act)

    def before_frame(self, act: Callable[[], None]) -> None:
        """Has something done once before the next frame is painted, however often it is asked for; at once without."""
        if self._frame is None:
            act()
        else:
            self._before_frame[act] = None

    def after_frame(self, act: Callable[[], None]) -> None:
        """Has something done as soon as the next frame is painted, or at once where none is due or it must wait."""
        if self._frame is None or self.is_behind:
            act()
        else:
            self._after_frame.append(act)

    def in_frame_after(self, act: Callable[[], None]) -> None:
        """Has something done once with the frame that comes after the next one, or with the next where none is due.

        Where no such frame comes in a moment, it is done without.
        """
        self.after_frame(partial(self._follow, act))

    def _follow(self, act: Callable[[], None]) -> None:
        self._before_frame[act] = None
        if self._late is None:
            self._late = self.do_in(_LATE, self._do_late)

    def _do_late(self) -> None:
        self._late = None
        if self._frame is None:
            acts, self._before_frame = self._before_frame, {}
            self._do(acts)

    def in_thread(self, work: Callable[[], _Made], then: Callable[[_Made | CorpusError], None]) -> None:
        """Has something done in a thread, and takes what it came to; any other error ends the app.

        A worker of the library is a task, and tells everybody around it three times how it is getting on.
        """
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()

        def take(came_to: _Made | Exception) -> None:
            if isinstance(came_to, Exception) and not isinstance(came_to, CorpusError):
                self.app._handle_exception(came_to)
            else:
                then(came_to)

        def done() -> None:
            try:
                came_to: _Made | Exception = work()
            except Exception as error:  # noqa: BLE001 - it is told in the thread where the app runs
                came_to = error
            # Whoever leaves waits for what matters; where the app was ended, nobody is there any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(take, came_to, context=context)

        loop.run_in_executor(None, done)

    def paint_soon(self, widget: Widget) -> bool:
        """Takes a widget into the next frame; whether that is so, for it must ask by a message otherwise."""
        # Where one is due already, whoever paints it asks once more. A screen that is in front is known to be seen.
        if self._frame is None and not (self.is_running and (self.is_on_top or self.is_current)):
            return False
        if self._layout_required or self.app._batch_count:
            return False
        # Not asked for, for it would be made while everything is being laid out, and out of the old places.
        shown = self._compositor._visible_widgets
        if shown is None or widget not in shown:
            return False
        self._dirty_widgets.add(widget)
        if self._frame is None:
            self._frame = asyncio.get_running_loop().call_soon(self._paint, _TURNS)
        return True

    def _paint(self, turns: int) -> None:
        loop = asyncio.get_running_loop()
        if turns and any(pump._message_queue.values for pump in (self, self.focused) if pump is not None):
            self._frame = loop.call_soon(self._paint, turns - 1)
            return
        now = monotonic()
        if (early := self._painted[0] + _APART - now) > 0:
            self._frame = loop.call_later(early, self._paint, turns)
            return
        acts, self._before_frame = self._before_frame, {}
        self._do(acts)
        if self._late is not None:
            self._late.cancel()
            self._late = None
        self._frame = None
        self._painted = (self._painted[1], now)
        if self.is_running and self._dirty_widgets:
            self._do([self._paint_all])
        self.take_turns()
        # Whatever became of the frame: what was changed is saved here.
        then, self._after_frame = self._after_frame, []
        self._do(then)

    def _do(self, acts: Iterable[Callable[[], None]]) -> None:
        for act in acts:
            try:
                act()
            except Exception as error:  # noqa: BLE001 - the event loop, which calls this, would only take note of it
                self.app._handle_exception(error)

    def _paint_all(self) -> None:
        is_only_painting = not (self._layout_required or self._scroll_required or self._callbacks)
        if is_only_painting and self.is_on_top and not self._repaint_required and not self.app._batch_count:
            self._update_timer.pause()
            self._compositor.update_widgets(self._dirty_widgets)
            self._compositor_refresh()
        else:
            self._on_timer_update()


class FramedWidget(Widget):
    """A widget of such a screen."""

    _framed: FramedScreen | None = None

    def _find_framed(self) -> FramedScreen | None:
        screen = self.screen
        self._framed = screen if isinstance(screen, FramedScreen) else None
        return self._framed

    @override
    def check_idle(self) -> None:
        wants_more = self._layout_required or self._scroll_required or self._next_callbacks
        if self._repaint_required and self._running and not wants_more:
            screen = self._framed or self._find_framed()
            if screen is not None and screen.paint_soon(self):
                self._repaint_required = False
                return
        super().check_idle()
