"""The check of a shard: a file with one document and one layer's annotations of it a line, read once and never held."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from corpus import codes, jsonl, layers
from corpus.annotation_check import check_document
from corpus.check import Seen
from corpus.errors import StoreFailed
from corpus.jsonl import Line
from corpus.record_check import check_header, check_text, name_faults
from schemas import Annotation, Entity, Finding, LabelledDocument, LabelSchema

LINE_LIMIT = 64 * 1024 * 1024
"""The most bytes that a line may have."""

_RULES = {"header": codes.HEADER, "annotations": codes.ANNOTATION}
_LOOSE_COLON = re.compile(rb'"[ \t\r]+:')


def check_shard(
    path: Path | str,
    schema: LabelSchema,
    entities: Mapping[str, Entity] | None = None,
    *,
    seen: Seen | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[Finding]:
    """Everything that is wrong with a shard. An annotation's id has to be there once in its document.

    Args:
        path: The shard.
        schema: The schema that its annotations follow.
        entities: The corpus's entities by id; where they are not known, no entity is looked up.
        seen: Counts what is looked at.
        progress: Is told the bytes of every line that has been read.

    Raises:
        StoreFailed: If the file cannot be read.
    """
    try:
        with Path(path).open("rb") as stream:
            yield from _Shard(str(path), schema, entities, seen or Seen()).run(stream, progress)
    except OSError as error:
        raise StoreFailed(f"it cannot be read: {error.strerror}", path=path) from error


class _Shard:
    """One run over a shard; only the ids of the documents are kept."""

    def __init__(self, file: str, schema: LabelSchema, entities: Mapping[str, Entity] | None, seen: Seen) -> None:
        self.file = file
        self.schema = schema
        self.entities = entities
        self.seen = seen
        self.documents: dict[str, set[str]] = {}

    def run(self, stream: BinaryIO, progress: Callable[[int], None] | None) -> Iterator[Finding]:
        """Line by line."""
        validate = self.schema.labelled_document.__pydantic_validator__.validate_json
        for line in jsonl.split_stream(stream, self.file, LINE_LIMIT):
            if isinstance(line, Finding):
                yield line
                continue
            try:
                labelled: LabelledDocument[Annotation] = validate(line.data, by_alias=True, by_name=False)
            except ValidationError as error:
                found = list(jsonl.faults(line, self.file))
                yield from found or layers.invalid(
                    error, codes.RECORD, self.file, line.number, self.schema, below=_RULES
                )
            else:
                yield from self._line(line, labelled)
            if progress is not None:
                progress(len(line.data) + 1)

    def _line(self, line: Line, labelled: LabelledDocument[Annotation]) -> Iterator[Finding]:
        document, header, annotations = labelled.document, labelled.header, labelled.annotations
        self.seen.documents += 1
        self.seen.annotations += len(annotations)
        if _may_repeat_keys(line.data, labelled):
            yield from jsonl.faults(line, self.file)
        ids = self.documents.setdefault(header.annotator, set())
        if document.id in ids:
            message = f"{header.annotator}'s annotations of {document.id} are on a line before this one too"
            yield codes.DOC_DUP.finding(message, document=document.id, file=self.file, line=line.number)
        ids.add(document.id)
        yield from name_faults(document.id, self.file, line.number)
        yield from check_text(document, self.file, line.number)
        if header.document != document.id:
            message = f"the header names {header.document}, the document is {document.id}"
            yield codes.HEADER_DOC.finding(message, document=document.id, file=self.file, line=line.number)
        for rule, message in check_header(header, document, self.schema):
            yield rule.finding(message, document=document.id, file=self.file, line=line.number)
        for finding in check_document(document, annotations, self.schema, self.entities, file=self.file):
            yield finding.at(line=line.number)


def _may_repeat_keys(data: bytes, labelled: LabelledDocument[Annotation]) -> bool:
    """Whether a line may have a key twice: whether it has more keys than the records that were read from it.

    A key ends in a quotation mark that no backslash stands before, and a colon; between them may stand blanks, which is
    rare enough to look at such a line closely.
    """
    document = labelled.document
    keys = len(labelled.model_fields_set) + len(document.model_fields_set) + len(labelled.header.model_fields_set)
    for zone in document.zones:
        keys += len(zone.model_fields_set)
    for annotation in labelled.annotations:
        keys += len(annotation.model_fields_set)
        if annotation.settled is not None:
            keys += len(annotation.settled.model_fields_set)
    if data.count(b'":') - data.count(b'\\":') != keys:
        return True
    return (b" :" in data or b"\t:" in data or b"\r:" in data) and _LOOSE_COLON.search(data) is not None
