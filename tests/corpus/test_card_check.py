"""The lint of a dataset's card: what it takes, and that a build with a fault is refused before it is placed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import Corpus, bundled
from corpus.card_check import SIZE_CATEGORIES, card_faults
from corpus.errors import StoreFailed
from corpus.publish import build

HEAD: dict[str, Any] = {
    "language": ["en", "urd"],
    "language_bcp47": ["en-GB", "zh-Hant-TW", "de-1996", "en-x-own"],
    "license": "cc-by-4.0",
    "annotations_creators": ["expert-generated", "machine-generated"],
    "size_categories": ["n<1K"],
    "source_datasets": ["original"],
    "task_categories": ["token-classification"],
    "pretty_name": "A corpus",
    "configs": [
        {"config_name": "documents", "default": True, "data_files": [{"split": "train", "path": "a.parquet"}]},
        {"config_name": "place", "data_files": [{"split": "train", "path": "a.parquet"}]},
    ],
    "dataset_info": [{"config_name": "documents"}, {"config_name": "place"}],
}
OTHER = {"license": "other", "license_name": "odd-1.0", "license_link": "LICENSE"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build's folder, with what the head names."""
    for name in ("a.parquet", "LICENSE"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("change", [{}, OTHER, {"license": "unknown"}, {"language": None}, {"language": "en"}])
def test_card_check_takes_a_sound_head(folder: Path, change: dict[str, Any]) -> None:
    assert list(card_faults({**HEAD, **change}, folder)) == []


def test_card_check_needs_one_configuration_to_be_described(folder: Path) -> None:
    one = {**HEAD, "configs": HEAD["configs"][:1], "dataset_info": {"config_name": "documents"}}

    assert list(card_faults(one, folder)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"license": "not-a-license"}, "license: 'not-a-license' is no licence"),
        ({"license": "CC-BY-4.0"}, "license: 'CC-BY-4.0' is no licence"),
        ({"license": None}, "license is missing"),
        ({**OTHER, "license_name": "Odd 1"}, "license_name: 'Odd 1'"),
        ({**OTHER, "license_link": "TERMS"}, "license_link: 'TERMS' is no file"),
        ({"language": ["english"]}, "language: 'english' is not"),
        ({"language": ["EN"]}, "language: 'EN' is not"),
        ({"language": [False]}, "language: False is not"),
        ({"language_bcp47": ["en_GB"]}, "language_bcp47: 'en_GB' is not"),
        ({"task_categories": ["span-labelling"]}, "task_categories: 'span-labelling' is none of"),
        ({"task_categories": []}, "task_categories is missing"),
        ({"size_categories": ["n>10M"]}, "size_categories: 'n>10M' is none of"),
        ({"annotations_creators": ["human"]}, "annotations_creators: 'human' is none of"),
        ({"source_datasets": ["mine"]}, "source_datasets: 'mine' is not"),
        ({"pretty_name": ""}, "pretty_name is missing"),
        ({"configs": 3}, "dataset_info: it is about"),
        ({"dataset_info": [{"config_name": "documents"}]}, "dataset_info: it is about"),
    ],
)
def test_card_check_names_what_is_wrong(folder: Path, change: dict[str, Any], fault: str) -> None:
    (found,) = card_faults({**HEAD, **change}, folder)

    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda configs: configs[0].pop("default"), "configs: 0 of them are the default"),
        (lambda configs: configs[1].update(default=True), "configs: 2 of them are the default"),
        (lambda configs: configs[1]["data_files"][0].update(path="b.parquet"), "configs: place names 'b.parquet'"),
        (lambda configs: configs[1]["data_files"][0].update(split="test"), "configs: place has another split"),
    ],
)
def test_card_check_looks_at_configurations(
    folder: Path, spoil: Callable[[list[dict[str, Any]]], object], fault: str
) -> None:
    head = copy.deepcopy(HEAD)
    spoil(head["configs"])

    (found,) = card_faults(head, folder)

    assert found.startswith(fault)


def test_card_check_knows_every_size_that_a_card_can_name() -> None:
    from corpus.card_head import _SIZES

    assert tuple(name for _, name in _SIZES) == SIZE_CATEGORIES[: len(_SIZES)]


def test_card_check_refuses_a_build_and_leaves_the_earlier_one(
    corpus_factory: Callable[..., Path], tmp_path: Path
) -> None:
    folder, out = corpus_factory("own"), tmp_path / "out"
    build(Corpus.open(folder), out)
    before = (out / "SHA256SUMS").read_bytes()
    manifest = folder / "corpus.toml"
    manifest.write_text('language = "english"\n' + manifest.read_text("utf-8"), encoding="utf-8")

    with pytest.raises(StoreFailed, match=r"README.md: E-CARD .*language: 'english' is not an ISO 639 code"):
        build(Corpus.open(folder), out)

    assert (out / "SHA256SUMS").read_bytes() == before


def test_card_check_takes_the_card_of_the_bundled_corpus(tmp_path: Path) -> None:
    assert build(Corpus.open(bundled.folder()), tmp_path / "out").tables
