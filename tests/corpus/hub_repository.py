"""What a Hub keeps: repositories of commits that name whole trees, as git would, and large files by their digests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.corpus.loopback import answer

ATTRIBUTES = ".gitattributes"


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, status: int, message: str, code: str = "", **more: object) -> None:
        super().__init__(message)
        headers = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {})}
        self.answer = answer({"error": message, **more}, status, headers)


NO_REPOSITORY = "Repository not found"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can log in."""

    name: str
    token: str
    role: str = "write"
    """What the token may do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a commit; a large one is known by its digest, and its content lies in storage."""

    data: bytes
    is_large: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def blob(self) -> str:
        """What git calls the file, or the pointer that it has in a large file's place."""
        data = self.data
        if self.is_large:
            pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(data)}\n"
            data = pointer.encode()
        return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Commit:
    """A tree, and what came before it."""

    oid: str
    parent: str | None
    title: str
    files: Mapping[str, Stored]


@dataclass(slots=True)
class Repository:
    """A repository with its commits and the names that they have."""

    kind: str
    name: str
    private: bool = False
    commits: dict[str, Commit] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    """By full name: `refs/heads/main`, `refs/tags/v1`, `refs/pr/1`."""

    @property
    def head(self) -> Commit:
        """The newest commit of the main branch."""
        return self.commits[self.refs["refs/heads/main"]]

    def add(self, files: Mapping[str, Stored], title: str, parent: str | None, ref: str) -> Commit:
        """Makes a commit, to which the name then points."""
        tree = sorted((path, file.blob) for path, file in files.items())
        text = json.dumps([len(self.commits), parent, title, tree])
        commit = Commit(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), parent, title, dict(files))
        self.commits[commit.oid] = commit
        self.refs[ref] = commit.oid
        return commit

    def write(self, path: str, data: bytes, title: str = "Edit on the site") -> Commit:
        """Somebody changes one file of the main branch."""
        return self.add({**self.head.files, path: Stored(data)}, title, self.head.oid, "refs/heads/main")

    def find(self, revision: str) -> Commit:
        """The commit of a branch, a tag, a pull request, or itself."""
        for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if name in self.refs:
                return self.commits[self.refs[name]]
        if revision not in self.commits:
            raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return self.commits[revision]


def owns(user: User, name: str) -> bool:
    return name.partition("/")[0] in (user.name, "lab")


def prefix_of(kind: str) -> str:
    return "" if kind == "model" else f"{kind}s/"


def git_id(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def entry_of(path: str, file: Stored) -> dict[str, object]:
    entry: dict[str, object] = {"type": "file", "oid": file.blob, "size": len(file.data), "path": path}
    if file.is_large:
        entry["lfs"] = {"oid": file.sha256, "size": len(file.data), "pointerSize": 130}
    return entry


def card_faults(content: str) -> list[str]:
    """What the Hub would not take of a card's head."""
    import yaml  # type: ignore[import-untyped]

    if not content.startswith("---\n"):
        return []
    try:
        head = yaml.safe_load(content[4:].partition("\n---\n")[0])
    except yaml.YAMLError as error:
        return [f"the head is no YAML: {error}"]
    if not isinstance(head, dict):
        return ["the head is no mapping"]
    if "license" in head and not re.fullmatch(r"[a-z0-9.-]+", str(head["license"])):
        return ['"license" must be one of those that the Hub knows']
    return []
