"""How each annotation of a session comes to be, told from the steps that make and change it, and from undoing them."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from typing import NamedTuple

from annotator.history import Entry, Step
from annotator.session import Session
from corpus.provenance import Origin

_TAKEN = ("agreed", "chosen")
"""How what was taken over as it is is settled."""


_UNKNOWN, _TYPED, _MARKED_ALIKE = Origin(), Origin(how="typed"), Origin(how="mark-all")


class _Noted(NamedTuple):
    """What was known of the annotations that a step changed."""

    before: Mapping[str, Origin]
    after: Mapping[str, Origin]


class Origins:
    """What is known of a session's annotations, and what of it has not been written down yet.

    Filling in the form of what was just typed is a part of making it; once something else is made or changed, every
    further change counts as one.
    """

    def __init__(self, known: Mapping[str, Origin] | None = None) -> None:
        """`known` is what was written down before."""
        self._known: dict[str, Origin] = dict(known or {})
        self._steps: dict[int, _Noted] = {}
        """What was known before each step and after it, by the step's identity, as long as there is the step."""
        self._making: str | None = None
        self._new: dict[str, Origin] = {}

    def note(self, session: Session, step: Step) -> None:
        """Takes notice of a step that was done, undone or done again: whichever the session shows."""
        names = [name for name in step.before if step.before[name] != step.after[name]]
        if not step.how or not names:
            return
        now = {name: session.get(name) if name in session else None for name in names}
        if all(now[name] == step.before[name] for name in names):
            found = self._steps.get(id(step))
            self._making = None
            self._keep(found.before if found else {})
            return
        if id(step) not in self._steps:
            before = {name: self._known.get(name, _UNKNOWN) for name in names}
            after = {name: self._origin(step, name) for name in names if step.after[name] is not None}
            self._steps[id(step)] = _Noted(before, after)
            # One that can neither be undone nor done again any more would otherwise stay with all that it changed.
            weakref.finalize(step, self._steps.pop, id(step), None).atexit = False
        made = [name for name in names if step.before[name] is None]
        self._making = made[0] if len(made) == 1 else self._making if names == [self._making] else None
        self._keep(self._steps[id(step)].after)

    def take(self) -> dict[str, Origin]:
        """What is new since it was last taken."""
        new, self._new = self._new, {}
        return new

    def _keep(self, origins: Mapping[str, Origin]) -> None:
        for name, origin in origins.items():
            if self._known.get(name, _UNKNOWN) != origin:
                self._known[name] = self._new[name] = origin

    def _origin(self, step: Step, name: str) -> Origin:
        before, after = step.before[name], step.after[name]
        known = self._known.get(name, _UNKNOWN)
        if (layers := _taken_from(after)) and _taken_from(before) != layers:
            return Origin(how="accepted", layers=layers)
        if before is None:
            settled = after.settled if after is not None else None
            if settled is not None and settled.layers:
                return Origin(how="accepted", layers=settled.layers, edited=True)
            return _MARKED_ALIKE if step.how == "mark-all" else _TYPED
        if known.how == "typed" and name == self._making:
            return known
        return known.model_copy(update={"edited": True})


def _taken_from(entry: Entry | None) -> tuple[str, ...]:
    """The layers that an entry was taken over from as it is."""
    settled = entry.settled if entry is not None else None
    return settled.layers if settled is not None and settled.how in _TAKEN else ()
