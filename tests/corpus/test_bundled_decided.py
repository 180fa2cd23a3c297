"""That the bundled gold layer keeps to every decided case, and that the guidelines' table shows the same cases."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from corpus.corpus import Corpus
from corpus.layers import LayerFile
from schemas import Annotation, Extent, Kind
from schemas.security import Attribution, SecuritySchema

FOLDER = Path(__file__).parents[2] / "corpus" / "data"
REFERENCE = re.compile(r"`([^`]+)` \((\d{3}):(\d+)\)")
"""Words of a document in the guidelines, with the document and the code point that they begin at."""


@dataclass(frozen=True, slots=True)
class Case:
    """A line of `decided.jsonl`: what must or must not stand at `[start, end)`, in code points, by which rule."""

    document: str
    start: int
    end: int
    text: str
    decision: Mapping[str, Any]
    rule: str
    why: str

    @property
    def label(self) -> str | None:
        """The label of the annotation with this extent; none where there must be no annotation."""
        label: str | None = self.decision["label"]
        return label

    def __str__(self) -> str:
        return f"{self.document}-{self.start}-{self.end}-{self.label}"


@cache
def bundled() -> Corpus:
    """The corpus that comes with the product."""
    return Corpus.open(FOLDER)


@cache
def layer() -> dict[str, LayerFile]:
    """The gold layer by document."""
    return bundled().layer("gold")


def gold(document: str) -> tuple[Annotation, ...]:
    """What gold says of a document."""
    return tuple(layer()[document].annotations)


def guidelines() -> str:
    return (FOLDER / "GUIDELINES.md").read_text(encoding="utf-8")


def read() -> list[Case]:
    lines = (FOLDER / "decided.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines]


CASES = read()


def plainly(annotation: Annotation, name: str) -> Any:
    """A field's value as a case has it: extents and the targets of references as words."""
    kind = next(each.kind for each in bundled().schema.by_name[annotation.label].fields if each.name == name)
    value = getattr(annotation, name)
    document = annotation_document(annotation)
    if kind is Kind.EXTENT:
        text = bundled().document(document).text
        return [text[start:end] for start, end in value or ()]
    if kind is Kind.REFERENCE:
        by_id = {each.id: each.text for each in gold(document)}
        return [by_id[target] for target in value]
    return value


def annotation_document(annotation: Annotation) -> str:
    return next(name for name, file in layer().items() if annotation in file.annotations)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bundled_gold_keeps_to_the_decided_case(case: Case) -> None:
    assert bundled().document(case.document).text[case.start : case.end] == case.text
    if case.label is None:
        refused = case.decision.get("without", tuple(bundled().schema.by_name))
        inside = [each for each in gold(case.document) if case.start <= each.start and each.end <= case.end]
        assert [each.text for each in inside if each.label in refused] == []
    else:
        (found,) = [
            each
            for each in gold(case.document)
            if (each.label, each.start, each.end) == (case.label, case.start, case.end)
        ]
        values = case.decision.get("values", {})
        assert {name: plainly(found, name) for name in values} == values
        if claimed := case.decision.get("claim"):
            positions = bundled().claims[claimed["id"]].positions
            (position,) = [each for each in positions if each.annotation == found.id]
            assert (position.entity, position.stance) == (claimed["entity"], claimed["stance"])
    if kind := case.decision.get("zone"):
        (zone,) = [
            each
            for each in bundled().document(case.document).zones
            if each.start <= case.start and case.end <= each.end
        ]
        assert zone.kind == kind


def test_bundled_decided_cases_are_many_and_differ() -> None:
    assert len(CASES) >= 40
    assert {case.document for case in CASES} == set(bundled().documents)
    places = [(case.document, case.start, case.end, case.label or "") for case in CASES]
    assert len(set(places)) == len(places)
    assert {case.label for case in CASES} == {*bundled().schema.by_name, None}


def test_bundled_decided_attribution_nests_three_deep() -> None:
    cues = ("According to", "has already communicated", "unwillingness")
    found = [each for each in gold("002") if isinstance(each, Attribution) and each.text in cues]
    outer, middle, inner = sorted(found, key=lambda each: each.start)

    for around, within in ((outer, middle), (middle, inner)):
        assert within.source is not None
        assert all(around.content.covers(part) for part in (within.extent, within.source, within.content))


def shown(case: Case) -> str:
    """A decision in the words of the guidelines' table."""
    if case.label is None:
        labels = case.decision.get("without", ())
        parts = ["no " + " or ".join(f"`{label}`" for label in labels) if labels else "nothing"]
    else:
        parts = [f"`{case.label}`"]
        parts += [f"{name} {valued(value)}" for name, value in case.decision.get("values", {}).items()]
    if kind := case.decision.get("zone"):
        parts.append(f"zone `{kind}`")
    if claimed := case.decision.get("claim"):
        parts.append(f"claim `{claimed['id']}`: `{claimed['stance']}`")
    return "; ".join(parts)


