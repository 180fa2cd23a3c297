"""Raw files into documents: what is text is kept byte for byte, what is not is refused, and nothing is changed.

Offsets count the code points of exactly what the file holds: a byte order mark, carriage returns, separators and
control characters count as well. What is unusual is reported, so that nobody is surprised by it later.
"""

from __future__ import annotations

import datetime
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from corpus import codes, jsonl
from corpus.errors import InputRefused, StoreFailed
from corpus.record_check import SIZE_LIMIT
from corpus.store import DOCUMENTS, Store, check_name, mark_of, parse_records
from corpus.zoning import propose
from schemas import Document, Finding, Rule, Severity, digest

LINE_LIMIT = 100_000
"""The most code points that a line has without being reported."""

_REPORTED: tuple[tuple[Rule, str, str], ...] = (
    (codes.DOC_BOM, r"\A\ufeff", "byte order mark at the beginning"),
    (codes.DOC_CRLF, r"\r\n?", "carriage return"),
    (codes.DOC_SEPARATOR, r"[\v\f\x1c-\x1e\x85\u2028\u2029]", "line separator that is not \\n"),
    (codes.DOC_CONTROL, r"[\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]", "control character"),
    (
        codes.BIDI,
        r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\U000e0000-\U000e007f]|(?!\A)\ufeff",
        "character that reorders or hides text",
    ),
    (codes.DOC_LINE, rf"(?m)^[^\n]{{{LINE_LIMIT + 1},}}", f"line of more than {LINE_LIMIT:,} code points"),
    (
        codes.DOC_CLUSTER,
        r"[\p{M}\u200c\u200d\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]",
        "mark or joiner that is read together with what it stands at",
    ),
    (codes.DOC_RTL, r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]+", "word written from right to left"),
)
"""What is reported, by pattern; a finding of each is about its first place."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class RawText:
    """A file that is text: its bytes, and what they decode to."""

    path: Path
    data: bytes
    text: str


def read(path: Path) -> RawText:
    """The text of a file, exactly.

    Raises:
        InputRefused: If it is not a file (a symbolic link, a folder, a pipe), is too large, is not UTF-8, holds a NUL,
            or holds nothing but blanks. The message names the line and the byte.
        StoreFailed: If it is not there or cannot be read.
    """
    data = _bytes(path)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, data, error) from error
    nul = data.find(0)
    if nul >= 0:
        line, byte = _place(data, nul)
        raise _refused(codes.DOC_BINARY, f"byte {byte} of the line is NUL, so this is not a text", path, line)
    if not text.removeprefix("\ufeff").strip():
        raise _refused(codes.DOC_EMPTY, "the file is empty" if not data else "the file holds nothing but blanks", path)
    return RawText(path, data, text)


def _bytes(path: Path) -> bytes:
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _refused(
                codes.SYMLINK, "it is a symbolic link", path, help="Name the file that it leads to"
            ) from error
        raise StoreFailed(
            f"it cannot be read: {error.strerror}", path=path, code="E-STORE", help="Look at the name and permissions"
        ) from error
    try:
        about = os.fstat(descriptor)
        if stat.S_ISDIR(about.st_mode):
            raise _refused(codes.DOC_FILE, "it is a folder", path)
        if not stat.S_ISREG(about.st_mode):
            raise _refused(codes.DOC_FILE, "it is a pipe or a device, not a file", path)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise StoreFailed(
            f"it cannot be read: {error.strerror}", path=path, code="E-STORE", help="Look at the disk"
        ) from error
    finally:
        os.close(descriptor)
    if len(data) > SIZE_LIMIT:
        size = max(about.st_size, len(data))
        raise _refused(codes.DOC_LARGE, f"the file has {size / 1e6:,.1f} MB", path)
    return data


def _not_utf8(path: Path, data: bytes, error: UnicodeDecodeError) -> InputRefused:
    line, byte = _place(data, error.start)
    what = f"byte {byte} of the line (0x{data[error.start]:02X}) is not UTF-8"
    convert = "Convert it, for instance: iconv -f {} -t UTF-8 FILE > NEWFILE; nothing was added"
    if data.startswith(_UTF16_MARKS):
        return _refused(codes.UTF8, f"{what}; the file looks like UTF-16", path, line, convert.format("UTF-16"))
    if data[error.start] == 0xED and data[error.start + 1 : error.start + 2] >= b"\xa0":
        return _refused(
            codes.UTF8,
            f"{what}: half of a surrogate pair, as CESU-8 has it",
            path,
            line,
            "Have the program that wrote it write UTF-8; nothing was added",
        )
    if b"\0" in data:
        return _refused(codes.DOC_BINARY, f"{what}, and the file has NUL bytes: it is not a text", path, line)
    return _refused(codes.UTF8, what, path, line, convert.format("WINDOWS-1252"))


def _place(data: bytes, position: int) -> tuple[int, int]:
    """The line of a byte and its place in the line, both counted from 1."""
    return data.count(b"\n", 0, position) + 1, position - data.rfind(b"\n", 0, position)


def _refused(rule: Rule, what: str, path: Path, line: int | None = None, help: str = "") -> InputRefused:
    return InputRefused(what, path=path, line=line, code=rule.code, help=help or rule.help.rstrip("."))


def id_for(path: Path, length: int | None = None) -> str:
    """The id that a file's name gives: the name without its last ending, or that many characters of it.

    Raises:
        InputRefused: If that is not safe as an id; no character is replaced in silence.
    """
    name = path.stem if length is None else path.stem[:length]
    try:
        check_name(name)
    except InputRefused as error:
        raise InputRefused(
            f"the file's name gives no id: {name!r} has other characters than letters, digits, `.`, `_` and `-`, "
            "begins or ends with a point, is too long, or is reserved",
            path=path,
            code=codes.NAME.code,
            help="Give one with --id",
        ) from error
    return name


def make_document(
    raw: RawText,
    id: str,
    *,
    source: str | None = None,
    title: str | None = None,
    publisher: str | None = None,
    date: datetime.date | None = None,
    language: str | None = None,
) -> Document:
    """The document that a file's text makes, with the zones that the rules propose.

    The title is the one given, or else the words of the title's zone.

    Raises:
        InputRefused: If the id or the language is not as it must be.
    """
    check_name(id)
    zones = propose(raw.text)
    if title is None:
        words = next((raw.text[zone.start : zone.end] for zone in zones if zone.kind == "title"), None)
        title = " ".join(words.split()) if words else None
    try:
        return Document(
            id=id,
            text=raw.text,
            sha256=digest(raw.data),
            title=title,
            publisher=publisher,
            date=date,
            language=language,
            source=source,
            zones=zones,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise InputRefused(
            f"{field}: {first['msg']}, not {first['input']!r}", path=raw.path, code=codes.RECORD.code
        ) from error


def source_of(path: Path, raw_folder: Path | None) -> str:
    """How a document names its file: relative to the folder of the raw documents if it lies there, else its name."""
    if raw_folder is not None:
        place = path.resolve()
        if place.is_relative_to(raw_folder.resolve()):
            return place.relative_to(raw_folder.resolve()).as_posix()
    return path.name


def findings(document: Document) -> Iterator[Finding]:
    """What is unusual in a document's text, one finding for each sort, at the first place where it occurs."""
    import regex

    for rule, pattern, what in _REPORTED:
        places = [match.span() for match in regex.finditer(pattern, document.text)]
        if not places:
            continue
        start, end = places[0]
        times = "" if len(places) == 1 else f", {len(places):,} times"
        yield rule.finding(
            f"{what}{times}; kept as it is",
            document=document.id,
            file=document.source,
            line=document.text.count("\n", 0, start) + 1,
            start=start,
            end=end,
        )


