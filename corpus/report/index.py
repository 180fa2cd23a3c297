"""The index of the search: words, and what each leads to, in files that a page loads only when it needs them.

A page that is opened from a folder may not fetch files, but may run scripts; so each file of the index is a script
that hands over plain values. Words are spread over buckets by their first two code points, so that a query needs one
bucket for each of its words; what they lead to is in chunks, of which only those that are shown are loaded.
"""

from __future__ import annotations

import json
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import regex

from corpus.report import addresses
from corpus.report.press import Press, clipped
from corpus.stand_ins import visible

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*"
    r"|[\p{L}\p{N}\p{M}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]+",
    regex.VERSION1,
)
"""A word as `search.js` reads one: letters, marks and digits; a sign, in scripts without blanks."""

_CHUNK: Final = 200
"""How many places a chunk holds."""

_SHOWN: Final = 600
"""Characters of a place that are shown."""

_BUCKET_SIZE: Final = 60_000
"""About how many bytes a bucket has."""

_BUCKETS: Final = 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Something that a search may find."""

    kind: str
    """What it is, as it is shown."""
    title: str
    page: str
    """Where it is, from the root of the site, with its anchor."""
    text: str = ""
    """What is shown below the title."""


class Index:
    """Gathers places with their words; writes them at the end."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._words: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))

    def add(self, place: Place, searched: Iterable[str]) -> None:
        """Takes in a place with the texts in which it is searched for."""
        number = len(self._places)
        self._places.append(place)
        for word in {word for text in searched for word in words(text)}:
            self._words[word].append(number)

    def write(self, press: Press) -> None:
        """Writes the index and the page that searches it."""
        size = sum(len(word) + 6 * len(places) for word, places in self._words.items())
        buckets = 1
        while buckets < _BUCKETS and size > buckets * _BUCKET_SIZE:
            buckets *= 2
        tables: list[dict[str, list[int]]] = [{} for _ in range(buckets)]
        for word in sorted(self._words):
            tables[bucket(word, buckets)][word] = _steps(self._words[word])
        for number, table in enumerate(tables):
            _write(press, f"words-{number}", ["words", number, table])
        for number in range(0, len(self._places), _CHUNK):
            chunk = [
                [place.kind, visible(place.title), place.page, visible(clipped(place.text, _SHOWN))]
                for place in self._places[number : number + _CHUNK]
            ]
            _write(press, f"places-{number // _CHUNK}", ["places", number // _CHUNK, chunk])
        press.page(addresses.SEARCH, "search", buckets=buckets, chunk=_CHUNK, places=len(self._places))


def words(text: str) -> list[str]:
    """The words of a text as they are searched for: compatible forms made one, in small letters."""
    found: list[str] = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    return found


def bucket(word: str, buckets: int) -> int:
    """The bucket of a word: by its first two code points, so that all words with the same beginning are together."""
    return (ord(word[0]) * 31 + (ord(word[1]) if len(word) > 1 else 0)) % buckets


def _steps(numbers: array[int]) -> list[int]:
    """Ascending numbers as the steps between them, which are shorter to write."""
    steps, before = [], 0
    for number in numbers:
        steps.append(number - before)
        before = number
    return steps


def _write(press: Press, name: str, value: object) -> None:
    """Writes a script that hands over a value, in ASCII; no text in it can end the script or begin an element."""
    text = json.dumps(value, separators=(",", ":")).replace("<", "\\u003c").replace(">", "\\u003e")
    press.write(f"{addresses.INDEX}/{name}.js", f"searchLoaded({text});\n")
