"""The words that every format for people shares: counts, places, and what stands around an annotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from corpus.annotation_check import shortened
from corpus.differences import Change, Differences, FieldChange, LayerDifference, RecordDifference, Step
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES
from schemas import Annotation

_NOUNS: Mapping[str, tuple[str, str]] = {
    DOCUMENTS: ("document", "documents"),
    ENTITIES: ("entity", "entities"),
    CLAIMS: ("claim", "claims"),
}
_AROUND = 32
"""The most code points that are shown on either side of an annotation."""
_VALUES = 8
"""The most values of one field that are listed."""


def noun(record: RecordDifference) -> str:
    """What a record is called."""
    return _NOUNS[record.file][0]


def headline(found: Differences) -> str:
    """How much differs, on one line."""
    pieces = [f"annotations: {counted(found.counts)}"] if found.counts else []
    for file, (_, several) in _NOUNS.items():
        counts = Counter(each.step for each in found.records if each.file == file)
        if counts:
            pieces.append(f"{several}: {counted(counts)}")
    unreadable = len(found.all_unreadable)
    if unreadable:
        pieces.append(f"cannot be read: {unreadable} {'line' if unreadable == 1 else 'lines'}")
    return "; ".join(pieces) or "nothing that is marked differs"


def counted(counts: Mapping[Step, int]) -> str:
    """The counts that are not zero."""
    return ", ".join(f"{counts[step]} {step.value}" for step in Step if counts.get(step))


def place(annotation: Annotation) -> str:
    """Where an annotation is, as half-open code points."""
    return " ".join(f"[{start}, {end})" for start, end in annotation.extent)


def around(annotation: Annotation, text: str) -> tuple[str, str]:
    """What stands before and after an annotation on its line, cut at blanks; nothing where the text is not known."""
    if not text or annotation.end > len(text):
        return "", ""
    before = text[max(0, annotation.start - _AROUND) : annotation.start]
    after = text[annotation.end : annotation.end + _AROUND]
    before, after = before.rpartition("\n")[2], after.partition("\n")[0]
    if len(before) == _AROUND < annotation.start:
        before = "…" + before.partition(" ")[2]
    if len(after) == _AROUND < len(text) - annotation.end:
        after = after.rpartition(" ")[0] + "…"
    return before, after


def text_of(layer: LayerDifference, change: Change) -> str:
    """The text in which the shown annotation of a change lies."""
    return layer.texts[0 if change.after is None else 1]


def values(words: tuple[str, ...]) -> list[str]:
    """The values of a field, shortened, and how many more there are."""
    shown = [shortened(each) for each in words[:_VALUES]]
    return [*shown, f"and {len(words) - _VALUES} more"] if len(words) > _VALUES else shown


def is_one_sided(change: Change) -> bool:
    """Whether an annotation is on one side only, so that its fields have no other value to be compared with."""
    return change.before is None or change.after is None


def kept(change: Change, field: FieldChange) -> tuple[str, ...]:
    """The words of a field of an annotation that is on one side only."""
    return field.after_words if change.before is None else field.before_words
