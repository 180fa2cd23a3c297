"""A document's text with a layer's annotations drawn in it, as one page or, where it is long, as several."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.census import DocumentCensus
from corpus.layers import LayerFile
from corpus.report import addresses
from corpus.report.drawing import DrawnBlock, blocks, draw, marks_of
from corpus.report.entries import Entry, entries
from corpus.report.press import Press, weight_of
from schemas import Document, Entity, Finding, LabelSchema

LIMIT = 380_000
"""About how many bytes of text and annotations a page has before another follows."""

FINDINGS = 100
"""How many findings a page lists."""

_PER_MARK = 115
_PER_TOKEN = 8
_PER_ENTRY = 210
_PER_VALUE = 90
"""Bytes around a mark, around any step of drawing, around an annotation in the list, around a value there."""


@dataclass(slots=True)
class Part:
    """One page of a document."""

    blocks: list[DrawnBlock] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """Where the pages of one layer of a document show what."""

    annotations: Mapping[str, str]
    """The page of each annotation, by its id."""
    blocks: Mapping[int, str]
    """The page of each block of text, by where it begins."""


def write(
    press: Press,
    schema: LabelSchema,
    entities: Mapping[str, Entity],
    document: Document,
    file: LayerFile | None,
    about: DocumentCensus,
    findings: Sequence[Finding],
) -> Written:
    """Writes the pages of one layer of a document.

    Args:
        press: Where to.
        schema: The schema.
        entities: Every entity.
        document: The document.
        file: What the layer says; none for the text alone.
        about: The document in numbers.
        findings: What the check says of this layer here.

    Returns:
        Where everything is.
    """
    annotations = file.annotations if file else ()
    layer = file.layer if file else None
    parts = list(_parts(document, file, schema, entities))
    pages = {
        entry.id: addresses.text(document.id, layer, number)
        for number, part in enumerate(parts, 1)
        for entry in part.entries
    }
    starts = [part.blocks[0].start if part.blocks else 0 for part in parts]
    by_part: list[list[Finding]] = [[] for _ in parts]
    for finding in findings:
        by_part[max(0, bisect_right(starts, finding.start or 0) - 1)].append(finding)
    for number, part in enumerate(parts, 1):
        here = addresses.text(document.id, layer, number)
        press.page(
            here,
            "text",
            document=document,
            about=about,
            header=file.header if file else None,
            layer=layer,
            counts=about.layers[layer].labels if layer else {},
            annotations=len(annotations),
            part=part,
            number=number,
            parts=len(parts),
            hrefs=_hrefs(pages, here),
            findings=by_part[number - 1][:FINDINGS],
            findings_left_out=max(0, len(by_part[number - 1]) - FINDINGS),
        )
    block_pages = {
        block.start: addresses.text(document.id, layer, number)
        for number, part in enumerate(parts, 1)
        for block in part.blocks
    }
    return Written(pages, block_pages)


def _hrefs(pages: Mapping[str, str], here: str) -> dict[str, str]:
    """How a page leads to each annotation, by its id."""
    root = addresses.to_root(here)
    return {
        name: f"#{addresses.mark(name)}" if page == here else f"{root}{page}#{addresses.mark(name)}"
        for name, page in pages.items()
    }


def _parts(
    document: Document, file: LayerFile | None, schema: LabelSchema, entities: Mapping[str, Entity]
) -> Iterator[Part]:
    annotations = file.annotations if file else ()
    waiting = sorted(entries(document, annotations, schema, entities), key=lambda entry: entry.start, reverse=True)
    marks = marks_of(annotations, schema, len(document.text))
    part = Part()
    where = list(blocks(document))
    for block, drawn in zip(where, draw(document, marks, where), strict=True):
        weight = drawn_weight(drawn)
        starting = []
        while waiting and waiting[-1].start < block.end:
            entry = waiting.pop()
            starting.append(entry)
            weight += _entry_weight(entry)
        if part.blocks and part.weight + weight > LIMIT:
            yield part
            part = Part()
        part.blocks.append(drawn)
        part.entries += starting
        part.weight += weight
    # What lies beyond the text is listed all the same: the check has said what is wrong with it.
    part.entries += waiting[::-1]
    yield part


def drawn_weight(drawn: DrawnBlock) -> int:
    """About how many bytes a block takes in a page."""
    return sum(_PER_MARK * (token.kind == "mark") + _PER_TOKEN + weight_of(token.text) for token in drawn.tokens)


def _entry_weight(entry: Entry) -> int:
    values = sum(_PER_VALUE + weight_of(value.text) for row in entry.rows for value in row.values)
    back = sum(_PER_VALUE + weight_of(each.words) for each in entry.back)
    return _PER_ENTRY + weight_of(entry.words) + values + back
