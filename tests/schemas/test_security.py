"""The rules of the security schema on words from the guidelines' decided cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from pydantic import ValidationError

from schemas import Annotation, Document, Extent, Severity
from schemas.security import ACTOR_KINDS, SecuritySchema

SCHEMA = SecuritySchema()
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "actor": {"kind": "state", "entity": "e"},
    "group": {"designation": "none"},
    "measure": {"type": "other", "status": "proposed"},
    "attribution": {"type": "statement", "source_kind": "implicit"},
}


def find(text: str, words: str, after: int = 0) -> tuple[int, int]:
    """Where words stand in a text; `after` says how often they come before."""
    start = -1
    for _ in range(after + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def extent(text: str, words: object) -> list[tuple[int, int]]:
    """An extent by its words: a string, a string and how often it comes before, or a list of these."""
    if isinstance(words, list):
        return [piece for each in words for piece in extent(text, each)]
    return [find(text, *words) if isinstance(words, tuple) else find(text, str(words))]


def annotation(text: str, label: str, words: object, name: str = "x", **about: Any) -> Annotation:
    """An annotation of words; `source` and `content` are given by their words, too."""
    fragments = extent(text, words)
    record = {
        "id": name,
        "label": label,
        "start": fragments[0][0],
        "end": fragments[-1][1],
        "text": " ".join(text[start:end] for start, end in fragments),
        **DEFAULTS[label],
        **about,
    }
    if len(fragments) > 1:
        record["fragments"] = fragments
    for part in ("source", "content"):
        if record.get(part) is not None:
            record[part] = extent(text, record[part])
    if record.get("source") is not None and "source_kind" not in about:
        record["source_kind"] = "named"
    return SCHEMA.annotation.validate_python(record)


def codes(text: str, annotations: Sequence[Annotation], zones: Sequence[tuple[int, str]] = ()) -> list[str]:
    """What the schema finds; zones are given by where they end."""
    starts = [0, *(end for end, _ in zones)]
    partition = [{"start": start, "end": end, "kind": kind} for start, (end, kind) in zip(starts, zones, strict=False)]
    document = Document.from_bytes("d", text.encode("utf-8"), zones=partition)
    ordered = sorted(annotations, key=lambda each: each.order)
    return sorted(finding.code for finding in SCHEMA.check(document, ordered))


EDGES: list[tuple[str, str, str, list[str]]] = [
    # text, label, words, what is found
    ("Jaish-e-Muhammad (JeM) fled", "group", "Jaish-e-Muhammad", []),
    ("Jaish-e-Muhammad (JeM) fled", "group", "JeM", []),
    ("Jaish-e-Muhammad (JeM) fled", "group", "(JeM)", []),
    ("Jaish-e-Muhammad (JeM) fled", "group", "(JeM", ["G1"]),
    ("Jaish-e-Muhammad (JeM) fled", "group", "Jaish-e-Muhammad (JeM)", []),
    ("Jaish-e-Muhammad (JeM) fled", "group", "Jaish-e-Muhammad (", ["G1"]),
    ("Lashkar-e-Taiba, Jaish-e-Mohammed, and others", "group", "Lashkar-e-Taiba,", ["G1"]),
    ("Lashkar-e-Taiba, Jaish-e-Mohammed, and others", "group", " Jaish-e-Mohammed", ["G1"]),
    ("in the U.S. today", "actor", "U.S.", []),
    ("met Gen. Munir.", "actor", "Gen. Munir", []),
    ("met Gen. Munir.", "actor", "Munir.", ["G1"]),
    ("- suspended Indus Water Treaty", "measure", "- suspended Indus Water Treaty", ["G1"]),
    ("| Disrupting financial networks |", "measure", "Disrupting financial networks |", ["G1"]),
    ("so-called “truce” between them", "measure", "“truce”", []),
    ("so-called “truce” between them", "measure", "“truce", ["G1"]),
    ("so-called “truce” between them", "measure", "truce", []),
    ("Pakistan’s Foreign Minister", "actor", "Pakistan", []),
    ("Pakistan’s Foreign Minister", "actor", "Pakistan’s", ["G2"]),
    ("Pakistan's Foreign Minister", "actor", "Pakistan's", ["G2"]),
    ("the militants’ camps", "group", "militants’", ["G2"]),
    ("anti-India groups", "group", "anti-India groups", []),
    ("anti-India groups", "actor", "India", []),
    ("Pakistani officials", "actor", "Pakistan", ["G2"]),
    ("Pakistani officials", "actor", "istani officials", ["G2"]),
    ("intervention in the region", "measure", "the region", ["G5"]),
    ("The New York Times", "actor", "The New York Times", []),
    ("the New York Times", "actor", "the New York Times", ["G5"]),
    ("these militants", "group", "these militants", ["G5"]),
    ("a ceasefire", "measure", "a ceasefire", ["G5"]),
    ("Afghan border", "measure", "Afghan border", []),
    ("thefts of arms", "measure", "thefts", []),
]


@pytest.mark.parametrize(("text", "label", "words", "expected"), EDGES)
def test_security_edges(text: str, label: str, words: str, expected: list[str]) -> None:
    assert codes(text, [annotation(text, label, words)]) == expected


@pytest.mark.parametrize(("text", "label", "words", "expected"), EDGES)
def test_security_snap_takes_a_selection_to_edges_that_keep_the_rules(
    text: str, label: str, words: str, expected: list[str]
) -> None:
    selected = Extent(extent(text, words))

    snapped = SCHEMA.snap(text, selected)

    assert snapped is not None
    assert selected.covers(snapped)
    if not expected:
        assert snapped == selected
    if words.endswith(("’s", "'s", "’")):
        assert codes(text, [annotation(text, label, snapped.text(text))]) == []


def said(text: str, cue: object, content: object, name: str = "x", **about: Any) -> Annotation:
    return annotation(text, "attribution", cue, name, content=content, **about)


WIDELY = "It is widely believed Pakistan used militant proxies"
SOURCES = "According to diplomatic sources inside Pakistan, China has already communicated its concern"
TIMES = "A call, as reported by The New York Times"
SAYS = "Munir insists that India must talk"
LIST = "Washington has identified:\nsharing.\ntalks."

PARTS: list[tuple[str, list[Annotation], list[str]]] = [
    (WIDELY, [said(WIDELY, "is widely believed", "Pakistan used militant proxies", type="belief")], []),
    (
        WIDELY,
        [said(WIDELY, "is widely believed", "Pakistan used militant proxies", source="It", source_kind="anonymous")],
        ["A1"],
    ),
    (WIDELY, [said(WIDELY, "believed", "Pakistan used", source="It", source_kind="pronoun")], []),
    (SAYS, [said(SAYS, "insists", "that India must talk", source="Munir", distance="distancing")], []),
    (SAYS, [said(SAYS, "insists that", "India must talk", source="Munir")], ["A2"]),
    (SAYS, [said(SAYS, "insists that", "that India must talk", source="Munir")], ["A2", "N2"]),
    (SAYS, [said(SAYS, "insists", "Munir insists", source="Munir")], ["N2", "N2"]),
    (TIMES, [said(TIMES, "as reported by", "A call", source="The New York Times")], []),
    (TIMES, [said(TIMES, "reported", "A call", source="The New York Times", source_kind="named")], []),
    (
        "Then the army said so",
        [said("Then the army said so", "said", "so", source="the army", source_kind="nominal")],
        ["G5"],
    ),
    (LIST, [said(LIST, "has identified", ["sharing", "talks"], source="Washington")], []),
    (LIST, [said(LIST, "has identified", "sharing.\ntalks", source="Washington")], ["G3"]),
    (LIST, [said(LIST, "has identified", ["sharing.", "talks"], source="Washington")], ["G1"]),
    (LIST, [said(LIST, "has identified", "talks", source=["Washington", "sharing"])], ["G3", "G4"]),
    (LIST, [said(LIST, ["has", "identified"], "talks", source="Washington")], ["G4"]),
    (
        SOURCES,
        [
            said(SOURCES, "According to", "China has already communicated its concern", "o",
                 source="diplomatic sources inside Pakistan", source_kind="anonymous"),
            said(SOURCES, "has already communicated", "its concern", "i", source="China"),
        ],
        [],
    ),
    (
        SOURCES,
        [
            said(SOURCES, "According to", "has already communicated its concern", "o",
                 source="diplomatic sources inside Pakistan", source_kind="anonymous"),
            said(SOURCES, "has already communicated", "its concern", "i", source="China"),
        ],
        ["N3"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "annotations", "expected"), PARTS)
def test_security_attributions(text: str, annotations: list[Annotation], expected: list[str]) -> None:
    zones = [(27, "body"), (36, "list_item"), (len(LIST), "list_item")] if text is LIST else []

    assert codes(text, annotations, zones) == expected


VANCE = "US Special Representative Nicholas Vance and US officials"
KASHMIR = "Pakistan-administered Kashmir Council"
TRUCE = "India-Pakistan truce"

PAIRS: list[tuple[str, list[tuple[str, str, dict[str, Any]]], list[str]]] = [
    (VANCE, [("actor", "US Special Representative Nicholas Vance", {}), ("actor", "US", {})], ["G6-part", "G7"]),
    (VANCE, [("actor", "US officials", {"mention": "nominal"}), ("actor", "US", {"mention": "nominal"})], []),
    (
        VANCE,
        [("actor", "US officials", {"mention": "nominal"}), ("actor", "Vance and US", {"mention": "nominal"})],
        ["G6"],
    ),
    (KASHMIR, [("actor", KASHMIR, {}), ("actor", "Pakistan", {})], []),
    (TRUCE, [("measure", TRUCE, {}), ("actor", "India", {}), ("actor", "Pakistan", {})], []),
    (TRUCE, [("measure", "Pakistan truce", {}), ("actor", "India-Pakistan", {"mention": "nominal"})], ["G6"]),
    (TRUCE, [("measure", TRUCE, {}), ("group", TRUCE, {})], []),
    ("China and India and India", [("actor", "China", {}), ("actor", "India", {})], ["G7"]),
    ("India met Indiana", [("actor", "India", {})], []),
    ("joint training and patrols", [("measure", ["joint", "patrols"], {}), ("measure", "joint training", {})], []),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("text", "marks", "expected"), PAIRS)
def test_security_extents_that_meet(
    text: str, marks: list[tuple[str, str, dict[str, Any]]], expected: list[str]
) -> None:
    annotations = [
        annotation(text, label, words, f"x{number}", **about) for number, (label, words, about) in enumerate(marks)
    ]

    assert codes(text, annotations) == expected


def test_security_names_in_closed_zones_need_no_mark() -> None:
    text = "India agreed. India"

    assert codes(text, [annotation(text, "actor", "India")], [(14, "body"), (19, "furniture")]) == []
    assert codes(text, [annotation(text, "actor", "India")], [(14, "body"), (19, "body")]) == ["G7"]


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_security_attributions_nest_three_deep(depth: int) -> None:
    text = " ".join(["A said"] * depth) + " so"
    annotations = [
        said(text, ("said", number), text[7 * number + 7 :], f"x{number}", source=("A", number))
        for number in range(depth)
    ]

    assert codes(text, annotations) == ["N1"] * max(0, depth - 3)


@pytest.mark.parametrize("link", ["speakers", "addressees", None])
def test_security_pronouns_are_marked_where_they_fill_a_link(link: str | None) -> None:
    text = "Then it said so"
    pronoun = annotation(text, "actor", "it", "p", mention="pronoun", entity=None)
    links: dict[str, Any] = {link: ["p"]} if link else {}

    found = codes(text, [pronoun, said(text, "said", "so", source="it", source_kind="pronoun", **links)])

    assert found == ([] if link else ["P1"])


@pytest.mark.parametrize("link", ["initiators", "targets", "partners"])
def test_security_pronouns_are_marked_where_a_measure_names_them(link: str) -> None:
    text = "it suspended talks"
    links: dict[str, Any] = {link: ["p"]}
    pronoun = annotation(text, "actor", "it", "p", mention="pronoun", entity=None)

    assert codes(text, [pronoun, annotation(text, "measure", "suspended talks", **links)]) == []


@pytest.mark.parametrize(
    ("label", "about"),
    [
        ("actor", {"mention": "name", "entity": None}),
        ("actor", {"kind": "group"}),
        ("actor", {"kind": None}),
        ("group", {"kind": "named"}),
        ("group", {"designation": "bad"}),
        ("measure", {"type": "ceasefires"}),
        ("measure", {"laterality": "many"}),
        ("attribution", {"content": None}),
        ("attribution", {"content": "India", "source_kind": "named"}),
        ("attribution", {"content": "India", "source": "India", "source_kind": "implicit"}),
    ],
)
def test_security_refuses_an_annotation(label: str, about: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        annotation("India", label, "India", **about)


@pytest.mark.parametrize("kind", ACTOR_KINDS)
def test_security_actor_kinds_are_entity_kinds(kind: str) -> None:
    assert annotation("India", "actor", "India", kind=kind).label == "actor"
    assert kind in SecuritySchema.entity_kinds


def test_security_takes_an_annotation_whose_words_are_none() -> None:
    """The check of the words is another one's; the rules have to end all the same."""
    empty = annotation("India", "actor", "India").model_copy(update={"text": ""})

    assert codes("India", [empty]) == []


