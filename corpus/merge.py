"""Merging two people's changes to one layer of one document, annotation by annotation, by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.field_merge import merge_status
from corpus.stock import Stock
from schemas import Annotation, LayerHeader, Status


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of two sides that began from the same file."""

    annotations: Sequence[Annotation]
    """By place."""
    conflicts: tuple[tuple[str, str], ...]
    """Where both sides changed one annotation differently: its id, and the id under which theirs is kept. The same id
    twice where one side had deleted it: what the other side made of it is kept."""


def merge(
    base: Sequence[Annotation],
    mine: Sequence[Annotation],
    theirs: Sequence[Annotation],
    new_id: Callable[[], str],
) -> Merged:
    """Three-way merge by id. What only one side changed, added or deleted is taken from that side.

    Where both changed an annotation differently, mine keeps the id and theirs is kept under a new one; where one side
    deleted what the other changed, the change is kept. Nothing is lost, and the same sides give the same outcome but
    for new ids.
    """
    before, ours, others = Stock(base), Stock(mine), Stock(theirs)
    # Most is the same on all sides. What one side leaves as it was is as the other has it, so that only what the one
    # made different is looked at.
    takes_mine = 2 * len(ours) >= len(others)
    kept = (ours if takes_mine else others).copy()
    conflicts: list[tuple[str, str]] = []
    for name in sorted(before.differing(others if takes_mine else ours)):
        old, my, their = before.get(name), ours.get(name), others.get(name)
        if their in (my, old):
            chosen = my
        elif my == old:
            chosen = their
        elif my is None or their is None:
            chosen = my or their
            conflicts.append((name, name))
        else:
            chosen = my
            fresh = new_id()
            while fresh in before or fresh in ours or fresh in others or fresh in kept:
                fresh = new_id()
            kept.put(fresh, their.model_copy(update={"id": fresh}))
            conflicts.append((name, fresh))
        kept.put(name, chosen)
    return Merged(kept.annotations(), tuple(conflicts))


def merge_headers(base: LayerHeader, mine: LayerHeader, theirs: LayerHeader) -> LayerHeader:
    """The header that comes of two sides: that of the side which changed it.

    Where both changed it differently, status and comment are merged as they are when git merges; see `merge_status`.
    """
    if theirs in (mine, base):
        return mine
    if mine == base:
        return theirs
    status, comment = merge_status(*((each.status, each.comment) for each in (base, mine, theirs)))
    return mine.model_copy(update={"status": Status(status), "comment": comment})
