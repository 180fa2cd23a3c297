"""The first page: what the corpus holds, as figures, tables and charts; and the list of its documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpus.census import PROGRESS, Census, FieldCensus, LabelCensus, LayerCensus
from corpus.report import addresses
from corpus.report.agreement_page import PairRow
from corpus.report.charts import Chart, Series
from corpus.report.drawing import slots
from corpus.report.press import Press
from corpus.wording import counted

_BARS = 40
"""Documents that get a bar of their own."""

_CLASSES = 12
"""Bars for documents that have none of their own."""

_LAYERS = 4
"""Layers that a chart shows beside each other."""

_CELLS = 4000
"""Cells of the list of documents on a page."""

_LISTED = 12
_VALUES = 40
"""Values of a field that get a bar."""

_KIND = "documents"

_SMALL = 4.0
"""Inches of the charts of which three stand beside each other."""

_PROGRESS_SLOTS = (2, 4, 0, 10)
"""Green, ochre, blue, grey: done, flagged, open, not begun."""


def write(press: Press, census: Census, pairs: Sequence[PairRow], title: str) -> None:
    """Writes the overview with its charts.

    Args:
        press: Where to.
        census: The corpus in numbers.
        pairs: How each two layers agree.
        title: Whose agreement it is.
    """
    shown = census.layers.get(census.shown or "")
    charts = {chart.file: chart for chart in _charts(census, shown)}
    for chart in charts.values():
        press.write(f"{addresses.CHARTS}/{chart.file}", chart.svg())
    press.page(
        addresses.OVERVIEW,
        "overview",
        census=census,
        shown=shown,
        charts=charts,
        fields=[chart for name, chart in charts.items() if name.startswith("fields-")],
        optional=list(_optional(shown)) if shown else [],
        open_fields=list(_open_fields(shown)) if shown else [],
        progress=PROGRESS,
        pairs=pairs,
        agreement_title=title,
        findings=list(census.findings.items()) if census.findings else [],
    )


def write_documents(press: Press, census: Census, pages: Mapping[str, str]) -> None:
    """Writes the list of the documents, so many on a page. `pages` has the page of each."""
    rows = census.documents
    per_page = max(20, _CELLS // (len(census.layers) + 5))
    parts = max(1, -(-len(rows) // per_page))
    for number in range(1, parts + 1):
        press.page(
            addresses.listing(_KIND, number),
            "documents",
            documents=rows[(number - 1) * per_page : number * per_page],
            layers=list(census.layers),
            total=len(rows),
            pages=pages,
            number=number,
            parts=parts,
        )


def _charts(census: Census, shown: LayerCensus | None) -> Iterator[Chart]:
    if census.layers and census.documents:
        yield _progress(census)
    if census.documents:
        yield _lengths(census)
    if shown is None or not shown.annotations:
        return
    yield _labels(census, shown)
    yield _density(census, shown)
    yield _depths(shown)
    for label in shown.labels.values():
        closed = [each for each in label.fields.values() if each.is_closed and label.annotations]
        for field in closed:
            yield _values(label, field, slots(census.schema)[label.spec.name])


def _labels(census: Census, shown: LayerCensus) -> Chart:
    layers = [shown, *(each for each in census.layers.values() if each is not shown and each.annotations)][:_LAYERS]
    names = list(shown.labels)
    most = max(shown.labels.values(), key=lambda each: each.annotations)
    return Chart(
        "labels.svg",
        "Annotations by label",
        names,
        [Series(each.name, [each.labels[name].annotations for name in names]) for each in layers],
        f"The layer {shown.name} has {counted(shown.annotations, 'annotation')}; the most frequent label is "
        f"{most.spec.name}, with {most.annotations / shown.annotations:.0%} of them.",
        slots=[slots(census.schema)[name] for name in names],
    )


def _progress(census: Census) -> Chart:
    layers = list(census.layers.values())
    done = sum(each.progress["done"] for each in layers)
    return Chart(
        "progress.svg",
        "Progress",
        [each.name for each in layers],
        [
            Series(how_far, [each.progress[how_far] for each in layers], slot)
            for how_far, slot in zip(PROGRESS, _PROGRESS_SLOTS, strict=True)
        ],
        f"{counted(done, 'document')} done of {len(layers) * len(census.documents):,}, over all layers.",
        is_stacked=True,
        unit="documents",
    )


def _lengths(census: Census) -> Chart:
    words = [(each.id, float(each.words)) for each in census.documents]
    names, values, is_each = _one_by_one(words)
    longest = max(census.documents, key=lambda each: each.words)
    return Chart(
        "lengths.svg",
        "Words in each document" if is_each else "How long documents are",
        names,
        [Series("words" if is_each else "documents", values, 10)],
        f"{counted(census.words, 'word')} in open zones; the longest document, {longest.id}, has {longest.words:,}.",
        unit="words" if is_each else "documents, by words",
    )


def _density(census: Census, shown: LayerCensus) -> Chart:
    known = [(each.id, each.density(shown.name)) for each in census.documents]
    there = [(name, density) for name, density in known if density is not None]
    names, values, is_each = _one_by_one(there)
    text = f"On average {shown.density:.1f} annotations on 1,000 words" if shown.density is not None else "No words"
    return Chart(
        "density.svg",
        f"Density, layer {shown.name}",
        names,
        [Series("annotations on 1,000 words" if is_each else "documents", values, 5)],
        f"{text}, in {counted(len(there), 'document')}.",
        unit="annotations on 1,000 words" if is_each else "documents, by annotations on 1,000 words",
        digits=1 if is_each else 0,
    )


def _one_by_one(values: Sequence[tuple[str, float]]) -> tuple[list[str], list[float], bool]:
    """The values one by one; where there are too many, how many lie in each of some classes of equal width."""
    if len(values) <= _BARS:
        return [name for name, _ in values], [value for _, value in values], True
    low, high = min(value for _, value in values), max(value for _, value in values)
    width = (high - low) / _CLASSES or 1.0
    counts = [0.0] * _CLASSES
    for _, value in values:
        counts[min(int((value - low) / width), _CLASSES - 1)] += 1
    edges = [low + place * width for place in range(_CLASSES + 1)]
    return [f"{edges[place]:,.0f} to {edges[place + 1]:,.0f}" for place in range(_CLASSES)], counts, False


def _depths(shown: LayerCensus) -> Chart:
    depths = sorted(shown.depths)
    nested = sum(count for depth, count in shown.depths.items() if depth)
    return Chart(
        "depths.svg",
        "How many others hold an annotation",
        [str(depth) for depth in depths],
        [Series("annotations", [shown.depths[depth] for depth in depths], 8)],
        f"{nested / shown.annotations:.0%} of the annotations of {shown.name} lie inside another one, or inside an "
        "extent that belongs to another one.",
        unit="annotations",
    )


def _values(label: LabelCensus, field: FieldCensus, slot: int) -> Chart:
    names = list(field.values)
    if len(names) > _VALUES:
        names = [name for name, _ in field.values.most_common(_VALUES)]
    counts = [field.values[name] for name in names]
    top = max(names, key=lambda name: field.values[name])
    if len(names) < len(field.values):
        names, counts = [*names, "(others)"], [*counts, field.values.total() - sum(counts)]
    if field.empty:
        names, counts = [*names, "(empty)"], [*counts, field.empty]
    # Field names may hold letters that an address must not.
    number = list(label.fields).index(field.spec.name)
    return Chart(
        f"fields-{label.spec.name}-{number}.svg",
        f"{label.spec.name}: {field.spec.name}",
        names,
        [Series("annotations", counts, slot)],
        f"The most frequent value is {top}, {field.values[top]:,} times of {label.annotations:,}.",
        width=_SMALL,
    )


def _optional(shown: LayerCensus) -> Iterator[tuple[LabelCensus, FieldCensus]]:
    """The fields that may be empty, in labels that are used."""
    for label in shown.labels.values():
        if label.annotations:
            yield from ((label, field) for field in label.fields.values() if field.may_be_empty)


def _open_fields(shown: LayerCensus) -> Iterator[tuple[LabelCensus, FieldCensus, Sequence[tuple[str, int]]]]:
    """The fields without a closed list, with their most frequent values."""
    for label in shown.labels.values():
        for field in label.fields.values():
            if field.values and not field.is_closed:
                yield label, field, field.values.most_common(_LISTED)
