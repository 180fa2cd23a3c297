"""Where a text can be divided without dividing what is read as one character (a grapheme cluster, Unicode UAX 29)."""

from __future__ import annotations

import functools
import unicodedata

_REACH = 256
"""How far back from a position a cluster is looked for, in code points; what is longer is no writing."""

_JOINING = frozenset({"Mn", "Mc", "Me", "Cf", "Sk", "Cn"})
"""Categories of code points that may belong to what stands before or after them; Cn are those newer than Python."""

_JOINING_BLOCKS = (
    (0x0D4E, 0x0D4E),  # Malayalam dot reph, which belongs to what follows it
    (0x0E33, 0x0E33),  # Thai and Lao vowels that belong to what stands before them
    (0x0EB3, 0x0EB3),
    (0x1100, 0x11FF),  # Hangul jamo
    (0x111C2, 0x111C3),  # signs of Indic scripts that belong to what follows them
    (0x113D1, 0x113D1),
    (0x1193F, 0x11941),
    (0x11A3A, 0x11A3A),
    (0x11A84, 0x11A89),
    (0x11D46, 0x11D46),
    (0x11F02, 0x11F02),
    (0xA960, 0xA97F),  # Hangul jamo and syllables
    (0xAC00, 0xD7FF),
    (0x1F1E6, 0x1F1FF),  # regional indicators, the letters of flags
    (0xFF9E, 0xFF9F),  # half-width voiced sound marks
)


def divides(text: str, position: int) -> bool:
    """Whether a cut at this position, between two code points, goes through a grapheme cluster."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    if before < "\x80" and after < "\x80":
        return before == "\r" and after == "\n"
    return _may_join(before, after) and _is_inside(text, position)


@functools.lru_cache(maxsize=4096)
def _may_join(before: str, after: str) -> bool:
    """Whether the two may be parts of one cluster; often wrong where it says yes, never where it says no."""
    if before in "\r\n" or after in "\r\n":
        return False
    for character in (before, after):
        if unicodedata.category(character) in _JOINING:
            return True
        code = ord(character)
        if any(first <= code <= last for first, last in _JOINING_BLOCKS):
            return True
    return False


def _is_inside(text: str, position: int) -> bool:
    import regex

    start = position - 1
    while start > 0 and position - start < _REACH and _may_join(text[start - 1], text[start]):
        start -= 1
    cluster = regex.compile(r"\X")
    while start < position:
        found = cluster.match(text, start, position + _REACH)
        assert found is not None
        start = found.end()
    return start > position
