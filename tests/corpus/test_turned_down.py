"""What was turned down: kept by document, and of two who turn something down each keeps the other's."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import turned_down
from corpus.errors import StoreBusy
from corpus.store import Store


def test_turned_down_is_kept_by_document(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert turned_down.read(store, "gold", "d1") == frozenset()

    assert turned_down.keep(store, "gold", "d1", {"b", "a"}) == {"a", "b"}

    assert turned_down.read(store, "gold", "d1") == {"a", "b"}
    assert turned_down.read(store, "gold", "d2") == frozenset()


def test_turned_down_by_two_at_once_is_all_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    known = turned_down.keep(store, "gold", "d1", {"a", "b"})
    turned_down.keep(store, "gold", "d1", {"a", "b", "theirs"}, known)

    kept = turned_down.keep(store, "gold", "d1", {"a", "mine"}, known)

    assert kept == turned_down.read(store, "gold", "d1") == {"a", "mine", "theirs"}


def test_turned_down_writes_nothing_where_nothing_is_changed(tmp_path: Path) -> None:
    store = Store(tmp_path)

    assert turned_down.keep(store, "gold", "d1", set()) == frozenset()

    assert list(tmp_path.iterdir()) == []


def test_turned_down_says_so_where_the_file_keeps_changing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)

    def busy(*_: object) -> str:
        raise StoreBusy("it has changed")

    monkeypatch.setattr(store, "write_bytes", busy)
    with pytest.raises(StoreBusy, match="E-BUSY"):
        turned_down.keep(store, "gold", "d1", {"a"})
