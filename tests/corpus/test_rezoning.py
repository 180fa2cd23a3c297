"""Zones corrected by hand, and the annotations that stand in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import rezoning
from corpus.corpus import Corpus
from corpus.errors import InputRefused, NameUnknown, StoreBusy
from corpus.store import DOCUMENTS, Store
from schemas import Document, Zone, ZoneKind

TEXT = "Title\nFirst part.\n\nSecond part.\n"
ZONES = (
    Zone(start=0, end=6, kind="title"),
    Zone(start=6, end=19, kind="body"),
    Zone(start=19, end=32, kind="furniture"),
)
Factory = Callable[..., Path]


def made(zones: tuple[Zone, ...] = ZONES) -> Document:
    return Document.from_bytes("d", TEXT.encode(), zones=zones)


def flat(zones: tuple[Zone, ...]) -> list[tuple[int, int, str]]:
    return [(zone.start, zone.end, zone.kind) for zone in zones]


def test_rezoning_sets_kinds() -> None:
    after = rezoning.changed(made(), kinds={3: "residue", 1: "heading"})

    assert flat(after) == [(0, 6, "heading"), (6, 19, "body"), (19, 32, "residue")]


def test_rezoning_divides_a_zone_into_two_of_its_kind() -> None:
    after = rezoning.changed(made(), kinds={2: "heading"}, splits=[(2, 12)])

    assert flat(after) == [(0, 6, "title"), (6, 12, "heading"), (12, 19, "heading"), (19, 32, "furniture")]


def test_rezoning_joins_zones_to_the_kind_of_the_first() -> None:
    assert flat(rezoning.changed(made(), merges=[(2, 3)])) == [(0, 6, "title"), (6, 32, "body")]
    assert flat(rezoning.changed(made(), merges=[(1, 2), (2, 3)])) == [(0, 32, "title")]


def test_rezoning_takes_a_document_without_zones_for_one_open_body() -> None:
    assert flat(rezoning.changed(made(()), splits=[(1, 6)])) == [(0, 6, "body"), (6, 32, "body")]


@pytest.mark.parametrize(
    ("splits", "merges", "error", "words"),
    [
        ([(4, 20)], [], NameUnknown, "d has no zone 4. Its zones are 1 to 3"),
        ([(0, 1)], [], NameUnknown, "no zone 0"),
        ([], [(2, 9)], NameUnknown, "no zone 9"),
        ([(2, 6)], [], InputRefused, "6 is not inside zone 2"),
        ([(2, 19)], [], InputRefused, "19 is not inside zone 2"),
        ([(2, 11)], [], InputRefused, "begin with a blank at 11. Cut at 12"),
        ([(2, 18)], [], InputRefused, "begin with a blank at 18. Nothing else follows"),
        ([], [(3, 2)], InputRefused, "zones 3 to 2 are not two or more"),
    ],
)
def test_rezoning_refuses_what_makes_no_zones(
    splits: list[tuple[int, int]], merges: list[tuple[int, int]], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        rezoning.changed(made(), splits=splits, merges=merges)


@given(st.data())
def test_rezoning_always_gives_a_partition(data: st.DataObject) -> None:
    words = [place for place in range(1, len(TEXT)) if not TEXT[place].isspace()]
    cut = data.draw(st.sampled_from(words))
    number = next(number for number, zone in enumerate(ZONES, 1) if zone.start <= cut < zone.end)
    splits = [(number, cut)] if cut != ZONES[number - 1].start else []
    kind: ZoneKind = data.draw(st.sampled_from(["body", "inserted"]))
    merges = data.draw(st.lists(st.sampled_from([(1, 2), (2, 3), (1, 3)]), max_size=2))

    after = rezoning.changed(made(), kinds={number: kind}, splits=splits, merges=merges)

    assert made(after).zones == after


def test_rezoning_shows_only_what_differs() -> None:
    after = rezoning.changed(made(), splits=[(2, 12)])

    assert [(sign, zone.start, zone.end) for sign, zone in rezoning.difference(ZONES, after)] == [
        ("-", 6, 19),
        ("+", 6, 12),
        ("+", 12, 19),
    ]


@pytest.mark.parametrize("schema", ["security", "adverse", "own"])
def test_rezoning_sees_annotations_of_every_layer_and_their_extents(corpus_factory: Factory, schema: str) -> None:
    corpus = Corpus.open(corpus_factory(schema))
    document = corpus.document("d1")
    layers = [corpus.layer(name)["d1"] for name in corpus.layers]
    places = sum(1 for layer in layers for each in layer.annotations for _ in rezoning.extents(each, corpus.schema))

    closed = list(rezoning.conflicts(corpus, document, rezoning.changed(document, kinds={1: "residue"})))
    opened = list(rezoning.conflicts(corpus, document, rezoning.changed(document, kinds={2: "body"})))

    assert len(closed) == places > sum(len(layer.annotations) for layer in layers)
    assert {line.split(":")[0] for line in closed} == {"gold", "rules"}
    assert all("would lie in a closed zone" in line for line in closed)
    assert opened == []


def test_rezoning_sees_an_annotation_that_a_cut_divides(corpus_factory: Factory) -> None:
    corpus = Corpus.open(corpus_factory())
    document = corpus.document("d1")
    inside = document.text.index("sharing")

    divided = list(rezoning.conflicts(corpus, document, rezoning.changed(document, splits=[(1, inside)])))

    assert [line.partition(" would ")[2] for line in divided] == [
        "be divided between two zones: “intelligence sharing”"
    ] * 2


def test_rezoning_writes_one_line_and_leaves_the_others(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    path = folder / DOCUMENTS
    path.write_bytes(path.read_bytes().replace(b'{"id":"d2"', b'{ "id":"d2"'))
    before = path.read_bytes().split(b"\n")
    corpus = Corpus.open(folder)
    document = corpus.document("d1")
    zones = rezoning.changed(document, kinds={2: "residue"})

    rezoning.write(corpus.store, document, zones)

    after = path.read_bytes().split(b"\n")
    assert after[1:] == before[1:]
    assert Corpus.open(folder).document("d1") == document.model_copy(update={"zones": zones})


def test_rezoning_refuses_a_document_that_changed_meanwhile(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    document = Corpus.open(folder).document("d1")
    rezoning.write(Store(folder), document, rezoning.changed(document, kinds={2: "residue"}))
    before = (folder / DOCUMENTS).read_bytes()

    with pytest.raises(StoreBusy, match="d1 has changed on disk"):
        rezoning.write(Store(folder), document, document.zones)

    assert (folder / DOCUMENTS).read_bytes() == before
