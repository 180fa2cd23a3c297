"""For every rule of the bundled schemas: a corpus that keeps it, and the same corpus after one edit that breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus.check import check
from schemas.examples.adverse import AdverseEventSchema
from schemas.security import SecuritySchema

FILE = "layers/gold/d1.jsonl"
Record = Mapping[str, Any]
Change = Callable[[Path], None]


def actor(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "label": "actor", "text": text, "kind": "state", "entity": "one", **more}


def said(name: str, text: str, content: object, **more: Any) -> dict[str, Any]:
    about = {"type": "statement", "source_kind": "implicit", **more}
    return {"id": name, "label": "attribution", "text": text, "content": content, **about}


def measure(name: str, text: object, **more: Any) -> dict[str, Any]:
    return {"id": name, "label": "measure", "text": text, "type": "dialogue", "status": "proposed", **more}


def group(name: str, text: str) -> dict[str, Any]:
    return {"id": name, "label": "group", "text": text, "designation": "militant"}


def reaction(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "label": "reaction", "text": text, **more}


def change(name: str, **fields: Any) -> Change:
    """Gives an annotation's fields other values."""

    def edit(lines: list[dict[str, Any]]) -> None:
        line = next(line for line in lines if line.get("id") == name)
        words = line.pop("text")
        rest = {key: line.pop(key) for key in list(line)[4:]}
        line.update({**({"fragments": None} if "fragments" in fields else {}), "text": words, **rest, **fields})

    return lines_edit(edit)


def stretch(name: str, left: int = 0, right: int = 0) -> Change:
    """Moves an annotation's edges."""

    def apply(folder: Path) -> None:
        text = json.loads((folder / "documents.jsonl").read_text(encoding="utf-8"))["text"]
        line = next(line for line in read(folder) if line.get("id") == name)
        start, end = line["start"] + left, line["end"] + right
        change(name, start=start, end=end, text=text[start:end])(folder)

    return apply


def drop(name: str) -> Change:
    """Removes an annotation."""
    return lines_edit(lambda lines: lines.remove(next(line for line in lines if line.get("id") == name)))


def insert(name: str, start: int, end: int) -> Change:
    """Puts another annotation like that one before it, on its first words."""

    def edit(lines: list[dict[str, Any]]) -> None:
        index = next(index for index, line in enumerate(lines) if line.get("id") == name)
        line = lines[index]
        lines.insert(index, {**line, "id": "new", "start": start, "end": end, "text": line["text"][: end - start]})

    return lines_edit(edit)


def read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / FILE).read_text(encoding="utf-8").split("\n")[:-1]]


def lines_edit(edit: Callable[[list[dict[str, Any]]], None]) -> Change:
    def apply(folder: Path) -> None:
        lines = read(folder)
        edit(lines)
        written = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
        (folder / FILE).write_text("".join(written), encoding="utf-8")

    return apply


@dataclass(frozen=True)
class Case:
    code: str
    text: str
    gold: tuple[Record, ...]
    edit: Change
    schema: str = "security"


NESTED = "A said B said C said D said it"

