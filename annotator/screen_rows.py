"""Which screen row shows which row of text, when lanes under the rows push those after them down.

Heights are found in order, as far as somebody asks, and kept as one byte a row with sums over blocks; a change in one
row costs that row and one sum, in a document of any size.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import Final

AROUND: Final = 2
"""Screen rows kept in sight above and below the cursor's."""

_BLOCK: Final = 256
"""Rows whose heights share one sum."""


class ScreenRows:
    """Text rows to screen rows and back: a row takes one screen row, and one for each of its lanes."""

    def __init__(self, lanes: Callable[[int, int], bytes]) -> None:
        """Start with no height known.

        Args:
            lanes: Gives, for rows `[first, last)`, how many lanes each has, fewer where the text ends; called for
                rows in order, and again for rows that change.
        """
        self._lanes = lanes
        self._heights = bytearray()
        self._sums: list[int] = []
        self._above: list[int] | None = None
        self.version = 0
        """Grows with every height that is found or changes."""

    @property
    def known(self) -> int:
        """How many rows have a known height."""
        return len(self._heights)

    @property
    def lanes_known(self) -> int:
        """Lanes under all rows of known height."""
        return self._before()[-1]

    def estimate(self, rows: int) -> int:
        """How many screen rows so many rows take, those of unknown height being taken for like the others."""
        known, lanes = self.known, self.lanes_known
        rest = rows - known
        return known + lanes + rest + (rest * lanes // known if known else 0)

    def extend(self) -> bool:
        """Find the heights of the next rows; whether there were any."""
        found = self._lanes(self.known, self.known + _BLOCK - self.known % _BLOCK)
        if not found:
            return False
        at = self.known // _BLOCK
        self._heights += found
        del self._sums[at:]
        self._sums.append(sum(self._heights[at * _BLOCK :]))
        self._above = None
        self.version += 1
        return True

    def reach(self, row: int) -> None:
        """Know the heights of the rows up to this one."""
        while self.known <= row and self.extend():
            pass

    def update(self, first: int, last: int) -> int:
        """Find the heights of rows `[first, last)` again.

        Returns:
            By how much the rows after them moved down, or up if negative; rows of unknown height do not count.
        """
        last = min(last, self.known)
        if first >= last:
            return 0
        before = sum(self._heights[first:last])
        self._heights[first:last] = self._lanes(first, last)
        moved = sum(self._heights[first:last]) - before
        for at in range(first // _BLOCK, (last - 1) // _BLOCK + 1):
            self._sums[at] = sum(self._heights[at * _BLOCK : (at + 1) * _BLOCK])
        self._above = None
        self.version += 1
        return moved

    def lanes_of(self, row: int) -> int:
        """How many lanes a row has."""
        self.reach(row)
        return self._heights[row]

    def screen_row(self, row: int) -> int:
        """The screen row of a row's text; finds the heights up to it."""
        self.reach(row)
        at = row // _BLOCK
        return row + self._before()[at] + sum(self._heights[at * _BLOCK : row])

    def text_row(self, y: int) -> tuple[int, int]:
        """Which row a screen row shows: the row, and 0 for its text or the number of the lane from 1.

        Screen rows below the last give the last row of known height and a number past its lanes.
        """
        while self.known + self.lanes_known <= y and self.extend():
            pass
        above = self._before()
        at = max(0, bisect_right(range(len(self._sums)), y, key=lambda block: block * _BLOCK + above[block]) - 1)
        row = at * _BLOCK
        rest = y - row - above[at]
        for height in self._heights[row : row + _BLOCK]:
            if rest <= height:
                return row, rest
            rest -= height + 1
            row += 1
        last = max(0, self.known - 1)
        return last, (self._heights[last] if self._heights else 0) + rest + 1

    def window(self, y: int, count: int) -> list[tuple[int, int]]:
        """What `text_row` gives for `count` screen rows from `y`, found together; fewer where the text ends."""
        row, lane = self.text_row(y)
        found: list[tuple[int, int]] = []
        while len(found) < count:
            if row >= len(self._heights):
                self.reach(row)
                if row >= len(self._heights):
                    break
            found += [(row, each) for each in range(lane, self._heights[row] + 1)]
            row, lane = row + 1, 0
        return found[:count]

    def _before(self) -> list[int]:
        """Lanes in all blocks before each one, and in all."""
        if self._above is None:
            self._above = list(accumulate(self._sums, initial=0))
        return self._above
