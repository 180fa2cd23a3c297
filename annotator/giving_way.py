"""How work that nobody waits for gives way to whoever presses keys, and still comes to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from time import monotonic, sleep
from typing import Any, Final, TypeVar, overload

from corpus.layers import Written
from schemas import Annotation

_Each = TypeVar("_Each")

_REST: Final = 0.1
"""Seconds after a key for which such work rests: the key is dealt with and painted by then."""
_MOST_REST: Final = 0.03
"""Seconds of one rest at most, so that the work ends where keys come without end."""
_LEAST_WORK: Final = 0.002
"""Seconds of work after a rest that was cut short."""
_AT_ONCE: Final = 16
"""Annotations that are looked at between two moments at which the work may rest; they take a fraction of a
millisecond.
"""


class GivingWay:
    """Tells work in threads to rest, because of a key.

    That a thread may keep the interpreter for a short time only is not enough: a key has many moments at which the
    thread that paints lets others in, such as each write to the terminal, and waits as long after each.
    """

    def __init__(self) -> None:
        self._quiet_from = 0.0
        """When nobody has pressed a key for a while, by the clock."""

    def pressed(self) -> None:
        """Notes that a key was pressed just now."""
        self._quiet_from = monotonic() + _REST

    def over(self, things: Iterable[_Each], at_once: int = _AT_ONCE) -> Iterator[_Each]:
        """The same things one after the other, with a rest between some of them where a key was pressed."""
        left, busy_until = at_once, 0.0
        for each in things:
            yield each
            left -= 1
            if not left:
                left = at_once
                if self._quiet_from and (now := monotonic()) < self._quiet_from and now >= busy_until:
                    busy_until = self._rest(now + _MOST_REST) + _LEAST_WORK

    def _rest(self, until: float) -> float:
        """Rests while keys come, but not longer than until some time, and gives the time then."""
        while (now := monotonic()) < (wanted := min(self._quiet_from, until)):
            sleep(wanted - now)
        return now


class Considerate(Written):
    """Annotations of which whoever goes through them gives way to keys meanwhile."""

    def __init__(self, annotations: Written, giving_way: GivingWay) -> None:
        self._annotations = annotations
        self._over = giving_way.over

    def __len__(self) -> int:
        return len(self._annotations)

    @overload
    def __getitem__(self, index: int) -> Annotation: ...

    @overload
    def __getitem__(self, index: slice) -> list[Annotation]: ...

    def __getitem__(self, index: int | slice) -> Annotation | list[Annotation]:
        return list(self._annotations[index]) if isinstance(index, slice) else self._annotations[index]

    def __iter__(self) -> Iterator[Annotation]:
        return self._over(self._annotations)

    def ids(self) -> Iterator[str]:
        """Their ids, by place."""
        return self._over(self._annotations.ids())

    def records(self) -> Iterator[Mapping[str, Any]]:
        """What their lines hold, by place."""
        return self._over(self._annotations.records())

    def label_of(self, id: str) -> str | None:
        """The label of the one that has an id, if there is one."""
        return self._annotations.label_of(id)

    def written(self) -> Iterator[bytes | memoryview]:
        """Their lines, in the pieces in which they are kept."""
        return self._annotations.written()
