"""Drafts: kept over a restart, and never in the way of somebody else's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import drafts
from corpus.drafts import Draft
from corpus.errors import InputRefused
from corpus.store import Store
from schemas import Extent, Settlement


def draft(name: str, start: int = 0, **values: object) -> Draft:
    return Draft(
        id=name, label="actor", extent=Extent.joined([(start, start + 2), (start + 4, start + 5)]), values=values
    )


def file_of(store: Store) -> Path:
    return store.folder / drafts.drafts_file("anna", "d1")


def test_drafts_come_back_as_they_were(tmp_path: Path) -> None:
    kept = (
        draft("a", mention="name", kind=None, speakers=["x"], source=[[1, 2]]),
        draft("b", 9).model_copy(update={"score": 0.5, "settled": Settlement(how="chosen", layers=("p",))}),
    )

    drafts.write(Store(tmp_path), "anna", "d1", kept)

    assert drafts.read(Store(tmp_path), "anna", "d1") == kept
    assert drafts.read(Store(tmp_path), "anna", "d2") == ()
    assert drafts.read(Store(tmp_path), "ben", "d1") == ()


def test_drafts_leave_no_file_when_none_is_left(tmp_path: Path) -> None:
    store = Store(tmp_path)
    drafts.write(store, "anna", "d1", [draft("a")])

    drafts.write(store, "anna", "d1", [], known={"a"})

    assert not file_of(store).exists()
    drafts.write(store, "anna", "d1", [])
    assert list(file_of(store).parent.iterdir()) == []


def test_drafts_of_somebody_else_stay(tmp_path: Path) -> None:
    store = Store(tmp_path)
    drafts.write(store, "anna", "d1", [draft("theirs")])

    drafts.write(store, "anna", "d1", [draft("mine")])
    drafts.write(store, "anna", "d1", [], known={"mine"})

    assert drafts.read(store, "anna", "d1") == (draft("theirs"),)


def test_drafts_that_are_there_already_are_not_written_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    drafts.write(store, "anna", "d1", [draft("a"), draft("b")])
    before = file_of(store).stat()

    drafts.write(store, "anna", "d1", [draft("a"), draft("b")], known={"a", "b"})

    after = file_of(store).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "content",
    [b'{"id":"a"}\n', b"{\n", b'{"id":"a","label":"x","extent":[[0,1]],"values":{}}', b"\xff\n"],
    ids=["fields", "json", "torn", "utf8"],
)
def test_drafts_that_cannot_be_read_are_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    store = Store(tmp_path)
    file_of(store).parent.mkdir(parents=True)
    file_of(store).write_bytes(content)

    with pytest.raises(InputRefused, match=r"drafts/anna/d1\.jsonl"):
        drafts.read(store, "anna", "d1")
    with pytest.raises(InputRefused):
        drafts.write(store, "anna", "d1", [draft("b")])

    assert file_of(store).read_bytes() == content


@pytest.mark.parametrize("name", ["..", "a/b", "", ".hidden", "a\n"])
def test_drafts_of_a_name_that_is_no_file_name_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputRefused):
        drafts.write(Store(tmp_path), "anna", name, [draft("a")])
    with pytest.raises(InputRefused):
        drafts.read(Store(tmp_path), name, "d1")

    assert list(tmp_path.iterdir()) == []


def test_drafts_of_several_at_once_are_all_kept(tmp_path: Path) -> None:
    gate = threading.Barrier(4)
    failures: list[Exception] = []

    def work(name: str) -> Callable[[], None]:
        def run() -> None:
            gate.wait()
            try:
                for number in range(5):
                    mine = [draft(f"{name}{each}") for each in range(number + 1)]
                    drafts.write(Store(tmp_path), "anna", "d1", mine, known={each.id for each in mine})
            except Exception as error:
                failures.append(error)
                raise

        return run

    threads = [threading.Thread(target=work(name)) for name in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failures == []
    found = {each.id for each in drafts.read(Store(tmp_path), "anna", "d1")}
    assert found == {f"{name}{number}" for name in "abcd" for number in range(5)}
