"""What can go wrong with a corpus, and how it is said: what, where, and what to do.

::

    CorpusError
    ├── CorpusNotFound      there is no corpus where one was looked for
    ├── CorpusExists        there is one already where a new one was asked for
    ├── NameUnknown         a document, layer, annotator, entity or revision that the corpus does not have
    ├── InputRefused        a file's content is not as it must be; nothing was changed
    ├── SchemaUnavailable   the schema cannot be imported, or is not a schema
    ├── SchemaUntrusted     the schema's module came with the corpus, and the user has not trusted it
    ├── OutputRefused       what is to be built cannot go where it was asked for
    ├── PackageMissing      a package that this needs is not installed
    ├── RepositoryMissing   there is no git repository that can be read
    ├── LoginMissing        nobody is logged in where somebody must be
    ├── StoreFailed         the file system did not let us read or write
    │   └── HubFailed       the Hub cannot be reached, or does not let us
    └── StoreBusy           somebody else is writing
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from schemas import Finding


class CorpusError(Exception):
    """Anything that keeps a corpus from being read or written; its text says what, where, and what to do."""

    def __init__(
        self, what: str, *, path: Path | str | None = None, line: int | None = None, code: str = "", help: str = ""
    ) -> None:
        self.what = what
        self.path = str(path) if path is not None else None
        self.line = line
        self.code = code
        self.help = help
        place = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(f"{place}{code + ' ' if code else ''}{what}{'. ' + help if help else ''}")


class CorpusNotFound(CorpusError):
    """There is no `corpus.toml` where one was looked for."""


class CorpusExists(CorpusError):
    """A new corpus was asked for where there is one already."""


class NameUnknown(CorpusError):
    """A document, layer, annotator, entity or revision was named that the corpus does not have."""


class InputRefused(CorpusError):
    """A file's content is not as it must be. Nothing was changed."""

    @classmethod
    def by(cls, finding: Finding, folder: Path | None = None) -> Self:
        """The refusal that a finding of the check amounts to."""
        path = Path(folder or "", finding.file) if finding.file else None
        return cls(finding.message, path=path, line=finding.line, code=finding.code, help=finding.help or "")


class SchemaUnavailable(CorpusError):
    """A schema cannot be imported, is not a schema, or is not written as it must be."""


class SchemaUntrusted(CorpusError):
    """A schema's module lies beside `corpus.toml`, and the user has not said that it may be run. It was not run."""


class OutputRefused(CorpusError):
    """What is to be built cannot go where it was asked for: something else is there. Nothing was changed."""


class PackageMissing(CorpusError):
    """A package that is needed here, and only here, is not installed."""


class RepositoryMissing(CorpusError):
    """There is no git repository around the corpus, git is not installed, or it refuses to read it."""


class LoginMissing(CorpusError):
    """Nobody is logged in to the Hub, or the login is not accepted."""


class StoreFailed(CorpusError):
    """The file system did not let us read or write. What was there before is still there."""


class HubFailed(StoreFailed):
    """The Hub cannot be reached, or does not let us read or write. What was published before is still there."""


class StoreBusy(CorpusError):
    """Somebody else is writing the same thing; what they wrote is untouched."""
