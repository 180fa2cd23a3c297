"""How annotations come to be: told from the steps of a session, through undoing and doing again."""

from __future__ import annotations

import itertools
import weakref

import pytest

from annotator.origins import Origins
from annotator.review import Review
from annotator.session import Session
from corpus.layers import LayerFile
from corpus.provenance import Origin
from schemas import Annotation, Document, Extent, LayerHeader
from schemas.examples.adverse import AdverseEventSchema, Drug

TEXT = "aspirin and aspirin and aspirin gave her a rash."
TYPED = Origin(how="typed")


def session_of(*annotations: Annotation) -> Session:
    document = Document.from_bytes("d1", TEXT.encode("utf-8"))
    ids = (f"n{number}" for number in itertools.count())
    return Session(document, AdverseEventSchema(), file_of("anna", *annotations), new_id=lambda: next(ids))


def file_of(layer: str, *annotations: Annotation) -> LayerFile:
    document = Document.from_bytes("d1", TEXT.encode("utf-8"))
    header = LayerHeader(document="d1", sha256=document.sha256, schema_id=AdverseEventSchema().id, annotator=layer)
    return LayerFile(layer, header, annotations)


def drug(name: str, start: int, end: int) -> Annotation:
    return Drug.model_validate({"id": name, "start": start, "end": end, "text": TEXT[start:end]})


def test_origins_of_what_is_typed_are_not_edited_by_its_own_form() -> None:
    session, origins = session_of(), Origins()

    origins.note(session, session.mark("reaction", Extent.of(43, 47)))
    origins.note(session, session.change("n0", "severeness", "mild"))
    assert origins.take() == {"n0": TYPED}

    origins.note(session, session.mark("drug", Extent.of(0, 7)))
    origins.note(session, session.change("n0", "severeness", "severe"))
    assert origins.take() == {"n1": TYPED, "n0": TYPED.model_copy(update={"edited": True})}


def test_origins_of_marking_all_are_told_from_typing() -> None:
    session, origins = session_of(), Origins()
    origins.note(session, session.mark("drug", Extent.of(0, 7)))

    origins.note(session, session.mark_like(session.get("n0"), session.like(session.get("n0"))))
    origins.note(session, session.resize("n2", Extent.of(24, 30)))

    assert origins.take() == {
        "n0": TYPED,
        "n1": Origin(how="mark-all"),
        "n2": Origin(how="mark-all", edited=True),
    }


def test_origins_go_back_and_forth_with_undo() -> None:
    session, origins = session_of(drug("k1", 0, 7)), Origins({"k1": Origin(how="mark-all")})
    origins.note(session, session.resize("k1", Extent.of(0, 6)))
    assert origins.take() == {"k1": Origin(how="mark-all", edited=True)}

    undone = session.undo()
    assert undone is not None
    origins.note(session, undone)
    assert origins.take() == {"k1": Origin(how="mark-all")}

    redone = session.redo()
    assert redone is not None
    origins.note(session, redone)
    assert origins.take() == {"k1": Origin(how="mark-all", edited=True)}


def test_origins_of_what_was_never_noted_are_not_guessed() -> None:
    session, origins = session_of(drug("k1", 0, 7)), Origins()

    origins.note(session, session.resize("k1", Extent.of(0, 6)))

    assert origins.take() == {"k1": Origin(edited=True)}
    assert Origin(edited=True).words == "not known"


@pytest.mark.parametrize("others", [("ben",), ("ben", "cleo")])
def test_origins_of_what_was_accepted_name_the_layers(others: tuple[str, ...]) -> None:
    session, origins = session_of(), Origins()
    review = Review(session, {layer: file_of(layer, drug("x", 0, 7)) for layer in others})
    (cluster,) = review.adjudication.clusters

    step = review.take(cluster, "ben")
    assert step is not None
    origins.note(session, step)
    assert origins.take() == {"n0": Origin(how="accepted", layers=others)}

    origins.note(session, session.resize("n0", Extent.of(0, 6)))
    assert origins.take() == {"n0": Origin(how="accepted", layers=others, edited=True)}


def test_origins_leave_alone_what_somebody_else_did() -> None:
    session, origins = session_of(), Origins()
    step = session.take_over(file_of("anna"), file_of("anna", drug("k9", 0, 7)), "took over changes on disk")
    assert step is not None

    origins.note(session, step)

    assert origins.take() == {}


def test_origins_let_go_of_a_step_that_cannot_be_done_again_any_more() -> None:
    session, origins = session_of(), Origins()
    step = session.mark("reaction", Extent.of(43, 47))
    gone = weakref.ref(step)
    origins.note(session, step)
    session.undo()
    origins.note(session, step)
    del step
    assert gone() is not None, "it can be done again"

    origins.note(session, session.mark("drug", Extent.of(0, 7)))

    assert gone() is None
    session.undo()
    assert session.redo() is not None
