"""Untrusted text as Textual and Rich take it: literal, without markup and without control characters.

Every string that was not written by this project passes through one of these three on its way to a widget: a `str`
given to a widget is parsed as markup, and what it names can be clicked.
"""

from __future__ import annotations

from rich.text import Text
from textual.content import Content
from textual.widgets import Input

from annotator.display import safe


def content(text: str) -> Content:
    """The text as a literal `Content`, for widgets, notifications, titles and tooltips.

    Args:
        text: Any text from outside.
    """
    return Content(safe(text))


def rich_text(text: str) -> Text:
    """The text as a literal Rich `Text`, for the cells of a `DataTable`, which does not take a `Content`.

    Args:
        text: Any text from outside.
    """
    return Text(safe(text), end="")


def unmarked(text: str) -> str:
    """The text as a `str` that markup gives back as it is, for the palette, which reads markup in all that it lists.

    Args:
        text: Any text from outside.
    """
    return safe(text).replace("[", r"\[")


class PlainInput(Input):
    """An input that shows stand-ins for what a terminal would act on, and takes none of it from a paste either."""

    def __init__(self, value: str, *, select_on_focus: bool) -> None:
        """`value` may come from outside; the input holds it as `safe` shows it."""
        super().__init__(safe(value).replace("\n", " "), select_on_focus=select_on_focus)

    def replace(self, text: str, start: int, end: int) -> None:
        """Puts text in the place of `[start, end)` of what is there; every insertion comes through here."""
        super().replace(safe(text), start, end)
