"""A file is replaced whole or not at all, with the rights that the old one had."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import disk


def replace_piecewise(path: Path, data: bytes) -> None:
    with disk.replacing(path) as descriptor:
        disk.write_all(descriptor, data)


@pytest.fixture(params=[disk.replace, replace_piecewise])
def replace(request: pytest.FixtureRequest) -> Callable[[Path, bytes], None]:
    """Either way of replacing a file."""
    way: Callable[[Path, bytes], None] = request.param
    return way


@pytest.fixture
def guarded() -> Iterator[None]:
    """A process that lets nobody else read what it makes."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("mode", [0o640, 0o664, 0o600])
def test_disk_replaces_a_file_and_keeps_its_mode(
    tmp_path: Path, replace: Callable[[Path, bytes], None], mode: int
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    path.chmod(mode)
    before = path.stat().st_ino

    replace(path, b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == mode
    assert path.stat().st_ino != before
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_disk_leaves_the_file_and_nothing_else_where_it_fails(
    tmp_path: Path, replace: Callable[[Path, bytes], None]
) -> None:
    (tmp_path / "x").mkdir()

    with pytest.raises(OSError, match="directory"):
        replace(tmp_path / "x", b"new")

    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_disk_leaves_the_old_file_where_the_writer_fails(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")

    with pytest.raises(TypeError, match="bytes"), disk.replacing(path) as descriptor:
        disk.write_all(descriptor, b"half" + "more")  # type: ignore[operator]

    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_disk_takes_nothing_for_left_behind_that_is_written_without_a_lock(tmp_path: Path) -> None:
    with disk.replacing(tmp_path / "x"):
        (half,) = tmp_path.iterdir()
        assert half.name.startswith("..x.")
