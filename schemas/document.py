"""Documents and their zones. A document's text is what its file's bytes decode to, and never changes."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.extent import MAX_OFFSET, Extent

Name = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$")]
"""An identifier that is safe as a file name: letters, digits, `.`, `_`, `-`; no point at either end; at most 128."""

Offset = Annotated[int, Field(strict=True, ge=0, le=MAX_OFFSET)]
"""A position between code points, counted from the start of the document."""

Digest = Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal digits."""

ZoneKind = Literal[
    "title",
    "summary",
    "heading",
    "body",
    "list_item",
    "table_cell",
    "table_header",
    "table_rule",
    "duplicate",
    "inserted",
    "furniture",
    "residue",
]
"""What a piece of a document is. The first six are open to annotations, the rest are closed."""

OPEN_KINDS: frozenset[str] = frozenset({"title", "summary", "heading", "body", "list_item", "table_cell"})
"""The kinds of zone that take annotations."""


def digest(data: bytes) -> str:
    """The SHA-256 of a document's bytes, in lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


class Zone(BaseModel):
    """A piece of a document, `[start, end)` in code points; a document's zones partition its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Offset
    """The first code point."""
    end: Offset
    """One past the last code point."""
    kind: ZoneKind
    """What it is."""

    @property
    def is_open(self) -> bool:
        """Whether annotations may lie in it."""
        return self.kind in OPEN_KINDS

    @property
    def extent(self) -> Extent:
        """The zone as an extent."""
        return Extent.of(self.start, self.end)


class Document(BaseModel):
    """One text, exactly as it was read, with what is known about its origin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    """The name of the document, unique in the corpus."""
    text: Annotated[str, Field(strict=True)]
    """The text: the file's bytes decoded as UTF-8, nothing stripped, folded or normalised."""
    sha256: Digest
    """The SHA-256 of the file's bytes."""
    title: str | None = None
    """The title, where the document has one."""
    publisher: str | None = None
    """Who published it, as far as the text tells."""
    date: datetime.date | None = None
    """The day of publication, where it is known."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] | None = None
    """A BCP 47 language tag."""
    source: str | None = None
    """The file that it was read from, relative to the folder of the raw documents."""
    zones: tuple[Zone, ...] = ()
    """The zones in order, without gap or overlap, from the first code point to the last. None means one open body."""

    @classmethod
    def from_bytes(cls, id: str, data: bytes, **about: object) -> Self:
        """A document made from a file's bytes.

        Raises:
            UnicodeDecodeError: If the bytes are not UTF-8.
            pydantic.ValidationError: If a field is not as it must be.
        """
        return cls.model_validate({"id": id, "text": data.decode("utf-8"), "sha256": digest(data), **about})

    @model_validator(mode="after")
    def zones_partition_the_text(self) -> Self:
        position = 0
        for zone in self.zones:
            if zone.start != position or zone.end <= zone.start:
                raise PydanticCustomError(
                    "zones_partition",
                    "zone [{start}, {end}) must begin at {position} and hold at least one code point",
                    {"start": zone.start, "end": zone.end, "position": position},
                )
            position = zone.end
        if self.zones and position != len(self.text):
            raise PydanticCustomError(
                "zones_partition",
                "the zones end at {position}, the text at {end}",
                {"position": position, "end": len(self.text)},
            )
        return self

    @property
    def open_extents(self) -> Sequence[Extent]:
        """Where annotations may lie: the open zones, or the whole text when no zone is given."""
        if not self.zones:
            return (Extent.of(0, len(self.text)),) if self.text else ()
        return tuple(zone.extent for zone in self.zones if zone.is_open)

    def is_intact(self) -> bool:
        """Whether the text still has the digest that it was read with."""
        return digest(self.text.encode("utf-8")) == self.sha256
