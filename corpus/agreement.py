"""Agreement between layers: every figure for labels and fields, and a statement of what was compared.

Documents are read one after the other and only counts are kept, so that the memory does not grow with the corpus; only
figures by document, differences and intervals make it grow, and they are made where they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from corpus.bootstrap import HEADLINE, Paragraph, draws, interval, paragraphs
from corpus.comparison import PairCounts, count, word_figures
from corpus.corpus import Corpus
from corpus.coverage import Coverage
from corpus.disagreements import Differences, Disagreement
from corpus.errors import NameUnknown
from corpus.figures import DocumentRow, FieldRow, LabelRow, PairAgreement, TogetherRow, ordered
from corpus.gamma import Gamma, GammaMean
from corpus.layers import LayerFile
from corpus.matching import align
from corpus.open_text import OpenText
from corpus.reliability import NOTHING, Figure, cohen_kappa, krippendorff_alpha, projected, same
from corpus.side_by_side import LayerAbout, SideBySide
from corpus.unitizing import Levels, Unitizing
from schemas import Document, LabelSchema, Status

_MEANS = ("exact", "overlap", "characters", "words", "kappa")
"""The figures of two layers that are averaged for more than two."""

_DEFINED = 0.9
"""The share of draws in which a figure must be defined for it to get an interval."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How layers agree, and what was compared."""

    title: str
    """Whose agreement it is; only people who worked apart are called annotators who agree."""
    corpus: str
    schema: str
    labels: Sequence[str]
    layers: Sequence[LayerAbout]
    kinds: Mapping[str, str]
    """What sort of annotator each of the layers' annotators is: person, rule, model, or undeclared."""
    documents: int
    """Those that two or more of the layers could be compared in."""
    pairs: Sequence[PairAgreement]
    together: Sequence[TogetherRow] = ()
    """The figures of more than two layers at once; empty for two."""
    left_out: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What is compared, and what is made beyond the figures."""

    labels: Sequence[str] = ()
    """The only labels to compare; none given means all."""
    documents: Collection[str] = ()
    by_document: bool = False
    differences: bool = False
    bootstrap: int = 0
    """How often paragraphs are drawn anew for intervals; 0 makes none."""
    gamma: bool = False
    seed: int = 0


def compare(corpus: Corpus, layers: Sequence[str], options: Options | None = None) -> Agreement:
    """How two or more layers of a corpus agree, each two of them and all together.

    Args:
        corpus: The corpus.
        layers: The layers, each once; of two, the first is the reference of precision and recall.
        options: What to compare.

    Raises:
        NameUnknown: If a layer, label or document is not there.
        InputRefused: If a file is not as it must be.
        PackageMissing: If gamma is asked for and its library is not installed.
        ValueError: If there are fewer than two layers, or one is named twice.
    """
    if len(layers) < 2 or len(set(layers)) < len(layers):
        raise ValueError("name two or more different layers")
    options = options or Options()
    reading = SideBySide(corpus, layers, options.documents)
    labels = _labels(corpus.schema, options.labels)
    gamma = Gamma(options.seed) if options.gamma else None
    run = _Run(corpus.schema, labels, tuple(layers), options, gamma)
    documents = 0
    for document, files in reading:
        documents += 1
        run.add(document, files)
    about = list(reading.about.values())
    kinds = _kinds(corpus, about)
    pairs, together = run.result()
    notes = [note for pair in pairs for note in _pair_notes(pair, options.bootstrap > 0)]
    return Agreement(
        title=_title(about, kinds),
        corpus=corpus.manifest.name,
        schema=corpus.schema.id,
        labels=labels,
        layers=about,
        kinds=kinds,
        documents=documents,
        pairs=pairs,
        together=together,
        left_out=reading.left_out,
        notes=[*reading.versions, *_layer_notes(about, kinds), *notes],
    )


def _labels(schema: LabelSchema, wanted: Sequence[str]) -> tuple[str, ...]:
    for label in wanted:
        if label not in schema.by_name:
            raise NameUnknown(f"there is no label {label!r}", help=f"There is: {', '.join(schema.by_name)}")
    return tuple(label for label in schema.by_name if not wanted or label in wanted)


class _Pair:
    """What is gathered of two layers."""

    def __init__(self, schema: LabelSchema, labels: tuple[str, ...], names: tuple[str, str], options: Options) -> None:
        self.schema = schema
        self.labels = labels
        self.names = names
        self.options = options
        self.counts = PairCounts()
        self.unitizing = Unitizing(2)
        self.paragraphs: list[Paragraph] = []
        self.by_document: list[DocumentRow] = []
        self.differences: list[Disagreement] = []

    def add(
        self,
        document: Document,
        text: OpenText,
        files: tuple[LayerFile, LayerFile],
        covers: tuple[Coverage, Coverage],
        units: tuple[Mapping[str, Levels], Mapping[str, Levels]],
    ) -> None:
        """Takes in one document."""
        annotations = files[0].annotations, files[1].annotations
        alignment = align(*annotations)
        counts = count(self.schema, self.labels, alignment, *covers)
        counts.statuses[files[0].header.status, files[1].header.status] += 1
        self.counts.add(counts)
        self.unitizing.add(text.size, units)
        if self.options.bootstrap:
            self.paragraphs += paragraphs(self.labels, text, alignment, *covers)
        if self.options.differences:
            differences = Differences(self.schema, document, self.names, alignment, annotations)
            self.differences += differences.of(self.labels)
        if self.options.by_document:
            unitizing = Unitizing(2)
            unitizing.add(text.size, units)
            there = [label for label in self.labels if label in counts.labels]
            rows = [self._row(label, counts, unitizing) for label in (None, *there)]
            self.by_document.append(DocumentRow(document.id, rows))

    def result(self) -> PairAgreement:
        """The figures."""
        counts = self.counts
        rows = [self._row(label, counts, self.unitizing) for label in (None, *self.labels)]
        if self.options.bootstrap:
            rows = self._with_intervals(rows)
        return PairAgreement(
            first=self.names[0],
            second=self.names[1],
            documents=counts.documents,
            words=counts.words.total(),
            rows=rows,
            fields=list(self._fields()),
            confusion=counts.confusion,
            statuses=counts.statuses,
            status_figures={"same": same(counts.statuses), "kappa": cohen_kappa(counts.statuses)},
            paragraphs=len(self.paragraphs),
            by_document=self.by_document,
            differences=self.differences,
        )

    def _row(self, label: str | None, counts: PairCounts, unitizing: Unitizing) -> LabelRow:
        names = self.labels if label is None else (label,)
        total = counts.of(names)
        figures = {
            **total.figures(),
            **word_figures(counts.words, -1 if label is None else self.labels.index(label)),
            "alpha_u": unitizing.alpha(names),
        }
        return LabelRow(label, total, ordered(figures))

    def _fields(self) -> Iterator[FieldRow]:
        for label in self.labels:
            for spec in self.schema.by_name[label].fields:
                counts = self.counts.fields[label, spec.name]
                figures = counts.figures(spec.kind)
                yield FieldRow(label, spec.name, spec.kind, counts.pairs, counts.left_out, figures)

    def _with_intervals(self, rows: Sequence[LabelRow]) -> list[LabelRow]:
        drawn: dict[tuple[str | None, str], list[float]] = {(row.label, name): [] for row in rows for name in HEADLINE}
        rounds = self.options.bootstrap if len(self.paragraphs) > 1 else 0
        empty = Unitizing(2)
        for counts in draws(self.paragraphs, rounds, self.options.seed):
            for row in rows:
                figures = self._row(row.label, counts, empty).figures
                for name in HEADLINE:
                    if (value := figures[name].value) is not None:
                        drawn[row.label, name].append(value)
        result = []
        for row in rows:
            figures = dict(row.figures)
            for name in HEADLINE:
                values = drawn[row.label, name]
                if figures[name].value is not None and values and len(values) >= _DEFINED * rounds:
                    low, high = interval(values)
                    figures[name] = replace(figures[name], low=low, high=high)
            result.append(replace(row, figures=figures))
        return result


class _Run:
    """What is gathered of all layers."""

    def __init__(
        self,
        schema: LabelSchema,
        labels: tuple[str, ...],
        layers: tuple[str, ...],
        options: Options,
        gamma: Gamma | None,
    ) -> None:
        self.labels = labels
        self.layers = layers
        self.pairs = {names: _Pair(schema, labels, names, options) for names in combinations(layers, 2)}
        self.words: Counter[tuple[int | None, ...]] = Counter()
        self.unitizing = Unitizing(len(layers))
        self.gamma = gamma
        self.gammas = {label: GammaMean() for label in (None, *labels)}

    def add(self, document: Document, files: Mapping[str, LayerFile]) -> None:
        """Takes in one document with the layers that can be compared in it."""
        text = OpenText(document)
        covers = {name: Coverage(file.annotations, text, self.labels) for name, file in files.items()}
        units = {name: cover.units(text) for name, cover in covers.items()}
        for (first, second), pair in self.pairs.items():
            if first in files and second in files:
                pair.add(
                    document,
                    text,
                    (files[first], files[second]),
                    (covers[first], covers[second]),
                    (units[first], units[second]),
                )
        if len(self.layers) > 2:
            nothing = [None] * len(text.words[0])
            rows = (covers[name].words if name in covers else nothing for name in self.layers)
            self.words.update(zip(*rows, strict=True))
            if len(files) == len(self.layers):
                self.unitizing.add(text.size, [units[name] for name in self.layers])
        if self.gamma is not None:
            self._add_gamma(self.gamma, files)

    def _add_gamma(self, gamma: Gamma, files: Mapping[str, LayerFile]) -> None:
        if len(files) < len(self.layers):
            return
        wanted = frozenset(self.labels)
        units = {
            name: [(each.start, each.end, each.label) for each in file.annotations if each.label in wanted]
            for name, file in files.items()
        }
        for label, mean in self.gammas.items():
            if label is None or len(self.labels) == 1:
                mean.add(gamma, units)
            else:
                mean.add(gamma, {name: [unit for unit in each if unit[2] == label] for name, each in units.items()})

    def result(self) -> tuple[list[PairAgreement], list[TogetherRow]]:
        """The figures of each two layers, and those of all where there are more than two."""
        pairs = [pair.result() for pair in self.pairs.values()]
        if len(self.layers) > 2:
            return pairs, [self._together(label, pairs) for label in (None, *self.labels)]
        if self.gamma is not None:
            rows = [
                replace(row, figures=ordered({**row.figures, "gamma": self.gammas[row.label].figure}))
                for row in pairs[0].rows
            ]
            pairs = [replace(pairs[0], rows=rows)]
        return pairs, []

    def _together(self, label: str | None, pairs: Sequence[PairAgreement]) -> TogetherRow:
        place = 0 if label is None else self.labels.index(label) + 1
        figures = {name: _mean([pair.rows[place].figures[name] for pair in pairs]) for name in _MEANS}
        table = projected(self.words, place - 1)
        is_there = any(value for row in table for value in row)
        figures["alpha"] = krippendorff_alpha(table) if is_there else Figure.undefined(NOTHING)
        figures["alpha_u"] = self.unitizing.alpha(self.labels if label is None else (label,))
        if self.gamma is not None:
            figures["gamma"] = self.gammas[label].figure
        return TogetherRow(label, ordered(figures))


def _mean(figures: Sequence[Figure]) -> Figure:
    """The mean of the figures that are defined."""
    values = [figure.value for figure in figures if figure.value is not None]
    return Figure(sum(values) / len(values)) if values else Figure.undefined(figures[0].reason)


def _kinds(corpus: Corpus, about: Sequence[LayerAbout]) -> dict[str, str]:
    declared = corpus.manifest.annotators
    names = dict.fromkeys(name for layer in about for name in layer.annotators)
    return {name: declared[name].kind if name in declared else "undeclared" for name in names}


def _title(about: Sequence[LayerAbout], kinds: Mapping[str, str]) -> str:
    """Only people who each made one of the layers can be said to agree with each other."""
    if not kinds or set(kinds.values()) != {"person"}:
        return "Consistency between layers"
    if len(kinds) == 1:
        return "Consistency of one annotator"
    makers = [frozenset(layer.annotators) for layer in about]
    if all(one.isdisjoint(other) for one, other in combinations(makers, 2)):
        return "Inter-annotator agreement"
    return "Consistency between layers"


def _layer_notes(about: Sequence[LayerAbout], kinds: Mapping[str, str]) -> Iterator[str]:
    """What a reader must know of the layers."""
    for name, kind in kinds.items():
        if kind == "undeclared":
            yield f"the annotator {name} is not declared in corpus.toml, so nobody knows who or what it is"
    for layer in about:
        if layer.documents and not layer.annotations:
            yield f"{layer.name} is empty: it has no annotation in any of the documents"
        if number := layer.statuses[Status.OPEN]:
            yield f"{layer.name} is still open in {number:,} of {layer.documents:,} documents; they count as they are"


def _pair_notes(pair: PairAgreement, with_intervals: bool) -> Iterator[str]:
    """What a reader must know to understand the figures of two layers."""
    names = f"{pair.first} and {pair.second}"
    if not pair.documents:
        yield f"{names} have no document in common"
    elif not pair.words:
        yield f"the documents that {names} have in common have no words"
    for row in pair.rows[1:]:
        counts = row.counts
        if bool(counts.first) != bool(counts.second):
            user, other = (pair.first, pair.second) if counts.first else (pair.second, pair.first)
            yield f"only {user} uses {row.label} ({counts.first or counts.second:,}), {other} never does"
    if with_intervals and pair.paragraphs < 2:
        yield f"{names}: no intervals, since there are not two paragraphs to draw from"
    elif with_intervals and (lacking := _without_interval(pair)):
        yield f"{names}: no interval where more than a tenth of the draws give none: {', '.join(lacking)}"


def _without_interval(pair: PairAgreement) -> list[str]:
    """The figures that are defined and have no interval."""
    return [
        f"{row.label}.{name}" if row.label else name
        for row in pair.rows
        for name in HEADLINE
        if row.figures[name].value is not None and row.figures[name].low is None
    ]
