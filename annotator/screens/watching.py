"""Looking, while one works, for what somebody else does to the files: a pull, a checkout, an editor, a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.message import Message

from annotator.display import safe
from annotator.screens.keeping import KeepingScreen
from annotator.session import Session
from annotator.snapshot import Snapshot
from annotator.workspace import Saved
from corpus.errors import CorpusError


class WatchingScreen(KeepingScreen):
    """Notices what becomes of the files of the open document and of the list of the documents."""

    @dataclass
    class FileMoved(Message):
        """Somebody else may have changed the layer's file."""

        session: Session

    @dataclass
    class FileLookedAt(Message):
        """What comes of what somebody else did to the layer's file."""

        session: Session
        saved: Saved | None
        failure: str | None

    @dataclass
    class DocumentsMoved(Message):
        """The list of the documents is another one, or, with a reason, cannot be read any more."""

        reason: str | None = None

    LOOK_EVERY: ClassVar[float] = 2
    """How often is looked for what somebody else has done to the files, in seconds; never with 0."""

    def on_mount(self) -> None:
        if self.LOOK_EVERY:
            self.set_interval(self.LOOK_EVERY, self.look)

    def show_documents(self) -> None:
        """Shows that the list of the documents is another one."""
        self.read_progress()

    @work(thread=True, exclusive=True, group="look")
    def look(self) -> None:
        """Looks whether somebody else has changed the files: a pull, a checkout, an editor, another session."""
        session = self.session
        try:
            if self.workspace.documents_moved():
                self.post_message(self.DocumentsMoved())
        except CorpusError as error:
            self.post_message(self.DocumentsMoved(str(error)))
        try:
            if session is not None and self.workspace.has_moved(session.document.id):
                self.post_message(self.FileMoved(session))
        except CorpusError as error:
            self.log(str(error))

    @on(FileMoved)
    def _look_closely(self, message: FileMoved) -> None:
        # A write finds out by itself.
        if message.session is self.session and not self.saving.writing and not self.saving.looking:
            self.saving.looking = True
            self._look_ended.clear()
            self._look(message.session, message.session.snapshot())

    @work(thread=True, group="save")
    def _look(self, session: Session, snapshot: Snapshot) -> None:
        try:
            saved = self.workspace.look(snapshot)
        except CorpusError as error:
            self.post_message(self.FileLookedAt(session, None, str(error)))
        else:
            self.post_message(self.FileLookedAt(session, saved, None))

    @on(FileLookedAt)
    def _take_look(self, message: FileLookedAt) -> None:
        if message.session is not self.session:
            return
        self.saving.looking = False
        # The form may have changed something that it has not told yet.
        self.saving.wanted = message.session.revision
        if message.failure is not None:
            title = "the layer's file was changed and cannot be read"
            self.notify(safe(message.failure), title=title, severity="error", markup=False, timeout=20)
        elif message.saved is not None:
            # Where nothing was changed here, there is nothing to write: whoever only looks on writes nothing.
            only_looking = not (self.saving.unwritten or message.saved.conflicts)
            self.take_over(message.saved, only_looking=only_looking)
        self._look_ended.set()
        if self.saving.unwritten:
            self._write_soon(self.WRITE_AFTER)

    @on(DocumentsMoved)
    def _take_documents(self, message: DocumentsMoved) -> None:
        if message.reason is not None:
            title = "the documents were changed and cannot be read"
            self.notify(safe(message.reason), title=title, severity="error", markup=False, timeout=20)
            return
        documents = self.workspace.corpus.documents
        session = self.session
        if session is not None and documents.get(session.document.id) != session.document:
            there = "was changed" if session.document.id in documents else "is there no more"
            self.saving.read_only = f"the document {session.document.id} {there}: open another one, or restore it"
            self.notify(safe(self.saving.read_only), title="read-only", severity="error", markup=False, timeout=20)
            self.show_saving()
        elif session is not None:
            # It may have been restored.
            self.saving.read_only = self.workspace.why_read_only(session.document.id)
            self.show_saving()
        self.names = list(documents)
        self.show_documents()
        self.notify("the list of the documents has changed on disk", markup=False, timeout=10)
