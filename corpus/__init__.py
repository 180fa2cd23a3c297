"""What has been said: reading, writing, checking, comparing, converting and publishing a labelled corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.corpus import Corpus
    from corpus.errors import CorpusError
    from corpus.hydration import hydrate
    from corpus.loading import folds, load

    open = Corpus.open  # noqa: A001 - `corpus.open(path)` is how it reads at the call

__all__ = ["Corpus", "CorpusError", "folds", "hydrate", "load", "open"]


def __getattr__(name: str) -> object:
    """Each of the names on demand: git waits for the merge of every single file, which needs none of them."""
    if name in ("Corpus", "open"):
        from corpus.corpus import Corpus

        return Corpus if name == "Corpus" else Corpus.open
    if name == "CorpusError":
        from corpus import errors

        return errors.CorpusError
    if name in ("folds", "load"):
        from corpus import loading

        return getattr(loading, name)
    if name == "hydrate":
        from corpus import hydration

        return hydration.hydrate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
