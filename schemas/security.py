"""Security cooperation: who acts, which armed groups there are, which measures are taken or asked for, and who says so.

The rules are those of the annotation guidelines, version 1.0.0. A rule's code is the guidelines' own where they have
one (`G1` to `G7`); `N` rules concern how attributions nest, `A` rules their parts, `P` rules pronouns.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from schemas.annotation import Annotation, EntityId, Keys, Ref
from schemas.document import Document
from schemas.extent import Extent, trimmed
from schemas.finding import Finding, Rule, Severity
from schemas.label_schema import LabelSchema

ACTOR_KINDS = (
    "person",
    "state",
    "government_body",
    "military",
    "intelligence",
    "igo",
    "media",
    "population",
    "other",
)


class Actor(Annotation, key="a"):
    """A person, state, organ of a state, intergovernmental body, medium, population or other organisation that is shown
    acting, deciding, speaking, being addressed, or bearing a policy. Put "the government (or the people, or the
    officials) of X" in its place: if the sentence still says the same, mark it. A mere place is not marked.
    """

    mention: Literal["name", "nominal", "pronoun"] = "name"
    """How it is mentioned: by name, by a common noun, or by a pronoun (only where that fills a link)."""
    kind: Literal[
        "person", "state", "government_body", "military", "intelligence", "igo", "media", "population", "other"
    ]
    """What it is. A state's own name for its government is a state."""
    metonymy: Literal["none", "capital", "institution"] = "none"
    """Whether a capital or an institution stands for a government, as in `Washington has identified`."""
    entity: Annotated[str, EntityId(*ACTOR_KINDS, same_as="kind")] | None = None
    """Who it is; required for a name, otherwise where the referent is clear."""

    @model_validator(mode="after")
    def name_has_entity(self) -> Self:
        if self.mention == "name" and self.entity is None:
            raise PydanticCustomError("entity_required", "an actor's name needs an entity", {"field": "entity"})
        return self


class Group(Annotation, key="g"):
    """A non-state armed organisation, or an unnamed set of them, as the text designates it. Not a religious or ethnic
    community, not `terrorism` or `militancy` as such, not a single attack. A named person is an actor.
    """

    mention: Literal["name", "nominal", "pronoun"] = "nominal"
    """How it is mentioned: by name, by a common noun, or by a pronoun."""
    kind: Literal["named", "generic", "members"] = "generic"
    """A named organisation, an unnamed set of them, or their members as people."""
    designation: Literal["militant", "terrorist", "insurgent", "extremist", "proxy", "non_state", "none"]
    """The text's own word for it."""
    state_link: Literal["none", "hosted", "supported", "directed", "opposed"] = "none"
    """What the same sentence claims of a state's part in it; the strongest that is claimed."""
    entity: Annotated[str, EntityId("group")] | None = None
    """Which group it is; required for a named one."""

    @model_validator(mode="after")
    def named_has_entity(self) -> Self:
        if self.kind == "named" and self.entity is None:
            raise PydanticCustomError("entity_required", "a named group needs an entity", {"field": "entity"})
        return self


class Measure(Annotation, key="m"):
    """An action, instrument, commitment or demand of policy that concerns security or the relations around it. Not an
    outcome, a goal, a topic, or violence by groups. The smallest phrase that still names the action with its object.
    """

    type: Annotated[
        Literal[
            "intelligence_sharing",
            "joint_operation",
            "training_exercise",
            "defence_partnership",
            "border_control",
            "sanctuary_denial",
            "terror_finance",
            "legal",
            "listing_sanction",
            "dialogue",
            "mediation",
            "ceasefire",
            "confidence_building",
            "exchange",
            "economic",
            "trade",
            "technology",
            "prevention",
            "treaty_suspension",
            "military_strike",
            "threat",
            "proxy_support",
            "other",
        ],
        Keys(military_strike="x", mediation="m"),
    ]
    """What is done. `sanctuary_denial` is a crackdown on groups or the end of support for them; `proxy_support` is a
    state's own support for, or sheltering of, groups."""
    status: Literal[
        "proposed",
        "recommended",
        "demanded",
        "committed",
        "announced",
        "implemented",
        "suspended",
        "rejected",
        "threatened",
        "hypothetical",
    ]
    """How far it is. `recommended` is the author's should or must, `demanded` one party's demand on another,
    `implemented` is done or going on."""
    laterality: Literal["unilateral", "bilateral", "multilateral", "unspecified"] = "unspecified"
    """How many parties act together."""
    initiators: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Who takes it."""
    targets: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Whom it is directed at."""
    partners: tuple[Annotated[str, Ref("actor")], ...] = ()
    """With whom, in mutual cooperation."""


