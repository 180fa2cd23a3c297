"""The first frame: a document where the app will show it, drawn from a glance at its file while the app is loading.

Its rows are those of `annotator.widgets.text_view` at the same size, so that nothing moves when the app draws over it:
the text wrapped as there, with room for the lanes, between the lines above and below and the titles of the panels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from annotator.display import safe
from annotator.lanes import GUTTER, MARGIN_SIZE, MOST, heights, in_lane, runs, stack
from annotator.rows import HANGING, Line, Rows
from annotator.screen_rows import AROUND, ScreenRows
from annotator.span_index import Mark, SpanIndex
from corpus.glance import Glance

SMALLEST: Final = (40, 10)
"""Below so many columns and rows the app shows no document."""

WIDE: Final = 100
"""Columns from which there are panels beside the text."""

VAST: Final = 170
"""Columns from which the panels are wider."""

SIDES: Final = (28, 56)
"""Columns of the lists to the left of the text, in a wide and in a vast terminal."""

FORMS: Final = (38, 70)
"""Columns of the form to the right of it."""

REVIEWS: Final = (46, 70)
"""Columns of the form where other layers are shown beside."""

ABOVE: Final = 2
"""Screen rows above the text: the line at the top, and the text's title."""

BELOW: Final = 2
"""Screen rows below it: what is under the cursor, and the keys."""

_SCROLL_BAR: Final = 1
_BAR: Final = "▔"
_RULE: Final = "─"


class Inks(NamedTuple):
    """What is written to a terminal before words of each sort."""

    text: str
    """The text, and everything that has no ink of its own."""
    line: str
    """The lines at the top and at the bottom."""
    quiet: str
    """Titles of panels, bars, and what says that there is more to come."""
    rule: str
    """The rules above the panels."""


_Colour = tuple[int, int, int]

GROUNDS: Final[Mapping[str, tuple[_Colour, _Colour, _Colour]]] = {
    "textual-dark": ((18, 18, 18), (30, 30, 30), (224, 224, 224)),
    "textual-light": ((224, 224, 224), (216, 216, 216), (31, 31, 31)),
    "annotator-contrast": ((0, 0, 0), (0, 0, 0), (255, 255, 255)),
    "annotator-paper": ((250, 248, 242), (241, 238, 229), (27, 27, 27)),
}
"""The ground of the text, that of the lines, and what is written on both, of the themes that one key goes through."""

DEFAULT_THEME: Final = "textual-dark"
"""The theme of a user who has chosen none."""

_QUIET: Final = 0.6
_RULED: Final = 0.2


def inks(environment: Mapping[str, str], theme: str) -> Inks:
    """The colours of a theme, as far as the terminal says that it has them; for an unknown one the terminal's own.

    Args:
        environment: What the process was given; `COLORTERM`, `TERM` and `NO_COLOR` are looked at.
        theme: The name of a theme.
    """
    has_all = environment.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    has_many = has_all or "256" in environment.get("TERM", "")
    if theme not in GROUNDS or not has_many or environment.get("NO_COLOR"):
        return Inks(*["\x1b[0m"] * 4)
    written = _exact if has_all else _nearest_grey
    ground, surface, text = GROUNDS[theme]
    inked = (
        (text, ground),
        (_mixed(surface, text, _QUIET), surface),
        (_mixed(ground, text, _QUIET), ground),
        (_mixed(ground, text, _RULED), ground),
    )
    return Inks(*(f"\x1b[0;38;{written(ink)};48;{written(on)}m" for ink, on in inked))


def _mixed(ground: _Colour, ink: _Colour, share: float) -> _Colour:
    red, green, blue = (int(low + (high - low) * share) for low, high in zip(ground, ink, strict=True))
    return red, green, blue


def _exact(colour: _Colour) -> str:
    return "2;{};{};{}".format(*colour)


def _nearest_grey(colour: _Colour) -> str:
    """A grey among the 256 colours: they begin at 8 and go up by 10; black and white are among the others."""
    level = sum(colour) // 3
    return f"5;{16 if level < 4 else 231 if level > 242 else 232 + min(23, max(0, round((level - 8) / 10)))}"


def text_area(width: int, *, is_review: bool) -> tuple[int, int]:
    """The columns, half-open, that the panel of the text takes of a screen so many columns wide."""
    if width < WIDE:
        return 0, width
    is_vast = width >= VAST
    return SIDES[is_vast], width - (REVIEWS if is_review else FORMS)[is_vast]