def refusals(documents: Sequence[Document], there: Iterable[Document]) -> Iterator[InputRefused]:
    """Why documents cannot be added beside those that are there: each whose id is taken."""
    taken = {document.id.casefold(): document for document in there}
    for document in documents:
        other = taken.setdefault(document.id.casefold(), document)
        if other is document:
            continue
        if (other.id, other.sha256) == (document.id, document.sha256):
            what, way_out = f"{document.id} is already there, with the same text", "Leave it out"
        elif other.id == document.id:
            what, way_out = f"the id {document.id!r} is taken by another text", "Give another id with --id"
        else:
            what, way_out = (
                f"the id {document.id!r} differs from {other.id!r} only in case",
                "Give another id with --id",
            )
        yield InputRefused(what, path=document.source, code=codes.DOC_DUP.code, help=f"{way_out}; nothing was added")


def repetitions(documents: Sequence[Document], there: Iterable[Document]) -> Iterator[Finding]:
    """Texts that are added under one id and there, or added as well, under another one."""
    seen = {document.sha256: document.id for document in there}
    for document in documents:
        first = seen.setdefault(document.sha256, document.id)
        if first != document.id:
            yield codes.DOC_SAME.finding(f"the same text as {first}", document=document.id, file=document.source)


def add(store: Store, documents: Sequence[Document]) -> None:
    """Puts documents behind those that are there, all of them or none, in one write; lines that are there stay as is.

    Raises:
        InputRefused: If an id is taken, or `documents.jsonl` is not as it must be.
        StoreBusy: If somebody else has changed the file meanwhile.
        StoreFailed: If the file system refuses.
    """
    data = store.read_bytes(DOCUMENTS)
    there = []
    for found in parse_records(data or b"", DOCUMENTS, Document, limit=jsonl.DOCUMENT_LIMIT):
        if not isinstance(found, Finding):
            there.append(found[1])
        elif found.severity is Severity.ERROR:
            raise InputRefused.by(found, store.folder)
    for refusal in refusals(documents, there):
        raise refusal
    lines = jsonl.render(document.model_dump(mode="json") for document in documents)
    store.write_bytes(DOCUMENTS, (data or b"") + lines, mark_of(data))
