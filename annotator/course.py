"""A tutorial under way: which lesson it is at, and whether what was asked for is there."""

from __future__ import annotations

import re
from collections.abc import Callable

from annotator.session import Session
from corpus.drafts import Draft
from corpus.lessons import Expected, Lesson, Tutorial

_BRACES = re.compile(r"\{([^{}]+)\}")


class Course:
    """The lessons of a tutorial, one after the other."""

    def __init__(self, tutorial: Tutorial) -> None:
        self._lessons = tutorial.lesson
        self.position = 0
        """How many lessons are behind."""
        self.passed: list[str] = []
        """The titles of those that were done and not skipped."""

    def __len__(self) -> int:
        return len(self._lessons)

    @property
    def lesson(self) -> Lesson | None:
        """The lesson that it is at; nothing after the last."""
        return self._lessons[self.position] if self.position < len(self._lessons) else None

    def look(self, session: Session, cursor: int, action: str = "") -> bool:
        """Goes on where what the lesson asks for is there, and says whether it did.

        Args:
            session: What is open.
            cursor: The code point under the cursor.
            action: The id of an action that was just done.
        """
        lesson = self.lesson
        if lesson is None or not is_done(lesson, session, cursor, action):
            return False
        self.passed.append(lesson.title)
        self.position += 1
        return True

    def skip(self) -> None:
        """Goes on without."""
        self.position = min(len(self._lessons), self.position + 1)


def is_done(lesson: Lesson, session: Session, cursor: int, action: str = "") -> bool:
    """Whether all that a lesson asks for is there; one that asks for nothing is never done by itself."""
    asked: list[bool] = []
    if lesson.cursor is not None:
        start, end = lesson.cursor
        asked.append(start <= cursor < end)
    if lesson.annotation is not None:
        asked.append(_is_there(lesson.annotation, session))
    if lesson.alike is not None:
        alike = lesson.alike
        count = sum(entry.label == alike.label and session.words(entry) == alike.text for entry in session)
        asked.append(alike.least <= count and (alike.most is None or count <= alike.most))
    if lesson.action is not None:
        asked.append(action == lesson.action)
    if lesson.status is not None:
        asked.append(session.header.status.value == lesson.status)
    return bool(asked) and all(asked)


def _is_there(expected: Expected, session: Session) -> bool:
    for entry in session:
        place = (entry.extent.start, entry.extent.end)
        if entry.label != expected.label or place != expected.place or isinstance(entry, Draft):
            continue
        said = session.values(entry)
        if any(said.get(name) != value for name, value in expected.values.items()):
            continue
        refers = {field.name: names for field, names in session.references(entry)}
        if all(
            {(session.get(name).extent.start, session.get(name).extent.end) for name in refers.get(field, [])}
            == set(places)
            for field, places in expected.refers.items()
        ):
            return True
    return False


def with_keys(text: str, key_of: Callable[[str], str]) -> str:
    """What a lesson says, with the keys of its actions in the place of their ids.

    Raises:
        KeyError: If there is no such action or label.
    """
    return _BRACES.sub(lambda found: key_of(found[1]), " ".join(text.split()))
