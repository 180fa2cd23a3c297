"""Extents: which code points of a text something covers, and how two of them lie to each other.

Every offset in this project is a half-open pair of code points, `[start, end)`, into a document's text exactly as it
was read. The words for how two extents lie are defined here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import PydanticCustomError, core_schema

MAX_OFFSET = 2**31 - 1
"""The largest offset that a file may hold: 32-bit signed, so that every reader of the published columns can take it."""

Fragment = tuple[int, int]
"""One unbroken piece, `(start, end)` in code points, half-open."""

_FRAGMENT_SEPARATOR = " "


class Extent(tuple[Fragment, ...]):
    """One or more fragments, sorted, disjoint, with at least one code point between two of them.

    A file writes it as a list of `[start, end]`. Construction from trusted code goes through `Extent.of` and
    `Extent.joined`; data is checked by pydantic, which raises `ValidationError` for an extent that is empty, unsorted,
    overlapping, or negative.
    """

    __slots__ = ()

    @classmethod
    def of(cls, start: int, end: int) -> Self:
        """The extent of one fragment.

        Raises:
            ValueError: If it would be empty or negative.
        """
        if not 0 <= start < end:
            raise ValueError(f"an extent needs 0 <= start < end, got [{start}, {end})")
        return cls(((start, end),))

    @classmethod
    def joined(cls, fragments: Iterable[Fragment]) -> Self:
        """The extent that covers what the fragments cover: sorted, and merged where they overlap or touch.

        Raises:
            ValueError: If there is no fragment, or one is empty.
        """
        merged: list[Fragment] = []
        for start, end in sorted(fragments):
            if not 0 <= start < end:
                raise ValueError(f"a fragment needs 0 <= start < end, got [{start}, {end})")
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        if not merged:
            raise ValueError("an extent needs at least one fragment")
        return cls(merged)

    @property
    def start(self) -> int:
        """The first code point covered."""
        return self[0][0]

    @property
    def end(self) -> int:
        """One past the last code point covered."""
        return self[-1][1]

    @property
    def size(self) -> int:
        """How many code points are covered; gaps between fragments do not count."""
        if len(self) == 1:
            return self[0][1] - self[0][0]
        return sum(end - start for start, end in self)

    def text(self, document: str) -> str:
        """The covered words of a document's text; fragments are joined by one blank, as in brat's standoff."""
        if len(self) == 1:
            return document[self[0][0] : self[0][1]]
        return _FRAGMENT_SEPARATOR.join(document[start:end] for start, end in self)

    def positions(self) -> Iterator[int]:
        """Every covered code point, in order."""
        for start, end in self:
            yield from range(start, end)

    def covers(self, other: Extent) -> bool:
        """Every code point of `other` is covered here too (equal extents cover each other)."""
        return all(any(start <= low and high <= end for start, end in self) for low, high in other)

    def overlaps(self, other: Extent) -> bool:
        """At least one code point is covered by both. Neighbours that only touch do not overlap."""
        if len(self) == 1 and len(other) == 1:
            return self[0][0] < other[0][1] and other[0][0] < self[0][1]
        return any(start < high and low < end for start, end in self for low, high in other)

    def crosses(self, other: Extent) -> bool:
        """They overlap, and neither covers the other."""
        return self.overlaps(other) and not self.covers(other) and not other.covers(self)

    def follows(self, other: Extent) -> bool:
        """This begins at or after the end of `other`."""
        return self.start >= other.end

    def touches(self, other: Extent) -> bool:
        """One ends exactly where the other begins."""
        return self.end == other.start or other.end == self.start

    def shared(self, other: Extent) -> int:
        """How many code points both cover."""
        return sum(max(0, min(end, high) - max(start, low)) for start, end in self for low, high in other)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        # Extents are drawn before anything is checked; who only draws them need not wait for pydantic.
        from pydantic_core import core_schema

        offset = core_schema.int_schema(strict=True, ge=0, le=MAX_OFFSET)
        fragments = core_schema.tuple_schema(
            [core_schema.tuple_schema([offset, offset])], variadic_item_index=0, min_length=1
        )
        return core_schema.no_info_after_validator_function(cls._checked, fragments)

    @classmethod
    def _checked(cls, fragments: tuple[Fragment, ...]) -> Self:
        before = -1
        for start, end in fragments:
            if not before < start < end:
                raise _refused(start, end)
            before = end
        return cls(fragments)


def _refused(start: int, end: int) -> PydanticCustomError:
    """Why a fragment is refused."""
    # Millions of extents are checked, and few are refused: the module is looked up for those alone.
    from pydantic_core import PydanticCustomError

    if start >= end:
        kind, message = "extent_empty", "fragment [{start}, {end}) is empty or reversed"
    else:
        kind, message = "extent_order", "fragment [{start}, {end}) must begin after the one before it ends, with a gap"
    return PydanticCustomError(kind, message, {"start": start, "end": end})


def trimmed(text: str, extent: Extent, is_outside: Callable[[str], bool]) -> Extent | None:
    """The extent without the characters at each fragment's edges that are outside; none where nothing is left."""
    fragments = []
    for low, high in extent:
        start, end = low, high
        while start < end and is_outside(text[start]):
            start += 1
        while end > start and is_outside(text[end - 1]):
            end -= 1
        if start < end:
            fragments.append((start, end))
    return Extent.joined(fragments) if fragments else None
