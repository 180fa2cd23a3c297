"""The corpus that is installed with the package. It is read, and never written."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from corpus import manifest
from corpus.errors import CorpusNotFound


def folder() -> Path:
    """Where the bundled corpus is.

    Raises:
        CorpusNotFound: If it was not installed, or lies inside an archive.
    """
    path = resources.files("corpus") / "data"
    if not isinstance(path, Path) or not (path / manifest.FILE).is_file():
        raise CorpusNotFound("the bundled corpus is not installed as files", path=str(path), help="Name a corpus")
    return path
