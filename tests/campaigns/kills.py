"""Kills sessions, as `kill -9` does, and looks at what they leave.

    python -m tests.campaigns.kills points FOLDER [STEPS]
    python -m tests.campaigns.kills random FOLDER COUNT [SEED]

`points` kills a session at every operation by which it changes the disk, before it and in the middle of a write; for
each of the disks that this leaves, it kills the recovery at every operation in the same way. `random` kills sessions
at random times, one after another on one corpus. Both print what they did as one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

from tests.campaigns import acts
from tests.campaigns.tracing import Operation, traced

Point = tuple[int, bool]
"""Which operation is not done any more, and whether half of it is, where it is a write."""


def forked(work: Callable[[], None]) -> int:
    """Does something in a process of its own, and gives the signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        leave(work)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def leave(work: Callable[[], None]) -> NoReturn:
    """Does something, and ends the process without anything else."""
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


class Killer:
    """Kills its own process at one point."""

    def __init__(self, number: int, half: bool) -> None:
        self._left = number
        self._half = half
        self._now = False

    def before(self, operation: Operation) -> int | None:
        """Counts an operation, and kills at the last one."""
        if not operation.is_durable:
            return None
        self._left -= 1
        if self._left >= 0:
            return None
        if self._half and operation.name == "write":
            self._now = True
            return max(1, len(operation.data) // 2)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    def after(self, operation: Operation) -> None:
        """Kills once half of a write is done."""
        if self._now:
            os.kill(os.getpid(), signal.SIGKILL)


def points(folder: Path, work: Callable[[], object]) -> list[Point]:
    """Every point at which some work can be killed; the work is done once for it."""
    found: list[Point] = []
    done = 0

    def count(operation: Operation) -> None:
        nonlocal done
        if operation.is_durable:
            found.append((done, False))
            if operation.name == "write":
                found.append((done, True))
            done += 1

    with traced(folder, after=count):
        work()
    return found


def kill_at(folder: Path, point: Point, work: Callable[[], object]) -> None:
    """Does some work in a process that is killed at a point."""
    killer = Killer(*point)

    def traced_work() -> None:
        with traced(folder, killer.before, killer.after):
            work()

    code = forked(traced_work)
    if code != -signal.SIGKILL:
        raise AssertionError(f"the process ended with {code} instead of being killed at {point}")


def tree(folder: Path) -> str:
    """A digest of all files below a folder: the names of journals and of temporary files are chance."""
    entries = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        name = path.suffix if path.suffix in (".journal", ".tmp") else path.name
        content = _without_chance(path.read_bytes()) if path.is_file() else b"/"
        entries.append(("/".join((*parts[:-1], name)), hashlib.sha256(content).hexdigest()))
    return hashlib.sha256(repr(sorted(entries)).encode()).hexdigest()


def _without_chance(data: bytes) -> bytes:
    # The opening of a journal names its process.
    return data[data.index(b"\n") :] if b'"opening"' in data[:40] and b"\n" in data else data


class Acknowledged:
    """What a session says that it has acknowledged, in a file outside of the corpus."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text("", encoding="ascii")

    def say(self, step: int, _: str) -> None:
        with self.path.open("a", encoding="ascii") as file:
            file.write(f"{step}\n")

    @property
    def last(self) -> int:
        return int((self.path.read_text(encoding="ascii").split() or ["0"])[-1])


def every_point(top: Path, steps: int) -> Iterator[str]:
    """Kills at every point, and at every point of the recovery; gives what was lost."""
    pristine, live, again = top / "pristine", top / "live", top / "again"
    acts.make_corpus(pristine)
    states: list[str] = []

    def session() -> None:
        acts.run(live, steps, told.say)

    told = Acknowledged(top / "told")
    fresh(pristine, live)
    acts.run(live, steps, lambda _, state: states.append(state))
    fresh(pristine, live)
    first = points(live, session)
    count.update(points=len(first), disks=0, recoveries=0, kills=0)
    seen: set[tuple[str, int]] = set()
    for point in first:
        fresh(pristine, live)
        told = Acknowledged(top / "told")
        kill_at(live, point, session)
        count["kills"] += 1
        last = told.last
        wanted = {states[last], states[min(last + 1, steps)]}
        disk = (tree(live), last)
        if disk in seen:
            continue
        seen.add(disk)
        count["disks"] += 1
        fresh(live, again)
        second = points(again, lambda: acts.found_in(again))
        yield from judged(again, wanted, f"killed at {point}")
        between: set[str] = set()
        for inner in second:
            fresh(live, again)
            kill_at(again, inner, lambda: acts.found_in(again))
            count["kills"] += 1
            count["recoveries"] += 1
            if (mark := tree(again)) in between:
                continue
            between.add(mark)
            yield from judged(again, wanted, f"killed at {point}, and at {inner} of the recovery", briefly=True)


def fresh(source: Path, target: Path) -> None:
    """Makes one folder the copy of another."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)


def judged(folder: Path, wanted: set[str], what: str, *, briefly: bool = False) -> Iterator[str]:
    """What is wrong with what a killed process left, after recovery."""
    state = acts.found_in(folder)
    if state not in wanted:
        yield f"{what}: acknowledged changes are lost"
    if rest := acts.left_over(folder):
        yield f"{what}: left over {rest}"
    if not briefly and (wrong := acts.faults(folder)):
        yield f"{what}: {wrong}"


def at_random(top: Path, kills: int, seed: int) -> Iterator[str]:
    """Kills sessions at random times, each of which goes on where the last one was killed; gives what was lost."""
    chance = random.Random(seed)
    live = top / "live"
    acts.make_corpus(live)
    state = acts.found_in(live)
    count.update(kills=0, acknowledged=0, sessions_left=0, restored=0)
    for number in range(kills):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            leave(partial(_endless, live, writing, seed + 1000 * number))
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            # Whatever else the machine does, the kill comes in the middle of something.
            heard, enough = b"", chance.randrange(0, 40)
            while heard.count(b"\n") < enough:
                heard += pipe.read(64)
            time.sleep(chance.random() * 0.002)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            said = [line.split() for line in (heard + pipe.read()).decode().split("\n")[:-1]]
        count["kills"] += 1
        acknowledged = [words[1] for words in said if words[0] == "saved"]
        count["acknowledged"] += len(acknowledged)
        count["sessions_left"] += sum(words[0] == "left" for words in said)
        last = acknowledged[-1] if acknowledged else state
        wanted = {last, *(words[1] for words in said[-1:] if words[0] == "saving")}
        count["restored"] += any(live.rglob("*.journal"))
        state = acts.found_in(live)
        if state not in wanted:
            yield f"kill {number}: acknowledged changes are lost"
            return
        if rest := acts.left_over(live):
            yield f"kill {number}: left over {rest}"
        if number % 50 == 0 and (wrong := acts.faults(live)):
            yield f"kill {number}: {wrong}"


def _endless(folder: Path, writing: int, seed: int) -> None:
    """Sessions without end, which say what they are about to save and what they have saved."""
    chance = random.Random(seed)
    number = seed
    while True:
        opened = acts.workspace(folder, f"n{number}-")
        session = opened.open(acts.DOCUMENT)
        for _ in range(chance.randrange(1, 30)):
            number += 1
            acts.act(session, number)
            state = acts.state_of(session)
            os.write(writing, f"saving {state}\n".encode())
            if chance.random() < 0.15:
                opened.save(session.snapshot())
            else:
                opened.keep(session.snapshot())
            os.write(writing, f"saved {state}\n".encode())
        opened.save(session.snapshot())
        opened.leave(acts.DOCUMENT)
        os.write(writing, b"left -\n")


count: dict[str, int] = {}


def main(what: str, folder: str, *numbers: str) -> None:
    """Runs one of the two campaigns."""
    top = Path(folder)
    given = [int(number) for number in numbers]
    if what == "points":
        lost = list(every_point(top, given[0] if given else 10))
    else:
        lost = list(at_random(top, given[0], given[1] if len(given) > 1 else 1))
    sys.stdout.write(json.dumps({**count, "lost": lost}))


if __name__ == "__main__":
    main(*sys.argv[1:])