def test_security_rules_say_how_bad_they_are() -> None:
    severities = {rule.code: rule.severity for rule in SecuritySchema.rules}

    assert {code for code, severity in severities.items() if severity is Severity.NOTE} == {"G7"}
    assert {code for code, severity in severities.items() if severity is Severity.WARNING} == {"G6-part", "P1"}
    assert all(rule.summary.endswith(".") and rule.help.endswith(".") for rule in SecuritySchema.rules)


def test_security_rules_take_ten_thousand_annotations() -> None:
    sentence = "India said that Pakistan agreed. "
    text = sentence * 2500
    annotations = []
    for number in range(2500):
        at = number * len(sentence)
        annotations += [
            SCHEMA.annotation.validate_python(
                {"id": f"a{number}", "label": "actor", "start": at, "end": at + 5, "text": "India", **DEFAULTS["actor"]}
            ),
            SCHEMA.annotation.validate_python(
                {"id": f"r{number}", "label": "attribution", "start": at + 6, "end": at + 10, "text": "said",
                 "type": "statement", "source": [[at, at + 5]], "content": [[at + 11, at + 31]], "source_kind": "named"}
            ),
            SCHEMA.annotation.validate_python(
                {"id": f"b{number}", "label": "actor", "start": at + 16, "end": at + 24, "text": "Pakistan",
                 **DEFAULTS["actor"]}
            ),
        ]  # fmt: skip

    assert codes(text, annotations) == []
