"""The part of a document that may be annotated: its words, its paragraphs, and offsets without what is closed.

What lies in closed zones was never to be judged, so it must not count as agreement that nobody marked it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate

import regex

from schemas import Document, Extent, Fragment

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_LETTER = rf"[\w\p{{M}}\p{{N}}--[{_UNSPACED}]]"
_WORD = regex.compile(
    rf"[{_UNSPACED}]\p{{M}}*+ | {_LETTER}++ (?: [-'’\u2010\u2011] {_LETTER}++ )*+", regex.VERSION1 | regex.VERBOSE
)
"""A run of letters, marks and digits, joined by hyphens and apostrophes; a sign, in scripts without blanks."""

_LATIN_WORD = re.compile(r"\w+(?:[-'’\u2010\u2011]\w+)*")
_NOT_LATIN = re.compile("[^\u0000-\u02ff\u2010-\u203a\u20a0-\u20bf\u2122]")
"""What the pattern above may take otherwise than `_LATIN_WORD`, which needs half the time."""


class OpenText:
    """The open zones of a document, of which neighbours are one."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        opened = [fragment for extent in document.open_extents for fragment in extent]
        self.parts: Sequence[Fragment] = Extent.joined(opened) if opened else ()
        """Where it is, in order."""
        self._starts = [start for start, _ in self.parts]
        self._before = list(accumulate((end - start for start, end in self.parts), initial=0))

    @property
    def size(self) -> int:
        """How many code points are open."""
        return self._before[-1]

    @cached_property
    def words(self) -> tuple[list[int], list[int]]:
        """The starts and the ends of the words, in order."""
        find = _WORD.finditer if _NOT_LATIN.search(self.text) else _LATIN_WORD.finditer
        spans = [found.span() for start, end in self.parts for found in find(self.text, start, end)]
        return [start for start, _ in spans], [end for _, end in spans]

    @cached_property
    def paragraphs(self) -> list[int]:
        """Where paragraphs begin: the lines that hold more than blanks, each with the blank ones after it.

        The first begins at 0 and the last ends with the text, so that every offset lies in one. None where there is
        nothing but blanks.
        """
        begins = []
        for start, end in self.parts:
            at = start
            while at < end:
                after = self.text.find("\n", at, end) + 1 or end
                if not self.text[at:after].isspace():
                    begins.append(at)
                at = after
        return [0, *begins[1:]] if begins else []

    def touched(self, fragments: Iterable[Fragment]) -> list[tuple[int, int]]:
        """The words that each fragment touches, as half-open pairs of their numbers; none for one without words."""
        starts, ends = self.words
        numbers = [(bisect_right(ends, start), bisect_left(starts, end)) for start, end in fragments]
        return [(low, high) for low, high in numbers if low < high]

    def squeezed(self, fragments: Sequence[Fragment]) -> Sequence[Fragment]:
        """The same fragments counted in open code points only; what is closed is cut out of them."""
        if len(self.parts) == 1 and self.parts[0] == (0, len(self.text)):
            return fragments
        counted = [(self._squeeze(start), self._squeeze(end)) for start, end in fragments]
        return [(start, end) for start, end in counted if start < end]

    def _squeeze(self, offset: int) -> int:
        number = bisect_right(self._starts, offset) - 1
        if number < 0:
            return 0
        start, end = self.parts[number]
        return self._before[number] + min(offset, end) - start
