"""The coefficients of agreement, from counts alone: F1, Cohen's kappa, Krippendorff's alpha.

Nothing here knows of texts or labels. A coefficient that its counts leave undefined has no value and says why: it is
never 0 and never 1 by convention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that may be undefined, in which case it says why."""

    value: float | None
    reason: str = ""
    """Why there is no value; empty where there is one."""
    low: float | None = None
    """The lower end of its interval, where one was asked for and could be had."""
    high: float | None = None
    """The upper end."""

    @classmethod
    def undefined(cls, reason: str) -> Figure:
        """No number, for this reason."""
        return cls(None, reason)


NOTHING = "neither layer has any"
ONE_VALUE = "there is only one value, so nothing could differ"


def precision(both: int, second: int) -> Figure:
    """The share of the second's that the first has too, `both / second`; the first is the reference."""
    return Figure(both / second) if second else Figure.undefined("the second layer has none")


def recall(both: int, first: int) -> Figure:
    """The share of the first's that the second has too, `both / first`."""
    return Figure(both / first) if first else Figure.undefined("the first layer has none")


def f1(both: int, first: int, second: int) -> Figure:
    """The harmonic mean of precision and recall, `2 both / (first + second)` (van Rijsbergen 1979, Information
    Retrieval), which favours neither of the two.

    Between annotators it takes the place of kappa where nobody can count what neither of them marked (Hripcsak and
    Rothschild 2005, Journal of the American Medical Informatics Association 12:296-298). It is 0 where only one has
    any, and undefined where neither has.
    """
    return Figure(2 * both / (first + second)) if first + second else Figure.undefined(NOTHING)


def mean(total: int, count: int, reason: str) -> Figure:
    """`total / count`; without any count it is undefined for the reason given."""
    return Figure(total / count) if count else Figure.undefined(reason)


def same(table: Mapping[tuple[Value, Value], int]) -> Figure:
    """The share of units to which both gave the same value; what chance would give is not taken off."""
    return mean(sum(count for (one, other), count in table.items() if one == other), sum(table.values()), NOTHING)


def cohen_kappa(table: Mapping[tuple[Value, Value], int]) -> Figure:
    """Cohen's kappa, `(p_o - p_e) / (1 - p_e)` (Cohen 1960, Educational and Psychological Measurement 20:37-46).

    `p_o` is the share of units with the same value, `p_e` the share that two who draw independently, each from their
    own distribution of values, would have. Undefined where both always gave one and the same value.

    Args:
        table: How many units got each pair of values, from the first and the second.
    """
    units = sum(table.values())
    if not units:
        return Figure.undefined(NOTHING)
    first: Counter[Value] = Counter()
    second: Counter[Value] = Counter()
    agreed = 0
    for (one, other), count in table.items():
        first[one] += count
        second[other] += count
        agreed += count if one == other else 0
    # In whole numbers, so that a difference of zero is zero.
    by_chance = sum(count * second[value] for value, count in first.items())
    if by_chance == units * units:
        return Figure.undefined(ONE_VALUE)
    return Figure((agreed * units - by_chance) / (units * units - by_chance))


def krippendorff_alpha(table: Mapping[tuple[Value | None, ...], int]) -> Figure:
    """Krippendorff's alpha for nominal values, any number of layers, and missing values (Krippendorff 2011, Computing
    Krippendorff's Alpha-Reliability).

    `1 - (n - 1) * sum(o_ck) / sum(n_c * n_k)` over all pairs of different values c and k. The coincidence `o_ck` counts
    the pairs of values within a unit, each weighted by `1 / (m_u - 1)` where the unit has `m_u` values; `n_c` is the
    total of c, `n` that of all. Units with fewer than two values count for nothing. Undefined where all values are one.

    Args:
        table: How many units got each row of values, one for each layer; `None` where a layer has none.
    """
    totals: Counter[Value] = Counter()
    differing = 0.0
    for values, count in table.items():
        present = Counter(value for value in values if value is not None)
        size = present.total()
        if size < 2:
            continue
        for value, times in present.items():
            totals[value] += times * count
        if len(present) > 1:
            unlike = size * size - sum(times * times for times in present.values())
            differing += count * unlike / (size - 1)
    number = totals.total()
    expected = number * number - sum(count * count for count in totals.values())
    if not number:
        return Figure.undefined("no unit has two values")
    if not expected:
        return Figure.undefined(ONE_VALUE)
    return Figure(1 - (number - 1) * differing / expected)


def projected(
    table: Mapping[tuple[int | None, ...], int], bit: int, columns: Iterable[int] | None = None
) -> Counter[tuple[int | None, ...]]:
    """A table of sets of labels, each set a number with one bit a label, brought down to whether one label is in it.

    Args:
        table: How many units got each row of sets, one for each layer; `None` where a layer has none.
        bit: The label's bit, counted from 0; -1 keeps the sets as they are.
        columns: The layers to keep, by place; all where none are given.
    """
    kept = None if columns is None else tuple(columns)
    result: Counter[tuple[int | None, ...]] = Counter()
    for row, count in table.items():
        values = row if kept is None else tuple(row[column] for column in kept)
        if bit >= 0:
            values = tuple(None if value is None else value >> bit & 1 for value in values)
        result[values] += count
    return result
