"""Where a text can be divided without dividing what is read as one character (a grapheme cluster, Unicode UAX 29)."""

from __future__ import annotations

import functools
import unicodedata

_REACH = 256
"""How far back from a position a cluster is looked for, in code points; what is longer is no writing."""

_ASCII = bytes(range(0x80))

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


def is_divisible(text: str) -> bool:
    """Whether a text can be divided anywhere; often wrong where it says no, never where it says yes."""
    # One character is found many times as fast as two.
    if "\r" in text and "\r\n" in text:
        return False
    return text.isascii() or not any(map(_joins, set(beyond_ascii(text))))


def beyond_ascii(text: str, data: bytes | None = None) -> str:
    """The code points of a text that ASCII has not, in order; of the same text twice, the second time at once.

    `data` is the text in UTF-8, where somebody has it already.
    """
    before, found = _LATEST[0]
    if before is not text:
        found = (text.encode("utf-8") if data is None else data).translate(None, _ASCII).decode("utf-8")
        _LATEST[0] = (text, found)
    return found


_LATEST = [("", "")]
"""The latest text and what it has beyond ASCII. A cache of functools would hash the text, which takes as long."""


@functools.lru_cache(maxsize=4096)
def _may_join(before: str, after: str) -> bool:
    """Whether the two may be parts of one cluster; often wrong where it says yes, never where it says no."""
    return before not in "\r\n" and after not in "\r\n" and (_joins(before) or _joins(after))


@functools.lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """Whether a code point may belong to what stands before or after it."""
    code = ord(character)
    return unicodedata.category(character) in _JOINING or any(first <= code <= last for first, last in _JOINING_BLOCKS)


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
