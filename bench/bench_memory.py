"""Where the memory of the app is: what the process holds after each step of opening, checking and saving a document.

The steps are those of the app without its screen, in a process of their own for each size, with the same documents as
in `bench_latency.py`, which measures the whole app. `held` is what the process has in memory after a step, `most` is
the most that it ever had until then, both in MiB. With `--top`, the lines of code are told whose objects take most at
the end; the figures are those of Python's own objects then, and each step takes several times as long.

    python bench/bench_memory.py [--sizes 1MB,10MB] [--top N]
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from annotator import marks
from annotator.session import Session
from annotator.span_index import SpanIndex
from annotator.terminal import give_large_pieces_back
from annotator.workspace import Workspace
from bench.bench_latency import SIZES, files
from corpus.annotation_check import check_document
from corpus.corpus import Corpus
from schemas import Extent, Finding

STEPS = ("imports", "document", "session", "marks", "check", "snapshot", "save")


def status() -> tuple[float, float]:
    """What the process holds, and the most that it ever held, in MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {name: value.split()[0] for name, _, value in (line.partition(":") for line in lines) if value.strip()}
    return int(found["VmRSS"]) / 1024, int(found["VmHWM"]) / 1024


class Opened:
    """A document as the app opens it, step by step."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace(Corpus.open(folder), "bench")
        self.session: Session
        self.index: SpanIndex
        self.findings: list[Finding] = []

    def steps(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Each step with what does it."""
        return zip(
            STEPS[1:],
            (lambda: self.workspace.documents, self.open, self.mark, self.check, self.change, self.save),
            strict=True,
        )

    def open(self) -> None:
        self.session = self.workspace.open("big")

    def mark(self) -> None:
        self.index = SpanIndex(*marks.all_marks(self.session))

    def check(self) -> None:
        session, entities = self.session, self.workspace.registry.entities
        annotations = session.snapshot().layer_file.annotations
        self.findings = list(check_document(session.document, annotations, session.schema, entities))

    def change(self) -> None:
        self.session.mark("group", Extent.of(10, 19), {"designation": "none"})
        self.workspace.keep(self.session.snapshot())

    def save(self) -> None:
        self.workspace.save(self.session.snapshot())
        self.workspace.close()


def inside(folder: Path, top: int) -> None:
    """Does the steps, and prints what each leaves."""
    gc.disable()
    give_large_pieces_back()
    print(STEPS[0], *status())
    if top:
        tracemalloc.start()
    opened = Opened(folder)
    for name, do in opened.steps():
        do()
        print(name, *status())
    if top:
        here = f"{Path(__file__).parents[1]}{os.sep}"
        for each in tracemalloc.take_snapshot().statistics("lineno")[:top]:
            where = f"{each.traceback[0].filename.removeprefix(here)}:{each.traceback[0].lineno}"
            print(f"    {each.size / 2**20:6.1f} MiB in {each.count:9,} objects of {where}", file=sys.stderr)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10kB,1MB,10MB")
    parser.add_argument("--top", type=int, default=0, metavar="N", help="tell the N lines whose objects take most")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside is not None:
        inside(arguments.inside, arguments.top)
        return
    print(f"| held / most | {' | '.join(STEPS)} |\n|---|{'---:|' * len(STEPS)}")
    for name in arguments.sizes.split(","):
        label, size, count, between = SIZES[name]
        with tempfile.TemporaryDirectory() as folder:
            corpus = files(Path(folder), size, count, between)[0]
            command = [sys.executable, __file__, "--inside", str(corpus), "--top", str(arguments.top)]
            printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="ascii").stdout
        cells = [f"{float(held):.0f} / {float(most):.0f}" for _, held, most in map(str.split, printed.splitlines())]
        print(f"| {label} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
