"""The registry of entities: looked up by a name as it stands in a text, and searched by any part of any name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from schemas import Entity, Fragment

_WORD = re.compile(r"[^\W_]+")
"""A run of letters and digits, as `str.isalnum` has them."""
_NONE: Mapping[str, Collection[str]] = {}


class Registry:
    """The entities of a corpus by name. A name is compared as it is written: `US` is not `us`."""

    def __init__(self, entities: Iterable[Entity] = ()) -> None:
        self.entities: dict[str, Entity] = {}
        self._by_name: dict[str, list[Entity]] = defaultdict(list)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._by_first_word: dict[str, set[str]] = defaultdict(set)
        for entity in entities:
            self.add(entity)

    def add(self, entity: Entity) -> None:
        """Takes in an entity, in place of the one of the same id."""
        self.discard(entity.id)
        self.entities[entity.id] = entity
        for name in entity.names:
            self._by_name[name].append(entity)
            words = _WORD.findall(name)
            for word in words:
                self._by_word[word].add(name)
            for word in words[:1]:
                self._by_first_word[word].add(name)

    def discard(self, entity_id: str) -> None:
        """Forgets an entity, if it is known."""
        entity = self.entities.pop(entity_id, None)
        for name in entity.names if entity else ():
            self._by_name[name] = [other for other in self._by_name[name] if other.id != entity_id]

    def named(self, name: str, kinds: Sequence[str] = ()) -> list[Entity]:
        """The entities that have exactly this name, of these kinds (none given: of any)."""
        return [entity for entity in self._by_name.get(name, ()) if not kinds or entity.kind in kinds]

    def search(self, words: str, kinds: Sequence[str] = ()) -> list[Entity]:
        """The entities of which some name holds the words, in whatever case; names that begin with them come first."""
        wanted = words.strip().casefold()
        found = []
        for entity in self.entities.values():
            if kinds and entity.kind not in kinds:
                continue
            names = [name.casefold() for name in entity.names]
            if any(wanted in name for name in names):
                begins = any(name.startswith(wanted) for name in names)
                found.append((not begins, entity.name.casefold(), entity.id, entity))
        return [entity for *_, entity in sorted(found, key=lambda each: each[:3])]

    def mentions(self, text: str, begin: int = 0, others: Mapping[str, Collection[str]] = _NONE) -> Iterator[Fragment]:
        """Where known names stand in a text from a code point on: whole words, the longest at each place, in order.

        A name that begins with no letter may begin before that code point and its first word after it: it is left out.
        `others` has what else is looked for, by the word that it begins with.
        """
        behind = begin
        for word in _WORD.finditer(text, begin):
            first = word[0]
            names, more = self._by_first_word.get(first), others.get(first)
            if (names is None and more is None) or word.start() < behind:
                continue
            wanted = [name for name in names or () if self._by_name.get(name)]
            for name in sorted([*wanted, *(more or ())], key=len, reverse=True):
                start = word.start() - name.index(first)
                end = start + len(name)
                if start in occurrences(text, name, start, end):
                    behind = end
                    if start >= begin:
                        yield start, end
                    break

    def name_at(self, text: str, offset: int) -> Fragment | None:
        """The longest known name in a text that covers a code point, whole words only; `[start, end)`."""
        start, end = offset, offset
        while start > 0 and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        best: Fragment | None = None
        for name in self._by_word.get(text[start:end], ()):
            if not self._by_name.get(name):
                continue
            for low in occurrences(text, name, start - len(name), end + len(name)):
                high = low + len(name)
                if low <= start and end <= high and offset < high and (best is None or high - low > best[1] - best[0]):
                    best = (low, high)
        return best


def occurrences(text: str, words: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Where the same words begin within `[start, end)` of a text, as whole words."""
    end = len(text) if end is None else end
    position = text.find(words, max(0, start), max(0, end)) if words else -1
    while position >= 0:
        after = position + len(words)
        runs_on_before = position > 0 and words[0].isalnum() and text[position - 1].isalnum()
        runs_on_after = after < len(text) and words[-1].isalnum() and text[after].isalnum()
        if not runs_on_before and not runs_on_after:
            yield position
        position = text.find(words, position + 1, max(0, end))