def valued(value: Any) -> str:
    if isinstance(value, list):
        return " + ".join(f"“{shortened(words)}”" for words in value) or "none"
    return "none" if value is None else f"`{value}`"


def shortened(words: str) -> str:
    """At most seven words of a long text, with its end."""
    pieces = words.split()
    return words if len(pieces) <= 7 else " ".join([*pieces[:3], "…", *pieces[-3:]])


def row(case: Case) -> str:
    """The row of the guidelines' table for a case."""
    words = shortened(case.text)
    return f"| {case.document} [{case.start}, {case.end}) | {words} | {shown(case)} | {case.rule} | {case.why} |"


def test_bundled_guidelines_show_the_decided_cases() -> None:
    table = [line for line in guidelines().splitlines() if re.match(r"\| \d{3} \[", line)]

    assert table == [row(case) for case in CASES]


def test_bundled_decided_cases_cite_rules_that_the_guidelines_have() -> None:
    rules = set(re.findall(r"^- \*\*([\dG][\d.]*)\*\*", guidelines(), re.MULTILINE))

    assert {case.rule for case in CASES} <= rules


def test_bundled_guidelines_quote_the_texts() -> None:
    quoted = REFERENCE.findall(guidelines())

    assert len(quoted) > 200
    for words, document, start in quoted:
        text = bundled().document(document).text
        assert text[int(start) : int(start) + len(words)] == words


@dataclass(frozen=True, slots=True)
class Value:
    """A row of the guidelines on one value of a closed list."""

    label: str
    field: str
    name: str
    meaning: str
    """A definition and a test."""
    examples: str
    others: str
    """What it is not."""

    @property
    def bearers(self) -> list[tuple[str, int, str]]:
        """Where gold has this value: the document, the code point at which the annotation begins, and its words."""
        return [
            (document, each.start, each.text)
            for document in bundled().documents
            for each in gold(document)
            if each.label == self.label and getattr(each, self.field) == self.name
        ]


def value_rows() -> list[Value]:
    """The rows of the tables that stand under a heading such as `actor.kind`."""
    tables = re.findall(r"^#### `(\w+)\.(\w+)`\n(.*?)(?=^#|\Z)", guidelines(), re.MULTILINE | re.DOTALL)
    return [
        Value(label, name, *cells)
        for label, name, table in tables
        for cells in re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", table, re.MULTILINE)
    ]


def places(cell: str) -> list[tuple[str, int, str]]:
    """The words that a cell quotes, as `Value.bearers` has them."""
    return [(document, int(start), words) for words, document, start in REFERENCE.findall(cell)]


def test_bundled_guidelines_define_every_value() -> None:
    listed = [
        (spec.name, field.name, choice.name)
        for spec in SecuritySchema.specs
        for field in spec.fields
        for choice in field.choices
    ]

    assert sorted((row.label, row.field, row.name) for row in value_rows()) == sorted(listed)
    assert [row for row in value_rows() if "?" not in row.meaning] == []


@pytest.mark.parametrize("value", value_rows(), ids=lambda value: f"{value.label}-{value.field}-{value.name}")
def test_bundled_guidelines_give_true_examples_of_a_value(value: Value) -> None:
    examples, others = places(value.examples), places(value.others)

    assert len(set(examples)) >= min(2, len(value.bearers))
    assert set(examples) <= set(value.bearers)
    assert others
    assert not set(others) & set(value.bearers)


def test_bundled_guidelines_give_true_examples_of_links() -> None:
    shown = set()
    for label, table in re.findall(
        r"^#### [^\n]*[Ll]inks of `(\w+)`\n(.*?)(?=^#|\Z)", guidelines(), re.MULTILINE | re.DOTALL
    ):
        for name, rest in re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE):
            linked = {
                (document, target.start, target.text)
                for document in bundled().documents
                for each in gold(document)
                if each.label == label
                for target in gold(document)
                if target.id in getattr(each, name)
            }
            examples = places(rest.split(" | ")[-2])
            assert len(examples) >= 2
            assert set(examples) <= linked
            shown.add((label, name))

    references = {
        (spec.name, field.name)
        for spec in SecuritySchema.specs
        for field in spec.fields
        if field.kind is Kind.REFERENCE
    }
    assert shown == references


def test_bundled_guidelines_have_an_example_of_every_kind_of_zone() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (?:open|closed) \| .+ \| `([^`]+)` \((\d{3}):(\d+)\) \|", guidelines(), re.MULTILINE
    )

    assert len(rows) == 12
    for kind, words, document, start in rows:
        (zone,) = [
            each
            for each in bundled().document(document).zones
            if Extent.of(each.start, each.end).covers(Extent.of(int(start), int(start) + len(words)))
        ]
        assert zone.kind == kind
