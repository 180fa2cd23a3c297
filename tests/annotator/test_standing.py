"""How documents stand: filtering, sorting, the summary, and what a survey finds on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.standing import ORDERS, Standing, chosen, ordered, progress, summary, survey
from annotator.workspace import Progress, Workspace
from corpus import provenance
from corpus.corpus import Corpus
from schemas import Document, Status

STANDINGS = [
    Standing(Progress(Document.from_bytes("d1", b"x"), Status.DONE, None, 9, began=True), 0, 2, 60.0),
    Standing(Progress(Document.from_bytes("d2", b"x"), Status.FLAGGED, "Ask Anna", 3, began=True), 4, 0, 600.0),
    Standing(Progress(Document.from_bytes("d3", b"x"), Status.OPEN, None, 0, began=False), 0, None),
    Standing(Progress(Document.from_bytes("d4", b"x"), Status.OPEN, None, 12, began=True), None, 7, 5.0),
]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("place", "d1 d2 d3 d4"),
        ("status", "d3 d4 d2 d1"),
        ("flag", "d2 d1 d3 d4"),
        ("findings", "d2 d1 d3 d4"),
        ("differences", "d4 d1 d2 d3"),
        ("annotations", "d4 d1 d2 d3"),
        ("time", "d2 d1 d4 d3"),
    ],
)
def test_standing_sorts_what_is_left_to_do_to_the_top(order: str, names: str) -> None:
    assert [each.name for each in ordered(STANDINGS, order)] == names.split()
    assert [each.name for each in ordered(STANDINGS, order, backwards=True)] == names.split()[::-1]
    assert order in ORDERS


@pytest.mark.parametrize(
    ("words", "state", "names"),
    [
        ("", None, "d1 d2 d3 d4"),
        ("D2", None, "d2"),
        ("anna ask", None, "d2"),
        ("anna d1", None, ""),
        ("", "not begun", "d3"),
        ("", "open", "d4"),
        ("d", "done", "d1"),
    ],
)
def test_standing_is_chosen_by_words_and_status(words: str, state: str | None, names: str) -> None:
    assert [each.name for each in chosen(STANDINGS, words, state)] == names.split()


def test_standing_is_summed_up_in_a_line() -> None:
    assert summary(STANDINGS) == (
        "4 documents · 1 done · 1 flagged · 1 open · 1 not begun · 24 marked · 4 findings left… · 9 differ · 11 min"
    )
    assert summary([]) == "0 documents · 0 marked · 0 findings left"


def test_standing_of_a_document_is_read_from_the_disk(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("security")
    corpus = Corpus.open(folder)
    provenance.note(corpus.store, "gold", "d1", 90, {})
    workspace = Workspace(corpus, "gold")

    found = survey(workspace, "d1", ["rules"])

    assert found is not None
    assert found.progress.count == len(corpus.layer("gold")["d1"].annotations)
    assert (found.findings, found.seconds) == (0, 90)
    assert found.differences is not None
    alone = survey(workspace, "d1")
    assert alone is not None
    assert alone.differences is None
    file = folder / "layers" / "gold" / "d1.jsonl"
    file.write_bytes(b"broken\n")
    broken = survey(workspace, "d1", ["rules"])
    assert broken is not None
    assert (broken.state, broken.progress.count, broken.findings) == ("flagged", -1, 1)
    assert "d1.jsonl" in (broken.progress.comment or "")
    file.unlink()
    gone = survey(workspace, "d1")
    assert gone is not None
    assert gone.state == "not begun"


def test_standing_leaves_out_a_document_that_is_there_no_more(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory()
    workspace = Workspace(Corpus.open(folder), "gold")
    names = [each.id for each in workspace.documents]
    path = folder / "documents.jsonl"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert workspace.documents_moved()

    assert survey(workspace, "d2") is None
    assert [each.document.id for each in progress(workspace, names)] == ["d1"]
