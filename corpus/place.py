"""Where a corpus lies, and what its files are called. Finding it reads none of them and imports nothing else."""

from __future__ import annotations

import os
from pathlib import Path

FILE = "corpus.toml"
"""The file that makes a folder a corpus."""

DOCUMENTS = "documents.jsonl"
"""The file of all documents, one a line."""

LAYERS = "layers"
"""The folder of the layers: a folder each, and in it a file for each document."""

WORK = ".annotator"
"""The folder for what is not part of the corpus: drafts and timings. It is not tracked by git."""


def around(start: Path) -> Path | None:
    """The corpus folder around a path, if there is one: itself, a folder above, or `corpus/data` below one of them."""
    start = start.absolute()
    for folder in (start, *start.parents):
        for candidate in (folder, folder / "corpus" / "data"):
            # Where there is no permission to look, there is no corpus either, for whoever asks.
            if os.path.isfile(candidate / FILE):  # noqa: PTH113 - a path's own question raises there
                return candidate
    return None
