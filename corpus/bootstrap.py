"""How far a figure might lie elsewhere if other paragraphs had been annotated: bootstrap intervals.

Paragraphs are drawn anew, with replacement, as many as there are, and every figure is made again from each draw. The
words and spans of a paragraph are drawn together, since they are not independent of each other (Efron and Tibshirani
1993, An Introduction to the Bootstrap; the percentile method of chapter 13).
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from corpus.comparison import PairCounts
from corpus.coverage import Coverage, common
from corpus.matching import Alignment
from corpus.open_text import OpenText
from schemas import Fragment

Words = tuple[int | None, ...]
Column = tuple[str, str | Words]
"""What is counted: a field of `LabelCounts` with its label, or `words` with a pair of sets of labels."""

Paragraph = Counter[Column]
"""What is counted in one paragraph."""

HEADLINE = ("exact", "overlap", "characters", "words", "kappa", "alpha")
"""The figures that get intervals."""

LEVEL = 0.95
"""The share of the draws whose figures an interval holds."""

_CHARACTERS = ("characters_first", "characters_second", "characters_both")


def paragraphs(
    labels: Sequence[str], text: OpenText, alignment: Alignment, first: Coverage, second: Coverage
) -> list[Paragraph]:
    """What `comparison.count` counts of a document, paragraph by paragraph.

    Counterparts that begin in different paragraphs count where the earlier one begins.
    """
    starts = text.paragraphs
    units = [Paragraph() for _ in starts]
    if not units:
        return units
    for start, label, columns in _annotations(alignment):
        if label in labels:
            units[bisect_right(starts, start) - 1].update({(column, label): 1 for column in columns})
    for label in labels:
        covers = first.merged.get(label, ()), second.merged.get(label, ())
        for column, fragments in zip(_CHARACTERS, (*covers, common(*covers)), strict=True):
            for number, size in _divided(fragments, starts):
                units[number][column, label] += size
    edges = [*(bisect_left(text.words[0], start) for start in starts), len(first.words)]
    for unit, (low, high) in zip(units, pairwise(edges), strict=True):
        unit.update(("words", row) for row in zip(first.words[low:high], second.words[low:high], strict=True))
    return units


def _annotations(alignment: Alignment) -> Iterator[tuple[int, str, Sequence[str]]]:
    """Where each thing that is marked begins, its label, and what it adds one to."""
    for one, _ in alignment.exact:
        yield one.start, one.label, ("first", "second", "exact", "overlap")
    for one, other in alignment.overlapping:
        yield min(one.start, other.start), one.label, ("first", "second", "overlap")
    for one in (*alignment.only_first, *(one for one, _ in alignment.relabelled)):
        yield one.start, one.label, ("first",)
    for other in (*alignment.only_second, *(other for _, other in alignment.relabelled)):
        yield other.start, other.label, ("second",)


def _divided(fragments: Sequence[Fragment], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The code points of each fragment in each paragraph that it touches, with the paragraph's number."""
    for start, end in fragments:
        number = bisect_right(starts, start) - 1
        at = start
        while at < end:
            stop = min(end, starts[number + 1]) if number + 1 < len(starts) else end
            yield number, stop - at
            at = stop
            number += 1


def draws(units: Sequence[Mapping[Column, int]], rounds: int, seed: int) -> Iterator[PairCounts]:
    """The counts of draws of as many paragraphs as there are, with replacement; the same for the same seed."""
    columns: defaultdict[Column, list[tuple[int, int]]] = defaultdict(list)
    for number, unit in enumerate(units):
        for column, count in unit.items():
            columns[column].append((number, count))
    chance = random.Random(seed)  # noqa: S311 - a draw that anyone can repeat, and no secret
    numbers = range(len(units))
    for _ in range(rounds):
        times = [0] * len(units)
        for number in chance.choices(numbers, k=len(units)):
            times[number] += 1
        counts = PairCounts()
        for (name, of), cells in columns.items():
            total = sum([times[number] * count for number, count in cells])
            if isinstance(of, str):
                here = counts.labels[of]
                setattr(here, name, total)
            elif total:
                counts.words[of] = total
        yield counts


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The percentile interval of a figure's values in the draws, interpolated between neighbours."""
    ordered = sorted(values)
    tail = (1 - LEVEL) / 2
    return _quantile(ordered, tail), _quantile(ordered, 1 - tail)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