class Attribution(Annotation, key="t"):
    """A statement, belief, demand, intention, attitude or finding that the text ascribes to someone; anchored on its
    cue, the one contiguous piece that says most plainly that something is ascribed.
    """

    source: Extent | None = None
    """Who says it: the noun phrase with title and restrictive modifiers, appositives out; nothing when implicit."""
    content: Extent
    """All that is ascribed and nothing else; quotation marks of a direct quote in, the sentence's full stop out."""
    type: Literal["statement", "belief", "knowledge", "demand", "intention", "attitude", "evidence"]
    """What is ascribed."""
    form: Literal["direct", "indirect", "mixed"] = "indirect"
    """Quoted, told in other words, or both."""
    source_kind: Literal["named", "nominal", "pronoun", "anonymous", "collective", "document", "implicit"]
    """How the source is given; `implicit` exactly when there is no source."""
    polarity: Literal["positive", "negative"] = "positive"
    """Whether the ascription itself is negated."""
    distance: Annotated[Literal["neutral", "endorsing", "distancing"], Keys(distancing="d")] = "neutral"
    """Whether the text stands behind what is ascribed (endorsing) or keeps away from it (`reportedly`, `insists`)."""
    speakers: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Who the source phrase is or contains."""
    addressees: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Who is told or asked."""

    @model_validator(mode="after")
    def implicit_exactly_without_source(self) -> Self:
        if (self.source is None) != (self.source_kind == "implicit"):
            raise PydanticCustomError(
                "implicit_source", "source_kind is implicit exactly when there is no source", {"field": "source_kind"}
            )
        return self


_G1 = Rule(
    "G1",
    Severity.ERROR,
    "No blank, comma, full stop, colon, bullet or | at an edge; quotation marks and brackets only in balanced pairs.",
    "Move the edge, or take in the partner of the quotation mark or bracket.",
)
_G2 = Rule(
    "G2",
    Severity.ERROR,
    "The possessive stays outside, and every edge falls on a word boundary.",
    "Move the edge to the end of the word, before the possessive.",
)
_G3 = Rule(
    "G3",
    Severity.ERROR,
    "An extent stays inside one zone; only content goes on in the next, as a new fragment.",
    "Shorten the extent to one paragraph, list item or table cell.",
)
_G4 = Rule(
    "G4",
    Severity.ERROR,
    "Only content, and a measure split by coordination, may have more than one fragment.",
    "Make the extent one piece.",
)
_G5 = Rule(
    "G5",
    Severity.ERROR,
    "A leading article or demonstrative is out, except inside a name and at the start of content.",
    "Begin the extent after the article.",
)
_G6 = Rule(
    "G6",
    Severity.ERROR,
    "Actors, groups and measures may nest but never cross.",
    "Move an edge so that one lies inside the other or beside it.",
)
_G6_PART = Rule(
    "G6-part",
    Severity.WARNING,
    "An actor that is only a part of a longer actor's title or name is not marked.",
    "Remove the inner actor, unless it owns or qualifies what follows it.",
)
_G7 = Rule(
    "G7",
    Severity.NOTE,
    "Every mention is marked, not only the first.",
    "Mark it, unless it is a mere place here.",
)
_N1 = Rule(
    "N1",
    Severity.ERROR,
    "Attributions nest at most three deep.",
    "Keep the three outermost, or correct a content that reaches too far.",
)
_N2 = Rule(
    "N2",
    Severity.ERROR,
    "An attribution's cue, source and content do not overlap each other.",
    "Cut the content where the cue or the source interrupts it.",
)
_N3 = Rule(
    "N3",
    Severity.ERROR,
    "An attribution lies inside another's content with all its parts or with none.",
    "Widen or shorten one of the two contents.",
)
_A1 = Rule(
    "A1",
    Severity.ERROR,
    "An empty `It` or `There` is never a source.",
    "Leave the source empty and set source_kind to implicit.",
)
_A2 = Rule(
    "A2",
    Severity.ERROR,
    "`that` belongs to the content, not to the cue.",
    "End the cue before `that`, and begin the content with it.",
)
_P1 = Rule(
    "P1",
    Severity.WARNING,
    "Pronouns are marked only where they fill a link.",
    "Link the pronoun from an attribution or a measure, or remove it.",
)

