"""A session: one annotator at one document. What can be done to a layer, and undone, without any screen.

Every method that changes something returns the step that it made, and a step can be undone. An annotation whose fields
are not all there yet is a draft: it is kept, shown and saved, but is not part of the layer until the schema allows it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from annotator import drafting
from annotator.entries import Entries
from annotator.experience import Experience
from annotator.guesses import Guesses
from annotator.history import Entry, History, Past, Step
from annotator.known_words import KnownWords
from annotator.memory import Memory
from annotator.precedents import Precedents
from annotator.snapshot import Snapshot
from corpus.drafts import Draft
from corpus.layers import LayerFile
from corpus.registry import Registry, occurrences
from corpus.stock import Stock
from schemas import (
    Annotation,
    Document,
    Extent,
    FieldSpec,
    Kind,
    LabelSchema,
    LayerHeader,
    Settlement,
    Status,
    plain,
)

_ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_SIZE = 8
_ID_LETTER_OF = bytes(ord(_ID_LETTERS[byte % len(_ID_LETTERS)]) for byte in range(256))


def random_id() -> str:
    """A new id of eight letters and digits: forty bits, so that two people's ids do not meet."""
    return secrets.token_bytes(_ID_SIZE).translate(_ID_LETTER_OF).decode("ascii")


class Session(Entries):
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
        self.layer = layer_file.layer
        self.header = layer_file.header
        self.registry = registry or Registry()
        self._memory = Memory(schema, self.registry)
        super().__init__(schema, document, layer_file.annotations)
        self.revision = 0
        """Counts every change, undone ones too."""
        self._new_id = new_id
        self._touched: list[str] = []
        """The id of everything that was put or taken away, in order."""
        self._found = {draft.id: draft for draft in drafts}
        """The drafts as they were found; somebody else may complete one that nobody touched here."""
        self._history = History()
        self.known_words = KnownWords(schema, self.registry, self._memory, document.text)
        self._precedents = Precedents(schema, self.registry, document.text, self)
        self._guesses = Guesses(self, self._memory, self._precedents)
        for draft in self._found.values():
            self.put(draft.id, draft)

    # What can be done

    def recall(self, experience: Experience) -> None:
        """Takes in what this annotator said before, as far as it helps to say what comes next."""
        self._memory.recall(experience.memory)
        self._precedents.choices.recall(experience.choices)
        self.known_words.recall(experience.memory)

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
        return self._mark(label, extent, known, values or {}, score, settled)

    def mark_part(self, label: str, field: str, extent: Extent) -> Step:
        """Makes an annotation of which one part is known and its own words are not: a draft until they are.

        Args:
            label: The label.
            field: The field that holds the part.
            extent: The part; the draft lies there meanwhile.
        """
        part = {field: [list(each) for each in extent]}
        known = {**self._memory.defaults(label), **part}
        return self._mark(label, extent, known, part, None, None, placed=False)

    def _mark(
        self,
        label: str,
        extent: Extent,
        known: Mapping[str, Any],
        said: Mapping[str, Any],
        score: float | None,
        settled: Settlement | None,
        *,
        placed: bool = True,
    ) -> Step:
        self._guesses.learn()
        name = self._fresh_id()
        entry = self._built(name, label, extent, known, score, settled, placed=placed)
        unsteady = self._guesses.unsteady(entry)
        self._guesses.begin(entry, known, said.keys(), unsteady, placed=placed)
        entry = self._foretold(entry, unsteady)
        return self._did(f"marked {label}", {name: entry})

    def _foretold(self, entry: Entry, unsteady: frozenset[str]) -> Entry:
        """The entry with likely values in the fields of which nobody has said anything."""
        found = self._guesses.likely(entry, unsteady)
        guessed = entry
        if found:
            guessed = self._with(entry, {**self.values(entry), **{name: value for name, (value, _) in found.items()}})
        if isinstance(entry, Annotation) and isinstance(guessed, Draft):
            # A guess that makes wrong what is right without it is none.
            return entry
        self._guesses.keep(entry, found, unsteady)
        return guessed

    def guessed(self, id: str) -> Mapping[str, float]:
        """The fields of an entry whose values are guesses that nobody has confirmed, with how likely each is."""
        return self._guesses.of(id)

    def like(self, entry: Entry) -> list[Extent]:
        """Where the same words stand elsewhere in open zones, as whole words, without this label."""
        text, words = self.document.text, self.words(entry)
        if len(entry.extent) > 1:
            return []
        places = (
            Extent.of(start, start + len(words))
            for zone in self.document.open_extents
            for start in occurrences(text, words, zone.start, zone.end)
        )
        return [place for place in places if self.same(entry.label, place) is None]

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
        entry = self.by_id[id]
        changed = self._rebuilt(entry, entry.extent, {**self.values(entry), **values})
        self._guesses.confirm(id, values)
        if any(self.spec(entry).field(name).kind is Kind.EXTENT for name in values):
            changed = self._foretold(changed, self._guesses.unsteady(changed))
        if settled is not None:
            changed = changed.model_copy(update={"settled": settled})
        return self._did(f"changed {' and '.join(values)}", {id: changed})

    def place(self, id: str, extent: Extent) -> Step:
        """Says where an annotation's own words are, of which only a part was known.

        Raises:
            ValueError: If the extent reaches beyond the text.
        """
        self._require_inside(extent)
        entry = self.by_id[id]
        placed = self._built(id, entry.label, extent, self.values(entry), entry.score, entry.settled)
        return self._did(f"placed {entry.label}", {id: self._foretold(placed, self._guesses.unsteady(placed))})

    def is_placed(self, id: str) -> bool:
        """Whether an entry's own words are known, and not only a part of it."""
        entry = self.by_id[id]
        return entry.placed if isinstance(entry, Draft) else True

    def relabel(self, id: str, label: str) -> Step:
        """Gives an entry another label; fields that both have keep their values where the new one allows them."""
        entry = self.by_id[id]
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
            return all(each in self.by_id and self.by_id[each].label in field.labels for each in named)
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
        entry = self.by_id[id]
        return self._did(f"resized {entry.label}", {id: self._rebuilt(entry, extent, self.values(entry))})

    def delete(self, id: str) -> Step:
        """Takes an entry away, and every reference to it, as one step."""
        entry = self.by_id[id]
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

    @property
    def past(self) -> Past:
        """What can be undone and done again here, for another session of the same document to go on from."""
        names = self._history.names
        return Past(self._history, {name: self.by_id.get(name) for name in names}, self.header)

    def go_on_from(self, past: Past) -> None:
        """Takes over what can be undone and done again, but for what fits no more: somebody changed it meanwhile."""
        if past.header.sha256 != self.header.sha256:
            return
        changed = {name for name, entry in past.entries.items() if self.by_id.get(name) != entry}
        past.history.forget(changed, header=self.header != past.header)
        self._history = past.history

    def snapshot(self) -> Snapshot:
        """Everything there is to save now; it does not change when the session goes on."""
        return Snapshot(self.revision, self.layer, self.header, self.by_id.copy(), self._touched)

    def take_over(self, before: LayerFile, after: LayerFile, what: str) -> Step | None:
        """Brings in what somebody else did to the layer's file between two states of it, and gives it as a step.

        What was changed here since `before` stays as it is here; what was changed on both sides is there twice then,
        theirs under a new id. Undoing takes back what was done here and leaves theirs alone: the step is not among
        those that can be undone. Nothing is done when there is nothing to bring in.
        """
        old, new = Stock(before.annotations), Stock(after.annotations)
        changes: dict[str, Entry | None] = {}
        for name in sorted(old.differing(new), key=lambda name: (each.order if (each := new.get(name)) else (), name)):
            was, now, here = old.get(name), new.get(name), self.by_id.get(name)
            if now in (was, here):
                continue
            if here == was or here is None or here == self._found.get(name):
                changes[name] = now
            elif isinstance(now, Annotation):
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
        before = {name: self.by_id.get(name) for name in changes}
        focus = next((name for name, entry in changes.items() if entry is not None), None)
        return Step(what, before, dict(changes), self.header, header, focus, how)

    def _apply(self, entries: Mapping[str, Entry | None], header: LayerHeader) -> None:
        for name, entry in entries.items():
            self.put(name, entry)
        self._touched += entries
        self.header = header
        self.revision += 1

    def took(self, entry: Entry) -> None:
        """Takes notice of an entry that is there from now on, and remembers what it says."""
        super().took(entry)
        if isinstance(entry, Annotation):
            self._memory.keep(entry)

    def left(self, entry: Entry) -> None:
        """Takes notice of an entry that is there no more: its words are known by it no longer."""
        super().left(entry)
        if isinstance(entry, Annotation):
            self._memory.release(entry)
            self.known_words.doubt(entry.text)

    def _fresh_id(self, besides: Container[str] = ()) -> str:
        while self.by_id.has_had(fresh := self._new_id()) or fresh in besides:
            pass
        return fresh

    def _with(self, entry: Entry, values: Mapping[str, Any]) -> Entry:
        """The entry with these values, and everything else as it is."""
        placed = entry.placed if isinstance(entry, Draft) else True
        return self._built(entry.id, entry.label, entry.extent, values, entry.score, entry.settled, placed=placed)

    def _rebuilt(self, entry: Entry, extent: Extent, values: Mapping[str, Any], label: str | None = None) -> Entry:
        settled = entry.settled
        if settled is not None and settled.how != "new":
            settled = Settlement(how="edited", layers=settled.layers)
        placed = entry.placed if isinstance(entry, Draft) else True
        return self._built(entry.id, label or entry.label, extent, values, entry.score, settled, placed=placed)

    def _built(
        self,
        id: str,
        label: str,
        extent: Extent,
        values: Mapping[str, Any],
        score: float | None = None,
        settled: Settlement | None = None,
        *,
        placed: bool = True,
    ) -> Entry:
        self._require_inside(extent)
        known = {name: plain(value) for name, value in values.items()}
        draft = Draft(id=id, label=label, extent=extent, values=known, score=score, settled=settled, placed=placed)
        return drafting.completed(draft, self.schema, self.document.text) or draft

    def _require_inside(self, extent: Extent) -> None:
        if extent.end > len(self.document.text):
            raise ValueError(f"the extent ends at {extent.end}, the text at {len(self.document.text)}")
