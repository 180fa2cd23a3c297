"""Untrusted text as Textual and Rich take it: literal, without markup and without control characters.

Every string that was not written by this project passes through one of these two on its way to a widget: a `str`
given to a widget is parsed as markup, and what it names can be clicked.
"""

from __future__ import annotations

from rich.text import Text
from textual.content import Content

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
