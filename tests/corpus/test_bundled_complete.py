"""That the bundled gold layer misses nothing: these tests read the texts, and ask the labels for what they find there.

What is deliberately not marked is listed in `exceptions.jsonl`, with the reason. That list may only shrink: a line that
is no longer needed fails too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from annotator.cli import main
from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.registry import occurrences
from schemas import Document, Kind, Status
from schemas.document import ZoneKind
from schemas.security import Actor, Attribution, Group, SecuritySchema

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "corpus" / "data"
DOCUMENTS = ("000", "001", "002", "003", "004")

FAMILIES = (
    "accept(?:s|ed|ing)?", "according to", "accus(?:e[sd]?|ing|ations?)", "acknowledg(?:e[sd]?|ing|e?ments?)",
    "addressed", "admi(?:ts?|tted|tting|ssions?)", "admonish(?:es|ed|ing|ments?)?", "advice", "advis(?:e[sd]?|ing)",
    "advocat(?:e[sd]?|ing)", "affirm(?:s|ed|ing|ations?)?", "agree(?:s|d|ing)?", "aimed", "aiming", "aims?",
    "allegedly", "alleg(?:e[sd]?|ing|ations?)", "allud(?:e[sd]?|ing)", "allusions?", "announc(?:e[sd]?|ing|ements?)",
    "apparently", "appeal(?:s|ed|ing)?", "appear(?:s|ed)? to", "argu(?:e[sd]?|ing|ments?)", "ask(?:s|ed|ing)?",
    "assert(?:s|ed|ing|ions?)?", "assum(?:e[sd]?|ing)", "assumptions?", "assur(?:e[sd]?|ing|ances?)",
    "attribut(?:e[sd]?|ing)", "backed", "backs", "beliefs?", "believ(?:e[sd]?|ing)", "blam(?:e[sd]?|ing)",
    "boast(?:s|ed|ing)?", "called", "calling", "calls? (?:for|on)", "cautio(?:us|n|ns|ned|ning)",
    "characteri[sz](?:e[sd]?|ing|ations?)", "cit(?:es|ed|ing)", "claim(?:s|ed|ing)?", "comment(?:s|ed|ing)?",
    "commitments?", "communicat(?:e[sd]|ing)", "complain(?:s|ed|ing|ts?)?", "conced(?:e[sd]?|ing)",
    "concern(?:s|ed)?", "conclud(?:e[sd]?|ing)", "condemn(?:s|ed|ing|ations?)?", "confirm(?:s|ed|ing|ations?)?",
    "consider(?:s|ed)?", "contend(?:s|ed|ing)?", "convey(?:s|ed|ing)?", "criticis(?:e[sd]?|ing|ms?)",
    "criticiz(?:e[sd]?|ing)", "decid(?:e[sd]?|ing)", "decisions?", "declar(?:e[sd]?|ing|ations?)",
    "decr(?:y|ies|ied|ying)", "dedicat(?:ed|ion)", "deem(?:s|ed|ing)?", "demand(?:s|ed|ing)?",
    "denounc(?:e[sd]?|ing)", "den(?:y|ies|ied|ying|ials?)", "describ(?:e[sd]?|ing)", "detailed", "details",
    "determined to", "disagree(?:s|d|ing|ments?)?", "disapprov(?:e[sd]?|ing|als?)", "disclos(?:e[sd]?|ing|ures?)",
    "dismiss(?:es|ed|ing|als?)?", "disput(?:e[sd]|ing)", "doubt(?:s|ed|ing)?", "dub(?:s|bed)", "emphasis",
    "emphasi[sz](?:e[sd]?|ing)", "estimat(?:e[sd]?|ing)", "expect(?:s|ed|ing|ations?)?", "explain(?:s|ed|ing)?",
    "express(?:es|ed|ing)?", "fear(?:s|ed|ing)?", "find(?:s|ings)", "forbearance", "hail(?:s|ed|ing)?",
    "highlight(?:s|ed|ing)?", "hint(?:s|ed|ing)?", "hop(?:e[sd]?|ing)", "identif(?:y|ies|ied|ying)",
    "impl(?:y|ies|ied|ying)", "indicat(?:e[sd]?|ing|ions?|ors?)", "inform(?:s|ed|ing)?", "in light of reports",
    "insist(?:s|ed|ing|ence)?", "intend(?:s|ed|ing)?", "intentions?", "interpret(?:s|ed|ing|ations?)?",
    "invit(?:e[sd]?|ing|ations?)", "knew", "know", "known", "label(?:s|l?ed)", "lament(?:s|ed|ing)?", "leak(?:s|ed)?",
    "look(?:s|ed|ing) to", "maintain(?:s|ed|ing)?", "mention(?:s|ed|ing)?", "narratives?", "not(?:es|ed|ing)",
    "object(?:s|ed|ing|ions?)", "observ(?:e[sd]?|ing)", "offer(?:s|ed|ing)?", "opinions?",
    "oppos(?:e[sd]?|ing|ition)", "optimis(?:m|tic)", "order(?:s|ed)", "paints?", "patience", "perceiv(?:e[sd]?|ing)",
    "perceptions?", "perspectives?", "pessimis(?:m|tic)", "pledg(?:e[sd]?|ing)", "point(?:s|ed|ing)? (?:out|to)",
    "portray(?:s|ed|ing|als?)?", "positions?", "prais(?:e[sd]?|ing)", "predict(?:s|ed|ing|ions?)?",
    "prefer(?:s|red|ring|ences?)?", "prepared to", "presented", "pressur(?:e[sd]?|ing)", "promis(?:e[sd]?|ing)",
    "promoted", "propos(?:e[sd]?|ing|als?)", "protest(?:s|ed|ing)?", "purportedly", "question(?:s|ed|ing)?",
    "quot(?:e[sd]?|ing)", "rais(?:es|ed)", "reaffirm(?:s|ed|ing)?", "reali[sz](?:e[sd]?|ing)",
    "reassur(?:e[sd]?|ing)", "recall(?:s|ed|ing)?", "recogni[sz](?:e[sd]?|ing)", "recommend(?:s|ed|ing|ations?)?",
    "refer(?:s|red|ring)? to", "refus(?:e[sd]?|ing|als?)", "regard(?:s|ed)", "reiterat(?:e[sd]?|ing)",
    "reject(?:s|ed|ing|ions?)?", "remark(?:s|ed|ing)?", "remind(?:s|ed|ing)?", "repl(?:y|ies|ied|ying)", "reportedly",
    "report(?:s|ed|ing)?", "request(?:s|ed|ing)?", "resolv(?:ed) to", "reveal(?:s|ed|ing)?", "revelations?",
    "rhetoric", "rumou?rs?", "said", "say", "saying", "says", "seemingly", "seem(?:s|ed)?", "sheds? light",
    "signal(?:s|l?ed|l?ing)?", "skeptic(?:al|ism)", "so-called", "speak", "speaks", "speech(?:es)?", "spoke",
    "stances?", "stated", "statements?", "stating", "stress(?:es|ed|ing)?", "suggest(?:s|ed|ing|ions?)?",
    "supposedly", "suspect(?:s|ed|ing)?", "tell", "telling", "tells", "term(?:s|ed)", "testif(?:y|ies|ied|ying)",
    "testimon(?:y|ies)", "think(?:s|ing)?", "thought", "threaten(?:s|ed|ing)?", "told", "tried to", "tries to",
    "underlin(?:e[sd]?|ing)", "underscor(?:e[sd]?|ing)", "understand(?:s|ing)?", "understood",
    "(?:un)?willing(?:ness)?", "urg(?:e[sd]?|ing)", "viewpoints?", "view(?:s|ed|ing)?", "voic(?:e[sd]?|ing)",
    "vow(?:s|ed|ing)?", "wanted", "wants?", "war[iy](?:ly|ness)?", "warn(?:s|ed|ing|ings)?", "welcom(?:e[sd]?|ing)",
    "wish(?:es|ed|ing)?", "words", "writ(?:es?|ing|ten)", "wrote",
)  # fmt: skip
"""Words that ascribe something to someone, with their inflections; most of them may mean something else as well."""

REPORTING = re.compile(rf"\b(?:{'|'.join(FAMILIES)})\b", re.IGNORECASE)
QUOTATION = re.compile(r"“[^”]*”|\"[^\"]*\"")
QUOTATION_MARK = re.compile(r"[“”\"]")


@dataclass(frozen=True, slots=True)
class Excepted:
    """A line of `exceptions.jsonl`: a place `[start, end)`, in code points, that is not marked, and why."""

    document: str
    start: int
    end: int
    text: str
    kind: str
    """`place` or `name` for the name of an entity, `quote` for a quotation, `cue` for a reporting word."""
    reason: str

    def holds(self, start: int, end: int) -> bool:
        """Whether it has a part of `[start, end)`."""
        return self.start < end and start < self.end


@cache
def bundled() -> Corpus:
    """The corpus that comes with the product."""
    return Corpus.open(FOLDER)


@cache
def gold() -> dict[str, LayerFile]:
    """The gold layer by document."""
    return bundled().layer("gold")


@cache
def excepted() -> tuple[Excepted, ...]:
    """The lines of `exceptions.jsonl`."""
    lines = (FOLDER / "exceptions.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Excepted(**json.loads(line)) for line in lines)


def is_open(document: Document, start: int, end: int) -> bool:
    """Whether `[start, end)` lies in one open zone."""
    return any(zone.start <= start and end <= zone.end for zone in document.open_extents)


def uncovered_names(name: str) -> Iterator[tuple[int, int]]:
    """Where a name of an entity stands in an open zone of a document, and in no actor or group."""
    document = bundled().document(name)
    mentions = [each for each in gold()[name].annotations if isinstance(each, Actor | Group)]
    for words in sorted({words for entity in bundled().entities.values() for words in entity.names}):
        for start in occurrences(document.text, words):
            end = start + len(words)
            if is_open(document, start, end) and not any(
                mention.start <= start and end <= mention.end for mention in mentions
            ):
                yield start, end


def uncovered_quotations(name: str) -> Iterator[tuple[int, int]]:
    """Where a pair of quotation marks stands in open text, and in no attribution's content."""
    document = bundled().document(name)
    for start, end in quotations(document):
        contents = (each.content for each in attributions(name))
        if not any(content.start <= start and end <= content.end for content in contents):
            yield start, end


