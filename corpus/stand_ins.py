"""Visible stand-ins for characters that have no picture of their own: whoever draws a text swaps them in, one for one.

Control characters are commands to a terminal and faults in a page; bidirectional controls show one word and store
another. A stand-in is always one code point, so that offsets into what is drawn are offsets into the text. Texts
themselves are never changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

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
    (0x2066, 0x206F),
    (0xD800, 0xDFFF),  # lone surrogates cannot be encoded
    (0xFEFF, 0xFEFF),  # a byte order mark is invisible
    (0xE0000, 0xE007F),  # tags spell invisible words
)
"""First and last code point of each range that `REPLACEMENT` stands for."""


def _stand_ins() -> dict[str, str]:
    """The stand-in of each such character."""
    table = {chr(code): chr(_CONTROL_PICTURES + code) for code in range(0x20)}
    table["\x7f"] = _DELETE_PICTURE
    table |= dict.fromkeys("\u2028\u2029", _NEWLINE_PICTURE)
    for first, last in _REPLACED:
        table |= {chr(code): REPLACEMENT for code in range(first, last + 1)}
    return table


STAND_INS: Final[Mapping[str, str]] = _stand_ins()
"""The stand-in of each character that needs one; the line feed and the tab are among them."""

_RANGES: Final = "\x7f\u2028\u2029" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _REPLACED)
IN_LINES: Final = re.compile(f"[\x00-\x09\x0b-\x1f{_RANGES}]")
"""The characters that need one where line feeds separate lines."""

_IN_PAGES: Final = re.compile(f"[\x00-\x08\x0b-\x1f{_RANGES}]")


def visible(text: str) -> str:
    """The text as a page shows it: as many code points, line feeds and tabs kept.

    Args:
        text: Any text from outside.
    """
    if text.isprintable():
        return text
    return _IN_PAGES.sub(lambda found: STAND_INS[found.group()], text)
