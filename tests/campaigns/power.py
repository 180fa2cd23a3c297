"""Every disk that a power cut may leave, worked out from the operations that a session really asked for.

    python -m tests.campaigns.power FOLDER STEPS MOST [WITHOUT]

Until a file is synced, any beginning of what was written to it may be on the disk, and zeros in the place of the rest;
until a folder is synced, any choice of the names that were made, changed and removed in it. At every operation of a
session, and of the recovery after it, all such disks are built, at most MOST a point (chosen at random beyond that),
and what was acknowledged by then is looked for. With WITHOUT, the name of an operation, that operation is taken for
one that does nothing: something must be lost then. Prints what was done as one JSON object.
"""

from __future__ import annotations

import itertools
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.campaigns import acts
from tests.campaigns.kills import fresh
from tests.campaigns.tracing import Operation, traced

Disk = tuple[tuple[str, bytes | None], ...]
"""A tree of files: each path with its content, folders with none."""


@dataclass
class Content:
    """What was written to one file."""

    settled: bytes = b""
    """What is sure to be there."""
    pending: list[bytes | int] = field(default_factory=list)
    """What was written after it, and to how many bytes it was cut."""

    def variants(self) -> list[bytes]:
        """All that may be on the disk."""
        found, data = [self.settled], self.settled
        for change in self.pending:
            if isinstance(change, int):
                data = data[:change]
            else:
                half = max(1, len(change) // 2)
                found += [data + change[:half], data + b"\0" * len(change), data + change[:half] + b"\0" * half]
                data += change
            found.append(data)
        return list(dict.fromkeys(found))

    def settle(self) -> None:
        for change in self.pending:
            self.settled = self.settled[:change] if isinstance(change, int) else self.settled + change
        self.pending.clear()


@dataclass(frozen=True)
class Entry:
    """A change to the names of a folder: what a name means from now on, a file, a folder, or nothing."""

    folder: str
    names: tuple[tuple[str, Content | str | None], ...]


class Model:
    """A disk under a session: what is settled, and what a power cut may still take or leave."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.settled: dict[str, Content | str] = {}
        self.live: dict[str, Content | str] = {}
        self.entries: list[Entry] = []
        for path in folder.rglob("*"):
            name = str(path.relative_to(folder))
            self.settled[name] = "folder" if path.is_dir() else Content(path.read_bytes())
        self.live = dict(self.settled)

    def take(self, operation: Operation) -> None:
        """Takes in an operation that was done."""
        name = str(operation.path.relative_to(self.root))
        there = self.live.get(name)
        if operation.name == "create" and there is None:
            self._enter((name, Content()))
        elif operation.name == "mkdir":
            self._enter((name, "folder"))
        elif operation.name == "unlink":
            self._enter((name, None))
        elif operation.name == "rename" and operation.target is not None:
            self._enter((str(operation.target.relative_to(self.root)), there), (name, None))
        elif operation.name == "write" and isinstance(there, Content):
            there.pending.append(operation.data)
        elif operation.name == "ftruncate" and isinstance(there, Content):
            there.pending.append(operation.size)
        elif operation.name == "fsync" and isinstance(there, Content):
            there.settle()
        elif operation.name == "sync_folder":
            self._settle(name)

    def _enter(self, *names: tuple[str, Content | str | None]) -> None:
        self.entries.append(Entry(str(Path(names[0][0]).parent), names))
        _apply(self.live, names)

    def _settle(self, folder: str) -> None:
        for entry in self.entries:
            if entry.folder == folder:
                _apply(self.settled, entry.names)
        self.entries = [entry for entry in self.entries if entry.folder != folder]

    def disks(self, most: int, chance: random.Random) -> list[Disk]:
        """The disks that a power cut may leave now."""
        choices = itertools.product((False, True), repeat=len(self.entries))
        files = {id(each): each for each in self.live.values() if isinstance(each, Content) and each.pending}
        files |= {
            id(each): each
            for entry in self.entries
            for _, each in entry.names
            if isinstance(each, Content) and each.pending
        }
        contents = itertools.product(*(each.variants() for each in files.values()))
        every = itertools.product(choices, list(contents))
        chosen = list(itertools.islice(every, 4 * most))
        if len(chosen) > most:
            chosen = chance.sample(chosen, most)
        return [self._disk(kept, dict(zip(files, content, strict=True))) for kept, content in chosen]

    def _disk(self, kept: Iterable[bool], content: dict[int, bytes]) -> Disk:
        tree = dict(self.settled)
        for entry, is_kept in zip(self.entries, kept, strict=True):
            if is_kept:
                _apply(tree, entry.names)
        found: dict[str, bytes | None] = {}
        for name in sorted(tree):
            above = str(Path(name).parent)
            if above not in (".", *found) or (above != "." and found[above] is not None):
                continue
            each = tree[name]
            found[name] = content.get(id(each), each.settled) if isinstance(each, Content) else None
        return tuple(found.items())


def _apply(tree: dict[str, Content | str], names: Iterable[tuple[str, Content | str | None]]) -> None:
    for name, what in names:
        if what is None:
            tree.pop(name, None)
        else:
            tree[name] = what


class Cuts:
    """The disks that are found while something runs, each with the acknowledged steps that it must hold."""

    def __init__(self, folder: Path, most: int, chance: random.Random) -> None:
        self.model = Model(folder)
        self.last = 0
        self.found: dict[Disk, int] = {}
        self.points = 0
        self.legal = 0
        self._most = most
        self._chance = chance

    def after(self, operation: Operation) -> None:
        """Takes in an operation, and every disk that a cut after it may leave."""
        if operation.name != without[0]:
            self.model.take(operation)
        if operation.is_durable:
            self.points += 1
            disks = self.model.disks(self._most, self._chance)
            self.legal += len(disks)
            for disk in disks:
                self.found[disk] = self.last

    def acknowledged(self, step: int, _: str) -> None:
        """Notes what is acknowledged from now on."""
        self.last = step


def build(disk: Disk, folder: Path) -> None:
    """Makes a folder what a disk holds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in disk:
        if content is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(content)


def watched(folder: Path, work: Callable[[Cuts], object], most: int, chance: random.Random) -> Cuts:
    """Does some work, and gives every disk that a cut in it may leave."""
    cuts = Cuts(folder, most, chance)
    with traced(folder, after=cuts.after):
        work(cuts)
    return cuts


def lost(top: Path, steps: int, most: int) -> Iterator[str]:
    """Runs a session, cuts the power everywhere, in the recovery too; gives what was lost."""
    chance = random.Random(1)
    pristine, live, again = top / "pristine", top / "live", top / "again"
    acts.make_corpus(pristine)
    states: list[str] = []
    fresh(pristine, live)
    acts.run(live, steps, lambda _, state: states.append(state))
    fresh(pristine, live)
    cuts = watched(live, lambda cuts: acts.run(live, steps, cuts.acknowledged), most, chance)
    count.update(points=cuts.points, states=cuts.legal, distinct=len(cuts.found), recoveries_cut=0)
    recovering: dict[Disk, set[str]] = {}
    for number, (disk, last) in enumerate(cuts.found.items()):
        wanted = {states[last], states[min(last + 1, steps)]}
        build(disk, again)
        has_journal = any(name.endswith(".journal") for name, _ in disk)
        if has_journal and number % 5 == 0:
            inner = watched(again, lambda _: acts.found_in(again), most, chance)
            count["points"] += inner.points
            count["states"] += inner.legal
            count["recoveries_cut"] += 1
            for each in inner.found:
                recovering.setdefault(each, set()).update(wanted)
        yield from judged(again, wanted, f"cut {number}")
    count["distinct"] += len(recovering)
    for number, (disk, wanted) in enumerate(recovering.items()):
        build(disk, again)
        yield from judged(again, wanted, f"cut {number} in a recovery")


def judged(folder: Path, wanted: set[str], what: str) -> Iterator[str]:
    """What is wrong with a disk after recovery."""
    if acts.found_in(folder) not in wanted:
        yield f"{what}: acknowledged changes are lost"
    if rest := acts.left_over(folder):
        yield f"{what}: left over {rest}"


count: dict[str, int] = {}
without = [""]


def main(folder: str, steps: str, most: str, left_out: str = "") -> None:
    """Runs the campaign."""
    without[0] = left_out
    wrong = list(lost(Path(folder), int(steps), int(most)))
    sys.stdout.write(json.dumps({**count, "lost": wrong}))


if __name__ == "__main__":
    main(*sys.argv[1:])
