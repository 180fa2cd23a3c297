"""The journal of one session at one document: what was acknowledged and is not in the layer's file yet.

It lies in the corpus's work folder, outside of what git tracks, one file a session, so that nobody waits for anybody::

    .annotator/journal/<layer>/<document>/<name>.journal

A change is acknowledged once its line is on the disk. The file is locked for as long as its session lives: a journal
that can be locked belongs to a session that was killed, and `corpus.recovery` brings what it holds into the layer. A
file becomes a journal by being renamed when it is locked already, so that none is ever taken for a dead one's.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpus import codes, journal_lines
from corpus.disk import TEMPORARY, sync_folder, write_all
from corpus.errors import StoreBusy, StoreFailed
from corpus.journal_lines import Change, JournalText, Opening
from corpus.store import WORK, Store, check_name

SUFFIX = ".journal"
DAMAGED = ".damaged"
"""What a journal is called of which not everything could be brought into the layer."""
_APPEND = os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


def folder_of(layer: str, document: str) -> str:
    """Where the journals are of a layer's document, relative to the corpus folder."""
    for name in (layer, document):
        check_name(name)
    return f"{WORK}/journal/{layer}/{document}"


class Journal:
    """A journal that is open for writing, and locked."""

    def __init__(self, store: Store, folder: str, name: str, descriptor: int, size: int, next_number: int) -> None:
        self.name = name
        self.file = f"{folder}/{name}"
        self._is_spoilt = False
        self.replaced: Journal | None = None
        """The broken journal in whose place this one is."""
        self._store = store
        self._descriptor = descriptor
        self._size = size
        self._next = next_number

    @classmethod
    def begin(
        cls,
        store: Store,
        layer: str,
        document: str,
        first: Change,
        *,
        sha256: str | None = None,
        exclusive: bool = False,
        replacing: Journal | None = None,
    ) -> Journal:
        """A new journal with its first change, which is on the disk when this returns.

        `sha256` is the digest of the text that the offsets in it count.

        Raises:
            StoreBusy: If somebody else works on the layer's document, and one of the two wants to be alone.
            StoreFailed: If the file system refuses.
        """
        folder, name = folder_of(layer, document), os.urandom(8).hex() + SUFFIX
        opening = Opening(
            layer=layer,
            document=document,
            sha256=sha256,
            pid=os.getpid(),
            host=socket.gethostname(),
            exclusive=exclusive,
            replaces=replacing.name if replacing else None,
        )
        data = journal_lines.opening_line(opening)
        if first:
            data += journal_lines.change_line(1, first)
        with store.locked(f"{folder}/{name}") as path:
            require_alone(store, layer, document, exclusive=exclusive, besides=replacing)
            descriptor = _begin(path, data)
        made = cls(store, folder, name, descriptor, len(data), 1 + bool(first))
        made.replaced = replacing
        made.drop_replaced()
        return made

    @property
    def is_broken(self) -> bool:
        """Whether nothing may be added: the disk refused in a way that spoils the file, or the file was removed."""
        return self._is_spoilt or os.fstat(self._descriptor).st_nlink == 0

    def append(self, change: Change) -> None:
        """Adds a change, which is on the disk when this returns.

        Raises:
            StoreFailed: If the file system refuses; the journal holds what it held, or is broken.
        """
        self._append(journal_lines.change_line(self._next, change))

    def checkpoint(self) -> None:
        """Says that everything is in the layer's file. Where the disk refuses, the journal is given up instead."""
        try:
            if not self.is_broken:
                self._append(journal_lines.checkpoint_line(self._next))
        except StoreFailed:
            self._is_spoilt = True
        if self._is_spoilt:
            # What it holds is in the layer's file: whoever finds it again will find nothing to do.
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    def retire(self) -> None:
        """Removes the journal, and lets go of it: everything is in the layer's file.

        Raises:
            StoreFailed: If the file system refuses to remove it; whoever finds it will find nothing to do.
        """
        try:
            self.drop_replaced()
            if self.replaced is None:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            raise self._store.failed(self.file, error, "removed") from error
        finally:
            self.release()

    def release(self) -> None:
        """Lets go of the journal, and leaves what it holds to whoever opens the document next."""
        if self.replaced is not None:
            self.replaced.release()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def drop_replaced(self) -> None:
        """Removes the journal in whose place this one is, as far as the disk allows it."""
        if self.replaced is not None:
            self.replaced.drop_replaced()
            with contextlib.suppress(OSError):
                self.replaced._path.unlink(missing_ok=True)
                self.replaced.release()
                self.replaced = None

    @property
    def _path(self) -> Path:
        return self._store.folder / self.file

    def _append(self, line: bytes) -> None:
        try:
            try:
                write_all(self._descriptor, line)
            except OSError:
                # What is half written would spoil the line that comes after it.
                self._cut()
                raise
            self._sync()
        except OSError as error:
            raise self._store.failed(self.file, error) from error
        self._size += len(line)
        self._next += 1

    def _cut(self) -> None:
        """Takes away what comes after the last whole line. Where the disk refuses, nothing may be added any more."""
        try:
            os.ftruncate(self._descriptor, self._size)
        except OSError:
            self._is_spoilt = True

    def _sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError:
            # Asked again, the kernel would say that all is well, whatever became of the bytes.
            self._is_spoilt = True
            self._cut()
            raise


