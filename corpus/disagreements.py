"""Where two layers differ, one by one: what somebody has to look at to find out why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from corpus.field_agreement import Counterparts, differing, several
from corpus.matching import Alignment
from schemas import Annotation, Document, Kind, LabelSchema, plain


class Difference(StrEnum):
    """In what two layers differ."""

    MISSING = "missing"
    """Only one has an annotation there."""
    LABEL = "label"
    """Both have one, under different labels."""
    EDGE = "edge"
    """Both have one of the same label, with other edges."""
    ATTRIBUTE = "attribute"
    """A field has other values."""
    REFERENCE = "reference"
    """A field refers to other annotations."""
    EXTENT = "extent"
    """A field covers something else."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One difference, with its place. `first` and `second` are the two layers, in the order in which they are named."""

    kind: Difference
    document: str
    layers: tuple[str, str]
    start: int
    """The first code point that either annotation covers."""
    end: int
    """One past the last."""
    labels: tuple[str | None, str | None]
    """The label in each layer; none where it has nothing there."""
    ids: tuple[str | None, str | None]
    words: tuple[str | None, str | None]
    """What is covered in each layer."""
    field: str | None = None
    """The field that differs."""
    values: tuple[Any, Any] | None = None
    """What it holds in each layer, as plain values; of references and extents the words there."""


class Differences:
    """The differences of two layers in one document."""

    def __init__(
        self,
        schema: LabelSchema,
        document: Document,
        layers: tuple[str, str],
        alignment: Alignment,
        annotations: tuple[Collection[Annotation], Collection[Annotation]],
    ) -> None:
        self._schema = schema
        self._document = document
        self._layers = layers
        self._alignment = alignment
        self._words = tuple({each.id: each.text for each in layer} for layer in annotations)

    def of(self, labels: Collection[str]) -> list[Disagreement]:
        """Those of some labels, by place."""
        found = [each for each in self._found() if each.labels[0] in labels or each.labels[1] in labels]
        return sorted(found, key=lambda each: (each.start, each.end, each.kind, each.labels[0] or "", each.field or ""))

    def _found(self) -> Iterator[Disagreement]:
        alignment = self._alignment
        for one in alignment.only_first:
            yield self._made(Difference.MISSING, one, None)
        for other in alignment.only_second:
            yield self._made(Difference.MISSING, None, other)
        for one, other in alignment.relabelled:
            yield self._made(Difference.LABEL, one, other)
        for one, other in alignment.overlapping:
            yield self._made(Difference.EDGE, one, other)
        counterparts = Counterparts(alignment)
        for one, other in alignment.pairs:
            for name in differing(self._schema, one, other, counterparts):
                yield self._field(name, one, other)

    def _field(self, name: str, one: Annotation, other: Annotation) -> Disagreement:
        kind = self._schema.by_name[one.label].field(name).kind
        first, second = getattr(one, name), getattr(other, name)
        match kind:
            case Kind.REFERENCE:
                leads_to = self._targets(0, first), self._targets(1, second)
                return self._made(Difference.REFERENCE, one, other, name, leads_to)
            case Kind.EXTENT:
                covers = self._covered(first), self._covered(second)
                return self._made(Difference.EXTENT, one, other, name, covers)
        return self._made(Difference.ATTRIBUTE, one, other, name, (plain(first), plain(second)))

    def _targets(self, layer: int, value: Any) -> list[str]:
        """The words of the annotations that a reference leads to; an id that is not there stands for itself."""
        return [self._words[layer].get(name, name) for name in several(value)]

    def _covered(self, value: Any) -> list[str]:
        return [extent.text(self._document.text) for extent in several(value)]

    def _made(
        self,
        kind: Difference,
        one: Annotation | None,
        other: Annotation | None,
        name: str | None = None,
        values: tuple[Any, Any] | None = None,
    ) -> Disagreement:
        there = [each for each in (one, other) if each is not None]
        return Disagreement(
            kind=kind,
            document=self._document.id,
            layers=self._layers,
            start=min(each.start for each in there),
            end=max(each.end for each in there),
            labels=(one.label if one else None, other.label if other else None),
            ids=(one.id if one else None, other.id if other else None),
            words=(one.text if one else None, other.text if other else None),
            field=name,
            values=values,
        )