class FirstFrame:
    """What is drawn of a document before the app is there."""

    def __init__(self, glance: Glance, layer: str, start: int, size: tuple[int, int], *, is_review: bool) -> None:
        """Lay a document out.

        Args:
            glance: The document, and what the layer says.
            layer: The layer's name.
            start: The code point that the cursor is on.
            size: Columns and rows of the terminal, at least `SMALLEST`.
            is_review: Whether other layers will be shown beside.
        """
        self._glance = glance
        self._layer = layer
        self._width, self._height = size
        self._left, self._right = text_area(self._width, is_review=is_review)
        self._rows = Rows(glance.text, self._right - self._left - _SCROLL_BAR - GUTTER - HANGING)
        self._marks = SpanIndex(
            Mark(
                said.id,
                said.extent,
                "",
                0,
                "part" if said.is_part else "own",
                said.is_part and _is_long(said.extent.size),
            )
            for said in glance.said
        )
        self._cursor = min(start, len(glance.text))
        screen = ScreenRows(lambda first, last: heights(self._rows, self._marks, MOST, first, last))
        room = self._height - ABOVE - BELOW
        top = max(0, screen.screen_row(self._rows.row_of(self._cursor)) - AROUND)
        missing = room - len(screen.window(top, room))
        self._window = screen.window(max(0, top - missing), room)

    def drawn(self, inks: Inks) -> str:
        """The whole screen as it is written to a terminal, whose cursor is left in the last row."""
        lines = [inks.line + self._cut(f" annotator   layer {self._layer}"), self._titles(inks)]
        left = inks.text + " " * self._left
        right = " " * (self._width - self._right)
        lines += [left + self._row(row, lane, inks) + right for row, lane in self._window]
        lines += [inks.text + " " * self._width] * (self._height - BELOW - len(lines))
        lines += [inks.quiet + self._cut(" loading …"), inks.line + " " * self._width]
        return "".join(f"\x1b[{number};1H{line}" for number, line in enumerate(lines, 1)) + "\x1b[0m"

    def _cut(self, words: str, width: int | None = None) -> str:
        """Words of one cell a character, cut or filled to a width."""
        width = self._width if width is None else width
        return safe(words)[:width].ljust(width)

    def _titles(self, inks: Inks) -> str:
        """The rules above the panels, with their titles as far as they are known."""
        title = Line(f"{self._glance.document}  {self._glance.title}".strip().replace("\n", " "), 0)
        room = self._right - self._left - 2
        end = title.end if title.width <= room else title.offset_at(room)
        written = title.drawn(0, end) if end else ""
        cells = title.cell_of(end)
        rest = _RULE * (self._right - self._left - 1 - cells)
        middle = f"{inks.rule}{_RULE}{inks.text}{written}{inks.rule}{rest}"
        return self._title("documents", self._left, inks) + middle + self._title("", self._width - self._right, inks)

    @staticmethod
    def _title(name: str, width: int, inks: Inks) -> str:
        if not width:
            return ""
        return f"{inks.rule}{_RULE}{inks.quiet}{name}{inks.rule}{_RULE * (width - 1 - len(name))}"

    def _row(self, row: int, lane: int, inks: Inks) -> str:
        """A row of the text, or the bars of a lane, as wide as the panel."""
        line = self._rows.line(row)
        width = self._right - self._left
        if lane:
            cells = self._bars(line, lane - 1)
            return inks.quiet + " " * GUTTER + cells[: width - GUTTER].ljust(width - GUTTER) + inks.text
        start, end = line.start, line.visible_end
        words, used = line.drawn(start, end) if start < end else "", line.width
        if start <= self._cursor < end:
            low, high = line.snap(self._cursor, self._cursor + 1)
            before = line.drawn(start, low) if start < low else ""
            after = line.drawn(high, end) if high < end else ""
            words = f"{before}\x1b[7m{line.drawn(low, high)}\x1b[27m{after}"
        return " " * GUTTER + words + " " * (width - GUTTER - used)

    def _bars(self, line: Line, lane: int) -> str:
        """The bars of one lane, a blank or a bar in each cell."""
        pieces = [piece for piece in self._marks.pieces(line.start, line.end) if in_lane(piece.mark)]
        lanes = stack(runs(pieces, line.start, line.end), MOST).lanes
        cells = [" "] * (line.width + HANGING)
        for run in lanes[lane] if lane < len(lanes) else ():
            for start, end in run.pieces:
                low, high = line.cells(start, end)
                cells[low:high] = _BAR * (high - low)
        return "".join(cells)


def _is_long(size: int) -> bool:
    return size > MARGIN_SIZE
