"""What a branch touched in a corpus, and what depends on it: the part that a check has to look at again."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from corpus import codes, known, manifest
from corpus.errors import InputRefused, RepositoryMissing, SchemaUnavailable, StoreFailed
from corpus.git import Repository
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS, Store
from schemas import Finding

NOTHING = frozenset({""})
"""What no document and no layer is called: with it as a filter, a check reads none of them."""

_FILES = (manifest.FILE, known.FILE, DOCUMENTS, ENTITIES, CLAIMS)
_WHOLE = frozenset({manifest.FILE, known.FILE, ENTITIES})
"""The files on which every layer may depend."""

_ID = re.compile(rb'"id"\s*:\s*"([A-Za-z0-9_-]+)"')


@dataclass(frozen=True, slots=True)
class Touched:
    """What differs from a revision."""

    everything: bool = False
    """Whether something differs on which all else depends."""
    files: frozenset[str] = frozenset()
    """The files that were added, changed or removed, relative to the folder of the corpus."""
    documents: frozenset[str] = frozenset()
    """The documents whose record or raw file differs."""
    layers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By layer, the documents for which its file differs."""
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By layer, the ids in those files: each may be there once in the layer."""
    same_ids: frozenset[str] = frozenset()
    """Documents whose untouched file of such a layer has one of these ids too."""
    gold: str | None = None

    def scope(self, layers: Iterable[str] = (), documents: Iterable[str] = ()) -> tuple[frozenset[str], frozenset[str]]:
        """The layers and documents that a check has to read, of those that are asked for; none given means all."""
        asked_layers, asked_documents = frozenset(layers), frozenset(documents)
        if self.everything:
            return asked_layers, asked_documents
        within = self.documents.union(self.same_ids, *self.layers.values())
        # A document's record says what every layer's offsets count in.
        read_layers = asked_layers if self.documents else _both(frozenset(self.layers), asked_layers)
        return read_layers, _both(within, asked_documents)

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is about what was touched, or about what depends on it."""
        if self.everything:
            return True
        name, layer = finding.document, finding.layer
        if name is None:
            return finding.file is None or finding.file == manifest.FILE or self._has_touched(finding.file)
        if name in self.documents:
            return True
        if finding.file == CLAIMS:
            return CLAIMS in self.files or name in self.layers.get(self.gold or "", ())
        if layer is None:
            return False
        is_same_id = finding.code == codes.ID_DUP.code and finding.annotation in self.ids.get(layer, ())
        return name in self.layers.get(layer, ()) or is_same_id

    def _has_touched(self, file: str) -> bool:
        """Whether a file differs, or one beside which its name may not be there."""
        folder = file.rpartition("/")[0]
        return file in self.files or (folder != "" and any(each.startswith(f"{folder}/") for each in self.files))


def since(folder: Path, revision: str, schema: str | None = None) -> Touched:
    """What differs in a corpus's folder from where its branch parted from a revision, committed or not.

    Args:
        folder: The folder of the corpus.
        revision: A branch, a tag or a commit. Where no common ancestor is known here, it is compared with itself.
        schema: The schema in place of the one that `corpus.toml` names.

    Raises:
        RepositoryMissing: If the folder is in no git repository.
        NameUnknown: If there is no such revision.
    """
    repository = Repository.around(folder)
    return _Comparison(repository, _parting(repository, revision), folder.resolve()).touched(schema)


def known_before(folder: Path, revision: str) -> bytes | None:
    """The list of known findings as it was where the branch parted from a revision; nothing where there was none.

    Raises:
        RepositoryMissing: If the folder is in no git repository.
        NameUnknown: If there is no such revision.
    """
    repository = Repository.around(folder)
    content = _Comparison(repository, _parting(repository, revision), folder.resolve()).before.get(known.FILE)
    return None if content is None else repository.contents([content])[content]


def file_differs(path: Path, revision: str) -> bool:
    """Whether one file, or code that has been loaded, differs from where the branch parted from a revision.

    Raises:
        RepositoryMissing: If the file is in no git repository.
        NameUnknown: If there is no such revision.
    """
    repository = Repository.around(path.parent)
    return _Comparison(repository, _parting(repository, revision), path.parent.resolve()).file_differs(path)


def _parting(repository: Repository, revision: str) -> str:
    """The commit at which the branch parted from a revision; the revision itself where none is known here."""
    named = repository.commit(revision)
    return repository.merge_base(named, repository.commit("HEAD")) or named


