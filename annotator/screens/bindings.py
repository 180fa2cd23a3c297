"""What can be bound to keys: every action of the screens and their parts, by its id."""

from __future__ import annotations

from textual.binding import Binding
from textual.dom import DOMNode

from annotator.keymap import Bound

PLACES = {"Inspector": "form", "LineList": "list", "DocumentList": "list", "DocumentsScreen": "documents"}
"""Where the keys of a part mean something; those of the screen and of the text are in force together."""


def bounds(*nodes: type[DOMNode]) -> list[Bound]:
    """Every action of these classes and of those that they derive from, in the order in which they are written."""
    found: dict[str, Bound] = {}
    for node in nodes:
        for cls in reversed(node.__mro__):
            if not cls.__module__.startswith("annotator."):
                continue
            place = PLACES.get(cls.__name__, "text")
            for binding in cls.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and binding.id is not None:
                    found[binding.id] = Bound(binding.id, tuple(binding.key.split(",")), place, binding.description)
    return list(found.values())
