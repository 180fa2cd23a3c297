"""What breaks the rules in one layer of a document. Annotations come by place and lie in the text.

Most annotations break none, so what is quick to see comes first, and extents and findings are made where it fails.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schemas.annotation import Annotation
from schemas.document import Document
from schemas.extent import Extent, Fragment
from schemas.finding import Finding
from schemas.security.edges import KEPT, edge_faults, keeps_edges
from schemas.security.labels import Actor, Attribution, Group, Measure
from schemas.security.rules import A1, A2, G3, G4, G5, G6, G6_PART, G7, N1, N2, N3, P1

_ARTICLE = re.compile(r"(?:the|an?|this|that|these|those)\s", re.IGNORECASE)
_EMPTY_SOURCES = frozenset({"it", "there"})
_DEPTH = 3


def broken_rules(document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
    """Every rule that the annotations break: one by one, in pairs, and by what is not there."""
    text = document.text
    zones = _Zones(document)
    attributions: list[Attribution] = []
    names: set[tuple[str, int]] = set()
    pronouns: list[Annotation] = []
    reach = low = high = -1
    is_nested = False
    for annotation in annotations:
        values = annotation.__dict__
        start, end, words = values["start"], values["end"], values["text"]
        # The zone of one extent mostly is that of the next one, too.
        if start < low or start >= high:
            low, high = zones.around(start)
        if values["fragments"] is not None:
            yield from _fragments(annotation, annotation.extent, text, zones)
        elif not (
            (end < high and text[start - 1 : end + 1] in KEPT) or (end <= high and keeps_edges(text, start, end))
        ):
            yield from _one_piece(annotation, text, zones)
        if type(annotation) is Attribution:
            attributions.append(annotation)
            if not _is_plain(values, text, low, high):
                yield from _attribution(annotation, text, zones)
            continue
        # Once one is nested, how far any of them reaches is asked no more.
        is_nested = is_nested or start < reach
        reach = end
        mention = values.get("mention")
        if mention == "name":
            names.add((words, start))
        elif mention == "pronoun":
            pronouns.append(annotation)
        if words[:1] in "tTaA" and _ARTICLE.match(words):
            yield from _leading_article(annotation, is_name=mention == "name")
    if is_nested:
        yield from _nested(annotations, text)
    yield from _nesting(attributions)
    if pronouns:
        yield from _unlinked(pronouns, annotations)
    yield from _missed(text, names, annotations, zones)


class _Zones:
    """The zones of a document."""

    def __init__(self, document: Document) -> None:
        self._zones = document.zones
        self._starts = [zone.start for zone in document.zones] or [0]
        self._ends = [*self._starts[1:], len(document.text)]

    def around(self, position: int) -> Fragment:
        """The zone of a code point."""
        index = bisect_right(self._starts, position) - 1
        return self._starts[index], self._ends[index]

    def hold(self, start: int, end: int) -> bool:
        """Whether `[start, end)` lies in one zone."""
        return end <= self.around(start)[1]

    def is_open(self, position: int) -> bool:
        """Whether the zone of a code point is open."""
        return not self._zones or self._zones[bisect_right(self._starts, position) - 1].is_open


def _place(annotation: Annotation, extent: Extent | None = None) -> dict[str, str | int]:
    extent = extent or annotation.extent
    return {"annotation": annotation.id, "start": extent.start, "end": extent.end}


def _across_zones(annotation: Annotation, extent: Extent) -> Finding:
    return G3.finding("the extent reaches from one zone into another", **_place(annotation, extent))


def _one_piece(annotation: Annotation, text: str, zones: _Zones) -> Iterator[Finding]:
    yield from edge_faults(annotation, annotation.extent, text)
    if not zones.hold(annotation.start, annotation.end):
        yield _across_zones(annotation, annotation.extent)


def _fragments(annotation: Annotation, extent: Extent, text: str, zones: _Zones) -> Iterator[Finding]:
    yield from edge_faults(annotation, extent, text)
    if type(annotation) is not Measure:
        yield G4.finding("more than one fragment", **_place(annotation))
    if not zones.hold(extent.start, extent.end):
        yield _across_zones(annotation, extent)


def _is_plain(values: Mapping[str, Any], text: str, first: int, last: int) -> bool:
    """Whether `_attribution` has nothing to say of an attribution's values; where this is not sure, it says no.

    `first` and `last` are the bounds of the cue's zone, in which its parts mostly lie.
    """
    source, content = values["source"], values["content"]
    if len(content) > 1 or values["fragments"] is not None or values["text"][-5:] == " that":
        return False
    start, end = content[0]
    cue_start, cue_end = values["start"], values["end"]
    if (
        (start < cue_end and cue_start < end)
        or start < first
        or end > last
        or not ((end < last and text[start - 1 : end + 1] in KEPT) or keeps_edges(text, start, end))
    ):
        return False
    if source is None:
        return True
    if len(source) > 1:
        return False
    low, high = source[0]
    return not (
        (low < cue_end and cue_start < high)
        or (low < end and start < high)
        or text[low] in "ta"
        or (high - low <= 5 and text[low:high].lower() in _EMPTY_SOURCES)
        or low < first
        or high > last
        or not keeps_edges(text, low, high)
    )


def _attribution(attribution: Attribution, text: str, zones: _Zones) -> Iterator[Finding]:
    source, content = attribution.source, attribution.content
    cue: Sequence[Fragment] = attribution.fragments or ((attribution.start, attribution.end),)
    if not all(keeps_edges(text, start, end) for start, end in content):
        yield from edge_faults(attribution, content, text, "content")
    if not all(zones.hold(start, end) for start, end in content):
        yield _across_zones(attribution, content)
    if _overlap(content, cue):
        yield N2.finding("cue and content overlap", **_place(attribution))
    if attribution.text.endswith(" that"):
        yield A2.finding(f"the cue “{attribution.text}” takes in `that`", **_place(attribution))
    if source is not None:
        yield from _source(attribution, source, cue, text, zones)


def _source(
    attribution: Attribution, source: Extent, cue: Sequence[Fragment], text: str, zones: _Zones
) -> Iterator[Finding]:
    start, end = source[0]
    words = text[start:end]
    if len(source) > 1:
        words = source.text(text)
        yield G4.finding("the source has more than one fragment", **_place(attribution, source))
    if len(source) > 1 or not keeps_edges(text, start, end):
        yield from edge_faults(attribution, source, text, "source")
    if not zones.hold(source.start, source.end):
        yield _across_zones(attribution, source)
    if _overlap(source, cue) or _overlap(source, attribution.content):
        yield N2.finding("the source overlaps the cue or the content", **_place(attribution, source))
    if words.lower() in _EMPTY_SOURCES and attribution.source_kind != "pronoun":
        yield A1.finding(f"“{words}” is no source", **_place(attribution, source))
    # A capital article may be part of a name (`The New York Times`); a small one never is.
    if words[0] in "ta" and _ARTICLE.match(words):
        yield G5.finding(f"the source “{words}” begins with an article", **_place(attribution, source))


def _overlap(one: Sequence[Fragment], other: Sequence[Fragment]) -> bool:
    """Whether two extents have a code point in common."""
    return any(start < high and low < end for start, end in one for low, high in other)


def _leading_article(annotation: Annotation, *, is_name: bool) -> Iterator[Finding]:
    if not (is_name and annotation.text[0].isupper()):
        yield G5.finding(f"“{annotation.text}” begins with an article", **_place(annotation))


def _nested(annotations: Iterable[Annotation], text: str) -> Iterator[Finding]:
    for group in _overlapping(each for each in annotations if type(each) is not Attribution):
        yield from _crossings(group)
        yield from _titles(group, text)


def _overlapping(annotations: Iterable[Annotation]) -> Iterator[list[Annotation]]:
    """The annotations, by place, in groups that do not overlap each other; those that overlap none are left out."""
    group: list[Annotation] = []
    reach = -1
    for annotation in annotations:
        if annotation.start >= reach:
            if len(group) > 1:
                yield group
            group = []
        group.append(annotation)
        reach = max(reach, annotation.end)
    if len(group) > 1:
        yield group


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
            ) and _pieces_cross(other.extent, annotation.extent):
                yield G6.finding(f"“{annotation.text}” crosses “{other.text}”", **_place(annotation))
        open_before.append(annotation)


def _pieces_cross(one: Extent, other: Extent) -> bool:
    """Whether a piece of one crosses a piece of the other; what members of a coordination share is whole in both."""
    return any(start < low < end < high or low < start < high < end for start, end in one for low, high in other)


def _titles(annotations: Iterable[Annotation], text: str) -> Iterator[Finding]:
    """Actors inside a longer actor's name, unless they own or qualify what follows them."""
    actors = [each for each in annotations if type(each) is Actor]
    actors.sort(key=lambda actor: (actor.start, -actor.end))
    around: list[Actor] = []
    for actor in actors:
        around = [other for other in around if other.end > actor.start]
        after = text[actor.end : actor.end + 1]
        for other in around:
            if (
                other.mention == "name"
                and other.end >= actor.end
                and (other.start, other.end) != (actor.start, actor.end)
                and after not in ("'", "’", "-")
                and not (after in (")", ",") and other.end > actor.end)
            ):
                yield G6_PART.finding(f"“{actor.text}” is a part of the name “{other.text}”", **_place(actor))
                break
        around.append(actor)


