"""From a key to the last byte of what it paints, in a real terminal of 120x40: the whole app beside three others.

A bare Textual app that changes one line per key is the floor that the library sets. A read-only Textual `TextArea`
and SLATE (J. K. Kummerfeld, ACL 2019), a curses tool, show the same text with as many annotations; SLATE runs from a
folder that is named with `--slate` and is left out otherwise. All are measured in the same rounds, one after the other,
and a figure is the median of all rounds, in milliseconds. Each key is pressed when the app is quiet; work that comes
later, such as the check after a pause, is not part of it, but runs while the next keys are pressed. A second table has
what the thread that paints worked meanwhile: it says more where the machine is shared.

`mark` puts a label on a word of which the same was said before, so that nothing is asked, until that is shown: the
words and the form. `saved` is the same until the title says that it is on the disk, which the others do not see to, in
a second frame, with which the lists beside the text follow; `undo` and `mark all` are told without it as well. `mark
all` is the key that lists every other place of a word and the one that takes them. That word stands equally often at
every size, at the beginning and nowhere else: a longer document has more to search, and no more to mark. What changes
something is measured after a pause, in which the change before is saved and, where that does not take long, checked;
and so is the key of the bare app that it is held against. SLATE needs two keys to mark, and has neither undo (the
figure is for removing an annotation), nor a key to the next annotation, nor one for all. MiB is the most memory that
the process ever held.

    python bench/bench_latency.py [--rounds N] [--sizes 10kB,1MB] [--slate FOLDER]
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import datetime
import fcntl
import math
import os
import platform
import pty
import random
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus import bundled
from corpus.layers import LayerFile
from corpus.store import Store
from schemas import Document, LayerHeader
from schemas.security import Group

SIZES = {
    "10kB": ("10 kB / 10", 10_000, 10, "\n"),
    "100kB": ("100 kB / 100", 100_000, 100, "\n"),
    "1MB": ("1 MB / 10,000", 1_000_000, 10_000, "\n"),
    "1line": ("1 MB / 10,000, one line", 1_000_000, 10_000, " "),
    "10MB": ("10 MB / 100,000", 10_000_000, 100_000, "\n"),
}
WORD = "militants"
REPEATED = 40
"""How often that word stands at the beginning, for the keys that mark."""
WORK = "work of "
"""Before the name of an act: processor time of the main thread, and not the time that passes."""
ACTS = ("step", "page", "mark", "undo", "next", "mark all")
AT_ONCE = ("step", "page", "next")
"""Acts that change nothing; each of the others is done after a pause, in which the one before is saved."""
SAVED_TOO = "saved"
"""The time of a mark until the title says that it is on the disk, which no other program here sees to."""
PATIENCE = 20.0
"""Seconds after which a key that painted nothing is given up."""
SAVING, SAVED = "saving…".encode(), b"saved"

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("\\n".join(["In a press conference earlier this month"] * 39))
        yield Static("READY", id="line")
    def on_key(self, event):
        self.count = getattr(self, "count", 0) + 1
        self.query_one("#line", Static).update(f"{self.count}")
Bare().run()
"""

AREA = """
import sys
from textual.app import App
from textual.widgets import TextArea
text = open(sys.argv[1], encoding="utf-8", newline="").read()
class Area(App):
    def compose(self):
        yield TextArea(text, read_only=True, show_line_numbers=False, soft_wrap=True)
    def on_mount(self):
        area = self.area = self.query_one(TextArea)
        area.cursor_blink = False
        self.count = 0
        offset = 0
        starts = [int(each) for each in open(sys.argv[2])]
        for number, line in enumerate(text.split("\\n")):
            while starts and starts[0] < offset + len(line):
                start = len(line[:starts.pop(0) - offset].encode())
                area._highlights[number].append((start, start + 9, "keyword"))
            offset += len(line) + 1
        area._line_cache.clear()
        area.focus()
    def on_key(self, event):
        if event.key == "m":
            self.count += 1
            self.area._highlights[0].append((self.count * 10, self.count * 10 + 9, "string"))
            self.area._line_cache.clear()
            self.area.refresh()
Area().run()
"""


