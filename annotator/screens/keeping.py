"""What every screen at a document does: open a session, save it in the background, and check it while one works."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import thread_time
from typing import ClassVar

from textual import on, work
from textual.message import Message
from typing_extensions import override

from annotator.display import safe
from annotator.driver import TerminalDriver
from annotator.giving_way import Considerate, GivingWay
from annotator.history import Past, Step
from annotator.marks import finding_marks
from annotator.saving import WAITING_LIMIT, SaveState, told_of_merge
from annotator.session import Session
from annotator.snapshot import Snapshot
from annotator.span_index import SpanIndex
from annotator.standing import progress
from annotator.widgets.compositor import ChangedLines
from annotator.widgets.frames import FramedScreen
from annotator.workspace import Progress, Saved, Workspace
from corpus.annotation_check import check_document
from corpus.errors import CorpusError, StoreFailed
from schemas import Entity, Finding, Severity

_CHECK_AFTER = 0.25
"""How long nothing is changed before the check runs over the open document, in seconds, at least."""
_CHECK_FACTOR = 2
"""And how many times as long as the check before worked: a long document takes a second, and somebody who marks one
thing after the other would have it begin again and again beside every key.
"""
_LEAVING_WRITES = 3
"""How often whoever leaves writes what others did meanwhile, before it is left to the journal."""


class Found:
    """What a check found, with what is asked of it; a long document's is put together in a thread."""

    def __init__(self, findings: list[Finding]) -> None:
        self.all = findings
        self.of: dict[str, list[Finding]] = defaultdict(list)
        """The findings about each annotation, by its id."""
        for finding in findings:
            if finding.annotation is not None:
                self.of[finding.annotation].append(finding)
        serious = [finding for finding in findings if finding.severity is not Severity.NOTE]
        self.serious = len(serious)
        """How many are more than notes."""
        self.troubled = frozenset(finding.annotation for finding in serious if finding.annotation)
        """The ids of the annotations that those are about."""
        self.marks = SpanIndex(finding_marks(findings))
        """Where they are."""


