"""What a session's entries look like on the text: the same marks, whether they are made at once or when drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from annotator.marks import all_marks, marks_of
from annotator.session import Session
from annotator.span_index import SpanIndex
from annotator.workspace import Workspace
from corpus.corpus import Corpus
from corpus.drafts import Draft
from schemas import Extent


def index_of(session: Session) -> SpanIndex:
    return SpanIndex(*all_marks(session))


def test_marks_of_lines_are_those_of_their_annotations(corpus_factory: Callable[..., Path]) -> None:
    session = Workspace(Corpus.open(corpus_factory()), "gold").open("d1")
    made, unmade = all_marks(session)

    assert {mark.id for mark in made} == {"r1"}, "one that points to other places in the text is made at once"
    assert sum(1 for _ in unmade.spans()) == len(session) - 1
    assert Counter(index_of(session)) == Counter(mark for entry in session for mark in marks_of(session, entry))
    for entry in session:
        assert index_of(session).of(entry.id) == marks_of(session, entry)


def test_marks_of_what_was_changed_are_made_of_what_it_is_now(corpus_factory: Callable[..., Path]) -> None:
    session = Workspace(Corpus.open(corpus_factory()), "gold").open("d1")
    session.delete("a2")
    session.resize("c1", Extent.of(0, 5))
    step = session.mark("group", Extent.of(6, 11))

    index = index_of(session)

    assert index.of("a2") == []
    assert [mark.extent for mark in index.of("c1")] == [Extent.of(0, 5)]
    assert step.focus is not None
    assert isinstance(session.get(step.focus), Draft)
    assert [mark.look for mark in index.of(step.focus)] == ["draft"]
    assert Counter(index) == Counter(mark for entry in session for mark in marks_of(session, entry))
