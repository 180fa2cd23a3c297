"""Krippendorff's alpha for unitizing: how far layers agree on where the units of a label lie, beyond chance.

It takes a text as a continuum that each layer cuts into units and the gaps between them, so it sees both what was found
and how its edges differ. A layer's units of one label must not overlap in it; nested ones are told apart by depth.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, combinations

from corpus.reliability import NOTHING, Figure
from schemas import Fragment

Levels = Sequence[Sequence[Fragment]]
"""The units of one label by one layer: at each depth they are sorted and disjoint."""


def levels(fragments: Iterable[Fragment]) -> Levels:
    """Units by depth: the outermost first, and then what overlaps one that is placed already, each time the longest.

    Args:
        fragments: What the units cover, in any order. An extent of several fragments counts as several units.
    """
    placed: list[list[Fragment]] = []
    for start, end in sorted(fragments, key=lambda each: (each[0], -each[1])):
        for level in placed:
            if level[-1][1] <= start:
                level.append((start, end))
                break
        else:
            placed.append([(start, end)])
    return placed


@dataclass(slots=True)
class _Depth:
    """What is counted of one label at one depth."""

    observed: int = 0
    """The squared differences of units, over all pairs of layers."""
    units: Counter[int] = field(default_factory=Counter)
    """How many units there are of each length."""
    gaps: Counter[int] = field(default_factory=Counter)
    """How many gaps there are of each length, in the texts that have units at this depth."""
    lengths: Counter[int] = field(default_factory=Counter)
    """The lengths of those texts."""


class Unitizing:
    """Krippendorff's alpha_U, gathered text by text (Krippendorff 1995, Sociological Methodology 25:47-76, in the form
    of Krippendorff 2004, Content Analysis, 2nd edition, section 11.6).

    For m layers on a continuum of L code points, with lengths l, starts b and ends e:

    - the difference of two units that overlap is `(b - b')^2 + (e - e')^2`, that of a unit to the gap that it lies in
      is `l^2`, all others are 0; the observed disagreement D_o is the sum over all ordered pairs of layers, divided by
      `m (m - 1) L^2`;
    - the expected one, D_e, is what the same units and gaps would give if they lay anywhere: `2 / L` times the sum over
      all N units of `(N - 1) (2 l^3 - 3 l^2 + l) / 3 + l^2 * sum(g - l + 1 over gaps g >= l)`, divided by
      `m L (m L - 1) - sum(l (l - 1))`;
    - alpha_U is `1 - sum(D_o) / sum(D_e)` over labels and depths.

    Several texts are one continuum in which no unit and no gap runs on from one text into the next. Only histograms of
    lengths are kept, whatever the number of texts.
    """

    def __init__(self, layers: int) -> None:
        self.layers = layers
        self.length = 0
        """The code points of all texts."""
        self._lengths: Counter[int] = Counter()
        self._depths: defaultdict[tuple[str, int], _Depth] = defaultdict(_Depth)

    def add(self, length: int, units: Sequence[Mapping[str, Levels]]) -> None:
        """Takes in one text.

        Args:
            length: Its code points.
            units: For each layer, its units of each label that it has any of, within `[0, length)`.
        """
        if not length:
            return
        self.length += length
        self._lengths[length] += 1
        for label in {label: None for layer in units for label in layer}:
            of_label = [layer.get(label, ()) for layer in units]
            for depth in range(max(map(len, of_label))):
                here = [each[depth] if depth < len(each) else () for each in of_label]
                self._add(self._depths[label, depth], length, here)

    def _add(self, depth: _Depth, length: int, units: Sequence[Sequence[Fragment]]) -> None:
        depth.lengths[length] += 1
        depth.observed += sum(_difference(one, other) for one, other in combinations(units, 2))
        for layer in units:
            at = 0
            for start, end in layer:
                depth.units[end - start] += 1
                if start > at:
                    depth.gaps[start - at] += 1
                at = end
            if length > at:
                depth.gaps[length - at] += 1

    def alpha(self, labels: Iterable[str]) -> Figure:
        """Alpha_U of these labels together; undefined where there is no unit, or where chance leaves nothing open."""
        wanted = frozenset(labels)
        depths = [each for (label, _), each in self._depths.items() if label in wanted]
        if not any(depth.units for depth in depths):
            return Figure.undefined(NOTHING)
        layers, length = self.layers, self.length
        observed = sum(depth.observed for depth in depths) * 2 / (layers * (layers - 1) * length**2)
        expected = sum(self._expected(depth) for depth in depths)
        if not expected:
            return Figure.undefined("the units could lie nowhere else")
        return Figure(1 - observed / expected)

    def _expected(self, depth: _Depth) -> float:
        layers, length = self.layers, self.length
        gaps = depth.gaps.copy()
        for each, count in self._lengths.items():
            # A text that nobody has units of this label in is one gap for each layer.
            gaps[each] += layers * (count - depth.lengths[each])
        sizes = sorted(gaps)
        # From the longest on: how many gaps are at least so long, and their code points.
        numbers = list(accumulate((gaps[size] for size in reversed(sizes)), initial=0))
        points = list(accumulate((gaps[size] * size for size in reversed(sizes)), initial=0))
        others = depth.units.total() - 1
        thirds = within = 0
        for size, count in depth.units.items():
            longer = len(sizes) - bisect_left(sizes, size)
            thirds += count * others * (2 * size**3 - 3 * size**2 + size)
            within += count * size**2 * (points[longer] - numbers[longer] * (size - 1))
        apart = layers * length * (layers * length - 1)
        alike = sum(count * size * (size - 1) for size, count in depth.units.items())
        return 2 * (thirds + 3 * within) / (3 * length * (apart - alike))


def _difference(first: Sequence[Fragment], second: Sequence[Fragment]) -> int:
    """The squared differences of two layers' units, each sorted and disjoint."""
    if first == second:
        return 0
    total = at = 0
    met = [False] * len(second)
    for start, end in first:
        while at < len(second) and second[at][1] <= start:
            at += 1
        place = at
        while place < len(second) and second[place][0] < end:
            low, high = second[place]
            total += (start - low) ** 2 + (end - high) ** 2
            met[place] = True
            place += 1
        if place == at:
            total += (end - start) ** 2
    return total + sum((high - low) ** 2 for (low, high), is_met in zip(second, met, strict=True) if not is_met)
