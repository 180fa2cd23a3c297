"""Differences for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.diffs.wording import around, headline, is_one_sided, kept, noun, place, text_of, values
from annotator.display import safe
from corpus.annotation_check import shortened
from corpus.differences import Change, Differences, FieldChange, LayerDifference, RecordDifference, Step

_SIGNS = {Step.ADDED: "+", Step.REMOVED: "-", Step.MOVED: ">", Step.CHANGED: "~"}


def lines(found: Differences) -> Iterator[str]:
    """The headline, then records, then layer by layer what differs; every line is safe for a terminal."""
    yield _line(f"{found.before} .. {found.after}: {headline(found)}")
    for record in found.records:
        yield from _record(record)
    for fault in found.unreadable:
        yield _line(f"! {fault.side}, {fault.file} line {fault.line}, cannot be read: {fault.code} {fault.what}")
    for layer in found.layers:
        yield ""
        yield from _layer(layer)


def _record(record: RecordDifference) -> Iterator[str]:
    called = f" {_quoted(record.name)}" if record.name else ""
    yield _line(f"{_SIGNS[record.step]} {noun(record)} {record.id}{called}")
    for field in record.fields:
        yield _line(f"    {_change(field)}")


def _layer(layer: LayerDifference) -> Iterator[str]:
    title = f" {shortened(layer.title)}" if layer.title else ""
    step = "" if layer.step is Step.CHANGED else f", {layer.step.value}"
    yield _line(f"{layer.document}{title} ({layer.layer}{step})")
    for fault in layer.unreadable:
        about = f", {fault.annotation}" if fault.annotation else ""
        yield _line(f"  ! {fault.side}, line {fault.line}{about}, cannot be read: {fault.code} {fault.what}")
    if layer.step is Step.CHANGED:
        for field in layer.header:
            yield _line(f"  {_change(field)}")
    for change in layer.changes:
        yield from _annotation(layer, change)


def _annotation(layer: LayerDifference, change: Change) -> Iterator[str]:
    shown = change.shown
    where = place(shown)
    words = _quoted(shown.text)
    if change.step is Step.MOVED and change.before is not None:
        where = f"{place(change.before)} → {where}"
        words = f"{_quoted(change.before.text)} → {words}" if change.before.text != shown.text else words
    yield _line(f"  {_SIGNS[change.step]} {shown.label} {shown.id} {where} {words}")
    before, after = around(shown, text_of(layer, change))
    if before or after:
        yield _line(f"      {before}⟦{shortened(shown.text)}⟧{after}")
    for field in change.fields:
        what = f"{field.name}: {_listed(kept(change, field))}" if is_one_sided(change) else _change(field)
        yield _line(f"      {what}")


def _change(field: FieldChange) -> str:
    return f"{field.name}: {_listed(field.before_words)} → {_listed(field.after_words)}"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(_quoted(each) for each in values(words)) or "nothing"


def _quoted(text: str) -> str:
    return f"“{shortened(text)}”"


def _line(text: str) -> str:
    return safe(text).replace("\n", "␊")
