"""The compositor of our screens: of every part, it has those lines drawn that have changed, and no others.

Textual's own has every part of the screen drawn in full for every change, and cuts each line of the screen wherever a
part of it begins or ends; on a screen of a dozen parts this takes longer than all the rest of what a key does. What is
seen on the terminal is the same. It overrides a private method of the library, whose minor version is pinned for such
reasons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor, CompositorMap, ReflowResult
from textual.geometry import Region, Size
from textual.widget import Widget
from typing_extensions import override

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
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self.pieces)


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
        screen = self.size.region
        regions = [changed for region in self._dirty_regions if (changed := region.intersection(screen))]
        self._dirty_regions.clear()
        missing: dict[int, list[tuple[int, int]]] = {}
        for y, low, high in self._regions_to_spans(regions):
            missing.setdefault(y, []).append((low, high))
        if not missing:
            return None
        pieces: list[tuple[int, int, Strip]] = []
        bounds = Region.from_union(regions)
        # From the front to the back: what one widget covers, none behind it shows.
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip).intersection(bounds)
            left, right = seen.x, seen.right
            touched = [y for y in seen.line_range if y in missing and _touch(missing[y], left, right)]
            for first, last in _runs(touched):
                # The whole of a line, cut after it was drawn: what is cut is kept with what it was cut from.
                crop = Region(0, first - region.y, region.width, last - first)
                for y, strip in zip(range(first, last), widget.render_lines(crop), strict=True):
                    if missing[y] == [(left, right)] == [(region.x, region.right)]:
                        # As most lines of a part that is drawn in full.
                        pieces.append((left, y, strip))
                        del missing[y]
                        continue
                    for low, high in _within(missing[y], left, right):
                        pieces.append((low, y, strip.crop(low - region.x, high - region.x)))
                    missing[y] = _without(missing[y], left, right)
                    if not missing[y]:
                        del missing[y]
            if not missing:
                break
        return PiecesUpdate(pieces)


def _runs(lines: list[int]) -> list[tuple[int, int]]:
    """The runs of lines that follow one another, each with one past its last."""
    found: list[tuple[int, int]] = []
    for y in lines:
        if found and found[-1][1] == y:
            found[-1] = (found[-1][0], y + 1)
        else:
            found.append((y, y + 1))
    return found


def _touch(spans: list[tuple[int, int]], left: int, right: int) -> bool:
    """Whether any of some spans has a part in `[left, right)`."""
    for low, high in spans:  # noqa: SIM110 - it is asked for every line of every widget, and a generator takes longer
        if low < right and high > left:
            return True
    return False


def _within(spans: list[tuple[int, int]], left: int, right: int) -> list[tuple[int, int]]:
    """What of some spans lies in `[left, right)`."""
    return [(max(low, left), min(high, right)) for low, high in spans if low < right and high > left]


def _without(spans: list[tuple[int, int]], left: int, right: int) -> list[tuple[int, int]]:
    """What of some spans lies outside of `[left, right)`."""
    parts = [part for low, high in spans for part in ((low, min(high, left)), (max(low, right), high))]
    return [(low, high) for low, high in parts if low < high]