class _Comparison:
    """One commit against a folder's files."""

    def __init__(self, repository: Repository, commit: str, folder: Path) -> None:
        self.repository = repository
        self.commit = commit
        self.folder = folder

    @cached_property
    def before(self) -> Mapping[str, str]:
        """The files that the commit has in the folder, relative to it."""
        within = self.repository.within(self.folder)
        return _below(self.repository.files(self.commit, [within]), within)

    def touched(self, schema: str | None) -> Touched:
        files = frozenset(name for name in {*self.before, *self._there()} if self._differs(name))
        files = frozenset(name for name in files if name in _FILES or name.startswith(f"{LAYERS}/"))
        try:
            about = manifest.read(self.folder)
            manifest.load_schema(schema or about.schema_path, self.folder, trusted=schema is not None)
        except (InputRefused, SchemaUnavailable, StoreFailed):
            return Touched(everything=True, files=files)
        documents = self._documents(about.raw)
        if files & _WHOLE or documents is None or self._code_differs():
            return Touched(everything=True, files=files)
        layers: dict[str, set[str]] = {}
        for name in files:
            parts = name.split("/")
            if len(parts) > 2:
                documents_of = layers.setdefault(parts[1], set())
                if len(parts) == 3 and name.endswith(".jsonl"):
                    documents_of.add(parts[2].removesuffix(".jsonl"))
        ids = {layer: self._ids(layer, names) for layer, names in layers.items()}
        return Touched(
            files=files,
            documents=documents,
            layers={layer: frozenset(names) for layer, names in layers.items()},
            ids=ids,
            same_ids=frozenset(name for layer, names in layers.items() for name in self._twins(layer, names, ids)),
            gold=about.gold,
        )

    def file_differs(self, path: Path) -> bool:
        within = self.repository.within(path)
        before = self.repository.files(self.commit, [within]).get(within)
        return before is None or _content_id(path, before) != before or self._code_differs()

    def _there(self) -> Iterator[str]:
        """The files of the corpus that the folder holds, whatever they are."""
        yield from (name for name in _FILES if os.path.lexists(self.folder / name))
        yield from (f"{LAYERS}/{name}" for name in _walk(self.folder / LAYERS))

    def _differs(self, name: str) -> bool:
        before = self.before.get(name)
        return before is None or _content_id(self.folder / name, before) != before

    def _code_differs(self) -> bool:
        """Whether a module that has been loaded differs: the schema's, what it imports, or the check's own."""
        paths = {self.repository.within(path): path for path in _loaded(self.repository.folder)}
        before = self.repository.files(self.commit, paths)
        folder = self.folder.resolve()
        for name, path in paths.items():
            # What the commit does not have is new beside the corpus, or is installed in a folder that git ignores.
            is_new = name not in before and path.is_relative_to(folder)
            if is_new or (name in before and _content_id(path, before[name]) != before[name]):
                return True
        return False

    def _documents(self, raw: str | None) -> frozenset[str] | None:
        """The documents whose line or raw file differs; nothing where a line does not say whose it is."""
        try:
            now = Store(self.folder).read_bytes(DOCUMENTS) or b""
        except StoreFailed:
            return None
        before = self.before.get(DOCUMENTS)
        old = self.repository.contents([before])[before] if before is not None else b""
        # Counted, since a line that is there twice is a document that is there twice.
        lines, old_lines = Counter(now.split(b"\n")), Counter(old.split(b"\n"))
        sources = self._raw_files(raw) if raw is not None else frozenset[str]()
        ids: set[str] = set()
        for line in lines | old_lines:
            differs = lines[line] != old_lines[line]
            if not line or not (differs or sources):
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                return None
            if not isinstance(record, dict) or not isinstance(record.get("id"), str):
                return None
            if differs or record.get("source") in sources:
                ids.add(record["id"])
        return frozenset(ids)

    def _raw_files(self, raw: str) -> frozenset[str]:
        """The raw files that differ, relative to their folder; none where git does not keep them."""
        folder = self.folder / raw
        try:
            within = self.repository.within(folder.resolve())
        except RepositoryMissing:
            return frozenset()
        before = _below(self.repository.files(self.commit, [within]), within)
        changed = {name for name, content in before.items() if _content_id(folder / name, content) != content}
        return frozenset(changed.union(set(_walk(folder)) - before.keys() if before else ()))

    def _ids(self, layer: str, documents: Iterable[str]) -> frozenset[str]:
        return frozenset(each.decode() for name in documents for each in _ID.findall(self._data(layer, name)))

    def _twins(self, layer: str, touched: set[str], ids: Mapping[str, frozenset[str]]) -> Iterator[str]:
        """The documents that were not touched whose file has one of the ids."""
        wanted = {each.encode() for each in ids[layer]}
        for name in Store(self.folder).layer_documents(layer) if wanted else ():
            if name not in touched and not wanted.isdisjoint(_ID.findall(self._data(layer, name))):
                yield name

    def _data(self, layer: str, document: str) -> bytes:
        """What a layer's file holds; nothing where it cannot be read, which the check itself will say."""
        try:
            return Store(self.folder).read_bytes(f"{LAYERS}/{layer}/{document}.jsonl") or b""
        except StoreFailed:
            return b""


def _both(names: frozenset[str], asked: frozenset[str]) -> frozenset[str]:
    """The names that are asked for; where none is left, one that nothing has."""
    return (names & asked if asked else names) or NOTHING


def _below(files: Mapping[str, str], folder: str) -> dict[str, str]:
    """The files below a folder, relative to it."""
    prefix = "" if folder == "." else f"{folder}/"
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def _walk(folder: Path) -> Iterator[str]:
    """Everything below a folder that is no folder, relative to it; links are named and not followed."""
    for place, folders, names in os.walk(folder):
        for name in (*names, *folders):
            path = Path(place, name)
            if name in names or path.is_symlink():
                yield path.relative_to(folder).as_posix()


def _loaded(folder: Path) -> Iterator[Path]:
    """The files below a folder from which modules have been loaded."""
    real: dict[str, Path] = {}
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str):
            place, name = os.path.split(file)
            if place not in real:
                real[place] = Path(place).resolve()
            if real[place].is_relative_to(folder):
                yield real[place] / name


def _content_id(path: Path, like: str) -> str | None:
    """The id that git would give a file's content; nothing where it is no regular file that can be read."""
    try:
        return Repository.id_of(path.read_bytes(), like) if stat.S_ISREG(path.lstat().st_mode) else None
    except OSError:
        return None
