"""The motions that keys name: one step from a position in the text, told apart by whether it extends a selection.

A selection runs from its anchor to the character under the cursor, both included. A word, sentence or paragraph
motion that extends one therefore goes to the last character of the unit; without one it goes to the first of the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from annotator import motion
from annotator.rows import Rows

Step = Callable[[str, int], int]
"""From a text and a position (code points) to a position."""


def _last_of(unit: Callable[[str, int], tuple[int, int] | None], following: Step) -> Step:
    """A step to the last cluster of the unit at a position, or of the next unit if that is where it is already."""

    def step(text: str, offset: int) -> int:
        at = offset
        while at < len(text):
            found = unit(text, at)
            last = motion.previous_edge(text, found[1]) if found and found[0] < found[1] else at
            if last > offset:
                return last
            at = max(at + 1, following(text, at))
        return len(text)

    return step


def _line_end(text: str, offset: int) -> int:
    return motion.line_at(text, offset)[1]


STEPS: Final[dict[str, Step]] = {
    "left": motion.previous_edge,
    "right": motion.next_edge,
    "word_left": motion.previous_word,
    "word_right": motion.next_word,
    "sentence_left": motion.previous_sentence,
    "sentence_right": motion.next_sentence,
    "paragraph_up": motion.previous_paragraph,
    "paragraph_down": motion.next_paragraph,
    "text_start": lambda _text, _offset: 0,
    "text_end": lambda text, _offset: len(text),
}
"""Motions that need no rows."""

EXTENDING: Final[dict[str, Step]] = STEPS | {
    "word_right": _last_of(motion.word_at, motion.next_word),
    "sentence_right": _last_of(motion.sentence_at, motion.next_sentence),
    "paragraph_down": _last_of(motion.paragraph_at, motion.next_paragraph),
}
"""The same motions where they extend a selection."""


def up(rows: Rows, offset: int, cell: int, count: int = 1) -> int:
    """The position some rows above, in a cell; in the first row at last."""
    return rows.offset_at(max(0, rows.row_of(offset) - count), cell)


def down(rows: Rows, offset: int, cell: int, count: int = 1) -> int:
    """The position some rows below, in a cell; in the last row at last."""
    row = rows.row_of(offset) + count
    rows.find_row(row)
    return rows.offset_at(min(row, rows.found - 1), cell)


def home(rows: Rows, offset: int) -> int:
    """The start of the row; from there the start of the line, and from there the start of the text."""
    row_start = rows[rows.row_of(offset)].start
    if offset > row_start:
        return row_start
    line_start = motion.line_at(rows.text, offset)[0]
    return line_start if offset > line_start else 0


def end(rows: Rows, offset: int) -> int:
    """The end of the row; from there the end of the line, and from there the end of the text."""
    row = rows.row_of(offset)
    row_end = rows.offset_at(row, rows.line(row).width)
    if offset < row_end:
        return row_end
    line_end = _line_end(rows.text, offset)
    return line_end if offset < line_end else len(rows.text)
