"""What this annotator chose for which words, and by which rules the choices could have been foretold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import regex

from corpus.registry import Registry
from schemas import FieldSpec, Kind, LabelSchema

_WORD: Final = regex.compile(r"[\p{L}\p{N}]+")
_LIKELY: Final = 0.55
"""From which share of right answers on a rule is followed."""
_TRIES: Final = 2
"""How often a rule must have been tried before it is followed."""
_SAME: Final = "same words"
"""The rule that of the same words the same is said again."""
_BEFORE: Final = {"as it is called": (2, 2)}
"""How often a rule counts as right, and as tried, before it was tried at all: what says its own name needs no proof."""


class Verdicts:
    """How often the rules were right, by label and field."""

    def __init__(self) -> None:
        self._judged: dict[tuple[str, str, str], tuple[int, int]] = {}
        """How often a rule was right, and how often it was tried."""

    def judge(self, label: str, field: str, rule: str, *, is_right: bool) -> None:
        """A rule was tried."""
        right, tried = self._judged.get((label, field, rule), _BEFORE.get(rule, (0, 0)))
        self._judged[label, field, rule] = (right + is_right, tried + 1)

    def share(self, label: str, field: str, rule: str) -> float | None:
        """How likely a rule is right; nothing where it was not tried often enough."""
        right, tried = self._judged.get((label, field, rule), _BEFORE.get(rule, (0, 0)))
        return (right + 1) / (tried + 2) if tried >= _TRIES else None

    def is_followed(self, label: str, field: str, rule: str) -> bool:
        """Whether a rule was right more often than not."""
        return (self.share(label, field, rule) or 0) >= _LIKELY

    def recall(self, earlier: Verdicts) -> None:
        """Takes in what was judged elsewhere."""
        for (label, field, rule), (right, tried) in earlier._judged.items():
            before = _BEFORE.get(rule, (0, 0))
            here = self._judged.get((label, field, rule), before)
            self._judged[label, field, rule] = (here[0] + right - before[0], here[1] + tried - before[1])


class Choices:
    """The values of choices and toggles by the words that they were said of."""

    def __init__(self, schema: LabelSchema, registry: Registry) -> None:
        self._fields = {spec.name: spec.of_kind(Kind.CHOICE, Kind.TOGGLE) for spec in schema.specs}
        self._registry = registry
        self._said: dict[tuple[str, str, str, object], Any] = {}
        """By label, field, rule and what the rule goes by, the value that was said last."""
        self.verdicts = Verdicts()

    def foretold(self, label: str, field: FieldSpec, words: str) -> Iterator[tuple[str, Any]]:
        """What each rule says of a field, for those that say anything."""
        return self._foretold(label, field, words, self._keys(words))

    def _foretold(
        self, label: str, field: FieldSpec, words: str, keys: list[tuple[str, object]]
    ) -> Iterator[tuple[str, Any]]:
        if not field.required:
            yield "default", field.default
        called = [choice.value for choice in field.choices if _calls(words, str(choice.value))]
        if called and not field.many:
            yield "as it is called", max(called, key=lambda value: len(str(value)))
        for rule, key in keys:
            if (label, field.name, rule, key) in self._said:
                yield rule, self._said[label, field.name, rule, key]

    def learn(self, label: str, words: str, values: Mapping[str, Any]) -> None:
        """Judges the rules by what was said of some words, and remembers it."""
        keys = self._keys(words)
        for field in self._fields[label]:
            if field.name not in values:
                continue
            said = values[field.name]
            met = (label, field.name, *keys[0])
            if met in self._said:
                # What is said of the same words again says nothing new of what other words have in common.
                self.verdicts.judge(label, field.name, _SAME, is_right=self._said[met] == said)
            else:
                for rule, value in self._foretold(label, field, words, keys):
                    self.verdicts.judge(label, field.name, rule, is_right=value == said)
            for rule, key in keys:
                self._said[label, field.name, rule, key] = said

    def is_steady(self, label: str, field: str) -> bool:
        """Whether of the same words the same was said again, more often than not, or they were not met again."""
        is_tried = self.verdicts.share(label, field, _SAME) is not None
        return not is_tried or self.verdicts.is_followed(label, field, _SAME)

    def recall(self, earlier: Choices) -> None:
        """Takes in what was said elsewhere, as if it had been said before."""
        self._said = {**earlier._said, **self._said}
        self.verdicts.recall(earlier.verdicts)

    def _keys(self, words: str) -> list[tuple[str, object]]:
        """What the rules go by in some words."""
        found = _WORD.findall(words.lower()) or [words.lower()]
        return [
            (_SAME, " ".join(found)),
            ("last word", found[-1]),
            ("first word", found[0]),
            ("capital", words[:1].isupper()),
            ("known name", bool(self._registry.named(words))),
            ("last", ""),
        ]


@lru_cache(maxsize=4096)
def _calls(words: str, value: str) -> bool:
    """Whether some words have a choice's own words among them, or words that begin with them."""
    said, own = _spelled(words), _spelled(value.replace("_", " "))
    return bool(own) and f" {own}" in f" {said}"


@lru_cache(maxsize=1024)
def _spelled(words: str) -> str:
    """The words alone, in small letters, with one blank between two of them."""
    return " ".join(_WORD.findall(words.lower()))
