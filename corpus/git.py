"""What git keeps of a corpus: revisions, the files that they hold, and their contents. Nothing here writes but
`configure`, into the clone's own configuration.

Only plumbing is asked, which runs no filter, no external diff and no pager. What a repository's own configuration
could start is turned off, since a repository may come from a stranger.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from corpus.errors import NameUnknown, RepositoryMissing

_OPTIONS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "--no-pager", "--literal-pathspecs")
_DROPPED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
"""Set where git runs a hook; they would name a repository other than the one around the folder."""

_REGULAR = ("100644", "100755")
_HELP = "Name a branch, a tag or a commit; in a shallow clone fetch it first (actions/checkout: fetch-depth: 0)"


class Repository:
    """A git repository with its files checked out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """The top folder, with every symbolic link resolved."""

    @classmethod
    def around(cls, path: Path) -> Repository:
        """The repository that a folder lies in.

        Raises:
            RepositoryMissing: If it lies in none, or git is not there or refuses it.
        """
        folder = path.resolve()
        found = cls(folder)._run("rev-parse", "--show-toplevel")
        if found.returncode:
            raise RepositoryMissing(
                f"no git repository can be read here: {_said(found)}", path=path, help="Run this in a git repository"
            )
        return cls(Path(os.fsdecode(found.stdout.removesuffix(b"\n"))))

    def within(self, path: Path) -> str:
        """A path below the top folder as git names it; `.` is the top folder.

        Raises:
            RepositoryMissing: If it lies elsewhere.
        """
        # The file itself is named, also where it is a link: git keeps the link, not what it leads to.
        real = path.parent.resolve() / path.name if path.name else path.resolve()
        try:
            return real.relative_to(self.folder).as_posix()
        except ValueError:
            raise RepositoryMissing(f"it is not in the repository {self.folder}", path=path) from None

    def commit(self, revision: str) -> str:
        """The id of the commit that a revision names.

        Raises:
            NameUnknown: If it names none.
        """
        # What begins with a dash would be read as an option, and is the name of nothing.
        if revision and not revision.startswith("-"):
            found = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            if found.returncode == 0:
                return found.stdout.decode("ascii").strip()
        raise NameUnknown(f"there is no revision {revision!r}", path=self.folder, help=_HELP)

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit at which two commits parted; nothing where no common one is known here."""
        found = self._run("merge-base", "--", one, other)
        return found.stdout.decode("ascii").split("\n")[0] if found.returncode == 0 else None

    def files(self, commit: str, paths: Collection[str]) -> dict[str, str]:
        """The regular files at or below some paths in a commit, each with the id of its content."""
        if not paths:
            return {}
        named = () if "." in paths else paths
        listed = self._output("ls-tree", "-r", "-z", "--full-tree", commit, "--", *named)
        files = {}
        for entry in listed.split(b"\0")[:-1]:
            about, _, path = entry.partition(b"\t")
            mode, _, content = about.decode("ascii").split(" ")
            if mode in _REGULAR:
                files[os.fsdecode(path)] = content
        return files

    def contents(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        """The contents with these ids."""
        asked = list(dict.fromkeys(ids))
        if not asked:
            return {}
        answer = self._output("cat-file", "--batch", given="".join(f"{each}\n" for each in asked).encode("ascii"))
        contents = {}
        position = 0
        for name in asked:
            end = answer.index(b"\n", position)
            about = answer[position:end].split(b" ")
            if len(about) != 3:
                raise RepositoryMissing(
                    f"the content {name[:12]} is not in this clone", path=self.folder, help="Fetch the whole repository"
                )
            size = about[2]
            contents[name] = answer[end + 1 : end + 1 + int(size)]
            position = end + 1 + int(size) + 1
        return contents

    def unmerged(self, folder: Path) -> dict[str, tuple[str, str, str]]:
        """The files at or below a folder for which a merge waits, by their paths from the top folder.

        Each has the ids of the contents that both sides began from, of this side's and of the other side's; an id is
        empty where there is no such version.
        """
        listed = self._output("ls-files", "--unmerged", "-z", "--full-name", "--", self.within(folder.resolve()))
        found: dict[str, list[str]] = {}
        for entry in listed.split(b"\0")[:-1]:
            about, _, path = entry.partition(b"\t")
            _, content, stage = about.decode("ascii").split(" ")
            found.setdefault(os.fsdecode(path), ["", "", ""])[int(stage) - 1] = content
        return {path: (each[0], each[1], each[2]) for path, each in found.items()}

    def relative(self, path: str, folder: Path) -> str:
        """A path from the top folder as one from a folder below it."""
        return os.path.relpath(self.folder / path, folder.resolve())

    def history(self, path: str, limit: int) -> list[str]:
        """The latest commits that changed a file, from the latest on, over all branches."""
        found = self._run("log", f"--max-count={limit}", "--format=%H", "--all", "--", path)
        return found.stdout.decode("ascii").split() if found.returncode == 0 else []

    def setting(self, name: str) -> str | None:
        """What the configuration that holds here says of a name; nothing where it says nothing."""
        found = self._run("config", "--get", name)
        return found.stdout.decode("utf-8", "surrogateescape").removesuffix("\n") if found.returncode == 0 else None

    def configure(self, name: str, value: str) -> None:
        """Sets a name in the clone's own configuration.

        Raises:
            RepositoryMissing: If git refuses.
        """
        self._output("config", "--local", "--replace-all", name, value)

    @staticmethod
    def id_of(data: bytes, like: str) -> str:
        """The id that git gives a content, by the digest that another id is made with."""
        made = hashlib.sha256 if len(like) == 64 else hashlib.sha1
        return made(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    def _output(self, *arguments: str, given: bytes = b"") -> bytes:
        ran = self._run(*arguments, given=given)
        if ran.returncode:
            raise RepositoryMissing(f"git {arguments[0]} fails: {_said(ran)}", path=self.folder)
        return ran.stdout

    def _run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {name: value for name, value in os.environ.items() if name not in _DROPPED}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
        try:
            return subprocess.run(
                ["git", *_OPTIONS, *arguments],
                cwd=self.folder,
                env=environment,
                input=given,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise RepositoryMissing("git is not installed", path=self.folder, help="Install git") from error


def _said(ran: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git complained about."""
    lines = ran.stderr.decode("utf-8", "replace").splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"exit code {ran.returncode}"
