"""Going to another document by way of all of them, with how far each is."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.worker import Worker

from annotator.screens.documents import DocumentsScreen
from annotator.screens.keeping import KeepingScreen
from annotator.screens.noting import NotingScreen
from annotator.standing import Standing, survey
from annotator.workspace import Progress, Workspace
from schemas import Status


class SurveyingScreen(NotingScreen):
    """Remembers how documents stood, and shows them all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("O", "documents", "All documents: how far they are, filtered and sorted", id="document.all"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._standings: dict[str, Standing] = {}
        """How documents stood when they were last looked at."""

    @property
    def layers_beside(self) -> tuple[str, ...]:
        """The layers whose differences are counted."""
        return ()

    def switch_to(self, name: str) -> Worker[None]:
        """Opens another document, once everything is saved."""
        raise NotImplementedError

    @on(KeepingScreen.ProgressRead)
    def _keep_progress(self, message: KeepingScreen.ProgressRead) -> None:
        for each in message.progress:
            known = self._standings.get(each.document.id)
            self._standings[each.document.id] = replace(known, progress=each) if known else Standing(each)

    @work(exclusive=True, group="choose")
    async def action_documents(self) -> None:
        """Shows how far all documents are, and opens the one that is chosen."""
        beside = self.layers_beside
        here = self.session.document.id if self.session is not None else None
        screen = DocumentsScreen(
            [self._standing(name) for name in self.names],
            lambda name: survey(self.workspace, name, beside),
            self._live,
            here,
            has_differences=bool(beside),
        )
        name = await self.app.push_screen_wait(screen)
        self._standings.update(screen.standings)
        if name is not None and name != here:
            self.switch_to(name)

    def _standing(self, name: str) -> Standing:
        known = self._standings.get(name)
        document = self.workspace.corpus.document(name)
        return known or Standing(Progress(document, Status.OPEN, None, 0, began=False))

    def _live(self, standing: Standing) -> Standing:
        """The same, but of the open document as it is here and not on the disk."""
        session = self.session
        if session is None or session.document.id != standing.name:
            return standing
        header, count = session.header, len(session) - session.draft_count
        began = standing.progress.began or session.revision > 0
        progress = Progress(session.document, header.status, header.comment, count, began=began)
        return replace(standing, progress=progress, findings=self.serious, seconds=self.seconds)
