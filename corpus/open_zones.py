"""Where in a document annotations may lie, as the check asks it."""

from __future__ import annotations

from bisect import bisect_right

from schemas import OPEN_KINDS, Document, Extent, Fragment


class OpenZones:
    """The open parts of a document, with neighbours joined; all of it where it has no zones."""

    def __init__(self, document: Document) -> None:
        self._zones = document.zones
        self._starts: list[int] = []
        self._ends: list[int] = []
        reach = -1
        for zone in document.zones:
            values = zone.__dict__
            if values["kind"] in OPEN_KINDS:
                if values["start"] == reach:
                    self._ends[-1] = reach = values["end"]
                else:
                    self._starts.append(values["start"])
                    self._ends.append(reach := values["end"])
        if not document.zones:
            self._starts, self._ends = [0], [len(document.text)]

    def around(self, position: int) -> Fragment:
        """The open part that a code point lies in, or `(-1, -1)` where it lies in none."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position >= self._ends[index]:
            return (-1, -1)
        return self._starts[index], self._ends[index]

    def closed(self, extent: Extent) -> str:
        """The first closed zone that an extent overlaps, in words."""
        zone = next(zone for zone in self._zones if not zone.is_open and zone.extent.overlaps(extent))
        return f"the zone [{zone.start}, {zone.end}), which is closed: {zone.kind}"
