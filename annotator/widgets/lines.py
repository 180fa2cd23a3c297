"""The lines above and below the panels: what is open and saved, what is under the cursor, which keys matter now."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from annotator.display import safe
from annotator.session import Session
from annotator.timing import spoken
from annotator.units import Unit, named
from annotator.widgets.plain import content
from corpus.wording import counted
from schemas import Document, Status

_STATUS = {Status.DONE: "✓ done", Status.FLAGGED: "⚑ flagged", Status.OPEN: "open"}
_WORDS_SHOWN = 60
_TOLD_FROM = 60.0
"""From so many seconds of work on the time is told: before, it would change with every key."""
_AROUND_HEAD = 8
"""Cells of the border that stay beside the title of the text, and between it and the arrows."""


def title(session: Session, place: tuple[int, int], percent: int, saved: str, width: int, time: str = "") -> Content:
    """Schema and layer on the left; document, place in the corpus, time at work, status and saving on the right.

    `time` is what `time_told` says, and is told where there is room for it. `saved` is `SaveState.sign`.
    """
    number, count = place
    left = f" annotator   {session.schema.id.replace('@', ' ')}   layer {session.layer}"
    status = _STATUS[session.header.status]
    begin, end = f"{session.document.id} · {number} of {count} · {percent} % · ", f"{status} · {saved} "
    took = f"{time} · " if time else ""
    right = begin + took + end
    if cell_len(left) + cell_len(right) >= width:
        right = begin + end
    if cell_len(left) + cell_len(right) >= width:
        left = f" {session.layer}"
    return content(left + " " * max(1, width - cell_len(left) - cell_len(right)) + right)


def time_told(seconds: float) -> str:
    """How the title tells the time at work, in seconds, if it does."""
    return spoken(seconds) if seconds >= _TOLD_FROM else ""


def head(document: Document, arrows: Mapping[str, str], width: int) -> str:
    """The document's id and title, and, at the right, which parts of the annotation lie off the screen and where."""
    parts = "  ".join(f"{arrow} {name}" for name, arrow in arrows.items())
    title = f"{document.id}  {document.title or ''}".strip()
    if not parts:
        return title
    room = max(0, width - cell_len(parts) - _AROUND_HEAD)
    if cell_len(title) > room:
        title = set_cell_size(title, max(0, room - 1)).rstrip() + "…"
    return f"{title}  {parts}"


def under_cursor(
    session: Session, start: int, end: int, serious: int, notes: int, needed: list[str], unit: Unit, told: str = ""
) -> Content:
    """The offsets and words under the cursor or selected, how much is found, and what is still needed.

    What the last act came to, if that is to be said, comes first. Where the cursor does not go by words, it says by
    what; and for a single code point, which one it is.
    """
    words = session.document.text[start:end].replace("\n", "␤")
    shown = words if len(words) <= _WORDS_SHOWN else f"{words[:40]} … {words[-15:]}"
    found = counted(serious, "finding") + (f", {counted(notes, 'note')}" if notes else "")
    parts = [f"{start}–{end} “{shown}”", found]
    if unit is not Unit.WORD:
        parts.insert(1, str(unit) if unit is Unit.GRAPHEME else f"{unit}: {named(session.document.text, start)}")
    if drafts := session.draft_count:
        parts.append(f"{drafts} incomplete")
    if needed:
        parts.append("needs " + ", ".join(needed))
    if told:
        parts.insert(0, told)
    return content(" " + "  ·  ".join(parts))


def keys(bindings: Mapping[str, str], width: int) -> Content:
    """Keys, each with what it does, as many as there is room for; the last one is always there."""
    pieces = [Content.assemble((f" {safe(key)}", "bold $accent"), f" {safe(what)} ") for key, what in bindings.items()]
    *others, last = pieces
    room = width - last.cell_length
    shown = []
    for piece in others:
        room -= piece.cell_length
        if room < 0:
            break
        shown.append(piece)
    return Content("").join([*shown, last])
