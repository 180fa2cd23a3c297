"""The formats that a corpus can be exported to, by name; each is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from corpus.corpus import Corpus

Tell = Callable[[str], None]
"""Is told what is going on, in a few words."""


Advance = Callable[[str, int, float], None]
"""Is told how far a step is: what it does, how many documents it is done with, and what share of the whole that is."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is exported of a corpus."""

    layer: str | None = None
    """The layer; none given means the gold layer."""
    draft: bool = False
    """Whether to export although the layer is missing, unfinished, or has errors."""
    only: Sequence[str] = ()
    """The tables to write beside that of the documents, where the format has tables; none given means all."""
    shards: Sequence[Path] = ()
    """Files with a document and its annotations a line, which are read in place of the corpus's own documents."""
    standoff: bool = False
    """Whether to leave out every word of the texts, where the format can: places and digests stand for them."""
    jobs: int | None = None
    """The processes that share the work on shards; none given means as many as a shard's size is worth."""
    advance: Advance | None = None
    """Is told how far the work is."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export has to say: a table of what was written, and what to do with it."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str | int, ...]]
    advice: str


class Exporter(Protocol):
    """The function of a format."""

    def __call__(self, corpus: Corpus, out: Path, options: Options, tell: Tell) -> Exported:
        """Writes the corpus."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format."""

    help: str
    function: str
    """Its `Exporter`, as `module:function`."""


FORMATS: Mapping[str, Format] = {
    "hub": Format("the Hugging Face dataset: Parquet files and a card", "corpus.publish:export"),
}


def exporter(name: str) -> Exporter:
    """The function of a format that is among `FORMATS`."""
    module, _, function = FORMATS[name].function.partition(":")
    return cast(Exporter, getattr(importlib.import_module(module), function))
