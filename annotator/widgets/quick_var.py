"""A `var` that is quick to read: own values are read many times for every key."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.reactive import var

_Value = TypeVar("_Value")


class quick_var(var[_Value]):  # noqa: N801 - named like what it stands for
    """A `var` that nothing computes. The library's own looks for a method that does, and for more, at every reading."""

    if not TYPE_CHECKING:

        def __get__(self, obj, obj_type):
            if obj is not None:
                try:
                    return obj.__dict__[self.internal_name]
                except KeyError:
                    # Nobody has set it yet.
                    pass
            return super().__get__(obj, obj_type)
