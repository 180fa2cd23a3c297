"""The annotations and drafts of one document: by id, in order, and by what refers to what."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from annotator.history import Entry
from corpus.drafts import Draft
from schemas import Annotation, Extent, FieldSpec, Kind, LabelSchema


class Entries:
    """What a session holds."""

    def __init__(self, schema: LabelSchema) -> None:
        self.schema = schema
        self.by_id: dict[str, Entry] = {}
        self._order: list[tuple[int, int, str, str]] = []
        self._drafts: set[str] = set()
        self._referrers: dict[str, set[str]] = {}
        """By id, which entries refer to it."""

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, id: str) -> bool:
        return id in self.by_id

    def __iter__(self) -> Iterator[Entry]:
        """Every annotation and draft, by place."""
        for *_, name in self._order:
            yield self.by_id[name]

    def get(self, id: str) -> Entry:
        """What is under an id.

        Raises:
            KeyError: If there is nothing.
        """
        return self.by_id[id]

    def position(self, id: str) -> int:
        """How many annotations and drafts come before it."""
        return bisect_left(self._order, self.by_id[id].order)

    def at_position(self, position: int) -> Entry:
        """The annotation or draft at a position."""
        return self.by_id[self._order[position][3]]

    def starting_in(self, start: int, end: int) -> list[Entry]:
        """Those that begin in `[start, end)`, by place."""
        first, last = (bisect_left(self._order, (offset, -1, "", "")) for offset in (start, end))
        return [self.by_id[name] for *_, name in self._order[first:last]]

    def next_from(self, offset: int, step: int = 1, skip: str | None = None) -> Entry | None:
        """The first entry that begins after a code point, or with `step=-1` the last that begins before it.

        `skip` is the entry that one stands on: its neighbour in order is next, though it may begin at the same place.
        """
        if skip is not None and skip in self.by_id:
            position = self.position(skip) + step
        elif step > 0:
            position = bisect_left(self._order, (offset + 1, -1, "", ""))
        else:
            position = bisect_left(self._order, (offset, -1, "", "")) - 1
        return self.at_position(position) if 0 <= position < len(self._order) else None

    def same(self, label: str, extent: Extent) -> Entry | None:
        """The entry that has this label on exactly this extent, if there is one."""
        place = (extent.start, extent.end, label)
        position = bisect_left(self._order, (*place, ""))
        while position < len(self._order) and self._order[position][:3] == place:
            if (entry := self.at_position(position)).extent == extent:
                return entry
            position += 1
        return None

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """What is in the layer, by place."""
        return tuple(entry for entry in self if isinstance(entry, Annotation))

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """What is not yet allowed, by place."""
        kept = [entry for name in self._drafts if isinstance(entry := self.by_id[name], Draft)]
        return tuple(sorted(kept, key=lambda entry: entry.order))

    @property
    def draft_count(self) -> int:
        """How many drafts there are."""
        return len(self._drafts)

    def references(self, entry: Entry) -> Iterator[tuple[FieldSpec, list[str]]]:
        """The fields of an entry that refer to others, with the ids that each names."""
        for field in self.schema.by_name[entry.label].of_kind(Kind.REFERENCE):
            value = entry.values.get(field.name) if isinstance(entry, Draft) else getattr(entry, field.name)
            yield field, [value] if isinstance(value, str) else list(value or ())

    def referring(self, id: str) -> list[tuple[Entry, FieldSpec]]:
        """The entries that refer to this one, by place, with the field in which they do."""
        entries = sorted((self.by_id[name] for name in self._referrers.get(id, ())), key=lambda entry: entry.order)
        return [(entry, field) for entry in entries for field, named in self.references(entry) if id in named]

    def put(self, id: str, entry: Entry | None) -> None:
        """Puts an entry, or nothing, under an id in place of what is there."""
        old = self.by_id.pop(id, None)
        if old is not None:
            del self._order[bisect_left(self._order, old.order)]
            self._drafts.discard(id)
            for _, named in self.references(old):
                for other in named:
                    self._referrers.get(other, set()).discard(id)
        if entry is not None:
            self.by_id[id] = entry
            insort(self._order, entry.order)
            if isinstance(entry, Draft):
                self._drafts.add(id)
            for _, named in self.references(entry):
                for other in named:
                    self._referrers.setdefault(other, set()).add(id)
