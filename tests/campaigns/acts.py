"""What a session does in the campaigns, and what a corpus holds after it.

`act` is one change that the annotator makes, by number: marks, drafts, changes, a flag, and deletions, so that after
some hundred of them a document still has few annotations. The same number does the same to the same session.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotator.session import Session
from annotator.workspace import Workspace
from corpus.check import check
from corpus.corpus import Corpus
from corpus.drafts import Draft
from corpus.errors import CorpusError
from corpus.layers import canonical_line
from corpus.manifest import load_schema
from schemas import Extent, Severity, Status
from tests.conftest import SAMPLES, write_sample

LAYER = "ben"
DOCUMENT = "d1"
MOST = 40
"""How many annotations a document has at most, about."""
_WHOLE = {"kind": "state", "mention": "nominal"}


def make_corpus(folder: Path) -> None:
    """A small corpus in a new folder."""
    folder.mkdir(parents=True)
    write_sample(folder, SAMPLES["security"])


def workspace(folder: Path, prefix: str = "n", layer: str = LAYER) -> Workspace:
    """A workspace on a corpus, whose new ids are counted."""
    numbers = iter(range(1, 1 << 30))
    return Workspace(corpus_of(folder), layer, new_id=lambda: f"{prefix}{next(numbers)}")


def corpus_of(folder: Path) -> Corpus:
    """The corpus in a folder."""
    return Corpus.open(folder)


def act(session: Session, number: int) -> None:
    """Does one thing to a session."""
    choice = random.Random(number)
    text = session.document.text
    start = choice.randrange(0, 60)
    extent = Extent.of(start, min(len(text), start + choice.randrange(1, 9)))
    there = list(session)
    what = choice.random()
    if what < 0.08 and session.header.status is Status.OPEN:
        session.set_status(Status.FLAGGED, f"look at {number}")
    elif what < 0.12:
        session.set_status(Status.OPEN, f"seen {number}")
    elif there and (what < 0.3 or len(there) > MOST):
        session.delete(choice.choice(there).id)
    elif there and what < 0.5:
        session.resize(choice.choice(there).id, extent)
    elif what < 0.6 and (drafts := [each for each in there if isinstance(each, Draft)]):
        session.change_several(drafts[0].id, _WHOLE)
    else:
        values: dict[str, Any] = dict(_WHOLE) if what < 0.85 else {"mention": None, "kind": None}
        session.mark("actor", extent, values)


def state_of(session: Session) -> str:
    """All that a session holds, as one digest."""
    snapshot = session.snapshot()
    lines = [canonical_line(snapshot.header), *(canonical_line(each) for each in snapshot.layer_file.annotations)]
    lines += [draft.model_dump_json().encode() for draft in snapshot.drafts]
    return hashlib.sha256(b"\n".join(lines)).hexdigest()[:16]


def found_in(folder: Path, layer: str = LAYER) -> str:
    """The same of what a new session finds, which brings in what the journals hold."""
    try:
        opened = workspace(folder, "f", layer)
        session = opened.open(DOCUMENT)
    except CorpusError as error:
        return f"it cannot be read: {error}"
    opened.close()
    return state_of(session)


def left_over(folder: Path) -> list[str]:
    """Temporary files and journals that nobody uses."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.name.endswith((".tmp", ".journal", ".damaged"))
    ]


def faults(folder: Path) -> list[str]:
    """What the check says against a corpus, but for what `act` does on purpose: the same extent twice, and the like."""
    known = {"E-EXTENT-DUP", "E-ZONE"}
    return [
        f"{each.file}: {each.code} {each.message}"
        for each in check(folder)
        if each.code not in known and not _is_of_schema(each.code)
        if each.severity is Severity.ERROR or each.code.startswith("W-JOURNAL")
    ]


def _is_of_schema(code: str) -> bool:
    return any(rule.code == code for rule in load_schema(SAMPLES["security"].schema, Path()).rules)


def run(folder: Path, steps: int, acknowledged: Callable[[int, str], None], seed: int = 0) -> None:
    """A whole session: acts that are saved one by one, and left at the end."""
    opened = workspace(folder)
    session = opened.open(DOCUMENT)
    acknowledged(0, state_of(session))
    for step in range(1, steps + 1):
        act(session, seed + step)
        # Now and then the file is written before the last change is in the journal, as two threads may come to do.
        (opened.keep if step % 4 else opened.save)(session.snapshot())
        acknowledged(step, state_of(session))
    opened.save(session.snapshot())
    opened.leave(DOCUMENT)
