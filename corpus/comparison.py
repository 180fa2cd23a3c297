"""What is counted when two layers are compared, document by document, and the figures that counts amount to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from corpus.coverage import Coverage, common, size
from corpus.field_agreement import FieldCounts, count_fields
from corpus.matching import Alignment
from corpus.reliability import NOTHING, Figure, cohen_kappa, f1, krippendorff_alpha, mean, precision, projected, recall
from schemas import LabelSchema, Status

Words = Mapping[tuple[int | None, ...], int]
"""How many words got each row of sets of labels, one set a layer; a set is a number with one bit a label."""

NO_WORDS = "the documents have no words"
_NO_PAIRS = "no annotation has a counterpart"


@dataclass(slots=True)
class LabelCounts:
    """How two layers agree on where a label is."""

    first: int = 0
    """The annotations of the first layer."""
    second: int = 0
    exact: int = 0
    """Those that both have with the same extent."""
    overlap: int = 0
    """Those that have a counterpart, be its extent the same or another."""
    start_distance: int = 0
    """How far the starts of counterparts lie apart, in code points, added up."""
    end_distance: int = 0
    characters_first: int = 0
    """The code points that the first covers, each once."""
    characters_second: int = 0
    characters_both: int = 0

    def add(self, other: LabelCounts) -> None:
        """Takes in other counts."""
        self.first += other.first
        self.second += other.second
        self.exact += other.exact
        self.overlap += other.overlap
        self.start_distance += other.start_distance
        self.end_distance += other.end_distance
        self.characters_first += other.characters_first
        self.characters_second += other.characters_second
        self.characters_both += other.characters_both

    def figures(self) -> dict[str, Figure]:
        """Exact, overlap and character F1, and the mean distances of edges, with the first as the reference."""
        return {
            "exact": f1(self.exact, self.first, self.second),
            "exact_precision": precision(self.exact, self.second),
            "exact_recall": recall(self.exact, self.first),
            "overlap": f1(self.overlap, self.first, self.second),
            "overlap_precision": precision(self.overlap, self.second),
            "overlap_recall": recall(self.overlap, self.first),
            "characters": f1(self.characters_both, self.characters_first, self.characters_second),
            "start_distance": mean(self.start_distance, self.overlap, _NO_PAIRS),
            "end_distance": mean(self.end_distance, self.overlap, _NO_PAIRS),
        }


@dataclass(slots=True)
class PairCounts:
    """Everything that is counted of two layers. Its size depends on the schema, not on the number of documents."""

    documents: int = 0
    labels: defaultdict[str, LabelCounts] = field(default_factory=lambda: defaultdict(LabelCounts))
    fields: defaultdict[tuple[str, str], FieldCounts] = field(default_factory=lambda: defaultdict(FieldCounts))
    """By label and field."""
    confusion: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    """The label that each thing has in the first and in the second; `None` where a layer has nothing there."""
    statuses: Counter[tuple[Status, Status]] = field(default_factory=Counter)
    words: Counter[tuple[int | None, ...]] = field(default_factory=Counter)

    def add(self, other: PairCounts) -> None:
        """Takes in the counts of another document."""
        self.documents += other.documents
        for label, counts in other.labels.items():
            self.labels[label].add(counts)
        for key, values in other.fields.items():
            self.fields[key].add(values)
        self.confusion.update(other.confusion)
        self.statuses.update(other.statuses)
        self.words.update(other.words)

    def of(self, labels: Sequence[str]) -> LabelCounts:
        """The counts of some labels together; every annotation has the same weight."""
        total = LabelCounts()
        for label in labels:
            if label in self.labels:
                total.add(self.labels[label])
        return total


def count(
    schema: LabelSchema, labels: Sequence[str], alignment: Alignment, first: Coverage, second: Coverage
) -> PairCounts:
    """What two layers' annotations of one document add to the counts.

    Args:
        schema: The schema of both layers.
        labels: The labels that are compared.
        alignment: Which annotations are counterparts; of every label, since references lead to others.
        first: What the first layer covers.
        second: What the second covers.
    """
    counts = PairCounts(documents=1)
    exact = Counter([one.label for one, _ in alignment.exact])
    by_label = counts.labels
    for label, number in exact.items():
        by_label[label] = LabelCounts(number, number, number, number)
    confusion = counts.confusion
    confusion.update({(label, label): number for label, number in exact.items()})
    for one, other in alignment.overlapping:
        confusion[one.label, one.label] += 1
        here = by_label[one.label]
        here.first += 1
        here.second += 1
        here.overlap += 1
        here.start_distance += abs(one.start - other.start)
        here.end_distance += abs(one.end - other.end)
    for one, other in alignment.relabelled:
        confusion[one.label, other.label] += 1
        by_label[one.label].first += 1
        by_label[other.label].second += 1
    for one in alignment.only_first:
        confusion[one.label, None] += 1
        by_label[one.label].first += 1
    for other in alignment.only_second:
        confusion[None, other.label] += 1
        by_label[other.label].second += 1
    for label in [label for label in by_label if label not in labels]:
        del by_label[label]
    for pair in [pair for pair in confusion if pair[0] not in labels and pair[1] not in labels]:
        del confusion[pair]
    for label, here in by_label.items():
        one_covers, other_covers = first.merged.get(label, ()), second.merged.get(label, ())
        here.characters_first = size(one_covers)
        here.characters_second = size(other_covers)
        here.characters_both = size(common(one_covers, other_covers))
    counts.words.update(zip(first.words, second.words, strict=True))
    counts.fields.update(count_fields(schema, labels, alignment))
    return counts


def word_figures(words: Words, bit: int) -> dict[str, Figure]:
    """Word F1, Cohen's kappa and Krippendorff's alpha of two layers, on words as units.

    Args:
        words: The words of documents that both layers have.
        bit: The label's, counted from 0: a word is inside or outside. -1 takes all labels together: the value of a word
            is the set of labels that touch it, and F1 counts each of these.
    """
    if not words:
        return dict.fromkeys(("words", "kappa", "alpha"), Figure.undefined(NO_WORDS))
    table = projected(words, bit)
    both = first = second = 0
    for (one, other), number in table.items():
        assert one is not None
        assert other is not None
        both += (one & other).bit_count() * number
        first += one.bit_count() * number
        second += other.bit_count() * number
    if not first and not second:
        return dict.fromkeys(("words", "kappa", "alpha"), Figure.undefined(NOTHING))
    pairs = {(one, other): number for (one, other), number in table.items()}
    return {"words": f1(both, first, second), "kappa": cohen_kappa(pairs), "alpha": krippendorff_alpha(table)}
