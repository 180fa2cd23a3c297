"""How long a layer's documents took, and how each annotation came to be: kept beside the corpus, and never part of it.

The notes lie in the work folder, outside of what git tracks, one file per layer and document. A line is added at the
end and never changed; what a crash left of a line is passed over. There are two sorts of lines::

    {"seconds":41.2,"until":"2026-03-02T10:15:00Z"}
    {"id":"k3","how":"accepted","layers":["pass-a"],"edited":false}

The first adds to the time; of those about one annotation the last holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from corpus.store import WORK, Store, check_name
from schemas import Annotation, AnnotationId
from schemas.document import Name

UNKNOWN = "not known"
"""How an annotation came to be that nothing was noted about: it was imported, or made before notes were taken."""


class Origin(BaseModel):
    """How an annotation came to be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    how: Literal["typed", "mark-all", "accepted"] | None = None
    """By its own keys, with others like it, or taken over from other layers; none where only a change is known of."""
    layers: tuple[Name, ...] = ()
    """The layers that it was taken over from."""
    edited: bool = False
    """Whether it was changed after it had been made."""

    @property
    def words(self) -> str:
        """How it was made, in words."""
        return f"accepted from {', '.join(self.layers)}" if self.layers else self.how or UNKNOWN


class _OriginLine(Origin):
    id: AnnotationId


class _TimeLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    until: datetime


_LINE: TypeAdapter[_OriginLine | _TimeLine] = TypeAdapter(_OriginLine | _TimeLine)


@dataclass(slots=True)
class Provenance:
    """What was noted about one document of a layer."""

    seconds: float = 0.0
    """For how long somebody was at work on it."""
    origins: dict[str, Origin] = field(default_factory=dict)
    """How annotations came to be, by id; those of deleted ones are still there."""


@dataclass(slots=True)
class Making:
    """How annotations came to be, in numbers."""

    made: Counter[str] = field(default_factory=Counter)
    """How many were made in which way."""
    edited: Counter[str] = field(default_factory=Counter)
    """How many of them were changed later."""

    def add(self, annotations: Iterable[Annotation], origins: Mapping[str, Origin]) -> None:
        """Counts the annotations of one document."""
        for annotation in annotations:
            origin = origins.get(annotation.id, Origin())
            self.made[origin.words] += 1
            self.edited[origin.words] += origin.edited

    @property
    def is_known(self) -> bool:
        """Whether it is known of any of them."""
        return any(words != UNKNOWN for words in self.made) or any(self.edited.values())

    def update(self, other: Making) -> None:
        """Takes in other numbers."""
        self.made.update(other.made)
        self.edited.update(other.edited)


def notes_file(layer: str, document: str) -> str:
    """Where the notes are, relative to the corpus folder.

    Raises:
        InputRefused: If a name is not one that a file may have.
    """
    for name in (layer, document):
        check_name(name)
    return f"{WORK}/provenance/{layer}/{document}.jsonl"


def read(store: Store, layer: str, document: str) -> Provenance:
    """What was noted about a document of a layer; lines that are none of ours are passed over.

    Raises:
        InputRefused: If a name is not one that a file may have.
        StoreFailed: If the file cannot be read.
    """
    found = Provenance()
    for line in (store.read_bytes(notes_file(layer, document)) or b"").splitlines():
        try:
            parsed = _LINE.validate_json(line)
        except ValidationError:
            continue
        if isinstance(parsed, _TimeLine):
            found.seconds += parsed.seconds
        else:
            found.origins[parsed.id] = Origin(how=parsed.how, layers=parsed.layers, edited=parsed.edited)
    return found


def note(
    store: Store,
    layer: str,
    document: str,
    seconds: float,
    origins: Mapping[str, Origin],
    until: datetime | None = None,
) -> None:
    """Adds to the notes: time at work that has passed since the last ones, and how annotations came to be.

    Raises:
        InputRefused: If a name is not one that a file may have.
        StoreFailed: If the file system refuses.
    """
    lines: list[BaseModel] = [_OriginLine(id=name, **origin.model_dump()) for name, origin in origins.items()]
    if seconds:
        at = (until or datetime.now(UTC)).replace(microsecond=0)
        lines.append(_TimeLine(seconds=round(seconds, 1), until=at))
    if lines:
        data = "".join(f"{line.model_dump_json(exclude_defaults=True)}\n" for line in lines)
        store.append(notes_file(layer, document), data.encode("utf-8"))
