"""What a draft lacks, also where the schema's own code fails: then it says so, and nothing that was done is lost."""

from __future__ import annotations

from typing import Self

import pytest
from pydantic import model_validator

from annotator import drafting
from annotator.session import Session
from corpus.annotation_check import check_document
from corpus.drafts import Draft
from corpus.layers import LayerFile
from schemas import Annotation, Document, Extent, LabelSchema, LayerHeader

DOCUMENT = Document.from_bytes("d", b"one two three")


class Word(Annotation):
    """A word."""

    @model_validator(mode="after")
    def is_known(self) -> Self:
        if self.text == "two":
            raise KeyError(self.text)
        if self.text == "three":
            raise ValueError("three is too much")
        return self


class WordSchema(LabelSchema, version="1.0.0", name="words"):
    """Words, with a validator that fails at one of them."""

    labels = (Word,)


def session() -> Session:
    header = {"document": "d", "sha256": DOCUMENT.sha256, "schema": "words@1.0.0", "annotator": "anna"}
    return Session(DOCUMENT, WordSchema(), LayerFile("anna", LayerHeader.model_validate(header)))


@pytest.mark.parametrize(
    ("place", "fault"),
    [((0, 3), None), ((4, 7), "the schema fails: KeyError: 'two'"), ((8, 13), "Value error, three is too much")],
)
def test_drafting_takes_a_validator_that_fails_for_one_that_says_no(place: tuple[int, int], fault: str | None) -> None:
    draft = Draft(id="a", label="word", extent=Extent.of(*place))

    completed = drafting.completed(draft, WordSchema(), DOCUMENT.text)

    assert (completed is None) == (fault is not None)
    assert drafting.faults(draft, WordSchema(), DOCUMENT.text) == ({} if fault is None else {"": fault})


def test_session_keeps_as_a_draft_what_a_validator_fails_at() -> None:
    at_work = session()

    at_work.mark("word", Extent.of(4, 7))
    at_work.mark("word", Extent.of(0, 3))

    assert [at_work.words(draft) for draft in at_work.drafts] == ["two"]
    assert list(check_document(DOCUMENT, at_work.annotations, WordSchema())) == []
