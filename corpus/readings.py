"""Documents with what is said about them, one after the other: what a dataset is built from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from corpus import codes, jsonl, layers
from corpus.check import check
from corpus.corpus import Corpus
from corpus.errors import InputRefused, StoreFailed
from corpus.layers import LayerFile
from corpus.manifest import FILE, Manifest
from corpus.rule_faults import rule_fault
from corpus.shard_check import LINE_LIMIT, check_shard
from schemas import Annotation, Claim, Document, Entity, Finding, LabelledDocument, LabelSchema


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, and what the layers say about it."""

    document: Document
    published: LayerFile | None = None
    """What the published layer says; nothing where it has no file for the document."""
    layers: tuple[LayerFile, ...] = ()
    """What every layer says, the published one among them."""


Readings = Sequence[Reading]
"""Some documents after each other, which are turned into rows together."""

_TOGETHER = 250
"""The most documents that are turned into rows together."""

_TEXT_TOGETHER = 1_000_000
"""The code points of text after which no document is added to them, so that long ones do not pile up in memory."""

_FEW = 25
"""The most documents that are held at a time: the objects of many more no longer fit where a processor finds them soon.
Of fewer, the values of a column are so few that asking for each column takes as long as they do."""


def few_at_a_time(readings: Iterable[Reading]) -> Iterator[tuple[Readings, bool]]:
    """The readings, a few at a time, and whether they are the last of those that are turned into rows together."""
    few: list[Reading] = []
    count = size = 0
    for reading in readings:
        few.append(reading)
        count += 1
        size += len(reading.document.text)
        is_enough = count == _TOGETHER or size >= _TEXT_TOGETHER
        if is_enough or len(few) == _FEW:
            yield few, is_enough
            few = []
            if is_enough:
                count = size = 0
    if count:
        yield few, True


def some_at_a_time(readings: Iterable[Reading]) -> Iterator[Readings]:
    """The readings, as many at a time as are turned into rows together."""
    some: list[Reading] = []
    for few, is_last in few_at_a_time(readings):
        some += few
        if is_last:
            yield some
            some = []


class Source(Protocol):
    """Where documents and layers come from. It can be read any number of times, and always reads the same."""

    manifest: Manifest
    schema: LabelSchema
    layer: str | None
    """The published layer; none where there is none yet."""

    @property
    def size(self) -> int:
        """How much there is to read."""
        ...

    def readings(self) -> Iterator[Reading]:
        """Every document with what is said about it, in the corpus's order."""
        ...

    def findings(self) -> Iterator[Finding]:
        """What the check says of what would be published, with a note on every document that is not done."""
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

    @property
    def size(self) -> int:
        """How many documents there are."""
        return len(self.corpus.documents)

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

    def findings(self) -> Iterator[Finding]:
        """What the check says of the records and the layer, with a note on every document that is not done."""
        if self.layer is None:
            gold = self.manifest.gold
            what = f"the gold layer {gold} is not there" if gold else "there is no gold layer"
            yield codes.GOLD.finding(what, file=FILE)
            return
        yield from check(self.corpus, layers=[self.layer])
        for document in self.corpus.documents:
            if document not in self._documents[self.layer]:
                yield codes.LAYER_OPEN.finding("the document was not begun", document=document, layer=self.layer)

    def entities(self) -> Sequence[Entity]:
        """Every entity."""
        return tuple(self.corpus.entities.values())

    def claims(self) -> Sequence[Claim]:
        """Every claim."""
        return tuple(self.corpus.claims.values())


class ShardSource:
    """Shards, which are read line by line: one annotator's labels of documents that the corpus need not have.

    What the corpus says of itself, its schema and its entities hold for them; its claims are about its own documents.
    """

    def __init__(self, corpus: Corpus, shards: Sequence[Path], annotator: str | None = None) -> None:
        self.corpus = corpus
        self.manifest = corpus.manifest
        self.schema = corpus.schema
        self.layer = annotator
        self.shards = shards
        self._is_named = annotator is not None
        if annotator is None:
            first = next(self._labelled(), None)
            self.layer = first.header.annotator if first else None

    def readings(self) -> Iterator[Reading]:
        """Every document, as its line comes.

        Raises:
            InputRefused: If a line is not as it must be, or a document is there twice.
            StoreFailed: If a shard cannot be read.
        """
        yield from self._readings(self._labelled())

    @property
    def size(self) -> int:
        """The bytes of the shards.

        Raises:
            OSError: If one is not there.
        """
        return sum(shard.stat().st_size for shard in self.shards)

    def require_annotators(self, annotators: Iterable[str]) -> None:
        """Refuses labels of another annotator where none was named.

        Raises:
            InputRefused: If there are labels of two annotators.
        """
        other = next((annotator for annotator in annotators if annotator != self.layer), None)
        if other is not None and not self._is_named:
            raise InputRefused(
                f"the shards hold labels of {self.layer} and of {other}", help="Name one of them with --layer"
            )

    def _readings(self, documents: Iterable[LabelledDocument[Annotation]]) -> Iterator[Reading]:
        seen: set[str] = set()
        for labelled in documents:
            name, annotator = labelled.document.id, labelled.header.annotator
            self.require_annotators([annotator])
            if annotator != self.layer:
                continue
            if name in seen:
                raise InputRefused.by(codes.DOC_DUP.finding(f"the document {name} is there twice", document=name))
            seen.add(name)
            layer = LayerFile(annotator, labelled.header, labelled.annotations)
            yield Reading(labelled.document, layer, (layer,))

    def findings(self) -> Iterator[Finding]:
        """What the check says of the shards, with a note on every document that is not done."""
        for shard in self.shards:
            yield from check_shard(shard, self.schema, self.corpus.entities)

    def entities(self) -> Sequence[Entity]:
        """Every entity."""
        return tuple(self.corpus.entities.values())

    def claims(self) -> Sequence[Claim]:
        """None: the corpus's claims are about documents that are not here."""
        return ()

    def _labelled(self) -> Iterator[LabelledDocument[Annotation]]:
        validate = self.schema.labelled_document.__pydantic_validator__.validate_json
        for shard in self.shards:
            try:
                with shard.open("rb") as stream:
                    for line in jsonl.split_stream(stream, str(shard), LINE_LIMIT):
                        if isinstance(line, Finding):
                            raise InputRefused.by(line)
                        try:
                            yield validate(line.data, by_alias=True, by_name=False)
                        except ValidationError as error:
                            faults = layers.invalid(error, codes.RECORD, str(shard), line.number, self.schema)
                            raise InputRefused.by(faults[0]) from error
                        except Exception as error:
                            fault = rule_fault(error, self.schema, f"what the schema asks of line {line.number}")
                            raise InputRefused.by(fault.at(file=str(shard), line=line.number)) from error
            except OSError as error:
                raise StoreFailed(f"it cannot be read: {error.strerror}", path=shard) from error
