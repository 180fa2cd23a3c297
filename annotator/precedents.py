"""Guessing what is said next from what was said before: by which rule this annotator's own answers could be foretold.

For every field there are a few simple rules: the one that the words themselves name, the value of the same words, of
the last words with the same last word, of the last words that look alike, the last value at all; for a reference, what
lies inside the words, inside one of the parts, or nearest before them. Each rule is judged by how often it was right
about this annotator's own answers, and only one that was right more often than not is followed; what the words name
needs no proof before it was wrong. What is guessed is shown as such, and never learned from until it was looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import regex

from annotator import motion
from annotator.entries import Entries
from annotator.history import Entry
from corpus.registry import Registry
from schemas import Extent, FieldSpec, Kind, LabelSchema

_WORD: Final = regex.compile(r"[\p{L}\p{N}]+")
_LIKELY: Final = 0.55
"""From which share of right answers on a rule is followed."""
_TRIES: Final = 2
"""How often a rule must have been tried before it is followed."""
_SAME: Final = "same words"
"""The rule that of the same words the same is said again."""
_BEFORE: Final = {"as it is called": (2, 2)}
"""How often a rule counts as right, and as tried, before it was tried at all: what says its own name needs no proof."""
_MOST: Final = 100
"""Neighbours that are looked at in one sentence."""

Guess = tuple[Any, float]
"""A value as a file holds it, and the share of right answers of the rule that it comes from."""


class Precedents:
    """What this annotator said so far, and which rules would have foretold it."""

    def __init__(self, schema: LabelSchema, registry: Registry, text: str, entries: Entries) -> None:
        """`entries` are those among which references are looked for."""
        self._schema = schema
        self._registry = registry
        self._text = text
        self._entries = entries
        self._said: dict[tuple[str, str, str, object], Any] = {}
        """By label, field, rule and what the rule goes by, the value that was said last."""
        self._judged: dict[tuple[str, str, str], tuple[int, int]] = {}
        """By label, field and rule, how often it was right and how often it was tried."""
        self._last: dict[str, tuple[int, Mapping[str, Any]]] = {}
        """By label, where the last one was, and what was said of it."""

    def guesses(self, id: str, label: str, extent: Extent, values: Mapping[str, Any]) -> dict[str, Guess]:
        """What the fields that no value is given for probably hold, as far as a rule has proved itself.

        Args:
            id: The annotation's own, which it does not refer to.
            label: Its label.
            extent: Its words.
            values: What is known of it.
        """
        found: dict[str, Guess] = {}
        for field in self._schema.by_name[label].of_kind(Kind.CHOICE, Kind.TOGGLE, Kind.REFERENCE):
            best = None
            for rule, value in self._foretold(id, label, field, extent, values):
                right, tried = self._judged.get((label, field.name, rule), _BEFORE.get(rule, (0, 0)))
                share = (right + 1) / (tried + 2)
                if tried >= _TRIES and share >= _LIKELY and (best is None or share > best[1]):
                    best = (value, share)
            if best is not None:
                found[field.name] = best
        return found

    def is_steady(self, label: str, field: str) -> bool:
        """Whether of the same words the same was said again, more often than not, or they were not met again."""
        right, tried = self._judged.get((label, field, _SAME), (0, 0))
        return tried < _TRIES or (right + 1) / (tried + 2) >= _LIKELY

    def learn(self, entry: Entry, values: Mapping[str, Any]) -> None:
        """Judges the rules by what was said of an annotation, and remembers it."""
        keys = self._keys(entry.extent)
        for field in self._schema.by_name[entry.label].of_kind(Kind.CHOICE, Kind.TOGGLE, Kind.REFERENCE):
            if field.name not in values:
                continue
            said = values[field.name]
            is_met = (entry.label, field.name, *keys[0]) in self._said
            for rule, value in self._foretold(entry.id, entry.label, field, entry.extent, values):
                if is_met and rule != _SAME:
                    # What was said of the same words before says nothing new of what other words have in common.
                    continue
                right, tried = self._judged.get((entry.label, field.name, rule), _BEFORE.get(rule, (0, 0)))
                self._judged[entry.label, field.name, rule] = (right + (value == said), tried + 1)
            if field.kind is not Kind.REFERENCE:
                for rule, key in keys:
                    self._said[entry.label, field.name, rule, key] = said
        self._last[entry.label] = (entry.start, dict(values))

    def _keys(self, extent: Extent) -> list[tuple[str, object]]:
        """What the rules for choices go by in some words."""
        words = extent.text(self._text)
        found = _WORD.findall(words.lower()) or [words.lower()]
        return [
            (_SAME, " ".join(found)),
            ("last word", found[-1]),
            ("first word", found[0]),
            ("capital", words[:1].isupper()),
            ("known name", bool(self._registry.named(words))),
            ("last", ""),
        ]

    def _foretold(
        self, id: str, label: str, field: FieldSpec, extent: Extent, values: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        """What each rule says of a field, for those that say anything."""
        if field.kind is Kind.REFERENCE:
            yield from self._references(id, label, field, extent, values)
            return
        if not field.required:
            yield "default", field.default
        called = [choice.value for choice in field.choices if self._calls(extent, str(choice.value))]
        if called and not field.many:
            yield "as it is called", max(called, key=lambda value: len(str(value)))
        for rule, key in self._keys(extent):
            if (label, field.name, rule, key) in self._said:
                yield rule, self._said[label, field.name, rule, key]

    def _calls(self, extent: Extent, value: str) -> bool:
        """Whether some words have a choice's own words among them, or words that begin with them."""
        said, own = _spelled(extent.text(self._text)), _spelled(value.replace("_", " "))
        return bool(own) and f" {own}" in f" {said}"

    def _references(
        self, id: str, label: str, field: FieldSpec, extent: Extent, values: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        def named(entries: Sequence[Entry]) -> Any:
            names = [each.id for each in entries]
            return names if field.many else next(iter(names), None)

        yield "none", named(())
        start, end = motion.sentence_at(self._text, extent.start) or (extent.start, extent.end)
        near = self._around(id, field, min(start, extent.start), max(end, extent.end))
        inside = [each for each in near if extent.covers(each.extent)]
        yield "all inside", named(inside)
        yield "first inside", named(inside[:1])
        before = [each for each in near if each.end <= extent.start]
        yield "nearest before", named(before[-1:])
        yield "first of the sentence", named(before[:1])
        yield "nearest after", named([each for each in near if each.start >= extent.end][:1])
        for part in self._schema.by_name[label].of_kind(Kind.EXTENT):
            value = values.get(part.name)
            if value and not part.many:
                place = Extent.joined((low, high) for low, high in value)
                within = [each for each in self._around(id, field, place.start, place.end) if place.covers(each.extent)]
                yield f"all in {part.name}", named(within)
                yield f"first in {part.name}", named(within[:1])
        last = self._last.get(label)
        if last is not None and start <= last[0] < end and field.name in last[1]:
            yield "as before", last[1][field.name]

    def _around(self, id: str, field: FieldSpec, start: int, end: int) -> list[Entry]:
        """What a reference may name among the entries that begin in `[start, end)`, by place."""
        near = self._entries.starting_in(start, end)[:_MOST]
        return [each for each in near if each.label in field.labels and each.id != id]


@lru_cache(maxsize=1024)
def _spelled(words: str) -> str:
    """The words alone, in small letters, with one blank between two of them."""
    return " ".join(_WORD.findall(words.lower()))
