"""Where a dataset is put: built beside its place, and moved there in one step when it is whole.

A folder that something else made is never replaced, and neither is a build that somebody has changed by hand. Of two
builds the earlier one is there, whole, until the later one is complete.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from corpus.errors import OutputRefused
from corpus.parquet import sha256_of

SUMS = "SHA256SUMS"
"""The digests of all other files, as `sha256sum --check` reads them."""

NOTE = "build.json"
"""What was built, and from what; by it a later build knows that the folder may be replaced."""

DATASET = "dataset"
"""What is built where nothing else is said."""

_BUILDER = "terminal-annotator"
_MANY = 64
"""The number of files from which on all that waits is brought to the disk at once: each by itself costs a journal's
commit."""

_PATTERN = frozenset("*?[]{}")


def require_free(out: Path, corpus: Path, what: str = DATASET) -> None:
    """Refuses a place where a build may not go.

    Args:
        out: The place.
        corpus: The folder of the corpus.
        what: What is built. Only an earlier build of the same sort may be replaced.

    Raises:
        OutputRefused: If something is there that is not an unchanged earlier build, if it is inside the corpus or
            around it, if it is the current folder, or if its path reads as a pattern.
    """
    real, folder = out.resolve(), corpus.resolve()
    if real.is_relative_to(folder) or folder.is_relative_to(real):
        raise OutputRefused("a build cannot go into the corpus or around it", path=out, help="Name another folder")
    found = sorted(_PATTERN & set(str(out.absolute()))) if what == DATASET else []
    if found:
        raise OutputRefused(
            f"its path has {' '.join(found)}, which `datasets` would read as a pattern", path=out, help="Name another"
        )
    if Path.cwd().is_relative_to(real):
        raise OutputRefused("the current folder would be replaced", path=out, help="Name another folder")
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputRefused("it is no folder", path=out, help="Name another folder")
    if out.is_dir() and any(out.iterdir()):
        fault = _fault(out, what)
        if fault is not None:
            raise OutputRefused(
                f"the folder is no earlier build, or was changed since: {fault}",
                path=out,
                help="Name another folder, or move this one away",
            )


def _fault(folder: Path, what: str) -> str | None:
    """Why a folder is not a build as it was made; nothing where it is one."""
    try:
        note = read_note((folder / NOTE).read_bytes())
        sums = read_sums((folder / SUMS).read_bytes())
    except (OSError, ValueError):
        return f"{NOTE} or {SUMS} is not there or cannot be read"
    if note is None:
        return f"{NOTE} is not ours"
    if note.get("what", DATASET) != what:
        return f"it holds a {note.get('what', DATASET)}"
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    different = sorted((sums.keys() | {SUMS}) ^ there)
    if different:
        return f"{different[0]} {'was added' if different[0] in there else 'is missing'}"
    changed = (
        name for name, digest in sums.items() if (folder / name).is_symlink() or sha256_of(folder / name) != digest
    )
    return next((f"{name} was changed" for name in changed), None)


def read_note(data: bytes) -> Mapping[str, object] | None:
    """What a build's note says; nothing where it is none of ours.

    Raises:
        ValueError: If it is not JSON, or nests too deep.
    """
    try:
        note = json.loads(data)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error
    return note if isinstance(note, dict) and note.get("builder") == _BUILDER else None


def read_sums(data: bytes) -> dict[str, str]:
    """The digests of a build's files, by name.

    Raises:
        ValueError: If it is not UTF-8.
    """
    return {line[66:]: line[:64] for line in data.decode("utf-8").splitlines()}


@contextlib.contextmanager
def staged(out: Path) -> Iterator[Path]:
    """An empty folder beside the place; it is removed in the end, or by the next build if this one is killed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = out.with_name(f".{out.name}.{secrets.token_hex(4)}.building")
    with contextlib.ExitStack() as held:
        with _locked(out.parent):
            _clear(out)
            folder.mkdir()
            held.enter_context(_locked(folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _clear(out: Path) -> None:
    """Removes what a build left that was killed: a folder that nobody holds."""
    for folder in out.parent.glob(f".{glob.escape(out.name)}.*.building"):
        with contextlib.suppress(BlockingIOError), _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(folder, ignore_errors=True)


def seal(folder: Path, note: Mapping[str, object]) -> None:
    """Writes what was built and the digests of all files, and brings everything to the disk.

    Args:
        folder: The folder, with all of its files.
        note: What is known of the build; `what` says what was built, if not a dataset.
    """
    text = json.dumps({"builder": _BUILDER, **note}, ensure_ascii=False, indent=2)
    (folder / NOTE).write_text(text + "\n", encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(sums), encoding="utf-8")
    if len(files) > _MANY:
        os.sync()
    else:
        for path in (*folder.rglob("*"), folder):
            _sync(path)


def put_in_place(folder: Path, out: Path, corpus: Path, what: str = DATASET) -> None:
    """Gives a sealed folder the place of the earlier build of the same sort.

    Raises:
        OutputRefused: If something else has come to be there meanwhile.
    """
    with _locked(out.parent):
        before = _restore(out)
        require_free(out, corpus, what)
        if out.exists():
            out.rename(before)
        try:
            folder.rename(out)
        except OSError:
            if before.exists():
                before.rename(out)
            raise
        _sync(out.parent)
        shutil.rmtree(before, ignore_errors=True)


def restore(out: Path) -> None:
    """Puts an earlier build back where a later one was stopped between the two steps of taking its place."""
    if out.parent.is_dir():
        with _locked(out.parent):
            _restore(out)


def _restore(out: Path) -> Path:
    before = out.with_name(f".{out.name}.previous")
    if before.is_dir():
        if out.exists():
            shutil.rmtree(before)
        else:
            before.rename(out)
    return before


@contextlib.contextmanager
def _locked(folder: Path, how: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Holds a folder's lock; the kernel frees it when the process dies."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