_BLANK_OR_STOP = frozenset(" \t\n\r\v\f\u00a0\u2028\u2029,.:|•")
_BULLET = re.compile(r"[-*–]\s")
_ABBREVIATION = re.compile(r"(?:\b\w\.)+$|\b(?:Lt|Gen|Col|Maj|Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|Jr|Sr|etc|vs)\.$")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_PAIRS = {"“": "”", "‘": "’", "(": ")", "[": "]"}
_NEEDS_PAIR = re.compile(r"[\"“”()\[\]]")
_ARTICLE = re.compile(r"(?:the|an?|this|that|these|those)\s", re.IGNORECASE)
_EMPTY_SOURCES = frozenset({"it", "there"})
_DEPTH = 3


def _is_balanced(words: str) -> bool:
    """Whether double quotation marks and brackets come in pairs; single marks are apostrophes too, and do not count."""
    if _NEEDS_PAIR.search(words) is None:
        return True
    awaited: list[str] = []
    for mark in words:
        if awaited and mark == awaited[-1]:
            awaited.pop()
        elif mark == '"':
            awaited.append('"')
        elif mark in "“([":
            awaited.append(_PAIRS[mark])
        elif mark in "”)]":
            return False
    return not awaited


class SecuritySchema(LabelSchema, version="1.0.0"):
    """Actors, groups, measures and attributions in texts on security cooperation."""

    labels = (Actor, Group, Measure, Attribution)
    entity_kinds: ClassVar[tuple[str, ...]] = (*ACTOR_KINDS, "group")
    rules: ClassVar[tuple[Rule, ...]] = (
        _G1, _G2, _G3, _G4, _G5, _G6, _G6_PART, _G7, _N1, _N2, _N3, _A1, _A2, _P1,
    )  # fmt: skip

    def snap(self, text: str, extent: Extent) -> Extent | None:
        """Leaves out what rules G1 and G2 keep outside: blanks, stops and bullets at the edges, and the possessive."""
        inner = trimmed(text, extent, _BLANK_OR_STOP.__contains__)
        if inner is None:
            return None
        start, end = inner[-1]
        if text[end : end + 1] == "." and end < extent.end and _ABBREVIATION.search(text[start : end + 1]):
            end += 1
        elif possessive := _POSSESSIVE.search(text[start:end]):
            end = start + possessive.start()
        return Extent.joined([*inner[:-1], (start, end)]) if start < end else None

    def check(self, document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
        """What breaks the guidelines' rules in one layer of a document."""
        text = document.text
        zone_starts = [zone.start for zone in document.zones]
        attributions: list[Attribution] = []
        mentions: list[Actor | Group] = []
        linked: set[str] = set()
        for annotation in annotations:
            yield from _edges(annotation, annotation.extent, text)
            if annotation.end > len(text):
                continue
            if isinstance(annotation, Attribution):
                attributions.append(annotation)
                linked.update(annotation.speakers, annotation.addressees)
                yield from _attribution_parts(annotation, text)
                yield from _one_zone(annotation, annotation.source, zone_starts)
            elif isinstance(annotation, Measure):
                linked.update(annotation.initiators, annotation.targets, annotation.partners)
            elif isinstance(annotation, Actor | Group):
                mentions.append(annotation)
            if annotation.fragments is not None:
                if not isinstance(annotation, Measure):
                    yield _G4.finding("more than one fragment", **_place(annotation))
                yield from _one_zone(annotation, annotation.fragments, zone_starts)
            if not isinstance(annotation, Attribution):
                yield from _leading_article(annotation)
        yield from _crossings([each for each in annotations if not isinstance(each, Attribution)])
        yield from _titles(mentions, text)
        yield from _nesting(attributions)
        for mention in mentions:
            if mention.mention == "pronoun" and mention.id not in linked:
                yield _P1.finding(f"nothing links to the pronoun “{mention.text}”", **_place(mention))
        yield from _missed(document, mentions)


def _place(annotation: Annotation, extent: Extent | None = None) -> dict[str, str | int]:
    extent = extent or annotation.extent
    return {"annotation": annotation.id, "start": extent.start, "end": extent.end}


def _edges(annotation: Annotation, extent: Extent, text: str, part: str = "the extent") -> Iterator[Finding]:
    size = len(text)
    for start, end in extent:
        if end > size:
            return
        words = text[start:end]
        first, last = words[0], words[-1]
        if (
            first in _BLANK_OR_STOP
            or (last in _BLANK_OR_STOP and not (last == "." and _ABBREVIATION.search(words)))
            or _BULLET.match(words)
        ):
            yield _G1.finding(
                f"{part} “{words}” has a blank, a stop or a bullet at an edge", **_place(annotation, extent)
            )
        if (start > 0 and first.isalnum() and text[start - 1].isalnum()) or (
            end < size and last.isalnum() and text[end].isalnum()
        ):
            yield _G2.finding(f"{part} “{words}” begins or ends inside a word", **_place(annotation, extent))
        if last in "s'’" and _POSSESSIVE.search(words) and "‘" not in words:
            yield _G2.finding(f"{part} “{words}” takes in the possessive", **_place(annotation, extent))
    # A quotation may go on in the next fragment, behind the cue or in the next paragraph.
    if not _is_balanced(whole := extent.text(text)):
        yield _G1.finding(f"{part} “{whole}” has half of a pair", **_place(annotation, extent))


def _attribution_parts(attribution: Attribution, text: str) -> Iterator[Finding]:
    cue, source, content = attribution.extent, attribution.source, attribution.content
    yield from _edges(attribution, content, text, "content")
    if content.overlaps(cue):
        yield _N2.finding("cue and content overlap", **_place(attribution))
    if attribution.text.endswith(" that"):
        yield _A2.finding(f"the cue “{attribution.text}” takes in `that`", **_place(attribution))
    if source is None:
        return
    yield from _edges(attribution, source, text, "source")
    if source.overlaps(cue) or source.overlaps(content):
        yield _N2.finding("the source overlaps the cue or the content", **_place(attribution, source))
    if len(source) > 1:
        yield _G4.finding("the source has more than one fragment", **_place(attribution, source))
    words = source.text(text)
    if words.lower() in _EMPTY_SOURCES and attribution.source_kind != "pronoun":
        yield _A1.finding(f"“{words}” is no source", **_place(attribution, source))
    # A capital article may be part of a name (`The New York Times`); a small one never is.
    if _ARTICLE.match(words) and words[0].islower():
        yield _G5.finding(f"the source “{words}” begins with an article", **_place(attribution, source))


def _one_zone(annotation: Annotation, extent: Extent | None, zone_starts: Sequence[int]) -> Iterator[Finding]:
    if extent is None or not zone_starts:
        return
    if bisect_right(zone_starts, extent.start) != bisect_right(zone_starts, extent.end - 1):
        yield _G3.finding("the extent reaches from one zone into another", **_place(annotation, extent))


def _leading_article(annotation: Annotation) -> Iterator[Finding]:
    if _ARTICLE.match(annotation.text):
        is_name = isinstance(annotation, Actor | Group) and annotation.mention == "name"
        if not (is_name and annotation.text[0].isupper()):
            yield _G5.finding(f"“{annotation.text}” begins with an article", **_place(annotation))


def _crossings(annotations: Iterable[Annotation]) -> Iterator[Finding]:
    """Crossing pairs among annotations sorted by start: those still open when another begins and ends later."""
    open_before: list[Annotation] = []
    for annotation in annotations:
        open_before = [other for other in open_before if other.end > annotation.start]
        for other in open_before:
            if (
                (other.end < annotation.end and other.start < annotation.start)
                or other.fragments
                or annotation.fragments
            ) and other.extent.crosses(annotation.extent):
                yield _G6.finding(f"“{annotation.text}” crosses “{other.text}”", **_place(annotation))
        open_before.append(annotation)


def _titles(mentions: Sequence[Actor | Group], text: str) -> Iterator[Finding]:
    around: list[Actor | Group] = []
    for mention in mentions:
        around = [other for other in around if other.end > mention.start]
        for other in around:
            if (
                isinstance(mention, Actor)
                and isinstance(other, Actor)
                and other.mention == "name"
                and other.end >= mention.end
                and not re.match(r"['’]|-", text[mention.end : mention.end + 1])
                and not text[mention.end : other.end].startswith((")", ","))
            ):
                yield _G6_PART.finding(f"“{mention.text}” is a part of the name “{other.text}”", **_place(mention))
                break
        around.append(mention)


def _nesting(attributions: Sequence[Attribution]) -> Iterator[Finding]:
    if len(attributions) < 2:
        return
    inside: dict[str, list[Attribution]] = defaultdict(list)
    for outer in attributions:
        for inner in attributions:
            if inner is outer or inner.start >= outer.content.end or inner.end <= outer.content.start:
                continue
            if not outer.content.overlaps(inner.extent):
                continue
            parts = [inner.extent, inner.content, *([inner.source] if inner.source else [])]
            if all(outer.content.covers(part) for part in parts):
                inside[inner.id].append(outer)
            else:
                yield _N3.finding(
                    f"“{inner.text}” lies inside the content of “{outer.text}”, but its parts reach out",
                    **_place(inner),
                )
    for attribution in attributions:
        if len(inside[attribution.id]) >= _DEPTH:
            yield _N1.finding(f"“{attribution.text}” is nested more than {_DEPTH} deep", **_place(attribution))


def _missed(document: Document, mentions: Sequence[Actor | Group]) -> Iterator[Finding]:
    names = {mention.text for mention in mentions if mention.mention == "name"}
    if not names:
        return
    covered = Extent.joined((mention.start, mention.end) for mention in mentions)
    starts = [start for start, _ in covered]
    text = document.text
    for name in sorted(names):
        position = text.find(name)
        while position >= 0:
            end = position + len(name)
            fragment = bisect_right(starts, position) - 1
            if (
                (fragment < 0 or covered[fragment][1] < end)
                and not (position > 0 and text[position - 1].isalnum())
                and not (end < len(text) and text[end].isalnum())
                and _is_open(document, position)
            ):
                yield _G7.finding(f"“{name}” is not marked here", start=position, end=end)
            position = text.find(name, end)


def _is_open(document: Document, position: int) -> bool:
    return not document.zones or any(zone.start <= position < zone.end and zone.is_open for zone in document.zones)