@dataclass
class Peer:
    """A program to measure."""

    command: list[str]
    awaited: bytes
    """What is on the screen when the document is."""
    keys: Mapping[str, tuple[bytes, ...]]
    """What is pressed for an act; a key that only goes on to another place is not measured."""
    back: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    """What is pressed, and not measured, after an act to be able to do it again."""
    first: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    """What is pressed, and not measured, before an act is done for the first time."""
    silence: float = 0.03
    """What ends a paint, in seconds."""


def _die_with_parent() -> None:
    """Has the kernel end a child when this process is gone: an app whose terminal is closed may turn for ever."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Terminal:
    """A child process on a pseudo terminal of 120x40."""

    def __init__(self, peer: Peer) -> None:
        self.silence = peer.silence
        began = time.perf_counter()
        self.fd, child_side = pty.openpty()
        fcntl.ioctl(child_side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "120", "LINES": "40"}
        self.child = subprocess.Popen(
            peer.command,
            stdin=child_side,
            stdout=child_side,
            stderr=child_side,
            env=os.environ | terminal,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - there are no threads
        )
        os.close(child_side)
        try:
            seen = b""
            while peer.awaited not in seen:
                seen = seen[-4096:] + os.read(self.fd, 1 << 16)
            self.opened = (time.perf_counter() - began) * 1000
            self.quiet(2.0, 20.0)
        except BaseException:
            self.close()
            raise

    def quiet(self, silence: float, most: float = 60.0) -> float:
        """When the last byte came before a silence."""
        last = began = time.perf_counter()
        while last - began < most and select.select([self.fd], [], [], silence)[0]:
            os.read(self.fd, 1 << 20)
            last = time.perf_counter()
        return last

    def press(self, *keys: bytes) -> tuple[float, float]:
        """Milliseconds from each key to the last byte of what it paints at once, together.

        First those until it is shown, then those until it is also told that what was changed is saved, if that comes
        in a frame of its own. Without end, where nothing is painted for so long that nobody would wait.
        """
        shown = taken = 0.0
        for key in keys:
            began = last = seen = time.perf_counter()
            is_saving = False
            os.write(self.fd, key)
            while select.select([self.fd], [], [], self.silence if last > began else PATIENCE)[0]:
                painted = os.read(self.fd, 1 << 20)
                last = time.perf_counter()
                is_saving = is_saving or SAVING in painted
                if not (is_saving and SAVED in painted):
                    seen = last
            if last == began:
                return math.inf, math.inf
            shown += (seen - began) * 1000
            taken += (last - began) * 1000
        return shown, taken

    def worked(self) -> float:
        """For how long the child's main thread has run on a processor so far, in milliseconds."""
        return int(Path(f"/proc/{self.child.pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6

    def memory(self) -> float:
        """The most memory that the child has used so far, in MiB."""
        status = Path(f"/proc/{self.child.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        os.close(self.fd)


def measured(peer: Peer) -> dict[str, float]:
    """What everything takes that there is to do in a program."""
    terminal = Terminal(peer)
    try:
        found = {"ready": terminal.opened}
        for act in ACTS:
            if act not in peer.keys:
                continue
            terminal.press(*peer.first.get(act, ()))
            times, works = [], []
            for turn in range(9):
                if act not in AT_ONCE:
                    terminal.quiet(0.6, 3.0)
                time.sleep(0.05)
                before = terminal.worked()
                taken = terminal.press(*peer.keys[act])
                if turn:
                    times.append(taken)
                    works.append(terminal.worked() - before)
                elif taken[0] == math.inf:
                    times, works = [taken], [math.inf]
                    break
                terminal.press(*peer.back.get(act, ()))
            found[act] = statistics.median(shown for shown, _ in times)
            if act == "mark":
                found[SAVED_TOO] = statistics.median(saved for _, saved in times)
            found[WORK + act] = statistics.median(works)
        found["MiB"] = terminal.memory()
        return found
    finally:
        terminal.close()


def text_of(size: int, between: str) -> str:
    """Words of a seed in any order, after a line of the same word over and over."""
    choice = random.Random(7)
    document = next(each for each in Store(bundled.folder()).documents() if each.id == "002")
    words = [each for each in document.text.split() if WORD not in each]
    made = [" ".join([WORD] * REPEATED)]
    length = 0
    while length < size:
        made.append(" ".join(choice.choices(words, k=60)))
        length += len(made[-1]) + 1
    return between.join(made)[:size]


def files(folder: Path, size: int, count: int, between: str) -> tuple[Path, Path, Path]:
    """A corpus with one document, the same for SLATE, and where annotations begin; each has as many of them."""
    text = text_of(size, between)
    corpus = Path(shutil.copytree(bundled.folder(), folder / "corpus"))
    shutil.rmtree(corpus / "layers")
    store = Store(corpus)
    document = Document.from_bytes("big", text.encode())
    store.write_documents([document])
    starts = [0]
    while len(starts) < count:
        low = 11 * REPEATED + len(starts) * (size - 11 * REPEATED - 200) // count
        starts.append(text.index(" ", low) + 1)
    made = []
    for number, start in enumerate(starts):
        end = text.find(" ", start)
        about = {"id": f"a{number}", "label": "group", "start": start, "end": end, "text": text[start:end]}
        made.append(Group.model_validate({**about, "designation": "none"}))
    header = LayerHeader(document="big", sha256=document.sha256, schema_id="security@1.0.0", annotator="gold")
    store.write_layer(LayerFile("bench", header, tuple(made)))
    (folder / "starts").write_text("\n".join(map(str, starts)), encoding="utf-8")
    plain = folder / "plain.txt"
    plain.write_text(text, encoding="utf-8")
    lines = text.split("\n")
    at, offset, tokens = 0, 0, []
    for number, line in enumerate(lines):
        before, word = 0, 0
        while at < len(starts) and starts[at] < offset + len(line):
            word += len(line[before : starts[at] - offset].split())
            before = starts[at] - offset
            tokens.append(f"({number}, {word}) - label:a\n")
            at += 1
        offset += len(line) + 1
    (folder / "plain.txt.annotations").write_text("".join(tokens), encoding="utf-8")
    return corpus, plain, folder / "starts"


def peers(folder: Path, size: int, count: int, between: str, slate: Path | None) -> dict[str, Peer]:
    """What is measured at one size."""
    corpus, plain, starts = files(folder, size, count, between)
    right, down, up = b"\x1b[C", b"\x1b[6~", b"\x1b[5~"
    app = [sys.executable, "-m", "annotator", "open", str(corpus), "--as", "bench", "--document", "big"]
    mine = Peer(
        app,
        b"findings",
        {
            "step": (right,),
            "page": (down,),
            "mark": (b"g",),
            "undo": (b"u",),
            "next": (b"]",),
            "mark all": (b"*", b"\r"),
        },
        {"mark": (b"w",), "page": (up,), "undo": (b"w", b"g"), "mark all": (b"u",)},
        # Where there are few annotations, the cursor would come to the last of them and stay there.
        # And what is marked is the word that stands equally often at every size, not the one that was gone to last.
        {"next": (b"\x1b[1;5H",), "mark all": (b"\x1b[1;5H",)},
    )
    area = Peer(
        [sys.executable, "-c", AREA, str(plain), str(starts)],
        WORD.encode(),
        {"step": (right,), "page": (down,), "mark": (b"m",)},
        {"page": (up,)},
    )
    found = {"annotator": mine, "TextArea": area}
    if slate is not None:
        found["SLATE"] = Peer(
            [
                *(sys.executable, str(slate / "slate.py"), str(plain), "-t", "categorical"),
                *("-s", "token", "-o", "-l", str(folder / "log")),
            ],
            WORD.encode(),
            # It waits for arrows as keypads send them; of another one it takes the `[`, and leaves the file.
            {"step": (b"\x1bOC",), "page": (down,), "mark": (b" ", b"a"), "undo": (b"u",)},
            {"page": (up,), "mark": (b"\x1bOC",), "undo": (b"\x1bOC",)},
            silence=0.2,
        )
    return found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--slate", type=Path)
    parser.add_argument("--alone", action="store_true", help="the app and the bare app, and none of the others")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bare = Peer([sys.executable, "-c", BARE], b"READY", {"step": (b"\x1b[C",), "mark": (b"\x1b[C",)})
    floors: list[dict[str, float]] = []
    rows: dict[tuple[str, str], list[dict[str, float]]] = {}
    for name in arguments.sizes.split(","):
        label, size, count, between = SIZES[name]
        for _ in range(arguments.rounds):
            floors.append(measured(bare))
            print(f"bare: {floors[-1]}", file=sys.stderr, flush=True)
            # In a corpus where a round has marked and saved, the next one would find its words marked.
            with tempfile.TemporaryDirectory() as folder:
                found = peers(Path(folder), size, count, between, arguments.slate)
                for peer, about in list(found.items())[: 1 if arguments.alone else None]:
                    figures = measured(about)
                    rows.setdefault((label, peer), []).append(figures)
                    shown = ", ".join(f"{each} {figure:.1f}" for each, figure in figures.items())
                    print(f"{label}: {peer}: {shown}", file=sys.stderr, flush=True)
    floor = {name: statistics.median(each[name] for each in floors) for name in floors[0]}
    print("Milliseconds from a key to its last byte:\n")
    table(rows, floor, "")
    print("\nMilliseconds of processor time of the main thread meanwhile:\n")
    table(rows, floor, WORK)
    if arguments.slate is None:
        print("\nSLATE: not measured, because no folder was named with --slate.")
    today, load = datetime.datetime.now(tz=datetime.UTC).date(), os.getloadavg()[0]
    print(
        f"\n{today}, {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}"
    )
    print(f"python bench/{Path(__file__).name} {' '.join(sys.argv[1:])}")


def table(rows: Mapping[tuple[str, str], list[dict[str, float]]], floor: Mapping[str, float], what: str) -> None:
    """Prints what was measured, as a table in Markdown, and how it lies to the others.

    Args:
        rows: What was measured of each program at each size, in each round.
        floor: What was measured of the bare app.
        what: What stands before the names of the acts in both.
    """
    acts = tuple(what + act for act in ACTS)
    columns = acts if what else ("ready", *acts[:3], SAVED_TOO, *acts[3:], "MiB")
    print(f"| | | {' | '.join(name.removeprefix(what) for name in columns)} |\n|---|---|{'---:|' * len(columns)}")
    print(f"| | bare Textual app | {' | '.join(cell(floor, name) for name in columns)} |")
    middle = {
        place: {name: statistics.median(each[name] for each in found) for name in columns if name in found[0]}
        for place, found in rows.items()
    }
    for (label, peer), found in middle.items():
        print(f"| {label} | {peer} | {' | '.join(cell(found, name) for name in columns)} |")
    mine = {label: found for (label, peer), found in middle.items() if peer == "annotator"}
    smallest = next(iter(mine.values()))
    for label, found in mine.items():
        bare = {act: floor[what + ("step" if act.removeprefix(WORK) in AT_ONCE else "mark")] for act in acts}
        print(f"\n{label}, to a key of the bare app: {ratios(found, bare)}")
        print(f"{label}, to the smallest document: {ratios(found, smallest)}")
        if (slate := middle.get((label, "SLATE"))) is not None:
            print(f"{label}, how many times faster than SLATE: {ratios(slate, found)}")


def ratios(found: Mapping[str, float], other: Mapping[str, float]) -> str:
    return ", ".join(
        f"{act.removeprefix(WORK)} {found[act] / other[act]:.2f}"
        for act in found
        if act.removeprefix(WORK) in ACTS and act in other
    )


def cell(found: Mapping[str, float], name: str) -> str:
    """One figure."""
    if name not in found:
        return "–"
    if found[name] == math.inf:
        return f"over {PATIENCE * 1000:,.0f}"
    return f"{found[name]:.0f}" if name in ("ready", "MiB") else f"{found[name]:.1f}"


if __name__ == "__main__":
    main()
