"""Bringing the layers of a corpus to the version of its schema: what would become of them, and then the change itself,
all at once or not at all.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from corpus import codes, drafts, jsonl, layers, staging
from corpus.corpus import Corpus
from corpus.drafts import Draft
from corpus.errors import InputRefused
from corpus.fitting import fits
from corpus.journal_check import check_journals
from corpus.layers import LayerFile
from corpus.rule_faults import rule_fault
from corpus.store import mark_of
from schemas import Annotation, Document, Finding, LabelSchema, LayerHeader, Migration
from schemas.migration import numbers, path

_SHOWN = 5
"""How many words that would change are quoted."""


@dataclass(frozen=True, slots=True)
class Move:
    """What would become of one layer's file."""

    file: str
    layer: str
    document: str
    source: str
    """The version that its header names."""
    steps: tuple[Migration, ...]
    before: Counter[str]
    """How many annotations of each label there are."""
    after: Counter[str]
    words_before: Counter[tuple[int, int, str]]
    """What is covered: start, end and words, each as often as it is."""
    words_after: Counter[tuple[int, int, str]]
    data: bytes
    """The new file."""
    mark: str
    """That of the old one."""

    @property
    def changes_words(self) -> bool:
        """Whether other words are covered than before."""
        return self.words_before != self.words_after

    @property
    def may_change_words(self) -> bool:
        """Whether one of the steps says that it does that."""
        return any(step.changes_words for step in self.steps)


@dataclass(slots=True)
class Plan:
    """What a migration of a whole corpus comes to."""

    schema: LabelSchema
    moves: list[Move] = field(default_factory=list)
    current: int = 0
    """How many files are at the schema's version already."""
    findings: list[Finding] = field(default_factory=list)
    """Why it cannot be done; nothing is written while there is one."""


def plan(corpus: Corpus) -> Plan:
    """What would become of every layer of a corpus. Nothing is written.

    Raises:
        StoreFailed: If a file cannot be read.
        InputRefused: If the documents, or drafts, are not as they must be.
    """
    found = Plan(corpus.schema)
    for layer in corpus.store.layer_names():
        for document in corpus.store.layer_documents(layer):
            _look(corpus, layer, document, found)
    for finding in check_journals(corpus.store, corpus.schema):
        if finding.code == codes.JOURNAL_AHEAD.code:
            found.findings.append(finding)
    return found


def carry_out(corpus: Corpus, found: Plan) -> None:
    """Writes what was planned, all of it or nothing.

    Raises:
        InputRefused: If something stands against it.
        StoreBusy: If a file was changed meanwhile.
        StoreFailed: If the file system refuses.
    """
    if found.findings:
        raise InputRefused.by(found.findings[0], corpus.folder)
    if found.moves:
        files = {move.file: move.data for move in found.moves}
        staging.write_all(corpus.store, files, {move.file: move.mark for move in found.moves})


def _look(corpus: Corpus, layer: str, document: str, found: Plan) -> None:
    file, schema = corpus.store.layer_file(layer, document), corpus.schema
    data = corpus.store.read_bytes(file) or b""
    place = {"file": file, "layer": layer, "document": document}
    try:
        header, lines = _read(data, file)
        name, _, version = header.schema_id.partition("@")
        if header.schema_id == schema.id:
            found.current += 1
            return
        if name != schema.name or numbers(version) > numbers(schema.version):
            rule = codes.SCHEMA_NEWER if name == schema.name else codes.HEADER_SCHEMA
            raise _against(rule.finding(f"the header names {header.schema_id}, the schema is {schema.id}", **place))
        steps = path(schema.migrations, version, schema.version)
        if steps is None:
            what = f"no migration of the schema leads from {version} to {schema.version}"
            raise _against(codes.HEADER_SCHEMA.finding(what, **place))
        new = _migrated(lines, steps, schema, place)
        annotations = tuple(_annotations(new, schema, place))
        _require_sound(annotations, corpus.documents.get(document), header, place)
    except _Against as error:
        found.findings += error.findings
        return
    after = LayerFile(layer, header.model_copy(update={"schema_id": schema.id}), annotations)
    move = Move(
        file=file,
        layer=layer,
        document=document,
        source=version,
        steps=steps,
        before=Counter(str(line.get("label")) for line in lines),
        after=Counter(each.label for each in annotations),
        words_before=Counter((line.get("start", 0), line.get("end", 0), str(line.get("text"))) for line in lines),
        words_after=Counter((each.start, each.end, each.text) for each in annotations),
        data=layers.render(after.header, after.annotations),
        mark=mark_of(data),
    )
    if move.changes_words and not move.may_change_words:
        gone, come = move.words_before - move.words_after, move.words_after - move.words_before
        quoted = [
            f"{sign}“{text[:40]}” [{start}, {end})"
            for sign, words in (("-", gone), ("+", come))
            for start, end, text in words
        ]
        what = f"other words would be covered, and the migration does not say so: {', '.join(quoted[:_SHOWN])}"
        found.findings.append(codes.HEADER_SCHEMA.finding(what, **place))
        return
    lost = _lost_drafts(corpus, layer, document)
    if lost:
        named = ", ".join(f"{each.id} ({each.label})" for each in lost[:_SHOWN])
        what = (
            f"{len(lost)} unfinished annotations would be shown no longer, their labels or parts being no more: {named}"
        )
        finding = codes.HEADER_SCHEMA.finding(what, **place)
        advice = "Finish or delete them with the schema's former version."
        found.findings.append(replace(finding, help=advice))
        return
    found.moves.append(move)


