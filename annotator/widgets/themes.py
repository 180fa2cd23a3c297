"""Colours: twelve for labels on a dark, a light and a high-contrast ground, and two themes beside the library's.

The palettes were searched for, not mixed by taste: among twelve colours of one palette each pair stays apart in OKLab
[1]_ for full colour vision and under simulated protanopia, deuteranopia and tritanopia [2]_, each is readable on its
ground, and the first four, which most schemas need, lie far apart in hue as well. `tests/annotator/test_themes.py`
computes all of it anew.

.. [1] B. Ottosson, "A perceptual color space for image processing", 2020.
.. [2] G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
   Deficiency", IEEE TVCG 15(6), 2009; severity 1.0.
"""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

from annotator.first_frame import DEFAULT_THEME

DARK: Final = (
    "#a1a6f1", "#ea5522", "#58e7b5", "#eaac09", "#bcfcfa", "#c451f2",
    "#bec8fb", "#18c49b", "#7a8d6a", "#fafbaa", "#edda41", "#299aae",
)  # fmt: skip
"""Label colours on a dark ground, as RGB."""

LIGHT: Final = (
    "#4f15a1", "#703e5b", "#5e6c1f", "#661509", "#7b4efd", "#501663",
    "#3a558e", "#4a5413", "#8b5fb3", "#207e7a", "#9b1dc7", "#cf375e",
)  # fmt: skip
"""Label colours on a light ground, as RGB."""

CONTRAST: Final = (
    "#49b573", "#b77bf8", "#90e4f3", "#f7d75b", "#a1b5f5", "#fbfbac",
    "#bfbf2a", "#f959bd", "#ca9001", "#bcdea5", "#f196ab", "#bcfeed",
)  # fmt: skip
"""Label colours on black, each at least seven times as bright, as RGB."""

HIGH_CONTRAST: Final = Theme(
    name="annotator-contrast",
    primary="#7fb7ff",
    secondary="#9fd0ff",
    accent="#ffd166",
    warning="#ffb000",
    error="#ff7a7a",
    success="#5fe0a0",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
)
"""White on black."""

PAPER: Final = Theme(
    name="annotator-paper",
    primary="#1f5fa8",
    secondary="#3d6f8e",
    accent="#a04400",
    warning="#8a5a00",
    error="#b00020",
    success="#1d6f42",
    foreground="#1b1b1b",
    background="#faf8f2",
    surface="#f1eee5",
    panel="#e7e2d5",
    dark=False,
)
"""Ink on paper."""

THEMES: Final = (HIGH_CONTRAST, PAPER)

DEFAULT: Final = DEFAULT_THEME

OFFERED: Final = ("textual-dark", "annotator-contrast", "annotator-paper", "textual-light")
"""The themes that one key goes through; the palette offers all that the library has as well."""


def label_colours(theme: Theme) -> tuple[str, ...]:
    """The colours of labels, slot by slot, as RGB."""
    if theme.name == HIGH_CONTRAST.name:
        return CONTRAST
    return DARK if theme.dark else LIGHT


def variables(theme: Theme) -> dict[str, str]:
    """The CSS variables `label-1` to `label-12` of a theme."""
    return {f"label-{slot}": colour for slot, colour in enumerate(label_colours(theme), start=1)}
