"""Annotations: the class that every label derives from, and the two ways to point at something else.

A label is a class::

    class Symptom(Annotation):
        \"\"\"What a patient feels or shows.\"\"\"

        severity: Literal["mild", "severe"] = "mild"
        \"\"\"How bad it is.\"\"\"
        caused_by: tuple[Annotated[str, Ref("drug")], ...] = ()
        \"\"\"The drugs that the text blames.\"\"\"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.document import Name, Offset
from schemas.extent import Extent

AnnotationId = Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""A short, opaque id, unique in its layer and never used again."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a `str` field as the id of another annotation of the same document: `Annotated[str, Ref("actor")]`.

    Labels are named, not imported, so that labels may refer to each other in a circle. No name means any label.
    """

    labels: tuple[str, ...]

    def __init__(self, *labels: str) -> None:
        object.__setattr__(self, "labels", labels)


@dataclass(frozen=True, slots=True)
class EntityId:
    """Marks a `str` field as the id of an entity of the corpus: `Annotated[str, EntityId("person", "place")]`.

    `kinds` are the kinds of entity that may be pointed to (none: any). `same_as` names a field of the label whose value
    must equal the entity's kind.
    """

    kinds: tuple[str, ...]
    same_as: str | None

    def __init__(self, *kinds: str, same_as: str | None = None) -> None:
        object.__setattr__(self, "kinds", kinds)
        object.__setattr__(self, "same_as", same_as)


@dataclass(frozen=True, slots=True)
class Keys:
    """Sets shortcut keys of a field's choices by hand: `Annotated[Literal["left", "right"], Keys(right="g")]`."""

    keys: Mapping[str, str]

    def __init__(self, **keys: str) -> None:
        object.__setattr__(self, "keys", keys)


class Settlement(BaseModel):
    """How an adjudicated annotation came to be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: Literal["agreed", "chosen", "edited", "new"]
    """All layers agreed, one was chosen, one was chosen and changed, or it is in no layer."""
    layers: tuple[Name, ...] = ()
    """The layers that it was taken from."""


class Annotation(BaseModel):
    """One label on one extent, with what its label adds. Derive from it to make a label.

    The label's name is the class name in snake case, unless `class X(Annotation, label="...")` sets it; `key="x"` sets
    the label's shortcut. Instances are frozen: a change makes a new one.
    """

    # JSON has no word for a number that is not finite: what were saved as one could not be read again.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    label_key: ClassVar[str | None] = None
    """The shortcut that the author set, if any."""

    id: AnnotationId
    """A short id, unique in the layer."""
    label: str
    """The name of the label."""
    start: Offset
    """The first code point covered."""
    end: Offset
    """One past the last code point covered."""
    fragments: Extent | None = None
    """The pieces, only where there are two or more."""
    text: Annotated[str, Field(strict=True)]
    """The covered words, as they stand in the document; fragments are joined by one blank."""
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    """How sure a rule or model was, where one made it."""
    settled: Settlement | None = None
    """How it was settled, in an adjudicated layer."""

    def __init_subclass__(cls, *, label: str | None = None, key: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = label or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise TypeError(f"{cls.__name__}: a label's name has lower-case letters, digits and _, not {name!r}")
        # The tag must be a Literal for pydantic to choose a label by it without calling Python.
        cls.__annotations__ = {**cls.__dict__.get("__annotations__", {}), "label": Literal[name]}
        cls.label = name
        cls.label_key = key

    @model_validator(mode="after")
    def extent_is_whole(self) -> Self:
        if self.start >= self.end:
            raise PydanticCustomError(
                "extent_empty", "[{start}, {end}) is empty or reversed", {"start": self.start, "end": self.end}
            )
        if self.fragments is not None and (
            len(self.fragments) < 2 or self.fragments.start != self.start or self.fragments.end != self.end
        ):
            raise PydanticCustomError(
                "fragments_hull", "fragments are written only where there are two or more, and span start to end"
            )
        return self

    @property
    def extent(self) -> Extent:
        """What it covers."""
        return self.fragments or Extent(((self.start, self.end),))

    @property
    def order(self) -> tuple[int, int, str, str]:
        """The place of its line in a layer's file: by start, end, label, id."""
        return (self.start, self.end, self.label, self.id)

    def to_record(self) -> dict[str, Any]:
        """Its line in a layer's file as plain values; `fragments`, `score` and `settled` only where present."""
        record = self.model_dump(mode="json", exclude_computed_fields=True)
        for name in ("fragments", "score", "settled"):
            if record[name] is None:
                del record[name]
        return record
