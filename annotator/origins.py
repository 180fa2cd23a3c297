"""How each annotation of a session comes to be, told from the steps that make and change it, and from undoing them."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.history import Entry, Step
from annotator.session import Session
from corpus.provenance import Origin

_TAKEN = ("agreed", "chosen")
"""How what was taken over as it is is settled."""


class Origins:
    """What is known of a session's annotations, and what of it has not been written down yet.

    Filling in the form of what was just typed is a part of making it; once something else is made or changed, every
    further change counts as one.
    """

    def __init__(self, known: Mapping[str, Origin] | None = None) -> None:
        """`known` is what was written down before."""
        self._known: dict[str, Origin] = dict(known or {})
        self._steps: dict[int, tuple[Step, Mapping[str, Origin], Mapping[str, Origin]]] = {}
        """By identity, each step with what was known before it and after it."""
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
            self._keep(found[1] if found else {})
            return
        if id(step) not in self._steps:
            before = {name: self._known.get(name, Origin()) for name in names}
            after = {name: self._origin(step, name) for name in names if step.after[name] is not None}
            self._steps[id(step)] = (step, before, after)
        made = [name for name in names if step.before[name] is None]
        self._making = made[0] if len(made) == 1 else self._making if names == [self._making] else None
        self._keep(self._steps[id(step)][2])

    def take(self) -> dict[str, Origin]:
        """What is new since it was last taken."""
        new, self._new = self._new, {}
        return new

    def _keep(self, origins: Mapping[str, Origin]) -> None:
        for name, origin in origins.items():
            if self._known.get(name, Origin()) != origin:
                self._known[name] = self._new[name] = origin

    def _origin(self, step: Step, name: str) -> Origin:
        before, after = step.before[name], step.after[name]
        known = self._known.get(name, Origin())
        if (layers := _taken_from(after)) and _taken_from(before) != layers:
            return Origin(how="accepted", layers=layers)
        if before is None:
            settled = after.settled if after is not None else None
            if settled is not None and settled.layers:
                return Origin(how="accepted", layers=settled.layers, edited=True)
            return Origin(how="mark-all" if step.how == "mark-all" else "typed")
        if known.how == "typed" and name == self._making:
            return known
        return known.model_copy(update={"edited": True})


def _taken_from(entry: Entry | None) -> tuple[str, ...]:
    """The layers that an entry was taken over from as it is."""
    settled = entry.settled if entry is not None else None
    return settled.layers if settled is not None and settled.how in _TAKEN else ()
