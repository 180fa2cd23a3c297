"""What every screen at a document does: open a session, save it in the background, and check it while one works."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from annotator.display import safe
from annotator.history import Step
from annotator.saving import WAITING_LIMIT, SaveState
from annotator.session import Session, Snapshot
from annotator.workspace import Progress, Saved, Workspace
from corpus.annotation_check import check_document
from corpus.errors import CorpusError
from schemas import Entity, Finding, Severity, Status

_CHECK_AFTER = 0.25
"""How long nothing is changed before the check runs over the open document, in seconds."""


class KeepingScreen(Screen[None]):
    """Keeps one session at a time. Slow work runs in threads, which only post messages.

    A subclass shows what there is, in `show_session`, `show_step`, `show_findings`, `show_saving`, `show_progress`.
    """

    @dataclass
    class SessionOpened(Message):
        """A document's session is there."""

        session: Session

    @dataclass
    class RefusedToOpen(Message):
        """A document could not be opened."""

        document: str
        reason: str

    @dataclass
    class SessionSaved(Message):
        """A save came to its end; `saved` is none where it failed."""

        session: Session
        snapshot: Snapshot
        saved: Saved | None
        failure: str | None

    @dataclass
    class DocumentChecked(Message):
        """The check has looked at the open document."""

        session: Session
        findings: list[Finding]

    @dataclass
    class ProgressRead(Message):
        """How far the layer is with every document."""

        progress: list[Progress]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.names = [each.id for each in workspace.documents]
        """The documents' ids, in the corpus's order."""
        self.session: Session | None = None
        self.saving = SaveState()
        self.findings: list[Finding] = []
        self.findings_of: Mapping[str, Sequence[Finding]] = {}
        """The findings about each annotation, by its id."""
        self.serious = 0
        """How many of the findings are more than notes."""
        self._opening: str | None = None
        self._has_progress = False
        self._save_ended = asyncio.Event()
        self._check_timer: Timer | None = None
        self._is_checking = False

    # What a subclass shows

    def show_session(self, session: Session) -> None:
        """Shows a session that was opened just now."""
        raise NotImplementedError

    def show_step(self, session: Session, step: Step) -> None:
        """Shows what a step changed."""
        raise NotImplementedError

    def show_findings(self, findings: list[Finding]) -> None:
        """Shows what the check found, in place of what it found before."""
        raise NotImplementedError

    def show_saving(self) -> None:
        """Shows whether everything is saved."""
        raise NotImplementedError

    def show_progress(self, progress: list[Progress]) -> None:
        """Shows how far the layer is with every document."""
        raise NotImplementedError

    # Opening

    def open_document(self, name: str) -> None:
        """Opens a document in place of the one that is open; until it is there, no change is taken."""
        self._opening = name
        self.show_saving()
        self._open(name)

    @work(thread=True, exclusive=True, group="open")
    def _open(self, name: str) -> None:
        try:
            session = self.workspace.open(name)
        except CorpusError as error:
            self.post_message(self.RefusedToOpen(name, str(error)))
        else:
            self.post_message(self.SessionOpened(session))

    @on(RefusedToOpen)
    def _tell_refusal(self, message: RefusedToOpen) -> None:
        title = safe(f"{message.document} cannot be opened")
        self.notify(safe(message.reason), title=title, severity="error", markup=False, timeout=20)
        if message.document == self._opening:
            self._opening = None
            self.show_saving()
        self._read_progress_once()

    @on(SessionOpened)
    def _take_session(self, message: SessionOpened) -> None:
        if message.session.document.id != self._opening:
            return
        self._opening = None
        self.session = message.session
        self.saving = SaveState()
        self._keep_findings([])
        self.show_session(message.session)
        self.show_saving()
        self._check_soon()
        self._read_progress_once()

    def _read_progress_once(self) -> None:
        # What one waits for is the text; how far the other documents are comes after it.
        if not self._has_progress:
            self._has_progress = True
            self.read_progress()

    @work(thread=True, exclusive=True, group="progress")
    def read_progress(self) -> None:
        """Reads how far the layer is with every document."""
        self.post_message(self.ProgressRead([self._progress_of(name) for name in self.names]))

    def _progress_of(self, name: str) -> Progress:
        try:
            return self.workspace.progress(name)
        except CorpusError as error:
            return Progress(self.workspace.corpus.document(name), Status.FLAGGED, str(error), -1, began=True)

    @on(ProgressRead)
    def _take_progress(self, message: ProgressRead) -> None:
        self.show_progress(message.progress)

    # Changing and saving

    @property
    def is_locked(self) -> bool:
        """Whether no change is taken now."""
        return self.session is None or self._opening is not None or self.saving.is_full

    @property
    def may_change(self) -> bool:
        """Whether another change is taken; says so where too many are not saved."""
        if self.session is None or self._opening is not None:
            return False
        if self.saving.is_full:
            self.notify(
                f"{WAITING_LIMIT} changes are not saved; no more are taken until they are. Press s to try again.",
                severity="error",
                markup=False,
            )
            return False
        return True

    def did(self, step: Step | None) -> None:
        """Shows what a step changed, saves it, and checks the document when there is a pause."""
        if self.session is None or step is None:
            return
        self.saving.wanted = self.session.revision
        self.show_step(self.session, step)
        self.save_soon()
        self._check_soon()

    def save_soon(self) -> None:
        """Begins to save, unless a save is under way; that one begins another when it ends."""
        if self.session is not None and not self.saving.running and self.saving.waiting:
            self.saving.running = True
            self._save_ended.clear()
            self._save(self.session, self.session.snapshot())
        self.show_saving()

    @work(thread=True, group="save")
    def _save(self, session: Session, snapshot: Snapshot) -> None:
        try:
            saved = self.workspace.save(snapshot)
        except CorpusError as error:
            self.post_message(self.SessionSaved(session, snapshot, None, str(error)))
        else:
            self.post_message(self.SessionSaved(session, snapshot, saved, None))

    @on(SessionSaved)
    def _take_save(self, message: SessionSaved) -> None:
        if message.session is not self.session:
            return
        self.saving.running = False
        self.saving.failure = message.failure
        if message.saved is None:
            self.notify(safe(message.failure or ""), title="not saved", severity="error", markup=False, timeout=15)
        else:
            self.saving.saved = message.saved.revision
            self._take_over(message.snapshot, message.saved)
            self.save_soon()
        if not self.saving.running:
            self._save_ended.set()
        self.show_saving()

    def _take_over(self, snapshot: Snapshot, saved: Saved) -> None:
        if saved.merged is None or self.session is None:
            return
        self.did(self.session.take_over(snapshot.layer_file, saved.merged, "took over changes on disk"))
        conflicts = f"; {len(saved.conflicts)} annotations are there in both versions" if saved.conflicts else ""
        self.notify(f"the file had changed on disk: both sides were merged{conflicts}", markup=False, timeout=10)

    async def all_saved(self) -> bool:
        """Saves what is not saved, once more where that failed, and waits; whether everything is on the disk then."""
        if self.session is not None:
            # The form may have changed something that it has not told yet.
            self.saving.wanted = self.session.revision
        self.save_soon()
        while self.saving.running:
            await self._save_ended.wait()
        return self.saving.waiting == 0

    # Checking

    def _check_soon(self) -> None:
        if self._check_timer is not None:
            self._check_timer.stop()
        self._check_timer = self.set_timer(_CHECK_AFTER, self._begin_check)

    def _begin_check(self) -> None:
        if self._is_checking:
            self._check_soon()
        elif self.session is not None:
            self._is_checking = True
            # The thread is given what does not change while one works on.
            self._check(self.session, self.session.snapshot(), dict(self.session.registry.entities))

    @work(thread=True, group="check")
    def _check(self, session: Session, snapshot: Snapshot, entities: Mapping[str, Entity]) -> None:
        annotations = snapshot.layer_file.annotations
        found = list(check_document(session.document, annotations, session.schema, entities))
        self.post_message(self.DocumentChecked(session, found))

    @on(DocumentChecked)
    def _take_findings(self, message: DocumentChecked) -> None:
        self._is_checking = False
        if message.session is self.session and message.findings != self.findings:
            self._keep_findings(message.findings)
            self.show_findings(message.findings)

    def _keep_findings(self, findings: list[Finding]) -> None:
        by_annotation: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.annotation is not None:
                by_annotation[finding.annotation].append(finding)
        self.findings = findings
        self.findings_of = dict(by_annotation)
        self.serious = sum(finding.severity is not Severity.NOTE for finding in findings)
