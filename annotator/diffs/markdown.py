"""Differences as a comment on a pull request.

What comes from the corpus stands as code, in which a forge sees no markup, no mention, no link and no number of an
issue. A comment may have 65,536 characters, so a long one is cut, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from annotator.diffs.wording import around, headline, is_one_sided, kept, noun, text_of, values
from corpus.annotation_check import shortened
from corpus.differences import Change, Differences, FieldChange, LayerDifference, RecordDifference, Step
from corpus.markdown import code, literal, table

MARK = "<!-- annotator diff -->"
"""The first line, by which a later run finds its own comment and replaces it."""

LIMIT = 60_000
"""The most code points of a comment."""


def lines(found: Differences) -> Iterator[str]:
    """The comment; once it is too long, only how much is left out."""
    size = 0
    left_out = 0
    for block in _blocks(found):
        size += sum(len(line) + 1 for line in block)
        if size <= LIMIT:
            yield from block
        else:
            left_out += 1
    if left_out:
        parts = "1 more part" if left_out == 1 else f"{left_out} more parts"
        yield f"*Too long for a comment: {parts} left out. `annotator diff` shows everything.*"


def _blocks(found: Differences) -> Iterator[list[str]]:
    """What is shown or left out as a whole."""
    title = headline(found)
    sides = f"From {code(found.before)} to {code(found.after)}."
    yield [MARK, f"### {title[:1].upper()}{title[1:]}", "", sides, ""]
    if found.records:
        rows = [_record_row(each) for each in found.records]
        for part in _parts(rows):
            yield [*table(["", "what", "id", "name", "fields"], part), ""]
    for fault in found.all_unreadable:
        about = f", {code(fault.annotation)}" if fault.annotation else ""
        where = f"{code(fault.file)} line {fault.line}{about} in {code(fault.side)}"
        yield [f"- **Cannot be read:** {where}: {literal(fault.code)} {code(shortened(fault.what))}", ""]
    for layer in found.layers:
        yield from _layer(layer)


def _layer(layer: LayerDifference) -> Iterator[list[str]]:
    title = f" {code(shortened(layer.title))}" if layer.title else ""
    step = "" if layer.step is Step.CHANGED else f" ({layer.step.value})"
    head = [f"#### {code(layer.document)}{title}, layer {code(layer.layer)}{step}", ""]
    if layer.step is Step.CHANGED:
        head += [f"- {_change(field)}" for field in layer.header]
        head += [""] if layer.header else []
    rows = [_row(layer, change) for change in layer.changes]
    if not rows and (layer.header or not layer.unreadable):
        yield head
    for number, part in enumerate(_parts(rows)):
        yield [*(head if number == 0 else []), *table(["", "label", "words", "fields"], part), ""]


def _parts(rows: list[list[str]]) -> Iterator[list[list[str]]]:
    """Rows in tables of a size that a comment has room for."""
    for start in range(0, len(rows), 40):
        yield rows[start : start + 40]


def _row(layer: LayerDifference, change: Change) -> list[str]:
    shown = change.shown
    before, after = around(shown, text_of(layer, change))
    words = f"{_context(before)} **{code(shortened(shown.text))}** {_context(after)}".strip()
    if change.step is Step.MOVED and change.before is not None and change.before.text != shown.text:
        words = f"~~{code(shortened(change.before.text))}~~ → {words}"
    fields = (
        f"{literal(field.name)}: {_listed(kept(change, field))}" if is_one_sided(change) else _change(field)
        for field in change.fields
    )
    return [change.step.value, literal(shown.label), words, _cell(fields)]


def _record_row(record: RecordDifference) -> list[str]:
    name = code(shortened(record.name)) if record.name else ""
    return [record.step.value, noun(record), code(record.id), name, _cell(_change(field) for field in record.fields)]


def _cell(pieces: Iterable[str]) -> str:
    return "<br>".join(pieces)


def _change(field: FieldChange) -> str:
    return f"{literal(field.name)}: {_listed(field.before_words)} → {_listed(field.after_words)}"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(code(each) for each in values(words)) or "nothing"


def _context(text: str) -> str:
    return code(text) if text.strip() else ""
