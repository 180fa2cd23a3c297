"""The compositor of our screens: of every part, it has those lines drawn that have changed, and no others.

Textual's own has every part of the screen drawn in full for every change, though most lines come from a cache; on a
screen of a dozen parts this takes longer than all the rest of what a key does. What is written to the terminal is the
same. It overrides a private method of the library, whose minor version is pinned for such reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual._compositor import Compositor
from textual.geometry import Region

if TYPE_CHECKING:
    from textual._compositor import ChopsUpdate
    from textual.strip import Strip


class ChangedLines(Compositor):
    """Composes a screen out of what has changed."""

    def __init__(self) -> None:
        super().__init__()
        self._changed: list[Region] | None = None
        """The regions of the update that is being drawn, where it is not all of the screen."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Everything that is in a region that has changed."""
        screen = self.size.region
        self._changed = [region.intersection(screen) for region in self._dirty_regions]
        try:
            return super().render_partial_update()
        finally:
            self._changed = None

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if self._changed is None:
            yield from super()._get_renders(crop)
            return
        changed = self._changed
        # From the front to the back: what one widget covers, none behind it shows.
        for widget, (region, clip) in self.visible_widgets.items():
            if not changed:
                return
            seen = region.intersection(clip)
            touched = [each for each in changed if each.overlaps(seen)]
            if touched:
                top = max(seen.y, min(each.y for each in touched))
                bottom = min(seen.bottom, max(each.bottom for each in touched))
                lines = Region(seen.x, top, seen.width, bottom - top)
                yield lines, lines, widget.render_lines(lines.translate(-region.offset))
                changed = [each for each in changed if not seen.contains_region(each)]
