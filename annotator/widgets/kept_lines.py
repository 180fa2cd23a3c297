"""Widgets that keep their drawn lines, and have only those drawn anew that became others.

What Textual does with every line of a widget, to give it a border, a padding, a tint and an opacity, takes longer than
drawing the line; where a line has none of them, it is left out. A kept line also keeps what was sent for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content, Span
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Offset, Region, Size
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.visual import RenderOptions, Visual, VisualType
from textual.widgets import Static
from typing_extensions import override

from annotator.graphemes import is_simple
from annotator.widgets.frames import FramedWidget
from annotator.widgets.plain import content

if TYPE_CHECKING:
    from textual.css.styles import RulesMap

_MOST_TOPS: Final = 64
_MOST_KEPT: Final = 512
_DIM: Final = Style(dim=True)._attributes


class Look(NamedTuple):
    """What every line of a widget has in common, as long as neither its size nor its styles change."""

    outer: Size
    """Of all of the widget."""
    size: Size
    """Of what is inside the border and the padding."""
    room: Size
    """The same without a scroll bar."""
    offset: Offset
    """Columns and lines of the border and the padding before it."""
    is_bare: bool
    """The lines go from edge to edge, and are seen as they are drawn."""
    filters: Sequence[LineFilter]
    background: Color
    style: Style
    """Of what is to the right of a line."""


_NO_LOOK: Final = Look(Size(), Size(), Size(), Offset(), False, (), Color(0, 0, 0), Style())
"""That of a widget that is nowhere yet."""


class KeptLines(FramedWidget):
    """Draws what `render_line` gives as it is."""

    _entitled: str | None = None
    _look: Look | None = None
    _tops: dict[tuple[str, int], Strip] | None = None
    """The line with the border above, by its title and its width."""
    _finished: dict[int, tuple[Strip, int, Strip]]
    """By the identity of what a line was drawn as, that, and what was sent for it in so many columns."""

    @property
    def look(self) -> Look:
        """What every line has in common, found anew when it may have changed."""
        look = self._look
        if look is None or look.outer != self._size:
            if not self.is_attached:
                return _NO_LOOK
            self._look_again()
            styles, gutter = self.styles, self.styles.gutter
            is_tinted = self.opacity < 1 or styles.text_opacity < 1 or styles.tint.a
            is_bare = not (gutter.left or gutter.right or is_tinted)
            filters, (_, background) = self.get_line_filters(), self.background_colors
            style = self.visual_style.rich_style
            size, room = self.size, self.scrollable_content_region.size
            offset = Offset(gutter.left, gutter.top)
            look = self._look = Look(self._size, size, room, offset, is_bare, filters, background, style)
            self._tops = None if is_tinted or gutter.top != 1 or not styles.border_top[0] else {}
        return look

    def _look_again(self) -> None:
        """Forgets what every line had in common."""
        self._look = None
        self._finished = {}

    @override
    def render_lines(self, crop: Region) -> list[Strip]:
        look = self.look
        strips: list[Strip] = []
        if crop.y == 0 and crop.x == 0 and self._tops is not None:
            strips.append(self._top(look.outer.width).crop(0, crop.width))
            crop = Region(0, 1, crop.width, crop.height - 1)
        if not look.is_bare:
            return strips + (super().render_lines(crop) if crop.height else [])
        above, right = look.offset.y, crop.right
        below = above + look.size.height
        draw, finished = self.drawer(), self._finished
        for y in crop.line_range:
            if above <= y < below:
                strip = draw(y - above)
                found = finished.get(id(strip))
                if found is None or found[1] != right:
                    if len(finished) >= _MOST_KEPT:
                        finished.clear()
                    found = finished[id(strip)] = (strip, right, self._finish(strip, right, look))
                strips.append(found[2].crop(crop.x, right) if crop.x else found[2])
            else:
                strips += super().render_lines(Region(crop.x, y, crop.width, 1))
        return strips

    def drawer(self) -> Callable[[int], Strip]:
        """What draws the lines of one frame; a widget whose lines have something to find out in common says so here."""
        return self.render_line

    def _finish(self, strip: Strip, right: int, look: Look) -> Strip:
        """A line as it is sent, of so many columns."""
        for each in look.filters:
            if type(each) is not ANSIToTruecolor or not _is_truecolor(strip):
                strip = strip.apply_filter(each, look.background)
        return strip.adjust_cell_length(right, look.style)

    def _top(self, width: int) -> Strip:
        """The border above with the title in it."""
        assert self._tops is not None
        title = self._border_title.plain if self._border_title is not None else ""
        strip = self._tops.get((title, width))
        if strip is None:
            if len(self._tops) >= _MOST_TOPS:
                self._tops.clear()
            like = next(((old, each) for (old, wide), each in self._tops.items() if old and wide == width), None)
            strip = _retitled(like[1], like[0], title) if like is not None and title else None
            if strip is None:
                (strip,) = super().render_lines(Region(0, 0, width, 1))
            self._tops[title, width] = strip
        return strip

    def entitle(self, title: str) -> None:
        """Writes a title into the border, where it is another one than before, and has only the border drawn."""
        if title != self._entitled:
            self._entitled = title
            self._border_title = content(title.partition("\n")[0]).expand_tabs(4)
            left, above = self.look.offset
            self.refresh(Region(-left, -above, self._size.width, 1))

    @override
    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if not regions:
            self._look_again()
        # One that runs is in the screen, or was until now.
        if not regions or not repaint or layout or recompose or not self._running:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        # What the library does, but for finding out anew where the content is and how its parts are to look.
        moved = [region.translate(self.look.offset) for region in regions]
        self._dirty_regions.update(moved)
        self._repaint_regions.update(moved)
        self._styles_cache.set_dirty(*moved)
        self._layout_cache.clear()
        self.clear_cached_dimensions()
        self._repaint_required = True
        self.check_idle()
        return self

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._look_again()


class Lines(Visual):
    """Lines under each other, which are put together only for whoever needs them as one content."""

    def __init__(self, lines: Sequence[Content]) -> None:
        self.lines = lines

    @cached_property
    def whole(self) -> Content:
        """All of them as one."""
        return Content("\n").join(self.lines)

    @override
    def render_strips(self, width: int, height: int | None, style: VisualStyle, options: RenderOptions) -> list[Strip]:
        return self.whole.render_strips(width, height, style, options)

    @override
    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self.whole.get_optimal_width(rules, container_width)

    @override
    def get_minimal_width(self, rules: RulesMap) -> int:
        return self.whole.get_minimal_width(rules)

    @override
    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.whole.get_height(rules, width)


class ContentLines(Static, KeptLines):
    """A `Static` that draws again, of a new content that takes the same room, only the lines that differ."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._lines: list[Strip] | None = None
        """What is drawn, if that is still right."""
        self._lines_size = Size()
        self._is_comparing = False
        self._kept: dict[tuple[int, str, tuple[Span, ...], int], list[Strip]] = {}
        """Lines of contents as they were drawn."""
        self._known: dict[tuple[int, int, int], tuple[Content, list[Strip]]] = {}
        """The same by the identity of the content, which is quicker to find, with their number and width."""

    @override
    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        size = self.look.size
        if layout or self._lines is None or self._lines_size != size or not isinstance(content, Content | Lines):
            super().update(content, layout=layout)
        else:
            self._put(content, self._whole(content, size))

    def update_within(self, content: Content | Lines, height: int) -> None:
        """Shows a content; asks for a new layout where it takes more lines than so many, or nothing is drawn yet."""
        size = self.look.size
        if self._lines is not None and self._lines_size == size and size.height >= height:
            drawn = self._whole(content, size)
            if len(drawn) <= height:
                self._put(content, drawn)
                return
        super().update(content)

    def _put(self, content: Content | Lines, drawn: list[Strip]) -> None:
        """Shows a content of which it is known what it looks like; only what differs is painted."""
        before = self._lines or []
        self._is_comparing = True
        try:
            super().update(content, layout=False)
        finally:
            self._is_comparing = False
        self._lines = drawn[: self._lines_size.height]
        differs = [old is not new and old != new for old, new in zip_longest(before, self._lines)]
        for is_other, places in groupby(range(len(differs)), key=differs.__getitem__):
            if is_other:
                first, *_ = rows = list(places)
                self.refresh(Region(0, first, self._lines_size.width, len(rows)))

    @override
    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        if isinstance(self.visual, Lines):
            return selection.extract(self.visual.whole.plain), "\n"
        return super().get_selection(selection)

    def _drawn(self) -> list[Strip]:
        size = self._lines_size = self.look.size
        return self._whole(self.visual, size)[: size.height]

    def _whole(self, content: Visual, size: Size) -> list[Strip]:
        """What a content looks like, whether there is room for it or not."""
        width, _ = size
        if not isinstance(content, Content | Lines) or not width or self.text_selection is not None:
            return Visual.to_strips(self, content, width, None, self.visual_style)
        if isinstance(content, Lines):
            lines = content.lines
        else:
            lines = content.split("\n", allow_blank=True) if "\n" in content.plain else (content,)
        return [strip for number, line in enumerate(lines) for strip in self._line(number, line, width)]

    def _line(self, number: int, line: Content, width: int) -> list[Strip]:
        """A line of the content, broken where it has to be."""
        about = (id(line), number, width)
        known = self._known.get(about)
        if known is not None:
            return known[1]
        key = (number, line.plain, tuple(line.spans), width)
        strips = self._kept.get(key)
        if strips is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            strips = self._kept[key] = self._broken(number, line, width)
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[about] = (line, strips)
        return strips

    def _broken(self, number: int, line: Content, width: int) -> list[Strip]:
        if not line.spans and self.look.size.height == 1 and len(line.plain) <= width and is_simple(line.plain):
            return [Strip([Segment(line.plain.ljust(width), self.look.style)], width)]
        strips = Visual.to_strips(self, line, width, None, self.visual_style)
        return [_numbered(strip, number) for strip in strips] if number else strips

    @override
    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if self._is_comparing:
            return self
        if not regions:
            self._forget()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    @override
    def render_line(self, y: int) -> Strip:
        if self._lines is None or self._lines_size != self.look.size:
            self._lines = self._drawn()
        if y < len(self._lines):
            return self._lines[y]
        return Strip.blank(self.look.size.width, self.look.style)

    @override
    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._forget()

    def _forget(self) -> None:
        """Draws everything anew the next time."""
        self._lines = None
        self._kept.clear()
        self._known.clear()


