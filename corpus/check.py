"""The check of a corpus: everything that its files say, against each other, its schema and its raw documents.

It opens every file, changes none, and goes on after a fault.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from corpus import codes, jsonl, manifest, staging
from corpus import layers as layer_files
from corpus.annotation_check import check_document
from corpus.corpus import Corpus
from corpus.errors import InputRefused, SchemaUnavailable, StoreFailed
from corpus.journal_check import check_journals
from corpus.layers import ParsedLayer
from corpus.manifest import Manifest
from corpus.record_check import DocumentRecords, check_claim, check_entity, check_header, name_faults
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS, Store, parse_records
from schemas import Claim, Document, Entity, Finding, LabelSchema, LayerHeader, Rule, Severity

_Record = TypeVar("_Record", bound=BaseModel)
_SUFFIX = ".jsonl"


@dataclass(slots=True)
class Seen:
    """What a check has looked at so far."""

    documents: int = 0
    layers: int = 0
    annotations: int = 0


def check(
    corpus: Corpus | Path | str,
    *,
    schema: str | None = None,
    layers: Collection[str] = (),
    documents: Collection[str] = (),
    seen: Seen | None = None,
) -> Iterator[Finding]:
    """Everything that is wrong with a corpus.

    Args:
        corpus: The corpus, or its folder.
        schema: A schema in place of the one that `corpus.toml` names, as `package.module:Class`.
        layers: The layers whose annotations are checked; none given means all.
        documents: The documents whose annotations are checked; none given means all. That an id is there once in a
            layer is then known only as far as these documents go.
        seen: Counts what is looked at.

    Raises:
        CorpusNotFound: If the folder has no `corpus.toml`.
        SchemaUntrusted: If the schema's module came with the corpus and is not trusted; see `corpus.trust`. A schema
            that is given here is trusted.
    """
    seen = seen if seen is not None else Seen()
    if isinstance(corpus, Corpus) and schema is None:
        folder, about, labels = corpus.folder, corpus.manifest, corpus.schema
    else:
        folder = corpus.folder if isinstance(corpus, Corpus) else Path(corpus)
        about, labels = None, None
        try:
            about = manifest.read(folder)
        except InputRefused as error:
            rule = {each.code: each for each in (codes.SYMLINK, codes.READ)}.get(error.code, codes.MANIFEST)
            yield rule.finding(error.what, file=manifest.FILE)
        path = schema or (about.schema_path if about else None)
        if path is not None:
            try:
                labels = manifest.load_schema(path, folder, trusted=schema is not None)
            except (SchemaUnavailable, StoreFailed) as error:
                yield codes.SCHEMA.finding(f"{error.path}: {error.what}", file=manifest.FILE)
    yield from _Check(folder, about, labels, frozenset(layers), frozenset(documents), seen).run()


class _Check:
    """One run over a folder; what one file says is kept for the files after it."""

    def __init__(
        self,
        folder: Path,
        about: Manifest | None,
        schema: LabelSchema | None,
        only_layers: frozenset[str],
        only_documents: frozenset[str],
        seen: Seen,
    ) -> None:
        self.folder = folder
        self.about = about
        self.schema = schema
        self.only_layers = only_layers
        self.only_documents = only_documents
        self.seen = seen
        self.store = Store(folder)
        self.documents: dict[str, Document] = {}
        self.unread: frozenset[str] = frozenset()
        """The documents whose line cannot be read."""
        self.has_all_documents = True
        """Whether every document is known by its id, at least."""
        self.entities: dict[str, Entity] | None = {}
        """Nothing where their file cannot be read."""
        self.gold: dict[str, frozenset[str]] = {}
        self.has_gold = False

    def run(self) -> Iterator[Finding]:
        """Documents, entities, layers, claims: each against what was read before."""
        if staging.is_waiting(self.store):
            yield codes.INTERRUPTED.finding("some layers are changed already and some are not", file=staging.COMMIT)
        yield from self._documents()
        yield from self._entities()
        names, findings = self._entries(LAYERS, "")
        yield from findings
        gold = self.about.gold if self.about else None
        self.has_gold = gold is None or gold in names
        if not self.has_gold:
            yield codes.GOLD.finding(f"the gold layer {gold} is not there", file=manifest.FILE)
        for name in names:
            if not self.only_layers or name in self.only_layers:
                yield from self._layer(name)
        yield from self._claims()
        if self.schema is not None:
            yield from check_journals(self.store, self.schema, self.only_layers, self.only_documents)

    def _documents(self) -> Iterator[Finding]:
        raw = self.folder / self.about.raw if self.about and self.about.raw else None
        records = DocumentRecords(raw=raw if raw and raw.is_dir() else None)
        unread: dict[int, str | None] = {}
        for record in self._records(DOCUMENTS, Document, limit=jsonl.DOCUMENT_LIMIT):
            if isinstance(record, Finding):
                if record.line is None:
                    self.has_all_documents = False
                elif record.severity is Severity.ERROR:
                    unread[record.line] = record.document
                yield record
                continue
            line, document = record
            unread.pop(line, None)
            self.documents.setdefault(document.id, document)
            yield from records.check(document, line)
            if not self.only_documents or document.id in self.only_documents:
                self.seen.documents += 1
        # A line that cannot be read is a document nevertheless, and what names it is not blamed for it.
        self.unread = frozenset(name for name in unread.values() if name is not None)
        self.has_all_documents = self.has_all_documents and None not in unread.values()
        self.seen.documents += sum(
            not self.only_documents or name is None or name in self.only_documents for name in unread.values()
        )

    def _entities(self) -> Iterator[Finding]:
        lines: dict[str, int] = {}
        entities = self.entities = {}
        for record in self._records(ENTITIES, Entity):
            if isinstance(record, Finding):
                if record.line is None:
                    self.entities = None
                yield record
                continue
            line, entity = record
            entities.setdefault(entity.id, entity)
            yield from check_entity(entity, line, self.schema.entity_kinds if self.schema else (), lines)

    def _claims(self) -> Iterator[Finding]:
        lines: dict[str, int] = {}
        documents = self.documents.keys() | self.unread if self.has_all_documents else None
        for record in self._records(CLAIMS, Claim):
            if isinstance(record, Finding):
                yield record
                continue
            line, claim = record
            yield from check_claim(claim, line, lines, documents, self.entities, self._gold_ids)

    def _layer(self, layer: str) -> Iterator[Finding]:
        self.seen.layers += 1
        names, findings = self._entries(f"{LAYERS}/{layer}", _SUFFIX)
        yield from findings
        places: dict[str, str] = {}
        for document in names:
            if self.schema is None or (self.only_documents and document not in self.only_documents):
                continue
            file = f"{LAYERS}/{layer}/{document}{_SUFFIX}"
            data = self._read(file)
            if isinstance(data, Finding):
                yield data.at(layer=layer)
            elif data is not None:
                parsed = layer_files.parse(data, self.schema, file)
                yield from (each.at(layer=layer, document=document) for each in parsed.findings)
                yield from self._layer_file(layer, document, parsed, file, self.schema)
                yield from _ids_elsewhere(layer, document, parsed, file, places)

    def _layer_file(
        self, layer: str, document: str, parsed: ParsedLayer, file: str, schema: LabelSchema
    ) -> Iterator[Finding]:
        if self.about is not None and layer == self.about.gold:
            self.gold[document] = _ids_of(parsed)
        self.seen.annotations += len(parsed.annotations)
        if parsed.header is not None:
            for rule, message in self._header_faults(parsed.header, document, schema):
                yield rule.finding(message, layer=layer, document=document, file=file, line=1)
        if document in self.documents:
            yield from check_document(
                self.documents[document],
                [annotation for _, annotation in parsed.annotations],
                schema,
                self.entities,
                layer=layer,
                file=file,
                lines=[line for line, _ in parsed.annotations],
                rules=self._holds_rules(parsed.header),
                unread=parsed.unread,
            )

    def _holds_rules(self, header: LayerHeader | None) -> bool:
        """Whether a layer is held to the schema's rules; one that was made without them is not."""
        entry = self.about.annotators.get(header.annotator) if self.about is not None and header is not None else None
        return entry is None or entry.rules

    def _header_faults(self, header: LayerHeader, document: str, schema: LabelSchema) -> Iterator[tuple[Rule, str]]:
        about = self.documents.get(document)
        if header.document != document:
            yield codes.HEADER_DOC, f"the header names {header.document}, the file is called {document}{_SUFFIX}"
        elif about is None and self.has_all_documents and document not in self.unread:
            yield codes.HEADER_DOC, f"the document {document} is not in the corpus"
        if self.about is not None and header.annotator not in self.about.annotators:
            yield codes.HEADER_ANNOTATOR, f"the annotator {header.annotator} is not declared"
        if about is not None:
            yield from check_header(header, about, schema)

    def _gold_ids(self, document: str) -> frozenset[str] | None:
        """The ids of a document's gold annotations; nothing where they cannot be told."""
        if self.schema is None or self.about is None or not self.has_gold:
            return None
        if self.about.gold is None:
            return frozenset()
        if document not in self.gold:
            file = f"{LAYERS}/{self.about.gold}/{document}{_SUFFIX}"
            data = self._read(file)
            if isinstance(data, Finding):
                return None
            parsed = ParsedLayer() if data is None else layer_files.parse(data, self.schema, file)
            self.gold[document] = _ids_of(parsed)
        return self.gold[document]

    def _records(
        self, file: str, model: type[_Record], limit: int | None = jsonl.LINE_LIMIT
    ) -> Iterator[tuple[int, _Record] | Finding]:
        data = self._read(file)
        if isinstance(data, Finding):
            yield data
        elif data is not None:
            yield from parse_records(data, file, model, limit)

    def _read(self, file: str) -> bytes | Finding | None:
        """A file's bytes; what keeps it from being read; nothing where there is no such file."""
        try:
            mode = os.lstat(self.folder / file).st_mode
        except FileNotFoundError:
            return None
        except OSError as error:
            return codes.READ.finding(f"it cannot be read: {error.strerror}", file=file)
        if stat.S_ISLNK(mode):
            return codes.SYMLINK.finding("it is a symbolic link", file=file)
        if not stat.S_ISREG(mode):
            return codes.READ.finding("it is no regular file", file=file)
        try:
            return self.store.read_bytes(file)
        except StoreFailed as error:
            rule = codes.SYMLINK if error.code == codes.SYMLINK.code else codes.READ
            return rule.finding(error.what, file=file)

    def _entries(self, folder: str, suffix: str) -> tuple[list[str], list[Finding]]:
        """The names in a folder, sorted, without their suffix, and what is wrong with them; no suffix means folders."""
        names: list[str] = []
        findings: list[Finding] = []
        folded: dict[str, str] = {}
        path = self.folder / folder
        if path.is_symlink():
            return [], [codes.SYMLINK.finding("it is a symbolic link", file=folder)]
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except FileNotFoundError:
            return [], []
        except OSError as error:
            return [], [codes.READ.finding(f"it cannot be read: {error.strerror}", file=folder)]
        for entry in entries:
            file = f"{folder}/{entry.name}"
            name = entry.name.removesuffix(suffix)
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                findings.append(codes.SYMLINK.finding("it is a symbolic link", file=file))
            elif suffix and not entry.name.endswith(suffix):
                findings.append(
                    codes.STRAY.finding(f"it is no file of a document: its name ends not in {suffix}", file=file)
                )
            elif not suffix and not entry.is_dir():
                findings.append(codes.STRAY.finding("it is no folder of a layer", file=file))
            else:
                other = folded.setdefault(name.casefold(), name)
                if other != name:
                    findings.append(codes.NAME.finding(f"{name!r} differs from {other!r} in case only", file=file))
                findings += name_faults(name, file)
                names.append(name)
        return names, findings


def _ids_of(parsed: ParsedLayer) -> frozenset[str]:
    return frozenset(annotation.id for _, annotation in parsed.annotations) | parsed.unread


def _ids_elsewhere(
    layer: str, document: str, parsed: ParsedLayer, file: str, places: dict[str, str]
) -> Iterator[Finding]:
    """Ids that an earlier file of the layer has too; `places` has those, and takes this file's in."""
    for line, annotation in parsed.annotations:
        before = places.setdefault(annotation.id, file)
        if before != file:
            yield codes.ID_DUP.finding(
                f"the id {annotation.id} is in {before} too",
                layer=layer,
                document=document,
                annotation=annotation.id,
                start=annotation.start,
                end=annotation.end,
                file=file,
                line=line,
            )
