"""Differences for a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from annotator.exit_codes import ExitCode
from tests.annotator.diffs.conftest import HOSTILE

Diff = Callable[..., Result]


def test_text_shows_every_step_with_words_and_fields(diff: Diff, changed: Path) -> None:
    ran = diff("--corpus", changed)

    assert ran.exit_code == ExitCode.OK
    assert (
        ran.stdout
        == """\
HEAD .. the folder: annotations: 2 removed, 1 moved, 1 changed

d1 (gold)
  status: “done” → “flagged”
  comment: nothing → “why?”
  ~ measure c1 [21, 41) “intelligence sharing”
      India proposed ⟦intelligence sharing⟧, and India demands the closure…
      status: “proposed” → “announced”
  - actor a2 [47, 52) “India”
      …intelligence sharing, and ⟦India⟧ demands the closure of camps.
      mention: “name”
      kind: “state”
      metonymy: “none”
      entity: “one”
  > attribution r1 [53, 60) → [53, 56) “demands” → “dem”
      …sharing, and India ⟦dem⟧ands the closure of camps.

d2 (rules, removed)
  - group b1 [24, 47) “insurgents of the cafe\u0301”
      The communiqué mentions ⟦insurgents of the cafe\u0301⟧
      mention: “nominal”
      kind: “generic”
      designation: “insurgent”
      state_link: “none”
"""
    )


def test_text_says_that_nothing_differs(diff: Diff, changed: Path) -> None:
    assert diff("HEAD", "HEAD", "--corpus", changed).stdout == "HEAD .. HEAD: nothing that is marked differs\n"


def test_text_shows_what_cannot_be_read(diff: Diff, changed: Path) -> None:
    file = changed / "layers/gold/d1.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"kind":"state"', b'"kind":"moon"', 1))
    (changed / "claims.jsonl").write_bytes(b"{}\n")

    ran = diff("--corpus", changed)

    assert ran.exit_code == ExitCode.FINDINGS
    assert "! the folder, claims.jsonl line 1, cannot be read: E-RECORD " in ran.stdout
    assert "  ! the folder, line 2, a1, cannot be read: E-ANNOTATION kind: " in ran.stdout
    assert "  ~ measure c1 " in ran.stdout


def test_text_is_not_obeyed_by_a_terminal(diff: Diff, changed: Path) -> None:
    words = json.dumps(HOSTILE)[1:-1].encode("ascii")
    file = changed / "layers/gold/d1.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"why?"', b'"' + words + b'\\nx"'))

    printed = diff("--corpus", changed).stdout

    assert "␛[31m\ufffd" in printed
    assert "␊x" in printed
    assert not set("\x1b\u202e") & set(printed)
