"""The terminal as the app drives it: what Textual does, and an end to it when the terminal is gone.

A terminal that was closed answers every read with nothing or with EIO, and every write with EIO. Textual's own driver
would go on reading for ever, and would wait for ever to write.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import selectors
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, cast

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_START, XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from typing_extensions import override

from annotator.output import Output

if TYPE_CHECKING:
    from textual.app import App

_LONGEST = 16
_MOST_KNOWN = 256
_RESTORED = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What `LinuxDriver.stop_application_mode` writes, for when there is no time to do it in order."""


class KeyParser(XTermParser):
    """The library's parser, which goes through everything code point by code point; it knows again what it has read."""

    def __init__(self, debug: bool = False) -> None:
        self._known: dict[str, list[tuple[str, str | None]]] = {}
        """What was read at once, and the keys that it meant, each with its character."""
        self._is_between = False
        """Whether nothing is begun: no sequence, and no paste, in which there are no keys."""
        super().__init__(debug)

    @property
    def is_waiting(self) -> bool:
        """Whether what was read last may be the beginning of something, or a key of its own."""
        return self._timeout_time is not None

    @override
    def feed(self, data: str) -> list[Message]:
        if self._is_between and (known := self._known.get(data)) is not None:
            return [events.Key(key, character) for key, character in known]
        found: list[Message] = []
        # A sequence that is none becomes keys, even in a paste, when it is too long or another begins: none such here.
        is_all_read = self._awaiting.timeout is None and len(data) <= _LONGEST
        # Each for itself: whatever the library cannot read, what was sent after it is read all the same.
        for character in data:
            try:
                found.extend(super().feed(character))
            except Exception:  # noqa: BLE001 - some answers of a terminal make it fail, as that it has no size
                self._begin_anew()
                is_all_read = False
        was_between = self._is_between
        keys = [(each.key, each.character) for each in found if isinstance(each, events.Key)]
        is_all_keys = is_all_read and bool(keys) and len(keys) == len(found) and BRACKETED_PASTE_START not in data
        self._is_between = is_all_keys and self._awaiting.timeout is None
        if was_between and self._is_between and len(self._known) < _MOST_KNOWN:
            self._known[data] = keys
        return found

    def _begin_anew(self) -> None:
        """Reads what comes as if nothing had come before; it still knows how the mouse tells places, if it can."""
        is_told, size, pixels = self.mouse_pixels, self.terminal_size, self.terminal_pixel_size
        super().__init__(self._debug_log_file is not None)
        if size is not None and pixels is not None and 0 not in (*size, *pixels):
            self.mouse_pixels, self.terminal_size, self.terminal_pixel_size = is_told, size, pixels


