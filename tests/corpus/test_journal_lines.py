"""The lines of a journal: they come back as they were written, and what is torn or spoilt is told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from corpus import Corpus
from corpus.drafts import Draft
from corpus.journal_lines import (
    Change,
    Opening,
    change_line,
    checkpoint_line,
    difference,
    net,
    opening_line,
    parse,
    read,
    readable,
)
from schemas import Annotation, Extent, Status

Factory = Callable[..., Path]


@pytest.fixture(params=["security", "adverse", "own"])
def corpus(request: pytest.FixtureRequest, corpus_factory: Factory) -> Corpus:
    return Corpus.open(corpus_factory(request.param))


def everything(corpus: Corpus) -> Change:
    """A change of the header, of every annotation of a document, and of a draft."""
    layer_file = corpus.layer("gold")["d1"]
    flagged = layer_file.header.model_copy(update={"status": Status.FLAGGED, "comment": "ein „Wort“\u2028"})
    draft = Draft(id="q", label="x", extent=Extent.of(0, 2), values={"a": [[1, 2]], "b": None, "c": "é"}, score=0.5)
    first, *others = layer_file.annotations
    annotations: dict[str, tuple[Annotation | None, Annotation | None]] = {each.id: (None, each) for each in others}
    annotations[first.id] = (first, None)
    return Change((layer_file.header, flagged), annotations, {"q": (None, draft), "r": (draft, None)})


def journal(*changes: Change, checkpoint_after: int = -1) -> bytes:
    lines = [opening_line(Opening(layer="gold", document="d1", pid=1))]
    for place, change in enumerate(changes):
        lines.append(change_line(len(lines), change))
        if place == checkpoint_after:
            lines.append(checkpoint_line(len(lines)))
    return b"".join(lines)


def flag(corpus: Corpus, comment: str) -> Change:
    header = corpus.layer("gold")["d1"].header
    return Change((header, header.model_copy(update={"status": Status.FLAGGED, "comment": comment})))


def comments(corpus: Corpus, data: bytes) -> list[str | None]:
    """The comments of the changes that wait in a journal."""
    changes, strange = readable(read(data), corpus.schema)
    assert strange == []
    return [change.header[1].comment for change in changes if change.header]


def test_journal_lines_come_back_as_they_were_written(corpus: Corpus) -> None:
    change = everything(corpus)

    text = read(journal(change))

    ((place, body),) = text.waiting
    assert (place, text.damaged, text.next_number) == (2, [], 2)
    assert parse(body, corpus.schema) == change
    assert text.opening == Opening(layer="gold", document="d1", pid=1)


def test_journal_lines_wait_since_the_last_checkpoint(corpus: Corpus) -> None:
    one, two, three = (flag(corpus, str(number)) for number in range(3))

    assert comments(corpus, journal(one, two, three)) == ["0", "1", "2"]
    assert comments(corpus, journal(one, two, three, checkpoint_after=1)) == ["2"]
    assert comments(corpus, journal(one, two, three, checkpoint_after=2)) == []


def test_journal_lines_end_with_the_last_that_is_sound(corpus: Corpus) -> None:
    whole, last = journal(flag(corpus, "0")), change_line(2, flag(corpus, "1"))
    for cut in range(len(last)):
        text = read(whole + last[:cut])
        assert (len(text.waiting), text.damaged, text.size) == (1, [], len(whole))
    assert len(read(whole + last).waiting) == 2
    # What a disk may leave after a power cut.
    for rest in (b"\0" * 40, b"\n\n\n", last.replace(b"1", b"2"), b"\xff" * 9 + b"\n"):
        text = read(whole + rest)
        assert (len(text.waiting), text.damaged, text.size) == (1, [], len(whole))


def test_journal_lines_tell_of_a_line_that_is_spoilt_or_missing_in_the_middle(corpus: Corpus) -> None:
    lines = journal(*(flag(corpus, str(number)) for number in range(3))).splitlines(keepends=True)
    spoilt = lines[2][:-3] + b"x" + lines[2][-2:]

    text = read(b"".join([*lines[:2], spoilt, lines[3]]))
    assert ([place for place, _ in text.waiting], text.damaged) == ([2, 4], [3])
    text = read(b"".join([*lines[:2], lines[3]]))
    assert ([place for place, _ in text.waiting], text.damaged) == ([2, 3], [3])
    assert read(b"").damaged == []


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"1", b"null", b"{", b"{}", b'{"n":1}', b'{"n":"x"}', b'{"n":1,"header":3}', b'{"n":1,"annotations":[]}',
        b'{"n":1,"annotations":{"a":[]}}', b'{"n":1,"annotations":{"a":[null,{"id":1}]}}',
        b'{"n":1,"drafts":{"a":[1,2]}}',
        b'{"n":1,"opening":{}}', b'{"n":1,"header":[null,null]}', b"[" * 100_000, b"\xff",
    ],
)  # fmt: skip
def test_journal_lines_that_somebody_made_up_do_no_harm(corpus_factory: Factory, body: bytes) -> None:
    corpus = Corpus.open(corpus_factory())
    made_up = hashlib.blake2b(body, digest_size=4).hexdigest().encode() + b" " + body + b"\n"

    changes, _ = readable(read(journal() + made_up), corpus.schema)

    assert not any(changes)


def test_journal_lines_are_json_behind_a_digest(corpus: Corpus) -> None:
    for line in journal(everything(corpus), checkpoint_after=0).splitlines():
        digest, _, body = line.partition(b" ")
        assert digest.decode() == hashlib.blake2b(body, digest_size=4).hexdigest()
        assert isinstance(json.loads(body), dict)


def test_difference_is_what_was_added_changed_and_taken_away(corpus: Corpus) -> None:
    layer_file = corpus.layer("gold")["d1"]
    headers = (layer_file.header, layer_file.header)
    one, two, *_ = layer_file.annotations
    draft = Draft(id=two.id, label=two.label, extent=two.extent)
    before: Mapping[str, Annotation | Draft] = {one.id: one, two.id: two}

    assert not difference(before, {one.id: one.model_copy(), two.id: two}, headers)
    assert difference(before, {two.id: two}, headers) == Change(None, {one.id: (one, None)}, {})
    change = difference(before, {one.id: one, two.id: draft}, headers)
    assert change == Change(None, {two.id: (two, None)}, {two.id: (None, draft)})
    assert difference({}, before, headers).after == (one, two)


def test_net_is_from_the_first_state_to_the_last(corpus: Corpus) -> None:
    layer_file = corpus.layer("gold")["d1"]
    one, two, *_ = layer_file.annotations
    changes = [
        Change(None, {one.id: (one, None)}),
        Change(None, {one.id: (None, two), two.id: (None, two)}),
        *(flag(corpus, comment) for comment in "ab"),
    ]

    whole = net(changes)

    assert whole.annotations == {one.id: (one, two), two.id: (None, two)}
    assert whole.header is not None
    assert (whole.header[0], whole.header[1].comment) == (layer_file.header, "b")
