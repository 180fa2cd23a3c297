"""The docstrings under a class's fields, read from its source when somebody asks for them.

Pydantic would read them whenever a class is made, which takes longer than all else that a check in CI has to import.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from collections.abc import Mapping
from itertools import pairwise


@functools.cache
def field_docstrings(cls: type) -> Mapping[str, str]:
    """The docstring under each field of a class, its bases' fields included; none where there is no source."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if "__pydantic_fields__" in vars(base):
            found |= _own_docstrings(base)
    return found


def _own_docstrings(cls: type) -> dict[str, str]:
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    except (OSError, TypeError, SyntaxError, ValueError):
        return {}
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: inspect.cleandoc(after.value.value)
        for field, after in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(after, ast.Expr)
        and isinstance(after.value, ast.Constant)
        and isinstance(after.value.value, str)
    }
