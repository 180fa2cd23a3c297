"""What is at a commit on the Hub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import OutputRefused
from corpus.parquet import sha256_of
from corpus.published import ATTRIBUTES, Published, RemoteFile, is_plain, remote_files

OURS = {"builder": "terminal-annotator", "corpus": "routes", "version": "1.2.3"}


def at(*names: str) -> Published:
    """A commit with these files, those of tables large."""
    files = {name: RemoteFile(3, "f" * 64 if name.endswith(".parquet") else None) for name in names}
    return Published("anna/routes", "0" * 40, False, {ATTRIBUTES: RemoteFile(9), **files})


def fetched(folder: Path, note: object, sums: dict[str, str]) -> Path:
    """A folder with what a build says of itself."""
    (folder / "build.json").write_text(json.dumps(note))
    (folder / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))
    return folder


def test_published_knows_its_own_files_and_which_were_edited(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"new")
    (tmp_path / "LICENSE").write_bytes(b"old")
    sums = {
        "README.md": "0" * 64, "LICENSE": sha256_of(tmp_path / "LICENSE"), "a/train.parquet": "f" * 64,
        "b/train.parquet": "e" * 64, "gone/train.parquet": "d" * 64, "build.json": "",
    }  # fmt: skip
    fetched(tmp_path, OURS, {})
    sums["build.json"] = sha256_of(tmp_path / "build.json")
    fetched(tmp_path, OURS, sums)

    found = at(*(sums.keys() - {"gone/train.parquet"}), "SHA256SUMS", "mine.txt", "mine/x.parquet")
    found = found.described(tmp_path)

    assert found.unread == ["LICENSE", "README.md", "SHA256SUMS", "build.json"]
    found = found.digested(tmp_path)
    assert found.edited == ["README.md", "b/train.parquet"]
    assert "mine.txt" not in found.ours
    assert found.tables == {"a": ["a/train.parquet"], "b": ["b/train.parquet"]}
    assert found.version == "1.2.3"
    found.require_ours("routes")
    with pytest.raises(OutputRefused, match="another corpus, routes"):
        found.require_ours("letters")


@pytest.mark.parametrize("note", [{}, [], {"builder": "somebody"}, "no JSON"])
def test_published_is_not_ours_without_a_note(tmp_path: Path, note: object) -> None:
    folder = fetched(tmp_path, note, {"build.json": "0" * 64})
    if note == "no JSON":
        (folder / "build.json").write_text("{")

    found = at("build.json", "SHA256SUMS").described(folder)

    assert found.version is None
    with pytest.raises(OutputRefused, match="not published from here: SHA256SUMS"):
        found.require_ours("routes")


def test_published_may_be_empty() -> None:
    found = at()

    assert found.is_empty
    found.require_ours("routes")


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "a\\..\\x", "a\0b"])
def test_published_has_no_file_that_would_leave_its_folder(name: str) -> None:
    assert not is_plain(name)
    assert remote_files([(name, RemoteFile(1)), ("a/..b", RemoteFile(1))]) == {"a/..b": RemoteFile(1)}
