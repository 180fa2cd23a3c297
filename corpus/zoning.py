"""Zones proposed from the text alone: by its lines, its blanks, its punctuation, and a few words that pages share.

The rules know how articles are laid out, not what they say. Where they cannot know, they leave a paragraph open as
`body`, because a zone that is closed by mistake hides text; `annotator zones` shows what they chose and corrects it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from schemas import OPEN_KINDS, Zone, ZoneKind

_LINE_LIMIT = 100_000
"""A text with more lines than this is not an article; it gets one open zone."""

_TITLE_LIMIT = 150
_HEADING_LIMIT = 100
_HEADING_WORDS = 14
_FURNITURE_LIMIT = 600
_TAIL_LIMIT = 300
"""The longest title, heading, piece of furniture and paragraph of a page's tail, in code points; a heading's words."""

_WRAP_LIMIT = 120
"""Lines that are longer were not broken to fit a page."""

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_RULE_ROW = re.compile(r"[\s|:+=_*~-]{3,}\Z")
_BAR = re.compile(r"\|[\s|]*")
_CELL = re.compile(r"[^|]+")
_STRONG_MARKER = re.compile(r"[-*•‣◦▪▫●○■□◆·]\s+\S")
_WEAK_MARKER = re.compile(r"(?:[–—]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_HASH_HEADING = re.compile(r"#{1,6}\s+\S")
_CLOSERS = "”’\"'»)]*_ "
_SENTENCE_ENDS = ".!?…。！？।۔؟"
_NOT_A_HEADING_ENDS = _SENTENCE_ENDS + ":;,،؛"
_SECTION_MARK = re.compile(r"\s(\|\s*[^|\s][^|]{0,40})\Z")

_CALENDAR_HEAD = re.compile(r"[^\W\d_]{3,12}\s+\d{4}\Z")
_CALENDAR_DAYS = re.compile(r"[ms]\w{0,8}(\s+[mtwfs]\w{0,8}){6}\Z", re.IGNORECASE)
_CALENDAR_ROW = re.compile(r"[\d\s]+\Z")

_FURNITURE = re.compile(
    r"""
      (editor|author|publisher)s?[’']?s?[’']?\s+note\b          # Editor’s Note: …
    | (featured\s+)?(image|photo|picture|illustration|graphic)s?(\s+\d+)?(\s+(credit|courtesy)s?)?(\s+by)?\s*:
    | (share|follow|like|tweet|print|email)(\s+(this|us|on|via)\b[^.]{0,30})?\s*:?\Z
    | (source|sources|courtesy|originally\s+published|first\s+published|published\s+(in|on|by))\s*:
    | (tags?|categor(y|ies)|filed\ under|keywords|updated|published|posted|last\ updated)\s*:
    | (post|leave|write)\s+a\s+(comment|reply)\Z
    | (previous|next|older|newer)\s+(post|article|story|page)s?\b[^.]{0,40}\Z
    | (back\s+to\s+)?top\Z | home\Z | menu\Z | skip\s+to\s+(main\s+)?content\Z | advertisements?\Z
    | (subscribe|sign\s+up|log\s+in|click\s+here)\b
    | \d+\s+min(ute)?s?\s+read\Z
    | copyright\s+(\(c\)|\d{4}) | .*(©|\ball\s+rights\s+reserved\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Lines that belong to the page rather than to the article."""

_TAIL = re.compile(
    r"""
      (related|recommended|popular|latest|recent|trending|more)\s+(articles?|posts?|stor(y|ies)|news|reading|content|from\b.*)\s*:?\Z
    | related\s*:?\Z | you\s+may\s+also\s+like\b.*\Z | read\s+next\s*:?\Z | most\s+read\s*:?\Z
    | (post|leave|write)\s+a\s+(comment|reply)\Z | \d*\s*comments?\Z
    | about\s+(us|the\s+(author|writer|site|blog)s?)\s*:?\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Lines after which only the page goes on, where what follows is short."""

_ABOUT = re.compile(r"about\s+\w[^.:]{0,60}\Z", re.IGNORECASE)
_BYLINE = re.compile(r"(By|BY|by)\s+[^\W\d_a-z]([^.!?]|(?<=\b[A-Z])\.){1,60}\Z")
_INSERTED = re.compile(r"((also|must)\s+)?(read|watch)(\s+(more|also|next))?\s*[:|]\s*\S", re.IGNORECASE)
"""A line inside an article that sends the reader to another one."""

_RESIDUE = re.compile(
    r"""
      \b(the|this)\s+(expanded|revised|updated|rewritten|shortened|improved|edited|condensed|enhanced)
        \s+(version|text|article|draft|essay|piece)\s+
        (now\s+|also\s+)?(delves|dives|explores|examines|elaborates|discusses|highlights|maintains|aims|provides|offers)\b
    | \bas\s+an\s+ai\s+(language\s+)?model\b
    | \A(certainly|sure|of\s+course)[!,]\s+(here|i\b)
    | \Ahere(\s+is|[’']s)\s+(a|an|the|your)\s+(expanded|revised|updated|rewritten|shortened|improved|edited|condensed)\b
    | \A(i\s+hope\s+this\s+(helps|meets)|let\s+me\s+know\s+if\s+you)
    | \A\W*word\s+count\s*:
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What a writing tool says about the text that it made, in the text."""


@dataclass(slots=True)
class _Block:
    """A line that is not blank, a wrapped paragraph, or a piece of a table's row: `[start, end)` in code points."""

    start: int
    end: int
    words: str
    after_blank: bool
    """Whether a blank line stands before it, or nothing does."""
    kind: ZoneKind | None = None
    """What a rule has found it to be."""


def propose(text: str) -> tuple[Zone, ...]:
    """The zones of a text by the rules: a partition of it, or nothing where the text is empty."""
    if not text:
        return ()
    lines = _lines(text)
    if not lines or len(lines) > _LINE_LIMIT:
        return (Zone(start=0, end=len(text), kind="body"),)
    blocks = _unwrapped(_with_tables(lines), text)
    for rule in (_mark_furniture, _mark_title, _mark_residue, _mark_lists, _mark_tail, _mark_headings):
        rule(blocks)
    return _partition(list(_cuts(blocks)), len(text))


def _lines(text: str) -> list[_Block]:
    """The lines that hold anything, without the blanks around them."""
    lines: list[_Block] = []
    previous_end = 0
    for match in _LINE.finditer(text):
        if len(lines) > _LINE_LIMIT:
            break
        words = match.group()
        stripped = words.strip()
        if not stripped:
            continue
        start = match.start() + len(words) - len(words.lstrip())
        between = text[previous_end:start]
        after_blank = not lines or between.replace("\r\n", "\n").count("\n") > 1 or between.count("\r") > 1
        lines.append(_Block(start, start + len(stripped), stripped, after_blank))
        previous_end = lines[-1].end
    return lines


def _runs(lines: Sequence[_Block]) -> Iterator[list[_Block]]:
    """The lines between two blank lines."""
    run: list[_Block] = []
    for line in lines:
        if line.after_blank and run:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


# Tables


def _with_tables(lines: Sequence[_Block]) -> list[_Block]:
    """The same lines, those of a table divided into cells, header cells, and the bars and dashes between them."""
    blocks: list[_Block] = []
    for run in _runs(lines):
        place = 0
        while place < len(run):
            end = place
            while end < len(run) and "|" in run[end].words:
                end += 1
            rows = run[place:end]
            if _is_table(rows):
                blocks += _cells(rows)
                place = end
            else:
                blocks += rows or [run[place]]
                place = max(end, place + 1)
    for block in blocks:
        if block.kind is None and _RULE_ROW.match(block.words):
            block.kind = "table_rule"
    return blocks


def _is_table(rows: Sequence[_Block]) -> bool:
    """Two rows or more, and either a row of dashes or two bars in each."""
    if len(rows) < 2:
        return False
    return any(_RULE_ROW.match(row.words) for row in rows) or all(row.words.count("|") >= 2 for row in rows)


def _cells(rows: Sequence[_Block]) -> Iterator[_Block]:
    rule_rows = [number for number, row in enumerate(rows) if _RULE_ROW.match(row.words)]
    for number, row in enumerate(rows):
        if number in rule_rows:
            yield _Block(row.start, row.end, row.words, row.after_blank, "table_rule")
            continue
        kind: ZoneKind = "table_header" if rule_rows and number < rule_rows[0] else "table_cell"
        place = 0
        while place < len(row.words):
            bar = _BAR.match(row.words, place)
            match = bar or _CELL.match(row.words, place)
            assert match is not None
            start, end = row.start + match.start(), row.start + match.end()
            yield _Block(
                start, end, match.group().strip(), row.after_blank and not place, "table_rule" if bar else kind
            )
            place = match.end()


# Paragraphs that were broken to fit a page


def _unwrapped(blocks: Sequence[_Block], text: str) -> list[_Block]:
    """The same blocks, the lines of a paragraph that was broken to fit a page joined to one."""
    joined: list[_Block] = []
    for run in _runs(blocks):
        longest = max(len(line.words) for line in run)
        if not _is_wrapped(run, longest):
            joined += run
            continue
        full = False
        for line in run:
            if full and line.kind is None and not _has_marker(line):
                joined[-1].end = line.end
                joined[-1].words = text[joined[-1].start : line.end]
            else:
                joined.append(line)
            full = line.kind is None and len(line.words) >= 0.6 * longest
    return joined


def _is_wrapped(run: Sequence[_Block], longest: int) -> bool:
    if longest > _WRAP_LIMIT:
        return False
    broken = sum(after.words[0].islower() and not _ends_sentence(before.words) for before, after in pairwise(run))
    return broken > 0 and broken * 2 >= len(run) - 1


# Rules, in their order; each leaves alone what one before it has marked


def _mark_furniture(blocks: Sequence[_Block]) -> None:
    """Lines that say by their words that they belong to the page, calendars, and pointers to other stories."""
    in_calendar = False
    for number, block in enumerate(blocks):
        in_calendar = in_calendar and _CALENDAR_ROW.match(block.words) is not None
        if _CALENDAR_DAYS.match(block.words):
            in_calendar = True
            if number and _CALENDAR_HEAD.match(blocks[number - 1].words):
                blocks[number - 1].kind = "furniture"
        if in_calendar:
            block.kind = "furniture"
        elif block.kind is None and len(block.words) <= _FURNITURE_LIMIT:
            if _FURNITURE.match(block.words) or (1 <= number <= 3 and _is_byline(block)):
                block.kind = "furniture"
            elif _INSERTED.match(block.words):
                block.kind = "inserted"


def _mark_title(blocks: list[_Block]) -> None:
    """The first line, if it is short and a text follows; what a bar cuts off at its end; and its repetitions."""
    first = next((number for number, block in enumerate(blocks) if block.kind is None), len(blocks))
    rest = blocks[first + 1 :]
    if first > 3 or not any(block.kind is None and _ends_sentence(block.words) for block in rest):
        return
    title = blocks[first]
    words = title.words
    if len(words) > _TITLE_LIMIT or words.rstrip(_CLOSERS)[-1:] in tuple(".:;,…。।۔") or _has_marker(title):
        return
    title.kind = "title"
    section = _SECTION_MARK.search(words)
    if section:
        bar = title.start + section.start(1)
        blocks.insert(first + 1, _Block(bar, title.end, section.group(1), after_blank=False, kind="furniture"))
        title.end, title.words = bar, words[: section.start()].rstrip()
    plain = " ".join(title.words.casefold().split())
    for block in rest:
        if len(block.words) <= _TITLE_LIMIT and " ".join(block.words.casefold().split()) == plain:
            block.kind = "duplicate"


def _mark_residue(blocks: Sequence[_Block]) -> None:
    """Only at the two ends: in the middle of a text such words are about something else."""
    unmarked = [block for block in blocks if block.kind is None]
    for block in {id(block): block for block in (*unmarked[:1], *unmarked[-2:])}.values():
        if _RESIDUE.search(block.words):
            block.kind = "residue"


def _mark_lists(blocks: Sequence[_Block]) -> None:
    """Bullets; numbers and dashes where another one is next to them; above the first paragraph they are a summary."""
    weak = [block.kind is None and _WEAK_MARKER.match(block.words) is not None for block in blocks]
    above = any(block.kind == "title" for block in blocks)
    article_follows = any(block.kind is None and not _has_marker(block) for block in blocks)
    for number, block in enumerate(blocks):
        if block.kind is not None:
            continue
        has_neighbour = any(weak[max(number - 1, 0) : number]) or any(weak[number + 1 : number + 2])
        if _STRONG_MARKER.match(block.words) or (weak[number] and has_neighbour):
            block.kind = "summary" if above and article_follows else "list_item"
        else:
            above = False


def _mark_tail(blocks: Sequence[_Block]) -> None:
    """Everything from a line that ends the article, if no long paragraph follows and the article is the larger part."""
    tail_begins = len(blocks)
    for number in range(len(blocks) - 1, 0, -1):
        block = blocks[number]
        if len(block.words) > _TAIL_LIMIT or block.start < (blocks[-1].end - block.start) * 2:
            break
        if _TAIL.match(block.words) or (blocks[number - 1].kind == "furniture" and _ABOUT.match(block.words)):
            tail_begins = number
    for block in blocks[tail_begins:]:
        block.kind = "furniture"


def _mark_headings(blocks: Sequence[_Block]) -> None:
    """Short lines before a text that are no sentence; one that is laid out as no other may be another story's."""
    shaped = [block.kind is None and _is_heading_shaped(block) for block in blocks]
    last = max(
        (number for number, block in enumerate(blocks) if block.kind is None or block.kind in OPEN_KINDS), default=0
    )
    found = [number for number in range(last) if shaped[number] and not all(shaped[number : number + 3])]
    paragraphs_are_apart = _paragraphs_are_apart(blocks, shaped)
    glued = [number for number in found if blocks[number].after_blank and not blocks[number + 1].after_blank]
    for number in found:
        is_alone = glued == [number] and paragraphs_are_apart and number > 0 and blocks[number - 1].kind is None
        blocks[number].kind = "inserted" if is_alone and _is_sentence_case(blocks[number].words) else "heading"
    for block in blocks:
        block.kind = block.kind or "body"


def _paragraphs_are_apart(blocks: Sequence[_Block], shaped: Sequence[bool]) -> bool:
    """Whether most paragraphs that follow another one stand after a blank line."""
    follow = [
        blocks[number].after_blank
        for number in range(1, len(blocks))
        if not (blocks[number].kind or blocks[number - 1].kind or shaped[number] or shaped[number - 1])
    ]
    return sum(follow) * 2 > len(follow)


# What a block looks like


def _ends_sentence(words: str) -> bool:
    return words.rstrip(_CLOSERS)[-1:] in tuple(_SENTENCE_ENDS)


def _has_marker(block: _Block) -> bool:
    return _STRONG_MARKER.match(block.words) is not None or _WEAK_MARKER.match(block.words) is not None


def _is_byline(block: _Block) -> bool:
    return _BYLINE.match(block.words) is not None and len(block.words.split()) <= 8


def _is_heading_shaped(block: _Block) -> bool:
    words = block.words
    if len(words) > _HEADING_LIMIT or len(words.split()) > _HEADING_WORDS:
        return False
    if _HASH_HEADING.match(words):
        return True
    is_sentence = words.rstrip(_CLOSERS)[-1:] in tuple(_NOT_A_HEADING_ENDS)
    return any(map(str.isalpha, words)) and not words[0].islower() and not is_sentence


def _is_sentence_case(words: str) -> bool:
    """Whether a line of six words or more has few capitals after its first word: a headline rather than a heading."""
    rest = [word for word in words.split()[1:] if len(word) >= 4]
    return len(words.split()) >= 6 and sum(not word[0].isupper() for word in rest) * 2 > len(rest)


# From blocks to zones


def _cuts(blocks: Sequence[_Block]) -> Iterator[tuple[int, ZoneKind]]:
    """Where each zone begins, and its kind. Furniture that no blank line divides is one zone."""
    before: ZoneKind | None = None
    for block in blocks:
        assert block.kind is not None
        if not (block.kind == before == "furniture" and not block.after_blank):
            yield block.start, block.kind
        before = block.kind


def _partition(cuts: Sequence[tuple[int, ZoneKind]], length: int) -> tuple[Zone, ...]:
    """Zones from their first code points: each reaches to the next, the first from the start, the last to the end."""
    starts = [0, *(start for start, _ in cuts[1:]), length]
    return tuple(
        Zone(start=start, end=end, kind=kind) for start, end, (_, kind) in zip(starts, starts[1:], cuts, strict=False)
    )
