"""The list of known findings, and that it can only shrink."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import codes
from corpus.check import check
from corpus.known import FILE, KnownFinding, KnownFindings
from schemas import Finding

ZONE = Finding("E-ZONE", "x", layer="gold", document="d1", annotation="a1", start=4, end=9, file="layers/gold/d1.jsonl")


def everywhere(finding: Finding) -> bool:
    return True


def listed(folder: Path, *lines: object) -> KnownFindings:
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    (folder / FILE).write_text(text, encoding="utf-8")
    return KnownFindings(folder)


def test_known_of_a_corpus_without_a_list_holds_nothing(tmp_path: Path) -> None:
    known = KnownFindings(tmp_path)

    assert not known.holds(ZONE)
    assert known.faults == []
    assert list(known.gone(everywhere)) == []


@pytest.mark.parametrize(
    ("place", "is_meant"),
    [
        ({"annotation": "a1"}, True),
        ({"annotation": "a1", "document": "d1", "layer": "gold", "reason": "agreed"}, True),
        ({"document": "d1", "start": 4, "end": 9}, True),
        ({"file": "layers/gold/d1.jsonl"}, True),
        ({"annotation": "a2"}, False),
        ({"annotation": "a1", "document": "d2"}, False),
        ({"annotation": "a1", "layer": "rules"}, False),
        ({"document": "d1", "start": 5}, False),
        ({"document": "d1", "start": 0}, False),
    ],
)
def test_known_means_findings_with_every_part_of_the_place(
    tmp_path: Path, place: dict[str, object], is_meant: bool
) -> None:
    assert listed(tmp_path, {"code": "E-ZONE", **place}).holds(ZONE) is is_meant


def test_known_means_only_its_own_code(tmp_path: Path) -> None:
    assert not listed(tmp_path, {"code": "E-TEXT", "annotation": "a1"}).holds(ZONE)


def test_known_says_which_lines_mean_nothing_any_more(tmp_path: Path) -> None:
    known = listed(
        tmp_path, {"code": "E-ZONE", "annotation": "a1"}, {"code": "E-TEXT", "annotation": "a1"},
        {"code": "E-ZONE", "annotation": "a2", "document": "d1"},
    )  # fmt: skip
    assert known.holds(ZONE)

    gone = list(known.gone(everywhere))

    assert [(each.code, each.file, each.line) for each in gone] == [("E-KNOWN", FILE, 2), ("E-KNOWN", FILE, 3)]
    assert gone[1].message == "E-ZONE does not occur there any more: document d1, annotation a2"
    assert gone[1].help == codes.KNOWN.help
    assert [each.line for each in known.gone(lambda finding: finding.code == "E-TEXT")] == [2]
    assert list(known.gone(lambda finding: finding.document == "d9")) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"code": "E-ZONE"}, "E-RECORD"),
        ({"code": "", "annotation": "a1"}, "E-RECORD"),
        ({"code": "E-ZONE", "annotation": "a1", "why": "x"}, "E-RECORD"),
        ({"code": "E-ZONE", "annotation": "a1", "start": "4"}, "E-RECORD"),
        ("E-ZONE a1", "E-JSON"),
        ("<<<<<<< ours", "E-MERGE-MARKER"),
    ],
)
def test_known_finds_lines_that_are_not_as_they_must_be(tmp_path: Path, line: object, code: str) -> None:
    known = listed(tmp_path, {"code": "E-TEXT", "annotation": "a9"}, line)

    assert [(fault.code, fault.file, fault.line) for fault in known.faults] == [(code, FILE, 2)]
    assert [each.line for each in known.gone(everywhere)] == [1]


def test_known_refuses_a_list_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text('{"code":"E-ZONE","annotation":"a1"}\n', encoding="utf-8")
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")

    known = KnownFindings(tmp_path)

    assert [fault.code for fault in known.faults] == ["E-PATH-SYMLINK"]
    assert not known.holds(ZONE)


def test_known_lines_that_are_made_of_findings_mean_these_findings(
    corpus_factory: Callable[..., Path],
) -> None:
    folder = corpus_factory()
    for layer in ("gold", "rules"):
        file = folder / "layers" / layer / "d1.jsonl"
        file.write_bytes(file.read_bytes().replace(b'"demands"', b'"DEMANDS"').replace(b'["a1"]', b'["a1","zz"]'))
    (folder / "layers" / "gold" / "notes.txt").write_text("x", encoding="utf-8")
    found = list(check(folder))
    assert {each.code for each in found} >= {"E-TEXT", "E-REF", "W-STRAY"}

    known = listed(folder, *(KnownFinding.of(each).line() for each in found))

    assert all(known.holds(each) for each in found)
    assert known.faults == []
    assert list(known.gone(everywhere)) == []
