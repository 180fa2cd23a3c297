"""Other layers beside one's own, taken over before what they refer to is there."""

from __future__ import annotations

import itertools

from annotator.review import Review
from annotator.session import Session
from corpus.layers import LayerFile
from schemas import Annotation, Document, Extent, LayerHeader
from schemas.examples.adverse import AdverseEventSchema, Causality, Drug, Reaction

TEXT = "aspirin gave her a rash."


def file_of(layer: str, *annotations: Annotation) -> LayerFile:
    document = Document.from_bytes("d1", TEXT.encode("utf-8"))
    header = LayerHeader(document="d1", sha256=document.sha256, schema_id=AdverseEventSchema().id, annotator=layer)
    return LayerFile(layer, header, annotations)


def review_of(*layers: str) -> Review:
    said = (
        Drug.model_validate({"id": "d", "start": 0, "end": 7, "text": "aspirin"}),
        Causality.model_validate(
            {"id": "c", "start": 8, "end": 12, "text": "gave", "reaction": "r", "drug": "d", "certainty": "certain"}
        ),
        Reaction.model_validate({"id": "r", "start": 19, "end": 23, "text": "rash", "severeness": "mild"}),
    )
    document = Document.from_bytes("d1", TEXT.encode("utf-8"))
    ids = (f"n{number}" for number in itertools.count())
    session = Session(document, AdverseEventSchema(), file_of("anna"), new_id=lambda: next(ids))
    return Review(session, {layer: file_of(layer, *said) for layer in layers})


def take(review: Review, label: str) -> None:
    (cluster,) = (each for each in review.queue if each.members["ben"].label == label)
    assert review.take(cluster, "ben") is not None


def test_review_takes_what_is_incomplete_once_however_often_it_is_taken() -> None:
    review = review_of("ben")
    take(review, "causality")
    take(review, "causality")

    assert [each.label for each in review.session.drafts] == ["causality"]
    assert len(review.session) == 1


def test_review_completes_what_was_incomplete_when_it_is_taken_again() -> None:
    review = review_of("ben")
    take(review, "causality")
    for label in ("drug", "reaction"):
        take(review, label)
    take(review, "causality")

    (found,) = (each for each in review.session.annotations if isinstance(each, Causality))
    assert not list(review.session.drafts)
    assert (TEXT[found.start : found.end], found.certainty) == ("gave", "certain")
    assert review.session.words(review.session.get(found.drug)) == "aspirin"
    assert not review.queue


def test_review_of_what_is_incomplete_keeps_what_was_said_here_meanwhile() -> None:
    review = review_of("ben")
    take(review, "causality")
    (draft,) = review.session.drafts
    mine = review.session.mark("reaction", Extent.of(13, 16), {"severeness": "severe"}).focus
    review.session.change(draft.id, "reaction", mine)
    take(review, "drug")
    take(review, "causality")

    (found,) = (each for each in review.session.annotations if isinstance(each, Causality))
    assert found.reaction == mine


def test_review_takes_what_all_agree_on_once_where_it_is_incomplete() -> None:
    review = review_of("ben", "cleo")
    (causality,) = (each for each in review.queue if each.members["ben"].label == "causality")
    review.take(causality, "ben")

    review.take_agreed()

    assert [each.label for each in review.session] == ["drug", "causality", "reaction"]
