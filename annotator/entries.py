"""The annotations and drafts of one document: by id, in order, and by what refers to what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from annotator import drafting
from annotator.history import Entry
from corpus.drafts import Draft
from corpus.stock import Stock
from schemas import Annotation, Document, Extent, FieldSpec, Kind, LabelSchema, LabelSpec, plain


class Entries:
    """What a session holds, and what each of it says."""

    def __init__(self, schema: LabelSchema, document: Document, annotations: Sequence[Annotation] = ()) -> None:
        self.schema = schema
        self.document = document
        self.by_id = Stock(annotations)
        self._drafts: set[str] = set()
        self._referrers: dict[str, set[str]] = {}
        """By id, which entries refer to it."""
        for annotation in annotations:
            self.took(annotation)

    def __len__(self) -> int:
        return len(self.by_id)

    def __contains__(self, id: str) -> bool:
        return id in self.by_id

    def __iter__(self) -> Iterator[Entry]:
        """Every annotation and draft, by place."""
        return self.by_id.by_place()

    def get(self, id: str) -> Entry:
        """What is under an id.

        Raises:
            KeyError: If there is nothing.
        """
        return self.by_id[id]

    def position(self, id: str) -> int:
        """How many annotations and drafts come before it."""
        return self.by_id.before(self.by_id[id].order)

    def at_position(self, position: int) -> Entry:
        """The annotation or draft at a position."""
        return self.by_id.at(position)

    def starting_in(self, start: int, end: int) -> list[Entry]:
        """Those that begin in `[start, end)`, by place."""
        first, last = (self.by_id.before((offset,)) for offset in (start, end))
        return [self.by_id.at(position) for position in range(first, last)]

    def next_from(self, offset: int, step: int = 1, skip: str | None = None) -> Entry | None:
        """The first entry that begins after a code point, or with `step=-1` the last that begins before it.

        `skip` is the entry that one stands on: its neighbour in order is next, though it may begin at the same place.
        """
        if skip is not None and skip in self.by_id:
            position = self.position(skip) + step
        elif step > 0:
            position = self.by_id.before((offset + 1,))
        else:
            position = self.by_id.before((offset,)) - 1
        return self.at_position(position) if 0 <= position < len(self.by_id) else None

    def same(self, label: str, extent: Extent) -> Entry | None:
        """The entry that has this label on exactly this extent, if there is one."""
        place = (extent.start, extent.end, label)
        position = self.by_id.before(place)
        while position < len(self.by_id) and self.by_id.place(position)[:3] == place:
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

    # What an entry says

    def spec(self, entry: Entry) -> LabelSpec:
        """What the entry's label is made of."""
        return self.schema.by_name[entry.label]

    def values(self, entry: Entry) -> dict[str, Any]:
        """The label's own fields of an entry, as a file holds them."""
        if isinstance(entry, Draft):
            return dict(entry.values)
        return {field.name: plain(getattr(entry, field.name)) for field in self.spec(entry).fields}

    def value(self, entry: Entry, field: str) -> Any:
        """One of the label's own fields, as a file holds it; nothing where a draft does not have it yet."""
        return entry.values.get(field) if isinstance(entry, Draft) else plain(getattr(entry, field))

    def fault_of(self, entry: Entry, field: str, value: Any) -> str | None:
        """What the schema would say against a value of one field."""
        values = {**self.values(entry), field: value}
        draft = Draft(id=entry.id, label=entry.label, extent=entry.extent, values=values)
        return self.faults(draft).get(field)

    def faults(self, entry: Entry) -> dict[str, str]:
        """Why the schema does not allow a draft yet, by field; what concerns several fields is under an empty name."""
        if isinstance(entry, Annotation):
            return {}
        return drafting.faults(entry, self.schema, self.document.text)

    def entity_of(self, entry: Entry) -> str | None:
        """The entity that an entry names, if it has a field for one and it is filled."""
        for field in self.spec(entry).of_kind(Kind.ENTITY):
            if not field.many and isinstance(name := self.value(entry, field.name), str):
                return name
        return None

    def extent_fields(self, entry: Entry) -> Iterator[str]:
        """The fields of an entry that hold a single extent."""
        return (field.name for field in self.spec(entry).of_kind(Kind.EXTENT) if not field.many)

    def field_extent(self, entry: Entry, field: str) -> Extent | None:
        """The extent that a field holds, if there is one."""
        value = self.value(entry, field)
        return Extent.joined((start, end) for start, end in value) if value else None

    def words(self, entry: Entry) -> str:
        """The words that an entry covers."""
        return entry.extent.text(self.document.text)

    # What changes

    def put(self, id: str, entry: Entry | None) -> None:
        """Puts an entry, or nothing, under an id in place of what is there."""
        old = self.by_id.put(id, entry)
        if old is not None:
            self._drafts.discard(id)
            for _, named in self.references(old):
                for other in named:
                    self._referrers.get(other, set()).discard(id)
            self.left(old)
        if entry is not None:
            if isinstance(entry, Draft):
                self._drafts.add(id)
            self.took(entry)

    def left(self, entry: Entry) -> None:
        """Takes notice of an entry that is there no more, or is another one from now on."""

    def took(self, entry: Entry) -> None:
        """Takes notice of an entry that is there from now on."""
        for _, named in self.references(entry):
            for other in named:
                self._referrers.setdefault(other, set()).add(entry.id)
