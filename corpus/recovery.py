"""Bringing into a layer what the journals of killed sessions hold.

All that was acknowledged is merged by id with what the layer's file holds now, which somebody else may have changed
since. Doing it again changes nothing, so that it may itself be killed at any point.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from corpus import codes, drafts, journal, journal_lines
from corpus.errors import StoreBusy, StoreFailed
from corpus.fitting import fits, misfits, part_extents
from corpus.journal_lines import Change, JournalText
from corpus.layers import LayerFile
from corpus.merge import merge, merge_headers
from corpus.store import LAYERS, WORK, Store
from schemas import Document, Finding, LabelSchema, LayerHeader

ATTEMPTS = 20
"""How often a write begins again when the file is replaced under it."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found in the journals of a layer's document."""

    changes: int = 0
    """How many changes were acknowledged and not in the layer's file."""
    conflicts: tuple[tuple[str, str], ...] = ()
    """What somebody else had changed as well: the id, and the id under which the other version is kept."""
    aside: tuple[str, ...] = ()
    """The journals that are kept, since not everything in them could be read or fits."""

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.changes or self.aside)

    def finding(self, layer: str, document: str) -> Finding:
        """What is to be told."""
        parts = [f"{self.changes} changes restored from the journal"]
        if self.conflicts:
            names = ", ".join(
                f"{name} and {other}" if other != name else f"{name} (deleted on one side)"
                for name, other in self.conflicts
            )
            parts.append(f"{len(self.conflicts)} annotations were changed on both sides, all kept: {names}")
        if self.aside:
            parts.append(f"not everything could be read, or fits the text; kept as {', '.join(self.aside)}")
        message = f"{document}: {'; '.join(parts)}"
        return codes.RECOVERED.finding(message, layer=layer, document=document)


class Recovery:
    """What is needed to bring a journal into one layer's file."""

    def __init__(
        self,
        store: Store,
        schema: LabelSchema,
        layer: str,
        document: Document,
        read: Callable[[], tuple[LayerFile, str]],
        declare: Callable[[], None],
        new_id: Callable[[], str],
    ) -> None:
        """`read` gives what the layer says of the document now, an empty layer where it says nothing, and its mark.

        `declare` enters the annotator into `corpus.toml` before the layer is written.
        """
        self._store = store
        self._schema = schema
        self._layer = layer
        self._document = document
        self._read = read
        self._declare = declare
        self._new_id = new_id

    def run(self) -> Recovered:
        """Brings in what every dead session's journal holds, and removes what writers that were killed left lying.

        Does nothing, and writes nothing, where there is neither.

        Raises:
            InputRefused: If the layer's file cannot be read; the journals are left as they are.
            StoreBusy: If the layer's file keeps changing.
            StoreFailed: If the file system refuses; what was not brought in yet is still in the journals.
        """
        layer, document = self._layer, self._document.id
        self._sweep()
        there = journal.names(self._store, layer, document)
        if not there:
            return Recovered()
        # Where nothing can be brought in, nothing is put aside either: it may fit what the file says later.
        self._read()
        replaced = journal.replaced(self._store, layer, document, there)
        changes = 0
        conflicts: list[tuple[str, str]] = []
        aside: list[str] = []
        for name in there:
            with journal.found(self._store, layer, document, name) as found:
                if found is None:
                    continue
                text = JournalText() if name in replaced else found.text
                read, strange = journal_lines.readable(text, self._schema)
                change = journal_lines.net(read)
                fitting = self._fitting(change, text.opening.sha256 if text.opening is not None else None)
                if fitting:
                    conflicts += self._bring_in(fitting)
                    changes += len(read)
                if strange or text.damaged or fitting != change:
                    aside.append(found.set_aside())
                else:
                    found.remove()
        return Recovered(changes, tuple(conflicts), tuple(aside))

    def _sweep(self) -> None:
        layer = self._layer
        for folder in (
            journal.folder_of(layer, self._document.id),
            f"{LAYERS}/{layer}",
            f"{WORK}/drafts/{layer}",
            ".",
        ):
            # What cannot be swept is in nobody's way.
            with contextlib.suppress(StoreFailed):
                self._store.sweep(folder)

    def _fitting(self, change: Change, sha256: str | None) -> Change:
        """The part of a change that fits the document and the schema; `sha256` is of the text that it was made in.

        In another text only the words tell that an annotation is where it was: what has none fits no more.
        """
        document, schema = self._document, self._schema
        header = LayerHeader(document=document.id, sha256=document.sha256, schema_id=schema.id, annotator=self._layer)
        said = LayerFile(self._layer, header, change.after)
        wrong = {finding.annotation for finding in misfits(said, document, schema, "")}
        is_other = sha256 is not None and sha256 != document.sha256
        if sha256 is None or is_other:
            wrong |= {each.id for each in change.after if each.extent.text(document.text) != each.text}
        if is_other:
            wrong |= {each.id for each in change.after if next(part_extents(each, schema), None) is not None}
        annotations = {name: pair for name, pair in change.annotations.items() if name not in wrong}
        begun = {
            name: (old, new)
            for name, (old, new) in change.drafts.items()
            if not new or (not is_other and fits(new, document, schema))
        }
        kept = change.header
        if kept is not None and next(misfits(LayerFile(self._layer, kept[1]), document, schema, ""), None) is not None:
            kept = None
        return Change(kept, annotations, begun)

    def _bring_in(self, change: Change) -> tuple[tuple[str, str], ...]:
        """Merges a change into the drafts and the layer's file, and names what was changed on both sides."""
        store, layer, document = self._store, self._layer, self._document.id
        begun = [new for _, new in change.drafts.values() if new is not None]
        # In the order of every save: whatever fails in between, what was acknowledged is in one of the files.
        drafts.write(store, layer, document, begun)
        conflicts: tuple[tuple[str, str], ...] = ()
        self._declare()
        for attempt in range(1, ATTEMPTS + 1):
            theirs, mark = self._read()
            merged = merge(change.before, change.after, theirs.annotations, self._new_id)
            header = theirs.header
            if change.header is not None:
                header = merge_headers(change.header[0], change.header[1], theirs.header)
            conflicts = merged.conflicts
            if (header, merged.annotations) == (theirs.header, theirs.annotations):
                break
            try:
                store.write_layer(LayerFile(layer, header, merged.annotations), mark)
            except StoreBusy:
                if attempt == ATTEMPTS:
                    raise
            else:
                break
        drafts.write(store, layer, document, begun, set(change.drafts))
        return conflicts
