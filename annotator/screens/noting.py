"""Notes of how long a document takes and how annotations come to be, written down beside the corpus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import work
from textual.timer import Timer

from annotator.display import safe
from annotator.history import Step
from annotator.origins import Origins
from annotator.screens.watching import WatchingScreen
from annotator.session import Session
from annotator.timing import Stopwatch
from annotator.workspace import Workspace
from corpus import provenance
from corpus.errors import CorpusError
from corpus.provenance import Origin


@dataclass(slots=True)
class _Notes:
    """What is noted of one session."""

    session: Session
    before: float
    """The seconds that were written down before it."""
    origins: Origins
    watch: Stopwatch
    changed: bool = False
    """Whether anything was changed here."""

    @property
    def seconds(self) -> float:
        """For how long somebody was at work on its document in all."""
        return self.before + self.watch.seconds


class NotingScreen(WatchingScreen):
    """Takes notes while one works. Nothing is written where nothing was changed: looking leaves no trace."""

    NOTE_EVERY = 20.0
    """How long after a change, or an act, what was noted is written down, in seconds."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._notes: _Notes | None = None
        self._note_timer: Timer | None = None
        self._note_failed = False

    @property
    def seconds(self) -> float:
        """For how long somebody was at work on the open document, now and before."""
        notes = self._notes_of(self.session)
        return notes.seconds if notes is not None else 0.0

    def note_act(self) -> None:
        """Takes notice of a key or a click, whatever it does."""
        if (notes := self._notes_of(self.session)) is not None:
            notes.watch.act()
            if notes.changed:
                self._note_soon()

    def did(self, step: Step | None) -> None:
        """Shows and saves what a step changed, and notes how it came to be."""
        if step is not None and step.how and (notes := self._notes_of(self.session)) is not None:
            notes.changed = True
            notes.origins.note(notes.session, step)
            self._note_soon()
        super().did(step)

    def open_document(self, name: str) -> None:
        """Opens a document in place of the one that is open."""
        self.write_notes()
        super().open_document(name)

    async def all_saved(self) -> bool:
        """Saves what is not saved, and waits; whether everything is on the disk then."""
        self.write_notes()
        saved = await super().all_saved()
        if writing := [each for each in self.workers if each.group == "note" and not each.is_finished]:
            await self.workers.wait_for_complete(writing)
        return saved

    def _notes_of(self, session: Session | None) -> _Notes | None:
        if session is None:
            return None
        if self._notes is None or self._notes.session is not session:
            known = self._known(session)
            self._notes = _Notes(session, known.seconds, Origins(known.origins), Stopwatch())
        return self._notes

    def _known(self, session: Session) -> provenance.Provenance:
        try:
            return provenance.read(self.workspace.corpus.store, session.layer, session.document.id)
        except CorpusError:
            # Notes are for whoever wants them; that they cannot be read is no reason to stop anybody.
            return provenance.Provenance()

    def _note_soon(self) -> None:
        if self._note_timer is None:
            self._note_timer = self.set_timer(self.NOTE_EVERY, self.write_notes)

    def write_notes(self) -> None:
        """Begins to write down what was noted and is not written yet, where something was changed."""
        if self._note_timer is not None:
            self._note_timer.stop()
            self._note_timer = None
        notes = self._notes
        if notes is None or not notes.changed:
            return
        seconds = notes.watch.take()
        notes.before += seconds
        if (origins := notes.origins.take()) or seconds:
            self._write_notes(notes.session, seconds, origins)

    @work(thread=True, group="note")
    def _write_notes(self, session: Session, seconds: float, origins: Mapping[str, Origin]) -> None:
        try:
            provenance.note(self.workspace.corpus.store, session.layer, session.document.id, seconds, origins)
        except CorpusError as error:
            self.app.call_from_thread(self._tell_notes_failed, str(error))

    def _tell_notes_failed(self, reason: str) -> None:
        if not self._note_failed:
            self._note_failed = True
            title = "how long this takes cannot be noted"
            self.notify(safe(reason), title=title, severity="warning", markup=False)
