"""The few things that are asked of the file system where a file must be whole, and stay, whatever happens.

What is raised is an `OSError`; `failed` makes of it what is said to people.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from corpus import codes
from corpus.errors import StoreFailed

TEMPORARY = ".tmp"
"""How the names of files end that are on their way to another name; they begin with a point."""
_OWN = re.compile(r"\.(?:[^.].*\.[0-9]+-[0-9a-f]{8}|[0-9a-f]{16}\.journal)\.tmp")
"""Such a name as `replace` gives it, or whoever begins a journal. The program that merges for git names its own, which
nobody holds a lock for, after a hidden file."""

_FAULTS = {
    errno.ENOSPC: (codes.SAVE_NOSPACE, "the disk is full"),
    errno.EDQUOT: (codes.SAVE_NOSPACE, "the disk quota is used up"),
    errno.EFBIG: (codes.SAVE_TOOBIG, "the file would be too large"),
    errno.EIO: (codes.SAVE_IO, "the disk reports an error"),
    errno.EMFILE: (codes.SAVE_FILES, "too many files are open"),
    errno.ENFILE: (codes.SAVE_FILES, "too many files are open"),
    errno.ENOLCK: (codes.LOCK_UNSUPPORTED, "the file system knows no locks"),
    errno.EOPNOTSUPP: (codes.LOCK_UNSUPPORTED, "the file system knows no locks"),
    errno.EROFS: (codes.READONLY, "the file system is read-only"),
    errno.EACCES: (codes.READONLY, "there is no permission to write here"),
    errno.EPERM: (codes.READONLY, "there is no permission to write here"),
    errno.ELOOP: (codes.SYMLINK, "it is a symbolic link"),
}


def replace(path: Path, *pieces: bytes | memoryview) -> None:
    """Writes a new file, brings it to the disk, and gives it the old one's name; a failure leaves the old one alone."""
    with _replacing(path, ".") as descriptor:
        for piece in pieces:
            write_all(descriptor, piece)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[int]:
    """The same for what is written piece by piece: gives the new file's descriptor, and puts it in place at the end.

    Its name on the way is none of those that `temporaries` finds: nobody need hold a lock meanwhile.
    """
    with _replacing(path, "..") as descriptor:
        yield descriptor


@contextlib.contextmanager
def _replacing(path: Path, points: str) -> Iterator[int]:
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    temporary = path.with_name(f"{points}{path.name}.{os.getpid()}-{os.urandom(4).hex()}{TEMPORARY}")
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o644 if mode is None else mode)
    try:
        try:
            if mode is not None:
                # Whoever could read the old file can read the new one, whatever this process leaves out for new files.
                os.fchmod(descriptor, mode)
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def temporaries(folder: Path) -> list[Path]:
    """What writers that were killed left in a folder, or are about to rename; nothing where it cannot be read.

    What other programs call temporary is none of it.
    """
    try:
        with os.scandir(folder) as entries:
            return [Path(each.path) for each in entries if _OWN.fullmatch(each.name)]
    except OSError:
        return []


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Writes all of some bytes, however few the system takes at a time."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def make_folders(folder: Path) -> None:
    """Makes a folder and those above it, where they are not there, so that a power cut takes none of them away."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        sync_folder(each.parent)


def opened(path: Path) -> BinaryIO:
    """A file to be read, and nothing else: no link is followed, and a pipe that nobody writes to is not waited for.

    Raises:
        OSError: If the file system refuses, or if what has the name is no file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", str(path))


def sync_folder(folder: Path) -> None:
    """Brings a folder's entries to the disk: without it a power cut may undo the renaming."""
    sync(folder, os.O_DIRECTORY)


def sync(path: Path, kind: int = 0) -> None:
    """Brings what was written to a file to the disk; `kind` has more flags to open it with."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | kind)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder's lock while a file is compared and replaced; the kernel frees it when the process dies."""
    while True:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # While one waited, the folder may have been taken away and made again, as git does.
            if folder.stat().st_ino == os.fstat(descriptor).st_ino:
                yield
                return
        finally:
            os.close(descriptor)


def failed(path: Path, error: OSError, verb: str = "written") -> StoreFailed:
    """What is said where the file system refuses that a file is read, written or removed."""
    rule, what = _FAULTS.get(error.errno or 0, (codes.STORE, f"it cannot be {verb}: {error.strerror or error}"))
    if verb == "read" and isinstance(error, PermissionError):
        rule, what = codes.READ, "there is no permission to read it"
    elif verb == "read" and error.errno == errno.EIO:
        rule = codes.READ
    return StoreFailed(what, path=path, code=rule.code, help=rule.help)
