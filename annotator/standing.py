"""How every document of a corpus stands: what is marked, done and flagged, what is left to do, how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.timing import spoken
from annotator.workspace import Progress, Workspace
from corpus import provenance, turned_down
from corpus.adjudication import Adjudication
from corpus.annotation_check import check_document
from corpus.errors import CorpusError, NameUnknown
from corpus.wording import counted
from schemas import Annotation, Document, Severity, Status

STATES = ("not begun", *(status.value for status in (Status.OPEN, Status.FLAGGED, Status.DONE)))
"""How far a document can be, the least far first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one document stands."""

    progress: Progress
    findings: int | None = None
    """The errors and warnings that are left; none where that is not known yet."""
    differences: int | None = None
    """What the layers beside say otherwise and is not settled; none where there are none, or it is not known yet."""
    seconds: float = 0.0
    """For how long somebody was at work on it."""

    @property
    def name(self) -> str:
        """The document's id."""
        return self.progress.document.id

    @property
    def state(self) -> str:
        """One of `STATES`."""
        return self.progress.status.value if self.progress.began else STATES[0]


_ORDERS: Mapping[str, Callable[[Standing], int | float]] = {
    "place": lambda _: 0,
    "status": lambda each: STATES.index(each.state),
    "flag": lambda each: each.state != Status.FLAGGED.value,
    "findings": lambda each: -(each.findings or 0),
    "differences": lambda each: -(each.differences or 0),
    "annotations": lambda each: -each.progress.count,
    "time": lambda each: -each.seconds,
}
ORDERS = tuple(_ORDERS)
"""What documents may be sorted by; where they are alike, their place in the corpus decides."""


@dataclass(slots=True)
class Listing:
    """Which documents are listed, and in which order."""

    words: str = ""
    """Words that must stand in id, title or comment."""
    state: str | None = None
    """How far they must be."""
    order: str = ORDERS[0]
    backwards: bool = False

    def of(self, standings: Iterable[Standing]) -> list[Standing]:
        """Those of some documents, given in the corpus's order, that are listed."""
        return ordered(chosen(standings, self.words, self.state), self.order, backwards=self.backwards)

    @property
    def told(self) -> str:
        """What is listed, in a few words; nothing where it is all in the corpus's order."""
        parts = [f"“{self.words}”"] if self.words else []
        parts += [self.state] if self.state else []
        if self.order != ORDERS[0] or self.backwards:
            parts.append(f"by {self.order}{', backwards' if self.backwards else ''}")
        return " ".join(parts)


def chosen(standings: Iterable[Standing], words: str = "", state: str | None = None) -> list[Standing]:
    """Those in whose id, title or comment each of the words stands, and that are as far as `state` says."""
    wanted = words.casefold().split()
    return [each for each in standings if state in (None, each.state) and _has(each, wanted)]


def _has(standing: Standing, words: Sequence[str]) -> bool:
    if not words:
        return True
    document, comment = standing.progress.document, standing.progress.comment
    text = f"{document.id}\n{document.title or ''}\n{comment or ''}".casefold()
    return all(word in text for word in words)


def ordered(standings: Iterable[Standing], order: str, *, backwards: bool = False) -> list[Standing]:
    """The documents by one of `ORDERS`.

    Args:
        standings: The documents in the corpus's order.
        order: What they are sorted by: the largest numbers first, and of the statuses what is left to do.
        backwards: Whether the last comes first.
    """
    found = sorted(standings, key=_ORDERS[order])
    return found[::-1] if backwards else found


def summary(standings: Sequence[Standing]) -> str:
    """The whole in one line. Of what is not known of all documents yet, it says that there may be more."""
    parts = [counted(len(standings), "document")]
    states = Counter(each.state for each in standings)
    parts += [f"{states[state]:,} {state}" for state in reversed(STATES) if states[state]]
    parts.append(f"{sum(max(0, each.progress.count) for each in standings):,} marked")
    more = "" if all(each.findings is not None for each in standings) else "…"
    parts.append(f"{counted(sum(each.findings or 0 for each in standings), 'finding')} left{more}")
    if any(each.differences is not None for each in standings):
        parts.append(f"{sum(each.differences or 0 for each in standings):,} differ")
    if took := spoken(sum(each.seconds for each in standings)):
        parts.append(took)
    return " · ".join(parts)


def progress(workspace: Workspace, names: Iterable[str]) -> list[Progress]:
    """How far the layer is with each of some documents, on the disk; those that are there no more are left out."""
    documents = workspace.corpus.documents
    return [_progress(workspace, documents[name]) for name in names if name in documents]


def _progress(workspace: Workspace, document: Document) -> Progress:
    try:
        return workspace.progress(document.id)
    except CorpusError as error:
        return Progress(document, Status.FLAGGED, str(error), -1, began=True)


def survey(workspace: Workspace, name: str, beside: Sequence[str] = ()) -> Standing | None:
    """How a document stands on the disk, or nothing where it is there no more; may take a while, and changes nothing.

    Args:
        workspace: The annotator's layer.
        name: The document.
        beside: The layers whose differences are counted.
    """
    corpus = workspace.corpus
    document = corpus.documents.get(name)
    if document is None:
        return None
    try:
        seconds = provenance.read(corpus.store, workspace.layer, name).seconds
    except CorpusError:
        seconds = 0.0
    annotations: Sequence[Annotation] = ()
    try:
        layer_file = workspace.on_disk(name)
    except NameUnknown:
        progress = Progress(document, Status.OPEN, None, 0, began=False)
    except CorpusError as error:
        return Standing(Progress(document, Status.FLAGGED, str(error), -1, began=True), 1, None, seconds)
    else:
        annotations, header = layer_file.annotations, layer_file.header
        progress = Progress(document, header.status, header.comment, len(annotations), began=True)
    found = check_document(document, annotations, corpus.schema, workspace.registry.entities)
    findings = sum(finding.severity is not Severity.NOTE for finding in found) if annotations else 0
    return Standing(progress, findings, _differences(workspace, name, beside, annotations), seconds)


def _differences(
    workspace: Workspace, name: str, beside: Sequence[str], annotations: Sequence[Annotation]
) -> int | None:
    try:
        others = workspace.beside(beside, name)
        down = turned_down.read(workspace.corpus.store, workspace.layer, name) if others else frozenset()
    except CorpusError:
        return None
    said = {layer: file.annotations for layer, file in others.items()}
    if not said:
        return None
    return len(Adjudication(workspace.corpus.schema, annotations, said).queue(down, "place"))
