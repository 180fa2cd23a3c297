"""How deep annotations lie in each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas import Annotation, Extent, Kind, LabelSchema, LabelSpec


def parts_of(annotation: Annotation, spec: LabelSpec) -> Iterator[tuple[str, Extent]]:
    """The extents that an annotation's fields hold, each with the name of its field."""
    for field in spec.of_kind(Kind.EXTENT):
        value = getattr(annotation, field.name)
        extents = value or () if field.many else (value,)
        yield from ((field.name, extent) for extent in extents if extent is not None)


def depths(annotations: Sequence[Annotation], schema: LabelSchema) -> list[int]:
    """For each annotation, how many others hold it: with their own extent or with one of those of their fields.

    Of two that cover the same, the one with the earlier place holds the other.
    """
    holders: list[tuple[int, int, Extent, int, bool]] = []
    for place, annotation in enumerate(annotations):
        extent = annotation.extent
        holders.append((extent.start, extent.end, extent, place, True))
        for _, part in parts_of(annotation, schema.by_name[annotation.label]):
            holders.append((part.start, part.end, part, place, False))
    holders.sort(key=lambda each: (each[0], -each[1], each[3]))
    found = [0] * len(annotations)
    waiting = 0
    around: list[tuple[int, int, Extent, int, bool]] = []
    for place in sorted(range(len(annotations)), key=lambda each: annotations[each].start):
        extent = annotations[place].extent
        while waiting < len(holders) and holders[waiting][0] <= extent.start:
            around.append(holders[waiting])
            waiting += 1
        around = [each for each in around if each[1] > extent.start]
        inside = {
            holder
            for _, end, reach, holder, is_own in around
            if end >= extent.end
            and holder != place
            and reach.covers(extent)
            and not (is_own and reach == extent and holder > place)
        }
        found[place] = len(inside)
    return found
