"""Going from one document to another: to the next one, to one of all of them with how far each is, or out."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from annotator.display import safe
from annotator.screens.documents import DocumentsScreen
from annotator.screens.keeping import KeepingScreen
from annotator.screens.question import ConfirmScreen
from annotator.screens.recalling import RecallingScreen
from annotator.session import Session
from annotator.standing import Listing, Standing, survey
from annotator.widgets.document_list import DocumentList
from annotator.workspace import Progress, Workspace
from schemas import Document, Status


class SurveyingScreen(RecallingScreen):
    """Goes to other documents, remembers how they stood, and shows them all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("O", "documents", "All documents: how far they are, filtered and sorted", id="document.all"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._standings: dict[str, Standing] = {}
        """How documents stood when they were last looked at."""
        self._asked_for: str | None = None
        """The document that was asked for last, whether it could be opened or not."""
        self._places = {name: place for place, name in enumerate(self.names)}
        self._listing = Listing()
        """Which documents were shown last, and in which order."""
        self._listed: list[str] = []
        """Those through which one goes, as they were listed when one of them was chosen; none for all."""

    def place(self, session: Session) -> int:
        """The place of a session's document in the corpus, from 0."""
        return self._places.get(session.document.id, 0)

    def show_documents(self) -> None:
        """Shows that the list of the documents is another one."""
        self._places = {name: place for place, name in enumerate(self.names)}
        super().show_documents()

    @property
    def layers_beside(self) -> tuple[str, ...]:
        """The layers whose differences are counted."""
        return ()

    def action_document(self, step: int) -> None:
        """Goes to the next document, or the one before: of those that were listed when this one was chosen."""
        # From the one that was asked for last: one that could not be opened must not stand in the way.
        here = self._asked_for or ""
        if here not in self._listed:
            self._listed = []
        names = [name for name in self._listed if name in self._places] or list(self.names)
        position = (names.index(here) if here in names else 0) + step
        if 0 <= position < len(names):
            self.switch_to(names[position])
        elif self._listed:
            self.notify(safe(f"there is no further document: {self._listing.told}"), markup=False)

    @work(exclusive=True, group="switch")
    async def switch_to(self, name: str) -> None:
        """Opens another document, once everything is saved; asks where it cannot be."""
        if self._is_here(name):
            self._asked_for = name
        elif await self.all_saved() or await self.app.push_screen_wait(
            ConfirmScreen(f"{self.saving.at_stake} Leave this document?")
        ):
            self._asked_for = name
            self.open_document(name)

    def _is_here(self, name: str) -> bool:
        """Whether a document is the open one, can be changed, and is as it is on the disk: to open it does nothing."""
        here = self.session.document if self.session is not None else None
        there = self.workspace.corpus.documents.get(name)
        return here is not None and here == there and self._opening is None and not self.saving.read_only

    @work
    async def action_quit(self) -> None:
        """Leaves, once everything is saved; asks where it cannot be."""
        if await self.all_saved() or await self.app.push_screen_wait(ConfirmScreen(f"{self.saving.at_stake} Quit?")):
            self.app.exit()

    @on(KeepingScreen.ProgressRead)
    def _keep_progress(self, message: KeepingScreen.ProgressRead) -> None:
        for each in message.progress:
            known = self._standings.get(each.document.id)
            self._standings[each.document.id] = replace(known, progress=each) if known else Standing(each)

    @work(exclusive=True, group="choose")
    async def action_documents(self, asks: bool = False) -> None:
        """Shows how far all documents are, and opens the one that is chosen; with `asks`, filters them first."""
        beside, documents = self.layers_beside, self.workspace.corpus.documents
        here = self.session.document.id if self.session is not None else None
        screen = DocumentsScreen(
            [self._standing(document) for name in self.names if (document := documents.get(name)) is not None],
            lambda name: survey(self.workspace, name, beside),
            self._live,
            here,
            replace(self._listing),
            has_differences=bool(beside),
            asks=asks,
        )
        name = await self.app.push_screen_wait(screen)
        self._standings.update(screen.standings)
        if name is not None:
            self._listing = screen.listing
            listed = screen.listing.of(screen.standings.values()) if screen.listing.told else []
            self._listed = [each.name for each in listed]
        if name is not None and name != here:
            self.switch_to(name)

    @on(DocumentList.FilterAsked)
    def _filter_documents(self) -> None:
        self.action_documents(asks=True)

    def _standing(self, document: Document) -> Standing:
        known = self._standings.get(document.id)
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
