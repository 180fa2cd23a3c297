"""The check of annotations in memory, as the app makes it: no file, no layer, no line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.annotation_check import check_document, shortened
from corpus.open_zones import OpenZones
from schemas import Annotation, Document, Entity, EntityId, Extent, LabelSchema, Ref, Zone


class Mark(Annotation):
    """A mark."""

    parts: tuple[Extent, ...] = ()
    also: Annotated[str, Ref("mark")] | None = None
    others: tuple[Annotated[str, Ref()], ...] = ()
    people: tuple[Annotated[str, EntityId("person")], ...] = ()
    sort: Literal["person", "place"] = "person"
    one: Annotated[str, EntityId(same_as="sort")] | None = None


class Sign(Annotation):
    """A sign."""


class MarkSchema(LabelSchema, version="1.0.0"):
    labels = (Mark, Sign)


SCHEMA = MarkSchema()
TEXT = "One two three. Four five six."
DOCUMENT = Document.from_bytes(
    "d", TEXT.encode(), zones=[{"start": 0, "end": 15, "kind": "body"}, {"start": 15, "end": 29, "kind": "residue"}]
)
OPEN = DOCUMENT.model_copy(update={"zones": ()})
ENTITIES = {name: Entity(id=name, kind=kind, name=name) for name, kind in (("ann", "person"), ("rome", "place"))}


def mark(name: str, start: int, end: int, **more: object) -> Annotation:
    about = {"id": name, "label": "mark", "start": start, "end": end, "text": TEXT[start:end], **more}
    return SCHEMA.annotation.validate_python(about)


def codes(document: Document, annotations: Sequence[Annotation]) -> list[str]:
    return [finding.code for finding in check_document(document, annotations, SCHEMA, ENTITIES)]


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ([mark("a", 0, 3), mark("b", 4, 7, also="a", others=("a",), people=("ann",), one="rome", sort="place")], []),
        ([mark("a", 0, 3, parts=[[[4, 7]], [[8, 13]]])], []),
        ([mark("a", 0, 7, fragments=[[0, 3], [4, 7]], text="One two")], []),
        ([mark("a", 0, 7, fragments=[[0, 3], [4, 7]], text="One  two")], ["E-TEXT"]),
        ([mark("a", 0, 7, fragments=[[0, 3], [5, 7]], text="One two")], ["E-TEXT"]),
        ([mark("a", 0, 3, parts=[[[4, 7]], [[8, 30]]])], ["E-EXTENT-RANGE"]),
        ([mark("a", 0, 3, parts=[[[4, 7]], [[8, 13], [20, 24]]])], ["E-ZONE"]),
        ([mark("a", 15, 19)], ["E-ZONE"]),
        ([mark("a", 10, 19)], ["E-ZONE"]),
        ([mark("a", 0, 3, also="a")], ["E-REF-SELF"]),
        ([mark("a", 0, 3, also="z")], ["E-REF"]),
        ([mark("a", 0, 3, others=("z", "a"))], ["E-REF", "E-REF-SELF"]),
        ([mark("a", 0, 3), mark("b", 4, 7, others=("a", "a"))], ["W-REF-DUP"]),
        ([mark("a", 0, 3, people=("ann", "rome", "nobody"))], ["E-ENTITY-KIND", "E-ENTITY"]),
        ([mark("a", 0, 3, one="rome")], ["E-ENTITY-KIND"]),
        ([mark("a", 0, 3), mark("a", 0, 3)], ["W-ROW-DUP"]),
        ([mark("a", 0, 3), mark("a", 4, 7)], ["E-ID-DUP"]),
        ([mark("a", 0, 3), mark("b", 0, 3)], ["E-EXTENT-DUP"]),
        ([mark("b", 4, 7), mark("a", 0, 3)], ["W-ORDER"]),
        ([mark("b", 0, 3, others=("a",)), mark("a", 0, 3, fragments=None, text="One")], ["E-EXTENT-DUP", "W-ORDER"]),
    ],
)
def test_annotation_check_finds_in_memory(annotations: list[Annotation], expected: list[str]) -> None:
    assert codes(DOCUMENT, annotations) == expected


def test_annotation_check_takes_two_labels_on_one_extent() -> None:
    sign = SCHEMA.annotation.validate_python({"id": "b", "label": "sign", "start": 0, "end": 3, "text": "One"})

    assert codes(DOCUMENT, [mark("a", 0, 3), sign]) == []
    assert codes(DOCUMENT, [mark("a", 0, 3, also="b"), sign]) == ["E-REF-LABEL"]
    assert codes(DOCUMENT, [mark("a", 0, 3, others=("b",)), sign]) == []


def test_annotation_check_looks_no_entity_up_where_none_are_known() -> None:
    annotations = [mark("a", 0, 3, one="nobody")]

    assert list(check_document(DOCUMENT, annotations, SCHEMA)) == []
    assert [finding.code for finding in check_document(DOCUMENT, annotations, SCHEMA, {})] == ["E-ENTITY"]


def test_annotation_check_names_the_place_without_a_file() -> None:
    (finding,) = check_document(DOCUMENT, [mark("a", 0, 3, parts=[[[15, 19]]])], SCHEMA)

    assert (finding.document, finding.annotation, finding.start, finding.end) == ("d", "a", 15, 19)
    assert (finding.layer, finding.file, finding.line) == (None, None, None)
    assert finding.message == "parts touches the zone [15, 29), which is closed: residue"


def test_annotation_check_gives_the_schema_only_what_lies_in_the_text_and_by_place() -> None:
    given_to_schema: list[str] = []

    class WatchfulSchema(MarkSchema, version="1.0.0"):
        def check(self, document, annotations):  # type: ignore[no-untyped-def]
            given_to_schema.extend(each.id for each in annotations)
            return iter(())

    far = mark("c", 20, 40, text="?")
    parts_far = mark("b", 0, 3, parts=[[[4, 50]]])

    list(check_document(OPEN, [mark("d", 8, 13), parts_far, far, mark("a", 4, 7)], WatchfulSchema()))

    assert given_to_schema == ["a", "d"]


def test_annotation_check_takes_empty_documents_and_layers() -> None:
    empty = Document.from_bytes("e", b"")

    assert codes(empty, []) == []
    assert codes(empty, [mark("a", 0, 3)]) == ["E-EXTENT-RANGE"]


@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=8), st.integers(-1, 40), st.integers(1, 8))
def test_open_zones_hold_what_no_closed_zone_touches(pieces: list[tuple[int, bool]], start: int, size: int) -> None:
    zones = []
    position = 0
    for length, is_open in pieces:
        zones.append(Zone(start=position, end=position + length, kind="body" if is_open else "residue"))
        position += length
    document = Document.from_bytes("d", b"x" * position, zones=zones)
    allowed = {point for zone in zones if zone.is_open for point in range(zone.start, zone.end)}
    end = start + size

    assert (end <= OpenZones(document).around(start)[1]) == (set(range(start, end)) <= allowed)


@pytest.mark.parametrize("size", [0, 1, 59, 60, 61, 1000])
def test_shortened_quotes_at_most_so_many_code_points(size: int) -> None:
    shown = shortened("x" * size)

    assert len(shown) <= 60
    assert (shown == "x" * size) == (size <= 60)