def _may_nest(attributions: Iterable[Attribution]) -> bool:
    """Whether a cue may lie in the content of another attribution."""
    cue_reach = content_reach = -1
    for attribution in attributions:
        values = attribution.__dict__
        content = values["content"]
        if values["start"] < content_reach or content[0][0] < cue_reach:
            return True
        content_reach = content[-1][1]
        cue_reach = max(cue_reach, values["end"])
    return False


def _nesting(attributions: Sequence[Attribution]) -> Iterator[Finding]:
    if not _may_nest(attributions):
        return
    starts = [attribution.start for attribution in attributions]
    longest = max([attribution.end - attribution.start for attribution in attributions])
    inside: dict[str, int] = defaultdict(int)
    for outer in attributions:
        content = outer.content
        # A cue that begins before the content may reach into it.
        first, last = bisect_left(starts, content[0][0] - longest), bisect_left(starts, content[-1][1])
        if last - first == 1 and attributions[first] is outer:
            continue
        for inner in attributions[first:last]:
            if inner is outer or not content.overlaps(inner.extent):
                continue
            parts = [inner.extent, inner.content, *([inner.source] if inner.source else [])]
            if all(content.covers(part) for part in parts):
                inside[inner.id] += 1
            else:
                yield N3.finding(
                    f"“{inner.text}” lies inside the content of “{outer.text}”, but its parts reach out",
                    **_place(inner),
                )
    for attribution in attributions if inside else ():
        if inside[attribution.id] >= _DEPTH:
            yield N1.finding(f"“{attribution.text}” is nested more than {_DEPTH} deep", **_place(attribution))


