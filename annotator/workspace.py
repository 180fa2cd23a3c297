"""A corpus as one annotator works on it: opens a session for a document, and saves what it holds."""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from annotator.ledger import Ledger
from annotator.session import Session, random_id
from annotator.snapshot import Snapshot
from corpus import codes, drafts, journal, manifest, staging
from corpus.corpus import Corpus
from corpus.errors import InputRefused, NameUnknown, StoreBusy, StoreFailed
from corpus.fitting import fits, misfits
from corpus.layers import LayerFile
from corpus.merge import merge, merge_headers
from corpus.recovery import ATTEMPTS, Recovered, Recovery
from corpus.registry import Registry
from corpus.stock import Stock
from corpus.store import DOCUMENTS, ENTITIES, mark_of
from schemas import Document, Entity, LabelSchema, LayerHeader, Status


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
    mine: LayerFile | None = None
    """What was to be saved: a later state than was given, where that was saved by then."""
    merged: LayerFile | None = None
    """What the file holds now, where somebody else had changed it in the meantime."""
    conflicts: tuple[tuple[str, str], ...] = ()
    """What both sides had changed: the id, and the id under which the other version is kept."""


class Workspace:
    """One annotator's layer of a corpus."""

    def __init__(
        self,
        corpus: Corpus,
        layer: str,
        annotator: str | None = None,
        new_id: Callable[[], str] = random_id,
        *,
        exclusive: bool = False,
    ) -> None:
        """`annotator` is who makes the layer, as `corpus.toml` names them: by the layer's own name where none is.

        With `exclusive`, nobody else may change a document of the layer while it is open here.
        """
        self.corpus = corpus
        self.layer = layer
        self.annotator = annotator or layer
        self.registry = Registry(corpus.entities.values())
        self._new_id = new_id
        self._exclusive = exclusive
        self._ledgers: dict[str, Ledger] = {}
        self._recovered: dict[str, Recovered] = {}
        self._locked: dict[str, str] = {}
        self._signature = corpus.store.signature(DOCUMENTS)
        self._drafted: dict[str, set[str]] = {}
        """By document, the ids of all drafts that were opened or saved here; other drafts on the disk are not ours."""
        # One save at a time: each compares the file with what the one before it wrote.
        self._saving = threading.Lock()

    @property
    def documents(self) -> tuple[Document, ...]:
        """Every document, in the corpus's order."""
        return tuple(self.corpus.documents.values())

    def open(self, document_id: str) -> Session:
        """A session at a document. What a session that was killed had acknowledged is brought into the layer first;
        otherwise nothing is written until something is changed.

        A draft that does not fit the schema or the text is left where it is.

        Raises:
            NameUnknown: If there is no such document.
            InputRefused: If the layer's file, or the drafts, are not as they must be, or do not fit the document.
            StoreFailed: If a file cannot be read. Where what was saved before cannot be brought into the layer, the
                document can be opened and not changed; `why_read_only` says why.
        """
        document, schema = self.corpus.document(document_id), self.corpus.schema
        if staging.is_waiting(self.corpus.store):
            # A migration that was killed halfway: of the layers some are in the new version and some are not.
            staging.finish(self.corpus.store)
        with self._saving:
            before = self._ledgers.get(document.id)
            if before is not None:
                # What cannot be read now is refused before anything of the session that is there is given up.
                self._read(document)
                drafts.read(self.corpus.store, self.layer, document.id)
                before.release()
            self._locked[document.id] = self._who_locks(document)
            if not self._locked[document.id]:
                self._recover(document)
            layer_file, mark = self._read(document)
            found = drafts.read(self.corpus.store, self.layer, document.id)
            usable = [each for each in found if fits(each, document, schema)]
            self._drafted.setdefault(document.id, set()).update(each.id for each in usable)
            complete = Stock(layer_file.annotations)
            kept = [draft for draft in usable if draft.id not in complete]
            ledger = self._ledgers[document.id] = Ledger(self.corpus.store, document, layer_file, mark, kept)
            if self._exclusive and not self._locked[document.id]:
                self._claim(ledger, document)
        return Session(document, schema, layer_file, kept, self.registry, self._new_id)

    def recovered(self, document_id: str) -> Recovered:
        """What was brought into the layer when the document was opened last."""
        return self._recovered.get(document_id, Recovered())

    def why_read_only(self, document_id: str) -> str:
        """Why the document, as it was opened last, cannot be changed here; empty where it can."""
        return self._locked.get(document_id, "")

    def _who_locks(self, document: Document) -> str:
        try:
            journal.require_alone(self.corpus.store, self.layer, document.id, exclusive=self._exclusive)
        except StoreBusy as error:
            return str(error)
        return ""

    def _claim(self, ledger: Ledger, document: Document) -> None:
        try:
            ledger.claim()
        except StoreBusy as error:
            self._locked[document.id] = str(error)

    def _recover(self, document: Document) -> None:
        store, schema, layer = self.corpus.store, self.corpus.schema, self.layer
        recovery = Recovery(store, schema, layer, document, lambda: self._read(document), self._declare, self._new_id)
        try:
            self._recovered[document.id] = recovery.run()
        except StoreFailed as error:
            self._locked[document.id] = f"what was saved before cannot be brought into the layer now: {error}"

    def progress(self, document_id: str) -> Progress:
        """How far the layer is with a document. A file that cannot be read counts as flagged, with the reason."""
        document = self.corpus.document(document_id)
        try:
            layer_file = self.on_disk(document.id)
        except NameUnknown:
            return Progress(document, Status.OPEN, None, 0, began=False)
        header = layer_file.header
        return Progress(document, header.status, header.comment, len(layer_file.annotations), began=True)

    def on_disk(self, document_id: str) -> LayerFile:
        """What the layer's file says of a document.

        Raises:
            NameUnknown: If the layer has no file for it.
            InputRefused: If the file is not as it must be.
            StoreFailed: If it cannot be read.
        """
        store, ledger = self.corpus.store, self._ledgers.get(document_id)
        if ledger is not None:
            layer_file, mark = ledger.layer_file, ledger.mark
            if mark and mark == store.mark(store.layer_file(self.layer, document_id)):
                return layer_file
        return store.marked_lines(self.layer, document_id, self.corpus.schema)[0]

    def keep(self, snapshot: Snapshot) -> Saved:
        """Brings what was changed to the disk, into the journal; when this returns, no kill and no power cut loses it.

        Raises:
            StoreBusy: If somebody else works on the document, and wants to be alone.
            StoreFailed: If the file system refuses; what was kept before is kept, and the session has everything.
        """
        with self._saving:
            self._ledgers[snapshot.header.document].keep(snapshot)
            return Saved(snapshot.revision)

    def save(self, snapshot: Snapshot) -> Saved:
        """Brings a session's content into the layer's file; when this returns, it is there.

        Where somebody else changed the file since it was read, both sides are merged by id.

        Raises:
            StoreBusy: If somebody else works on the document, and wants to be alone, or the file keeps changing.
            StoreFailed: If the file system refuses; the old file is whole, and the session still has everything.
            InputRefused: If the file became something that cannot be read.
        """
        with self._saving:
            self._declare()
            store, document = self.corpus.store, snapshot.header.document
            ledger = self._ledgers[document]
            if ledger.has_journal:
                # What is written while older changes wait has to wait beside them: whoever is killed before the
                # journal ends with the file would otherwise leave two versions of it.
                with contextlib.suppress(StoreFailed):
                    ledger.keep(snapshot)
            else:
                journal.require_alone(store, self.layer, document, exclusive=False)
            latest = ledger.latest
            if latest is not None and latest.revision > snapshot.revision:
                # Whatever the file then lacked would be in neither place: the journal ends where the file is written.
                snapshot = latest
            drafted = self._drafted[document]
            drafted.update(draft.id for draft in snapshot.drafts)
            # What became incomplete is among the drafts before it leaves the layer, and what became complete is in
            # the layer before it leaves the drafts: whatever fails in between, it is in one of the two.
            drafts.write(store, self.layer, document, snapshot.drafts)
            saved, layer_file, mark = self._save_layer(snapshot)
            drafts.write(store, self.layer, document, snapshot.drafts, drafted)
            ledger.written(layer_file, mark, snapshot)
            return saved

    def leave(self, document_id: str) -> None:
        """Removes the journal of a document that one leaves, where everything is in the layer's file.

        Raises:
            StoreFailed: If the file system refuses; whoever finds the journal will find nothing to do.
        """
        with self._saving:
            if document_id in self._ledgers:
                self._ledgers[document_id].close()

    def close(self) -> None:
        """Leaves every document, and what is in no layer's file yet to whoever opens it next."""
        with self._saving:
            for ledger in self._ledgers.values():
                # Whoever finds a journal that could not be removed will find nothing to do.
                with contextlib.suppress(StoreFailed):
                    ledger.close()
                ledger.release()

    def has_moved(self, document_id: str) -> bool:
        """Whether a document's file may have been replaced or written by somebody else; tells so once.

        Raises:
            StoreFailed: If it cannot be told.
        """
        with self._saving:
            ledger = self._ledgers[document_id]
            before = ledger.signature
            file = self.corpus.store.layer_file(self.layer, document_id)
            ledger.signature = self.corpus.store.signature(file)
            return ledger.signature != before

    def documents_moved(self) -> bool:
        """Whether the file of the documents may have been replaced; it is read again then.

        Raises:
            InputRefused: If it became something that cannot be read; the documents are those that were read before.
            StoreFailed: If it cannot be read.
        """
        before, self._signature = self._signature, self.corpus.store.signature(DOCUMENTS)
        if before == self._signature:
            return False
        return self.corpus.read_documents_again()

    def look(self, snapshot: Snapshot) -> Saved | None:
        """What comes of it where somebody else has changed the layer's file since it was read or written.

        Nothing is written, and nothing is given where the file is as it was, or is gone: then it says nothing.

        Raises:
            StoreFailed: If the file cannot be read.
            InputRefused: If the file became something that cannot be read.
        """
        with self._saving:
            document = snapshot.header.document
            ledger = self._ledgers[document]
            file = self.corpus.store.layer_file(self.layer, document)
            if self.corpus.store.mark(file) in (ledger.mark, mark_of(None)):
                return None
            theirs, mark = self._read(ledger.document)
            merged, conflicts = self._merged(ledger.layer_file, snapshot.layer_file, theirs)
            ledger.rebase(theirs, mark)
            return Saved(snapshot.revision, snapshot.layer_file, merged, conflicts)

    def _merged(
        self, base: LayerFile, mine: LayerFile, theirs: LayerFile
    ) -> tuple[LayerFile, tuple[tuple[str, str], ...]]:
        merged = merge(base.annotations, mine.annotations, theirs.annotations, self._new_id)
        header = merge_headers(base.header, mine.header, theirs.header)
        return LayerFile(self.layer, header, merged.annotations), merged.conflicts

    def _save_layer(self, snapshot: Snapshot) -> tuple[Saved, LayerFile, str]:
        mine = snapshot.layer_file
        document = mine.header.document
        ledger = self._ledgers[document]
        mark, base = ledger.mark, ledger.layer_file
        layer_file = mine
        saved = Saved(snapshot.revision, mine)
        for _ in range(ATTEMPTS):
            try:
                mark = self.corpus.store.write_layer(layer_file, expected=mark)
            except StoreBusy:
                theirs, mark = self._read(ledger.document)
                if mark == mark_of(None):
                    # A file that is gone, as when git changes branches, says nothing against what was in it.
                    theirs = base
                layer_file, conflicts = self._merged(base, mine, theirs)
                saved = Saved(snapshot.revision, mine, layer_file, conflicts)
            else:
                return saved, layer_file, mark
        raise _keeps_changing(self.corpus.store.layer_file(self.layer, document))

    def add_entity(self, entity: Entity) -> Entity:
        """Puts a new entity into the corpus's registry, and gives it as it is kept there.

        Where somebody else has given the id to another entity meanwhile, it gets another id.

        Raises:
            InputRefused: If the file of the entities became something that cannot be read.
            StoreBusy: If it keeps changing.
            StoreFailed: If the file system refuses.
        """
        for _ in range(ATTEMPTS):
            there, mark = self.corpus.store.marked_entities()
            taken = {each.id: each for each in there}
            kept = entity
            while taken.get(kept.id, kept) != kept:
                kept = entity.model_copy(update={"id": f"{entity.id}-{secrets.token_hex(2)}"})
            entities = there if kept.id in taken else [*there, kept]
            try:
                self.corpus.store.write_entities(entities, mark)
            except StoreBusy:
                continue
            for each in entities:
                self.registry.add(each)
            return kept
        raise _keeps_changing(ENTITIES)

    def beside(self, layers: Iterable[str], document_id: str) -> dict[str, LayerFile]:
        """What other layers say about a document, for those that say anything."""
        found = {}
        for layer in layers:
            if document_id in self.corpus.store.layer_documents(layer):
                document = self.corpus.document(document_id)
                found[layer] = self._fitting(layer, document, self.corpus.store.marked_layer)[0]
        return found

    def _fitting(
        self, layer: str, document: Document, read: Callable[[str, str, LabelSchema], tuple[LayerFile, str]]
    ) -> tuple[LayerFile, str]:
        """A layer's file with its mark, if its offsets can be trusted; `read` is how the store reads it."""
        store, schema = self.corpus.store, self.corpus.schema
        layer_file, mark = read(layer, document.id, schema)
        misfit = next(misfits(layer_file, document, schema, store.layer_file(layer, document.id)), None)
        if misfit is not None:
            raise InputRefused.by(misfit, store.folder)
        return layer_file, mark

    def _read(self, document: Document) -> tuple[LayerFile, str]:
        try:
            return self._fitting(self.layer, document, self.corpus.store.marked_lines)
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
        for _ in range(ATTEMPTS):
            if self.annotator in self.corpus.manifest.annotators:
                return
            with contextlib.suppress(StoreBusy):
                manifest.add_annotator(self.corpus.store, self.annotator, "person")
            self.corpus.manifest = manifest.read(self.corpus.folder)
        raise _keeps_changing(manifest.FILE)


def _keeps_changing(file: str) -> StoreBusy:
    return StoreBusy(
        "the file keeps changing",
        path=file,
        code=codes.BUSY.code,
        help=codes.BUSY.help,
    )
