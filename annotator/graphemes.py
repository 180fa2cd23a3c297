"""Grapheme clusters: what a reader takes for one character, and how many terminal cells it is drawn in.

Cluster edges follow Unicode (UAX 29) and are found in the text as it is drawn, with stand-ins for control characters.
Cells are counted with Rich, which also counts them when a row is put on the screen. Every cluster is drawn in at least
one cell, so that the cursor can stand on it, and the cells of a row are the sum of those of its clusters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import regex
from rich.cells import cell_len

from annotator.display import safe
from corpus.stand_ins import REPLACEMENT

SIMPLE: Final = (
    "\x00-\x09\x0b-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"
    "\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3\u2010-\u205e\u20a0-\u20b8\u2100-\u2119\u211b-\u212f\u2150-\u2188\u2190-\u2199"
    "\u2500-\u25fc"
)
"""Ranges, for a character class, of characters that are drawn in one cell and are a cluster of their own, unless a
character outside of these ranges follows. Line feeds are not among them."""

MOST_DRAWN: Final = 32
"""Code points of one cluster that are drawn; a heap of a million accents stays in the document."""

_LONE: Final = re.compile(
    f"[{SIMPLE}\n\u3001-\u3007\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]{{2}}"
)
"""Two neighbours with a cluster edge between them, whatever surrounds them."""
_SIMPLE_TEXT: Final = re.compile(f"[{SIMPLE}]*")
_CLUSTER: Final = regex.compile(r"\X")
_WINDOW: Final = 64
_FARTHEST: Final = 1024
"""Code points that are read backwards in search of a certain edge; edges found from any position soon agree."""
_ZWJ: Final = "\u200d"
_ZWNJ: Final = "\u200c"
_SOFT_HYPHEN: Final = "\u00ad"


class Cluster(NamedTuple):
    """One grapheme cluster of a document, where it is and how it is drawn."""

    start: int
    """Its first code point."""
    end: int
    """One past its last code point."""
    cell: int
    """The cell of its row in which it begins."""
    cells: int
    """How many cells it takes; 0 for a line feed, which is not drawn."""
    drawn: str
    """What is written to the terminal for it."""


@lru_cache(maxsize=1 << 16)
def drawing(cluster: str) -> tuple[str, int]:
    """What is written for one cluster, and its cells (one or more).

    Args:
        cluster: The code points of the cluster, already `safe`.
    """
    drawn = cluster[:MOST_DRAWN].replace(_SOFT_HYPHEN, "-")
    if drawn.endswith(_ZWJ):
        # Rich takes a joiner and the character after it for one, also across clusters.
        drawn = drawn.rstrip(_ZWJ) + _ZWNJ
    cells = cell_len(drawn)
    return (drawn, cells) if cells else (REPLACEMENT, 1)


def is_simple(text: str) -> bool:
    """Every character of the text is one cluster of one cell (and none is a line feed).

    Args:
        text: Text as it is in the document, or `safe`.
    """
    return (text.isascii() and "\n" not in text) or _SIMPLE_TEXT.fullmatch(text) is not None


def split(shown: str) -> list[str]:
    """The clusters of a text that is already `safe`, as strings."""
    return _CLUSTER.findall(shown)


def clusters(text: str, start: int = 0) -> Iterator[Cluster]:
    """The clusters of one line or row of a document.

    Args:
        text: The code points of the row as they are in the document, at most one line feed, at the end.
        start: Where the row begins in the document; the clusters are counted from there.
    """
    shown = safe(text)
    position = cell = 0
    for piece in split(shown):
        end = position + len(piece)
        drawn, cells = ("", 0) if piece == "\n" else drawing(piece)
        yield Cluster(start + position, start + end, cell, cells, drawn)
        position = end
        cell += cells


def _certain_edge(text: str, offset: int) -> int:
    """A cluster edge at or before an offset, found without reading the text from its start."""
    low = max(0, offset - _FARTHEST)
    for edge in range(offset, low, -1):
        if text[edge - 1] == "\n" or _LONE.match(text, edge - 1):
            return edge
    return low


def _edge_after(text: str, edge: int) -> int:
    """The end of the cluster that begins at an edge."""
    size = _WINDOW
    while True:
        window = safe(text[edge : edge + size])
        found = _CLUSTER.match(window)
        if found is None:
            return edge
        if found.end() < len(window) or edge + size >= len(text):
            return edge + found.end()
        size *= 4


def cluster_at(text: str, offset: int) -> tuple[int, int]:
    """Start and end (code points, half-open) of the cluster that an offset lies in.

    At the end of the text it is empty.

    Args:
        text: The whole document.
        offset: A position in it, `0 <= offset <= len(text)`.
    """
    if offset >= len(text):
        return len(text), len(text)
    near = text[max(0, offset - 1) : offset + 2]
    if near.isascii() and near.isprintable():
        # None of these goes on with another; what others may come before or after one of them is not among them.
        return offset, offset + 1
    start = _certain_edge(text, offset)
    while True:
        end = _edge_after(text, start)
        if end > offset:
            return start, end
        start = end


def next_edge(text: str, offset: int) -> int:
    """The first cluster edge after an offset, or the end of the text.

    Args:
        text: The whole document.
        offset: A position in it.
    """
    return cluster_at(text, offset)[1]


def previous_edge(text: str, offset: int) -> int:
    """The last cluster edge before an offset, or 0.

    Args:
        text: The whole document.
        offset: A position in it.
    """
    return cluster_at(text, offset - 1)[0] if offset > 0 else 0
