"""Several sessions at once, each a process of its own, on one document or on one corpus.

    python -m tests.campaigns.writers FOLDER WRITERS SECONDS one|own

With `one`, all write the same document of the same layer; with `own`, each has a layer of its own. Every second one
ends as if it were killed. At the end everything that a writer had saved must be there as it left it, and what it had
deleted must not. Prints what was done, and how long a save took, as one JSON object.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from annotator.session import Session
from annotator.workspace import Workspace
from corpus.drafts import Draft
from corpus.errors import StoreBusy
from corpus.layers import canonical_line
from schemas import Annotation, Extent
from tests.campaigns import acts
from tests.campaigns.kills import leave

PAUSE = {"one": 0.01, "own": 0.05}
"""How long a writer does nothing between two saves, in seconds: as fast as a hand, or much faster."""


def line_of(entry: Annotation | Draft) -> str:
    """An annotation or a draft as a file holds it."""
    return entry.model_dump_json() if isinstance(entry, Draft) else canonical_line(entry).decode()


class Writer:
    """One process: changes only what it has made itself, and takes over what the others do."""

    def __init__(self, folder: Path, layer: str, name: str) -> None:
        self._chance = random.Random(name)
        self._workspace: Workspace = acts.workspace(folder, f"{name}-", layer)
        self._session: Session = self._workspace.open(acts.DOCUMENT)
        self.own: dict[str, str] = {}
        self.gone: list[str] = []
        self.kept: list[float] = []
        self.written: list[float] = []
        self.conflicts = 0
        self.merged = 0
        self.busy = 0

    def run(self, seconds: float, pause: float, *, is_killed: bool) -> None:
        """Works for a while, then leaves, or ends as a process ends that is killed."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(self._chance.randrange(1, 25)):
                self._act()
                self.kept.append(_seconds(lambda: self._workspace.keep(self._session.snapshot())))
                time.sleep(pause)
            self._write()
        if not is_killed:
            while self._write_is_needed():
                self._write()
            self._workspace.leave(acts.DOCUMENT)
        else:
            self._act()
            self._workspace.keep(self._session.snapshot())

    def _write_is_needed(self) -> bool:
        busy = self.busy
        self._write()
        return self.busy > busy

    def _write(self) -> None:
        snapshot = self._session.snapshot()
        before = time.perf_counter()
        try:
            saved = self._workspace.save(snapshot)
        except StoreBusy:
            # The others were quicker every time; what is kept is written with the next change.
            self.busy += 1
            return
        self.written.append(time.perf_counter() - before)
        self.conflicts += len(saved.conflicts)
        if saved.merged is not None:
            self.merged += 1
            self._session.take_over(snapshot.layer_file, saved.merged, "merged")

    def _act(self) -> None:
        chance, session = self._chance, self._session
        start = chance.randrange(0, 60)
        extent = Extent.of(start, start + chance.randrange(1, 9))
        what = chance.random()
        if self.own and (what < 0.3 or len(self.own) > acts.MOST):
            name = chance.choice(list(self.own))
            session.delete(name)
            del self.own[name]
            self.gone.append(name)
            return
        if self.own and what < 0.6:
            name = chance.choice(list(self.own))
            session.resize(name, extent)
        else:
            whole = {"kind": "state", "mention": "nominal"}
            made = session.mark("actor", extent, whole if what < 0.9 else {"kind": None, "mention": None}).focus
            assert made is not None
            name = made
        self.own[name] = line_of(session.get(name))


def _seconds(work: object) -> float:
    assert callable(work)
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def work(folder: Path, result: Path, layer: str, number: int, seconds: float, pause: float) -> None:
    """What one process does."""
    writer = Writer(folder, layer, f"w{number}")
    writer.run(seconds, pause, is_killed=number % 2 == 1)
    told = {
        "layer": layer,
        "own": writer.own,
        "gone": writer.gone,
        "kept": writer.kept,
        "written": writer.written,
        "conflicts": writer.conflicts,
        "merged": writer.merged,
        "busy": writer.busy,
    }
    result.write_text(json.dumps(told), encoding="utf-8")


def campaign(top: Path, writers: int, seconds: float, how: str) -> Iterator[str]:
    """Lets writers write; gives what was lost."""
    live = top / "live"
    acts.make_corpus(live)
    children = []
    for number in range(writers):
        layer = "all" if how == "one" else f"own{number}"
        child = os.fork()
        if child == 0:
            leave(partial(work, live, top / f"{number}.json", layer, number, seconds, PAUSE[how]))
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    yield from (f"writer {number} ended with {code}" for number, code in enumerate(codes) if code)
    if any(codes):
        return
    told = [json.loads((top / f"{number}.json").read_text(encoding="utf-8")) for number in range(writers)]
    there: dict[str, dict[str, str]] = {}
    for number, each in enumerate(told):
        if each["layer"] not in there:
            opened = acts.workspace(live, "f", each["layer"])
            there[each["layer"]] = {entry.id: line_of(entry) for entry in opened.open(acts.DOCUMENT)}
            opened.close()
        found = there[each["layer"]]
        yield from (f"writer {number}: {name} is lost" for name, line in each["own"].items() if found.get(name) != line)
        yield from (f"writer {number}: {name} is back" for name in each["gone"] if name in found)
    if how == "one" and (more := there["all"].keys() - {name for each in told for name in each["own"]}):
        yield f"nobody made {sorted(more)}"
    if rest := acts.left_over(live):
        yield f"left over {rest}"
    yield from acts.faults(live)
    kept = sorted(taken for each in told for taken in each["kept"])
    written = sorted(taken for each in told for taken in each["written"])
    count.update(
        writers=writers,
        saves=len(kept),
        save_p50_ms=_ms(kept, 0.5),
        save_p99_ms=_ms(kept, 0.99),
        writes=len(written),
        write_p50_ms=_ms(written, 0.5),
        write_p99_ms=_ms(written, 0.99),
        merges=sum(each["merged"] for each in told),
        busy=sum(each["busy"] for each in told),
        conflicts=sum(each["conflicts"] for each in told),
        annotations=sum(len(found) for found in there.values()),
    )


def _ms(sorted_seconds: list[float], part: float) -> float:
    return round(1000 * sorted_seconds[min(len(sorted_seconds) - 1, int(part * len(sorted_seconds)))], 3)


count: dict[str, float] = {}


def main(folder: str, writers: str, seconds: str, how: str) -> None:
    """Runs the campaign."""
    lost = list(campaign(Path(folder), int(writers), float(seconds), how))
    sys.stdout.write(json.dumps({**count, "lost": lost}))


if __name__ == "__main__":
    main(*sys.argv[1:])
