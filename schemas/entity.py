"""Records that hold for a whole corpus: entities that mentions point to, and claims on which sources differ."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.document import Name


class Entity(BaseModel):
    """Someone or something that mentions in any document point to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    """The name that mentions use, unique in the corpus."""
    kind: Annotated[str, Field(min_length=1)]
    """What it is; one of the kinds that the schema lists."""
    name: Annotated[str, Field(min_length=1)]
    """The canonical name."""
    aliases: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Every other form of the name that occurs in the corpus."""
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """The ISO 3166-1 code of the country that it belongs to, where it has one."""
    note: str | None = None
    """What a reader must know, such as a conflict between the texts."""

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical name and every alias, each once."""
        return tuple(dict.fromkeys((self.name, *self.aliases)))


class Position(BaseModel):
    """What one source in one document holds of a claim."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Name
    """The document."""
    entity: Name | None = None
    """Who holds it; none for the text's own voice or an unnamed source."""
    annotation: str | None = None
    """The annotation of the gold layer in which it is said; none for the text's own voice."""
    stance: Literal["asserts", "denies", "qualifies", "reports"]
    """What they do with the proposition."""
    note: str | None = None
    """The words, or why."""


class Claim(BaseModel):
    """A proposition on which sources differ, with one position per document and source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    """The name of the claim, unique in the corpus."""
    proposition: Annotated[str, Field(min_length=1)]
    """What is claimed, as one sentence."""
    positions: tuple[Position, ...] = ()
    """Who holds what of it, and where."""
    note: str | None = None
    """What a reader must know."""
