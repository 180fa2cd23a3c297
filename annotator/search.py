"""Finding words in a text: as they are written, or by a regular expression that may take so long and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Final

import regex

SLASH: Final = "/"
"""A search that begins with it is a regular expression; with a backslash before it, it is a slash."""

TIME_LIMIT: Final = 1.0
"""Seconds that one search by a regular expression may take."""

_LONGEST: Final = 1000
"""Code points of a regular expression; building a longer one could take longer than any search."""


def find(text: str, wanted: str, cursor: int, step: int, limit: float = TIME_LIMIT) -> tuple[int, int] | None:
    """Where what is wanted stands next after the cursor, or with -1 before it, round the ends; none where it does not.

    Words in small letters are found in any case; with a capital among them, only as they are written.

    Args:
        text: The whole document.
        wanted: Words, or a slash and a regular expression.
        cursor: The code point to begin at.
        step: 1 or -1.
        limit: Seconds that a regular expression may take.

    Raises:
        ValueError: If the regular expression is none; the message says what is wrong with it.
        TimeoutError: If it takes too long.
    """
    if wanted.startswith(SLASH):
        return _find_pattern(text, wanted[1:], cursor, step, limit)
    words = wanted[1:] if wanted.startswith("\\" + SLASH) else wanted
    if words == words.lower() and len(lowered := text.lower()) == len(text):
        text = lowered
    if step > 0:
        place = text.find(words, cursor + 1)
        place = text.find(words) if place < 0 else place
    else:
        place = text.rfind(words, 0, cursor + len(words) - 1) if cursor else -1
        place = text.rfind(words) if place < 0 else place
    return None if place < 0 else (place, place + len(words))


def _find_pattern(text: str, pattern: str, cursor: int, step: int, limit: float) -> tuple[int, int] | None:
    compiled = _compiled(pattern)
    until = monotonic() + limit
    if step > 0:
        after = next(_hits(compiled, text, cursor + 1, until), None)
        return after or next((hit for hit in _hits(compiled, text, 0, until) if hit[0] <= cursor), None)
    before = last = None
    for hit in _hits(compiled, text, 0, until):
        before = hit if hit[0] < cursor else before
        if before is not None and hit[0] >= cursor:
            break
        last = hit
    return before or last


def _hits(compiled: regex.Pattern[str], text: str, begin: int, until: float) -> Iterator[tuple[int, int]]:
    """Every place from a code point on, but for empty ones.

    Raises:
        TimeoutError: If the time is up before the next is found.
    """
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    # The limit is one for all the places together.
    for found in compiled.finditer(text, begin, timeout=left):
        if monotonic() > until:
            raise TimeoutError
        if found.end() > found.start():
            yield found.span()


def _compiled(pattern: str) -> regex.Pattern[str]:
    if len(pattern) > _LONGEST:
        raise ValueError(f"it has {len(pattern)} characters, and {_LONGEST} are allowed")
    flags = regex.MULTILINE | (regex.IGNORECASE if pattern == pattern.lower() else 0)
    try:
        return regex.compile(pattern, flags)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(str(error) or "it is nested too deep") from error
