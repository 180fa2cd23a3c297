"""What has been said: reading, writing, checking, comparing, converting and publishing a labelled corpus."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.corpus import Corpus
    from corpus.errors import CorpusError
    from corpus.hydration import hydrate
    from corpus.loading import folds, load

    open = Corpus.open  # noqa: A001 - `corpus.open(path)` is how it reads at the call

__all__ = ["Corpus", "CorpusError", "folds", "hydrate", "load", "open"]

_HOMES = {"Corpus": "corpus", "CorpusError": "errors", "folds": "loading", "hydrate": "hydration", "load": "loading"}
"""The module in which each of these names is at home."""


def __getattr__(name: str) -> object:
    """Each name on demand: a merge by git and the first frame are waited for, and need none of them."""
    if name == "open":
        from corpus.corpus import Corpus

        return Corpus.open
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"corpus.{_HOMES[name]}"), name)
