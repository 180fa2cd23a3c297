"""A layer whose document's text has been replaced: where its annotations lie in the text that is there now.

The text that the offsets count in is looked for in git, and its places are followed into the new text. Where it is not
found, all annotations may still have moved by one distance. An annotation is never put anywhere but on the words that
it covered before, and a layer is moved as a whole or not at all.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from corpus import codes, layers
from corpus.corpus import Corpus
from corpus.doctor.repair import Care, Repair, Trouble
from corpus.errors import RepositoryMissing
from corpus.git import Repository
from corpus.registry import occurrences
from corpus.store import DOCUMENTS
from schemas import Annotation, Document, Kind, LabelSchema, LayerHeader, digest
from schemas.reflection import plain

_HISTORY = 200
"""How many versions of the documents are looked at."""

_PIECE = 20_000
"""The most code points of a changed piece that are compared one by one."""

_SHOWN = 5
Move = Callable[[int], int | None]
"""Where a code point of the old text is in the new one, if it is there."""


def moved(corpus: Corpus, layer: str, document: Document) -> Trouble | None:
    """A layer's file whose offsets count in another text than its document's, and how it could follow the text."""
    file = corpus.store.layer_file(layer, document.id)
    data = corpus.store.read_bytes(file)
    parsed = layers.parse(data or b"", corpus.schema, file)
    header = parsed.header
    if data is None or header is None or header.sha256 == document.sha256 or not document.is_intact():
        return None
    annotations = [annotation for _, annotation in parsed.annotations]
    code, what = codes.HEADER_HASH.code, "the offsets count in another text than the document's"
    if data.count(b"\n") != len(annotations) + 1:
        return Trouble(code, file, what, (), "Correct what else is wrong with the file first.", 1)
    placed, how = _placed(corpus, document, header, annotations)
    lost = [each for each, record in zip(annotations, placed, strict=True) if record is None]
    if lost:
        named = ", ".join(f"{each.id} “{each.text[:30]}”" for each in lost[:_SHOWN])
        gone = f"{len(lost)} have no place in the new text that is certain, {named}"
        advice = f"Restore {DOCUMENTS} from git, or mark these anew: {gone}."
        return Trouble(code, file, what, (), advice, 1)
    new = [corpus.schema.annotation.validate_python(record) for record in placed]
    written = layers.render(header.model_copy(update={"sha256": document.sha256}), new)
    far = sum(one.start != other.start for one, other in zip(annotations, new, strict=True))
    does = f"moves {far} of {len(new)} annotations to where their words are now ({how}); look at them afterwards"

    def run(care: Care) -> None:
        care.write(file, written, data)

    repair = Repair(f"{code}:{file}:anchor", does, is_safe=False, run=run)
    return Trouble(code, file, what, (repair,), None, 1)


def _placed(
    corpus: Corpus, document: Document, header: LayerHeader, annotations: Sequence[Annotation]
) -> tuple[list[dict[str, Any] | None], str]:
    """The records in the new text, with nothing for each that has no place there; and by what they were found."""
    old = _old_text(corpus, document.id, header.sha256)
    if old is not None:
        move = _followed(old, document.text)
        return [
            _at(each, corpus.schema, document.text, move, old) for each in annotations
        ], "followed from the old text"
    best: list[dict[str, Any] | None] = [None for _ in annotations]
    # Of the distances that the first words allow, the one that fits most; none that is not the only such one.
    distances = {place - each.start for each in annotations[:1] for place in occurrences(document.text, each.text)}
    has_parts = any(_has_parts(each, corpus.schema) for each in annotations)
    whole = []
    for distance in sorted(distances):
        move = functools.partial(int.__add__, distance)
        old = _within(document.text, distance, header.sha256) if has_parts else None
        found = [_at(each, corpus.schema, document.text, move, old) for each in annotations]
        if all(record is not None for record in found):
            whole.append(found)
    return (whole[0] if len(whole) == 1 else best), "all by one distance"


def _at(
    annotation: Annotation, schema: LabelSchema, text: str, move: Move, old: str | None = None
) -> dict[str, Any] | None:
    """An annotation's record with every place in it moved; nothing where one is not there, or has other words."""
    record = annotation.to_record()
    places = _moved_pieces([list(piece) for piece in annotation.extent], move)
    if places is None or " ".join(text[start:end] for start, end in places) != annotation.text:
        return None
    record |= {"start": places[0][0], "end": places[-1][1]}
    if len(places) > 1:
        record["fragments"] = places
    for field in schema.by_name[annotation.label].of_kind(Kind.EXTENT):
        value = plain(getattr(annotation, field.name))
        extents = (value or []) if field.many else [value] if value else []
        new = [_moved_pieces(each, move) for each in extents]
        for before, after in zip(extents, new, strict=True):
            # A field keeps no words: without the old text nobody can say which ones they were.
            if old is None or after is None or _words(old, before) != _words(text, after):
                return None
        if extents:
            record[field.name] = new if field.many else new[0]
    return record


def _has_parts(annotation: Annotation, schema: LabelSchema) -> bool:
    fields = schema.by_name[annotation.label].of_kind(Kind.EXTENT)
    return any(plain(getattr(annotation, field.name)) for field in fields)


def _within(text: str, start: int, sha256: str) -> str | None:
    """The piece of a text that begins at a code point and has that digest: an old text that was only added to."""
    running = hashlib.sha256()
    for end in range(start, len(text)) if start >= 0 else ():
        running.update(text[end].encode())
        if running.hexdigest() == sha256:
            return text[start : end + 1]
    return None


def _words(text: str, pieces: Sequence[Sequence[int]]) -> list[str]:
    return [text[start:end] for start, end in pieces]


def _moved_pieces(pieces: Sequence[Sequence[int]], move: Move) -> list[list[int]] | None:
    new = []
    for start, end in pieces:
        first, last = move(start), move(end - 1)
        if first is None or last is None or first < 0 or last - first != end - 1 - start:
            return None
        new.append([first, last + 1])
    return new


def _followed(old: str, new: str) -> Move:
    """Where each code point of the old text is in the new one: line by line, and within lines that differ."""
    blocks = [*_blocks(old, new)]

    def move(position: int) -> int | None:
        for start, size, there in blocks:
            if start <= position < start + size:
                return there + position - start
        return None

    return move


def _blocks(old: str, new: str) -> Iterator[tuple[int, int, int]]:
    """Pieces that both texts have: where they begin in the old one, their size, and where in the new one."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts, ends = _offsets(before), _offsets(after)
    for act, low, high, first, last in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            yield starts[low], starts[high] - starts[low], ends[first]
        elif act == "replace":
            one, other = old[starts[low] : starts[high]], new[ends[first] : ends[last]]
            if len(one) <= _PIECE and len(other) <= _PIECE:
                for block in difflib.SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
                    yield starts[low] + block.a, block.size, ends[first] + block.b


def _offsets(lines: Sequence[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    return offsets


def _old_text(corpus: Corpus, name: str, sha256: str) -> str | None:
    """The document's text of that digest, where git has it."""
    try:
        repository = Repository.around(corpus.folder)
        within = repository.within((corpus.folder / DOCUMENTS).resolve())
        for commit in repository.history(within, _HISTORY):
            content = repository.files(commit, [within]).get(within)
            data = repository.contents([content])[content] if content else b""
            for line in data.split(b"\n"):
                if sha256.encode() in line:
                    record = json.loads(line)
                    text = record.get("text")
                    if record.get("id") == name and isinstance(text, str) and digest(text.encode()) == sha256:
                        return text
    except (RepositoryMissing, ValueError, RecursionError, AttributeError):
        return None
    return None
