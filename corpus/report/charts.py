"""Charts as SVG, drawn by matplotlib: the same bytes for the same figures, in colours that follow the reader's."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any

from corpus.report.drawing import SLOTS
from corpus.stand_ins import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

LIGHT = (
    "#1d5f9e", "#a8431f", "#2c7245", "#7a4b9c", "#7d6200", "#00737f",
    "#a82f6c", "#536000", "#4651a8", "#8a5300", "#5b6270", "#a8322f",
)  # fmt: skip
"""The colours of labels on white; `report.css` has the same."""

DARK = (
    "#7db7ee", "#f0a080", "#83cf9d", "#c9a2e8", "#d8bd5c", "#66c9d4",
    "#ee94c0", "#b4c266", "#aab3f5", "#e2b06c", "#b4bac6", "#f19a96",
)  # fmt: skip
"""The same on black."""

_INK = "#010101"
_QUIET = "#020202"
_GRID = "#030303"
_SHADES = tuple(f"#0400{number:02x}" for number in range(SLOTS))
"""Stand for colours that are known only where the picture is shown."""

_TONES = (
    (_INK, "ink", "#22262b", "#e4e6ea"),
    (_QUIET, "quiet", "#5a616b", "#a5acb7"),
    (_GRID, "grid", "#e1e4e8", "#3a3f47"),
    *((shade, f"s{number}", LIGHT[number], DARK[number]) for number, shade in enumerate(_SHADES)),
)

_SETTINGS: Mapping[str, Any] = {
    "svg.hashsalt": "annotator",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _QUIET,
    "axes.edgecolor": _GRID,
    "xtick.color": _QUIET,
    "ytick.color": _INK,
    "grid.color": _GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
}

_STRENGTHS = (1.0, 0.62, 0.4, 0.24)
"""How strong the colour of each series of a chart is, so that they can be told apart in one colour."""

_LONGEST = 28
"""Characters of a name beside a bar."""


@dataclass(frozen=True, slots=True)
class Series:
    """Some numbers of one colour, one for each name."""

    name: str
    values: Sequence[float]
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars, one below the other, with what they mean in words and as a table."""

    file: str
    """The name of its file."""
    title: str
    names: Sequence[str]
    """What each bar is for."""
    series: Sequence[Series]
    text: str
    """What is to be seen, in one or two sentences."""
    is_stacked: bool = False
    unit: str = ""
    slots: Sequence[int] = field(default=())
    """The colour of each bar, where they differ within a series."""
    digits: int = 0
    """Decimal places of the numbers."""
    width: float = 5.5
    """Inches; the picture scales with the page, and so does what is written in it."""

    @property
    def height(self) -> float:
        """Inches."""
        rows = len(self.names) * (1 if self.is_stacked else len(self.series))
        return 0.7 + 0.27 * max(rows, 1)

    def svg(self) -> str:
        """The picture."""
        import matplotlib as mpl
        from matplotlib.figure import Figure

        with mpl.rc_context(), warnings.catch_warnings():
            # What the reader's own configuration says must not show.
            mpl.rcdefaults()
            mpl.rcParams.update(dict(_SETTINGS))  # type: ignore[arg-type]
            # A glyph that the measuring font lacks is drawn by the reader's own font.
            warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
            figure = Figure(figsize=(self.width, self.height), layout="constrained")
            axes = figure.subplots()
            self._draw(axes)
            return _written(figure)

    def _draw(self, axes: Axes) -> None:
        count = len(self.names)
        thick = 0.72 if self.is_stacked else 0.8 / max(len(self.series), 1)
        left = [0.0] * count
        most = 0.0
        for number, series in enumerate(self.series):
            shift = 0.0 if self.is_stacked else (number - (len(self.series) - 1) / 2) * thick
            colours = [_SHADES[slot] for slot in self.slots] if self.slots else _SHADES[series.slot]
            places = [place + shift for place in range(count)]
            bars = axes.barh(
                places, series.values, height=thick * 0.86, left=left if self.is_stacked else None, color=colours,
                label=_shown(series.name), alpha=1 if self.is_stacked else _STRENGTHS[min(number, len(_STRENGTHS) - 1)],
            )  # fmt: skip
            if self.is_stacked:
                left = [before + value for before, value in zip(left, series.values, strict=True)]
            else:
                axes.bar_label(bars, fmt=f"{{:,.{self.digits}f}}", padding=3, fontsize=9, color=_QUIET)
            most = max(most, *left, *series.values) if count else most
        axes.set_yticks(range(count), [_shown(name) for name in self.names])
        axes.set_ylim(max(count, 1) - 0.5, -0.5)
        axes.set_xlim(0, most * 1.12 or 1)
        axes.tick_params(length=0)
        axes.xaxis.set_major_locator(_whole())
        axes.grid(axis="x", linewidth=0.6)
        axes.set_axisbelow(True)
        if self.unit:
            axes.set_xlabel(self.unit, fontsize=9)
        if len(self.series) > 1:
            axes.legend(
                loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=9, borderaxespad=0,
                handlelength=1, handleheight=1, labelcolor=_INK,
            )  # fmt: skip


def _whole() -> Locator:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=6, integer=True)


def _shown(name: str) -> str:
    """A name in one line that fits beside a bar."""
    name = visible(" ".join(name.split()))
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _written(figure: Figure) -> str:
    """The figure as SVG without a date, its colours those of the reader's light or dark page."""
    buffer = StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    light = "".join(f"--{name}:{colour};" for _, name, colour, _ in _TONES)
    dark = "".join(f"--{name}:{colour};" for _, name, _, colour in _TONES)
    for stand_in, name, _, _ in _TONES:
        text = re.sub(rf"{stand_in}\b", f"var(--{name})", text)
    style = (
        f"<style>:root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif!important}</style>"
    )
    start = text.index("<svg")
    end = text.index(">", start) + 1
    return text[start:end] + "\n" + style + text[end:]
