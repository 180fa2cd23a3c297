"""Where a motion leads: characters, words, sentences and paragraphs of a text, as code points.

A paragraph is a line of the document, and a sentence lies within one. A word is a run of letters and digits, joined by
hyphens or apostrophes, or an abbreviation with its points; the possessive `’s` is no part of it. Everything is found
from the text around the offset, so that a step costs the same in a document of any size.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import regex

from annotator.graphemes import cluster_at, next_edge, previous_edge

__all__ = [
    "cluster_at",
    "grow",
    "next_edge",
    "next_paragraph",
    "next_sentence",
    "next_word",
    "next_word_end",
    "paragraph_at",
    "phrase_at",
    "previous_edge",
    "previous_paragraph",
    "previous_sentence",
    "previous_word",
    "sentence_at",
    "word_at",
]

_WORD: Final = regex.compile(
    r"""
    (?! (?<=[\p{L}\p{N}.]['’ʼ]) [sS] (?![\p{L}\p{N}]) )  # what a possessive leaves
    (?:
    (?:\p{L}\.){2,}                             # U.S.
    | \p{Han}\p{M}* | \p{Hiragana}+ | \p{Katakana}+   # scripts that write no blanks
    | [\p{L}\p{N}_] [\p{L}\p{N}\p{M}\u200c\u200d_]*
      (?:
        (?: [-\u2010\u2011] | ['’ʼ](?![sS](?![\p{L}\p{N}])) | (?<=\p{N})[.,:/](?=\p{N}) )
        [\p{L}\p{N}] [\p{L}\p{N}\p{M}\u200c\u200d_]*
      )*
    )
    """,
    regex.VERBOSE,
)
_BLANK: Final = regex.compile(r"\s")
_INK: Final = regex.compile(r"\S")
_INK_BEFORE: Final = regex.compile(r"(?r)\S")
_LETTER_BEFORE: Final = regex.compile(r"(?r)[\p{L}\p{N}_]")
_FARTHEST: Final = 512
"""Code points without a blank that are read backwards before a word is taken to begin."""
_LONG_LINE: Final = 8_000
"""Code points of a line that are searched for a sentence's edge, to each side."""


def _words(words: str) -> frozenset[str]:
    """A set of words, from a string of them."""
    return frozenset(words.split())


_TITLES: Final = _words(
    """
    mr mrs ms dr prof rev hon gov sen rep pres st messrs gen lt col maj capt cmdr adm brig sgt cpl pvt ret
    dept univ vs approx cf viz e.g i.e eds
    """
)
"""Abbreviations, without their last point, after which a sentence goes on."""
_BEFORE_NUMBERS: Final = _words(
    """
    no nos vol fig figs p pp ch sec art para ca
    jan feb mar apr jun jul aug sep sept oct nov dec
    """
)
"""Abbreviations after which a sentence goes on if a number follows."""
_MAY_END: Final = _words("inc ltd co corp bros etc al jr sr a.m p.m ph.d")
"""Abbreviations that may end a sentence, as one like `U.S.` may: the next word tells."""
_OPENERS: Final = _words(
    """
    the this that these those it its he she they we i his her their our there here in on at by for from with
    but and or yet so however meanwhile moreover furthermore although though while when since if as after before
    both some many most such what who why how
    """
)
"""Words that, with a capital, tell that a sentence begins."""
_STOP: Final = regex.compile(r"""[.!?…。！？؟۔]+ [\"'”’»)\]]* (?=\s|$) | [。！？]+ [”’」』]* (?=\S)""", regex.VERBOSE)
_TOKEN_BEFORE: Final = regex.compile(r"(?r)[\p{L}\p{N}.]*")
_TOKEN_AFTER: Final = regex.compile(r"[\s\"'“‘«(\[–—•*-]*([\p{L}\p{M}]+|\p{N})?")
_PHRASE_EDGE: Final = regex.compile(r"""[,;:](?!\p{N}) | [!?…—()\[\]{}"“”«»|]+ | (?<=\s)[-–](?=\s)""", regex.VERBOSE)
_FINAL_STOP: Final = regex.compile(r"""[.!?…。！？؟۔]+[\"'”’»)\]]*$""")


def line_at(text: str, offset: int) -> tuple[int, int]:
    """Start and end of the line that an offset lies in, without its line feed."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return start, len(text) if end < 0 else end


paragraph_at = line_at


def _word_start_before(text: str, offset: int) -> int:
    """A position at or before an offset at which no word is cut in two."""
    low = max(0, offset - _FARTHEST)
    for at in range(min(offset, len(text)), low, -1):
        if _BLANK.match(text[at - 1]):
            return at
    return low


def word_at(text: str, offset: int) -> tuple[int, int] | None:
    """Start and end of the word at an offset, or nothing between words."""
    for found in _WORD.finditer(text, _word_start_before(text, offset)):
        if found.start() > offset:
            return None
        if found.end() > offset:
            return found.span()
    return None


def word_starts(text: str, start: int, end: int) -> list[int]:
    """Where the words begin that begin in `[start, end)`."""
    found = _WORD.finditer(text, _word_start_before(text, start), end)
    return [int(word.start()) for word in found if word.start() >= start]


def next_word(text: str, offset: int) -> int:
    """The start of the first word that begins after an offset, or the end of the text."""
    for found in _WORD.finditer(text, _word_start_before(text, offset)):
        if found.start() > offset:
            return int(found.start())
    return len(text)


def next_word_end(text: str, offset: int) -> int:
    """The end (exclusive) of the first word that ends after an offset, or the end of the text."""
    for found in _WORD.finditer(text, _word_start_before(text, offset)):
        if found.end() > offset:
            return int(found.end())
    return len(text)


def previous_word(text: str, offset: int) -> int:
    """The start of the last word that begins before an offset, or 0."""
    at = offset
    while (letter := _LETTER_BEFORE.search(text, 0, at)) is not None:
        at = letter.start()
        word = word_at(text, at)
        if word is not None:
            return word[0]
    return 0


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether the stop at `[start, end)` ends a sentence, or belongs to an abbreviation."""
    after = _TOKEN_AFTER.match(text, end)
    following = (after.group(1) or "") if after else ""
    if following[:1].islower():
        return False
    if text[start:end] != ".":
        return True
    before = _TOKEN_BEFORE.match(text, 0, start)
    word = before.group() if before else ""
    known = word.lower()
    if known in _TITLES or (len(word) == 1 and word.isupper()):
        return False
    if known in _BEFORE_NUMBERS:
        return not following.isdigit()
    if known in _MAY_END or ("." in word and not any(part.isdigit() for part in word)):
        return not following or following.lower() in _OPENERS
    return True


@lru_cache(maxsize=64)
def sentences(line: str) -> tuple[tuple[int, int], ...]:
    """The sentences of one line: start and end of each, without the blanks around it.

    Args:
        line: A line without its line feed.
    """
    found = []
    start = len(line) - len(line.lstrip())
    for stop in _STOP.finditer(line):
        end = stop.end()
        if end > start and _ends_sentence(line, stop.start(), end):
            found.append((start, end))
            start = end + len(line[end:]) - len(line[end:].lstrip()) if line[end : end + 1].isspace() else end
    rest = line.rstrip()
    if len(rest) > start:
        found.append((start, len(rest)))
    return tuple(found)


def _around(text: str, offset: int) -> tuple[int, int]:
    """The line at an offset; of a very long line, the part around it."""
    start, end = line_at(text, offset)
    low = start if offset - start < _LONG_LINE else offset - offset % _LONG_LINE - _LONG_LINE
    return low, min(end, low + 3 * _LONG_LINE)


def _sentences_in(text: str, low: int, high: int) -> list[tuple[int, int]]:
    return [(low + start, low + end) for start, end in sentences(text[low:high])]


def sentence_at(text: str, offset: int) -> tuple[int, int] | None:
    """Start and end of the sentence at an offset, or of the one before the blanks there; nothing on an empty line."""
    found = None
    for start, end in _sentences_in(text, *_around(text, offset)):
        if start > offset and found is not None:
            break
        found = (start, end)
        if end > offset:
            break
    return found


def next_sentence(text: str, offset: int) -> int:
    """The start of the first sentence that begins after an offset, or the end of the text."""
    at = offset
    while at < len(text):
        low, high = _around(text, at)
        for start, _ in _sentences_in(text, low, high):
            if start > offset:
                return start
        ink = _INK.search(text, high)
        at = ink.start() if ink else len(text)
    return len(text)


def previous_sentence(text: str, offset: int) -> int:
    """The start of the last sentence that begins before an offset, or 0."""
    at = offset
    while True:
        low, high = _around(text, at)
        starts = [start for start, _ in _sentences_in(text, low, high) if start < offset]
        if starts:
            return starts[-1]
        ink = _INK_BEFORE.search(text, 0, low)
        if ink is None:
            return 0
        at = ink.start()


def next_paragraph(text: str, offset: int) -> int:
    """The start of the next line that is not empty, or the end of the text."""
    ink = _INK.search(text, line_at(text, offset)[1])
    return line_at(text, ink.start())[0] if ink else len(text)


def previous_paragraph(text: str, offset: int) -> int:
    """The start of this line, or, from there, of the last line before it that is not empty, or 0."""
    start, end = line_at(text, offset)
    if start < offset and _INK.search(text, start, end):
        return start
    ink = _INK_BEFORE.search(text, 0, start)
    return line_at(text, ink.start())[0] if ink else 0


def phrase_at(text: str, offset: int) -> tuple[int, int] | None:
    """Start and end of what stands between two marks of punctuation around an offset, without blanks; or nothing."""
    sentence = sentence_at(text, offset)
    if sentence is None:
        return None
    start, end = sentence
    for edge in _PHRASE_EDGE.finditer(text, start, end):
        if edge.end() <= offset:
            start = edge.end()
        elif edge.start() > offset:
            end = edge.start()
            break
        else:
            return None
    stop = _FINAL_STOP.search(text, max(start, end - 8), end)
    if stop is not None:
        # An abbreviation keeps its own point.
        word = word_at(text, stop.start())
        end = stop.start() if word is None else word[1]
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def last_word_end(text: str, offset: int, *, sentence: bool) -> int:
    """Where the last word ends of the phrase, or the sentence, at an offset."""
    around = sentence_at(text, offset) if sentence else phrase_at(text, offset)
    end = around[1] if around is not None and around[1] > offset else offset + 1
    last = word_at(text, previous_word(text, end))
    return max(last[1] if last is not None else end, min(offset + 1, len(text)))


def grow(text: str, start: int, end: int) -> tuple[int, int]:
    """The next larger unit around a selection: word, phrase, sentence, paragraph, document.

    Args:
        text: The whole document.
        start: The selection's first code point.
        end: One past its last.

    Returns:
        The smallest unit, or run of units from the first to the last that it touches, that covers the selection and
        more; the whole text at the end.
    """
    last = max(start, end - 1)
    for unit in (word_at, phrase_at, sentence_at, paragraph_at):
        first_unit, last_unit = unit(text, start), unit(text, last)
        low = min(start, first_unit[0]) if first_unit else start
        high = max(end, last_unit[1]) if last_unit else end
        if (low, high) != (start, end):
            return low, high
    return 0, len(text)
