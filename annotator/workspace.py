"""A corpus as one annotator works on it: opens a session for a document, and saves what it holds."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from annotator.session import Session, Snapshot, random_id
from corpus import drafts, manifest
from corpus.corpus import Corpus
from corpus.errors import NameUnknown, StoreBusy
from corpus.layers import LayerFile
from corpus.merge import merge
from corpus.registry import Registry
from corpus.store import WORK, mark_of
from schemas import Annotation, Document, Entity, LayerHeader, Status

_ATTEMPTS = 20
"""How often a save begins again when the file is replaced under it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a layer is with a document."""

    document: Document
    status: Status
    comment: str | None
    count: int
    """How many annotations there are; -1 where the file cannot be read."""
    began: bool
    """Whether the layer has a file for it."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to."""

    revision: int
    merged: tuple[Annotation, ...] | None = None
    """What the file holds now, where somebody else had changed it in the meantime."""
    conflicts: tuple[tuple[str, str], ...] = ()
    """What both sides had changed: the id, and the id under which the other version is kept."""


@dataclass(slots=True)
class _OnDisk:
    """What a layer's file held when it was last read or written."""

    mark: str
    annotations: tuple[Annotation, ...]


class Workspace:
    """One annotator's layer of a corpus."""

    def __init__(self, corpus: Corpus, layer: str, annotator: str | None = None) -> None:
        self.corpus = corpus
        self.layer = layer
        self.annotator = annotator or layer
        self.registry = Registry(corpus.entities.values())
        self._on_disk: dict[str, _OnDisk] = {}
        # One save at a time: each compares the file with what the one before it wrote.
        self._saving = threading.Lock()

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document, in the corpus's order."""
        return tuple(self.corpus.documents.values())

    def open(self, document_id: str) -> Session:
        """A session at a document. Nothing is written until something is changed.

        Raises:
            NameUnknown: If there is no such document.
            InputRefused: If the layer's file, or the drafts, are not as they must be.
        """
        document = self.corpus.document(document_id)
        layer_file, mark = self._read(document)
        self._on_disk[document.id] = _OnDisk(mark, layer_file.annotations)
        kept = drafts.read(self.corpus.store, self.layer, document.id)
        known = {each.id for each in layer_file.annotations}
        return Session(
            document,
            self.corpus.schema,
            layer_file,
            (draft for draft in kept if draft.id not in known and draft.end <= len(document.text)),
            self.registry,
        )

    def progress(self, document_id: str) -> Progress:
        """How far the layer is with a document. A file that cannot be read counts as flagged, with the reason."""
        document = self.corpus.document(document_id)
        try:
            layer_file = self.corpus.store.layer(self.layer, document.id, self.corpus.schema)
        except NameUnknown:
            return Progress(document, Status.OPEN, None, 0, began=False)
        header = layer_file.header
        return Progress(document, header.status, header.comment, len(layer_file.annotations), began=True)

    def save(self, snapshot: Snapshot) -> Saved:
        """Brings a session's content to the disk; when this returns, it is there.

        Where somebody else changed the file since it was read, both sides are merged by id.

        Raises:
            StoreFailed: If the file system refuses; the old file is whole, and the session still has everything.
            InputRefused: If the file became something that cannot be read.
        """
        with self._saving:
            self._declare()
            document = snapshot.layer_file.header.document
            drafts.write(self.corpus.store, self.layer, document, snapshot.drafts)
            on_disk = self._on_disk[document]
            layer_file = snapshot.layer_file
            merged: tuple[Annotation, ...] | None = None
            conflicts: tuple[tuple[str, str], ...] = ()
            for _ in range(_ATTEMPTS):
                try:
                    mark = self.corpus.store.write_layer(layer_file, expected=on_disk.mark)
                except StoreBusy:
                    theirs, mark_now = self._read(self.corpus.document(document))
                    outcome = merge(on_disk.annotations, snapshot.layer_file.annotations, theirs.annotations, random_id)
                    merged, conflicts = outcome.annotations, outcome.conflicts
                    layer_file = LayerFile(self.layer, snapshot.layer_file.header, outcome.annotations)
                    on_disk = _OnDisk(mark_now, on_disk.annotations)
                else:
                    self._on_disk[document] = _OnDisk(mark, layer_file.annotations)
                    return Saved(snapshot.revision, merged, conflicts)
            raise StoreBusy(
                "the file keeps changing",
                path=self.corpus.store.layer_file(self.layer, document),
                code="E-BUSY",
                help="Stop the other program, then save again; nothing is lost",
            )

    def add_entity(self, entity: Entity) -> None:
        """Puts a new entity into the corpus's registry, or a changed one in its place."""
        with self._saving:
            entities = {each.id: each for each in self.corpus.store.entities()}
            entities[entity.id] = entity
            self.corpus.store.write_entities(entities.values())
            self.registry.add(entity)

    def beside(self, layers: Iterable[str], document_id: str) -> dict[str, LayerFile]:
        """What other layers say about a document, for those that say anything."""
        found = {}
        for layer in layers:
            if document_id in self.corpus.store.layer_documents(layer):
                found[layer] = self.corpus.store.layer(layer, document_id, self.corpus.schema)
        return found

    def turned_down(self, document_id: str) -> frozenset[str]:
        """What was turned down in a document, by the keys that a review gives it."""
        lines = self.corpus.store.read_bytes(self._turned_down_file(document_id)) or b""
        return frozenset(lines.decode("utf-8").split("\n")) - {""}

    def keep_turned_down(self, document_id: str, keys: Iterable[str]) -> None:
        """Keeps what was turned down in a document."""
        lines = "".join(f"{key}\n" for key in sorted(keys))
        self.corpus.store.write_bytes(self._turned_down_file(document_id), lines.encode("utf-8"))

    def _turned_down_file(self, document_id: str) -> str:
        return f"{WORK}/turned-down/{self.layer}/{document_id}.txt"

    def _read(self, document: Document) -> tuple[LayerFile, str]:
        try:
            return self.corpus.store.marked_layer(self.layer, document.id, self.corpus.schema)
        except NameUnknown:
            header = LayerHeader(
                document=document.id,
                sha256=document.sha256,
                schema_id=self.corpus.schema.id,
                annotator=self.annotator,
            )
            return LayerFile(self.layer, header), mark_of(None)

    def _declare(self) -> None:
        """Enters the annotator into `corpus.toml` at the first save, as a person."""
        if self.annotator not in self.corpus.manifest.annotators:
            manifest.add_annotator(self.corpus.store, self.annotator, "person")
            self.corpus.manifest = manifest.read(self.corpus.folder)
