"""A corpus as a dataset in memory: the same as what is published, and never what was read before."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import corpus
from corpus import Corpus
from corpus.errors import CorpusNotFound, NameUnknown, PackageMissing
from corpus.layers import LayerFile
from corpus.publish import build
from corpus.store import Store
from corpus.tables import tables_of


@pytest.mark.parametrize("schema", ["security", "adverse", "own", "hostile"])
def test_load_gives_what_is_published(
    corpus_factory: Callable[..., Path], hostile_writer: Callable[[Path], Path], tmp_path: Path, schema: str
) -> None:
    from datasets import load_dataset

    folder = hostile_writer(tmp_path / "corpus") if schema == "hostile" else corpus_factory(schema)
    built = build(Corpus.open(folder), tmp_path / "out")

    for table in built.tables:
        published = load_dataset(str(built.folder), table.name, split="train", cache_dir=str(tmp_path / "cache"))
        loaded = corpus.load(table.name, path=folder)

        assert loaded.features == published.features
        assert list(loaded) == list(published)
        assert len(loaded) == table.rows


def test_load_sees_every_change(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    store = Store(folder)
    before = corpus.load(path=folder)[:]["id"]

    store.write_documents(store.documents()[:1])

    assert before == ["d1", "d2"]
    assert corpus.load(path=folder)[:]["id"] == ["d1"]


def test_load_does_not_confuse_folders_of_one_name(sample_writer: Callable[[Path, str], Path], tmp_path: Path) -> None:
    one = sample_writer(tmp_path / "one" / "corpus", "own")
    two = sample_writer(tmp_path / "two" / "corpus", "own")
    Store(two).write_documents(Store(two).documents()[:1])

    assert [corpus.load(path=folder)[:]["id"] for folder in (one, two, one)] == [["d1", "d2"], ["d1"], ["d1", "d2"]]


def test_load_writes_nothing(
    corpus_factory: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = corpus_factory("adverse")
    (tmp_path / "home").mkdir()
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "home")

    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if "__pycache__" not in path.parts}

    before = files()

    for name in tables_of(Corpus.open(folder).schema, Corpus.open(folder).manifest).names:
        corpus.load(name, path=folder)

    assert files() == before


def test_load_takes_another_layer_and_says_which_there_are(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    layer = Corpus.open(folder).layer("rules")["d1"]
    Store(folder).write_layer(LayerFile("rules", layer.header, layer.annotations[:1]))

    assert len(corpus.load("weather", path=folder)) == 1
    assert len(corpus.load("weather", layer="rules", path=folder)) == 0
    assert corpus.load("weather", layer="rules", path=folder).column_names[:3] == ["id", "document", "start"]
    with pytest.raises(NameUnknown, match=r"there is no layer 'rule'.*gold, rules"):
        corpus.load(layer="rule", path=folder)


def test_load_says_which_configurations_there_are(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")

    with pytest.raises(NameUnknown) as error:
        corpus.load("documnts", path=folder)

    assert "documents, place, route, weather, relations, layers, tokens, entities, claims" in str(error.value)


def test_load_says_that_there_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound, match="nowhere"):
        corpus.load(path=tmp_path / "nowhere")


def test_load_without_a_gold_layer_has_documents_without_annotations(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    shutil.rmtree(folder / "layers" / "gold")

    documents = corpus.load(path=folder)

    assert documents[:]["annotations"] == [[], []]
    assert documents[:]["status"] == [None, None]
    assert len(corpus.load("place", path=folder)) == 0


def test_load_opens_the_bundled_corpus() -> None:
    documents = corpus.load()

    assert documents[:]["id"] == ["000", "001", "002", "003", "004"]
    assert documents.features["zones"].feature["kind"].names[:3] == ["title", "summary", "heading"]


def test_load_says_which_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)

    with pytest.raises(PackageMissing, match="datasets"):
        corpus.load()


def test_folds_leave_out_every_document_once(corpus_factory: Callable[..., Path]) -> None:
    assert list(corpus.folds(corpus_factory("own"))) == [("d1", ("d2",), ("d1",)), ("d2", ("d1",), ("d2",))]
    bundled = list(corpus.folds())
    assert [fold.name for fold in bundled] == ["000", "001", "002", "003", "004"]
    assert all(sorted((*fold.train, *fold.test)) == [each.name for each in bundled] for fold in bundled)
