"""First paint, and a key to the last byte of its paint, in a real terminal of 120x40, for documents of four sizes.

A figure is the median of one pass in milliseconds, and of several passes the fastest, because other work on the
machine only adds. In each pass a bare Textual app that changes one `Static` line per key is measured beside the view.
`start` is a whole process up to its quiet screen, `open` shows the document in an app that is up, to the last byte of
the first frame; MiB is the most memory that the process ever held.

    python bench/bench_text_view.py [--quick]
"""

from __future__ import annotations

import fcntl
import os
import pty
import random
import select
import statistics
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

SIZES = {
    "10 kB / 10": (10_000, 10, "lines"),
    "100 kB / 100": (100_000, 100, "lines"),
    "1 MB / 10k": (1_000_000, 10_000, "lines"),
    "1 MB / 10k, one line": (1_000_000, 10_000, "line"),
    "10 MB / 100k": (10_000_000, 100_000, "lines"),
}
KEYS = {"step": b"\x1b[C", "page": b"\x1b[6~\x1b[5~", "mark": b"m"}
"""Page is a page down and, the next time, a page up, so that there is always one to go to."""
ROUNDS = {"step": 20, "page": 10, "mark": 15}
PASSES = 5
QUIET = 0.08
FRAME = 0.008
"""Silence after the first frame of a document; its scroll bar is drawn once more when all rows are known."""
PARAGRAPH = (
    "In a press conference earlier this month, Pakistan’s Foreign Minister, Khawaja Muhammad Asif, said “a new "
    "paradigm” in Pakistan’s foreign policy was emerging. In Asif’s characterization, this new paradigm demands that "
    "relations with the United States will be driven by Pakistan’s interests. Several days beforehand, Pakistan also "
    "asked U.S. Assistant Secretary of State for South and Central Asia, Alice Wells, to reschedule her visit."
)


class Terminal:
    """A child process on a pseudo terminal of 120x40."""

    def __init__(self, *arguments: str) -> None:
        self.began = time.perf_counter()
        self.fd, child_side = pty.openpty()
        fcntl.ioctl(child_side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "120", "LINES": "40"}
        self.child = subprocess.Popen(
            [sys.executable, __file__, *arguments],
            stdin=child_side,
            stdout=child_side,
            stderr=child_side,
            env=os.environ | terminal,
            start_new_session=True,
        )
        os.close(child_side)

    def until_quiet(self, quiet: float = QUIET, most: float = 120.0) -> float:
        """When the last byte came, after which there was silence."""
        last = 0.0
        until = time.perf_counter() + most
        while True:
            wait = quiet if last else until - time.perf_counter()
            ready, _, _ = select.select([self.fd], [], [], max(0.0, wait))
            if not ready:
                return last
            os.read(self.fd, 1 << 20)
            last = time.perf_counter()

    def press(self, key: bytes, quiet: float = QUIET) -> float:
        """Milliseconds from the key to the last byte of what it paints."""
        began = time.perf_counter()
        os.write(self.fd, key)
        return (self.until_quiet(quiet) - began) * 1000

    def memory(self) -> float:
        """The most memory that the child has used so far, in MiB."""
        status = Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self.fd)


def measure(*arguments: str) -> dict[str, float]:
    """What one app took for everything that there is to do in it."""
    terminal = Terminal(*arguments)
    try:
        found = {"start": (terminal.until_quiet(0.5) - terminal.began) * 1000}
        if arguments[1] != "bare":
            terminal.press(b"p", 1.0)
            found["open"] = terminal.press(b"o", FRAME)
            terminal.until_quiet(2.0, 2.0)
        for name, key in KEYS.items():
            turns = [key[:4], key[4:]] if name == "page" else [key]
            for turn in turns:
                terminal.press(turn)
            found[name] = statistics.median(terminal.press(turns[n % len(turns)]) for n in range(ROUNDS[name]))
        found["MiB"] = terminal.memory()
        return found
    finally:
        terminal.close()


def document(size: int, lines: str) -> str:
    choice = random.Random(7)
    words = PARAGRAPH.split()
    made, length = [], 0
    while length < size:
        choice.shuffle(words)
        made.append(" ".join(words))
        length += len(made[-1]) + 1
    return ("\n" if lines == "lines" else " ").join(made)[:size]


def run_child(kind: str, size: int, count: int, lines: str) -> None:
    """The app that is measured; imports come here, so that they are part of the start."""
    from textual.app import App, ComposeResult
    from textual.events import Key
    from textual.widgets import Static

    from annotator.span_index import Mark
    from annotator.widgets.text_view import TextView
    from schemas import Extent

    class BareApp(App[None]):
        """Thirty-nine lines that stay, and one that every key changes."""

        def compose(self) -> ComposeResult:
            yield Static("\n".join([PARAGRAPH[:100]] * 39))
            yield Static("0", id="line")

        def on_key(self) -> None:
            self.count = getattr(self, "count", 0) + 1
            self.query_one("#line", Static).update(f"{self.count} keys")

    class ViewApp(App[None]):
        """A document view and nothing else."""

        def compose(self) -> ComposeResult:
            yield TextView()

        def on_mount(self) -> None:
            self.view = self.query_one(TextView)
            self.view.focus()
            self.added = 0

        def prepare(self) -> None:
            choice = random.Random(7)
            self.document = document(size, lines)
            starts = sorted(choice.randrange(len(self.document) - 40) for _ in range(count))
            self.marks = [
                Mark(f"a{at}", Extent.of(start, start + choice.randrange(4, 40)), "actor", at % 12)
                for at, start in enumerate(starts)
            ]
            self.view.show("The document is ready.")

        def on_key(self, event: Key) -> None:
            key = event.key
            if key == "p":
                self.prepare()
            elif key == "o":
                self.view.show(self.document, [], self.marks)
                self.document, self.marks = "", []
            elif key == "m":
                # Some free words on the screen, another each time.
                start = self.view.visible_range[0] + 90 * (self.added % 15) + 3 * (self.added // 15)
                self.added += 1
                self.view.add_mark(Mark(f"b{self.added}", Extent.of(start, start + 12), "group", 3))

    (BareApp if kind == "bare" else ViewApp)().run()


def main() -> None:
    passes = 1 if "--quick" in sys.argv else PASSES
    bare: list[dict[str, float]] = []
    views: dict[str, list[dict[str, float]]] = {name: [] for name in SIZES}
    for _ in range(passes):
        bare.append(measure("child", "bare", "0", "0", "lines"))
        for name, (size, count, lines) in SIZES.items():
            views[name].append(measure("child", "view", str(size), str(count), lines))
    columns = ("start", "open", *KEYS, "MiB")
    print(f"{'':22}" + "".join(f"{column:>8}" for column in columns) + "   to bare: step, page, mark   to 10 kB")
    fastest = {
        name: {column: min(each[column] for each in found) for column in columns if column in found[0]}
        for name, found in {"bare Textual": bare, **views}.items()
    }
    floor, small = fastest["bare Textual"]["step"], fastest[next(iter(views))]
    for name, found in fastest.items():
        line = f"{name:22}" + "".join(f"{found[column]:8.1f}" if column in found else f"{'':8}" for column in columns)
        if name in views:
            line += f"{'':12}" + "".join(f"{found[key] / floor:6.2f}" for key in KEYS)
            whole = (found["start"] + found["open"]) / (small["start"] + small["open"])
            line += f"   open {found['open'] / small['open']:.2f}, start and open {whole:.2f}"
        print(line)
    print(f"{passes} passes, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        run_child(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
    else:
        main()
