"""What was said in other documents, as it is remembered in the next one."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.worker import WorkerState

from annotator import experience
from annotator.experience import Experience, recalled
from annotator.screens import recalling
from corpus import bundled
from corpus.corpus import Corpus
from corpus.registry import Registry
from corpus.store import LAYERS, Store
from schemas import Annotation

if TYPE_CHECKING:
    from tests.annotator.conftest import Opener

WORDS = "militant groups"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus.open(shutil.copytree(bundled.folder(), tmp_path / "corpus"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of layers that are read from now on, by name."""
    names: list[str] = []
    read_bytes = Store.read_bytes

    def noted(store: Store, file: str) -> bytes | None:
        if file.startswith(LAYERS):
            names.append(Path(file).name)
        return read_bytes(store, file)

    monkeypatch.setattr(Store, "read_bytes", noted)
    return names


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


def test_experience_is_of_the_document_alone_where_the_layer_cannot_be_listed(corpus: Corpus) -> None:
    own = gold(corpus, "002")
    folder = corpus.store.folder / "layers" / "gold"
    shutil.rmtree(folder)
    folder.write_bytes(b"")
    found = at(corpus, "002", own)
    assert not found.memory.words("group")
    assert found.choices.is_steady("group", "kind")


def test_experience_asks_once_for_the_documents_which_may_be_others_meanwhile(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = corpus.documents
    moments = iter([{"000": documents["000"]}, documents])
    monkeypatch.setattr(Corpus, "documents", property(lambda _: next(moments)))
    assert at(corpus, "002").memory.values("group", WORDS)["state_link"] == said_last(corpus, "000")
    assert next(moments) is documents


def test_experience_reads_each_file_once_the_nearest_first(corpus: Corpus, read: list[str]) -> None:
    at(corpus, "002")
    assert read == ["001.jsonl", "000.jsonl", "003.jsonl", "004.jsonl"]


def test_experience_reads_nothing_of_a_file_that_is_too_large(
    corpus: Corpus, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = {name: corpus.store.signature(f"layers/gold/{name}.jsonl")[2] for name in ("000", "001", "003", "004")}
    largest = max(sizes, key=lambda name: sizes[name])
    monkeypatch.setattr(experience, "_MOST_BYTES", sizes[largest] - 1)
    at(corpus, "002")
    assert sorted(read) == [f"{name}.jsonl" for name in sizes if name != largest]


def test_experience_looks_at_so_many_files_and_no_more(
    corpus: Corpus, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus.store.folder / "layers" / "gold" / "001.jsonl").write_bytes(b"{")
    monkeypatch.setattr(experience, "_MOST_FILES", 2)
    at(corpus, "002")
    assert read == ["001.jsonl", "000.jsonl"]


def test_experience_reads_no_further_file_once_it_is_not_wanted(corpus: Corpus, read: list[str]) -> None:
    recalled(corpus, Registry(), "gold", "002", is_wanted=lambda: not read)
    assert read == ["001.jsonl"]


class Held:
    """Takes the place of what reads, and waits until it may go on."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_go_on = threading.Event()
        self.running = 0
        self.at_once: list[int] = []
        """How many ran as each of them began."""
        self.wanted: list[bool] = []
        """Whether each of them was still wanted when it went on."""

    def __call__(
        self,
        corpus: Corpus,
        registry: Registry,
        layer: str,
        document: str,
        own: Sequence[Annotation],
        is_wanted: Callable[[], bool],
    ) -> Experience:
        self.running += 1
        self.at_once.append(self.running)
        self.began.set()
        assert self.may_go_on.wait(60)
        self.wanted.append(is_wanted())
        self.running -= 1
        return Experience(corpus.schema, registry)


async def test_experience_is_recalled_one_at_a_time_and_only_the_last_is_wanted(
    opened: Opener, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    async with opened(seeds) as hand:
        monkeypatch.setattr(recalling, "recalled", held)
        first = hand.screen._recall(hand.session, [])
        while not held.began.is_set():
            await hand.pilot.pause(0)
        later = [hand.screen._recall(hand.session, []) for _ in range(4)]
        await hand.pilot.pause(0)
        held.may_go_on.set()
        await hand.settled()
    assert held.at_once == [1, 1]
    assert held.wanted == [False, True]
    assert [each.is_cancelled for each in (first, *later)] == [True] * 4 + [False]
    assert later[-1].state is WorkerState.SUCCESS


async def test_whoever_leaves_does_not_wait_for_what_is_recalled(
    opened: Opener, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    async with opened(seeds) as hand:
        monkeypatch.setattr(recalling, "recalled", held)
        hand.screen._recall(hand.session, [])
        while not held.began.is_set():
            await hand.pilot.pause(0)
        reader = hand.screen._reader
        hand.app.exit()
    assert not held.wanted
    held.may_go_on.set()
    reader.shutdown()
    assert held.wanted == [False]
