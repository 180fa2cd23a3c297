"""The check of what holds for a whole corpus: its documents, entities and claims."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Container, Iterator
from pathlib import Path, PurePosixPath

from corpus import codes
from corpus.annotation_check import shortened
from corpus.clusters import beyond_ascii
from corpus.errors import InputRefused
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, check_name
from corpus.three_way import is_other, original_id
from schemas import Claim, Document, Entity, Finding, LabelSchema, LayerHeader, Rule, Status, digest

_REORDERING = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\U000e0000-\U000e007f]|(?!\\A)\ufeff"
)
"""Bidirectional controls, blanks without width, and tags, which spell words that no screen shows."""

SIZE_LIMIT = 50 * 1000 * 1000
"""The most bytes that a text may have."""

_RAW_LIMIT = 64 * 1024 * 1024
"""The most bytes of a raw file that are read."""


def check_text(document: Document, file: str, line: int) -> Iterator[Finding]:
    """What is wrong with the text of one document, wherever it is kept."""
    place = {"document": document.id, "file": file, "line": line}
    text = document.text
    data = text.encode("utf-8")
    if len(data) > SIZE_LIMIT:
        yield codes.DOC_LARGE.finding(f"the text has {len(data) / 1e6:,.1f} MB", **place)
    actual = digest(data)
    if actual != document.sha256:
        yield codes.DOC_HASH.finding(f"the text has the digest {actual[:12]}…, not {document.sha256[:12]}…", **place)
    # Whatever is looked for here is not printable, and this is seen ten times as fast as the pattern is searched.
    if text.isascii() or beyond_ascii(text, data).isprintable():
        return
    if text.startswith("\ufeff"):
        yield codes.DOC_BOM.finding("the text begins with U+FEFF", start=0, end=1, **place)
    found = _REORDERING.search(text)
    if found is not None:
        count = sum(1 for _ in _REORDERING.finditer(text))
        yield codes.BIDI.finding(
            f"U+{ord(found.group()):04X} at {found.start()}" + (f", and {count - 1} more" if count > 1 else ""),
            start=found.start(),
            end=found.end(),
            **place,
        )


class DocumentRecords:
    """Checks documents one after another, and remembers which ids there were."""

    def __init__(self, file: str = DOCUMENTS, raw: Path | None = None) -> None:
        self._file = file
        self._raw = raw
        self._lines: dict[str, int] = {}
        self._folded: dict[str, str] = {}

    def check(self, document: Document, line: int) -> Iterator[Finding]:
        """What is wrong with the record of a document, alone and beside those before it."""
        place = {"document": document.id, "file": self._file, "line": line}
        before = self._lines.setdefault(document.id, line)
        if before != line:
            yield codes.DOC_DUP.finding(f"the document {document.id} is on line {before} too", **place)
        else:
            yield from name_faults(document.id, self._file, line)
            yield from (each.at(document=document.id) for each in _conflict(document.id, self._file, line))
            other = self._folded.setdefault(document.id.casefold(), document.id)
            if other != document.id:
                yield codes.NAME.finding(f"{document.id} differs from {other} in case only", **place)
        yield from check_text(document, self._file, line)
        if self._raw is not None and document.source is not None:
            yield from self._against_raw(document, self._raw, line)

    def _against_raw(self, document: Document, raw: Path, line: int) -> Iterator[Finding]:
        source = PurePosixPath(document.source or "")
        if source.is_absolute() or ".." in source.parts:
            message: str | None = "leads out of the folder of the raw documents"
        elif _has_link(raw, source):
            message = "lies behind a symbolic link"
        else:
            message = _difference(raw / source, document)
        if message is not None:
            what = f"the raw file {shortened(str(source))} {message}"
            yield codes.DOC_RAW.finding(what, document=document.id, file=self._file, line=line)


def _has_link(folder: Path, path: PurePosixPath) -> bool:
    """Whether a folder on the way to a file is a link: what git delivers may lead anywhere."""
    try:
        return any((folder / each).is_symlink() for each in path.parents)
    except (OSError, ValueError):
        return False


def _difference(path: Path, document: Document) -> str | None:
    """How a raw file differs from the document that was read from it, in words."""
    try:
        about = path.lstat()
        # Neither a link nor a device is read: what git delivers may lead anywhere.
        if not stat.S_ISREG(about.st_mode):
            return "is no regular file"
        if about.st_size > _RAW_LIMIT:
            return f"has {about.st_size:,} bytes, more than any document"
        actual = digest(path.read_bytes())
    except (OSError, ValueError) as error:
        return f"cannot be read: {error.strerror if isinstance(error, OSError) else error}"
    return None if actual == document.sha256 else f"has the digest {actual[:12]}…, not {document.sha256[:12]}…"


def name_faults(name: str, file: str, line: int | None = None) -> Iterator[Finding]:
    """Whether a name is one that a file may have on every system."""
    try:
        check_name(name)
    except InputRefused as error:
        yield codes.NAME.finding(error.what, file=file, line=line)


def check_header(header: LayerHeader, document: Document, schema: LabelSchema) -> Iterator[tuple[Rule, str]]:
    """Where a header differs from the document that it stands with and from the schema."""
    if header.sha256 != document.sha256:
        yield codes.HEADER_HASH, f"the header has {header.sha256[:12]}…, the document {document.sha256[:12]}…"
    if header.schema_id != schema.id:
        name, version = header.schema_id.split("@")
        is_newer = name == schema.name and _numbers(version) > _numbers(schema.version)
        rule = codes.SCHEMA_NEWER if is_newer else codes.HEADER_SCHEMA
        yield rule, f"the header names {header.schema_id}, the schema is {schema.id}"
    if header.status is not Status.DONE:
        yield codes.LAYER_OPEN, f"the document is {header.status}"


def _conflict(name: str, file: str, line: int) -> Iterator[Finding]:
    """Whether a record is one that a merge kept beside another version of it."""
    if is_other(name):
        message = f"{name} is the other side's version of {original_id(name)}, kept by a merge"
        yield codes.CONFLICT.finding(message, file=file, line=line)


def _numbers(version: str) -> tuple[int, ...]:
    """A version's numbers; those of more than twenty digits count as no version that was ever given."""
    parts = version.split(".")
    return tuple(map(int, parts)) if all(len(part) <= 20 for part in parts) else ()


