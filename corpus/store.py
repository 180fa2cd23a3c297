"""The one class that reads and writes a corpus's files.

Reading is strict and changes nothing. Writing makes a new file beside the old one, brings it to the disk, and puts it
in the old one's place, so that at every moment either the old or the new content is there, whole.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TypeVar

from pydantic import BaseModel, ValidationError

from corpus import codes, disk, jsonl, layers, place
from corpus.annotation_lines import AnnotationLines
from corpus.errors import InputRefused, NameUnknown, StoreBusy, StoreFailed
from corpus.layers import LayerFile, ParsedLayer
from schemas import Claim, Document, Entity, Finding, LabelSchema, LayerHeader, Severity

DOCUMENTS = place.DOCUMENTS
ENTITIES = "entities.jsonl"
CLAIMS = "claims.jsonl"
LAYERS = place.LAYERS
WORK = place.WORK

_NAME_LIMIT = 128
_PIECE = 1 << 18
_Record = TypeVar("_Record", bound=BaseModel)


class Store:
    """The files of the corpus in one folder.

    A file's *mark* is the digest of its bytes, or an empty string where there is none: whoever read a file can write it
    on condition that it is still the same.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # Reading

    def documents(self) -> list[Document]:
        """Every document, in the file's order.

        Raises:
            InputRefused: At the first line that is not one.
        """
        return self._records(DOCUMENTS, Document, limit=jsonl.DOCUMENT_LIMIT)

    def each_document(self) -> Iterator[Document]:
        """The same one after the other, none of which is kept: for a corpus of any size.

        Raises:
            InputRefused: At the first line that is not one.
        """
        stream = self._opened(DOCUMENTS)
        if stream is None:
            return
        try:
            with stream:
                yield from self._sound(parse_records(stream, DOCUMENTS, Document, limit=jsonl.DOCUMENT_LIMIT))
        except OSError as error:
            raise disk.failed(self.folder / DOCUMENTS, error, "read") from error

    def entities(self) -> list[Entity]:
        """Every entity; none where there is no such file."""
        return self.marked_entities()[0]

    def marked_entities(self) -> tuple[list[Entity], str]:
        """The same, with the mark of the file's bytes."""
        data = self.read_bytes(ENTITIES)
        return self._parsed(data, ENTITIES, Entity), mark_of(data)

    def claims(self) -> list[Claim]:
        """Every claim; none where there is no such file."""
        return self._records(CLAIMS, Claim)

    def layer_names(self) -> list[str]:
        """The layers that the folder holds, sorted."""
        return sorted(
            entry.name for entry in self._entries(self.folder / LAYERS) if entry.is_dir(follow_symlinks=False)
        )

    def layer_documents(self, layer: str) -> list[str]:
        """The documents that a layer has a file for, sorted."""
        names = (entry.name for entry in self._entries(self.folder / LAYERS / layer))
        return sorted(name.removesuffix(".jsonl") for name in names if name.endswith(".jsonl"))

    def layer(self, layer: str, document: str, schema: LabelSchema) -> LayerFile:
        """What a layer says about a document.

        Raises:
            NameUnknown: If the layer has no file for it.
            InputRefused: If the file is not as it must be; the message names the first fault.
        """
        return self.marked_layer(layer, document, schema)[0]

    def marked_layer(self, layer: str, document: str, schema: LabelSchema) -> tuple[LayerFile, str]:
        """The same, with the mark of the file's bytes."""
        file = self.layer_file(layer, document)
        data = self.read_bytes(file)
        if data is None:
            raise NameUnknown(f"layer {layer} has nothing about {document}", path=self.folder / file)
        parsed = layers.parse(data, schema, file)
        header = self._header(parsed, file)
        return LayerFile(layer, header, tuple(each for _, each in parsed.annotations)), mark_of(data)

    def marked_lines(self, layer: str, document: str, schema: LabelSchema) -> tuple[LayerFile, str]:
        """The same, with each annotation parsed only when it is looked at: for a layer that stays in memory."""
        file = self.layer_file(layer, document)
        data = self.read_bytes(file)
        if data is None:
            raise NameUnknown(f"layer {layer} has nothing about {document}", path=self.folder / file)
        parsed, lines = AnnotationLines.read(data, schema, file)
        header = self._header(parsed, file)
        annotations = tuple(each for _, each in parsed.annotations) if lines is None else lines
        return LayerFile(layer, header, annotations), mark_of(data)

    def _header(self, parsed: ParsedLayer, file: str) -> LayerHeader:
        """The header of a layer's file that is as it must be."""
        for finding in parsed.findings:
            if finding.severity is Severity.ERROR:
                raise InputRefused.by(finding, self.folder)
        if parsed.header is None:
            raise InputRefused.by(codes.HEADER.finding("the file has no header", file=file, line=1), self.folder)
        return parsed.header

    def layer_file(self, layer: str, document: str) -> str:
        """Where a layer's file for a document is, relative to the folder.

        Raises:
            InputRefused: If a name is not one that a file may have.
        """
        for name in (layer, document):
            check_name(name)
        return f"{LAYERS}/{layer}/{document}.jsonl"

    def read_bytes(self, file: str) -> bytes | None:
        """A file's bytes, or `None` where there is none. Symbolic links are not followed.

        Raises:
            StoreFailed: If it cannot be read.
        """
        stream = self._opened(file)
        if stream is None:
            return None
        try:
            with stream:
                return stream.read()
        except OSError as error:
            raise disk.failed(self.folder / file, error, "read") from error

    def mark(self, file: str) -> str:
        """The mark of a file's bytes, which are not kept in memory.

        Raises:
            StoreFailed: If it cannot be read.
        """
        stream = self._opened(file)
        if stream is None:
            return mark_of(None)
        try:
            with stream:
                return _digest(iter(lambda: stream.read(_PIECE), b""))
        except OSError as error:
            raise disk.failed(self.folder / file, error, "read") from error

    def signature(self, file: str) -> tuple[int, ...]:
        """What tells cheaply that a file may have been replaced or written: it is another one then; empty for none.

        Raises:
            StoreFailed: If it cannot be told.
        """
        try:
            about = (self.folder / file).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise disk.failed(self.folder / file, error, "read") from error
        return (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)

    def _opened(self, file: str) -> BinaryIO | None:
        """A file that can be read, or `None` where there is none."""
        path = self.folder / file
        try:
            self._refuse_links(path)
            return disk.opened(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise disk.failed(path, error, "read") from error

    def _records(self, file: str, model: type[_Record], limit: int | None = jsonl.LINE_LIMIT) -> list[_Record]:
        return self._parsed(self.read_bytes(file), file, model, limit)

    def _parsed(
        self, data: bytes | None, file: str, model: type[_Record], limit: int | None = jsonl.LINE_LIMIT
    ) -> list[_Record]:
        return list(self._sound(parse_records(data or b"", file, model, limit)))

    def _sound(self, records: Iterable[tuple[int, _Record] | Finding]) -> Iterator[_Record]:
        for found in records:
            if not isinstance(found, Finding):
                yield found[1]
            elif found.severity is Severity.ERROR:
                raise InputRefused.by(found, self.folder)

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                yield from (entry for entry in entries if not entry.name.startswith("."))
        except FileNotFoundError:
            return
        except OSError as error:
            raise disk.failed(folder, error, "read") from error

    def refuse_links(self, file: str) -> None:
        """Refuses a file that is reached by a symbolic link, or is one.

        Raises:
            StoreFailed: If it is.
        """
        try:
            self._refuse_links(self.folder / file / "x")
        except OSError as error:
            raise disk.failed(self.folder / file, error, "read") from error

    def _refuse_links(self, path: Path) -> None:
        """Refuses a symbolic link between the corpus folder and the file: git can deliver one that leads elsewhere."""
        folder = path.parent
        while folder not in (self.folder, folder.parent):
            if folder.is_symlink():
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder))
            folder = folder.parent

    # Writing

    def write_documents(self, documents: Iterable[Document]) -> None:
        """Replaces `documents.jsonl`."""
        self.write_bytes(DOCUMENTS, jsonl.render(each.model_dump(mode="json") for each in documents))

    def write_entities(self, entities: Iterable[Entity], expected: str | None = None) -> None:
        """Replaces `entities.jsonl`, sorted by id.

        Raises:
            StoreBusy: If `expected` is given and the file's mark is another one by now.
            StoreFailed: If the file system refuses; the old file is still there, whole.
        """
        ordered = sorted(entities, key=lambda entity: entity.id)
        self.write_bytes(ENTITIES, jsonl.render(each.model_dump(mode="json") for each in ordered), expected)

    def write_claims(self, claims: Iterable[Claim]) -> None:
        """Replaces `claims.jsonl`, sorted by id."""
        ordered = sorted(claims, key=lambda claim: claim.id)
        self.write_bytes(CLAIMS, jsonl.render(each.model_dump(mode="json") for each in ordered))

    def write_layer(self, layer_file: LayerFile, expected: str | None = None) -> str:
        """Replaces a layer's file, and gives the new mark.

        Raises:
            StoreBusy: If `expected` is given and the file's mark is another one by now.
            StoreFailed: If the file system refuses; the old file is still there, whole.
        """
        file = self.layer_file(layer_file.layer, layer_file.header.document)
        pieces = tuple(layers.pieces(layer_file.header, layer_file.annotations))
        if expected != mark_of(*pieces):
            return self._write(file, pieces, expected)
        with self.locked(file) as path:
            # It is there already; whoever wrote it may not have brought it to the disk.
            self._require_mark(file, expected)
            disk.sync(path)
        return expected

    def write_bytes(self, file: str, data: bytes, expected: str | None = None) -> str:
        """Puts new content in a file's place, and gives its mark."""
        return self._write(file, (data,), expected)

    def _write(self, file: str, pieces: Sequence[bytes | memoryview], expected: str | None) -> str:
        """The same for content in pieces. Everything that writes comes through here."""
        with self.locked(file) as path:
            self._require_mark(file, expected)
            disk.replace(path, *pieces)
        return mark_of(*pieces)

    @contextlib.contextmanager
    def locked(self, file: str) -> Iterator[Path]:
        """Holds a folder's lock while a file in it is made, compared or replaced; the folder is there then.

        Raises:
            StoreFailed: If the file system refuses, here or inside.
        """
        path = self.folder / file
        try:
            self._refuse_links(path)
            disk.make_folders(path.parent)
            with disk.locked(path.parent):
                yield path
        except OSError as error:
            raise self.failed(file, error) from error

    def failed(self, file: str, error: OSError, verb: str = "written") -> StoreFailed:
        """What is said where the file system refuses."""
        return disk.failed(self.folder / file, error, verb)

    def append(self, file: str, lines: bytes) -> None:
        """Puts whole lines at the end of a file of the work folder; what a crash left of a line is ended first.

        Raises:
            StoreFailed: If the file system refuses; then a part of the lines may be there.
        """
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with self.locked(file) as path:
            descriptor = os.open(path, flags, 0o644)
            try:
                size = os.fstat(descriptor).st_size
                is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
                disk.write_all(descriptor, b"\n" + lines if is_torn else lines)
            finally:
                os.close(descriptor)

    def make_folder(self, name: str) -> None:
        """Makes a folder in the corpus, if it is not there."""
        try:
            disk.make_folders(self.folder / name)
        except OSError as error:
            raise disk.failed(self.folder / name, error, "written") from error

    def sweep(self, folder: str) -> None:
        """Removes what writers that were killed left in a folder between a temporary file and its renaming."""
        if not disk.temporaries(self.folder / folder):
            return
        # Whoever writes holds the lock while its temporary file is there: with the lock held, none belongs to anybody.
        with self.locked(f"{folder}/x") as path:
            for left in disk.temporaries(path.parent):
                left.unlink(missing_ok=True)
            disk.sync_folder(path.parent)

    def remove(self, file: str, expected: str | None = None) -> None:
        """Removes a file of the work folder, if it is there.

        Raises:
            StoreBusy: If `expected` is given and the file's mark is another one by now.
            StoreFailed: If the file system refuses.
        """
        path = self.folder / file
        try:
            self._refuse_links(path)
            with disk.locked(path.parent):
                self._require_mark(file, expected)
                if path.exists():
                    path.unlink()
                    # Otherwise a power cut may bring back what was removed.
                    disk.sync_folder(path.parent)
        except FileNotFoundError:
            self._require_mark(file, expected)
        except OSError as error:
            raise disk.failed(path, error, "removed") from error

    def _require_mark(self, file: str, expected: str | None) -> None:
        if expected is not None and self.mark(file) != expected:
            raise StoreBusy(
                "the file has changed on disk since it was read",
                path=self.folder / file,
                code=codes.CHANGED.code,
                help=codes.CHANGED.help,
            )


