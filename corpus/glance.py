"""A document as it lies in its file, read at a glance: enough to draw it while everything else is still being loaded.

Nothing is checked here and nothing is refused. Whoever opens the document afterwards checks all of it and says what is
wrong; where a file does not look as expected, there is no glance, or less to see at it. Standard library only: to
import what checks takes longer than to read the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from corpus.place import DOCUMENTS, LAYERS, WORK
from schemas.extent import Extent

_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?")
_MOST_DOCUMENTS: Final = 20_000
"""Lines that are passed in search of a document; what takes longer is not worth it."""
_LOOK_AHEAD: Final = 4_000
"""Code points past the end of what is seen: a part may lie so far before the annotation that it belongs to."""


class Said(NamedTuple):
    """One extent that a layer names: of an annotation, or of one of its fields."""

    id: str
    """The annotation's id."""
    extent: Extent
    """What it covers, in code points, half-open."""
    is_part: bool
    """It is what a field points to."""


class Glance(NamedTuple):
    """A document and what one layer says of its first part."""

    document: str
    """The document's id."""
    title: str
    """Its title, or nothing."""
    text: str
    """Its text, exactly as the file has it."""
    said: Sequence[Said]
    """What the layer says, as far as one looks, in the order of the file; drafts come last."""


def glance(folder: Path, layer: str, document: str | None, horizon: int) -> Glance | None:
    """A document of a corpus, and what a layer says up to a code point; nothing where the files are not as expected.

    Args:
        folder: The corpus folder.
        layer: The layer's name.
        document: The document's id; the first one where none is given.
        horizon: A code point; what begins far behind it is left out.
    """
    if any(_NAME.fullmatch(name) is None for name in (layer, document or "x")):
        return None
    try:
        found = _document(folder / DOCUMENTS, document)
        if found is None:
            return None
        name, text, title = found.get("id"), found.get("text"), found.get("title")
        if not isinstance(name, str) or not isinstance(text, str) or _NAME.fullmatch(name) is None:
            return None
        said = list(_said(folder, layer, name, len(text), horizon))
    except (OSError, ValueError, RecursionError):
        return None
    return Glance(name, title if isinstance(title, str) else "", text, said)


def _document(file: Path, name: str | None) -> dict[str, Any] | None:
    """The first line of a file of documents, or the one with this id, whatever else it holds."""
    if not file.is_file():
        return None
    wanted = None if name is None else json.dumps(name).encode()
    with file.open("rb") as stream:
        for line in islice(stream, _MOST_DOCUMENTS):
            if wanted is None or wanted in line:
                record = json.loads(line)
                if isinstance(record, dict) and name in (None, record.get("id")):
                    return record
    return None


def _said(folder: Path, layer: str, document: str, size: int, horizon: int) -> Iterator[Said]:
    """What the layer's file says, then its drafts, each as far as it can be understood."""
    seen = set()
    for record in _records(folder / LAYERS / layer / f"{document}.jsonl", skip=1):
        name, start, end = record.get("id"), record.get("start"), record.get("end")
        if not isinstance(name, str):
            continue
        if isinstance(start, int) and start > horizon + _LOOK_AHEAD:
            break
        seen.add(name)
        fields = {key: value for key, value in record.items() if key != "fragments"}
        yield from _extents(name, record.get("fragments") or [[start, end]], fields, size)
    for record in _records(folder / WORK / "drafts" / layer / f"{document}.jsonl"):
        name, values = record.get("id"), record.get("values")
        if isinstance(name, str) and name not in seen and isinstance(values, dict):
            yield from _extents(name, record.get("extent"), values, size)


def _records(file: Path, skip: int = 0) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines; none where it is not there."""
    if file.is_file():
        with file.open("rb") as stream:
            for line in islice(stream, skip, None):
                record = json.loads(line)
                if isinstance(record, dict):
                    yield record


def _extents(id: str, own: object, fields: dict[str, Any], size: int) -> Iterator[Said]:
    """The extents of one annotation: its own, and every value that is written as an extent or as a list of them."""
    if (extent := _extent(own, size)) is not None:
        yield Said(id, extent, is_part=False)
        for value in fields.values():
            if isinstance(value, list):
                for each in (value, *value):
                    if (part := _extent(each, size)) is not None:
                        yield Said(id, part, is_part=True)


def _extent(value: object, size: int) -> Extent | None:
    """The extent that a list of pairs writes; nothing for anything else, or where it reaches beyond the text."""
    if not isinstance(value, list) or not value:
        return None
    fragments = []
    for each in value:
        if not (isinstance(each, list) and len(each) == 2 and all(type(offset) is int for offset in each)):
            return None
        if not 0 <= each[0] < each[1] <= size:
            return None
        fragments.append((each[0], each[1]))
    return Extent.joined(fragments)