def check_entity(entity: Entity, line: int, kinds: tuple[str, ...], lines: dict[str, int]) -> Iterator[Finding]:
    """What is wrong with an entity's record; `lines` has those before it, and takes this one in."""
    yield from _conflict(entity.id, ENTITIES, line)
    before = lines.setdefault(entity.id, line)
    if before != line:
        yield codes.ENTITY_DUP.finding(f"the entity {entity.id} is on line {before} too", file=ENTITIES, line=line)
    if kinds and entity.kind not in kinds:
        message = f"{entity.id} is of kind {entity.kind!r}, which is none of {', '.join(kinds)}"
        yield codes.ENTITY_RECORD_KIND.finding(message, file=ENTITIES, line=line)


def check_claim(
    claim: Claim,
    line: int,
    lines: dict[str, int],
    documents: Container[str] | None,
    entities: Container[str] | None,
    gold: Callable[[str], frozenset[str] | None],
) -> Iterator[Finding]:
    """What is wrong with a claim's record; `lines` has those before it, and takes this one in.

    `gold` gives the ids of a document's gold annotations, or nothing where they cannot be told. Where the
    documents or the entities cannot be told, none is looked up.
    """
    yield from _conflict(claim.id, CLAIMS, line)
    before = lines.setdefault(claim.id, line)
    if before != line:
        yield codes.CLAIM_DUP.finding(f"the claim {claim.id} is on line {before} too", file=CLAIMS, line=line)
    for position in claim.positions:
        missing = []
        if documents is not None and position.document not in documents:
            missing.append(f"the document {position.document}")
        if entities is not None and position.entity is not None and position.entity not in entities:
            missing.append(f"the entity {position.entity}")
        if position.annotation is not None and (documents is None or position.document in documents):
            known = gold(position.document)
            if known is not None and position.annotation not in known:
                missing.append(f"the gold annotation {shortened(position.annotation)} of {position.document}")
        for what in missing:
            yield codes.CLAIM_REF.finding(
                f"the claim {claim.id} names {what}, which is not there",
                document=position.document,
                file=CLAIMS,
                line=line,
            )
