"""What a repository on the Hub holds at one commit: its files, their digests, and which of them a build of ours made.

Whatever is read here was written by whoever may write there: it is compared, and shown as text, and never trusted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from corpus.errors import OutputRefused
from corpus.output import NOTE, SUMS, read_note, read_sums
from corpus.parquet import sha256_of
from corpus.refusals import NOTHING_DONE

TAKEN = "E-HUB-TAKEN"

ATTRIBUTES = ".gitattributes"
"""What the Hub puts into every repository: it says which files are large."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on the Hub."""

    size: int
    """In bytes."""
    sha256: str | None = None
    """Its digest, which the Hub knows of large files only."""


@dataclass(frozen=True, slots=True)
class Published:
    """A repository at one commit."""

    repository: str
    commit: str
    private: bool
    files: Mapping[str, RemoteFile]
    digests: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of the files, as far as it is known."""
    sums: Mapping[str, str] = field(default_factory=dict)
    """What the build that is there says that its files' digests are."""
    note: Mapping[str, object] | None = None
    """What that build says of itself; nothing where there is no build of ours."""

    @property
    def version(self) -> str | None:
        """The version of the corpus that is there, if one is."""
        version = self.note.get("version") if self.note else None
        return version if isinstance(version, str) else None

    @property
    def is_standoff(self) -> bool:
        """Whether what is there has no words of the texts."""
        return self.note is not None and self.note.get("standoff") is True

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there but what the Hub puts there itself."""
        return not self.files.keys() - {ATTRIBUTES}

    @property
    def ours(self) -> set[str]:
        """The files that a build put there."""
        return {*self.sums, SUMS} & self.files.keys() if self.note else set()

    @property
    def edited(self) -> list[str]:
        """The files of the build that are no longer as it made them."""
        return sorted(name for name in self.ours - {SUMS} if self.digests.get(name) != self.sums[name])

    @property
    def unread(self) -> list[str]:
        """The files of the build whose digests only reading them tells."""
        return sorted(name for name in self.ours if self.files[name].sha256 is None)

    @property
    def tables(self) -> dict[str, list[str]]:
        """The Parquet files of each configuration of the build: a configuration is the folder that they are in."""
        found: dict[str, list[str]] = {}
        for name in sorted(self.ours):
            path = PurePosixPath(name)
            if path.suffix == ".parquet" and len(path.parts) == 2:
                found.setdefault(path.parts[0], []).append(name)
        return found

    def described(self, folder: Path) -> Published:
        """The same, with what the build there says of itself, which has been fetched to a folder."""
        with contextlib.suppress(OSError, ValueError):
            note = read_note((folder / NOTE).read_bytes())
            return replace(self, note=note, sums=read_sums((folder / SUMS).read_bytes()))
        return self

    def digested(self, folder: Path) -> Published:
        """The same, with the digests of what was unread, which has been fetched to a folder."""
        told = {name: file.sha256 for name, file in self.files.items() if file.sha256 is not None}
        return replace(self, digests={**told, **{name: sha256_of(folder / name) for name in self.unread}})

    def require_ours(self, corpus: str) -> None:
        """Refuses a repository that holds something else than a build of the corpus of that name.

        Raises:
            OutputRefused: If it does.
        """
        if self.is_empty:
            return
        if not self.ours:
            first = min(self.files.keys() - {ATTRIBUTES})
            raise OutputRefused(
                f"the repository holds something that was not published from here: {first}",
                path=self.repository,
                code=TAKEN,
                help=f"{NOTHING_DONE}. Name another repository, or empty this one on the Hub if nobody needs it",
            )
        there = (self.note or {}).get("corpus")
        if there != corpus:
            raise OutputRefused(
                f"the repository holds another corpus, {there}",
                path=self.repository,
                code=TAKEN,
                help=f"{NOTHING_DONE}. Name another repository, or give the corpus its old name if it was renamed",
            )


def is_plain(name: str) -> bool:
    """Whether a name from the Hub stays inside the folder that its file is fetched to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name


def remote_files(found: Iterable[tuple[str, RemoteFile]]) -> dict[str, RemoteFile]:
    """The files that can be fetched, by name."""
    return {name: file for name, file in found if is_plain(name)}
