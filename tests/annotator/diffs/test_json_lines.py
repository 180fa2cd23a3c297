"""Differences for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

Diff = Callable[..., Result]
PAGE = Path(__file__).parents[3] / "docs" / "ci.md"


def objects(ran: Result) -> list[dict[str, Any]]:
    assert ran.stdout.isascii()
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_json_has_a_line_for_each_thing(diff: Diff, changed: Path) -> None:
    entities = changed / "entities.jsonl"
    entities.write_bytes(entities.read_bytes().replace(b'"The second"', b'"The other"'))

    found = objects(diff("--corpus", changed, "--format", "json"))

    assert [(each["kind"], each.get("step"), each.get("id")) for each in found] == [
        ("record", "changed", "two"), ("layer", "changed", None), ("annotation", "changed", "c1"),
        ("annotation", "removed", "a2"), ("annotation", "moved", "r1"), ("layer", "removed", None),
        ("annotation", "removed", "b1"),
    ]  # fmt: skip
    assert found[0]["fields"] == {"name": ["The second", "The other"]}
    assert found[1]["fields"] == {"status": ["done", "flagged"], "comment": [None, "why?"]}
    assert found[2]["fields"] == {"status": ["proposed", "announced"]}
    assert (found[4]["before"]["end"], found[4]["after"]["end"], found[4]["fields"]) == (60, 56, {})
    assert found[3]["after"] is None


def test_json_says_what_cannot_be_read(diff: Diff, changed: Path) -> None:
    file = changed / "layers/gold/d1.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"kind":"state"', b'"kind":"moon"', 1))

    (fault,) = [each for each in objects(diff("--corpus", changed, "--format", "json")) if each["kind"] == "unreadable"]

    assert fault.pop("message")
    assert fault == {
        "kind": "unreadable", "side": "the folder", "file": "layers/gold/d1.jsonl", "line": 2, "annotation": "a1",
        "code": "E-ANNOTATION",
    }  # fmt: skip


def test_json_holds_the_keys_that_the_page_tells_of(diff: Diff, changed: Path) -> None:
    entities = changed / "entities.jsonl"
    entities.write_bytes(entities.read_bytes().replace(b'"The second"', b'"The other"'))
    (changed / "claims.jsonl").write_bytes(b"{}\n")
    found = objects(diff("--corpus", changed, "--format", "json"))

    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(record|unreadable|layer|annotation)` \| (.*?) \|", page, re.MULTILINE)

    told = {kind: set(re.findall(r"`(\w+)`", keys)) for kind, keys in rows}
    assert told.keys() == {each["kind"] for each in found}
    for each in found:
        assert set(each) - {"kind"} == told[each["kind"]]