def _lost_drafts(corpus: Corpus, layer: str, document: str) -> list[Draft]:
    """The drafts that could not be shown under the schema: no step is made for what lacks what a label asks for."""
    there = corpus.documents.get(document)
    if there is None:
        return []
    return [each for each in drafts.read(corpus.store, layer, document) if not fits(each, there, corpus.schema)]


class _Against(Exception):
    """Why a file cannot be migrated."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = findings


def _against(finding: Finding) -> _Against:
    return _Against([finding])


def _read(data: bytes, file: str) -> tuple[LayerHeader, list[dict[str, Any]]]:
    """The header and the lines of a file, whatever the version of the schema that they follow."""
    header: LayerHeader | None = None
    lines = []
    for line in jsonl.split(data, file):
        faults = [line] if isinstance(line, Finding) else list(jsonl.faults(line, file))
        if isinstance(line, Finding) or faults:
            raise _Against(faults)
        if header is None:
            try:
                header = LayerHeader.model_validate_json(line.data, strict=True, by_alias=True, by_name=False)
            except ValidationError as error:
                raise _Against(layers.invalid(error, codes.HEADER, file, line.number)) from error
        else:
            lines.append(json.loads(line.data))
    if header is None:
        raise _against(codes.HEADER.finding("the file is empty", file=file, line=1))
    return header, lines


def _migrated(
    lines: Sequence[dict[str, Any]], steps: Sequence[Migration], schema: LabelSchema, place: Mapping[str, str]
) -> Sequence[dict[str, Any]]:
    new: Sequence[dict[str, Any]] = copy.deepcopy(list(lines))
    for step in steps:
        asked = f"the migration from {step.source} to {step.target}"
        try:
            new = list(step.change(copy.deepcopy(list(new))))
        except Exception as error:  # a step is a user's code, which may raise anything
            raise _against(rule_fault(error, schema, asked).at(**place)) from error
        if not all(isinstance(line, dict) for line in new):
            raise _against(codes.RULE.finding(f"{asked} gave something else than lines", **place))
    return new


def _annotations(
    lines: Sequence[Mapping[str, Any]], schema: LabelSchema, place: Mapping[str, str]
) -> Iterator[Annotation]:
    findings: list[Finding] = []
    for line in lines:
        try:
            annotation = schema.annotation.validator.validate_json(json.dumps(line), strict=True)
        except (ValidationError, TypeError) as error:
            told = (
                layers.invalid(error, codes.ANNOTATION, place["file"], 1, schema)
                if isinstance(error, ValidationError)
                else [codes.ANNOTATION.finding(f"a migration gave what is no JSON: {error}")]
            )
            findings += [each.at(annotation=str(line.get("id")), **place) for each in told]
        else:
            yield annotation
    if findings:
        raise _Against(findings)


def _require_sound(
    annotations: Sequence[Annotation], document: Document | None, header: LayerHeader, place: Mapping[str, str]
) -> None:
    """What would be an error of the file's own after the migration keeps it from being done."""
    twice = [name for name, count in Counter(each.id for each in annotations).items() if count > 1]
    if twice:
        raise _against(codes.ID_DUP.finding(f"the id {twice[0]} would be there twice", annotation=twice[0], **place))
    if document is None or document.sha256 != header.sha256:
        return
    for each in annotations:
        if each.end > len(document.text) or each.extent.text(document.text) != each.text:
            what = f"{each.id} would not have the words that it covers"
            raise _against(codes.TEXT.finding(what, annotation=each.id, **place))
