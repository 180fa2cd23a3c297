"""Moving the edges of an extent by words."""

from __future__ import annotations

from annotator import motion
from schemas import Extent


def resized(text: str, extent: Extent, step: int, *, at_start: bool) -> Extent | None:
    """The extent with one edge moved by a word: outwards with 1, inwards with -1; none where nothing would be left."""
    first, last = extent[0], extent[-1]
    if at_start:
        moved = motion.previous_word(text, first[0]) if step > 0 else motion.next_word(text, first[0])
        if moved >= first[1]:
            return None
        return Extent.joined([(moved, first[1]), *extent[1:]])
    moved = motion.next_word_end(text, last[1]) if step > 0 else _word_end_before(text, last)
    if moved <= last[0]:
        return None
    return Extent.joined([*extent[:-1], (last[0], moved)])


def _word_end_before(text: str, fragment: tuple[int, int]) -> int:
    """Where the last word but one of a fragment ends; its start where there is only one."""
    start, end = fragment
    at, before = start, start
    while (at := motion.next_word_end(text, at)) < end and at > before:
        before = at
    return before
