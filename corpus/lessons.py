"""The lessons of a corpus's tutorial: `tutorial.toml` in its folder says what to do in which document, and when it is
done.

::

    document = "002"

    [[lesson]]
    title = "Go to a word"
    say = "{cursor.word_right} goes on by a word. Go to the name in the second line."
    cursor = [84, 92]

In braces stand ids of actions, and `label.NAME` for a label: the app shows their keys. What a lesson asks for is any of
`cursor`, `annotation`, `alike`, `action`, `status`; one that asks for nothing is only read. Places are code points,
half-open.
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corpus.errors import InputRefused
from corpus.store import Store

FILE = "tutorial.toml"

Place = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Strict):
    """An annotation that must be there."""

    label: str
    place: Place
    values: dict[str, Any] = {}
    """What some of its fields must say, as a file holds it."""
    refers: dict[str, tuple[Place, ...]] = {}
    """The places of the annotations that some of its fields must refer to, in any order."""


class Alike(_Strict):
    """How many annotations of a label must cover the same words."""

    label: str
    text: str
    least: int = 0
    most: int | None = None


class Lesson(_Strict):
    """One thing to do."""

    title: str
    say: str
    cursor: Place | None = None
    annotation: Expected | None = None
    alike: Alike | None = None
    action: Literal["help.meaning", "help.keys"] | None = None
    status: Literal["open", "done", "flagged"] | None = None


class Tutorial(_Strict):
    """Lessons on one document, in their order."""

    document: str
    lesson: Annotated[tuple[Lesson, ...], Field(min_length=1)]


def read(store: Store) -> Tutorial | None:
    """The tutorial of the corpus of a store, or nothing where it has none.

    Raises:
        InputRefused: If the file is not as it must be.
        StoreFailed: If it cannot be read.
    """
    data = store.read_bytes(FILE)
    if data is None:
        return None
    try:
        return Tutorial.model_validate(tomllib.loads(data.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputRefused(f"it cannot be read as TOML: {error}", path=store.folder / FILE) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        raise InputRefused(f"{place}: {first['msg']}", path=store.folder / FILE, help="Correct the file") from error
