"""Documents and zones: text as it was read, and zones that partition it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import OPEN_KINDS, Document, Extent, Zone, ZoneKind, digest

TEXT = "Title\r\nBody é 👍\ufeff\u2028end"


def zones(*ends: int) -> list[dict[str, Any]]:
    """Zones that end at these positions, each where the next begins."""
    return [{"start": start, "end": end, "kind": "body"} for start, end in pairwise([0, *ends])]


@given(st.text())
def test_document_keeps_its_text(text: str) -> None:
    data = text.encode("utf-8")

    document = Document.from_bytes("d", data)

    assert document.text.encode("utf-8") == data
    assert document.sha256 == digest(data)
    assert document.is_intact()
    assert Document.model_validate_json(document.model_dump_json()) == document


def test_document_is_not_intact_when_its_text_is_another() -> None:
    document = Document.from_bytes("d", b"one")

    assert not document.model_copy(update={"text": "One"}).is_intact()


@pytest.mark.parametrize("data", [b"\xff", b"\xed\xa0\xbd", b"\xc0\x80"])
def test_document_refuses_bytes_that_are_not_utf8(data: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        Document.from_bytes("d", data)


def test_document_digest_is_that_of_the_standard() -> None:
    assert digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("ends", [(), (len(TEXT),), (5, len(TEXT)), (1, 2, len(TEXT))])
def test_document_takes_zones_that_partition_its_text(ends: tuple[int, ...]) -> None:
    document = Document.from_bytes("d", TEXT.encode(), zones=zones(*ends))

    assert len(document.zones) == len(ends)


@pytest.mark.parametrize(
    "partition",
    [
        zones(3),
        zones(len(TEXT) + 1),
        zones(5, 5, len(TEXT)),
        [{"start": 1, "end": len(TEXT), "kind": "body"}],
        [{"start": 0, "end": 4, "kind": "body"}, {"start": 5, "end": len(TEXT), "kind": "body"}],
        [{"start": 0, "end": 6, "kind": "body"}, {"start": 5, "end": len(TEXT), "kind": "body"}],
        zones(5, len(TEXT))[::-1],
    ],
)
def test_document_refuses_zones_that_do_not(partition: list[dict[str, Any]]) -> None:
    with pytest.raises(ValidationError, match="zone"):
        Document.from_bytes("d", TEXT.encode(), zones=partition)


def test_document_of_nothing_has_no_zone() -> None:
    assert Document.from_bytes("d", b"").open_extents == ()
    with pytest.raises(ValidationError):
        Document.from_bytes("d", b"", zones=zones(0))


def test_document_without_zones_is_open() -> None:
    assert Document.from_bytes("d", b"words").open_extents == (Extent.of(0, 5),)


def test_document_is_open_where_its_zones_are() -> None:
    partition = zones(5, 10, 12)
    partition[1]["kind"] = "residue"

    document = Document.from_bytes("d", b"x" * 12, zones=partition)

    assert document.open_extents == (Extent.of(0, 5), Extent.of(10, 12))


@pytest.mark.parametrize("kind", get_args(ZoneKind))
def test_zone_is_open_by_its_kind(kind: ZoneKind) -> None:
    assert Zone(start=0, end=1, kind=kind).is_open == (kind in OPEN_KINDS)


def test_zone_kinds_that_are_open_are_kinds() -> None:
    assert set(get_args(ZoneKind)) > OPEN_KINDS
    assert len(OPEN_KINDS) == 6


@pytest.mark.parametrize("name", ["a", "000", "A-b_c.d", "x" * 128, "a_", "a-"])
def test_document_takes_a_name_that_is_safe_as_a_file(name: str) -> None:
    assert Document.from_bytes(name, b"").id == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/a", "-a", ".a", "_a", "a.", "x" * 129, "é", "a b", "a\n", "a\0"]
)
def test_document_refuses_a_name_that_is_not(name: str) -> None:
    with pytest.raises(ValidationError):
        Document.from_bytes(name, b"")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 1),
        ("sha256", "A" * 64),
        ("sha256", "a" * 63),
        ("date", "yesterday"),
        ("language", "english!"),
        ("colour", "red"),
        ("zones", None),
    ],
)
def test_document_refuses_a_field_that_is_not_as_it_must_be(field: str, value: object) -> None:
    record = Document.from_bytes("d", b"x").model_dump(mode="json")

    with pytest.raises(ValidationError):
        Document.model_validate(record | {field: value})


def test_document_cannot_be_changed() -> None:
    document = Document.from_bytes("d", b"x")

    with pytest.raises(ValidationError, match="frozen"):
        document.text = "y"  # type: ignore[misc]
