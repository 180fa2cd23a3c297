"""The three versions of a file that git hands over to be merged, and the one that comes of them.

A layer, the documents, entities, claims and known findings are merged line by line (`corpus.three_way`), `corpus.toml`
table by table, and everything else, or what cannot be read so, as git itself merges text: with marks where both sides
changed the same lines.
"""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.three_way import Conflict, NotLines, kind_of, merge_lines

_MANIFEST = "corpus.toml"
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class MergedFile:
    """What comes of three versions of a file."""

    data: bytes
    conflicts: tuple[Conflict, ...] = ()
    """What somebody has to decide."""
    notes: tuple[str, ...] = ()
    """What was decided by a rule."""
    has_marks: bool = False
    """Whether the file has marks of a merge, since it had to be merged as text."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.conflicts and not self.has_marks


def merge_versions(base: Path, mine: Path, theirs: Path, path: str) -> MergedFile:
    """What comes of three versions of the file at a path, relative to the repository. Nothing is written.

    Raises:
        OSError: If a version cannot be read, or git cannot be asked to merge them as text.
    """
    versions = base.read_bytes(), mine.read_bytes(), theirs.read_bytes()
    kind = kind_of(path)
    notes: tuple[str, ...] = ()
    if kind is not None:
        try:
            merged = merge_lines(*versions, kind)
        except NotLines as error:
            notes = (f"{error}: the file is merged as text",)
        else:
            return MergedFile(merged.data, tuple(merged.conflicts), tuple(merged.notes))
    data, has_marks = _as_text(base, mine, theirs)
    if path.rpartition("/")[2] == _MANIFEST:
        return _manifest(versions, data, has_marks=has_marks)
    return MergedFile(data, notes=notes, has_marks=has_marks)


def _as_text(base: Path, mine: Path, theirs: Path) -> tuple[bytes, bool]:
    """What git makes of three versions, and whether it has marks where both sides changed the same lines."""
    labels = [word for name in ("this side", "base", "the other side") for word in ("-L", name)]
    files = [os.path.abspath(each) for each in (mine, base, theirs)]  # noqa: PTH100 - links are kept as they are
    ran = subprocess.run(["git", "merge-file", "-p", *labels, *files], capture_output=True, check=False)
    if ran.returncode < 0 or ran.returncode > 127:
        raise OSError("git cannot merge it as text; choose one side with `git checkout --ours` or `--theirs`")
    return ran.stdout, ran.returncode > 0


def _manifest(versions: tuple[bytes, bytes, bytes], text: bytes, *, has_marks: bool) -> MergedFile:
    """`corpus.toml` merged as text where that says what the tables say, and else table by table."""
    was, here, there = map(_parsed, versions)
    expected = _together(was, here, there) if was is not None and here is not None and there is not None else None
    if expected is None or here is None:
        if has_marks or _parsed(text) is not None:
            return MergedFile(text, has_marks=has_marks)
        # Two sides that add one table in two places make no line that both have changed.
        return MergedFile(text, (Conflict("", "the two sides together are not TOML: correct the file"),))
    if not has_marks and _parsed(text) == expected:
        return MergedFile(text)
    data = _tables(versions[1], versions[2], here, expected)
    if data is None:
        return MergedFile(
            text, (Conflict("", "the two sides could not be put together: correct the file"),), (), has_marks
        )
    return MergedFile(data)


def _parsed(data: bytes) -> dict[str, Any] | None:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def _tables(mine: bytes, theirs: bytes, here: Mapping[str, Any], expected: Mapping[str, Any]) -> bytes | None:
    """What is expected, in the form that this side gave it; nothing where that cannot be done."""
    import tomlkit

    document = tomlkit.parse(mine.decode("utf-8"))
    _apply(document, here, expected, tomlkit.parse(theirs.decode("utf-8")))
    data = document.as_string().encode("utf-8")
    return data if _parsed(data) == expected else None


def _together(was: Mapping[str, Any], here: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any] | None:
    """Tables merged key by key; nothing where both sides gave one key different values."""
    together: dict[str, Any] = {}
    for key in dict.fromkeys((*here, *there)):
        old, my, their = (each.get(key, _ABSENT) for each in (was, here, there))
        if their in (my, old):
            chosen = my
        elif my == old:
            chosen = their
        elif isinstance(my, dict) and isinstance(their, dict):
            chosen = _together(old if isinstance(old, dict) else {}, my, their)
            if chosen is None:
                return None
        else:
            return None
        if chosen is not _ABSENT:
            together[key] = chosen
    return together


def _apply(
    target: MutableMapping[str, Any], here: Mapping[str, Any], expected: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    """Changes this side's tables to what is expected, taking what is new from the other side as it stands there."""
    for key in here:
        if key not in expected:
            del target[key]
    for key, value in expected.items():
        if key not in here:
            target[key] = other[key]
        elif here[key] != value:
            if isinstance(value, dict) and isinstance(here[key], dict):
                _apply(target[key], here[key], value, other[key])
            else:
                target[key] = other[key]
