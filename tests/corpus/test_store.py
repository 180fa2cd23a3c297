"""The store: at every moment the old content or the new is there, whole, and nothing else is left behind."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus import codes
from corpus.errors import InputRefused, NameUnknown, StoreBusy, StoreFailed
from corpus.layers import LayerFile
from corpus.manifest import load_schema
from corpus.store import ENTITIES, Store, check_name, mark_of
from schemas import Entity

SCHEMA = load_schema("schemas.security:SecuritySchema", Path())
FILE = "layers/gold/d1.jsonl"


@pytest.fixture
def store(corpus_factory: Callable[..., Path]) -> Store:
    return Store(corpus_factory())


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may grow beyond a size; a write past it fails as on a disk that takes no more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# Writing


def test_store_writes_what_it_reads(store: Store) -> None:
    layer_file, mark = store.marked_layer("gold", "d1", SCHEMA)
    before = (store.folder / FILE).read_bytes()

    assert store.write_layer(layer_file, mark) == mark
    assert (store.folder / FILE).read_bytes() == before
    store.write_documents(store.documents())
    store.write_entities(store.entities())
    store.write_claims(store.claims())
    assert store.layer("gold", "d1", SCHEMA) == layer_file


def test_store_replaces_the_file_and_leaves_nothing_beside_it(store: Store) -> None:
    before = files_in(store.folder)
    old = (store.folder / FILE).stat()

    mark = store.write_bytes(FILE, b"new\n")

    new = (store.folder / FILE).stat()
    assert (store.folder / FILE).read_bytes() == b"new\n"
    assert mark == mark_of(b"new\n")
    assert new.st_ino != old.st_ino
    assert files_in(store.folder) == before


def test_store_keeps_the_permissions_of_a_file(store: Store) -> None:
    (store.folder / FILE).chmod(0o600)

    store.write_bytes(FILE, b"new\n")

    assert stat.S_IMODE((store.folder / FILE).stat().st_mode) == 0o600


def test_store_makes_the_folders_that_a_file_needs(store: Store) -> None:
    store.write_bytes("layers/new/d1.jsonl", b"x\n")

    assert store.read_bytes("layers/new/d1.jsonl") == b"x\n"


def test_store_writes_only_what_it_expects(store: Store) -> None:
    mark = mark_of(store.read_bytes(FILE))
    (store.folder / FILE).write_bytes(b"theirs\n")

    with pytest.raises(StoreBusy, match="has changed"):
        store.write_bytes(FILE, b"mine\n", mark)
    with pytest.raises(StoreBusy):
        store.write_bytes(FILE, b"mine\n", mark_of(None))
    with pytest.raises(StoreBusy):
        store.remove(FILE, mark)

    assert store.read_bytes(FILE) == b"theirs\n"
    store.write_bytes(FILE, b"mine\n", mark_of(b"theirs\n"))
    assert store.read_bytes(FILE) == b"mine\n"


def test_store_expects_no_file_where_there_was_none(store: Store) -> None:
    store.write_bytes("new.jsonl", b"first\n", mark_of(None))

    with pytest.raises(StoreBusy):
        store.write_bytes("new.jsonl", b"second\n", mark_of(None))

    assert store.read_bytes("new.jsonl") == b"first\n"


def test_store_loses_no_write_of_several_at_once(tmp_path: Path) -> None:
    Store(tmp_path).write_bytes("count", b"0")
    gate = threading.Barrier(4)

    def count() -> None:
        store, done = Store(tmp_path), 0
        gate.wait()
        while done < 10:
            data = store.read_bytes("count") or b""
            try:
                store.write_bytes("count", b"%d" % (int(data) + 1), mark_of(data))
            except StoreBusy:
                continue
            done += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert Store(tmp_path).read_bytes("count") == b"40"


def test_store_sorts_entities_and_gives_their_mark(store: Store) -> None:
    there, mark = store.marked_entities()
    first = Entity(id="a-first", kind="state", name="First")

    store.write_entities([*there, first], mark)

    assert [each.id for each in store.entities()] == ["a-first", "one", "two"]
    with pytest.raises(StoreBusy):
        store.write_entities(there, mark)


# What fails


def test_store_keeps_the_old_file_whole_when_the_new_one_grows_too_large(store: Store) -> None:
    before, old = files_in(store.folder), store.read_bytes(FILE)

    with largest_file(4096), pytest.raises(StoreFailed, match="E-SAVE-TOOBIG"):
        store.write_bytes(FILE, b"x" * 10_000)

    assert store.read_bytes(FILE) == old
    assert files_in(store.folder) == before
    store.write_bytes(FILE, b"x" * 10_000)


def test_store_leaves_nothing_when_a_folder_is_in_the_place_of_the_file(store: Store) -> None:
    (store.folder / "layers/gold/d3.jsonl").mkdir()
    before = files_in(store.folder)

    with pytest.raises(StoreFailed, match=r"d3\.jsonl"):
        store.write_bytes("layers/gold/d3.jsonl", b"x\n")

    assert files_in(store.folder) == before


@pytest.mark.parametrize("file", ["corpus.toml/x.jsonl", "corpus.toml/deep/x.jsonl"])
def test_store_says_so_when_a_file_is_in_the_place_of_the_folder(store: Store, file: str) -> None:
    with pytest.raises(StoreFailed):
        store.write_bytes(file, b"x\n")
    with pytest.raises(StoreFailed):
        store.remove(file)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "E-SAVE-NOSPACE"),
        (errno.EDQUOT, "E-SAVE-NOSPACE"),
        (errno.EFBIG, "E-SAVE-TOOBIG"),
        (errno.EIO, "E-SAVE-IO"),
        (errno.EMFILE, "E-SAVE-FILES"),
        (errno.ENFILE, "E-SAVE-FILES"),
        (errno.EROFS, "E-READONLY"),
        (errno.EACCES, "E-READONLY"),
        (errno.ENOLCK, "E-LOCK-UNSUPPORTED"),
        (errno.EBUSY, "E-STORE"),
    ],
)
def test_store_says_what_the_disk_refuses(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    before, old = files_in(store.folder), store.read_bytes(FILE)

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreFailed) as caught:
            store.write_bytes(FILE, b"new\n")

    assert caught.value.code == code
    assert caught.value.help == codes.SAVING[code].help
    assert store.read_bytes(FILE) == old
    assert files_in(store.folder) == before
    store.write_bytes(FILE, b"new\n")
    assert store.read_bytes(FILE) == b"new\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_store_keeps_the_old_file_when_the_folder_takes_no_writes(store: Store) -> None:
    folder, old = (store.folder / FILE).parent, store.read_bytes(FILE)
    folder.chmod(0o500)
    try:
        with pytest.raises(StoreFailed, match="E-READONLY"):
            store.write_bytes(FILE, b"new\n")
        with pytest.raises(StoreFailed, match="E-READONLY"):
            store.remove(FILE)
    finally:
        folder.chmod(0o700)

    assert store.read_bytes(FILE) == old


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_store_says_so_when_a_file_may_not_be_read(store: Store) -> None:
    (store.folder / FILE).chmod(0)

    with pytest.raises(StoreFailed, match="E-READ there is no permission to read it"):
        store.read_bytes(FILE)


def test_store_waits_for_no_pipe_in_the_place_of_a_file(store: Store) -> None:
    (store.folder / FILE).unlink()
    os.mkfifo(store.folder / FILE)

    with pytest.raises(StoreFailed, match="it is a pipe or a device, not a file"):
        store.read_bytes(FILE)


def test_store_reads_no_folder_in_the_place_of_a_file(store: Store) -> None:
    (store.folder / FILE).unlink()
    (store.folder / FILE).mkdir()

    with pytest.raises(StoreFailed, match="it cannot be read: Is a directory"):
        store.read_bytes(FILE)


WRITER = """
import sys
from pathlib import Path
from corpus.store import Store
store, size = Store(Path(sys.argv[1])), 3_000_000
print("ready", flush=True)
while True:
    for letter in (b"a", b"b"):
        store.write_bytes("file", letter * size)
        print(letter, flush=True)
