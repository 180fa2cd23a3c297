"""No code outside of a schema knows a label, a field or a choice of it by name: all is read from `schema.specs`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas import LabelSchema
from schemas.examples.adverse import AdverseEventSchema
from schemas.security import SecuritySchema

ROOT = Path(__file__).parents[1]
OWN = (ROOT / "schemas" / "security", ROOT / "schemas" / "examples")
"""Where the two schemas are written."""

COMMON = frozenset({
    "announced", "anonymous", "belief", "capital", "certain", "certainty", "committed", "content", "days", "demand",
    "direct", "directed", "distance", "document", "earlier", "entity", "evidence", "exchange", "fatal", "form",
    "generic", "group", "implemented", "implicit", "indirect", "institution", "intention", "kind", "knowledge",
    "legal", "measure", "media", "members", "mention", "mixed", "moderate", "name", "named", "negative", "neutral",
    "none", "other", "pain", "partners", "person", "population", "positive", "possible", "probable", "pronoun",
    "proposed", "proxy", "reaction", "recommended", "rejected", "remark", "route", "signs", "site", "source",
    "started", "state", "statement", "status", "supported", "suspended", "targets", "technology", "trade", "type",
    "unlikely", "unspecified",
})  # fmt: skip
"""Words of the two schemas that any code may use for something of its own."""


def distinctive(schema: type[LabelSchema]) -> set[str]:
    """The names of a schema's labels, fields and choices that mean nothing anywhere else."""
    names = {spec.name for spec in schema.specs}
    for spec in schema.specs:
        names |= {field.name for field in spec.fields} | {derived.name for derived in spec.derived}
        names |= {choice.name for field in spec.fields for choice in field.choices}
    return names - COMMON


NAMES = distinctive(SecuritySchema) | distinctive(AdverseEventSchema)
MODULES = sorted(
    path
    for package in ("annotator", "corpus", "schemas")
    for path in (ROOT / package).rglob("*.py")
    if not any(path.is_relative_to(own) for own in OWN)
)


def words(path: Path) -> Iterator[tuple[int, str]]:
    """The identifiers and the words of the strings of a module, but for its docstrings, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield from ((node.lineno, word) for word in re.findall(r"[A-Za-z_]+", node.value))
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg is not None:
            yield node.lineno, node.arg


def test_vocabulary_has_words_to_look_for() -> None:
    assert {"actor", "attribution", "laterality", "metonymy", "designation", "severeness", "causality"} <= NAMES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_vocabulary_of_a_schema_is_in_no_other_module(path: Path) -> None:
    assert [(line, word) for line, word in words(path) if word in NAMES] == []


def test_vocabulary_would_be_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '"""actor"""\nif each.label == "actor":\n    show(each.laterality, metonymy=1)\n', encoding="utf-8"
    )

    assert {word for _, word in words(module)} >= {"actor", "laterality", "metonymy"}
    assert [line for line, word in words(module) if word == "actor"] == [2]
