"""Findings as JSON lines: the schema in the documentation is what is printed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from click.testing import Result

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = json.loads((DOCS / "findings.schema.json").read_text(encoding="utf-8"))


def test_json_keeps_the_documented_schema(validate: Callable[..., Result], faulty: Path) -> None:
    (faulty / "layers/gold/notes.txt").write_text("x", encoding="utf-8")
    (faulty / "claims.jsonl").write_bytes(b"{}\n")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)

    lines = validate(faulty, "--format", "json", "--notes").stdout.splitlines()

    assert len(lines) >= 6
    for line in lines:
        validator.validate(json.loads(line))
        assert line.isascii()


@pytest.mark.parametrize("key", ["code", "start"])
def test_json_schema_would_notice(key: str) -> None:
    finding = dict.fromkeys(SCHEMA["required"]) | {"code": "E", "severity": "error", "message": ""}
    jsonschema.Draft202012Validator(SCHEMA).validate(finding)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate({**finding, key: -1})


def test_json_schema_and_the_page_name_the_same_keys() -> None:
    page = (DOCS / "findings.md").read_text(encoding="utf-8")
    table = page.partition("## As JSON")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]

    assert [key for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])] == SCHEMA["required"]