def _unlinked(pronouns: Sequence[Annotation], annotations: Sequence[Annotation]) -> Iterator[Finding]:
    linked: set[str] = set()
    for annotation in annotations:
        if isinstance(annotation, Attribution):
            linked.update(annotation.speakers, annotation.addressees)
        elif isinstance(annotation, Measure):
            linked.update(annotation.initiators, annotation.targets, annotation.partners)
    for pronoun in pronouns:
        if pronoun.id not in linked:
            yield P1.finding(f"nothing links to the pronoun “{pronoun.text}”", **_place(pronoun))


def _missed(
    text: str, names: Iterable[tuple[str, int]], annotations: Iterable[Annotation], zones: _Zones
) -> Iterator[Finding]:
    """Names that stand in an open zone outside of every mention."""
    counts: dict[str, int] = {}
    for name, _ in names:
        counts[name] = counts.get(name, 0) + 1
    missed = [name for name, count in counts.items() if name and text.count(name) != count]
    if not missed:
        return
    mentions = [each for each in annotations if type(each) is Actor or type(each) is Group]
    covered = Extent.joined((mention.start, mention.end) for mention in mentions)
    starts = [start for start, _ in covered]
    for name in sorted(missed):
        position = text.find(name)
        while position >= 0:
            end = position + len(name)
            fragment = bisect_right(starts, position) - 1
            if (
                (fragment < 0 or covered[fragment][1] < end)
                and not (text[position - 1 : position].isalnum() or text[end : end + 1].isalnum())
                and zones.is_open(position)
            ):
                yield G7.finding(f"“{name}” is not marked here", start=position, end=end)
            position = text.find(name, end)