CASES = (
    Case("G1", "India agreed", (actor("a", "India"),), stretch("a", right=1)),
    Case("G1", "“Jaish” fell", (group("g", "Jaish"),), stretch("g", left=-1)),
    Case("G2", "Pakistan’s Foreign Minister", (actor("a", "Pakistan"),), stretch("a", right=2)),
    Case("G2", "anti-India groups", (group("g", "anti-India groups"),), stretch("g", left=1)),
    Case(
        "G3",
        "hold joint training\n<zone>exercises at once",
        (measure("m", "joint training"),),
        stretch("m", right=len("\nexercises")),
    ),
    Case(
        "G4",
        "militant groups and outfits",
        (group("g", "militant groups and outfits"),),
        change("g", fragments=[[0, 8], [20, 27]], text="militant outfits"),
    ),
    Case(
        "G5",
        "Then the government spoke",
        (actor("a", "government", mention="nominal"),),
        stretch("a", left=-4),
    ),
    Case(
        "G6",
        "military officials training",
        (actor("a", "military officials", mention="nominal"), measure("m", "training")),
        stretch("m", left=-len("officials ")),
    ),
    Case(
        "G6-part",
        "US Special Representative Nicholas Vance, US",
        (actor("a", "US Special Representative Nicholas Vance"), actor("b", "US", nth=1)),
        insert("a", 0, 2),
    ),
    Case(
        "G6-part",
        "Inter-Services Intelligence of Pakistan",
        (actor("a", "Inter-Services Intelligence"), actor("b", "Pakistan")),
        stretch("a", right=len(" of Pakistan")),
    ),
    Case("G7", "India, then India", (actor("a", "India"), actor("b", "India", nth=1)), drop("b")),
    Case(
        "N1",
        NESTED,
        (
            said("r1", "said", "B", source="A", source_kind="named"),
            said("r2", "said", "C said D said it", source="B", source_kind="named", nth=1),
            said("r3", "said", "D said it", source="C", source_kind="named", nth=2),
            said("r4", "said", "it", source="D", source_kind="named", nth=3),
        ),
        change("r1", content=[[7, len(NESTED)]]),
    ),
    Case(
        "N2",
        "Pakistan said India attacked",
        (said("r", "said", "India attacked", source="Pakistan", source_kind="named"),),
        change("r", content=[[9, 28]]),
    ),
    Case(
        "N3",
        "Sources say China has communicated its wish",
        (
            said("r1", "say", "China has communicated its wish", source="Sources", source_kind="anonymous"),
            said("r2", "has communicated", "its wish", source="China", source_kind="named"),
        ),
        change("r1", content=[[12, 34]]),
    ),
    Case(
        "A1",
        "It is widely believed Pakistan used proxies",
        (said("r", "is widely believed", "Pakistan used proxies", type="belief"),),
        change("r", source=[[0, 2]], source_kind="anonymous"),
    ),
    Case(
        "A2",
        "Pakistan said that India attacked",
        (said("r", "said", "India attacked", source="Pakistan", source_kind="named"),),
        stretch("r", right=len(" that")),
    ),
    Case(
        "P1",
        "Then it said so",
        (
            actor("a", "it", mention="pronoun", entity=None),
            said("r", "said", "so", source="it", source_kind="pronoun", speakers=["a"]),
        ),
        change("r", speakers=[]),
    ),
    Case(
        "AE1",
        "The drug caused heart failure",
        (
            {"id": "d", "label": "drug", "text": "drug"},
            reaction("r", "heart failure", severeness="fatal", suspects=["d"]),
        ),
        change("r", suspects=[]),
        schema="adverse",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{CASES.index(case)}")
def test_check_finds_the_rule_that_one_edit_breaks(corpus_factory: Callable[..., Path], case: Case) -> None:
    folder = corpus_factory(case.schema, text=case.text, gold=case.gold)
    before = [finding.code for finding in check(folder)]

    case.edit(folder)

    assert before == []
    assert {(finding.code, finding.file) for finding in check(folder)} == {(case.code, FILE)}


def test_check_has_a_case_for_every_rule() -> None:
    rules = (*SecuritySchema.rules, *AdverseEventSchema.rules)

    assert {rule.code for rule in rules} - {case.code for case in CASES} == set()


def test_check_completes_what_a_schema_finds(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory(text="Then, India agreed", gold=(actor("a", "India"),))
    stretch("a", right=1)(folder)

    (finding,) = check(folder)

    assert (finding.document, finding.layer, finding.file, finding.line) == ("d1", "gold", FILE, 2)
    assert (finding.annotation, finding.start, finding.end) == ("a", 6, 12)


def test_check_lets_members_of_a_coordination_share_their_object(corpus_factory: Callable[..., Path]) -> None:
    text = "overlooking or supporting some groups"
    folder = corpus_factory(text=text, gold=(measure("m", text), measure("n", "supporting some groups")))

    change("m", fragments=[[0, 11], [26, 37]], text="overlooking some groups")(folder)

    assert [finding.code for finding in check(folder)] == []


def test_check_holds_no_rules_against_a_layer_that_was_made_without_them(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory(text="Then, India agreed", gold=(actor("a", "India"),))
    stretch("a", right=1)(folder)
    before = [finding.code for finding in check(folder)]
    manifest = folder / "corpus.toml"
    declared = manifest.read_text(encoding="utf-8")
    manifest.write_text(declared.replace('kind = "person"', 'kind = "person"\nrules = false'), encoding="utf-8")

    assert before == ["G1"]
    # That an extent begins with a blank holds whatever the schema.
    assert [finding.code for finding in check(folder)] == ["W-EXTENT-BLANK"]
