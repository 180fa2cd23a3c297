"""The check of a shard: a file with one document and one layer's annotations of it a line, read once and never held."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path

from pydantic import ValidationError

from corpus import codes, jsonl, layers
from corpus.annotation_check import check_document
from corpus.check import Seen
from corpus.errors import StoreFailed
from corpus.file_parts import BUFFER
from corpus.jsonl import Line, Lines
from corpus.record_check import check_header, check_text, name_faults
from corpus.rule_faults import rule_fault
from schemas import Annotation, Entity, Finding, LabelledDocument, LabelSchema, Zone

LINE_LIMIT = 64 * 1024 * 1024
"""The most bytes that a line may have."""

_RULES = {"header": codes.HEADER, "annotations": codes.ANNOTATION}
_LOOSE_COLON = re.compile(rb'"[ \t\r]+:')
_ZONE_KEYS = len(Zone.model_fields)
_given = attrgetter("__pydantic_fields_set__")
"""The set behind `model_fields_set`, which is a property and takes several times as long."""
_settled = attrgetter("settled")


def check_shard(
    path: Path | str,
    schema: LabelSchema,
    entities: Mapping[str, Entity] | None = None,
    *,
    seen: Seen | None = None,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> Iterator[Finding]:
    """Everything that is wrong with a shard. An annotation's id has to be there once in its document.

    Args:
        path: The shard.
        schema: The schema that its annotations follow.
        entities: The corpus's entities by id; where they are not known, no entity is looked up.
        seen: Counts what is looked at.
        progress: Is told how many more bytes have been read, now and then.
        processes: How many processes share the work. More than one are forked, so not in a program with threads.

    Raises:
        StoreFailed: If the file cannot be read.
    """
    seen = seen if seen is not None else Seen()
    try:
        if processes > 1:
            from corpus.shard_pool import check_in_processes

            yield from check_in_processes(Path(path), schema, entities, seen, progress, processes)
        else:
            with Path(path).open("rb", BUFFER) as stream:
                yield from ShardCheck(str(path), schema, entities, seen).findings(stream, progress)
    except OSError as error:
        raise StoreFailed(f"it cannot be read: {error.strerror}", path=path) from error


class ShardCheck:
    """One run over a shard or a part of one; only the ids of the documents are kept."""

    def __init__(self, file: str, schema: LabelSchema, entities: Mapping[str, Entity] | None, seen: Seen) -> None:
        self.file = file
        self.schema = schema
        self.entities = entities
        self.seen = seen
        self.lines = 0
        """How many lines have been read."""
        self.documents: dict[str, dict[str, int]] = {}
        """The line of each document's first labels by each annotator."""

    def findings(
        self, stream: Lines, progress: Callable[[int], None] | None = None, *, is_start: bool = True
    ) -> Iterator[Finding]:
        """What is wrong, line by line; `is_start` says whether the first line is that of the file."""
        for each in self.read(stream, progress, is_start=is_start):
            if isinstance(each, Finding):
                yield each

    def read(
        self, stream: Lines, progress: Callable[[int], None] | None = None, *, is_start: bool = True
    ) -> Iterator[Finding | LabelledDocument[Annotation]]:
        """What is wrong with each line, then what it says, unless it cannot be read: for whoever needs both."""
        validate = self.schema.labelled_document.__pydantic_validator__.validate_json
        for line in jsonl.split_stream(stream, self.file, LINE_LIMIT, is_start=is_start):
            if isinstance(line, Finding):
                self.lines = line.line or 0
                yield line
                continue
            self.lines = line.number
            try:
                labelled: LabelledDocument[Annotation] = validate(line.data, strict=True, by_alias=True, by_name=False)
            except ValidationError as error:
                found = list(jsonl.faults(line, self.file))
                yield from found or layers.invalid(
                    error, codes.RECORD, self.file, line.number, self.schema, below=_RULES
                )
            except Exception as error:  # noqa: BLE001 - a schema is its user's program, and may raise anything
                yield from jsonl.faults(line, self.file)
                fault = rule_fault(error, self.schema, f"what the schema asks of the annotations on line {line.number}")
                yield fault.at(file=self.file, line=line.number)
            else:
                yield from self._labelled(line, labelled)
                yield labelled
            if progress is not None:
                progress(len(line.data) + 1)

    def _labelled(self, line: Line, labelled: LabelledDocument[Annotation]) -> Iterator[Finding]:
        document, header, annotations = labelled.document, labelled.header, labelled.annotations
        self.seen.documents += 1
        self.seen.annotations += len(annotations)
        if _may_repeat_keys(line.data, labelled):
            yield from jsonl.faults(line, self.file)
        if self.documents.setdefault(header.annotator, {}).setdefault(document.id, line.number) != line.number:
            yield twice(header.annotator, document.id, self.file, line.number)
        yield from name_faults(document.id, self.file, line.number)
        yield from check_text(document, self.file, line.number)
        if header.document != document.id:
            message = f"the header names {header.document}, the document is {document.id}"
            yield codes.HEADER_DOC.finding(message, document=document.id, file=self.file, line=line.number)
        for rule, message in check_header(header, document, self.schema):
            yield rule.finding(message, document=document.id, file=self.file, line=line.number)
        for finding in check_document(document, annotations, self.schema, self.entities, file=self.file):
            yield finding.at(line=line.number)


def twice(annotator: str, document: str, file: str, line: int) -> Finding:
    """The finding that an annotator's labels of a document are on an earlier line too."""
    message = f"{annotator}'s annotations of {document} are on a line before this one too"
    return codes.DOC_DUP.finding(message, document=document, file=file, line=line)


def _may_repeat_keys(data: bytes, labelled: LabelledDocument[Annotation]) -> bool:
    """Whether a line may have a key twice: whether it has more keys than the records that were read from it.

    Every key has a colon after it. Other colons stand in strings, nearly all of them in the document's text, where they
    could hide a key only by being written as an escape.
    """
    document = labelled.document
    keys = len(_given(labelled)) + len(_given(document)) + len(_given(labelled.header))
    keys += _ZONE_KEYS * len(document.zones) + sum(map(len, map(_given, labelled.annotations)))
    within = document.text.count(":")
    # Where something is settled there are more colons, so that is looked at afterwards.
    if data.count(b":") == keys + within and (within == 0 or b"\\u003" not in data):
        return False
    keys += sum([len(each.model_fields_set) for each in map(_settled, labelled.annotations) if each is not None])
    if data.count(b":") == keys + within and (within == 0 or b"\\u003" not in data):
        return False
    # Outside of strings a key ends in a quotation mark that no backslash stands before; blanks may follow it.
    ends = data.count(b'":') - data.count(b'\\":')
    return ends != keys or _LOOSE_COLON.search(data) is not None