def parse_records(
    data: bytes | BinaryIO, file: str, model: type[_Record], limit: int | None = jsonl.LINE_LIMIT
) -> Iterator[tuple[int, _Record] | Finding]:
    """The records of a file with their line numbers, and findings about what is wrong with its lines."""
    for line in jsonl.split_stream(BytesIO(data) if isinstance(data, bytes) else data, file, limit):
        if isinstance(line, Finding):
            yield line
            continue
        found = list(jsonl.faults(line, file))
        try:
            record = model.model_validate_json(line.data, strict=True)
        except ValidationError as error:
            found = found or layers.invalid(error, codes.RECORD, file, line.number)
            document = layers.id_in(line.data) if model is Document else None
            yield from (each.at(document=document) for each in found)
        else:
            yield from found
            yield line.number, record


def mark_of(*pieces: bytes | memoryview | None) -> str:
    """The mark of a file's bytes: their digest, or an empty string where there is no file."""
    return "" if pieces == (None,) else _digest(each for each in pieces if each is not None)


def _digest(pieces: Iterable[bytes | memoryview]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def check_name(name: str) -> None:
    """Refuses a name that is not safe as a file name.

    Raises:
        InputRefused: If it has other characters than letters, digits, `.`, `_`, `-`, begins or ends with a point, is
            too long, or is reserved on some system.
    """
    safe = name.replace(".", "").replace("_", "").replace("-", "")
    reserved = name.split(".", maxsplit=1)[0].upper() in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
    if (
        not safe.isascii()
        or not safe.isalnum()
        or name[0] in ".-_"
        or name[-1] == "."
        or ".." in name
        or len(name) > _NAME_LIMIT
        or reserved
    ):
        raise InputRefused(f"{name!r} is not a name that a file may have", code=codes.NAME.code, help=codes.NAME.help)
