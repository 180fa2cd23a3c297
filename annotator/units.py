"""The units that the cursor goes by and that a selection is made of: whole words, characters, or single code points.

A character is a grapheme cluster, what a reader takes for one. Only code points take a cluster apart, so that a
combining mark can be marked alone.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from annotator import motion


class Unit(StrEnum):
    """What a selection snaps to, from the coarsest to the finest."""

    WORD = "words"
    GRAPHEME = "characters"
    CODE_POINT = "code points"

    @property
    def following(self) -> Unit:
        """The next finer one; after the finest, the coarsest."""
        units = list(Unit)
        return units[(units.index(self) + 1) % len(units)]

    def place(self, text: str, offset: int) -> int:
        """Where the cursor stands for a code point: on the first of its cluster, unless code points count.

        Args:
            text: The whole document.
            offset: Any number; what lies outside of the text is brought to its nearer end.
        """
        offset = max(0, min(offset, len(text)))
        return offset if self is Unit.CODE_POINT else motion.cluster_at(text, offset)[0]

    def one_right(self, text: str, offset: int) -> int:
        """One character, or one code point, on; at most the text's length."""
        return min(offset + 1, len(text)) if self is Unit.CODE_POINT else motion.next_edge(text, offset)

    def one_left(self, text: str, offset: int) -> int:
        """One character, or one code point, back; at least 0."""
        return max(0, offset - 1) if self is Unit.CODE_POINT else motion.previous_edge(text, offset)

    def under(self, text: str, offset: int) -> tuple[int, int] | None:
        """Start and end of the word, character or code point at an offset; nothing between words or at the end."""
        if self is Unit.WORD:
            return motion.word_at(text, offset)
        end = self.one_right(text, offset)
        return (self.place(text, offset), end) if offset < end else None

    def covered(self, text: str, first: int, last: int) -> tuple[int, int]:
        """Start and end of a selection from one place to another, both included; with words, none is cut in two."""
        start, end = first, self.one_right(text, last)
        if self is Unit.WORD and start < end:
            words = motion.word_at(text, start), motion.word_at(text, last)
            start = min(start, words[0][0]) if words[0] else start
            end = max(end, words[1][1]) if words[1] else end
        return start, end

    def next_end(self, text: str, offset: int) -> int:
        """Where the next unit ends, for an edge that moves on."""
        return motion.next_word_end(text, offset) if self is Unit.WORD else self.one_right(text, offset)

    def previous_start(self, text: str, offset: int) -> int:
        """Where the unit before an offset begins, for an edge that moves back."""
        return motion.previous_word(text, offset) if self is Unit.WORD else self.one_left(text, offset)

    def inner_start(self, text: str, start: int) -> int:
        """Where the second unit of a piece begins, for an edge that moves in."""
        return motion.next_word(text, start) if self is Unit.WORD else self.one_right(text, start)

    def inner_end(self, text: str, start: int, end: int) -> int:
        """Where the last unit but one of a piece ends; the piece's start where there is only one."""
        if self is not Unit.WORD:
            return max(start, self.one_left(text, end))
        at, before = start, start
        while (at := motion.next_word_end(text, at)) < end and at > before:
            before = at
        return before


def named(text: str, offset: int) -> str:
    """A code point's number and name, as Unicode has them; its number alone where it has no name."""
    if offset >= len(text):
        return ""
    return f"U+{ord(text[offset]):04X} {unicodedata.name(text[offset], '')}".rstrip()
