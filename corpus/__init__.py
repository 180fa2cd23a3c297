"""What has been said: reading, writing, checking, comparing, converting and publishing a labelled corpus."""

from __future__ import annotations

from corpus.corpus import Corpus
from corpus.errors import CorpusError

open = Corpus.open  # noqa: A001 - `corpus.open(path)` is how it reads at the call

__all__ = ["Corpus", "CorpusError", "open"]