def quotations(document: Document) -> Iterator[tuple[int, int]]:
    """Pairs of quotation marks that begin in an open zone; a quotation may go on in the next one."""
    for match in QUOTATION.finditer(document.text):
        if is_open(document, match.start(), match.start() + 1):
            yield match.span()


def uncovered_cues(name: str) -> Iterator[tuple[int, int]]:
    """Where a reporting word stands in an open zone, and in no cue."""
    document = bundled().document(name)
    for match in REPORTING.finditer(document.text):
        start, end = match.span()
        if is_open(document, start, end) and not any(
            each.start < end and start < each.end for each in attributions(name)
        ):
            yield start, end


@cache
def attributions(name: str) -> list[Attribution]:
    """The attributions that gold marks in a document."""
    return [each for each in gold()[name].annotations if isinstance(each, Attribution)]


FINDERS = {"place": uncovered_names, "quote": uncovered_quotations, "cue": uncovered_cues}
"""What looks for places that are not marked, by the kind of exception; `name` is looked for as `place` is."""


def finder_of(kind: str) -> str:
    return "place" if kind == "name" else kind


def described(document: str, start: int, end: int) -> str:
    text = bundled().document(document).text
    return f"{document} [{start}, {end}) …{text[max(0, start - 30) : start]}[{text[start:end]}]{text[end : end + 30]}…"


