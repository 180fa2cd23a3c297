"""How git comes to merge a corpus's files with `corpus.three_way`: what a folder asks for, and what a clone has set.

A folder's `.gitattributes` travels with it and names a merge driver; which command that is, each clone says for itself
in its own configuration, since git runs nothing that a stranger has sent. A clone that says nothing merges as text.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from corpus.errors import RepositoryMissing
from corpus.git import Repository

NAME = "annotator"
"""What `.gitattributes` and the configuration call the driver."""

ATTRIBUTES = ".gitattributes"
IGNORED = ".gitignore"

LINES: Mapping[str, tuple[str, ...]] = {
    ATTRIBUTES: (
        f"*.jsonl text eol=lf merge={NAME}",
        f"corpus.toml text eol=lf merge={NAME}",
    ),
    IGNORED: ("/.annotator/", ".*.tmp"),
}
"""The lines that each of git's files of a corpus must have."""

_ASKS = re.compile(rf"^[^#\n]*\smerge={NAME}\s*$", re.MULTILINE)
_SECTION = re.compile(
    rf'^[ \t]*\[[ \t]*merge[ \t]+"{NAME}"[ \t]*\][^\[]*?^[ \t]*driver[ \t]*=', re.MULTILINE | re.IGNORECASE
)
_AS_MODULE = ["-P", "-m", "annotator"]
_DESCRIPTION = "annotator: by annotation"


def command() -> str:
    """The command that git is to run, as it stands in the configuration: this Python, and never a module of the folder
    that it runs in.
    """
    program = shlex.quote(sys.executable).replace("%", "%%")
    return f"{program} {' '.join(_AS_MODULE)} merge-driver -- %O %A %B %P"


def register(folder: Path) -> bool:
    """Makes the clone around a folder merge with this driver, and says whether that is new.

    Raises:
        RepositoryMissing: If the folder lies in no repository, or its configuration cannot be written.
    """
    repository = Repository.around(folder)
    if registered(folder) == command():
        return False
    repository.configure(f"merge.{NAME}.name", _DESCRIPTION)
    repository.configure(f"merge.{NAME}.driver", command())
    return True


def registered(folder: Path) -> str | None:
    """The command that the clone around a folder runs for the driver; nothing where it has none.

    Raises:
        RepositoryMissing: If the folder lies in no repository.
    """
    return Repository.around(folder).setting(f"merge.{NAME}.driver")


def program_is_there(driver: str) -> bool:
    """Whether the program that a driver's command begins with can be run, and if it is a Python, has this package.

    A Python without the package ends just as a merge with conflicts does, so that git would not tell.
    """
    try:
        words = [word.replace("%%", "%") for word in shlex.split(driver)]
    except ValueError:
        return False
    if not words or shutil.which(words[0]) is None:
        return False
    if words[1:4] != _AS_MODULE or words[0] == sys.executable:
        return True
    try:
        ran = subprocess.run([words[0], "-P", "-c", "import annotator"], capture_output=True, check=False)
    except OSError:
        return False
    return ran.returncode == 0


def asks(folder: Path) -> bool:
    """Whether the folder of a corpus names the driver."""
    try:
        return _ASKS.search((folder / ATTRIBUTES).read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return False


def lacks(folder: Path) -> bool:
    """Whether the folder names the driver, and the clone that it lies in has none. Asks git only to be sure of it."""
    if not asks(folder):
        return False
    configuration = _configuration(folder)
    if configuration is None:
        return False
    try:
        if _SECTION.search(configuration.read_text(encoding="utf-8", errors="replace")):
            return False
        return registered(folder) is None
    except (OSError, RepositoryMissing):
        return False


def _configuration(folder: Path) -> Path | None:
    """The configuration of the clone around a folder; nothing where there is no clone."""
    for place in (folder.resolve(), *folder.resolve().parents):
        git = place / ".git"
        if git.is_dir():
            return git / "config"
        if git.is_file():
            # A worktree: its folder names, in a file, the one that has the configuration.
            pointed = git.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
            common = place / pointed / "commondir"
            within = common.read_text(encoding="utf-8", errors="replace").strip() if common.is_file() else "."
            return Path(os.path.normpath(place / pointed / within / "config"))
    return None
