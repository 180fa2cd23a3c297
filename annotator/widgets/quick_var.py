"""A `var` that is quick to read and to set: own values are read many times for every key, and some are set with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual._callback import count_parameters
from textual._context import active_message_pump
from textual.reactive import var

_Value = TypeVar("_Value")


class quick_var(var[_Value]):  # noqa: N801 - named like what it stands for
    """A `var` that nothing computes, and whose watchers are found by their public name and wait for nothing.

    The library's own looks for a method that computes it, and for more, at every reading and setting. This one is set
    only where it becomes another value, changes neither classes nor bindings, and prevents no messages. It uses private
    parts of the library, whose minor version is pinned for such reasons.
    """

    if not TYPE_CHECKING:

        def __get__(self, obj, obj_type):
            if obj is not None:
                try:
                    return obj.__dict__[self.internal_name]
                except KeyError:
                    # Nobody has set it yet.
                    pass
            return super().__get__(obj, obj_type)

        def __set__(self, obj, value):
            name, fields = self.name, obj.__dict__
            if self.internal_name not in fields or obj._computes:
                super().__set__(obj, value)
                return
            if validate := getattr(obj, f"validate_{name}", None):
                value = validate(value)
            before = fields[self.internal_name]
            if before == value:
                return
            fields[self.internal_name] = value
            watchers = [(obj, watch)] if (watch := getattr(obj, f"watch_{name}", None)) else []
            watchers += [each for each in fields.get("__watchers", {}).get(name, ()) if not each[0]._closing]
            for watcher, watch in watchers:
                token = active_message_pump.set(watcher)
                try:
                    watch(*(before, value)[2 - count_parameters(watch) :])
                finally:
                    active_message_pump.reset(token)
