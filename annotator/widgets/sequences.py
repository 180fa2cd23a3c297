"""What is sent to the terminal for a strip: a look is told where it begins, as far as it differs from the one before.

Textual tells every look in full and takes it back again, which is much of all that is sent; a terminal far away waits
for every byte.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from textual.strip import SGR_STYLES, Strip

_PLAIN: Final = Style.null()
"""How a terminal looks where nothing was told, as it is before and after every strip."""


def sequences(strip: Strip, console: Console) -> str:
    """The characters and escape sequences of a strip; it keeps them, as it does what Textual makes of it."""
    if strip._render_cache is None:
        if any(style is not None and style._link for _, style, _ in strip):
            return strip.render(console)
        system = console._color_system or ColorSystem.TRUECOLOR
        parts, before = [], _PLAIN
        for text, style, _ in strip:
            after = style or _PLAIN
            if after is not before:
                parts.append(_told(before, after, system))
                before = after
            parts.append(text)
        parts.append(_told(before, _PLAIN, system))
        strip._render_cache = "".join(parts)
    return strip._render_cache


@lru_cache(maxsize=4096)
def _told(before: Style, after: Style, system: ColorSystem) -> str:
    """The sequence that makes one look of another."""
    had, has = before._attributes & before._set_attributes, after._attributes & after._set_attributes
    was, now = _colours(before, system), _colours(after, system)
    goes_on = had & has == had and not any(old and not new for old, new in zip(was, now, strict=True))
    if not goes_on:
        had, was = 0, ("", "")
    added = has & ~had
    codes = [] if goes_on else ["0"]
    codes += [SGR_STYLES[bit] for bit in range(added.bit_length()) if added & (1 << bit)]
    codes += [new for old, new in zip(was, now, strict=True) if new != old]
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _colours(style: Style, system: ColorSystem) -> tuple[str, str]:
    """The codes of the colour of the letters and of that of the ground, each empty where it is not said."""
    letters = style._color.downgrade(system).get_ansi_codes() if style._color is not None else ()
    ground = style._bgcolor.downgrade(system).get_ansi_codes(foreground=False) if style._bgcolor is not None else ()
    return ";".join(letters), ";".join(ground)
