"""What is found where a schema's own code fails: its rules are a user's program, and a mistake in them ends no check.

A rule over one annotation is a pydantic validator, which says no by raising `ValueError` or `AssertionError`; a rule
over a document yields findings. Whatever else they raise is a fault of the schema, and is told as `E-RULE`.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from corpus import codes
from schemas import Finding, LabelSchema

_LONGEST = 200
"""The most code points of an exception's own words that are repeated."""


def rule_fault(error: BaseException, schema: LabelSchema, doing: str) -> Finding:
    """The finding that a schema's exception amounts to: its class, its words, and the place in the schema's module.

    Args:
        error: What was raised.
        schema: The schema.
        doing: What the schema was asked, such as `the rules over the document d1`.
    """
    where = _place(error, schema)
    return codes.RULE.finding(f"{doing} cannot be asked: {described(error)}" + (f", at {where}" if where else ""))


def described(error: BaseException) -> str:
    """An exception's class and words on one line, also where its own `__str__` fails."""
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - it is a user's code, too
        words = ""
    if len(words) > _LONGEST:
        words = f"{words[:_LONGEST]}…"
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _place(error: BaseException, schema: LabelSchema) -> str | None:
    """The last line of the schema's own modules that was being run; the last line of all where there is none."""
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    modules = (sys.modules.get(cls.__module__) for cls in (type(schema), *type(schema).labels))
    files = {getattr(module, "__file__", None) for module in modules}
    # The first frame is that of the check itself.
    own = [each for each in frames[1:] if each[0].co_filename in files] or frames[1:]
    if not own:
        return None
    code, line = own[-1]
    return f"{Path(code.co_filename).name}:{line}, in {code.co_name}"