@pytest.mark.parametrize("kind", FINDERS)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_bundled_gold_leaves_nothing_unmarked_but_what_is_listed(document: str, kind: str) -> None:
    listed = [each for each in excepted() if each.document == document and finder_of(each.kind) == kind]

    missed = [
        described(document, start, end)
        for start, end in FINDERS[kind](document)
        if not any(each.holds(start, end) for each in listed)
    ]

    assert missed == []


def test_bundled_exceptions_are_all_needed() -> None:
    found = {(kind, document): list(find(document)) for kind, find in FINDERS.items() for document in DOCUMENTS}

    superfluous = [
        each
        for each in excepted()
        if not any(each.holds(start, end) for start, end in found[finder_of(each.kind), each.document])
    ]

    assert superfluous == []


def test_bundled_exceptions_quote_the_texts_and_give_a_reason() -> None:
    for each in excepted():
        document = bundled().document(each.document)
        assert document.text[each.start : each.end] == each.text
        assert is_open(document, each.start, each.end)
        assert each.kind in {"place", "name", "quote", "cue"}
        assert len(each.reason.split()) > 1
    places = [(each.document, each.start, each.end, finder_of(each.kind)) for each in excepted()]
    assert places == sorted(set(places))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_bundled_texts_have_no_quotation_mark_without_its_pair(document: str) -> None:
    text = bundled().document(document)
    paired = sum(len(QUOTATION_MARK.findall(text.text[start:end])) for start, end in quotations(text))
    alone = sum(is_open(text, match.start(), match.end()) for match in QUOTATION_MARK.finditer(text.text))

    assert alone == paired


