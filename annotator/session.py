"""A session: one annotator at one document. What can be done to a layer, and undone, without any screen.

Every method that changes something returns the step that it made, and a step can be undone. An annotation whose fields
are not all there yet is a draft: it is kept, shown and saved, but is not part of the layer until the schema allows it.
"""

from __future__ import annotations

import secrets
from bisect import bisect_left, insort
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from annotator import drafting
from annotator.history import Entry, History, Step
from annotator.memory import Memory
from corpus.drafts import Draft
from corpus.layers import LayerFile
from corpus.registry import Registry, occurrences
from schemas import (
    Annotation,
    Document,
    Extent,
    FieldSpec,
    Kind,
    LabelSchema,
    LabelSpec,
    LayerHeader,
    Settlement,
    Status,
    plain,
)

_ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_SIZE = 8


def random_id() -> str:
    """A new id of eight letters and digits: forty bits, so that two people's ids do not meet."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_SIZE))


class Snapshot:
    """Everything there is to save, as it is at one revision.

    It is taken between two keys, and put in order by whoever asks for its parts, which may be another thread.
    """

    def __init__(self, revision: int, layer: str, header: LayerHeader, entries: dict[str, Entry]) -> None:
        self.revision = revision
        self.header = header
        self.entries = entries
        """The annotations and drafts, by id."""
        self._layer = layer

    @cached_property
    def layer_file(self) -> LayerFile:
        """What is in the layer."""
        annotations = [entry for entry in self.entries.values() if isinstance(entry, Annotation)]
        return LayerFile(self._layer, self.header, tuple(sorted(annotations, key=lambda entry: entry.order)))

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """What the schema does not allow yet, by place."""
        kept = [entry for entry in self.entries.values() if isinstance(entry, Draft)]
        return tuple(sorted(kept, key=lambda entry: entry.order))


class Session:
    """One annotator's layer of one document, being worked on."""

    def __init__(
        self,
        document: Document,
        schema: LabelSchema,
        layer_file: LayerFile,
        drafts: Iterable[Draft] = (),
        registry: Registry | None = None,
        new_id: Callable[[], str] = random_id,
    ) -> None:
        self.document = document
        self.schema = schema
        self.layer = layer_file.layer
        self.header = layer_file.header
        self.registry = registry or Registry()
        self.revision = 0
        """Counts every change, undone ones too."""
        self._new_id = new_id
        self._entries: dict[str, Entry] = {}
        self._order: list[tuple[int, int, str, str]] = []
        self._drafts: set[str] = set()
        self._referrers: dict[str, set[str]] = {}
        """By id, which entries refer to it."""
        self._used: set[str] = set()
        self._found = {draft.id: draft for draft in drafts}
        """The drafts as they were found; somebody else may complete one that nobody touched here."""
        self._history = History()
        self._memory = Memory(schema, self.registry)
        entries: list[Entry] = [*layer_file.annotations, *self._found.values()]
        for entry in entries:
            self._put(entry.id, entry)

    # What there is

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, id: str) -> bool:
        return id in self._entries

    def __iter__(self) -> Iterator[Entry]:
        """Every annotation and draft, by place."""
        for *_, name in self._order:
            yield self._entries[name]

    def get(self, id: str) -> Entry:
        """What is under an id.

        Raises:
            KeyError: If there is nothing.
        """
        return self._entries[id]

    def position(self, id: str) -> int:
        """How many annotations and drafts come before it."""
        return bisect_left(self._order, self._entries[id].order)

    def at_position(self, position: int) -> Entry:
        """The annotation or draft at a position."""
        return self._entries[self._order[position][3]]

    def next_from(self, offset: int, step: int = 1, skip: str | None = None) -> Entry | None:
        """The first entry that begins after a code point, or with `step=-1` the last that begins before it.

        `skip` is the entry that one stands on: its neighbour in order is next, though it may begin at the same place.
        """
        if skip is not None and skip in self._entries:
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
        kept = [entry for name in self._drafts if isinstance(entry := self._entries[name], Draft)]
        return tuple(sorted(kept, key=lambda entry: entry.order))

    @property
    def draft_count(self) -> int:
        """How many drafts there are."""
        return len(self._drafts)

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

    def referring(self, id: str) -> list[tuple[Entry, FieldSpec]]:
        """The entries that refer to this one, by place, with the field in which they do."""
        entries = sorted((self._entries[name] for name in self._referrers.get(id, ())), key=lambda entry: entry.order)
        return [(entry, field) for entry in entries for field, named in self.references(entry) if id in named]

    def references(self, entry: Entry) -> Iterator[tuple[FieldSpec, list[str]]]:
        """The fields of an entry that refer to others, with the ids that each names."""
        for field in self.spec(entry).of_kind(Kind.REFERENCE):
            value = entry.values.get(field.name) if isinstance(entry, Draft) else getattr(entry, field.name)
            yield field, [value] if isinstance(value, str) else list(value or ())

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

    # What can be done

    def prefill(self, label: str, extent: Extent) -> dict[str, Any]:
        """What can be known of a label on an extent before anything is said of it."""
        return self._memory.values(label, extent.text(self.document.text))

    def mark(
        self,
        label: str,
        extent: Extent,
        values: Mapping[str, Any] | None = None,
        *,
        settled: Settlement | None = None,
        score: float | None = None,
    ) -> Step:
        """Puts a label on an extent. What `values` leaves open is pre-filled; what is missing then makes it a draft."""
        known = {**self.prefill(label, extent), **(values or {})}
        entry = self._built(self._fresh_id(), label, extent, known, score, settled)
        return self._did(f"marked {label}", {entry.id: entry})

    def like(self, entry: Entry) -> list[Extent]:
        """Where the same words stand elsewhere in open zones, as whole words, without this label."""
        text, words = self.document.text, self.words(entry)
        if len(entry.extent) > 1:
            return []
        places = (Extent.of(start, start + len(words)) for start in occurrences(text, words))
        return [
            place
            for place in places
            if self.same(entry.label, place) is None and any(zone.covers(place) for zone in self.document.open_extents)
        ]

    def mark_like(self, entry: Entry, places: Iterable[Extent]) -> Step:
        """Marks these places as an entry is, but for what it says of other places: its references and extents."""
        spec, said = self.spec(entry), self.values(entry)
        kept = [field for field in spec.fields if field.kind not in (Kind.REFERENCE, Kind.EXTENT)]
        values = {field.name: said[field.name] for field in kept if field.name in said}
        values = {**self._memory.defaults(entry.label), **values}
        changes: dict[str, Entry | None] = {}
        for place in places:
            made = self._built(self._fresh_id(changes), entry.label, place, values)
            changes[made.id] = made
        return self._did(f"marked {len(changes)} more like “{self.words(entry)}”", changes, how="mark-all")

    def change(self, id: str, field: str, value: Any) -> Step:
        """Sets one field of a label, to a value as a file holds it."""
        return self.change_several(id, {field: value})

    def change_several(self, id: str, values: Mapping[str, Any], *, settled: Settlement | None = None) -> Step:
        """Sets several fields as one step; what was adjudicated counts as edited then, unless `settled` is given."""
        entry = self._entries[id]
        changed = self._rebuilt(entry, entry.extent, {**self.values(entry), **values})
        if settled is not None:
            changed = changed.model_copy(update={"settled": settled})
        return self._did(f"changed {' and '.join(values)}", {id: changed})

    def relabel(self, id: str, label: str) -> Step:
        """Gives an entry another label; fields that both have keep their values where the new one allows them."""
        entry = self._entries[id]
        known, said = self.prefill(label, entry.extent), self.values(entry)
        fields = self.schema.by_name[label].fields
        kept = {field.name: said[field.name] for field in fields if self._may_keep(field, said)}
        relabelled = self._rebuilt(entry, entry.extent, {**known, **kept}, label)
        if wrong := self.faults(relabelled):
            kept = {name: value for name, value in kept.items() if name not in wrong}
            relabelled = self._rebuilt(entry, entry.extent, {**known, **kept}, label)
        return self._did(f"changed {entry.label} to {label}", {id: relabelled})

    def _may_keep(self, field: FieldSpec, said: Mapping[str, Any]) -> bool:
        """Whether a value said under another label points at something that this label's field may point at."""
        if field.name not in said:
            return False
        value = said[field.name]
        named = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
        if field.kind is Kind.REFERENCE:
            return all(each in self._entries and self._entries[each].label in field.labels for each in named)
        if field.kind is Kind.ENTITY and field.entity_kinds:
            known = (self.registry.entities.get(each) for each in named)
            return all(entity is None or entity.kind in field.entity_kinds for entity in known)
        return True

    def resize(self, id: str, extent: Extent) -> Step:
        """Gives an entry another extent.

        Raises:
            ValueError: If the extent reaches beyond the text.
        """
        self._require_inside(extent)
        entry = self._entries[id]
        return self._did(f"resized {entry.label}", {id: self._rebuilt(entry, extent, self.values(entry))})

    def delete(self, id: str) -> Step:
        """Takes an entry away, and every reference to it, as one step."""
        entry = self._entries[id]
        changes: dict[str, Entry | None] = {id: None}
        for other, field in self.referring(id):
            base = changes.get(other.id) or other
            values = self.values(base)
            if field.many:
                values[field.name] = [each for each in values[field.name] if each != id]
            else:
                values[field.name] = None
            changes[other.id] = self._rebuilt(base, base.extent, values)
        changes[id] = None
        return self._did(f"deleted {entry.label} “{self.words(entry)}”", changes)

    def set_status(self, status: Status, comment: str | None = None) -> Step:
        """Says how far the document is.

        Raises:
            pydantic.ValidationError: If it is flagged without a comment.
        """
        header = LayerHeader.model_validate({**self.header.model_dump(), "status": status, "comment": comment})
        return self._did(f"set the document to {status}", {}, header)

    def as_one(self, count: int, what: str) -> Step | None:
        """Makes the last so many steps one step of undo, and returns it; nothing where there are none."""
        return self._history.as_one(count, what)

    # Undoing

    def undo(self) -> Step | None:
        """Takes back the last step, and returns it; none when there is none."""
        step = self._history.undo()
        if step is not None:
            self._apply(step.before, step.header_before if step.changes_header else self.header)
        return step

    def redo(self) -> Step | None:
        """Does the last undone step again, and returns it; none when there is none."""
        step = self._history.redo()
        if step is not None:
            self._apply(step.after, step.header_after if step.changes_header else self.header)
        return step

    def snapshot(self) -> Snapshot:
        """Everything there is to save now; it does not change when the session goes on."""
        return Snapshot(self.revision, self.layer, self.header, dict(self._entries))

    def take_over(self, before: LayerFile, after: LayerFile, what: str) -> Step | None:
        """Brings in what somebody else did to the layer's file between two states of it, and gives it as a step.

        What was changed here since `before` stays as it is here; what was changed on both sides is there twice then,
        theirs under a new id. Undoing takes back what was done here and leaves theirs alone: the step is not among
        those that can be undone. Nothing is done when there is nothing to bring in.
        """
        old = {each.id: each for each in before.annotations}
        new = {each.id: each for each in after.annotations}
        changes: dict[str, Entry | None] = {}
        for name in (*new, *(each for each in old if each not in new)):
            was, now, here = old.get(name), new.get(name), self._entries.get(name)
            if now in (was, here):
                continue
            if here == was or here is None or here == self._found.get(name):
                changes[name] = now
            elif now is not None:
                fresh = self._fresh_id({*changes, *new})
                changes[fresh] = now.model_copy(update={"id": fresh})
        header = after.header if self.header == before.header else self.header
        if not changes and header == self.header:
            return None
        step = self._step(what, changes, header, how="")
        self._history.forget(changes.keys(), header=header != self.header)
        self._apply(step.after, step.header_after)
        return step

    # How it is done

    def _did(
        self, what: str, changes: Mapping[str, Entry | None], header: LayerHeader | None = None, how: str = "typed"
    ) -> Step:
        step = self._step(what, changes, header or self.header, how)
        self._history.add(step)
        self._apply(step.after, step.header_after)
        return step

    def _step(self, what: str, changes: Mapping[str, Entry | None], header: LayerHeader, how: str = "typed") -> Step:
        before = {name: self._entries.get(name) for name in changes}
        focus = next((name for name, entry in changes.items() if entry is not None), None)
        return Step(what, before, dict(changes), self.header, header, focus, how)

    def _apply(self, entries: Mapping[str, Entry | None], header: LayerHeader) -> None:
        for name, entry in entries.items():
            self._put(name, entry)
        self.header = header
        self.revision += 1

    def _put(self, id: str, entry: Entry | None) -> None:
        old = self._entries.pop(id, None)
        if old is not None:
            del self._order[bisect_left(self._order, old.order)]
            self._drafts.discard(id)
            for _, named in self.references(old):
                for other in named:
                    self._referrers.get(other, set()).discard(id)
        if entry is not None:
            self._entries[id] = entry
            insort(self._order, entry.order)
            if isinstance(entry, Draft):
                self._drafts.add(id)
            for _, named in self.references(entry):
                for other in named:
                    self._referrers.setdefault(other, set()).add(id)
            self._used.add(id)
            if isinstance(entry, Annotation):
                self._memory.keep(entry)

    def _fresh_id(self, besides: Container[str] = ()) -> str:
        while (fresh := self._new_id()) in self._used or fresh in besides:
            pass
        return fresh

    def _rebuilt(self, entry: Entry, extent: Extent, values: Mapping[str, Any], label: str | None = None) -> Entry:
        settled = entry.settled
        if settled is not None and settled.how != "new":
            settled = Settlement(how="edited", layers=settled.layers)
        return self._built(entry.id, label or entry.label, extent, values, entry.score, settled)

    def _built(
        self,
        id: str,
        label: str,
        extent: Extent,
        values: Mapping[str, Any],
        score: float | None = None,
        settled: Settlement | None = None,
    ) -> Entry:
        self._require_inside(extent)
        known = {name: plain(value) for name, value in values.items()}
        draft = Draft(id=id, label=label, extent=extent, values=known, score=score, settled=settled)
        return drafting.completed(draft, self.schema, self.document.text) or draft

    def _require_inside(self, extent: Extent) -> None:
        if extent.end > len(self.document.text):
            raise ValueError(f"the extent ends at {extent.end}, the text at {len(self.document.text)}")
