"""A document's layers side by side: the text once for each layer, line by line, and a list of where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.adjudication import Adjudication, Cluster, Difference
from corpus.census import DocumentCensus
from corpus.layers import LayerFile
from corpus.report import addresses
from corpus.report.drawing import Block, DrawnBlock, Mark, blocks, draw, in_lanes, slots
from corpus.report.press import Press, weight_of
from corpus.report.text_page import LIMIT, drawn_weight
from schemas import Document, LabelSchema

_PER_ROW = 500


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One thing on which the layers differ."""

    number: int
    difference: Difference
    start: int
    end: int
    words: Mapping[str, str]
    """What each layer covers, for the layers that have it."""
    labels: Mapping[str, tuple[str, int]]
    """The label that each gives it, and its colour."""
    fields: Sequence[tuple[str, Mapping[str, str]]]
    """The fields in which they differ, with what each layer says."""
    block: int
    """Where the block of text begins in which it is."""


@dataclass(slots=True)
class Part:
    """One page of it."""

    rows: list[dict[str, DrawnBlock]] = field(default_factory=list)
    """The same block of text, drawn for each layer."""
    differences: list[DifferenceRow] = field(default_factory=list)
    weight: int = 0


def write(
    press: Press, schema: LabelSchema, document: Document, files: Mapping[str, LayerFile], about: DocumentCensus
) -> Counter[Difference]:
    """Writes the pages, and tells how often the layers differ in which way."""
    side_by_side = Adjudication(schema, (), {name: file.annotations for name, file in files.items()})
    how = {cluster.number: side_by_side.difference(cluster) for cluster in side_by_side.clusters}
    counts = Counter(how.values())
    where = list(blocks(document))
    rows = list(_rows(side_by_side, how, where, slots(schema)))
    parts = list(_parts(document, files, _marks(side_by_side, how, schema, document), where, rows))
    for number, part in enumerate(parts, 1):
        press.page(
            addresses.comparison(document.id, number),
            "comparison",
            document=document,
            about=about,
            layers=list(files),
            headers={name: file.header for name, file in files.items()},
            counts=[(each.value, counts[each]) for each in Difference],
            part=part,
            number=number,
            parts=len(parts),
        )
    return counts


def _marks(
    side_by_side: Adjudication, how: Mapping[int, Difference], schema: LabelSchema, document: Document
) -> dict[str, list[Mark]]:
    """The marks of each layer: the annotations' own extents, those that differ among them."""
    colours = slots(schema)
    marks: dict[str, list[Mark]] = {layer: [] for layer in side_by_side.layers}
    for cluster in side_by_side.clusters:
        for layer, each in cluster.members.items():
            if each.end <= len(document.text):
                differs = how[cluster.number] is not Difference.AGREED
                mark = Mark(each.id, each.label, colours[each.label], each.extent)
                marks[layer].append(mark._replace(differs=differs, cluster=cluster.number if differs else None))
    return {layer: in_lanes(found) for layer, found in marks.items()}


def _rows(
    side_by_side: Adjudication, how: Mapping[int, Difference], where: Sequence[Block], colours: Mapping[str, int]
) -> Iterator[DifferenceRow]:
    starts = [block.start for block in where]
    at = 0
    for cluster in sorted(side_by_side.clusters, key=lambda each: min(one.start for one in each.members.values())):
        if how[cluster.number] is Difference.AGREED:
            continue
        start = min(each.start for each in cluster.members.values())
        while at + 1 < len(starts) and starts[at + 1] <= start:
            at += 1
        yield DifferenceRow(
            number=cluster.number,
            difference=how[cluster.number],
            start=start,
            end=max(each.end for each in cluster.members.values()),
            words={layer: each.text for layer, each in cluster.members.items()},
            labels={layer: (each.label, colours[each.label]) for layer, each in cluster.members.items()},
            fields=_fields(side_by_side, cluster),
            block=starts[at] if starts else 0,
        )


def _fields(side_by_side: Adjudication, cluster: Cluster) -> list[tuple[str, Mapping[str, str]]]:
    """The fields in which at least two layers that have the annotation differ; words and label are told elsewhere."""
    rows = side_by_side.fields(cluster)[2:]
    return [(name, said) for name, said in rows if len(cluster.members) > 1 and len({*said.values()}) > 1]


def _parts(
    document: Document,
    files: Mapping[str, LayerFile],
    marks: Mapping[str, Sequence[Mark]],
    where: Sequence[Block],
    rows: Sequence[DifferenceRow],
) -> Iterator[Part]:
    part = Part()
    waiting = list(rows)[::-1]
    columns = [draw(document, marks[layer], where) for layer in files]
    for block, *drawn in zip(where, *columns, strict=True):
        weight = sum(drawn_weight(each) for each in drawn)
        here = []
        while waiting and waiting[-1].start < block.end:
            here.append(waiting.pop())
            weight += _weight(here[-1])
        if part.rows and part.weight + weight > LIMIT:
            yield part
            part = Part()
        # Lines that stand beside each other are equally high.
        lanes = max(each.lanes for each in drawn)
        part.rows.append({name: each._replace(lanes=lanes) for name, each in zip(files, drawn, strict=True)})
        part.differences += here
        part.weight += weight
    part.differences += waiting[::-1]
    yield part


def _weight(row: DifferenceRow) -> int:
    said = sum(100 + weight_of(words) for words in row.words.values())
    fields = sum(80 + weight_of(value) for _, values in row.fields for value in values.values())
    return _PER_ROW + said + fields
