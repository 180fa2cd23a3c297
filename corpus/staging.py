"""Several files changed as one: after a kill at any moment all of them are the old ones or, once somebody goes on, all
of them are the new ones.

The new files are written to the work folder first. Then one file, the *commit*, names them all; once it is on the disk
the change has happened, and what is left of it is only to be carried out: each file is put in its place, and the commit
is removed. Whoever finds a commit carries it out; whoever finds new files without one removes them.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from corpus import disk
from corpus.errors import InputRefused, StoreBusy
from corpus.store import LAYERS, WORK, Store, mark_of

FOLDER = f"{WORK}/staged"
COMMIT = f"{FOLDER}/commit.json"


def write_all(store: Store, files: Mapping[str, bytes], expected: Mapping[str, str]) -> None:
    """Replaces files of a corpus, all or none.

    Args:
        store: The files of the corpus.
        files: The new contents, by the paths of files that are there, relative to the folder.
        expected: Their marks as they were when they were read.

    Raises:
        StoreBusy: If one of them is another one by now, or another such change waits to be carried out; nothing is
            changed.
        StoreFailed: If the file system refuses. Before the commit nothing is changed; after it, `finish` goes on.
    """
    # Held from the first new file on: whoever else changes several files would take ours for left behind.
    with store.locked(_LOCK):
        if is_waiting(store):
            raise StoreBusy("a change of several files waits to be carried out", path=store.folder, help=_HELP)
        folder = store.folder / FOLDER
        folder.mkdir(exist_ok=True)
        _empty(folder)
        entries = []
        for number, (file, data) in enumerate(sorted(files.items())):
            staged = f"{number:06}"
            with (folder / staged).open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            entries.append({"file": file, "old": expected[file], "new": mark_of(data), "staged": staged})
        disk.sync_folder(folder)
        disk.sync_folder(folder.parent)
        with _all_locked(store, files):
            for entry in entries:
                if mark_of(store.read_bytes(entry["file"])) != entry["old"]:
                    raise StoreBusy("it was changed meanwhile", path=store.folder / entry["file"], help="Try again")
            disk.replace(store.folder / COMMIT, json.dumps(entries).encode("utf-8"))
            _carry_out(store, entries)
        _empty(folder)
        folder.rmdir()


_LOCK = f"{WORK}/staged.lock"
"""A name in the folder whose lock keeps two such changes apart; there is no such file."""

_HELP = "Run `annotator migrate --write`, which carries it out"


def is_waiting(store: Store) -> bool:
    """Whether a change was interrupted after its commit, so that some files may be new and some old."""
    try:
        return (store.folder / COMMIT).lstat().st_size > 0
    except OSError:
        return False


def finish(store: Store) -> int:
    """Carries out a change that was interrupted after its commit, and removes what one before its commit has left.

    Returns:
        How many files the change is about; none where no change waits.

    Raises:
        InputRefused: If the commit is not as it was written, or a file is neither the old one nor the new one.
        StoreFailed: If the file system refuses.
    """
    folder = store.folder / FOLDER
    if not folder.is_dir():
        return 0
    entries: list[dict[str, str]] = []
    with store.locked(_LOCK):
        if not folder.is_dir():
            return 0
        if is_waiting(store):
            entries = _commit(store)
            with _all_locked(store, [entry["file"] for entry in entries]):
                _carry_out(store, entries)
        _empty(folder)
        folder.rmdir()
    return len(entries)


@contextlib.contextmanager
def _all_locked(store: Store, files: Iterable[str]) -> Iterator[None]:
    """Keeps everybody else from writing in the folders of some files, which are there."""
    with contextlib.ExitStack() as locks:
        # Always in one order, so that two who do this never wait for each other.
        for _, file in sorted({Path(file).parent: file for file in files}.items()):
            locks.enter_context(store.locked(file))
        yield


def _empty(folder: Path) -> None:
    """Removes what is in the folder of new files, the commit first: without what it names nobody could carry it out."""
    (folder / Path(COMMIT).name).unlink(missing_ok=True)
    disk.sync_folder(folder)
    for path in list(folder.iterdir()):
        path.unlink()


def _commit(store: Store) -> list[dict[str, str]]:
    try:
        entries = json.loads(store.read_bytes(COMMIT) or b"[]")
        for entry in entries:
            parts = Path(entry["file"]).parts
            if set(entry) != {"file", "old", "new", "staged"} or parts[0] != LAYERS or len(parts) != 3 or ".." in parts:
                raise ValueError(entry["file"])  # noqa: TRY301 - all faults are told in one way
            if not entry["staged"].isdecimal():
                raise ValueError(entry["staged"])  # noqa: TRY301
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise InputRefused(
            "it is not as it was written", path=store.folder / COMMIT, help="Restore the corpus from git, and remove it"
        ) from error
    return list(entries)


def _carry_out(store: Store, entries: list[dict[str, str]]) -> None:
    """Puts the new files in their places; all of what is needed is looked at before the first is touched."""
    waiting = []
    for entry in entries:
        path, mark = store.folder / entry["file"], mark_of(store.read_bytes(entry["file"]))
        if mark == entry["new"]:
            continue
        data = store.read_bytes(f"{FOLDER}/{entry['staged']}")
        if mark != entry["old"] or mark_of(data) != entry["new"] or data is None:
            raise InputRefused(
                "it is neither what it was nor what it was to become",
                path=path,
                help=f"Restore it from git, or remove {COMMIT} to leave the change undone where it is",
            )
        waiting.append((path, data))
    for path, data in waiting:
        try:
            disk.replace(path, data)
        except OSError as error:
            raise store.failed(str(path.relative_to(store.folder)), error) from error
