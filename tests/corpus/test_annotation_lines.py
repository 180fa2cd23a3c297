"""A layer's annotations kept as lines: what is parsed again is what was read, and only sound files are kept so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from corpus import layers
from corpus.annotation_check import check_document
from corpus.annotation_lines import AnnotationLines
from schemas import Annotation, Document, Finding, LabelSchema, LayerHeader, Rule, Severity
from schemas.security import Attribution, Group, SecuritySchema

SCHEMA = SecuritySchema()
TEXT = "rebels said that rebels and the guerrillas of the north left"
DOCUMENT = Document.from_bytes("d", TEXT.encode())
HEADER = LayerHeader.model_validate(
    {"document": "d", "sha256": DOCUMENT.sha256, "schema": SCHEMA.id, "annotator": "anna", "status": "done"}
)


def group(name: str, start: int, end: int, fragments: Sequence[tuple[int, int]] | None = None) -> Annotation:
    text = " ".join(TEXT[low:high] for low, high in fragments or [(start, end)])
    about = {"start": start, "end": end, "fragments": fragments, "text": text, "designation": "insurgent"}
    return Group.model_validate({"id": name, "label": "group", "kind": "generic", **about})


def said(name: str, content: Sequence[tuple[int, int]]) -> Annotation:
    about = {"start": 7, "end": 11, "text": "said", "type": "statement", "source_kind": "implicit"}
    return Attribution.model_validate({"id": name, "label": "attribution", "content": content, **about})


ANNOTATIONS = (
    group("k1", 0, 6),
    said("k2", [(12, 60)]),
    group("k3", 17, 23),
    group("k4", 32, 59, [(32, 42), (54, 59)]),
)


def lines_of(data: bytes) -> AnnotationLines | None:
    return AnnotationLines.read(data, SCHEMA, "f")[1]


def kept(annotations: Sequence[Annotation] = ANNOTATIONS) -> AnnotationLines:
    lines = lines_of(layers.render(HEADER, annotations))
    assert lines is not None
    return lines


def test_annotation_lines_are_what_was_read() -> None:
    lines = kept()

    assert tuple(lines) == ANNOTATIONS
    assert [lines[0], lines[-1], *lines[1:3]] == [ANNOTATIONS[0], ANNOTATIONS[3], *ANNOTATIONS[1:3]]
    assert lines == ANNOTATIONS
    assert ANNOTATIONS == lines  # noqa: SIM300 - the tuple asks the other side
    assert lines != ANNOTATIONS[:3]
    with pytest.raises(IndexError):
        lines[4]


def test_annotation_lines_know_what_lies_where_without_parsing() -> None:
    lines = kept()

    assert [lines.order(number) for number in range(4)] == [each.order for each in ANNOTATIONS]
    assert [lines.is_whole(number) for number in range(4)] == [True, False, True, False]
    assert [lines.find(each.id) for each in ANNOTATIONS] == [0, 1, 2, 3]
    assert [lines.find(name) for name in ("k", "k11", "", "K1")] == [None] * 4


def test_annotation_lines_hold_what_a_record_has() -> None:
    assert list(kept().records()) == [each.to_record() for each in ANNOTATIONS]
    assert list(kept().ids()) == [each.id for each in ANNOTATIONS]
    assert [kept().label_of(name) for name in ("k1", "k2", "k9")] == ["group", "attribution", None]


def test_annotation_lines_are_checked_like_annotations() -> None:
    lines = kept()
    elsewhere = Document.from_bytes("d", b" " + TEXT.encode())

    for document in (DOCUMENT, elsewhere):
        found = list(check_document(document, lines, SCHEMA, {}))
        assert found == list(check_document(document, ANNOTATIONS, SCHEMA, {}))
        assert any(each.code == "E-TEXT" for each in found) == (document is elsewhere)


class PairedSchema(LabelSchema, version="1.0.0"):
    """Groups of which no two may overlap."""

    labels = (Group,)
    rules = (Rule("X-OVER", Severity.ERROR, "Two overlap.", "Take one away."),)

    def check(self, document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
        for one in annotations:
            for other in annotations:
                if one is not other and one.start < other.end and other.start < one.end:
                    yield self.rules[0].finding("it overlaps", annotation=one.id)


def test_annotation_lines_are_the_same_objects_at_each_look_of_a_rule() -> None:
    schema = PairedSchema()
    header = HEADER.model_copy(update={"schema_id": schema.id})
    over = (*(ANNOTATIONS[place] for place in (0, 2, 3)), group("k5", 36, 45))

    def told(annotations: Sequence[Annotation]) -> list[str | None]:
        lines = AnnotationLines.read(layers.render(header, annotations), schema, "f")[1]
        assert lines is not None
        return [finding.annotation for finding in check_document(DOCUMENT, lines, schema) if finding.code == "X-OVER"]

    assert told(over[:3]) == []
    assert told(over) == ["k4", "k5"]


def test_annotation_lines_parse_what_is_asked_for_twice_once() -> None:
    lines = kept()
    first = lines.parsed(0)

    assert lines.parsed(0) is first
    assert lines.parsed(1) == ANNOTATIONS[1]
    assert lines.parsed(0) == first == ANNOTATIONS[0]


def test_annotation_lines_reach_as_far_as_their_parts() -> None:
    assert kept().reach == 60
    assert kept(ANNOTATIONS[2:]).reach == 59
    assert kept(()).reach == 0


def test_annotation_lines_are_written_as_they_were_read() -> None:
    data = layers.render(HEADER, ANNOTATIONS)

    assert layers.render(HEADER, kept()) == data
    assert b"".join(kept().written()) == data.split(b"\n", 1)[1]


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: data.replace(b'{"id":"k3"', b'{"id": "k3"'),
        lambda data: data.replace(b'"k3"', b'"k1"'),
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\n".join([*data.split(b"\n")[:-3], *data.split(b"\n")[-3:-1][::-1], b""]),
    ],
    ids=["not canonical", "an id twice", "carriage returns", "not by place"],
)
def test_annotation_lines_are_not_kept_of_a_file_that_this_program_would_write_otherwise(
    spoilt: Callable[[bytes], bytes],
) -> None:
    data = spoilt(layers.render(HEADER, ANNOTATIONS))

    parsed, lines = AnnotationLines.read(data, SCHEMA, "f")

    assert lines is None
    assert parsed == layers.parse(data, SCHEMA, "f")
    assert len(parsed.annotations) == 4


def test_annotation_lines_of_a_file_with_an_error_are_not_parsed_once_more() -> None:
    data = layers.render(HEADER, ANNOTATIONS)[:-1]

    parsed, lines = AnnotationLines.read(data, SCHEMA, "f")

    assert lines is None
    assert [each.code for each in parsed.findings] == ["E-LINE-TORN"]
    assert parsed.annotations == []
