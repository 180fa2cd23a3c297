"""Several layers of one document put side by side: what they agree on, where they differ, and how that is settled.

Annotations of different layers that mean the same are gathered into one cluster. A cluster is taken over into the layer
that is being made, or turned down; the layer that is being made is itself a member, under `MINE`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from schemas import Annotation, Extent, Kind, LabelSchema, plain

MINE = ""
"""The name under which the layer that is being made stands in a cluster."""

_SAME_LABEL = 0.25
"""From this share of common code points on, two extents of one label are taken for two readings of the same."""
_OTHER_LABEL = 0.8
"""From this share on, two extents of different labels are."""


class Difference(StrEnum):
    """In what the layers differ; the first that holds, in this order."""

    AGREED = "agreed"
    MISSING = "missing"
    LABEL = "label"
    EDGE = "edge"
    ATTRIBUTE = "attribute"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Cluster:
    """What the layers say about one thing."""

    number: int
    """Its place in the document, counted from 0."""
    members: Mapping[str, Annotation]
    """What each layer says, for the layers that say anything; mine under `MINE`."""

    @property
    def extent(self) -> Extent:
        """Where it is: what mine covers, or else the widest reading."""
        if MINE in self.members:
            return self.members[MINE].extent
        return max((each.extent for each in self.members.values()), key=lambda extent: (extent.size, -extent.start))

    @property
    def label(self) -> str:
        """The label, or the first in alphabetical order where the layers differ."""
        return min(each.label for each in self.members.values())


class Adjudication:
    """One document's layers side by side. The order in which the layers are given changes nothing."""

    def __init__(
        self,
        schema: LabelSchema,
        mine: Iterable[Annotation],
        beside: Mapping[str, Iterable[Annotation]],
    ) -> None:
        self.schema = schema
        self.layers = tuple(sorted(beside))
        """The layers beside mine."""
        members = {MINE: tuple(mine), **{layer: tuple(beside[layer]) for layer in self.layers}}
        self.clusters = _clusters(members)
        """Every cluster, by place."""
        self._cluster_of = {
            (layer, each.id): cluster.number for cluster in self.clusters for layer, each in cluster.members.items()
        }

    def difference(self, cluster: Cluster) -> Difference:
        """In what the layers beside mine differ; with only one of them, in what it differs from mine."""
        layers = self.layers if len(self.layers) > 1 else (MINE, *self.layers)
        members = [(layer, cluster.members[layer]) for layer in layers if layer in cluster.members]
        if len(members) < len(layers):
            return Difference.MISSING
        if len({each.label for _, each in members}) > 1:
            return Difference.LABEL
        if len({each.extent for _, each in members}) > 1:
            return Difference.EDGE
        attributes = [self._attributes(each) for _, each in members]
        if any(each != attributes[0] for each in attributes):
            return Difference.ATTRIBUTE
        references = [self._references(layer, each) for layer, each in members]
        if any(each != references[0] for each in references):
            return Difference.REFERENCE
        return Difference.AGREED

    def queue(self, turned_down: Collection[str] = (), order: str = "place") -> list[Cluster]:
        """What is still to be settled: what some layer beside mine says and I have neither taken nor turned down.

        With one layer beside, what I have differently counts too, until it is turned down, but for what I took over and
        then changed, or took over before what it refers to. `order` is `place`, `label`,
        `difference`, or `score` (the surest first).
        """
        open_ones = [
            cluster
            for cluster in self.clusters
            if set(cluster.members) != {MINE} and self.key(cluster) not in turned_down and not self._is_settled(cluster)
        ]
        match order:
            case "label":
                return sorted(open_ones, key=lambda each: (each.label, each.number))
            case "difference":
                kinds = list(Difference)
                return sorted(open_ones, key=lambda each: (kinds.index(self.difference(each)), each.number))
            case "score":
                return sorted(open_ones, key=lambda each: (-self.score(each), each.number))
            case _:
                return open_ones

    def agreed(self, turned_down: Collection[str] = ()) -> list[Cluster]:
        """What two or more layers beside mine all say in exactly the same way, and crosses nothing of mine."""
        if len(self.layers) < 2:
            return []
        return [
            cluster
            for cluster in self.queue(turned_down)
            if MINE not in cluster.members
            and self.difference(cluster) is Difference.AGREED
            and not any(
                MINE in other.members
                and other.members[MINE].label == cluster.label
                and other.members[MINE].extent.crosses(cluster.extent)
                for other in self.clusters
            )
        ]

    def values(self, cluster: Cluster, layer: str) -> dict[str, Any]:
        """What a layer says in a cluster, as values for mine; references lead to mine, where the target is there."""
        annotation = cluster.members[layer]
        values = self._attributes(annotation)
        for field in self.schema.by_name[annotation.label].of_kind(Kind.REFERENCE):
            targets = [
                self.clusters[number].members[MINE].id
                for number in self._targets(layer, annotation, field.name)
                if MINE in self.clusters[number].members
            ]
            values[field.name] = targets if field.many else next(iter(targets), None)
        return values

    def links(self, taken_from: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        """What can be linked by now in annotations of mine that were taken over before their targets were.

        Args:
            taken_from: The layer that each annotation of mine was taken from, by id.

        Returns:
            The changed reference fields, by the id of mine.
        """
        changes: dict[str, dict[str, Any]] = {}
        for cluster in self.clusters:
            mine = cluster.members.get(MINE)
            layer = taken_from.get(mine.id) if mine is not None else None
            if mine is None or layer is None or layer not in cluster.members:
                continue
            if cluster.members[layer].label != mine.label:
                continue
            wanted = self.values(cluster, layer)
            for field in self.schema.by_name[mine.label].of_kind(Kind.REFERENCE):
                now = plain(getattr(mine, field.name))
                if field.many:
                    more = [each for each in wanted[field.name] if each not in now]
                    if more:
                        changes.setdefault(mine.id, {})[field.name] = [*now, *more]
                elif now is None and wanted[field.name] is not None:
                    changes.setdefault(mine.id, {})[field.name] = wanted[field.name]
        return changes

    def key(self, cluster: Cluster) -> str:
        """A name for what the layers say here, which stays the same as long as they say it."""
        members = (f"{layer}:{each.id}" for layer, each in sorted(cluster.members.items()) if layer != MINE)
        return " ".join(members)

    def score(self, cluster: Cluster) -> float:
        """How sure the layers are; 0 where none says."""
        return max((each.score or 0.0 for layer, each in cluster.members.items() if layer != MINE), default=0.0)

    def fields(self, cluster: Cluster) -> list[tuple[str, dict[str, str]]]:
        """Who said what, field by field: the words, the label, then every own field, as text by layer."""
        said = {layer: each for layer, each in cluster.members.items() if layer != MINE}
        rows = [
            ("words", {layer: each.text for layer, each in said.items()}),
            ("label", {layer: each.label for layer, each in said.items()}),
        ]
        names = dict.fromkeys(field.name for each in said.values() for field in self.schema.by_name[each.label].fields)
        for name in names:
            row = {}
            for layer, each in said.items():
                if any(field.name == name for field in self.schema.by_name[each.label].fields):
                    row[layer] = self._shown(layer, each, name)
            rows.append((name, row))
        return rows

    def _shown(self, layer: str, annotation: Annotation, name: str) -> str:
        field = self.schema.by_name[annotation.label].field(name)
        value = plain(getattr(annotation, name))
        if field.kind is Kind.REFERENCE:
            numbers = self._targets(layer, annotation, name)
            return ", ".join(self.clusters[number].members[layer].text for number in numbers)
        if value is None or value == []:
            return "–"
        if field.kind is Kind.EXTENT:
            return " ".join(f"{start}–{end}" for start, end in value)
        return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)

    def _is_settled(self, cluster: Cluster) -> bool:
        if MINE not in cluster.members:
            return False
        return len(self.layers) > 1 or self.difference(cluster) is Difference.AGREED or self._is_decided(cluster)

    def _is_decided(self, cluster: Cluster) -> bool:
        """Whether mine was taken over from the layer, and changed since, or waits for nothing but what it refers to."""
        mine, (layer,) = cluster.members[MINE], self.layers
        if mine.settled is None or layer not in mine.settled.layers:
            return False
        if mine.settled.how == "edited":
            return True
        if self.difference(cluster) is not Difference.REFERENCE:
            return False
        wanted = self.values(cluster, layer)
        references = self.schema.by_name[mine.label].of_kind(Kind.REFERENCE)
        return all(plain(getattr(mine, field.name)) == wanted[field.name] for field in references)

    def _attributes(self, annotation: Annotation) -> dict[str, Any]:
        """The own fields of an annotation but for its references."""
        spec = self.schema.by_name[annotation.label]
        return {
            field.name: plain(getattr(annotation, field.name))
            for field in spec.fields
            if field.kind is not Kind.REFERENCE
        }

    def _references(self, layer: str, annotation: Annotation) -> dict[str, frozenset[int]]:
        """The clusters that an annotation's fields refer to."""
        spec = self.schema.by_name[annotation.label]
        return {
            field.name: frozenset(self._targets(layer, annotation, field.name))
            for field in spec.of_kind(Kind.REFERENCE)
        }

    def _targets(self, layer: str, annotation: Annotation, name: str) -> list[int]:
        value = plain(getattr(annotation, name))
        ids = value if isinstance(value, list) else [value]
        return [self._cluster_of[layer, each] for each in ids if (layer, each) in self._cluster_of]

    @cached_property
    def by_mine(self) -> Mapping[str, Cluster]:
        """The cluster of each annotation of mine, by its id."""
        return {each.members[MINE].id: each for each in self.clusters if MINE in each.members}


