"""What is sent to a terminal arrives whole and in order, whether the terminal takes it at once or somebody waits."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import threading
import tty
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from queue import SimpleQueue

import pytest

from annotator.output import Output


class Writer(threading.Thread):
    """The thread that writes, and does nothing until it is let."""

    def __init__(self, output: Output) -> None:
        super().__init__(daemon=True)
        self.texts: SimpleQueue[str | None] = SimpleQueue()
        self.may_begin = threading.Event()
        self._output = output

    def run(self) -> None:
        self.may_begin.wait()
        while (text := self.texts.get()) is not None:
            self._output.write(text)
            if self.texts.empty():
                self._output.flush()
        self._output.flush()


class Ends:
    """Both ends of a terminal, and what writes to it."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.ours, child_side = pty.openpty()
        tty.setraw(child_side)
        self.gone = 0
        self.stream = TextIOWrapper(os.fdopen(child_side, "wb"), encoding=encoding, errors="backslashreplace")
        self.output = Output(self.stream, self.note)
        self.output.open()
        self.writer = Writer(self.output)
        self.writer.start()

    def note(self) -> None:
        self.gone += 1

    def give(self, text: str) -> bool:
        """Sends a text as the app does; whether the thread has to do anything for it."""
        rest = self.output.send(text)
        if rest is not None:
            self.writer.texts.put(rest)
        return rest is not None

    def read(self, size: int) -> bytes:
        found = b""
        while len(found) < size and select.select([self.ours], [], [], 10)[0]:
            found += os.read(self.ours, 1 << 16)
        return found

    def end(self) -> None:
        self.writer.may_begin.set()
        self.writer.texts.put(None)
        self.writer.join(10)

    def close(self) -> None:
        self.end()
        self.output.close()
        with contextlib.suppress(OSError):
            self.stream.close()
        os.close(self.ours)


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.close()


def test_output_sends_at_once_what_the_terminal_takes(ends: Ends) -> None:
    assert not ends.give("one ")
    assert not ends.give("zwei–drei")
    assert ends.read(15) == "one zwei–drei".encode()
    # The descriptor that the shell has as well still waits, as it did.
    assert os.get_blocking(ends.stream.fileno())


def test_output_keeps_the_order_where_the_terminal_takes_only_a_part(ends: Ends) -> None:
    # Of three bytes each: it is cut inside of one sooner or later.
    texts = [f"{number}{'–' * 20_001}" for number in range(40)]
    given = [ends.give(text) for text in texts]
    first = given.index(True)
    # Nothing overtakes what waits.
    assert all(given[first:])
    expected = "".join(texts).encode()
    ends.writer.may_begin.set()
    assert ends.read(len(expected)) == expected
    ends.end()
    assert not ends.give("after")
    assert ends.read(5) == b"after"


def test_output_gives_everything_to_the_thread_where_it_is_not_asked_to_send() -> None:
    ends = Ends("latin-1")
    try:
        assert ends.give("naïve")
        ends.writer.may_begin.set()
        assert ends.read(5) == "naïve".encode("latin-1")
    finally:
        ends.close()


def test_output_throws_away_what_nobody_can_read(ends: Ends) -> None:
    os.close(ends.ours)
    try:
        assert ends.give("nobody reads this")
        ends.end()
        assert ends.gone == 1
        ends.output.write("nor this")
        ends.output.flush()
        assert ends.gone == 1
    finally:
        ends.ours = os.open(os.devnull, os.O_RDONLY)


def test_output_of_no_terminal_is_written_by_the_thread(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w", encoding="utf-8") as stream:
        output = Output(stream, lambda: None)
        output.open()
        assert output.send("words") == "words"
        output.write("words")
        output.flush()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "words"


def test_output_holds_the_terminal_open_once(ends: Ends) -> None:
    def held() -> int:
        return sum(os.path.realpath(each) == terminal for each in Path("/proc/self/fd").iterdir())

    terminal = os.ttyname(ends.stream.fileno())
    before = held()
    ends.output.open()
    ends.output.open()
    assert held() == before
    ends.output.close()
    assert held() == before - 1
