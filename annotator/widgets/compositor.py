"""The compositor of our screens: of every part, it has those lines drawn that have changed, and no others.

Textual's own has every part of the screen drawn in full for every change, and cuts each line of the screen wherever a
part of it begins or ends; on a screen of a dozen parts this takes longer than all the rest of what a key does. What is
seen on the terminal is the same. It overrides a private method of the library, whose minor version is pinned for such
reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.widget import Widget
from typing_extensions import override

from annotator.widgets.sequences import sequences

if TYPE_CHECKING:
    from textual.strip import Strip


class PiecesUpdate(ChopsUpdate):
    """Pieces of lines, each with the place where it is written."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        """`pieces` have the column and the line, from 0, before the strip."""
        super().__init__([], [], [])
        self.pieces = pieces

    @override
    def render_segments(self, console: Console) -> str:
        return "".join([f"\x1b[{y + 1};{x + 1}H{sequences(strip, console)}" for x, y, strip in self.pieces])


class ChangedLines(Compositor):
    """Composes a screen out of what has changed."""

    _told: CompositorMap | None = None
    """Where everything was when it was laid out last, and was told so."""

    @override
    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        if self._told is not None:
            # The library's own may have been found out again since, with what is only now about to be shown in it: it
            # would count as shown already, and would never be told how large it is.
            self._full_map = self._told
        result = super().reflow(parent, size)
        self._told = self._full_map
        return result

    @override
    def render_partial_update(self) -> PiecesUpdate | None:
        """Everything that is in a region that has changed."""
        missing = _spans(self._dirty_regions, self.size)
        self._dirty_regions.clear()
        if not missing:
            return None
        pieces: list[tuple[int, int, Strip]] = []
        # From the front to the back: what one widget covers, none behind it shows.
        for widget, (region, clip) in self.visible_widgets.items():
            taken = _taken(missing, region.intersection(clip))
            for low, high, first, last in _runs(taken) if taken else ():
                crop = Region(low - region.x, first - region.y, high - low, last - first)
                strips = zip(range(first, last), widget.render_lines(crop), strict=True)
                pieces += [(low, y, strip) for y, strip in strips]
            if not missing:
                break
        return PiecesUpdate(pieces)


def _spans(regions: Iterable[Region], size: Size) -> dict[int, list[tuple[int, int]]]:
    """The columns of each line that some regions of a screen have, half-open; none of them twice.

    The library's own also puts the lines in order, which nobody needs here, and takes a part of every frame for it.
    """
    width, height = size
    found: dict[int, list[tuple[int, int]]] = {}
    for x, y, wide, high in regions:
        span = (max(0, x), min(x + wide, width))
        if span[0] < span[1]:
            for line in range(max(0, y), min(y + high, height)):
                if line in found:
                    found[line].append(span)
                else:
                    found[line] = [span]
    for line, spans in found.items():
        if len(spans) > 1:
            found[line] = _joined(spans)
    return found


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch as one."""
    spans.sort()
    found = spans[:1]
    for low, high in spans:
        if low > found[-1][1]:
            found.append((low, high))
        elif high > found[-1][1]:
            found[-1] = (found[-1][0], high)
    return found


def _taken(missing: dict[int, list[tuple[int, int]]], seen: Region) -> list[tuple[int, int, int]]:
    """Takes out of what is missing what lies in a region.

    Args:
        missing: Spans of columns, half-open, by line; a line of which nothing is left goes.
        seen: The region.

    Returns:
        The first and one past the last column, and the line, of each span that lies in it.
    """
    left, top, width, height = seen
    right, bottom = left + width, top + height
    taken: list[tuple[int, int, int]] = []
    for y in [y for y in missing if top <= y < bottom]:
        spans = missing[y]
        kept: list[tuple[int, int]] = []
        for span in spans:
            low, high = span
            if low >= right or high <= left:
                kept.append(span)
                continue
            if low < left:
                kept.append((low, left))
            if high > right:
                kept.append((right, high))
            taken.append((max(low, left), min(high, right), y))
        if not kept:
            del missing[y]
        elif kept != spans:
            missing[y] = kept
    return taken


def _runs(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
    """The same columns of lines that follow one another: the columns, the first line and one past the last."""
    found: list[tuple[int, int, int, int]] = []
    for low, high, y in sorted(spans):
        if found and found[-1][3] == y and found[-1][:2] == (low, high):
            found[-1] = (low, high, found[-1][2], y + 1)
        else:
            found.append((low, high, y, y + 1))
    return found
