"""The file that takes the place of this side's version."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from corpus.versions import MergedFile, merge_versions

BASE = '# kept\nname = "c"   # short\n\n[annotators.anna]\nkind = "person"\n'


def merge(folder: Path, path: str, *versions: bytes | str) -> MergedFile:
    names = []
    for name, content in zip(("base", "mine", "theirs"), versions, strict=True):
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        names.append(folder / name)
    return merge_versions(names[0], names[1], names[2], path)


def test_versions_of_a_manifest_merge_by_table(tmp_path: Path) -> None:
    mine = BASE + '\n[annotators.ben]\nkind = "rule"\n'
    theirs = BASE.replace('"c"', '"d"') + '\n[annotators.carl]\n# why\nkind = "model"\n'

    merged = merge(tmp_path, "data/corpus.toml", BASE, mine, theirs)

    assert merged.is_clean
    assert merged.data.startswith(b'# kept\nname = "d"   # short\n')
    assert b"# why" in merged.data
    assert {name: each["kind"] for name, each in tomllib.loads(merged.data.decode())["annotators"].items()} == {
        "anna": "person",
        "ben": "rule",
        "carl": "model",
    }


def test_versions_of_a_manifest_take_a_table_out_that_one_side_took_out(tmp_path: Path) -> None:
    mine = BASE.split("[annotators", maxsplit=1)[0] + '[annotators.ben]\nkind = "rule"\n'
    theirs = BASE + '\n[annotators.carl]\nkind = "model"\n'

    merged = merge(tmp_path, "corpus.toml", BASE, mine, theirs)

    assert merged.is_clean
    assert set(tomllib.loads(merged.data.decode())["annotators"]) == {"ben", "carl"}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BASE.replace('"c"', '"d"'), BASE.replace('"c"', '"e"')),
        (BASE + "[annotators.ben]\nkind = 1\n", BASE + "[annotators.ben]\nkind = 2\n"),
        (BASE + "x\n", BASE + "y\n"),
        (BASE + "ben = 1\n", BASE + "ben = {a = 1}\n"),
    ],
)
def test_versions_of_a_manifest_that_differ_in_one_place_are_marked(tmp_path: Path, mine: str, theirs: str) -> None:
    merged = merge(tmp_path, "corpus.toml", BASE, mine, theirs)

    assert merged.has_marks
    assert not merged.is_clean
    assert b"<<<<<<< this side\n" in merged.data
    assert b">>>>>>> the other side\n" in merged.data


def test_versions_of_a_manifest_have_a_table_once_that_both_sides_added(tmp_path: Path) -> None:
    """As text they merge, into a file that declares it twice."""
    space = "".join(f"# {number}\n" for number in range(9))
    base = f"{BASE}{space}\n[annotators.zoe]\nkind = 'person'\n"
    ben = "\n[annotators.ben]\nkind = 'rule'\n"

    merged = merge(tmp_path, "corpus.toml", base, base + ben, base.replace("# 0\n", f"{ben}# 0\n"))

    assert merged.is_clean
    assert set(tomllib.loads(merged.data.decode())["annotators"]) == {"anna", "zoe", "ben"}


def test_versions_of_a_manifest_that_are_no_toml_together_are_a_conflict(tmp_path: Path) -> None:
    space = "".join(f"# {number}\n" for number in range(9))
    base = f"{BASE}{space}"

    merged = merge(tmp_path, "corpus.toml", base, base + "[a]\nx = 1\n", base.replace("# 0\n", "[a]\nx = 2\n# 0\n"))

    assert not merged.has_marks
    assert "not TOML" in merged.conflicts[0].what


def test_versions_that_are_no_lines_are_merged_as_text(tmp_path: Path) -> None:
    path = "layers/anna/d1.jsonl"

    merged = merge(tmp_path, path, "a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n")
    marked = merge(tmp_path, path, "a\n", "b\n", "c\n")

    assert (merged.data, merged.is_clean) == (b"A\nb\nc\nD\n", True)
    assert merged.notes == (
        "line 1 is not JSON: Expecting value: line 1 column 1 (char 0): the file is merged as text",
    )
    assert marked.has_marks
    assert all(word in marked.data for word in (b"b\n", b"c\n"))


def test_versions_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot merge it as text"):
        merge(tmp_path, "picture.png", b"\0a", b"\0b", b"\0c")
