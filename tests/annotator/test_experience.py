"""What was said in other documents, as it is remembered in the next one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotator import experience
from annotator.experience import Experience, recalled
from corpus import bundled
from corpus.corpus import Corpus
from corpus.registry import Registry
from schemas import Annotation

WORDS = "militant groups"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.open(shutil.copytree(bundled.folder(), tmp_path / "corpus"))


def at(corpus: Corpus, document: str, own: list[Annotation] | None = None) -> Experience:
    return recalled(corpus, Registry(corpus.entities.values()), "gold", document, own or [])


def gold(corpus: Corpus, document: str) -> list[Annotation]:
    return list(corpus.store.layer("gold", document, corpus.schema).annotations)


def said_last(corpus: Corpus, *documents: str) -> object:
    """What gold says last of the words in these documents."""
    found = [each for name in documents for each in gold(corpus, name) if (each.label, each.text) == ("group", WORDS)]
    return vars(found[-1])["state_link"]


def test_experience_of_the_nearest_document_before_counts_as_said_last(corpus: Corpus) -> None:
    assert said_last(corpus, "001") != said_last(corpus, "002")
    assert at(corpus, "002").memory.values("group", WORDS)["state_link"] == said_last(corpus, "001")
    assert at(corpus, "004").memory.values("group", WORDS)["state_link"] == said_last(corpus, "002")


def test_experience_counts_how_often_words_were_marked_in_other_documents(corpus: Corpus) -> None:
    others = [each for name in ("000", "001", "003", "004") for each in gold(corpus, name)]
    expected = sum((each.label, each.text) == ("group", WORDS) for each in others)
    assert at(corpus, "002").memory.times("group", WORDS) == expected > 1


def test_experience_of_the_document_itself_is_of_its_rules_and_not_of_its_words(corpus: Corpus) -> None:
    for name in ("000", "001", "003", "004"):
        (corpus.store.folder / "layers" / "gold" / f"{name}.jsonl").unlink()
    found = at(corpus, "002", gold(corpus, "002"))
    assert not found.memory.words("group")
    assert not found.choices.is_steady("group", "state_link")
    assert found.choices.is_steady("group", "kind")


def test_experience_leaves_out_what_cannot_be_read_and_what_is_too_much(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = corpus.store.folder / "layers" / "gold"
    (folder / "001.jsonl").write_bytes(b"{")
    assert at(corpus, "002").memory.values("group", WORDS)["state_link"] == said_last(corpus, "000")
    monkeypatch.setattr(experience, "MOST", 10)
    assert not at(corpus, "002").memory.words("group")
    monkeypatch.setattr(experience, "MOST", 1000)
    monkeypatch.setattr(experience, "_MOST_BYTES", 10)
    assert not at(corpus, "002").memory.words("group")
