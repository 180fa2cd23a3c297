"""Drafts: annotations in the making that the schema does not allow yet, kept so that no work is lost.

They lie in the corpus's work folder, outside of what git tracks, one file per layer and document.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from corpus import jsonl
from corpus.errors import InputRefused, StoreBusy
from corpus.store import WORK, Store, check_name, mark_of, parse_records
from schemas import AnnotationId, Extent, Finding, Settlement, Severity

_ATTEMPTS = 20
"""How often a write begins again when the file is replaced under it."""


class Draft(BaseModel):
    """A label on an extent whose fields are not all there yet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: AnnotationId
    """The id that the annotation will have."""
    label: str
    """The name of its label."""
    extent: Extent
    """What it covers."""
    values: dict[str, Any] = {}
    """The label's own fields as far as they are known, as a file holds them."""
    score: float | None = None
    """How sure a rule or model was, where one made it."""
    settled: Settlement | None = None
    """How it was settled, in an adjudicated layer."""
    placed: bool = True
    """Whether the extent is its own, or only that of a part of it, for the time being."""

    @property
    def start(self) -> int:
        """The first code point covered."""
        return self.extent.start

    @property
    def end(self) -> int:
        """One past the last code point covered."""
        return self.extent.end

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Its place among annotations: by start, end, label, id."""
        return (self.start, self.end, self.label, self.id)


def drafts_file(layer: str, document: str) -> str:
    """Where the drafts are, relative to the corpus folder."""
    for name in (layer, document):
        check_name(name)
    return f"{WORK}/drafts/{layer}/{document}.jsonl"


def read(store: Store, layer: str, document: str) -> tuple[Draft, ...]:
    """The drafts of a layer's document; none where there is no file.

    Raises:
        InputRefused: If the file is not as it was written.
    """
    file = drafts_file(layer, document)
    return tuple(_parsed(store, store.read_bytes(file), file))


def write(store: Store, layer: str, document: str, drafts: Iterable[Draft], known: Container[str] = ()) -> None:
    """Keeps these drafts, and those on the disk whose ids are not known: somebody else works on the same layer.

    Raises:
        InputRefused: If the file is not as it was written; it is left alone.
        StoreBusy: If the file keeps changing.
        StoreFailed: If the file system refuses.
    """
    file = drafts_file(layer, document)
    mine = {draft.id: draft for draft in drafts}
    for attempt in range(1, _ATTEMPTS + 1):
        data = store.read_bytes(file)
        others = (each for each in _parsed(store, data, file) if each.id not in known and each.id not in mine)
        kept = jsonl.render(draft.model_dump(mode="json") for draft in (*others, *mine.values()))
        try:
            if kept and kept != data:
                store.write_bytes(file, kept, mark_of(data))
            elif not kept and data is not None:
                store.remove(file, mark_of(data))
        except StoreBusy:
            if attempt == _ATTEMPTS:
                raise
        else:
            return


def _parsed(store: Store, data: bytes | None, file: str) -> Iterator[Draft]:
    for found in parse_records(data or b"", file, Draft):
        if not isinstance(found, Finding):
            yield found[1]
        elif found.severity is Severity.ERROR:
            raise InputRefused.by(found, store.folder)
