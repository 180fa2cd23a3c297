"""Zones corrected by hand: other kinds, cuts, joins; what that would do to annotations; and writing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpus import jsonl
from corpus.corpus import Corpus
from corpus.errors import InputRefused, NameUnknown, StoreBusy
from corpus.store import DOCUMENTS, Store, mark_of, parse_records
from schemas import Annotation, Document, Extent, Finding, Kind, LabelSchema, Severity, Zone, ZoneKind


def zones_of(document: Document) -> tuple[Zone, ...]:
    """The zones of a document; one open body where it has none."""
    if document.zones or not document.text:
        return document.zones
    return (Zone(start=0, end=len(document.text), kind="body"),)


def changed(
    document: Document,
    *,
    kinds: Mapping[int, ZoneKind] | None = None,
    splits: Sequence[tuple[int, int]] = (),
    merges: Sequence[tuple[int, int]] = (),
) -> tuple[Zone, ...]:
    """The zones after corrections. Numbers count from 1 and are those before any of the corrections.

    Args:
        document: Whose zones they are.
        kinds: A zone's number, and its new kind.
        splits: A zone's number, and the code point that begins its second half.
        merges: The numbers of a first and a last zone, which become one of the first's kind.

    Raises:
        NameUnknown: If there is no zone of a number.
        InputRefused: If a cut lies outside its zone, or would leave a blank at the beginning of a zone.
    """
    zones = zones_of(document)
    for number in (*(kinds or {}), *(number for number, _ in splits), *(number for pair in merges for number in pair)):
        if not 1 <= number <= len(zones):
            raise NameUnknown(
                f"{document.id} has no zone {number}", help=f"Its zones are 1 to {len(zones)}; nothing was changed"
            )
    begins = {zone.start: (kinds or {}).get(number, zone.kind) for number, zone in enumerate(zones, 1)}
    for number, position in splits:
        _check_cut(document, number, zones[number - 1], position)
        begins[position] = begins[zones[number - 1].start]
    for first, last in merges:
        if first >= last:
            raise InputRefused(
                f"zones {first} to {last} are not two or more in order", help="Write the smaller one first"
            )
        for position in [start for start in begins if zones[first - 1].start < start < zones[last - 1].end]:
            del begins[position]
    starts = sorted(begins)
    ends = [*starts[1:], len(document.text)]
    return tuple(Zone(start=start, end=end, kind=begins[start]) for start, end in zip(starts, ends, strict=True))


def _check_cut(document: Document, number: int, zone: Zone, position: int) -> None:
    if not zone.start < position < zone.end:
        raise InputRefused(
            f"{position} is not inside zone {number} of {document.id}, [{zone.start}, {zone.end})",
            help=f"Give a code point from {zone.start + 1} to {zone.end - 1}",
        )
    rest = document.text[position : zone.end]
    if rest[0].isspace():
        following = zone.end - len(rest.lstrip())
        way_out = f"Cut at {following}" if following < zone.end else "Nothing else follows in the zone"
        raise InputRefused(f"a zone would begin with a blank at {position}", help=way_out)


def difference(before: Sequence[Zone], after: Sequence[Zone]) -> Iterator[tuple[str, Zone]]:
    """The zones that are only on one side, in the order of the text: `-` for those before, `+` for those after."""
    old, new = set(before), set(after)
    only = [("-", zone) for zone in before if zone not in new] + [("+", zone) for zone in after if zone not in old]
    yield from sorted(only, key=lambda each: (each[1].start, each[0] == "+"))


def conflicts(corpus: Corpus, document: Document, after: Sequence[Zone]) -> Iterator[str]:
    """What annotations of any layer would suffer: their place would be closed, or divided between two zones.

    Raises:
        InputRefused: If a layer's file about the document is not as it must be.
    """
    before = zones_of(document)
    closed = [zone for zone in after if not zone.is_open]
    was_closed = [zone for zone in before if not zone.is_open]
    cuts = sorted({zone.start for zone in after} - {zone.start for zone in before})
    for layer in corpus.layers:
        if document.id not in corpus.store.layer_documents(layer):
            continue
        for annotation in corpus.store.layer(layer, document.id, corpus.schema).annotations:
            for extent in extents(annotation, corpus.schema):
                where = f"{layer}: {annotation.label} {annotation.id} [{extent.start}, {extent.end})"
                if _touches(extent, closed) and not _touches(extent, was_closed):
                    yield f"{where} would lie in a closed zone: “{extent.text(document.text)}”"
                elif any(start < cut < end for start, end in extent for cut in cuts):
                    yield f"{where} would be divided between two zones: “{extent.text(document.text)}”"


def extents(annotation: Annotation, schema: LabelSchema) -> Iterator[Extent]:
    """What an annotation covers, and every extent that its fields hold."""
    yield annotation.extent
    for field in schema.by_name[annotation.label].of_kind(Kind.EXTENT):
        value = getattr(annotation, field.name)
        if isinstance(value, Extent):
            yield value
        elif value:
            yield from value


def _touches(extent: Extent, zones: Sequence[Zone]) -> bool:
    return any(start < zone.end and zone.start < end for start, end in extent for zone in zones)


def write(store: Store, document: Document, zones: Sequence[Zone]) -> Document:
    """Puts a document's new zones in its line of `documents.jsonl`; every other line stays as it is.

    Raises:
        StoreBusy: If somebody else has changed the document or the file meanwhile.
        StoreFailed: If the file system refuses.
    """
    data = store.read_bytes(DOCUMENTS) or b""
    for found in parse_records(data, DOCUMENTS, Document, limit=jsonl.DOCUMENT_LIMIT):
        if isinstance(found, Finding):
            if found.severity is Severity.ERROR:
                raise InputRefused.by(found, store.folder)
            continue
        number, there = found
        if there.id != document.id:
            continue
        if there != document:
            break
        rezoned = Document.model_validate({**document.model_dump(), "zones": tuple(zones)})
        lines = data.split(b"\n")
        lines[number - 1] = jsonl.render([rezoned.model_dump(mode="json")]).removesuffix(b"\n")
        store.write_bytes(DOCUMENTS, b"\n".join(lines), mark_of(data))
        return rezoned
    raise StoreBusy(
        f"{document.id} has changed on disk since it was read",
        path=store.folder / DOCUMENTS,
        code="E-CHANGED",
        help="Look at it again",
    )
