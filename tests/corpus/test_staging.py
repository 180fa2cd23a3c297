"""Several files changed as one, killed before every single operation, and killed again while it is carried out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import staging
from corpus.errors import InputRefused, StoreBusy
from corpus.store import Store, mark_of

FILES = [f"layers/{layer}/d{number}.jsonl" for layer in ("a", "b") for number in range(2)]
OLD = {file: f"old {file}\n".encode() for file in FILES}
NEW = {file: f"new {file}\n".encode() for file in FILES}
_ACTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")
"""What an audit hook hears of; writing and syncing are counted by hand."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "c")
    for file, data in OLD.items():
        store.write_bytes(file, data)
    return store


def marks() -> dict[str, str]:
    return {file: mark_of(data) for file, data in OLD.items()}


def contents(store: Store) -> dict[str, bytes]:
    return {file: store.read_bytes(file) or b"" for file in FILES}


def survives(act: Callable[[], object], before: int) -> bool:
    """Does something in a child process that dies before its operation of this number; whether it had fewer of them."""
    child = os.fork()
    if child == 0:
        _die_before(before)
        try:
            act()
        except BaseException:  # noqa: BLE001 - the child must not go on with the tests
            os._exit(3)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9)
    return code == 0


def _die_before(number: int) -> None:
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done == number:
            os._exit(9)

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and len(arguments) > 2 and int(str(arguments[2] or 0)) & (os.O_CREAT | os.O_TRUNC)
        if event in _ACTS or writes:
            count()

    sync = os.fsync

    def counted_sync(descriptor: Any) -> None:
        count()
        sync(descriptor)

    vars(os)["fsync"] = counted_sync
    sys.addaudithook(hear)


def test_staging_changes_all_files_and_leaves_nothing(store: Store) -> None:
    staging.write_all(store, NEW, marks())

    assert contents(store) == NEW
    assert not (store.folder / staging.FOLDER).exists()
    assert not list(store.folder.rglob("*.tmp"))
    assert staging.finish(store) == 0


def test_staging_killed_before_any_operation_leaves_the_old_or_the_new_whole(store: Store) -> None:
    number, outcomes = 0, []
    while True:
        number += 1
        for file, data in OLD.items():
            store.write_bytes(file, data)
        if survives(lambda: staging.write_all(store, NEW, marks()), number):
            break
        waited = staging.is_waiting(store)
        staging.finish(store)
        assert contents(store) in (OLD, NEW)
        assert (contents(store) == NEW) >= waited
        outcomes.append(contents(store) == NEW)
        assert not (store.folder / staging.FOLDER).exists()

    assert number > 4 * len(FILES)
    assert sorted(outcomes) == outcomes
    assert len(set(outcomes)) == 2


def test_staging_killed_again_while_it_is_carried_out_still_ends_whole(store: Store) -> None:
    killed, first = 0, 0
    while True:
        first += 1
        for file, data in OLD.items():
            store.write_bytes(file, data)
        if survives(lambda: staging.write_all(store, NEW, marks()), first):
            break
        if not staging.is_waiting(store):
            staging.finish(store)
            continue
        second = 1
        while not survives(lambda: staging.finish(store), second):
            second += 1
            killed += 1
            if not staging.is_waiting(store):
                break
        staging.finish(store)
        assert contents(store) == NEW

    assert killed > len(FILES)


def test_staging_is_refused_where_a_file_was_changed_meanwhile(store: Store) -> None:
    store.write_bytes(FILES[2], b"mine\n")

    with pytest.raises(StoreBusy, match="changed meanwhile"):
        staging.write_all(store, NEW, marks())

    assert contents(store) == {**OLD, FILES[2]: b"mine\n"}
    assert staging.finish(store) == 0
    assert not (store.folder / staging.FOLDER).exists()


def test_staging_waits_for_the_one_before(store: Store) -> None:
    commit = store.folder / staging.COMMIT
    commit.parent.mkdir(parents=True)
    commit.write_text("[]")

    with pytest.raises(StoreBusy, match="waits to be carried out"):
        staging.write_all(store, NEW, marks())


@pytest.mark.parametrize(
    "entry",
    [
        {"file": "../x", "old": "", "new": "", "staged": "0"},
        {"file": "layers/a/../../x", "old": "", "new": "", "staged": "0"},
        {"file": "corpus.toml", "old": "", "new": "", "staged": "0"},
        {"file": "layers/a/d0.jsonl", "old": "", "new": "", "staged": "../0"},
        {"file": "layers/a/d0.jsonl"},
        3,
    ],
)
def test_staging_refuses_a_commit_that_it_did_not_write(store: Store, entry: object) -> None:
    commit = store.folder / staging.COMMIT
    commit.parent.mkdir(parents=True)
    commit.write_text(json.dumps([entry]))

    with pytest.raises(InputRefused, match="not as it was written"):
        staging.finish(store)

    assert contents(store) == OLD


def test_staging_touches_nothing_where_a_file_is_neither_old_nor_new(store: Store) -> None:
    number = 1
    while not staging.is_waiting(store):
        assert not survives(lambda: staging.write_all(store, NEW, marks()), number)
        number += 1
    store.write_bytes(FILES[-1], b"mine\n")

    with pytest.raises(InputRefused, match="neither what it was"):
        staging.finish(store)

    assert contents(store) == {**OLD, FILES[-1]: b"mine\n"}
    assert staging.is_waiting(store)
