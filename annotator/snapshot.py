"""What there is to save of a session, as it is at one moment, and what has been touched since another one."""

from __future__ import annotations

from functools import cached_property

from corpus.drafts import Draft
from corpus.layers import LayerFile
from corpus.stock import Stock
from schemas import LayerHeader


class Snapshot:
    """Everything there is to save, as it is at one revision.

    It is taken between two keys, and put in order by whoever asks for its parts, which may be another thread.
    """

    def __init__(self, revision: int, layer: str, header: LayerHeader, entries: Stock, touched: list[str]) -> None:
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
        return LayerFile(self._layer, self.header, self.entries.annotations())

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """What the schema does not allow yet, by place."""
        return self.entries.drafts()