def _is_truecolor(strip: Strip) -> bool:
    """Whether no colour is one that the terminal chooses, and none is dimmed: the filter for these changes nothing."""
    for _, style, _ in strip:
        if style is not None:
            letters, ground = style._color, style._bgcolor
            if (letters is not None and letters.triplet is None) or (ground is not None and ground.triplet is None):
                return False
            if style._attributes & style._set_attributes & _DIM:
                return False
    return True


def _numbered(strip: Strip, number: int) -> Strip:
    """A strip of the line of that number; the mouse goes by this when it selects."""
    segments = []
    for text, style, control in strip:
        at = style.meta.get("offset") if style is not None else None
        more = Style(meta={"offset": (at[0], number)}) if at is not None else None
        segments.append(Segment(text, style + more if style is not None else None, control))
    return Strip(segments, strip.cell_length)


def _retitled(top: Strip, old: str, new: str) -> Strip | None:
    """A border with another title in it; nothing where one of the two does not stand whole between two pieces of it."""
    if len(top) != 3:
        return None
    before, title, after = top
    sign, room = after.text[:1], top.cell_length - cell_len(before.text) - cell_len(new)
    if title.text != old or after.text != sign * len(after.text) or room < 1:
        return None
    return Strip([before, Segment(new, title.style), Segment(sign * room, after.style)], top.cell_length)
