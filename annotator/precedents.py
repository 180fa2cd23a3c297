"""Guessing what is said next from what was said before: by which rule this annotator's own answers could be foretold.

For every field there are a few simple rules: the one that the words themselves name, the value of the same words, of
the last words with the same last word, of the last words that look alike, the last value at all; for a reference, what
lies inside the words, inside one of the parts, or nearest before them. Each rule is judged by how often it was right
about this annotator's own answers, and only one that was right more often than not is followed; what the words name
needs no proof before it was wrong. What is guessed is shown as such, and never learned from until it was looked at.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, Final

from annotator import motion
from annotator.choices import Choices, Verdicts
from annotator.entries import Entries
from annotator.history import Entry
from corpus.registry import Registry
from schemas import Extent, FieldSpec, Kind, LabelSchema

_MOST: Final = 100
"""Neighbours that are looked at in one sentence."""

Guess = tuple[Any, float]
"""A value as a file holds it, and the share of right answers of the rule that it comes from."""


class Precedents:
    """What this annotator said so far, and which rules would have foretold it."""

    def __init__(self, schema: LabelSchema, registry: Registry, text: str, entries: Entries) -> None:
        """`entries` are those among which references are looked for."""
        self._schema = schema
        self._text = text
        self._entries = entries
        self.choices = Choices(schema, registry)
        """Choices and toggles by their words."""
        self._verdicts = Verdicts()
        """Of the rules for references."""
        self._last: dict[str, tuple[int, Mapping[str, Any]]] = {}
        """By label, where the last one was, and what was said of it."""

    def guesses(
        self, id: str, label: str, extent: Extent, values: Mapping[str, Any], fields: Container[str]
    ) -> dict[str, Guess]:
        """What some fields probably hold, as far as a rule has proved itself.

        Args:
            id: The annotation's own, which it does not refer to.
            label: Its label.
            extent: Its words.
            values: What is known of it.
            fields: The fields' names.
        """
        found: dict[str, Guess] = {}
        words = extent.text(self._text)
        for field in self._schema.by_name[label].of_kind(Kind.CHOICE, Kind.TOGGLE, Kind.REFERENCE):
            if field.name not in fields:
                continue
            is_reference = field.kind is Kind.REFERENCE
            verdicts = self._verdicts if is_reference else self.choices.verdicts
            foretold = (
                self._references(id, label, field, extent, values)
                if is_reference
                else self.choices.foretold(label, field, words)
            )
            best = None
            for rule, value in foretold:
                share = verdicts.share(label, field.name, rule) or 0
                if verdicts.is_followed(label, field.name, rule) and (best is None or share > best[1]):
                    best = (value, share)
            if best is not None:
                found[field.name] = best
        return found

    def learn(self, entry: Entry, values: Mapping[str, Any]) -> None:
        """Judges the rules by what was said of an annotation, and remembers it."""
        self.choices.learn(entry.label, entry.extent.text(self._text), values)
        for field in self._schema.by_name[entry.label].of_kind(Kind.REFERENCE):
            if field.name in values:
                said = values[field.name]
                for rule, value in self._references(entry.id, entry.label, field, entry.extent, values):
                    self._verdicts.judge(entry.label, field.name, rule, is_right=value == said)
        self._last[entry.label] = (entry.start, dict(values))

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