def _clusters(members: Mapping[str, Sequence[Annotation]]) -> tuple[Cluster, ...]:
    groups: dict[tuple[str, Extent], dict[str, Annotation]] = {}
    for layer, said in members.items():
        for each in said:
            groups.setdefault((each.label, each.extent), {})[layer] = each
    keys = sorted(groups, key=lambda key: (key[1], key[0]))
    joined = _joined(keys, [frozenset(groups[key]) for key in keys])
    gathered: dict[int, dict[str, Annotation]] = {}
    for position, key in enumerate(keys):
        gathered.setdefault(joined[position], {}).update(groups[key])
    ordered = sorted(gathered.values(), key=lambda each: min(one.order[:3] for one in each.values()))
    return tuple(Cluster(number, dict(sorted(each.items()))) for number, each in enumerate(ordered))


def _joined(keys: Sequence[tuple[str, Extent]], layers: Sequence[frozenset[str]]) -> list[int]:
    """For each group the first of the groups that it belongs together with: the most alike are joined first."""
    pairs = []
    around: list[int] = []
    for here, (label, extent) in enumerate(keys):
        around = [other for other in around if keys[other][1].end > extent.start]
        for other in around:
            other_label, other_extent = keys[other]
            shared = extent.shared(other_extent)
            share = shared / (extent.size + other_extent.size - shared)
            if not layers[here] & layers[other] and share >= (_SAME_LABEL if label == other_label else _OTHER_LABEL):
                pairs.append((label != other_label, -share, other, here))
        around.append(here)
    root = list(range(len(keys)))
    inside = list(layers)
    for *_, one, other in sorted(pairs):
        low, high = sorted((_root(root, one), _root(root, other)))
        if low != high and not inside[low] & inside[high]:
            root[high] = low
            inside[low] |= inside[high]
    return [_root(root, position) for position in range(len(keys))]


def _root(root: Sequence[int], position: int) -> int:
    while root[position] != position:
        position = root[position]
    return position
