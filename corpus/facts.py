"""What the card of a dataset has to say, counted while its tables are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.agreement import Agreement
from corpus.citation import Citation
from corpus.manifest import Manifest
from corpus.parquet import TableFile
from corpus.readings import Readings
from schemas import LabelSchema, Status


@dataclass(slots=True)
class Tally:
    """What is counted as documents go by."""

    documents: int = 0
    done: int = 0
    """The documents that the published layer has done."""
    annotations: Counter[str] = field(default_factory=Counter)
    """The annotations of each label."""
    in_documents: Counter[str] = field(default_factory=Counter)
    """The documents that have an annotation of each label."""
    annotators: Counter[str] = field(default_factory=Counter)
    """The documents that each annotator of the published layer made."""
    languages: Counter[str] = field(default_factory=Counter)
    """The documents in each language that is told of one."""

    def add(self, readings: Readings) -> None:
        """Counts some documents."""
        self.documents += len(readings)
        annotations: list[str] = []
        in_documents: list[str] = []
        for reading in readings:
            if reading.document.language:
                self.languages[reading.document.language] += 1
            if reading.published is not None:
                self.done += reading.published.header.status is Status.DONE
                self.annotators[reading.published.header.annotator] += 1
                labels = [each.__dict__["label"] for each in reading.published.annotations]
                annotations += labels
                in_documents += dict.fromkeys(labels)
        self.annotations.update(annotations)
        self.in_documents.update(in_documents)

    def merge(self, other: Tally) -> None:
        """Adds what another one has counted in other documents."""
        self.documents += other.documents
        self.done += other.done
        for own, more in (
            (self.annotations, other.annotations),
            (self.in_documents, other.in_documents),
            (self.annotators, other.annotators),
            (self.languages, other.languages),
        ):
            own.update(more)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a card says."""

    manifest: Manifest
    schema: LabelSchema
    layer: str | None
    """The published layer."""
    draft: bool
    """Whether it was built without regard to what is unfinished or wrong."""
    standoff: bool
    """Whether it was built without the words of the texts."""
    tally: Tally
    tables: Sequence[TableFile]
    left_out: Sequence[str]
    """The tables that have no rows, and so no file."""
    statement: str | None
    """The corpus's own README, its data statement."""
    citation: Citation
    consistency: Agreement | None = None
    """How far the layers agree that were made apart; nothing where there are not two."""
