"""Where findings are: paths as a reader or a machine knows them, and the words in a document's text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from annotator.reports.report import Found
from corpus import manifest
from corpus.annotation_check import shortened
from corpus.errors import CorpusError, StoreFailed
from corpus.store import DOCUMENTS, Store

_LINE = re.compile(rb'^\{"id":"([^"\\]*)"', re.MULTILINE)


def from_here(path: Path) -> str:
    """A path as a person types it: from the current folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class Repositories:
    """Paths as a forge knows them: from the top folder of the repository, whose checkout may lie anywhere."""

    def __init__(self) -> None:
        self._tops: dict[Path, Path] = {}

    def relative(self, path: Path) -> str:
        """A path from the top of its repository; from the current folder where there is no repository."""
        top = self._top(path.parent)
        return (path.relative_to(top) if path.is_relative_to(top) else path).as_posix()

    def name(self, folder: Path) -> str:
        """A folder from the top of its repository; its own name where it is the top."""
        top = self._top(folder)
        return folder.name if folder == top else self.relative(folder)

    def _top(self, folder: Path) -> Path:
        if folder not in self._tops:
            around = (each for each in (folder, *folder.parents) if (each / ".git").exists())
            self._tops[folder] = next(around, Path.cwd())
        return self._tops[folder]


@dataclass(frozen=True, slots=True)
class Source:
    """A document's raw file, whose content is the document's text."""

    path: Path
    text: str


class Texts:
    """The texts of corpora's documents, read only when a finding names a place in one."""

    def __init__(self) -> None:
        self._files: dict[Path, bytes] = {}
        self._lines: dict[Path, dict[str, int]] = {}
        self._last: tuple[Path, str, dict[str, object]] | None = None
        self._raw: dict[Path, Path | None] = {}

    def words(self, found: Found) -> str | None:
        """What stands from a finding's start to its end; nothing where it has none, or the text cannot be had."""
        finding = found.finding
        if finding.start is None or finding.end is None:
            return None
        text = self._record(found).get("text")
        return text[finding.start : finding.end] or None if isinstance(text, str) else None

    def source(self, found: Found) -> Source | None:
        """The raw file of the document that a finding is about, where it is at hand and holds the same text."""
        record = self._record(found)
        name, text = record.get("source"), record.get("text")
        if found.folder is None or not isinstance(name, str) or not isinstance(text, str):
            return None
        raw = self._raw_folder(found.folder)
        if raw is None or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            return None
        path = raw / name
        try:
            same = path.read_bytes() == text.encode("utf-8")
        except (OSError, ValueError):
            return None
        return Source(path, text) if same else None

    def _record(self, found: Found) -> dict[str, object]:
        """The record of a finding's document; an empty one where it cannot be had. The last one is kept."""
        folder, name = found.folder, found.finding.document
        if folder is None or name is None:
            return {}
        if self._last is None or self._last[:2] != (folder, name):
            self._last = (folder, name, self._read(folder, name))
        return self._last[2]

    def _read(self, folder: Path, name: str) -> dict[str, object]:
        if folder not in self._files:
            try:
                data = Store(folder).read_bytes(DOCUMENTS) or b""
            except StoreFailed:
                data = b""
            self._files[folder] = data
            self._lines[folder] = {found[1].decode("utf-8", "replace"): found.start() for found in _LINE.finditer(data)}
        start = self._lines[folder].get(name)
        if start is None:
            return {}
        data = self._files[folder]
        end = data.find(b"\n", start)
        try:
            record = json.loads(data[start : end if end >= 0 else len(data)])
        except (ValueError, RecursionError):
            return {}
        return record if isinstance(record, dict) else {}

    def _raw_folder(self, folder: Path) -> Path | None:
        if folder not in self._raw:
            try:
                raw = manifest.read(folder).raw
            except CorpusError:
                raw = None
            self._raw[folder] = (folder / raw).resolve() if raw is not None else None
        return self._raw[folder]


def described(found: Found, words: str | None) -> str:
    """What is wrong, with what it is about: the annotation, its words, and the place in the document's text."""
    finding = found.finding
    pieces = []
    if finding.annotation is not None:
        pieces.append(f"annotation {finding.annotation}")
    if words is not None and f"“{shortened(words)}”" not in finding.message:
        pieces.append(f"“{shortened(words)}”")
    if finding.document is not None:
        place = f"[{finding.start}, {finding.end}) of " if finding.start is not None else ""
        pieces.append(f"{place}{finding.document}")
    return f"{finding.message} ({', '.join(pieces)})" if pieces else finding.message
