"""Remembering, while one begins to read, what one said in other documents."""

from __future__ import annotations

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor

from textual import work
from textual.worker import get_current_worker

from annotator.experience import MOST, recalled
from annotator.screens.noting import NotingScreen
from annotator.session import Session
from annotator.workspace import Workspace
from schemas import Annotation


class RecallingScreen(NotingScreen):
    """Gives the session that is open what its annotator said before; no key waits for it."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._reader = ThreadPoolExecutor(1)
        """A thread of its own, one: whoever leafs through documents does not take those that open and save."""

    def recall(self, session: Session) -> None:
        """Begins to read what was said before, once the document is shown."""
        own = [each for each in itertools.islice(session, MOST) if isinstance(each, Annotation)]
        self.call_after_refresh(self._recall, session, own)

    @work(exclusive=True, group="recall")
    async def _recall(self, session: Session, own: list[Annotation]) -> None:
        worker, corpus, document = get_current_worker(), self.workspace.corpus, session.document.id

        def is_wanted() -> bool:
            # What is cancelled goes on in its thread until it looks.
            return not worker.is_cancelled

        reading = asyncio.get_running_loop().run_in_executor(
            self._reader, recalled, corpus, session.registry, session.layer, document, own, is_wanted
        )
        session.recall(await reading)
