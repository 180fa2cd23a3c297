"""Other layers beside one's own: what is still to be settled, and what taking it over or turning it down does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from annotator.history import Step
from annotator.session import Session
from annotator.span_index import Mark
from corpus.adjudication import MINE, Adjudication, Cluster, Difference
from corpus.layers import LayerFile
from schemas import Annotation, Settlement

ORDERS = ("place", "label", "difference", "score")
"""How the queue may be sorted."""


class Review:
    """One session with other layers of the same document beside it."""

    def __init__(self, session: Session, beside: Mapping[str, LayerFile], turned_down: Iterable[str] = ()) -> None:
        self.session = session
        self.beside = {layer: file.annotations for layer, file in sorted(beside.items())}
        self.turned_down = set(turned_down)
        self.known_down = frozenset(self.turned_down)
        """What of it is on the disk, as far as is known."""
        self.order = ORDERS[0]
        self._made = (-1, Adjudication(session.schema, (), {}))

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers beside, sorted by name; a digit stands for each, from 1."""
        return tuple(self.beside)

    @property
    def adjudication(self) -> Adjudication:
        """The layers side by side, as they are now."""
        revision, made = self._made
        if revision != self.session.revision:
            made = Adjudication(self.session.schema, self.session.annotations, self.beside)
            self._made = (self.session.revision, made)
        return made

    @property
    def queue(self) -> list[Cluster]:
        """What is still to be settled, in the order that was chosen."""
        return self.adjudication.queue(self.turned_down, self.order)

    def next_from(self, cluster: Cluster | None, offset: int, step: int = 1) -> Cluster | None:
        """The cluster of the queue so many after this one, or before it, round the ends; else counted from a place."""
        queue = self.queue
        if not queue:
            return None
        numbers = [each.number for each in queue]
        if cluster is not None and cluster.number in numbers:
            return queue[(numbers.index(cluster.number) + step) % len(queue)]
        first = 0
        if self.order == "place":
            first = next((at for at, each in enumerate(queue) if each.extent.start >= offset), 0)
        return queue[(first + step - (step > 0)) % len(queue)]

    def following(self, cluster: Cluster) -> list[str]:
        """The keys of what comes after a cluster in the queue, round the end: where one goes on once it is settled."""
        keys = [self.adjudication.key(each) for each in self.queue]
        key = self.adjudication.key(cluster)
        at = keys.index(key) if key in keys else -1
        return [*keys[at + 1 :], *keys[: max(at, 0)]]

    def first_of(self, keys: Iterable[str]) -> Cluster | None:
        """The first of these that is still to be settled."""
        left = {self.adjudication.key(each): each for each in self.queue}
        return next((left[key] for key in keys if key in left), None)

    def take(self, cluster: Cluster, layer: str) -> Step | None:
        """Takes over what a layer says, in place of what I have there, as one step; links what can be linked by now."""
        annotation = cluster.members[layer]
        mine = cluster.members.get(MINE)
        agreed = self.adjudication.difference(cluster) is Difference.AGREED and len(self.layers) > 1
        settled = Settlement(how="agreed", layers=self.layers) if agreed else Settlement(how="chosen", layers=(layer,))
        values = self.adjudication.values(cluster, layer)
        count = 0
        if mine is not None:
            if mine.label != annotation.label:
                self.session.relabel(mine.id, annotation.label)
                count += 1
            if mine.extent != annotation.extent:
                self.session.resize(mine.id, annotation.extent)
                count += 1
            self.session.change_several(mine.id, values, settled=settled)
            name: str | None = mine.id
        else:
            name = self._mark(annotation, values, settled, score=annotation.score)
        count += 1 + self._link({name})
        return self.session.as_one(count, f"took {annotation.label} “{annotation.text}” from {layer}")

    def _mark(
        self, annotation: Annotation, values: Mapping[str, Any], settled: Settlement, score: float | None = None
    ) -> str | None:
        """Makes what a layer says mine, in one step: in the draft that was made of it before, where there is one."""
        draft = self.session.same(annotation.label, annotation.extent)
        if draft is None:
            return self.session.mark(annotation.label, annotation.extent, values, settled=settled, score=score).focus
        # What cannot be linked yet says nothing against what was linked here meanwhile.
        said = {name: value for name, value in values.items() if value not in (None, [])}
        return self.session.change_several(draft.id, said, settled=settled).focus

    def take_agreed(self) -> Step | None:
        """Takes over everything that all layers beside mine agree on, as one step."""
        clusters = self.adjudication.agreed(self.turned_down)
        settled = Settlement(how="agreed", layers=self.layers)
        adjudication = self.adjudication
        made = set()
        for cluster in clusters:
            annotation = cluster.members[self.layers[0]]
            values = adjudication.values(cluster, self.layers[0])
            made.add(self._mark(annotation, values, settled))
        count = len(clusters) + (self._link(made) if clusters else 0)
        return self.session.as_one(count, f"took {len(clusters)} annotations that all layers agree on")

    def _link(self, made: Collection[str | None]) -> int:
        """Fills references whose targets are there by now; how many steps that was.

        What was changed after it was taken over is only given what was `made` just now: what it could have named
        before, and does not, was left out on purpose.
        """
        changes = self.adjudication.links(self._taken_from("agreed", "chosen"))
        for name, values in self.adjudication.links(self._taken_from("edited")).items():
            new = {field: self._only(name, field, value, made) for field, value in values.items()}
            if new := {field: value for field, value in new.items() if value}:
                changes[name] = new
        for name, values in changes.items():
            entry = self.session.get(name)
            settled = entry.settled if isinstance(entry, Annotation) else None
            self.session.change_several(name, values, settled=settled)
        return len(changes)

    def _only(self, name: str, field: str, value: Any, made: Collection[str | None]) -> Any:
        """What a reference holds and what was made just now, of what it may hold; nothing where nothing is new."""
        if not isinstance(value, list):
            return value if value in made else None
        now = self.session.value(self.session.get(name), field) or []
        return [each for each in value if each in now or each in made] if any(each in made for each in value) else None

    def _taken_from(self, *how: str) -> dict[str, str]:
        """The layer that each annotation of mine was taken from, by id, of those that were settled in these ways."""
        return {
            each.id: each.settled.layers[0]
            for each in self.session.annotations
            if each.settled is not None and each.settled.how in how and each.settled.layers
        }

    def marks(self) -> list[Mark]:
        """What the layers beside say, as outlines; what mine says in the same way is left out."""
        labels = [spec.name for spec in self.session.schema.specs]
        own = {(each.label, each.extent) for each in self.session.annotations}
        return [
            Mark(f"{layer}/{each.id}", each.extent, f"{layer}:{each.label}", labels.index(each.label), "beside")
            for layer, said in self.beside.items()
            for each in said
            if (each.label, each.extent) not in own
        ]