class KeepingScreen(FramedScreen):
    """Keeps one session at a time. Slow work runs in threads, which only post messages.

    A subclass shows what there is, in `show_session`, `show_step`, `show_findings`, `show_saving`, `show_progress`.
    """

    class Began(Message):
        """The first document is shown, or it is said why there is none; keys mean something from now on."""

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
    class ProgressRead(Message):
        """How far the layer is with every document."""

        progress: list[Progress]

    WRITE_AFTER: ClassVar[float] = 2
    """How long nothing is changed before what was saved is written to the layer's file, in seconds."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._compositor = ChangedLines()
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
        self._pasts: dict[str, Past] = {}
        """By id, what can be undone in documents that one has left."""
        self._has_progress = False
        self._save_ended = asyncio.Event()
        self._write_ended = asyncio.Event()
        self._look_ended = asyncio.Event()
        self._write_timer: asyncio.TimerHandle | None = None
        self._check_timer: asyncio.TimerHandle | None = None
        self._is_checking = False
        self._check_took = 0.0
        """For how long the last check of the open document worked, in seconds, without what it rested meanwhile."""
        self._giving_way = GivingWay()

    @property
    @override
    def is_behind(self) -> bool:
        driver = self.app._driver
        return isinstance(driver, TerminalDriver) and driver.is_behind

    @override
    def hurry(self) -> None:
        self._giving_way.pressed()
        super().hurry()

    # What a subclass shows

    def show_session(self, session: Session) -> None:
        """Shows a session that was opened just now."""
        raise NotImplementedError

    def show_step(self, session: Session, step: Step) -> None:
        """Shows what a step changed."""
        raise NotImplementedError

    def show_findings(self, found: Found) -> None:
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
        self._open(name, self.session.document.id if self.session is not None else None)

    def open_first(self, name: str) -> None:
        """Opens the document to begin with before anything is drawn: a frame without it would show nothing."""
        self._opening = name
        opened = self._opened(name)
        if isinstance(opened, self.SessionOpened):
            self._take_session(opened)
        else:
            self._tell_refusal(opened)

    @work(thread=True, exclusive=True, group="open")
    def _open(self, name: str, left: str | None) -> None:
        opened = self._opened(name)
        # One that cannot be opened, or is not wanted any more, takes the place of none.
        if left not in (None, name) and isinstance(opened, self.SessionOpened) and self._opening == name:
            # Whoever finds a journal that could not be removed will find nothing to do.
            with contextlib.suppress(StoreFailed):
                self.workspace.leave(left)
        self.post_message(opened)

    def _opened(self, name: str) -> SessionOpened | RefusedToOpen:
        try:
            return self.SessionOpened(self.workspace.open(name))
        except CorpusError as error:
            return self.RefusedToOpen(name, str(error))

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
        if self.session is not None:
            self._pasts[self.session.document.id] = self.session.past
        if (past := self._pasts.pop(message.session.document.id, None)) is not None:
            message.session.go_on_from(past)
        self.session = message.session
        self._check_took = 0.0
        # What is under way for the document before is nobody's concern any more, and nobody must wait for it.
        for ended in (self._save_ended, self._write_ended, self._look_ended):
            ended.set()
        self.saving = SaveState(read_only=self.workspace.why_read_only(message.session.document.id))
        self._keep_findings(Found([]))
        self.show_session(message.session)
        self.show_saving()
        self._tell_how_it_was_found(message.session)
        self._check_soon()
        self._read_progress_once()

    def _tell_how_it_was_found(self, session: Session) -> None:
        if self.saving.read_only:
            self.notify(safe(self.saving.read_only), title="read-only", severity="warning", markup=False, timeout=20)
        if recovered := self.workspace.recovered(session.document.id):
            finding = recovered.finding(session.layer, session.document.id)
            self.notify(safe(f"{finding.code} {finding.message}"), title="restored", markup=False, timeout=20)

    def _read_progress_once(self) -> None:
        # What one waits for is the text; how far the other documents are comes after it.
        if not self._has_progress:
            self._has_progress = True
            self.read_progress()

    @work(thread=True, exclusive=True, group="progress")
    def read_progress(self) -> None:
        """Reads how far the layer is with every document."""
        self.post_message(self.ProgressRead(progress(self.workspace, self.names)))

    @on(ProgressRead)
    def _take_progress(self, message: ProgressRead) -> None:
        # Where the documents are others by now, it is read again.
        if [each.document.id for each in message.progress] == self.names:
            self.show_progress(message.progress)

    # Changing and saving

    @property
    def is_locked(self) -> bool:
        """Whether no change is taken now."""
        return self.session is None or self._opening is not None or bool(self.saving.why_locked)

    @property
    def may_change(self) -> bool:
        """Whether another change is taken; says why where the document takes none."""
        if self.session is None or self._opening is not None:
            return False
        if why := self.saving.why_locked:
            title = "read-only" if self.saving.read_only else ""
            self.notify(safe(why), title=title, severity="error", markup=False)
        return not why

    def did(self, step: Step | None) -> None:
        """Shows what a step changed, saves it, and checks the document when there is a pause."""
        if self.session is None or step is None:
            return
        self.saving.wanted = self.session.revision
        self.show_step(self.session, step)
        self.save_soon()
        after = 0 if step.changes_header or self.saving.unwritten >= WAITING_LIMIT else self.WRITE_AFTER
        # Nobody waits for what is to come later.
        self.after_frame(partial(self._write_soon, after))
        self.after_frame(self._check_soon)

    def save_soon(self) -> None:
        """Begins to save, unless a save is under way; that one begins another when it ends."""
        if self.session is not None and not self.saving.running and self.saving.waiting:
            self.saving.running = True
            self._save_ended.clear()
            # What a key changed is seen before anything competes with the thread that paints it.
            self.after_frame(partial(self._save, self.session))
        self.show_saving()

    def _save(self, session: Session) -> None:
        self.in_thread(partial(self.workspace.keep, session.snapshot()), partial(self._take_save, session))

    def _take_save(self, session: Session, came_to: Saved | CorpusError) -> None:
        saved, failure = (came_to, None) if isinstance(came_to, Saved) else (None, str(came_to))
        if session is not self.session:
            return
        self.saving.running = False
        self.saving.failure = failure
        if saved is None:
            self.notify(safe(failure or ""), title="not saved", severity="error", markup=False, timeout=15)
        else:
            self.saving.saved = max(self.saving.saved, saved.revision)
        if saved is not None and self.saving.waiting and self.is_running:
            self.save_soon()
            return
        self._save_ended.set()
        if self.is_running:
            self.show_saving()

    def _write_soon(self, after: float) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
        if after:
            self._write_timer = self.do_in(after, self.write_now)
        else:
            # Not before the journal: what it has is safe, whatever becomes of the file.
            self.after_frame(self.write_now)

    def write_now(self) -> None:
        """Begins to write the layer's file, unless that or a look at it is under way; that one begins it when it ends.

        A state from before a look has nothing of what somebody else did, and would undo it.
        """
        saving = self.saving
        if self.session is not None and not saving.writing and not saving.looking and saving.unwritten:
            saving.writing = True
            self._write_ended.clear()
            self._write(self.session)

    def _write(self, session: Session) -> None:
        self.in_thread(partial(self.workspace.save, session.snapshot()), partial(self._take_written, session))

    def _take_written(self, session: Session, came_to: Saved | CorpusError) -> None:
        if session is not self.session:
            return
        saved, failure = (came_to, None) if isinstance(came_to, Saved) else (None, str(came_to))
        self.saving.writing = False
        if saved is None:
            # Said once: it is tried again after every change.
            if failure != self.saving.refused:
                kept = "" if self.saving.waiting else "; what was saved is kept in the journal"
                title = f"the layer's file is not written{kept}"
                self.notify(safe(failure or ""), title=title, severity="error", markup=False, timeout=15)
        else:
            self.saving.written = saved.revision
            if saved.revision >= self.saving.saved:
                # What is in the layer's file is saved, whatever the journal's disk says.
                self.saving.saved = saved.revision
                self.saving.failure = None
            self.take_over(saved)
        self.saving.refused = failure
        self._write_ended.set()
        self.show_saving()

    def take_over(self, saved: Saved, *, only_looking: bool = False) -> None:
        """Brings in what others did to the layer's file; whoever is `only_looking` has nothing to save after it."""
        session = self.session
        if saved.merged is None or saved.mine is None or session is None:
            return
        step = session.take_over(saved.mine, saved.merged, "took over changes on disk")
        if only_looking and step is not None:
            self.saving.wanted = self.saving.saved = self.saving.written = session.revision
            self.show_step(session, step)
            self._check_soon()
        else:
            self.did(step)
        named = [session.words(session.get(name)) for name, _ in saved.conflicts if name in session]
        self.notify(safe(told_of_merge(named, len(saved.conflicts))), markup=False, timeout=10)

    async def all_saved(self) -> bool:
        """Saves what is not saved, once more where that failed, and waits; whether everything is in its file then."""
        if self.session is None:
            return True
        # The form may have changed something that it has not told yet.
        self.saving.wanted = self.session.revision
        self.save_soon()
        await self._at_rest()
        # What comes in from others while the file is written is written as well.
        for _ in range(_LEAVING_WRITES):
            self.write_now()
            await self._at_rest()
            if self.saving.refused is not None or not self.saving.unwritten:
                break
        return self.saving.waiting == 0 and self.saving.unwritten == 0

    async def _at_rest(self) -> None:
        """Waits until nothing is being saved or written."""
        while self.saving.is_busy:
            saving = self.saving
            ended = self._save_ended if saving.running else self._write_ended if saving.writing else self._look_ended
            await ended.wait()

    # Checking

    def _check_soon(self) -> None:
        if self._check_timer is not None:
            self._check_timer.cancel()
        self._check_timer = self.do_in(max(_CHECK_AFTER, _CHECK_FACTOR * self._check_took), self._begin_check)

    def _begin_check(self) -> None:
        self._check_timer = None
        if self._is_checking:
            self._check_soon()
        elif self.session is not None:
            self._is_checking = True
            # The thread is given what does not change while one works on.
            look = partial(self._checked, self.session, self.session.snapshot(), self.session.registry.entities.copy())
            self.in_thread(look, partial(self._take_findings, self.session))

    def _checked(self, session: Session, snapshot: Snapshot, entities: Mapping[str, Entity]) -> Found | None:
        """What the check finds, in a thread; none where it is what it found before."""
        before, began = self.findings, thread_time()
        annotations = Considerate(snapshot.entries.annotations(), self._giving_way)
        found = list(check_document(session.document, annotations, session.schema, entities))
        if session is self.session:
            self._check_took = thread_time() - began
        return Found(found) if found != before else None

    def _take_findings(self, session: Session, found: Found | CorpusError | None) -> None:
        self._is_checking = False
        if isinstance(found, CorpusError):
            self.app._handle_exception(found)
        elif session is self.session and found is not None:
            self._keep_findings(found)
            self.show_findings(found)

    def _keep_findings(self, found: Found) -> None:
        self.findings, self.findings_of, self.serious = found.all, found.of, found.serious
