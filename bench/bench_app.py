"""The whole app in a real terminal of 120x40, beside a bare Textual app: first paint, and a key to its last byte.

Every figure is the median of some rounds in which all are measured one after the other; the ratios are what counts.
`first paint` is from the start of the process to the first frame that shows words of the document (the bare app: its
one line); `step` moves the cursor, `mark` puts a label on the word under it and takes it back.

    python bench/bench_app.py [--rounds N]
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import random
import select
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from corpus import bundled
from corpus.layers import LayerFile
from corpus.store import Store
from schemas import Document, LayerHeader
from schemas.security import Group

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("READY", id="line")
    def on_key(self, event):
        self.count = getattr(self, "count", 0) + 1
        self.query_one("#line", Static).update(f"{self.count}")
Bare().run()
"""
QUIET = 0.12
"""Silence that ends what a key painted, in seconds."""


class Terminal:
    """A child process on a pseudo terminal of 120x40."""

    def __init__(self, arguments: list[str], awaited: bytes) -> None:
        began = time.perf_counter()
        self.fd, child_side = pty.openpty()
        fcntl.ioctl(child_side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.child = subprocess.Popen(
            arguments, stdin=child_side, stdout=child_side, stderr=child_side, env=os.environ | terminal
        )
        os.close(child_side)
        seen = b""
        while awaited not in seen:
            seen = seen[-4096:] + os.read(self.fd, 1 << 16)
        self.first_paint = (time.perf_counter() - began) * 1000
        self.quiet(1.0)

    def quiet(self, silence: float = QUIET) -> float:
        """When the last byte came before a silence."""
        last = time.perf_counter()
        while select.select([self.fd], [], [], silence)[0]:
            os.read(self.fd, 1 << 20)
            last = time.perf_counter()
        return last

    def press(self, key: bytes) -> float:
        """Milliseconds from a key to the last byte of what it paints at once; later work is not counted."""
        began = time.perf_counter()
        os.write(self.fd, key)
        select.select([self.fd], [], [], 5.0)
        return (self.quiet(0.02) - began) * 1000

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self.fd)


def made(folder: Path) -> Path:
    """A corpus with a document of 1 MB and 10,000 annotations."""
    shutil.copytree(bundled.folder(), folder)
    store = Store(folder)
    choice = random.Random(7)
    words = next(document for document in store.documents() if document.id == "002").text.split()
    text = "\n".join(" ".join(choice.choices(words, k=50)) for _ in range(3200))[:1_000_000]
    document = Document.from_bytes("big", text.encode())
    store.write_documents([document])
    annotations = []
    for number in range(10_000):
        start = text.index(" ", number * 99) + 1
        end = text.index(" ", start + 1)
        about = {"id": f"a{number}", "label": "group", "start": start, "end": end, "text": text[start:end]}
        annotations.append(Group.model_validate({**about, "designation": "none"}))
    header = LayerHeader(document="big", sha256=document.sha256, schema_id="security@1.0.0", annotator="gold")
    store.write_layer(LayerFile("bench", header, tuple(annotations)))
    return folder


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        small = Path(shutil.copytree(bundled.folder(), Path(folder) / "small"))
        big = made(Path(folder) / "big")
        app = [sys.executable, "-m", "annotator", "open"]
        children = {
            "bare Textual app": ([sys.executable, "-c", BARE], b"READY"),
            "seed 002": ([*app, str(small), "--as", "gold", "--document", "002"], b"militant"),
            "1 MB, 10,000": ([*app, str(big), "--as", "bench", "--document", "big"], b"the"),
        }
        figures: dict[str, dict[str, list[float]]] = {name: {} for name in children}
        for _ in range(rounds):
            for name, (arguments, awaited) in children.items():
                terminal = Terminal(arguments, awaited)
                found = figures[name]
                found.setdefault("first paint", []).append(terminal.first_paint)
                steps = [terminal.press(b"\x1b[C") for _ in range(12)][2:]
                found.setdefault("step", []).append(statistics.median(steps))
                if name != "bare Textual app":
                    terminal.press(b"w")
                    marks = []
                    for _ in range(4):
                        terminal.quiet(0.6)
                        marks.append(terminal.press(b"a"))
                        terminal.quiet(0.6)
                        for key in (b"\x1b", b"u"):
                            terminal.press(key)
                            terminal.quiet(0.6)
                    found.setdefault("mark", []).append(statistics.median(marks))
                terminal.close()
    bare = {name: statistics.median(values) for name, values in figures["bare Textual app"].items()}
    print(f"{'':<18}{'first paint':>24}{'step':>22}{'mark':>22}")
    for name, found in figures.items():
        cells = []
        for what, floor in (("first paint", "first paint"), ("step", "step"), ("mark", "step")):
            value = statistics.median(found[what]) if what in found else None
            cells.append(f"{value:8.1f} ms {value / bare[floor]:6.2f}x" if value is not None else "")
        print(f"{name:<18}{cells[0]:>24}{cells[1]:>22}{cells[2]:>22}")


if __name__ == "__main__":
    main()
