"""The looks of marks: component classes, their styles in CSS, and what a combination of them comes to.

A look is the name of a component class of the view without its `text-view--`. Labels are numbered slots, because
schemas name them and themes colour them. In a lane a label is its colour, and its tag tells it apart; on the words it
is a ground and a combination of letter shapes that no other label has.
"""

from __future__ import annotations

from typing import Final

from rich.style import Style
from textual.widget import Widget

from annotator.widgets.themes import DARK

SLOTS: Final = 12
"""Colours in the palette."""

LABELS: Final = tuple(f"label-{slot + 1}" for slot in range(SLOTS))
"""The look of each slot in the lanes: its colour."""

WORDS: Final = tuple(f"words-{slot + 1}" for slot in range(SLOTS))
"""The look of each slot on the words: a ground and letter shapes of its own."""

Looks = tuple[str, ...]
"""Names of looks, those to the right over those to the left."""

COMPONENT_CLASSES: Final = {
    "text-view--beside",
    "text-view--closed",
    "text-view--draft",
    "text-view--finding",
    "text-view--hint",
    "text-view--lit",
    "text-view--lit-bar",
    "text-view--part",
    "text-view--search",
    "text-view--second",
    "text-view--sign",
    "text-view--third",
    *(f"text-view--{label}" for label in LABELS),
}

_SHAPES: Final = (
    "none", "italic", "bold", "bold italic", "uu", "italic uu", "bold uu", "bold italic uu", "overline",
    "italic overline", "bold overline", "bold italic overline",
)  # fmt: skip
"""Letter shapes of the slots on the words."""

_OF_LABELS: Final = "".join(
    f"    & > .text-view--label-{slot} {{ color: {colour}; background: {colour} 26%; text-style: {shape}; }}\n"
    for slot, (colour, shape) in enumerate(zip(DARK, _SHAPES, strict=True), start=1)
)

CSS: Final = f"""
MarkedText {{
    height: 1fr;
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    & > .text-view--beside {{ text-style: italic; }}
    & > .text-view--closed {{ color: $foreground 45%; }}
    & > .text-view--draft {{ text-style: italic; }}
    & > .text-view--finding {{ color: $text-error; text-style: underline; }}
    & > .text-view--hint {{ background: $warning; color: $text; text-style: bold; }}
    & > .text-view--lit {{ background: $foreground 18%; text-style: bold; }}
    & > .text-view--lit-bar {{ text-style: bold; }}
    & > .text-view--part {{ text-style: italic; }}
    & > .text-view--search {{ background: $warning 40%; }}
    & > .text-view--second {{ text-style: underline; }}
    & > .text-view--sign {{ color: $foreground 60%; text-style: bold; }}
    & > .text-view--third {{ text-style: bold; }}
{_OF_LABELS}}}
"""
"""The colours of labels are those of a dark ground; an app with themes gives them others in its own CSS."""


class LookStyles:
    """The style of every combination of looks that a widget has been asked for."""

    def __init__(self, widget: Widget) -> None:
        """Ask a widget for its styles from now on.

        Args:
            widget: It has the component classes.
        """
        self._widget = widget
        self._styles: dict[Looks, Style] = {}

    def __call__(self, looks: Looks) -> Style:
        """The full style of a combination, over the widget's own; without any, that one."""
        style = self._styles.get(looks)
        if style is None:
            style = self(looks[:-1]) + self._added(looks[-1]) if looks else self._widget.rich_style
            self._styles[looks] = style
        return style

    def clear(self) -> None:
        """Forget all, because the theme or the rules have changed."""
        self._styles.clear()

    def _added(self, look: str) -> Style:
        """What one look adds."""
        if look in WORDS:
            label = self._rules(LABELS[WORDS.index(look)])
            return label.without_color + Style(bgcolor=label.bgcolor)
        if look in LABELS:
            return Style(color=self._rules(look).color)
        return self._rules(look)

    def _rules(self, look: str) -> Style:
        """Only what a component's rules set, with colours blended over the ground."""
        whole = self._widget.get_component_rich_style(f"text-view--{look}")
        rules = self._widget.get_component_rich_style(f"text-view--{look}", partial=True)
        return rules.without_color + Style(
            color=whole.color if rules.color else None, bgcolor=whole.bgcolor if rules.bgcolor else None
        )
