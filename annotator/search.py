"""Finding words in a text."""

from __future__ import annotations


def find(text: str, words: str, cursor: int, step: int) -> int | None:
    """Where the words stand next after the cursor, or with -1 before it, round the ends; none where they do not.

    Words in small letters are found in any case; with a capital among them, only as they are written.
    """
    if words == words.lower() and len(lowered := text.lower()) == len(text):
        text = lowered
    if step > 0:
        place = text.find(words, cursor + 1)
        place = text.find(words) if place < 0 else place
    else:
        place = text.rfind(words, 0, cursor + len(words) - 1) if cursor else -1
        place = text.rfind(words) if place < 0 else place
    return None if place < 0 else place
