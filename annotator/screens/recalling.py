"""Remembering, while one begins to read, what one said in other documents."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from textual import on, work
from textual.message import Message

from annotator.experience import MOST, Experience, recalled
from annotator.screens.noting import NotingScreen
from annotator.session import Session
from schemas import Annotation


class RecallingScreen(NotingScreen):
    """Gives the session that is open what its annotator said before; no key waits for it."""

    @dataclass
    class Recalled(Message):
        """What was said before is read."""

        session: Session
        experience: Experience

    def recall(self, session: Session) -> None:
        """Begins to read what was said before, once the document is shown."""
        own = [each for each in itertools.islice(session, MOST) if isinstance(each, Annotation)]
        self.call_after_refresh(self._recall, session, own)

    @work(thread=True, exclusive=True, group="recall")
    def _recall(self, session: Session, own: list[Annotation]) -> None:
        corpus, document = self.workspace.corpus, session.document.id
        self.post_message(self.Recalled(session, recalled(corpus, session.registry, session.layer, document, own)))

    @on(Recalled)
    def _take_recalled(self, message: Recalled) -> None:
        message.session.recall(message.experience)
