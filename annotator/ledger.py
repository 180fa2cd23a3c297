"""What of one layer's document is on the disk: in the layer's file, and in the journal of this session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from annotator.snapshot import Snapshot
from corpus.drafts import Draft
from corpus.journal import Journal
from corpus.journal_lines import Change, difference
from corpus.layers import LayerFile
from corpus.stock import Stock
from corpus.store import Store
from schemas import Annotation, Document


class Ledger:
    """What was read and written of a document, and what has been acknowledged since."""

    def __init__(
        self, store: Store, document: Document, layer_file: LayerFile, mark: str, begun: Iterable[Draft]
    ) -> None:
        self.document = document
        """The document as it was opened, whatever becomes of it on the disk: all offsets count its text."""
        self.layer_file = layer_file
        """What the layer's file held when it was last read or written."""
        self.mark = mark
        """The mark of its bytes then."""
        self.signature: tuple[int, ...] | None = None
        """What told last that the layer's file was as it was."""
        self.waiting = 0
        """How many acknowledged changes are in the journal and not in the layer's file."""
        self.exclusive = False
        """Whether nobody else may change the document."""
        self._store = store
        self._journal: Journal | None = None
        self.latest: Snapshot | None = None
        """The latest state that is on the disk, in the file or in the journal."""
        self._position = self._written_position = 0
        self._known = self._written = _entries(layer_file.annotations, begun)
        self._header = self._written_header = layer_file.header

    @property
    def has_journal(self) -> bool:
        """Whether there is a journal."""
        return self._journal is not None

    def claim(self) -> None:
        """Keeps everybody else from changing the document.

        Raises:
            StoreBusy: If somebody else works on it.
            StoreFailed: If the file system refuses.
        """
        self.exclusive = True
        self._begin(Change())

    def keep(self, snapshot: Snapshot) -> None:
        """Brings to the disk what was changed since the last time; what was kept before stays kept if that fails.

        Raises:
            StoreBusy: If somebody else works on the document, and wants to be alone.
            StoreFailed: If the file system refuses.
        """
        if self.latest is not None and self.latest.revision >= snapshot.revision:
            # Two threads save, and the one with the later state was quicker.
            return
        headers = (self._header, snapshot.header)
        # Only what was touched here: a document may have many annotations, and others may have added some.
        names = snapshot.touched_since(self._position)
        if change := difference(self._known, snapshot.entries, headers, names):
            if self._journal is None:
                self._begin(change)
            elif self._journal.is_broken:
                # Another one takes its place, which has all that waits.
                names = snapshot.touched_since(self._written_position)
                headers = (self._written_header, snapshot.header)
                self._begin(difference(self._written, snapshot.entries, headers, names))
            else:
                self._journal.append(change)
            self._known, self._header = snapshot.entries, snapshot.header
            self.waiting += 1
        self._position = snapshot.position
        self.latest = snapshot

    def written(self, layer_file: LayerFile, mark: str, snapshot: Snapshot) -> None:
        """Notes that everything is in the layer's file and among the drafts, with what came in from others."""
        self.layer_file, self.mark = layer_file, mark
        is_all = layer_file is snapshot.layer_file
        self._known = self._written = snapshot.entries if is_all else _entries(layer_file.annotations, snapshot.drafts)
        self._position = self._written_position = snapshot.position
        self._header = self._written_header = layer_file.header
        self.latest = snapshot
        self.waiting = 0
        if self._journal is not None:
            self._journal.checkpoint()

    def rebase(self, theirs: LayerFile, mark: str) -> None:
        """Notes that somebody else has changed the layer's file: what they changed is no change of this session."""
        before, after = Stock(self.layer_file.annotations), Stock(theirs.annotations)
        moved = before.differing(after)
        self._known = _moved(self._known, before, after, moved)
        self._written = _moved(self._written, before, after, moved)
        if self._header == self.layer_file.header:
            self._header = theirs.header
        self._written_header = theirs.header
        self.layer_file, self.mark = theirs, mark

    def close(self) -> None:
        """Removes the journal, where nothing in it waits.

        Raises:
            StoreFailed: If the file system refuses; whoever finds the journal will find nothing to do.
        """
        if self._journal is not None and not self.waiting:
            journal, self._journal = self._journal, None
            journal.retire()

    def release(self) -> None:
        """Lets go of the journal, and leaves what waits in it to whoever opens the document next."""
        if self._journal is not None:
            self._journal.release()
            self._journal = None

    def _begin(self, first: Change) -> None:
        self._journal = Journal.begin(
            self._store,
            self.layer_file.layer,
            self.document.id,
            first,
            sha256=self.document.sha256,
            exclusive=self.exclusive,
            replacing=self._journal,
        )


def _entries(annotations: Sequence[Annotation], begun: Iterable[Draft]) -> Stock:
    stock = Stock(annotations)
    for draft in begun:
        # What is in the layer is no draft any more, whatever the file of the drafts still says.
        if draft.id not in stock:
            stock.put(draft.id, draft)
    return stock


def _moved(known: Stock, before: Stock, after: Stock, names: set[str]) -> Stock:
    """A state with what somebody else did to it, but for what was changed here."""
    moved = known.copy()
    for name in names:
        if known.get(name) == before.get(name):
            moved.put(name, after.get(name))
    return moved
