"""Layer files as bytes: the limit on how much one holds, and what becomes of a schema that fails."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

import pytest
from pydantic import model_validator

from corpus import codes, layers
from corpus.annotation_check import check_document
from corpus.rule_faults import described, rule_fault
from schemas import Annotation, Document, Finding, LabelSchema, LayerHeader

DOCUMENT = Document.from_bytes("d", b"one two three")
HEADER = LayerHeader.model_validate(
    {"document": "d", "sha256": DOCUMENT.sha256, "schema": "words@1.0.0", "annotator": "anna", "status": "done"}
)


class Word(Annotation):
    """A word."""

    @model_validator(mode="after")
    def is_known(self) -> Self:
        if self.text == "two":
            raise KeyError("two")
        return self


class WordSchema(LabelSchema, version="1.0.0", name="words"):
    """Words, with rules that fail at some of them."""

    labels = (Word,)

    def check(self, document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
        yield Finding("X1", "it begins")
        for annotation in annotations:
            if annotation.text == "three":
                raise ZeroDivisionError("three \x1b[31m" + "x" * 1000)


def line(name: str, start: int, end: int) -> bytes:
    text = DOCUMENT.text[start:end]
    return f'{{"id":"{name}","label":"word","start":{start},"end":{end},"text":"{text}"}}\n'.encode()


def file_of(*lines: bytes) -> bytes:
    return layers.render(HEADER, ()) + b"".join(lines)


def test_layers_read_at_most_so_many_annotations() -> None:
    data = file_of(line("a", 0, 3), line("b", 0, 3), line("c", 0, 3), line("d", 0, 3))

    within, beyond = layers.parse(data, WordSchema(), "f", limit=4), layers.parse(data, WordSchema(), "f", limit=2)

    assert (len(within.annotations), within.findings) == (4, [])
    assert len(beyond.annotations) == 2
    assert [(each.code, each.line) for each in beyond.findings] == [("E-LAYER-LARGE", 4)]
    assert layers.LIMIT == 1_000_000


@pytest.mark.soak
def test_layers_read_a_million_annotations_and_no_more() -> None:
    data = file_of(line("a", 0, 3) * (layers.LIMIT + 1))

    parsed = layers.parse(data, WordSchema(), "f")

    assert len(parsed.annotations) == layers.LIMIT
    assert [each.code for each in parsed.findings] == ["E-LAYER-LARGE"]


def test_layers_go_on_after_a_validator_that_fails() -> None:
    parsed = layers.parse(file_of(line("a", 0, 3), line("b", 4, 7), line("c", 8, 13)), WordSchema(), "f")

    (finding,) = parsed.findings
    assert [annotation.id for _, annotation in parsed.annotations] == ["a", "c"]
    assert (finding.code, finding.file, finding.line, finding.annotation) == ("E-RULE", "f", 3, "b")
    assert "the annotation b cannot be asked: KeyError: 'two', at test_layers.py:" in finding.message
    assert finding.message.endswith(", in is_known")


def test_check_of_a_document_goes_on_after_rules_that_fail() -> None:
    annotations = [
        annotation for _, annotation in layers.parse(file_of(line("c", 8, 13)), WordSchema(), "f").annotations
    ]

    first, fault = check_document(DOCUMENT, annotations, WordSchema())

    assert first.code == "X1"
    assert (fault.code, fault.document, fault.help) == ("E-RULE", "d", codes.RULE.help)
    assert fault.message.startswith("the schema's rules over d cannot be asked: ZeroDivisionError: three")
    assert fault.message.endswith(", in check")
    assert len(fault.message) < 400


def test_rule_fault_names_the_line_of_the_schema_and_not_that_of_a_library(tmp_path: Path) -> None:
    def raised(call: Callable[[], object]) -> BaseException:
        try:
            call()
        except OSError as error:
            return error
        raise AssertionError

    inside = raised(lambda: Path(str(tmp_path / "none")).read_text(encoding="utf-8"))
    last = traceback.extract_tb(inside.__traceback__)[-1]

    assert last.filename != __file__
    assert ", at test_layers.py:" in rule_fault(inside, WordSchema(), "it").message


class Mute(Exception):
    """An exception that cannot even be told."""

    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Mute(), "Mute"),
        (ValueError("a\nb"), "ValueError: a b"),
        (ValueError(), "ValueError"),
        (ValueError("x" * 300), "ValueError: " + "x" * 200 + "…"),
    ],
)
def test_rule_fault_describes_any_exception_on_one_line(error: Exception, words: str) -> None:
    assert described(error) == words


def test_layers_know_the_ids_on_lines_that_cannot_be_read() -> None:
    wrong = line("c", 0, 3).replace(b'"word"', b'"no"')
    lines = (line("a", 0, 3)[:-9] + b"\n", line("b", 4, 7), wrong, wrong.replace(b'"id":"c",', b""))

    parsed = layers.parse(file_of(*lines), WordSchema(), "f")

    assert parsed.unread == {"a", "b", "c"}
    assert [each.code for each in parsed.findings] == ["E-JSON", "E-RULE", "E-LABEL", "E-ANNOTATION", "E-LABEL"]


def test_layers_take_in_an_annotation_that_stands_where_the_header_should() -> None:
    parsed = layers.parse(line("a", 0, 3) + line("c", 8, 13), WordSchema(), "f")

    assert parsed.header is None
    assert [annotation.id for _, annotation in parsed.annotations] == ["a", "c"]
    assert {each.code for each in parsed.findings} == {"E-HEADER"}
