"""Lets the file system refuse, at every operation of a session in turn, and looks at what the session makes of it.

    python -m tests.campaigns.errors every FOLDER STEPS
    python -m tests.campaigns.errors full FOLDER COPY

`every` raises each of eight errors at each operation, once before it and, at a write, once after half of it. The
session goes on as one does in the app: what was not saved is saved with the next change. `full` is for a small file
system: it is filled up for real. Both print what they did as one JSON object.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from annotator.session import Session
from annotator.workspace import Workspace
from corpus.errors import CorpusError, StoreFailed
from tests.campaigns import acts
from tests.campaigns.kills import fresh
from tests.campaigns.tracing import Operation, traced

CODES = {
    errno.ENOSPC: {"E-SAVE-NOSPACE"},
    errno.EDQUOT: {"E-SAVE-NOSPACE"},
    errno.EIO: {"E-SAVE-IO", "E-READ"},
    errno.EACCES: {"E-READONLY", "E-READ"},
    errno.EROFS: {"E-READONLY"},
    errno.EMFILE: {"E-SAVE-FILES"},
    errno.EINTR: {"E-STORE"},
    errno.EFBIG: {"E-SAVE-TOOBIG"},
}
"""What is said of each error."""


class Refusal:
    """Refuses one operation."""

    def __init__(self, at: int, number: int, half: bool) -> None:
        self._left = at
        self._number = number
        self._half = half
        self.operation: Operation | None = None

    def before(self, operation: Operation) -> int | None:
        """Counts an operation, and refuses the last one, or the rest of it."""
        self._left -= 1
        if self._left == 0 and self._half and operation.name == "write":
            return max(1, len(operation.data) // 2)
        if self._left == (-1 if self._half else 0):
            self.operation = operation
            raise OSError(self._number, os.strerror(self._number), str(operation.path))
        return None


class Trial:
    """A session that goes on after a refusal."""

    def __init__(self, live: Path, copy: Path, number: int) -> None:
        self._live = live
        self._copy = copy
        self._number = number
        self.wrong: list[str] = []
        self.refused = 0
        self._acknowledged = ""

    def run(self, steps: int) -> None:
        """The same as `acts.run`, trying again where the file system refuses."""
        opened, session = self._open()
        self._acknowledged = acts.state_of(session)
        for step in range(1, steps + 1):
            acts.act(session, step)
            self._save(opened, session, is_whole=False)
            if step % 4 == 0:
                self._save(opened, session, is_whole=True)
        for _ in range(2):
            self._save(opened, session, is_whole=True)
        self._leave(opened)
        opened.close()
        if acts.found_in(self._live) != acts.state_of(session):
            self.wrong.append("what the session had at its end is not there")

    def _open(self) -> tuple[Workspace, Session]:
        for _ in range(2):
            try:
                opened = acts.workspace(self._live)
                return opened, opened.open(acts.DOCUMENT)
            except CorpusError as error:
                self._look_at(error)
        raise AssertionError("a document cannot be opened though nothing is refused any more")

    def _save(self, opened: Workspace, session: Session, *, is_whole: bool) -> None:
        state = acts.state_of(session)
        try:
            if is_whole:
                opened.save(session.snapshot())
            else:
                opened.keep(session.snapshot())
        except CorpusError as error:
            self._look_at(error)
            # As if the session were killed now: a copy has the same files, and nobody who holds them.
            fresh(self._live, self._copy)
            if acts.found_in(self._copy) not in {self._acknowledged, state}:
                self.wrong.append("acknowledged changes are lost")
        else:
            self._acknowledged = state

    def _leave(self, opened: Workspace) -> None:
        try:
            opened.leave(acts.DOCUMENT)
        except CorpusError as error:
            self._look_at(error)

    def _look_at(self, error: CorpusError) -> None:
        self.refused += 1
        if error.code not in CODES[self._number] or not error.help or error.path is None:
            self.wrong.append(f"it says: {error}")


def every(top: Path, steps: int) -> Iterator[str]:
    """Every error at every operation; gives what is wrong."""
    pristine, live, copy = top / "pristine", top / "live", top / "copy"
    acts.make_corpus(pristine)
    fresh(pristine, live)
    operations: list[Operation] = []
    with traced(live, after=operations.append):
        acts.run(live, steps, lambda *_: None)
    count.update(operations=len(operations), injected=0, refused=0, got_over=0)
    for at, operation in enumerate(operations, start=1):
        for number in CODES:
            for half in (False, True) if operation.name == "write" else (False,):
                fresh(pristine, live)
                refusal, trial = Refusal(at, number, half), Trial(live, copy, number)
                what = f"{errno.errorcode[number]} at {at}, {operation.name}{' after half' if half else ''}"
                try:
                    with traced(live, refusal.before):
                        trial.run(steps)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is a traceback that nobody should see
                    yield f"{what}: {type(error).__name__}: {error}"
                    continue
                count["injected"] += 1
                count["refused"] += trial.refused > 0
                count["got_over"] += trial.refused == 0
                yield from (f"{what}: {wrong}" for wrong in trial.wrong)
                if number == errno.ENOSPC and (wrong := acts.faults(live)):
                    yield f"{what}: {wrong}"


def full(top: Path, copy: Path) -> Iterator[str]:
    """A file system that is full; gives what is wrong. The copy lies on another one."""
    live, ballast = top / "live", top / "ballast"
    acts.make_corpus(live)
    opened = acts.workspace(live)
    session = opened.open(acts.DOCUMENT)
    for step in range(1, 9):
        acts.act(session, step)
        opened.keep(session.snapshot())
    count.update(saved=8, refused=0)
    fill(ballast)
    acknowledged = acts.state_of(session)
    for step in range(9, 400):
        acts.act(session, step)
        state = acts.state_of(session)
        try:
            (opened.keep if step % 5 else opened.save)(session.snapshot())
        except StoreFailed as error:
            count["refused"] += 1
            if error.code != "E-SAVE-NOSPACE":
                yield f"it says: {error}"
            if count["refused"] in (1, 7, 50):
                fresh(live, copy)
                if acts.found_in(copy) not in {acknowledged, state}:
                    yield "acknowledged changes are lost"
        else:
            count["saved"] += 1
            acknowledged = state
    ballast.unlink()
    opened.save(session.snapshot())
    opened.leave(acts.DOCUMENT)
    if acts.found_in(live) != acts.state_of(session):
        yield "what the session had at its end is not there"
    if rest := acts.left_over(live):
        yield f"left over {rest}"


def fill(ballast: Path) -> None:
    """Fills a file system up."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


count: dict[str, int] = {}


def main(what: str, folder: str, more: str) -> None:
    """Runs one of the two campaigns."""
    wrong = list(every(Path(folder), int(more)) if what == "every" else full(Path(folder), Path(more)))
    sys.stdout.write(json.dumps({**count, "lost": wrong}))


if __name__ == "__main__":
    main(*sys.argv[1:])
