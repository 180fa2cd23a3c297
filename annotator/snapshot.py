"""What there is to save of a session, as it is at one moment, and what has been touched since another one."""

from __future__ import annotations

from functools import cached_property

from annotator.history import Entry
from corpus.drafts import Draft
from corpus.layers import LayerFile
from schemas import Annotation, LayerHeader


class Snapshot:
    """Everything there is to save, as it is at one revision.

    It is taken between two keys, and put in order by whoever asks for its parts, which may be another thread.
    """

    def __init__(
        self, revision: int, layer: str, header: LayerHeader, entries: dict[str, Entry], touched: list[str]
    ) -> None:
        """`touched` has the id of everything that was put or taken away in the session, in order; it only grows."""
        self.revision = revision
        self.position = len(touched)
        """How often something had been put or taken away until then."""
        self.header = header
        self.entries = entries
        """The annotations and drafts, by id."""
        self._touched = touched
        self._layer = layer

    def touched_since(self, position: int) -> set[str]:
        """The ids of what was put or taken away since an earlier snapshot, by that one's position."""
        return set(self._touched[position : self.position])

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
