"""The notes beside a corpus: what is written is read again, and what a crash or a stranger left does no harm."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus import provenance
from corpus.errors import InputRefused, StoreFailed
from corpus.provenance import Making, Origin
from corpus.store import Store
from schemas.examples.adverse import Drug

AT = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)
TYPED, MANY = Origin(how="typed"), Origin(how="mark-all", edited=True)
TAKEN = Origin(how="accepted", layers=("pass-a", "pass-b"))


def written(folder: Path) -> Path:
    """The notes of a document of a layer, one written after the other."""
    store = Store(folder)
    provenance.note(store, "anna", "d1", 41.26, {"k1": TYPED, "k2": TAKEN}, AT)
    provenance.note(store, "anna", "d1", 0, {"k1": MANY})
    provenance.note(store, "anna", "d1", 3.0, {})
    return folder / ".annotator" / "provenance" / "anna" / "d1.jsonl"


def test_provenance_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = written(tmp_path)

    found = provenance.read(Store(tmp_path), "anna", "d1")

    assert found.seconds == pytest.approx(44.3)
    assert found.origins == {"k1": MANY, "k2": TAKEN}
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[2] == '{"seconds":41.3,"until":"2026-03-02T10:15:00Z"}'
    assert lines[1] == '{"how":"accepted","layers":["pass-a","pass-b"],"id":"k2"}'


def test_provenance_of_nothing_writes_nothing(tmp_path: Path) -> None:
    provenance.note(Store(tmp_path), "anna", "d1", 0, {})

    assert list(tmp_path.iterdir()) == []
    assert provenance.read(Store(tmp_path), "anna", "d1").origins == {}


@pytest.mark.parametrize("torn", range(1, 60, 7))
def test_provenance_goes_on_after_a_line_that_a_crash_tore(tmp_path: Path, torn: int) -> None:
    file = written(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-torn])

    provenance.note(Store(tmp_path), "anna", "d1", 9.0, {"k9": TYPED}, AT)

    found = provenance.read(Store(tmp_path), "anna", "d1")
    assert found.origins["k9"] == TYPED
    assert found.origins["k2"] == TAKEN
    assert 50 <= found.seconds <= 54


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"[]",
        b'{"seconds":-1,"until":"2026-03-02T10:15:00Z"}',
        b'{"seconds":NaN,"until":"2026-03-02T10:15:00Z"}',
        b'{"id":"../x","how":"typed"}',
        b'{"id":"k1","how":"bought"}',
        b'{"id":"k1","how":"typed","more":1}',
        b"[" * 100_000,
    ],
)
def test_provenance_passes_over_lines_that_are_none_of_ours(tmp_path: Path, line: bytes) -> None:
    file = written(tmp_path)
    file.write_bytes(line + b"\n" + file.read_bytes() + line)

    found = provenance.read(Store(tmp_path), "anna", "d1")

    assert found.origins == {"k1": MANY, "k2": TAKEN}
    assert found.seconds == pytest.approx(44.3)


def test_provenance_follows_no_link_and_no_name_out_of_the_corpus(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    corpus = tmp_path / "corpus"
    (corpus / ".annotator").mkdir(parents=True)
    (corpus / ".annotator" / "provenance").symlink_to(elsewhere)

    with pytest.raises(StoreFailed):
        provenance.note(Store(corpus), "anna", "d1", 1.0, {})
    with pytest.raises(InputRefused):
        provenance.note(Store(corpus), "..", "d1", 1.0, {})

    assert list(elsewhere.iterdir()) == []


def test_provenance_counts_how_annotations_came_to_be() -> None:
    annotations = [
        Drug.model_validate({"id": name, "start": place, "end": place + 1, "text": "x"})
        for place, name in enumerate(["k1", "k2", "k3", "k4"])
    ]
    making = Making()

    making.add(annotations, {"k1": TYPED, "k2": MANY, "k3": TAKEN, "gone": TYPED})

    assert making.made == {"typed": 1, "mark-all": 1, "accepted from pass-a, pass-b": 1, "not known": 1}
    assert +making.edited == {"mark-all": 1}
