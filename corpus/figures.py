"""The figures of agreement by name, and the rows that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.comparison import LabelCounts
from corpus.disagreements import Disagreement
from corpus.reliability import Figure
from schemas import Kind, Status

MEANINGS: Mapping[str, str] = {
    "exact": "F1 of annotations with the same label and extent",
    "exact_precision": "the share of the second's that the first has exactly",
    "exact_recall": "the share of the first's that the second has exactly",
    "overlap": "F1 of annotations with the same label that overlap, matched one to one",
    "overlap_precision": "the share of the second's that overlap one of the first's",
    "overlap_recall": "the share of the first's that overlap one of the second's",
    "characters": "F1 of the code points covered",
    "words": "F1 of the words covered",
    "kappa": "Cohen's kappa of words, inside or outside; of all labels, by the set of labels on a word",
    "alpha": "Krippendorff's alpha of the same",
    "alpha_u": "Krippendorff's alpha for unitizing, on open code points",
    "gamma": "gamma of Mathet, Widlöcher and Métivier, the mean of the documents by annotations",
    "start_distance": "how far the starts of counterparts lie apart, in code points",
    "end_distance": "how far their ends lie apart, in code points",
}
"""What each figure of a label is."""

FIELD_MEANINGS: Mapping[str, str] = {
    "same": "the share of counterparts with the same value",
    "kappa": "Cohen's kappa of the values",
    "alpha": "Krippendorff's alpha of the values",
    "f1": "F1 of references between annotations that have counterparts",
    "exact": "F1 of extents that are the same, on counterparts",
    "characters": "F1 of the code points that extents cover, on counterparts",
}
"""What each figure of a field is."""


def ordered(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figures of a label in the order of their meanings."""
    return {name: figures[name] for name in MEANINGS if name in figures}


@dataclass(frozen=True, slots=True)
class LabelRow:
    """The figures of one label, or of all together."""

    label: str | None
    """None for all labels that are compared."""
    counts: LabelCounts
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class TogetherRow:
    """The figures of more than two layers at once, of one label or of all.

    Alpha, alpha_u and gamma are made for any number of layers; the others are the mean over each two layers.
    """

    label: str | None
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """The figures of one field."""

    label: str
    field: str
    kind: Kind
    pairs: int
    """The counterparts that were compared."""
    left_out: int
    """References whose target has no counterpart."""
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """The figures of one document: of all labels together, and of those that are there."""

    document: str
    rows: Sequence[LabelRow]


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How two layers agree."""

    first: str
    second: str
    documents: int
    words: int
    rows: Sequence[LabelRow]
    """All labels together, then each."""
    fields: Sequence[FieldRow]
    confusion: Mapping[tuple[str | None, str | None], int]
    """What the second says where the first says something, and the other way round; `None` is nothing."""
    statuses: Mapping[tuple[Status, Status], int]
    status_figures: Mapping[str, Figure]
    paragraphs: int = 0
    """What intervals are drawn from."""
    by_document: Sequence[DocumentRow] = ()
    differences: Sequence[Disagreement] = ()
