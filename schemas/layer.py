"""Layers: what one annotator said about a document. The header is the first line of a layer's file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.document import Digest, Name

SchemaId = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*@\d+\.\d+\.\d+$")]
"""A schema and its version, such as `security@1.0.0`."""


class Status(StrEnum):
    """How far an annotator is with a document."""

    OPEN = "open"
    DONE = "done"
    FLAGGED = "flagged"


class LayerHeader(BaseModel):
    """Who annotated which text by which schema, and how far they are."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    document: Name
    """The document's id."""
    sha256: Digest
    """The digest of the text that the offsets count in."""
    schema_id: SchemaId = Field(alias="schema")
    """The schema that the annotations follow, with its version."""
    annotator: Name
    """Who made them; declared in `corpus.toml`."""
    status: Status = Status.OPEN
    """`open`, `done`, or `flagged` for someone to look at."""
    comment: str | None = None
    """Why it is flagged, or what a reader must know."""

    @model_validator(mode="after")
    def flagged_says_why(self) -> Self:
        if self.status is Status.FLAGGED and not (self.comment or "").strip():
            raise PydanticCustomError("flag_comment", "a flagged document needs a comment that says why")
        return self
