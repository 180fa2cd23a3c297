"""Merging what two sides made of one thing, value by value: a record's fields, a list, a document's status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ABSENT = object()
"""Stands for the value of a key that is not there, which is another thing than a null."""

Standing = tuple[str, str | None]
"""The status of a document and its comment."""

_CAREFUL = ("flagged", "open", "done")
"""Of two statuses the one that comes first here asks for more to be looked at."""


def merge_status(old: Standing | None, my: Standing, their: Standing) -> Standing:
    """The status and the comment that come of two sides: those of the side which changed them.

    Where both changed them differently, the document is flagged before it is open, open before it is done, and both
    comments are kept.
    """
    if their in (my, old):
        return my
    if my == old:
        return their
    status = min(my[0], their[0], key=lambda each: _CAREFUL.index(each) if each in _CAREFUL else -1)
    comments = sorted({str(each) for each in (my[1], their[1]) if each})
    return status, " / ".join(comments) or None


def merge_fields(was: Mapping[str, Any], here: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any] | None:
    """A record merged field by field; nothing where both sides gave one field different values."""
    together: dict[str, Any] = {}
    for key in dict.fromkeys((*here, *there)):
        old, my, their = (each.get(key, ABSENT) for each in (was, here, there))
        if their in (my, old):
            chosen = my
        elif my == old:
            chosen = their
        elif isinstance(my, list) and isinstance(their, list):
            chosen = united(old if isinstance(old, list) else [], my, their)
        else:
            return None
        if chosen is not ABSENT:
            together[key] = chosen
    return together


def united(was: Sequence[Any], here: Sequence[Any], there: Sequence[Any]) -> list[Any]:
    """What either side has put into a list, without what either side has taken out of it."""
    kept = [each for each in here if each in there or each not in was]
    return kept + [each for each in there if each not in here and each not in was]
