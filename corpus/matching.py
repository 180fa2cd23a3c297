"""Which annotation of one layer is the counterpart of which of another: the best one-to-one matching of extents.

A greedy matching depends on the order in which it looks, and may leave unmatched what could have been matched; here the
sum over all pairs is the largest that there is, and swapping the two sides changes nothing.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any

from schemas import Annotation, Extent, Fragment

Spans = tuple[Fragment, ...]
"""What an annotation covers; an `Extent` is one."""

_Edges = dict[tuple[int, int], tuple[int, int]]

_MOST_BITS = 512
RELABELLED = 0.5
"""From this share of common code points on, what bears another label is the same thing under another name. With less in
common they are two things, since one often lies inside the other."""


def share(first: Spans, second: Spans) -> tuple[int, int]:
    """How many code points both cover, and how many either covers; the quotient is their Jaccard index."""
    shared = sum([max(0, min(end, high) - max(start, low)) for start, end in first for low, high in second])
    sizes = sum([end - start for start, end in first]) + sum([high - low for low, high in second])
    return shared, sizes - shared


def matched(first: Sequence[Spans], second: Sequence[Spans], least: float = 0.0) -> list[tuple[int, int]]:
    """The one-to-one pairs of overlapping extents with the largest sum of Jaccard indices.

    It is a maximum-weight bipartite matching, found by shortest augmenting paths (Kuhn 1955, Naval Research Logistics
    Quarterly 2:83-97; Jonker and Volgenant 1987, Computing 38:325-340), in each group of extents that overlap one
    another. Equal extents are paired first: the Jaccard distance keeps the triangle inequality, so no sum can gain by
    parting them. Of several best matchings of the rest, one with the most pairs is taken.

    Args:
        first: What the annotations of the first layer cover, in an order that says nothing.
        second: The same of the second.
        least: Pairs that have less in common are none.

    Returns:
        The places of the pairs, sorted.
    """
    pairs = []
    places: dict[Spans, list[int]] = {}
    for j in range(len(second) - 1, -1, -1):
        places.setdefault(second[j], []).append(j)
    rest_first = []
    for i, spans in enumerate(first):
        if there := places.get(spans):
            pairs.append((i, there.pop()))
        else:
            rest_first.append(i)
    rest_second = sorted(j for there in places.values() for j in there)
    if rest_first and rest_second:
        one = {i: first[i] for i in rest_first}
        other = {j: second[j] for j in rest_second}
        pairs += _best(one, other, least)
    return sorted(pairs)


def _best(first: Mapping[int, Spans], second: Mapping[int, Spans], least: float) -> list[tuple[int, int]]:
    """The best pairs where none are equal, group by group."""
    pairs: list[tuple[int, int]] = []
    for edges in _groups(_overlaps(first, second, least)):
        if len(edges) == 1:
            pairs += edges
            continue
        rows = sorted({i for i, _ in edges}, key=first.__getitem__)
        columns = sorted({j for _, j in edges}, key=second.__getitem__)
        # Among equally good matchings the search takes the one that it finds first: which side leads it must not
        # depend on which layer was named first, so it depends on the extents.
        if [second[j] for j in columns] < [first[i] for i in rows]:
            found = _assigned(_weights({(j, i): common for (i, j), common in edges.items()}, columns, rows))
            pairs += [(rows[row], columns[column]) for column, row in found.items()]
        else:
            found = _assigned(_weights(edges, rows, columns))
            pairs += [(rows[row], columns[column]) for row, column in found.items()]
    return pairs


def _weights(edges: _Edges, rows: Sequence[int], columns: Sequence[int]) -> list[dict[int, int]]:
    """The Jaccard indices of each row, by column; both are renumbered by their places.

    They are whole numbers, so that sums compare exactly, and of equal sums that of more pairs is larger. Only among
    very many extents of different sizes are they rounded, to sixty-four bits.
    """
    scale = math.lcm(*{either for _, either in edges.values()})
    if scale.bit_length() > _MOST_BITS:
        scale = 1 << 64
    most = len(edges) + 1
    row_at = {i: place for place, i in enumerate(rows)}
    column_at = {j: place for place, j in enumerate(columns)}
    weights: list[dict[int, int]] = [{} for _ in rows]
    for (i, j), (shared, either) in edges.items():
        weights[row_at[i]][column_at[j]] = shared * scale // either * most + 1
    return weights


def _overlaps(first: Mapping[int, Spans], second: Mapping[int, Spans], least: float) -> _Edges:
    """The pairs that have something in common, each with its `share`."""
    edges = {}
    waiting = sorted(second, key=lambda j: second[j][0][0], reverse=True)
    active: list[int] = []
    for i in sorted(first, key=lambda i: first[i][0][0]):
        start, end = first[i][0][0], first[i][-1][1]
        active = [j for j in active if second[j][-1][1] > start]
        while waiting and second[waiting[-1]][0][0] < end:
            j = waiting.pop()
            if second[j][-1][1] > start:
                active.append(j)
        for j in active:
            if second[j][0][0] < end:
                shared, either = share(first[i], second[j])
                if shared and shared >= least * either:
                    edges[i, j] = shared, either
    return edges


def _groups(edges: _Edges) -> Iterable[_Edges]:
    """The edges in groups that have no end in common."""
    parents: dict[tuple[bool, int], tuple[bool, int]] = {}

    def root(node: tuple[bool, int]) -> tuple[bool, int]:
        while (parent := parents.setdefault(node, node)) != node:
            parents[node] = parents[parent]
            node = parent
        return node

    for i, j in edges:
        parents[root((False, i))] = root((True, j))
    groups: dict[tuple[bool, int], _Edges] = {}
    for (i, j), common in edges.items():
        groups.setdefault(root((False, i)), {})[i, j] = common
    return groups.values()


def _assigned(rows: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """The assignment of rows to columns with the largest sum of weights; a row may stay without a column.

    Rows come in one after the other, each by the cheapest path that ends at a free column, or at a row that goes
    without one from then on. Weights are whole numbers, so that sums compare exactly.

    Args:
        rows: For each row, the weight of each column that it may have.
    """
    owners: dict[int, int] = {}
    held: dict[int, int] = {}
    row_prices = [-max(row.values()) for row in rows]
    column_prices: dict[int, int] = {}
    for root in range(len(rows)):
        reached = {root: 0}
        settled: dict[int, int] = {}
        nearest: dict[int, int] = {}
        came_from: dict[int, int] = {}
        # How far it is to where a path may end, whether it is a row that goes without, and the row or column.
        heap: list[tuple[int, bool, int]] = []
        row, distance = root, 0
        while True:
            heapq.heappush(heap, (distance - row_prices[row], True, row))
            for column, weight in rows[row].items():
                length = distance - weight - row_prices[row] - column_prices.get(column, 0)
                if column not in settled and length < nearest.get(column, length + 1):
                    nearest[column] = length
                    came_from[column] = row
                    heapq.heappush(heap, (length, False, column))
            distance, goes_without, place = heapq.heappop(heap)
            while not goes_without and place in settled:
                distance, goes_without, place = heapq.heappop(heap)
            if goes_without or place not in owners:
                break
            settled[place] = distance
            row = owners[place]
            reached[row] = distance
        for row, length in reached.items():
            row_prices[row] += distance - length
        for column, length in settled.items():
            column_prices[column] = column_prices.get(column, 0) - distance + length
        free = held.pop(place, None) if goes_without else place
        while free is not None:
            row = came_from[free]
            before = held.get(row)
            owners[free], held[row] = row, free
            free = before
    return held


@dataclass(frozen=True, slots=True)
class Alignment:
    """What two layers say about one document, put side by side."""

    exact: list[tuple[Annotation, Annotation]]
    """Same label, same extent."""
    overlapping: list[tuple[Annotation, Annotation]]
    """Same label, other edges."""
    relabelled: list[tuple[Annotation, Annotation]]
    """Another label on at least half of what either covers."""
    only_first: list[Annotation]
    """What has no counterpart in the second."""
    only_second: list[Annotation]

    @property
    def pairs(self) -> list[tuple[Annotation, Annotation]]:
        """Everything that has a counterpart of its own label."""
        return self.exact + self.overlapping


Place = tuple[str, int, int, Extent | None]
"""Label, start, end and fragments: where two annotations have the same, they are exactly the same thing."""

_place: Callable[[Annotation], Place] = attrgetter("label", "start", "end", "fragments")
_place_in: Callable[[dict[str, Any]], Place] = itemgetter("label", "start", "end", "fragments")
_values: Callable[[Annotation], dict[str, Any]] = attrgetter("__dict__")


def places(annotations: Iterable[Annotation]) -> list[Place]:
    """The places of one document's annotations, one for each, in their order.

    Reading them costs several times what counting does. Whoever compares one layer with several reads them once.
    """
    # Four look-ups in an annotation's own values cost less than four of its attributes.
    return list(map(_place_in, map(_values, annotations)))


def exact_count(first: Sequence[Place], second: Sequence[Place]) -> int:
    """How many annotations of one document both layers have, with the same label and the same extent.

    `align` finds these and everything else; whoever wants exact F1 and no more has it here at a fraction of the time.

    Args:
        first: The places of the first layer's annotations, in an order that says nothing.
        second: The same of the second. What a layer has twice counts twice, if the other has it twice as well.
    """
    once = set(first)
    if len(once) == len(first):
        # What the first has once cannot be shared twice, however often the second repeats it.
        return len(once.intersection(second))
    return (Counter(first) & Counter(second)).total()


def align(first: Sequence[Annotation], second: Sequence[Annotation]) -> Alignment:
    """The counterparts of two layers' annotations of one document, each label for itself; then, of what is left, what
    bears another label.
    """
    one, other = _by_place(first), _by_place(second)
    exact = [(annotation, other[place]) for place, annotation in one.items() if place in other]
    if len(exact) == len(one) == len(other):
        return Alignment(exact, [], [], [], [])
    rest_first = [annotation for place, annotation in one.items() if place not in other]
    rest_second = [annotation for place, annotation in other.items() if place not in one]
    overlapping = []
    for label in dict.fromkeys(each.label for each in rest_first):
        of_first = [each for each in rest_first if each.label == label]
        of_second = [each for each in rest_second if each.label == label]
        overlapping += _pairs(of_first, of_second, 0.0)
    rest_first, rest_second = _without(rest_first, rest_second, overlapping)
    relabelled = _pairs(rest_first, rest_second, RELABELLED)
    return Alignment(exact, overlapping, relabelled, *_without(rest_first, rest_second, relabelled))


def _by_place(annotations: Sequence[Annotation]) -> dict[tuple[object, ...], Annotation]:
    """The annotations by label and extent; one that repeats others is kept apart by how many of them there are."""
    places: list[tuple[object, ...]] = list(map(_place, annotations))
    found = dict(zip(places, annotations, strict=True))
    if len(found) == len(places):
        return found
    found = {}
    seen: dict[tuple[object, ...], int] = {}
    for place, annotation in zip(places, annotations, strict=True):
        times = seen[place] = seen.get(place, -1) + 1
        found[(*place, times) if times else place] = annotation
    return found


def _pairs(
    first: Sequence[Annotation], second: Sequence[Annotation], least: float
) -> list[tuple[Annotation, Annotation]]:
    """The best pairs of annotations, whatever their labels."""
    if not first or not second:
        return []
    found = matched([each.extent for each in first], [each.extent for each in second], least)
    return [(first[i], second[j]) for i, j in found]


def _without(
    first: Sequence[Annotation], second: Sequence[Annotation], pairs: Iterable[tuple[Annotation, Annotation]]
) -> tuple[list[Annotation], list[Annotation]]:
    """What of either side is in no pair."""
    paired = {id(each) for pair in pairs for each in pair}
    return [each for each in first if id(each) not in paired], [each for each in second if id(each) not in paired]