class TerminalDriver(LinuxDriver):
    """Reads keys from a terminal and writes frames to it, until it is told to stop or the terminal is gone."""

    class TerminalGone(Message):
        """Nobody will ever read or write at the other end again."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._event_loop = asyncio.get_running_loop()
        self._is_gone = False
        self._is_stopped = False
        self._is_deaf = True
        self._ears = -1
        """What is read from, where that is not what the shell has open as well."""
        self._listener: threading.Thread | None = None
        """Who reads otherwise."""
        assert sys.__stderr__ is not None
        self._output = Output(sys.__stderr__, self._gone)
        self._file = cast("IO[str]", self._output)  # type: ignore[assignment]
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTSTP, self._soon(self.stop_job))
            signal.signal(signal.SIGCONT, self._soon(self._continued))

    def _soon(self, act: Callable[[], None]) -> Callable[[int, FrameType | None], None]:
        # A signal comes between any two steps; the loop does what it asks for when nothing else is half done.
        def heard(_number: int, _frame: FrameType | None) -> None:
            self._event_loop.call_soon_threadsafe(act)

        return heard

    def _gone(self) -> None:
        if not self._is_gone:
            self._is_gone = True
            self._app.post_message(self.TerminalGone())

    # Reading

    @override
    def run_input_thread(self) -> None:
        """Has the event loop read what the terminal sends; a thread that hands it on takes longer than most keys do."""
        self._event_loop.call_soon_threadsafe(self._listen)

    def _listen(self) -> None:
        if self._is_deaf:
            return
        self._parser = KeyParser(self._debug)
        # A byte that is no UTF-8, as from a paste out of another encoding, must not end the app.
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        try:
            # Opened for ourselves: a read that does not wait is nothing to ask of what the shell has open as well, and
            # one that waits would keep everything else waiting where another program reads the same terminal.
            flags = os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
            self._ears = os.open(os.ttyname(self.fileno), flags)
            self._event_loop.add_reader(self._ears, self._hear)
        except (OSError, ValueError, NotImplementedError):
            # Not everybody may open it once more, and not every system can wait for it in this way.
            self._listener = threading.Thread(target=self._read_in_thread, name="input", daemon=True)
            self._listener.start()

    def _hear(self) -> None:
        try:
            data = os.read(self._ears, 4096)
        except BlockingIOError:
            # Another program that reads the same terminal was quicker.
            return
        except OSError:
            data = b""
        self._take(data)

    def _read_in_thread(self) -> None:
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while self._listener is threading.current_thread():
                if selector.select(0.1):
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    self._event_loop.call_soon_threadsafe(self._take, data)
                    if not data:
                        return

    def _take(self, data: bytes) -> None:
        """Takes what the terminal sent; nothing, where it is gone."""
        if self._is_deaf:
            return
        if not data:
            self._stop_listening()
            self._gone()
        elif characters := self._decode(data):
            for event in self._parser.feed(characters):
                self.process_message(event)
            if self._parser.is_waiting:
                # Escape is a key, if nothing follows it for a while.
                self._event_loop.call_later(ESCAPE_DELAY, self._tick)

    def _tick(self) -> None:
        if not self._is_deaf:
            for event in self._parser.tick():
                self.process_message(event)

    def _stop_listening(self) -> None:
        self._is_deaf = True
        self._listener = None
        if self._ears >= 0:
            self._event_loop.remove_reader(self._ears)
            os.close(self._ears)
            self._ears = -1

    @override
    def send_message(self, message: Message) -> None:
        # The library's own has the event loop make a task that posts it.
        self._app.post_message(message)

    @override
    def start_application_mode(self) -> None:
        self._is_deaf = False
        self._output.open()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    @override
    def disable_input(self) -> None:
        self._stop_listening()
        super().disable_input()

    # Writing

    @property
    def is_behind(self) -> bool:
        """Whether the terminal has not taken everything yet that it was sent."""
        return self._output.is_behind

    @override
    def write(self, data: str) -> None:
        # What the terminal takes at once needs no thread that wakes up for it.
        if (rest := self._output.send(data)) is not None:
            super().write(rest)

    @override
    def close(self) -> None:
        super().close()
        self._output.close()

    # Stopping the job, as Ctrl+Z does

    def stop_job(self) -> None:
        """Gives the terminal back and stops every process of the job, until the shell goes on with it.

        Where no shell could ever go on with it, the system does not stop the process.
        """
        self._is_stopped = True
        self.suspend_application_mode()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # The others of the job first, as the terminal would do it: `make` or a script that waits for this one.
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
            os.killpg(os.getpgrp(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        # Sent to this thread, it has stopped the process before the call returns.
        signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._soon(self.stop_job))
        self._go_on()
        self._event_loop.call_soon(self._is_going_on)

    def _is_going_on(self) -> None:
        self._is_stopped = False

    def _continued(self) -> None:
        """Takes the terminal again after a stop that could not be foreseen: the shell has set it up for itself."""
        if not self._is_stopped and self.attrs_before is not None:
            self.suspend_application_mode()
            self._go_on()

    def _go_on(self) -> None:
        self._must_signal_resume = True
        self.resume_application_mode()
        while self._writer_thread is None or not self._writer_thread.is_alive():
            # It went on in the background first, where the terminal is not to be had, and was stopped again.
            self.resume_application_mode()

    # Leaving at once

    def give_back(self) -> None:
        """Leaves the terminal as it was found, without waiting for anything."""
        with contextlib.suppress(OSError, ValueError):
            descriptor = sys.__stderr__.fileno() if sys.__stderr__ is not None else self.fileno
            os.set_blocking(descriptor, False)
            os.write(descriptor, _RESTORED.encode())
            os.set_blocking(descriptor, True)
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
