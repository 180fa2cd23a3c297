"""What a corpus holds, counted: documents, words, zones, annotations by label, the values of fields, progress.

Documents are read one after the other. What is kept of each is a row of numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from corpus import provenance
from corpus.check import check
from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.nesting import depths
from corpus.open_text import OpenText
from corpus.provenance import Making, Origin, Provenance
from schemas import Annotation, Document, FieldSpec, Finding, Kind, LabelSchema, LabelSpec, Severity, Status, plain

NOT_BEGUN = "not begun"
"""How far a layer is with a document that it has no file for; beside the statuses."""

PROGRESS = (*(status.value for status in (Status.DONE, Status.FLAGGED, Status.OPEN)), NOT_BEGUN)
"""How far a layer can be with a document, the farthest first."""

COUNTED_VALUES = 1000
"""How many different values of a field without a closed list are told apart; what comes later is counted as others."""

_MEASURED = frozenset({Kind.INTEGER, Kind.NUMBER})


@dataclass(slots=True)
class FieldCensus:
    """What a field holds in the annotations of its label, within one layer."""

    spec: FieldSpec
    annotations: int = 0
    empty: int = 0
    """The annotations in which it holds nothing."""
    values: Counter[str] = field(default_factory=Counter)
    """How often each value is there: of a closed list the names, of a reference the labels that it leads to, of an
    entity its id. Of an extent, nothing."""
    others: int = 0
    """The values beyond `COUNTED_VALUES` different ones."""
    interrupted: int = 0
    """The extents of more than one fragment."""
    code_points: int = 0
    """What the extents cover."""
    least: float | None = None
    """The smallest number."""
    most: float | None = None
    """The largest number."""

    def __post_init__(self) -> None:
        if self.spec.kind is Kind.TOGGLE:
            self.values.update({"yes": 0, "no": 0})
        self.values.update(dict.fromkeys((choice.name for choice in self.spec.choices), 0))

    @property
    def filled(self) -> int:
        """The annotations in which it holds something."""
        return self.annotations - self.empty

    @property
    def may_be_empty(self) -> bool:
        """Whether an annotation may leave it empty."""
        return self.spec.nullable or self.spec.many

    @property
    def empty_share(self) -> float | None:
        """The share of annotations in which it is empty; none without annotations."""
        return self.empty / self.annotations if self.annotations else None

    @property
    def is_closed(self) -> bool:
        """Whether its values are a closed list."""
        return self.spec.kind in (Kind.CHOICE, Kind.TOGGLE)

    def add(self, annotation: Annotation, labels: Mapping[str, str]) -> None:
        """Counts one annotation. `labels` are those of the document's annotations, by id."""
        self.annotations += 1
        value = getattr(annotation, self.spec.name)
        if value is None or value == ():
            self.empty += 1
            return
        for each in value if self.spec.many else (value,):
            self._add_value(each, labels)

    def _add_value(self, value: Any, labels: Mapping[str, str]) -> None:
        if self.spec.kind is Kind.EXTENT:
            self.interrupted += len(value) > 1
            self.code_points += value.size
            return
        if self.spec.kind in _MEASURED:
            self.least = value if self.least is None else min(self.least, value)
            self.most = value if self.most is None else max(self.most, value)
        name = self._name(value, labels)
        if name in self.values or len(self.values) < COUNTED_VALUES:
            self.values[name] += 1
        else:
            self.others += 1

    def _name(self, value: Any, labels: Mapping[str, str]) -> str:
        if self.spec.kind is Kind.TOGGLE:
            return "yes" if value else "no"
        if self.spec.kind is Kind.REFERENCE:
            return labels.get(value, value)
        return str(plain(value))


@dataclass(slots=True)
class LabelCensus:
    """How a layer uses one label."""

    spec: LabelSpec
    annotations: int = 0
    documents: int = 0
    """The documents in which it is used."""
    interrupted: int = 0
    """The annotations of more than one fragment."""
    code_points: int = 0
    """What its annotations cover, each counted by itself."""
    fields: dict[str, FieldCensus] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fields = {each.name: FieldCensus(each) for each in self.spec.fields}


