"""Documents with what is said about them, one after the other: what a dataset is built from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.manifest import Manifest
from schemas import Claim, Document, Entity, LabelSchema


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, and what the layers say about it."""

    document: Document
    published: LayerFile | None = None
    """What the published layer says; nothing where it has no file for the document."""
    layers: tuple[LayerFile, ...] = ()
    """What every layer says, the published one among them."""


class Source(Protocol):
    """Where documents and layers come from. It can be read any number of times, and always reads the same."""

    manifest: Manifest
    schema: LabelSchema
    layer: str | None
    """The published layer; none where there is none yet."""

    def readings(self) -> Iterator[Reading]:
        """Every document with what is said about it, in the corpus's order."""
        ...

    def entities(self) -> Sequence[Entity]:
        """Every entity."""
        ...

    def claims(self) -> Sequence[Claim]:
        """Every claim."""
        ...


class CorpusSource:
    """The documents and layers of a corpus's folder; published is the gold layer, unless another one is named.

    Raises:
        NameUnknown: If the layer that is named is not there.
    """

    def __init__(self, corpus: Corpus, layer: str | None = None) -> None:
        if layer is not None:
            corpus.require_layer(layer)
        self.corpus = corpus
        self.manifest = corpus.manifest
        self.schema = corpus.schema
        self._names = corpus.layers
        gold = corpus.manifest.gold
        self.layer = layer or (gold if gold in self._names else None)
        self._documents = {name: frozenset(corpus.store.layer_documents(name)) for name in self._names}

    def readings(self) -> Iterator[Reading]:
        """Every document with what is said about it, in the corpus's order.

        Raises:
            InputRefused: If a file is not as it must be.
        """
        for document in self.corpus.documents.values():
            layers = tuple(
                self.corpus.store.layer(name, document.id, self.schema)
                for name in self._names
                if document.id in self._documents[name]
            )
            published = next((each for each in layers if each.layer == self.layer), None)
            yield Reading(document, published, layers)

    def entities(self) -> Sequence[Entity]:
        """Every entity."""
        return tuple(self.corpus.entities.values())

    def claims(self) -> Sequence[Claim]:
        """Every claim."""
        return tuple(self.corpus.claims.values())
