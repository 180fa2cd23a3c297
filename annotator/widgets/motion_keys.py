"""The keys that move through a text and select in it, each with an id for the user's keymap."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding

_MOTIONS: Final = (
    ("left", "left", "Character left"),
    ("right", "right", "Character right"),
    ("up", "up", "Row up"),
    ("down", "down", "Row down"),
    ("word_right", "w,ctrl+right", "Next word"),
    ("word_left", "b,ctrl+left", "Previous word"),
    ("sentence_right", "right_parenthesis", "Next sentence"),
    ("sentence_left", "left_parenthesis", "Previous sentence"),
    ("paragraph_down", "right_curly_bracket,ctrl+down", "Next paragraph"),
    ("paragraph_up", "left_curly_bracket,ctrl+up", "Previous paragraph"),
    ("home", "home", "Start of row, line, document"),
    ("end", "end", "End of row, line, document"),
    ("page_up", "pageup", "Page up"),
    ("page_down", "pagedown", "Page down"),
    ("text_start", "ctrl+home", "Start of document"),
    ("text_end", "ctrl+end", "End of document"),
)
_EXTENDING: Final = (
    ("left", "shift+left"),
    ("right", "shift+right"),
    ("up", "shift+up"),
    ("down", "shift+down"),
    ("word_right", "ctrl+shift+right"),
    ("word_left", "ctrl+shift+left"),
    ("home", "shift+home"),
    ("end", "shift+end"),
)

MOTION_BINDINGS: Final = [
    *(
        Binding(key, f"move('{name}')", description, show=False, id=f"cursor.{name}")
        for name, key, description in _MOTIONS
    ),
    *(Binding(f"{digit}", f"count({digit})", "Count", show=False, id=f"count.{digit}") for digit in range(10)),
]
"""Motions of the cursor, and the digits that count them."""

SELECTION_BINDINGS: Final = [
    Binding("v", "select_grow", "Select, grow", id="select.grow"),
    Binding("semicolon", "unit", "Go by words, characters, code points", id="select.unit"),
    Binding("ctrl+@", "select_toggle", "Start or end a selection", show=False, id="select.toggle"),
    Binding("escape", "select_clear", "Clear the selection", show=False, id="select.clear"),
    *(
        Binding(key, f"move('{name}', True)", "Extend the selection", show=False, id=f"select.{name}")
        for name, key in _EXTENDING
    ),
]
"""What starts, grows and ends a selection."""
