"""What is guessed of the annotations that a session has marked, until one goes on and they are learned from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from annotator.entries import Entries
from annotator.history import Entry
from annotator.memory import Memory
from annotator.precedents import Precedents
from schemas import Kind

_UNSTEADY = 0.5
"""How likely it is that of the same words the same is said again, where different things were said before."""


class Guesses:
    """The fields of which nobody has said anything, and how likely the values are that were put there."""

    def __init__(self, entries: Entries, memory: Memory, precedents: Precedents) -> None:
        self._entries = entries
        self._memory = memory
        self._precedents = precedents
        self._shares: dict[str, dict[str, float]] = {}
        """By id, the fields whose values were guessed and are not confirmed, with how likely each is."""
        self._open: dict[str, set[str]] = {}
        """By id, the fields of which nobody has said anything, as long as it is not learned from."""
        self._unlearned: list[str] = []
        """What was marked here and is not learned from yet."""

    def of(self, id: str) -> Mapping[str, float]:
        """The fields of an entry whose values are guesses that nobody has confirmed, with how likely each is."""
        return self._shares.get(id, {})

    def begin(
        self,
        entry: Entry,
        known: Mapping[str, Any],
        said: Collection[str],
        unsteady: frozenset[str],
        *,
        placed: bool,
    ) -> None:
        """Something was marked.

        Args:
            entry: It.
            known: Its values, as far as they were known or said, and defaults otherwise.
            said: The fields of which something was said.
            unsteady: What `unsteady` finds of it, here and below.
            placed: Whether its words are known.
        """
        sure = self._memory.sure(entry.label, self._entries.words(entry), known) if placed else set()
        told = {*said, *(sure - unsteady)}
        self._open[entry.id] = {field.name for field in self._entries.spec(entry).fields} - told
        self._unlearned.append(entry.id)

    def confirm(self, id: str, fields: Iterable[str]) -> None:
        """Somebody has said something of these fields."""
        for name in fields:
            self._open.get(id, set()).discard(name)
            self._shares.get(id, {}).pop(name, None)

    def likely(self, entry: Entry, unsteady: frozenset[str]) -> Mapping[str, tuple[Any, float]]:
        """Values for the fields of which nobody has said anything, and how likely each is."""
        fields = self._open.get(entry.id)
        if not fields:
            return {}
        values = self._entries.values(entry)
        found = self._precedents.guesses(entry.id, entry.label, entry.extent, values, fields)
        last = {name: (values.get(name), _UNSTEADY) for name in unsteady if name in fields}
        return {**last, **found}

    def unsteady(self, entry: Entry) -> frozenset[str]:
        """The fields of which it is not sure that of these words the same is said as last time."""
        label, words = entry.label, self._entries.words(entry)
        if not self._memory.knows(label, words):
            return frozenset()
        fields = self._entries.spec(entry).of_kind(Kind.CHOICE, Kind.TOGGLE)
        return self._memory.unsteady(label, words) | {
            field.name for field in fields if not self._precedents.choices.is_steady(label, field.name)
        }

    def keep(self, entry: Entry, found: Mapping[str, tuple[Any, float]], unsteady: frozenset[str]) -> None:
        """These guesses were put into an entry; what is the default anyway is none, where nothing else was said."""
        if entry.id in self._open:
            defaults = self._memory.defaults(entry.label)
            self._shares[entry.id] = {
                name: share
                for name, (value, share) in found.items()
                if value != defaults.get(name, self) or name in unsteady
            }

    def learn(self) -> None:
        """Learns from what was marked here before; what one goes on from is taken for what one means."""
        for name in self._unlearned:
            if name in self._entries:
                entry = self._entries.get(name)
                self._precedents.learn(entry, self._entries.values(entry))
            self._shares.pop(name, None)
            self._open.pop(name, None)
        self._unlearned.clear()
