"""Widgets that keep their drawn lines, and have only those drawn anew that became others.

What Textual does with every line of a widget, to give it a border, a padding, a tint and an opacity, takes longer than
drawing the line; where a line has none of them, it is left out. A kept line also keeps what was sent for it.
"""

from __future__ import annotations

from itertools import groupby, zip_longest
from typing import Self

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.visual import Visual, VisualType
from textual.widget import Widget
from textual.widgets import Static
from typing_extensions import override

from annotator.widgets.plain import content


class KeptLines(Widget):
    """Draws what `render_line` gives as it is."""

    _entitled: str | None = None

    @override
    def render_lines(self, crop: Region) -> list[Strip]:
        styles, gutter, height = self.styles, self.styles.gutter, self.content_size.height
        if gutter.left or gutter.right or self.opacity < 1 or styles.text_opacity < 1 or styles.tint.a:
            return super().render_lines(crop)
        filters, (_, background) = self.get_line_filters(), self.background_colors
        style = self.visual_style.rich_style
        strips: list[Strip] = []
        for y in crop.line_range:
            if gutter.top <= y < gutter.top + height:
                strip = self.render_line(y - gutter.top)
                for each in filters:
                    strip = strip.apply_filter(each, background)
                strip = strip.adjust_cell_length(crop.right, style)
                strips.append(strip.crop(crop.x, crop.right) if crop.x else strip)
            else:
                strips += super().render_lines(Region(crop.x, y, crop.width, 1))
        return strips

    def entitle(self, title: str) -> None:
        """Writes a title into the border, where it is another one than before, and has only the border drawn."""
        if title != self._entitled:
            self._entitled = title
            self._border_title = content(title.partition("\n")[0]).expand_tabs(4)
            self.refresh(Region(-self.gutter.left, -self.gutter.top, self.outer_size.width, 1))


class ContentLines(Static, KeptLines):
    """A `Static` that draws again, of a new content that takes the same room, only the lines that differ."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._lines: list[Strip] | None = None
        """What is drawn, if that is still right."""
        self._lines_size = Size()
        self._is_comparing = False

    @override
    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        before = self._lines if self._lines_size == self.size else None
        if layout or before is None:
            super().update(content, layout=layout)
            return
        self._is_comparing = True
        try:
            super().update(content, layout=False)
        finally:
            self._is_comparing = False
        self._lines = self._drawn()
        differs = [old != new for old, new in zip_longest(before, self._lines)]
        for is_other, places in groupby(range(len(differs)), key=differs.__getitem__):
            if is_other:
                first, *_ = rows = list(places)
                self.refresh(Region(0, first, self.size.width, len(rows)))

    def _drawn(self) -> list[Strip]:
        width, height = self._lines_size = self.size
        visual, style = self.visual, self.visual_style
        if isinstance(visual, Content) and height == 1 and not visual.spans and "\n" not in visual.plain:
            line = Strip([Segment(visual.plain, style.rich_style)])
            if line.cell_length <= width:
                return [line.adjust_cell_length(width, style.rich_style)]
        return Visual.to_strips(self, visual, width, height, style)

    @override
    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if self._is_comparing:
            return self
        if not regions:
            self._lines = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @override
    def render_line(self, y: int) -> Strip:
        if self._lines is None or self._lines_size != self.size:
            self._lines = self._drawn()
        if y < len(self._lines):
            return self._lines[y]
        return Strip.blank(self.size.width, self.visual_style.rich_style)

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._lines = None