@dataclass(frozen=True, slots=True)
class DocumentLayer:
    """What a layer says about one document, in numbers."""

    layer: str
    status: Status
    comment: str | None
    annotator: str
    labels: Mapping[str, int]
    """How many annotations each label has."""
    seconds: float = 0.0
    """For how long somebody was at work on it, as far as that was noted."""
    making: Making = field(default_factory=Making)
    """How its annotations came to be, as far as that was noted."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """The same one by one, by id: of those that something was noted about."""

    @property
    def annotations(self) -> int:
        """How many annotations it has."""
        return sum(self.labels.values())


@dataclass(frozen=True, slots=True)
class DocumentCensus:
    """One document in numbers."""

    id: str
    title: str | None
    code_points: int
    words: int
    """The words of its open zones."""
    zones: Mapping[str, int]
    """The code points of each kind of zone; none where no zone is given."""
    layers: Mapping[str, DocumentLayer]

    def density(self, layer: str) -> float | None:
        """How many annotations a layer has on 1,000 words; none where it has no file, or there are no words."""
        there = self.layers.get(layer)
        return per_thousand(there.annotations, self.words) if there else None


@dataclass(slots=True)
class LayerCensus:
    """One layer in numbers."""

    name: str
    labels: dict[str, LabelCensus]
    documents: int = 0
    """The documents that it has a file for."""
    words: int = 0
    """The words of their open zones."""
    annotators: Counter[str] = field(default_factory=Counter)
    """Who made it, with the number of documents."""
    progress: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PROGRESS, 0))
    """How many documents have each status, and how many are not begun."""
    depths: Counter[int] = field(default_factory=Counter)
    """How many annotations are held by so many others."""
    settled: Counter[str] = field(default_factory=Counter)
    """How adjudicated annotations came to be: how many agreed on, chosen from each layer, edited, new."""
    seconds: float = 0.0
    """For how long somebody was at work on it, as far as that was noted."""
    timed: int = 0
    """The documents of which that was noted."""
    making: Making = field(default_factory=Making)
    """How its annotations came to be, as far as that was noted."""

    @property
    def annotations(self) -> int:
        """How many annotations it has."""
        return sum(each.annotations for each in self.labels.values())

    @property
    def density(self) -> float | None:
        """How many annotations it has on 1,000 words of the documents that it has a file for; none without words."""
        return per_thousand(self.annotations, self.words)


@dataclass(slots=True)
class Census:
    """A corpus in numbers."""

    name: str
    schema: LabelSchema
    gold: str | None
    """The gold layer, where it is there."""
    layers: dict[str, LayerCensus]
    """By name, gold first."""
    entities: int
    claims: int
    documents: list[DocumentCensus] = field(default_factory=list)
    zones: Counter[str] = field(default_factory=Counter)
    """How many zones there are of each kind."""
    zone_code_points: Counter[str] = field(default_factory=Counter)
    """How many code points they hold."""
    findings: Counter[tuple[Severity, str]] | None = None
    """How often the check finds each code; none where it was not asked."""
    left: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    """How many findings other than notes are left in each document, by the document and the layer that they are in."""

    @classmethod
    def begin(cls, corpus: Corpus, layers: Collection[str] = ()) -> Census:
        """A census in which no document has been counted.

        Args:
            corpus: The corpus.
            layers: The only layers to count; none given means all.

        Raises:
            NameUnknown: If a layer is not there.
        """
        for name in layers:
            corpus.require_layer(name)
        gold = corpus.manifest.gold
        names = [name for name in corpus.layers if not layers or name in layers]
        names.sort(key=lambda name: name != gold)
        specs = corpus.schema.specs
        return cls(
            name=corpus.manifest.name,
            schema=corpus.schema,
            gold=gold if gold in names else None,
            layers={name: LayerCensus(name, {spec.name: LabelCensus(spec) for spec in specs}) for name in names},
            entities=len(corpus.entities),
            claims=len(corpus.claims),
        )

    @property
    def words(self) -> int:
        """The words of all open zones."""
        return sum(each.words for each in self.documents)

    @property
    def code_points(self) -> int:
        """The code points of all texts."""
        return sum(each.code_points for each in self.documents)

    @property
    def shown(self) -> str | None:
        """The layer that stands for all where only one can: gold, or of those with most documents the fullest."""
        if self.gold is not None:
            return self.gold
        names = sorted(self.layers, key=lambda each: (-self.layers[each].documents, -self.layers[each].annotations))
        return names[0] if names else None

    def add(
        self,
        document: Document,
        files: Mapping[str, LayerFile],
        notes: Mapping[str, Provenance] = MappingProxyType({}),
    ) -> DocumentCensus:
        """Counts a document with what layers say about it, and what was noted of how they came to say it."""
        words = len(OpenText(document).words[0])
        points: Counter[str] = Counter()
        for zone in document.zones:
            self.zones[zone.kind] += 1
            points[zone.kind] += zone.end - zone.start
        self.zone_code_points += points
        there = {}
        for name, layer in self.layers.items():
            file = files.get(name)
            layer.progress[file.header.status.value if file else NOT_BEGUN] += 1
            if file is not None:
                layer.documents += 1
                layer.words += words
                there[name] = self._add_file(layer, file, notes.get(name) or Provenance())
        row = DocumentCensus(document.id, document.title, len(document.text), words, points, there)
        self.documents.append(row)
        return row

    def _add_file(self, layer: LayerCensus, file: LayerFile, notes: Provenance) -> DocumentLayer:
        layer.annotators[file.header.annotator] += 1
        layer.depths.update(depths(file.annotations, self.schema))
        labels = {each.id: each.label for each in file.annotations}
        for annotation in file.annotations:
            census = layer.labels[annotation.label]
            census.annotations += 1
            census.interrupted += annotation.fragments is not None
            census.code_points += annotation.extent.size
            if annotation.settled is not None:
                how, said = annotation.settled.how, annotation.settled.layers
                layer.settled[f"chosen from {', '.join(said)}" if how == "chosen" else how] += 1
            for counted in census.fields.values():
                counted.add(annotation, labels)
        used = Counter(each.label for each in file.annotations)
        for label in used:
            layer.labels[label].documents += 1
        header = file.header
        in_order = {label: used[label] for label in layer.labels if used[label]}
        making = Making()
        making.add(file.annotations, notes.origins)
        layer.making.update(making)
        layer.seconds += notes.seconds
        layer.timed += notes.seconds > 0
        return DocumentLayer(
            layer=layer.name,
            status=header.status,
            comment=header.comment,
            annotator=header.annotator,
            labels=in_order,
            seconds=notes.seconds,
            making=making,
            origins={each.id: notes.origins[each.id] for each in file.annotations if each.id in notes.origins},
        )

    def left_in(self, document: str) -> int:
        """How many findings other than notes are left in a document, in whichever layer."""
        return sum(self.left[document, name] for name in (None, *self.layers))

    def add_findings(self, findings: Iterator[Finding]) -> None:
        """Counts findings by their codes."""
        counted: Counter[tuple[Severity, str]] = Counter()
        for finding in findings:
            counted[finding.severity, finding.code] += 1
            if finding.document is not None and finding.severity is not Severity.NOTE:
                self.left[finding.document, finding.layer] += 1
        order = list(Severity)
        ranked = sorted(counted.items(), key=lambda each: (order.index(each[0][0]), -each[1], each[0][1]))
        self.findings = Counter(dict(ranked))


def take(
    corpus: Corpus, layers: Sequence[str] = (), *, findings: bool = True, advance: Callable[[], None] | None = None
) -> Census:
    """The census of a corpus.

    Args:
        corpus: The corpus.
        layers: The only layers to count; none given means all.
        findings: Whether to run the check as well and count what it finds.
        advance: Is called after each document.

    Raises:
        NameUnknown: If a layer is not there.
        InputRefused: If a file is not as it must be.
        StoreFailed: If a file cannot be read.
    """
    census = Census.begin(corpus, layers)
    for document, files in side_by_side(corpus, list(census.layers)):
        census.add(document, files, {name: provenance.read(corpus.store, name, document.id) for name in files})
        if advance is not None:
            advance()
    if findings:
        census.add_findings(check(corpus, layers=layers))
    return census


def side_by_side(corpus: Corpus, layers: Sequence[str]) -> Iterator[tuple[Document, dict[str, LayerFile]]]:
    """Every document with what the layers say about it, in the corpus's order; none of it is kept.

    Raises:
        InputRefused: If a file is not as it must be.
    """
    there = {name: frozenset(corpus.store.layer_documents(name)) for name in layers}
    for document in corpus.store.each_document():
        names = [name for name in layers if document.id in there[name]]
        yield document, {name: corpus.store.layer(name, document.id, corpus.schema) for name in names}


def per_thousand(count: int, words: int) -> float | None:
    """How many there are on 1,000 words; none without words."""
    return 1000 * count / words if words else None