def test_bundled_cues_have_a_reporting_word() -> None:
    without = set()
    for name in DOCUMENTS:
        found = [match.span() for match in REPORTING.finditer(bundled().document(name).text)]
        without |= {
            each.text
            for each in attributions(name)
            if not any(start < each.end and each.start < end for start, end in found)
        }

    # Of what Washington placed on something; the noun is no reporting word anywhere else.
    assert without == {"significance"}


def test_bundled_gold_is_done_in_every_document() -> None:
    layer = gold()

    assert {name: file.header.status for name, file in layer.items()} == dict.fromkeys(DOCUMENTS, Status.DONE)


def test_bundled_gold_has_no_error_and_no_warning() -> None:
    result = CliRunner().invoke(main, ["validate", str(FOLDER), "--layer", "gold", "--max-warnings", "0"])

    assert result.exit_code == 0, result.output


def test_bundled_documents_are_the_seeds_byte_for_byte() -> None:
    for name in DOCUMENTS:
        (seed,) = (ROOT / "seeds").glob(f"{name}_*.txt")
        assert bundled().document(name).text.encode("utf-8") == seed.read_bytes()


def test_bundled_claims_rest_on_attributions_of_the_same_document() -> None:
    by_id = {name: {each.id: each for each in file.annotations} for name, file in gold().items()}

    for claim in bundled().claims.values():
        assert len(claim.positions) > 1
        for position in claim.positions:
            if position.annotation is not None:
                assert isinstance(by_id[position.document][position.annotation], Attribution)
            if position.entity is not None:
                assert position.entity in bundled().entities


def test_bundled_values_occur_in_gold_or_are_said_to_have_no_example() -> None:
    guidelines = (FOLDER / "GUIDELINES.md").read_text(encoding="utf-8")
    layer = gold()
    used = {
        (each.label, field.name, getattr(each, field.name))
        for file in layer.values()
        for each in file.annotations
        for field in bundled().schema.by_name[each.label].fields
        if field.kind is Kind.CHOICE
    }
    listed = {
        (spec.name, field.name, choice.name)
        for spec in SecuritySchema.specs
        for field in spec.fields
        for choice in field.choices
    }

    unused = {value for value in listed if value not in used}

    # As the guidelines have them: "`group.designation` `insurgent`: no example."
    admitted = set(re.findall(r"`(\w+)\.(\w+)` `(\w+)`: no example", guidelines))
    assert unused == admitted
    zones = {zone.kind for name in DOCUMENTS for zone in bundled().document(name).zones}
    assert zones == set(get_args(ZoneKind))