"""


def test_store_has_the_old_or_the_new_content_when_the_writer_is_killed(tmp_path: Path) -> None:
    Store(tmp_path).write_bytes("file", b"a" * 3_000_000)
    for rounds in range(1, 6):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(rounds):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)

        data = (tmp_path / "file").read_bytes()
        assert data in (b"a" * 3_000_000, b"b" * 3_000_000)
    # Whoever is stopped leaves its temporary file; it is hidden, and no name that is read.
    assert all(path.name.startswith(".file.") for path in tmp_path.iterdir() if path.name != "file")
    Store(tmp_path).write_bytes("file", b"last")


# What is refused


@pytest.mark.parametrize(
    "name",
    [
        "x" * 129,
        "",
        ".",
        "..",
        "a/b",
        "/a",
        "a\\b",
        ".git",
        "-rf",
        "_x",
        "a.",
        "a..b",
        "CON",
        "nul.txt",
        "a b",
        "é",
        "a\0",
        "a\n",
    ],
)
def test_store_refuses_a_name_that_is_no_file_name(store: Store, name: str) -> None:
    with pytest.raises(InputRefused, match="E-NAME"):
        check_name(name)
    with pytest.raises(InputRefused):
        store.layer_file(name, "d1")
    with pytest.raises(InputRefused):
        store.layer_file("gold", name)


@pytest.mark.parametrize("name", ["a", "A1", "002", "x-y_z.1", "x" * 128])
def test_store_takes_a_name_that_is_a_file_name(name: str) -> None:
    check_name(name)


def test_store_follows_no_link_to_a_file(store: Store, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret\n")
    (store.folder / FILE).unlink()
    (store.folder / FILE).symlink_to(secret)

    with pytest.raises(StoreFailed, match="E-PATH-SYMLINK"):
        store.read_bytes(FILE)
    with pytest.raises(StoreFailed, match="E-PATH-SYMLINK"):
        store.write_bytes(FILE, b"x\n")

    assert secret.read_bytes() == b"secret\n"


def test_store_follows_no_link_to_a_folder(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "d1.jsonl").write_bytes(b"theirs\n")
    (store.folder / "layers" / "linked").symlink_to(outside)

    assert "linked" not in store.layer_names()
    for act in (store.read_bytes, store.remove, lambda file: store.write_bytes(file, b"x\n")):
        with pytest.raises(StoreFailed, match="E-PATH-SYMLINK"):
            act("layers/linked/d1.jsonl")

    assert (outside / "d1.jsonl").read_bytes() == b"theirs\n"
    assert len(list(outside.iterdir())) == 1


def test_store_sweeps_what_killed_writers_left_and_nothing_else(store: Store) -> None:
    before = files_in(store.folder)
    (store.folder / "layers/gold/.d1.jsonl.1-0123abcd.tmp").touch()
    (store.folder / "layers/gold/.0123456789abcdef.journal.tmp").touch()

    store.sweep("layers/rules")
    store.sweep("layers/nobody")
    assert files_in(store.folder) != before
    # Those of other programs, and of the one that merges for git, which holds no lock.
    others = ("note.tmp", ".note.tmp", ".d1.jsonl.tmp", "..merge_file_Ab1.1-0123abcd.tmp", ".d1.1-0123ABCD.tmp")
    for name in others:
        (store.folder / "layers/gold" / name).touch()
    store.sweep("layers/gold")

    assert files_in(store.folder) == {*before, *(f"layers/gold/{name}" for name in others)}


def test_store_refuses_a_layer_with_a_fault_and_names_the_line(store: Store) -> None:
    path = store.folder / FILE
    path.write_bytes(path.read_bytes().replace(b'"state"', b'"planet"', 1))

    with pytest.raises(InputRefused, match=r"d1\.jsonl:2: E-ANNOTATION"):
        store.layer("gold", "d1", SCHEMA)


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n"])
def test_store_refuses_a_layer_without_a_header(store: Store, content: bytes) -> None:
    (store.folder / FILE).write_bytes(content)

    with pytest.raises(InputRefused):
        store.layer("gold", "d1", SCHEMA)


def test_store_refuses_entities_with_a_fault(store: Store) -> None:
    (store.folder / ENTITIES).write_bytes(b'{"id":"x"}\n')

    with pytest.raises(InputRefused, match=r"entities\.jsonl:1: E-RECORD"):
        store.marked_entities()


# Reading


def test_store_says_what_is_there(store: Store) -> None:
    (store.folder / "layers" / ".hidden").mkdir()
    (store.folder / "layers" / "gold" / ".d1.jsonl.tmp").touch()
    (store.folder / "layers" / "note.txt").touch()

    assert store.layer_names() == ["gold", "rules"]
    assert store.layer_documents("gold") == ["d1", "d2"]
    assert store.layer_documents("nobody") == []
    assert Store(store.folder / "nowhere").layer_names() == []


def test_store_has_nothing_where_there_is_no_file(store: Store) -> None:
    assert store.read_bytes("nothing.jsonl") is None
    store.remove("nothing.jsonl")
    with pytest.raises(NameUnknown, match="layer gold has nothing about d9"):
        store.layer("gold", "d9", SCHEMA)
    (store.folder / ENTITIES).unlink()
    assert store.entities() == []
    assert store.marked_entities() == ([], mark_of(None))


def test_store_removes_a_file(store: Store) -> None:
    store.remove(FILE, mark_of(store.read_bytes(FILE)))

    assert store.layer_documents("gold") == ["d2"]


def test_store_gives_annotations_by_place(store: Store) -> None:
    layer_file = store.layer("gold", "d1", SCHEMA)
    store.write_layer(LayerFile("gold", layer_file.header, tuple(reversed(layer_file.annotations))))

    assert store.layer("gold", "d1", SCHEMA) == layer_file
