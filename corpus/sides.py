"""The sides of a comparison: a corpus as a commit has it, or as it stands in its folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from corpus.git import Repository
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS, Store


class Side(Protocol):
    """One state of a corpus. Paths are relative to its folder."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def files(self) -> Mapping[str, str]:
        """Its files, each with a mark that is the same where the content is the same."""

    def read(self, files: Iterable[str]) -> Mapping[str, bytes]:
        """The contents of those files that it has."""


class CommitSide:
    """A corpus as a commit has it; one that the commit does not have is empty."""

    def __init__(self, repository: Repository, folder: Path, revision: str, commit: str) -> None:
        within = repository.within(folder.resolve())
        self._repository = repository
        self.name = revision
        prefix = "" if within == "." else f"{within}/"
        found = repository.files(commit, [within])
        self.files: Mapping[str, str] = {
            name.removeprefix(prefix): content for name, content in found.items() if name.startswith(prefix)
        }

    def read(self, files: Iterable[str]) -> Mapping[str, bytes]:
        """The contents of those files that the commit has."""
        named = {name: self.files[name] for name in files if name in self.files}
        contents = self._repository.contents(named.values())
        return {name: contents[content] for name, content in named.items()}


class FolderSide:
    """A corpus as it stands in its folder, committed or not."""

    name = "the folder"

    def __init__(self, folder: Path, commit: str) -> None:
        self._store = Store(folder)
        # Marked as git does it, by the digest that the repository uses, so that both kinds of side can be compared.
        self.files: Mapping[str, str] = {
            name: Repository.id_of(data, commit) for name, data in self._each(self._names())
        }

    def read(self, files: Iterable[str]) -> Mapping[str, bytes]:
        """The contents of those files that the folder has."""
        return dict(self._each(files))

    def _names(self) -> Iterator[str]:
        yield from (DOCUMENTS, ENTITIES, CLAIMS)
        for layer in self._store.layer_names():
            for document in self._store.layer_documents(layer):
                yield f"{LAYERS}/{layer}/{document}.jsonl"

    def _each(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for name in names:
            data = self._store.read_bytes(name)
            if data is not None:
                yield name, data
