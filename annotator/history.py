"""Steps that can be undone and done again, without limit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from corpus import stock
from schemas import LayerHeader

Entry = stock.Entry
"""What a session holds under an id."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Step:
    """One change: what was under each id before and after, and the headers."""

    what: str
    """What was done, as the status line says it."""
    before: Mapping[str, Entry | None]
    after: Mapping[str, Entry | None]
    header_before: LayerHeader
    header_after: LayerHeader
    focus: str | None = None
    """The id that one looks at after it."""
    how: str = "typed"
    """How what it makes came to be: `typed`, or `mark-all`; nothing where somebody else did it."""

    @property
    def changes_header(self) -> bool:
        """Whether it says something about the document as a whole."""
        return self.header_before != self.header_after


class History:
    """What was done, and what was undone since the last change."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def names(self) -> set[str]:
        """The ids that any of it is about."""
        return {name for step in (*self._done, *self._undone) for name in step.before}

    def add(self, step: Step) -> None:
        """Remembers a step that was done; what was undone before it cannot be done again."""
        self._done.append(step)
        self._undone.clear()

    def undo(self) -> Step | None:
        """The last step, which is to be taken back; none when there is none."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Step | None:
        """The step that was undone last, which is to be done again; none when there is none."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def forget(self, names: Collection[str], *, header: bool) -> None:
        """Lets go of every step about these ids, or about the header, and of what was done before: it fits no more."""

        def is_about(step: Step) -> bool:
            return (header and step.changes_header) or not step.before.keys().isdisjoint(names)

        last = max((place for place, step in enumerate(self._done) if is_about(step)), default=-1)
        del self._done[: last + 1]
        if any(map(is_about, self._undone)):
            self._undone.clear()

    def as_one(self, count: int, what: str) -> Step | None:
        """Makes the last so many steps one, and returns it; nothing where there are none."""
        steps = self._done[max(0, len(self._done) - count) :] if count else []
        if not steps:
            return None
        before: dict[str, Entry | None] = {}
        after: dict[str, Entry | None] = {}
        for step in steps:
            before = {**step.before, **before}
            after.update(step.after)
        whole = Step(
            what, before, after, steps[0].header_before, steps[-1].header_after, steps[-1].focus, steps[-1].how
        )
        self._done[len(self._done) - len(steps) :] = [whole]
        return whole


@dataclass(frozen=True, slots=True)
class Past:
    """What was done in a session that one has left, and how what it is about was then."""

    history: History
    entries: Mapping[str, Entry | None]
    header: LayerHeader
