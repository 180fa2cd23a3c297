"""Drafts: annotations in the making that the schema does not allow yet, kept so that no work is lost.

They lie in the corpus's work folder, outside of what git tracks, one file per layer and document.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from corpus import jsonl
from corpus.errors import InputRefused
from corpus.store import WORK, Store, check_name, parse_records
from schemas import AnnotationId, Extent, Finding, Severity


class Draft(BaseModel):
    """A label on an extent whose fields are not all there yet."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    id: AnnotationId
    """The id that the annotation will have."""
    label: str
    """The name of its label."""
    extent: Extent
    """What it covers."""
    values: dict[str, Any] = {}
    """The label's own fields as far as they are known, as a file holds them."""

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
    drafts = []
    for found in parse_records(store.read_bytes(file) or b"", file, Draft):
        if not isinstance(found, Finding):
            drafts.append(found[1])
        elif found.severity is Severity.ERROR:
            raise InputRefused.by(found, store.folder)
    return tuple(drafts)


def write(store: Store, layer: str, document: str, drafts: Iterable[Draft]) -> None:
    """Keeps these drafts and no others."""
    file = drafts_file(layer, document)
    kept = [draft.model_dump(mode="json") for draft in drafts]
    if kept:
        store.write_bytes(file, jsonl.render(kept))
    else:
        store.remove(file)
