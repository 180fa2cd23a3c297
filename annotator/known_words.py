"""Where words stand that are known: the names of the registry, and what this annotator has marked before."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import regex

from annotator.memory import Memory, other_case
from corpus.registry import Registry, occurrences
from schemas import Extent, Fragment, Kind, LabelSchema

_WORD = regex.compile(r"[\p{L}\p{N}]+")


class KnownWords:
    """Names, and words that have had a label which may name an entity.

    What was passed over as often as it was marked is known no longer: a pronoun that was marked once stands everywhere.
    """

    def __init__(self, schema: LabelSchema, registry: Registry, memory: Memory, text: str) -> None:
        self._registry = registry
        self._memory = memory
        self._text = text
        self._marked: dict[str, set[str]] = defaultdict(set)
        """The words that were marked, by the first of them."""
        self._looked_at = {spec.name: 0 for spec in schema.specs if spec.of_kind(Kind.ENTITY)}
        """By label, how many of those that are remembered are in there."""
        self._passed: Counter[str] = Counter()
        """How often words were passed over, or 0 for those that may have lost the last annotation of them."""

    def mentions(self, start: int = 0) -> Iterator[Extent]:
        """Where they stand from a code point on, the longest at each place, in order."""
        self._look()
        for low, high in self._registry.mentions(self._text, start, self._marked):
            yield Extent.of(low, high)

    def at(self, start: int) -> Fragment | None:
        """The longest that begin at a code point."""
        self._look()
        found = [self._registry.name_at(self._text, start)]
        if (first := _WORD.match(self._text, start)) is not None:
            for words in self._marked.get(first[0], ()):
                end = start + len(words)
                if start in occurrences(self._text, words, start, end):
                    found.append((start, end))
        return max((each for each in found if each is not None and each[0] == start), default=None)

    def recall(self, earlier: Memory) -> None:
        """Takes in what was marked elsewhere."""
        for label in self._looked_at:
            self._take(earlier.words(label))

    def pass_over(self, place: Extent) -> None:
        """They were shown at a place, and not marked there."""
        self._passed[place.text(self._text)] += 1

    def doubt(self, words: str) -> None:
        """An annotation of these words was taken away or changed."""
        for each in (words, other_case(words)):
            self._passed.setdefault(each, 0)

    def _times(self, words: str) -> int:
        return sum(self._memory.times(label, words) for label in self._looked_at)

    def _look(self) -> None:
        """Takes in what was marked meanwhile."""
        for label, looked_at in self._looked_at.items():
            words = self._memory.words(label)
            self._take(itertools.islice(words, looked_at, None))
            self._looked_at[label] = len(words)
        for words, passed in list(self._passed.items()):
            if passed >= self._times(words):
                self._drop(words)
            else:
                self._take((words,))
                if not passed:
                    del self._passed[words]

    def _take(self, marked: Iterable[str]) -> None:
        for words in marked:
            if (first := _WORD.search(words)) is not None:
                for each in (words, other_case(words)):
                    if each not in self._passed or self._passed[each] < self._times(each):
                        self._marked[each[first.start() : first.end()]].add(each)

    def _drop(self, words: str) -> None:
        if (first := _WORD.search(words)) is not None:
            self._marked[first[0]].discard(words)
