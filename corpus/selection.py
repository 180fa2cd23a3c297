"""Which codes a check is asked about: those that begin as one selects, but for those that begin as one ignores."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Selection:
    """The beginnings of codes, in any case; `E-DOC` takes in `E-DOC-DUP` and `E-DOC-HASH`."""

    select: frozenset[str] = frozenset()
    """None given means all."""
    ignore: frozenset[str] = frozenset()

    @classmethod
    def of(cls, select: Iterable[str], ignore: Iterable[str]) -> Self:
        """The selection that is written as lists with commas."""
        return cls(_parts(select), _parts(ignore))

    def takes(self, code: str) -> bool:
        """Whether a finding of that code is asked for; what is both selected and ignored is not."""
        folded = code.casefold()
        is_selected = not self.select or any(folded.startswith(each) for each in self.select)
        return is_selected and not any(folded.startswith(each) for each in self.ignore)

    def unknown(self, codes: Collection[str]) -> list[str]:
        """What no code begins with: most likely a slip, which would make a check pass that looks at nothing."""
        folded = [code.casefold() for code in codes]
        return sorted(each for each in self.select | self.ignore if not any(code.startswith(each) for code in folded))


def _parts(lists: Iterable[str]) -> frozenset[str]:
    return frozenset(part.strip().casefold() for each in lists for part in each.split(",") if part.strip())
