"""What of an untrusted text may reach a terminal: the same number of code points, none of which is a command.

Documents, labels, comments and file names come from strangers. Control characters would move the cursor or set the
clipboard, bidirectional controls would show one word and store another. `safe` swaps each of them for one visible
stand-in, so that offsets into the drawn text are offsets into the document. Texts themselves are never changed; this
is for drawing only.
"""

from __future__ import annotations

import re
from typing import Final

LINE_FEED: Final = "\n"
"""The only control character that is kept: it separates lines, and whoever draws splits at it."""

REPLACEMENT: Final = "\ufffd"
"""Stands for a character that has no picture of its own."""

_CONTROL_PICTURES: Final = 0x2400
_DELETE_PICTURE: Final = "\u2421"
_NEWLINE_PICTURE: Final = "\u2424"

_REPLACED: Final = (
    (0x80, 0x9F),  # C1 controls: one code point each, and as strong as ESC
    (0x061C, 0x061C),  # bidirectional controls reorder what is shown
    (0x200E, 0x200F),
    (0x202A, 0x202E),
    (0x2066, 0x2069),
    (0xD800, 0xDFFF),  # lone surrogates cannot be encoded
    (0xFEFF, 0xFEFF),  # a byte order mark is invisible
    (0xE0000, 0xE007F),  # tags spell invisible words
)
"""First and last code point of each range that `REPLACEMENT` stands for."""


def _stand_ins() -> dict[str, str]:
    """The stand-in of each unsafe character."""
    table = {chr(code): chr(_CONTROL_PICTURES + code) for code in range(0x20) if chr(code) != LINE_FEED}
    table["\x7f"] = _DELETE_PICTURE
    table |= dict.fromkeys("\u2028\u2029", _NEWLINE_PICTURE)
    for first, last in _REPLACED:
        table |= {chr(code): REPLACEMENT for code in range(first, last + 1)}
    return table


_STAND_INS: Final = _stand_ins()
_UNSAFE: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f\u2028\u2029" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _REPLACED) + "]"
)


def safe(text: str) -> str:
    """The text with a visible stand-in for every character that a terminal would act on or hide.

    The result has as many code points as `text`; line feeds are kept.

    Args:
        text: Any text from outside.
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: _STAND_INS[found.group()], text)
