"""What saving costs beside a plain append and fsync of the same lines, side by side in one run.

`python bench/bench_store.py --saves 100` makes a quick one. `--folder` names the disk that is measured.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from annotator.session import Session
from annotator.workspace import Workspace
from corpus.corpus import Corpus
from corpus.creation import create
from corpus.store import Store
from schemas import Document, Extent
from schemas.examples.adverse import AdverseEventSchema

LAYER = "bench"
SCHEMA = f"{AdverseEventSchema.__module__}:{AdverseEventSchema.__name__}"
WORD = "fever"
EVENTS = 1_000


def corpus_in(folder: Path, name: str) -> Path:
    """A corpus of one document with some thousand words."""
    create(folder / name, name=name, schema=SCHEMA)
    text = f"{WORD} and rest, day by day.\n" * 2_000
    Store(folder / name).write_documents([Document.from_bytes("d1", text.encode(), source="d1.txt")])
    return folder / name


def opened(folder: Path) -> tuple[Workspace, Session]:
    workspace = Workspace(Corpus.open(folder), LAYER)
    return workspace, workspace.open("d1")


def mark(session: Session, number: int) -> None:
    """Marks one more word, under the label that is the first to take it as it stands."""
    text = session.document.text
    start = (number * 26) % (len(text) - 26)
    session.mark(session.schema.specs[0].name, Extent.of(start, start + len(WORD)), {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=1_000, help="how many saves are measured")
    parser.add_argument("--folder", type=Path, help="where the files lie; a temporary folder where none is named")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as top:
        saves(Path(top), asked.saves, already=0)
        saves(Path(top), asked.saves, already=EVENTS)
        opening(Path(top))


def saves(folder: Path, count: int, already: int) -> None:
    """Prints what a save takes in a document that has some annotations already, and what writing the file takes."""
    workspace, session = opened(corpus_in(folder, f"saves-{already}"))
    for number in range(already):
        mark(session, number)
    workspace.save(session.snapshot())
    mark(session, already)
    workspace.keep(session.snapshot())
    (journal,) = folder.glob(f"saves-{already}/.annotator/journal/{LAYER}/d1/*.journal")
    line = journal.read_bytes().splitlines(keepends=True)[-1]
    ours, plain = [], []
    descriptor = os.open(folder / f"plain-{already}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(count):
        mark(session, already + 1 + number)
        snapshot = session.snapshot()
        # In turn: whatever the disk does at the time, it does to both.
        before = time.perf_counter()
        os.write(descriptor, line)
        os.fsync(descriptor)
        between = time.perf_counter()
        workspace.keep(snapshot)
        ours.append(time.perf_counter() - between)
        plain.append(between - before)
    os.close(descriptor)
    writes = []
    for number in range(max(10, count // 20)):
        mark(session, number)
        before = time.perf_counter()
        workspace.save(session.snapshot())
        writes.append(time.perf_counter() - before)
    print(f"save of a change of {len(line)} bytes, {already} annotations there before, {count} saves:")
    for part, name in ((0.5, "p50"), (0.99, "p99")):
        mine, theirs = quantile(ours, part), quantile(plain, part)
        print(f"  {name} {mine * 1e3:.3f} ms, append and fsync {theirs * 1e3:.3f} ms, ratio {mine / theirs:.2f}")
    shown = ", ".join(f"{name} {quantile(writes, part) * 1e3:.2f} ms" for part, name in ((0.5, "p50"), (0.99, "p99")))
    print(f"  the layer's file, {len(session)} annotations: {shown}")
    workspace.leave("d1")


def opening(folder: Path) -> None:
    """Prints what opening a document takes whose session was killed after many saves, beside one that was left."""
    where = corpus_in(folder, "opening")
    workspace, session = opened(where)
    for number in range(EVENTS):
        mark(session, number)
        workspace.keep(session.snapshot())
    workspace.close()
    before = time.perf_counter()
    again, _ = opened(where)
    recovering = time.perf_counter() - before
    restored = again.recovered("d1").changes
    again.close()
    before = time.perf_counter()
    opened(where)
    usual = time.perf_counter() - before
    print(f"open with a journal of {restored} changes: {recovering * 1e3:.0f} ms", end="")
    print(f", without one {usual * 1e3:.0f} ms, ratio {recovering / usual:.2f}")


def quantile(taken: Sequence[float], part: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(part * len(taken)))]


if __name__ == "__main__":
    main()