class FoundJournal:
    """A journal whose session was killed, locked for whoever brings what it holds into the layer."""

    def __init__(self, path: Path, descriptor: int, text: JournalText) -> None:
        self.text = text
        self._path = path
        self._descriptor = descriptor

    def remove(self) -> None:
        """Removes it: everything is in the layer's file."""
        # A power cut may bring the file back, but then nothing waits in it.
        os.ftruncate(self._descriptor, self.text.size)
        write_all(self._descriptor, journal_lines.checkpoint_line(self.text.next_number))
        os.fsync(self._descriptor)
        self._path.unlink(missing_ok=True)

    def set_aside(self) -> str:
        """Keeps it under another name, for people to look at, and gives that name."""
        aside = self._path.with_suffix(DAMAGED)
        self._path.rename(aside)
        sync_folder(aside.parent)
        return aside.name


def names(store: Store, layer: str, document: str) -> list[str]:
    """The names of the journals of a layer's document, of the living and the dead.

    Raises:
        StoreFailed: If the folder cannot be read.
    """
    folder = folder_of(layer, document)
    store.refuse_links(folder)
    try:
        there = [entry.name for entry in (store.folder / folder).iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise store.failed(folder, error, "read") from error
    return sorted(name for name in there if name.endswith(SUFFIX))


def replaced(store: Store, layer: str, document: str, there: Iterable[str]) -> set[str]:
    """Those of some journals in whose place there is another one: nothing waits in them.

    Raises:
        StoreFailed: If one cannot be read.
    """
    folder = folder_of(layer, document)
    openings = (journal_lines.read(store.read_bytes(f"{folder}/{name}") or b"").opening for name in there)
    return {opening.replaces for opening in openings if opening is not None and opening.replaces is not None}


@contextlib.contextmanager
def found(store: Store, layer: str, document: str, name: str) -> Iterator[FoundJournal | None]:
    """A journal, locked, if its session is dead; nothing if it lives, or the journal is gone.

    Raises:
        StoreFailed: If the file system refuses, here or inside.
    """
    file = f"{folder_of(layer, document)}/{name}"
    path = store.folder / file
    descriptor = -1
    try:
        try:
            descriptor = os.open(path, os.O_RDWR | _APPEND)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_there = path.stat(follow_symlinks=False).st_ino == os.fstat(descriptor).st_ino
        except (BlockingIOError, FileNotFoundError):
            is_there = False
        yield FoundJournal(path, descriptor, journal_lines.read(_read_all(descriptor))) if is_there else None
    except OSError as error:
        raise store.failed(file, error) from error
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def living(store: Store, layer: str, document: str, besides: str = "") -> Opening | None:
    """Who else works on a layer's document, and wants to be alone if anybody does; nothing where nobody does.

    Raises:
        StoreFailed: If the file system refuses.
    """
    other: Opening | None = None
    for name in names(store, layer, document):
        if name == besides:
            continue
        with found(store, layer, document, name) as dead:
            if dead is not None:
                continue
        data = store.read_bytes(f"{folder_of(layer, document)}/{name}")
        opening = journal_lines.read(data or b"").opening
        if opening is not None and (other is None or opening.exclusive):
            other = opening
    return other


def require_alone(store: Store, layer: str, document: str, *, exclusive: bool, besides: Journal | None = None) -> None:
    """Refuses to work beside somebody else, where one of the two wants to be alone.

    Raises:
        StoreBusy: If somebody else works on the layer's document.
        StoreFailed: If the file system refuses.
    """
    other = living(store, layer, document, besides.name if besides else "")
    if other is not None and (exclusive or other.exclusive):
        where = f" on {other.host}" if other.host else ""
        raise StoreBusy(
            f"process {other.pid}{where} works on {document} in the layer {layer}",
            path=store.folder / folder_of(layer, document),
            code=codes.LOCKED.code,
            help=codes.LOCKED.help,
        )


def _begin(path: Path, data: bytes) -> int:
    """Makes a journal, locked before it has its name; a failure leaves nothing."""
    new = path.with_name(f".{path.name}{TEMPORARY}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _APPEND, 0o600)
    at = new
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        write_all(descriptor, data)
        os.fsync(descriptor)
        new.rename(path)
        at = path
        sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            at.unlink()
        os.close(descriptor)
        raise
    return descriptor


def _read_all(descriptor: int) -> bytes:
    pieces = []
    while piece := os.read(descriptor, 1 << 20):
        pieces.append(piece)
    return b"".join(pieces)
