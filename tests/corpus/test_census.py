"""What a corpus holds, counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import bundled
from corpus.census import COUNTED_VALUES, per_thousand, take
from corpus.corpus import Corpus
from corpus.errors import NameUnknown
from corpus.layers import LayerFile
from corpus.store import Store
from schemas import Document, LayerHeader, Status


def write_layer(corpus: Corpus, layer: str, document: str, status: Status = Status.DONE, comment: str = "") -> None:
    """Writes a layer's file without annotations."""
    header = LayerHeader(
        document=document,
        sha256=corpus.document(document).sha256,
        schema_id=corpus.schema.id,
        annotator="anna",
        status=status,
        comment=comment or None,
    )
    corpus.store.write_layer(LayerFile(layer, header, ()))


def test_census_counts_documents_words_and_annotations(corpus_factory: Callable[..., Path]) -> None:
    census = take(Corpus.open(corpus_factory("security")))

    gold = census.layers["gold"]
    assert [each.id for each in census.documents] == ["d1", "d2"]
    assert [each.words for each in census.documents] == [12, 7]
    assert {name: label.annotations for name, label in gold.labels.items()} == {
        "actor": 2, "group": 1, "measure": 1, "attribution": 1,
    }  # fmt: skip
    assert gold.density == pytest.approx(1000 * 5 / 19)
    assert census.documents[0].density("gold") == pytest.approx(1000 * 4 / 12)
    assert census.shown == "gold"


def test_census_does_not_count_the_words_of_closed_zones(corpus_factory: Callable[..., Path]) -> None:
    census = take(Corpus.open(corpus_factory("security", text="One two\n<closed>three four five\n")))

    assert census.words == 2
    assert census.zones == {"body": 1, "furniture": 1}
    assert census.zone_code_points == {"body": 8, "furniture": 16}


def test_census_tells_how_often_an_extent_that_may_be_empty_is_empty(corpus_factory: Callable[..., Path]) -> None:
    gold = [
        {"id": "r1", "label": "route", "text": "road"},
        {"id": "r2", "label": "route", "text": "way", "aside": "an old one"},
        {"id": "r3", "label": "route", "text": "path", "aside": "an old one"},
    ]
    folder = corpus_factory("own", text="road way path an old one\n", gold=gold)

    fields = take(Corpus.open(folder)).layers["gold"].labels["route"].fields

    assert fields["aside"].empty_share == pytest.approx(1 / 3)
    assert fields["aside"].may_be_empty
    assert fields["aside"].code_points == 20
    assert fields["stops"].empty_share == 1


def test_census_lists_choices_that_nobody_made(corpus_factory: Callable[..., Path]) -> None:
    census = take(Corpus.open(corpus_factory("own")))

    assert dict(census.layers["gold"].labels["place"].fields["sort"].values) == {"town": 1, "river": 0}


def test_census_counts_references_by_the_label_that_they_lead_to(corpus_factory: Callable[..., Path]) -> None:
    census = take(Corpus.open(corpus_factory("own")))

    assert dict(census.layers["gold"].labels["route"].fields["stops"].values) == {"place": 1}


def test_census_tells_progress_for_every_layer(corpus_factory: Callable[..., Path]) -> None:
    corpus = Corpus.open(corpus_factory("security"))
    write_layer(corpus, "ben", "d1", Status.FLAGGED, "is it one?")

    layer = take(Corpus.open(corpus.folder)).layers["ben"]

    assert layer.progress == {"done": 0, "flagged": 1, "open": 0, "not begun": 1}
    assert layer.annotations == 0
    assert layer.density == 0


def test_census_of_documents_without_words_has_no_density(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    Store(folder).write_documents([Document.from_bytes("d1", b""), Document.from_bytes("d2", b" \n--\n")])
    for name in ("gold", "rules"):
        for document in ("d1", "d2"):
            (folder / "layers" / name / f"{document}.jsonl").unlink()

    census = take(Corpus.open(folder))

    assert census.words == 0
    assert census.layers["gold"].density is None
    assert census.documents[0].density("gold") is None
    assert per_thousand(0, 0) is None


def test_census_of_a_corpus_without_layers_shows_none(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    (folder / "layers").rename(folder / "elsewhere")

    census = take(Corpus.open(folder))

    assert census.layers == {}
    assert census.shown is None
    assert census.gold is None


def test_census_shows_the_fullest_layer_where_there_is_no_gold(corpus_factory: Callable[..., Path]) -> None:
    corpus = Corpus.open(corpus_factory("security"))
    write_layer(corpus, "ben", "d1")

    assert take(corpus, ["ben", "rules"]).shown == "rules"


def test_census_refuses_a_layer_that_is_not_there(corpus_factory: Callable[..., Path]) -> None:
    with pytest.raises(NameUnknown, match="nobody"):
        take(Corpus.open(corpus_factory("own")), ["nobody"])


def test_census_counts_findings_errors_first(corpus_factory: Callable[..., Path]) -> None:
    gold = [{"id": "m1", "label": "measure", "text": "the talks,", "type": "dialogue", "status": "announced"}]
    folder = corpus_factory("security", text="Of the talks, nobody\n", gold=gold)

    findings = take(Corpus.open(folder)).findings

    assert findings is not None
    assert {code: count for (_, code), count in findings.items()} == {"G1": 2, "G5": 2}
    assert take(Corpus.open(folder), findings=False).findings is None


def test_census_tells_so_many_values_apart_and_no_more(corpus_factory: Callable[..., Path]) -> None:
    corpus = Corpus.open(corpus_factory("adverse"))
    census = take(corpus).layers["gold"].labels["drug"].fields["dose"]
    annotation = corpus.layer("gold")["d1"].annotations[0]
    for number in range(COUNTED_VALUES + 5):
        census.add(annotation.model_copy(update={"dose": float(number)}), {})

    assert len(census.values) == COUNTED_VALUES
    assert census.values["400.0"] == 2
    assert census.others == 5
    assert (census.least, census.most) == (0, COUNTED_VALUES + 4)


def test_census_counts_how_annotations_were_settled() -> None:
    census = take(Corpus.open(bundled.folder()), layers=("gold", "floor"))

    settled = census.layers["gold"].settled
    assert sum(settled.values()) == census.layers["gold"].annotations
    assert settled["agreed"] > settled["chosen from pass-a"] + settled["chosen from pass-b"] > settled["new"]
    assert not census.layers["floor"].settled
