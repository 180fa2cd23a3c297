"""Where an extent may begin and end: rules G1 and G2, and how a selection is brought to keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemas.annotation import Annotation
from schemas.extent import Extent, trimmed
from schemas.finding import Finding
from schemas.security.rules import G1, G2

BLANK_OR_STOP = frozenset(" \t\n\r\v\f\u00a0\u2028\u2029,.:|•")
_BULLET = re.compile(r"[-*–]\s")
_ABBREVIATION = re.compile(r"(?:\b\w\.)+$|\b(?:Lt|Gen|Col|Maj|Mr|Mrs|Ms|Dr|Prof|St|Inc|Ltd|Co|Jr|Sr|etc|vs)\.$")
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")
_PAIRS = {"“": "”", "‘": "’", "(": ")", "[": "]"}
_NEEDS_PAIR = re.compile(r"[\"“”()\[\]]")

KEPT: set[str] = set()
"""Fragments that keep their edges, each with the character before and after it: the same names come again and again."""

_MOSTKEPT = 1 << 15
_SHORT = 60
"""How many fragments are remembered, and the most code points that one of them has."""

_SUSPECT_FIRST = BLANK_OR_STOP | frozenset("-*–")
_SUSPECT_LAST = BLANK_OR_STOP | frozenset("'’")
_SUSPECT_ENDS = ("'s", "’s")


def tidied(text: str, extent: Extent) -> Extent | None:
    """The extent without blanks, stops and bullets at its edges, and without a possessive; none where none is left."""
    inner = trimmed(text, extent, BLANK_OR_STOP.__contains__)
    if inner is None:
        return None
    start, end = inner[-1]
    if text[end : end + 1] == "." and end < extent.end and _ABBREVIATION.search(text[start : end + 1]):
        end += 1
    elif possessive := _POSSESSIVE.search(text[start:end]):
        end = start + possessive.start()
    return Extent.joined([*inner[:-1], (start, end)]) if start < end else None


def keeps_edges(text: str, start: int, end: int) -> bool:
    """Whether `edge_faults` has nothing to say about one fragment; where this is not sure, it says no."""
    around = text[start - 1 : end + 1]
    if around in KEPT and start > 0 and end < len(text):
        return True
    words = text[start:end]
    first, last = words[0], words[-1]
    if (
        first in _SUSPECT_FIRST
        or last in _SUSPECT_LAST
        or words.endswith(_SUSPECT_ENDS)
        or (text[start - 1 : start].isalnum() and first.isalnum())
        or (text[end : end + 1].isalnum() and last.isalnum())
        or _NEEDS_PAIR.search(words)
    ):
        return False
    if len(words) <= _SHORT and len(KEPT) < _MOSTKEPT and start > 0 and end < len(text):
        KEPT.add(around)
    return True


def edge_faults(annotation: Annotation, extent: Extent, text: str, part: str = "the extent") -> Iterator[Finding]:
    """What is wrong with the edges of an extent of an annotation."""
    place = {"annotation": annotation.id, "start": extent.start, "end": extent.end}
    for start, end in extent:
        words = text[start:end]
        first, last = words[0], words[-1]
        if (
            first in BLANK_OR_STOP
            or (last in BLANK_OR_STOP and not (last == "." and _ABBREVIATION.search(words)))
            or _BULLET.match(words)
        ):
            yield G1.finding(f"{part} “{words}” has a blank, a stop or a bullet at an edge", **place)
        if (start > 0 and first.isalnum() and text[start - 1].isalnum()) or (
            end < len(text) and last.isalnum() and text[end].isalnum()
        ):
            yield G2.finding(f"{part} “{words}” begins or ends inside a word", **place)
        if _POSSESSIVE.search(words) and "‘" not in words:
            yield G2.finding(f"{part} “{words}” takes in the possessive", **place)
    # A quotation may go on in the next fragment, behind the cue or in the next paragraph.
    if not _is_balanced(whole := extent.text(text)):
        yield G1.finding(f"{part} “{whole}” has half of a pair", **place)


def _is_balanced(words: str) -> bool:
    """Whether double quotation marks and brackets come in pairs; single marks are apostrophes too, and do not count."""
    awaited: list[str] = []
    for mark in _NEEDS_PAIR.findall(words):
        if awaited and mark == awaited[-1]:
            awaited.pop()
        elif mark == '"':
            awaited.append('"')
        elif mark in "“([":
            awaited.append(_PAIRS[mark])
        else:
            return False
    return not awaited
