"""The check of the journals: what was acknowledged is in the layers' files, and nothing was left aside."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from corpus import codes, drafts, journal, journal_lines, layers
from corpus.errors import InputRefused, StoreFailed
from corpus.store import WORK, Store, check_name
from schemas import Finding, LabelSchema


def check_journals(
    store: Store, schema: LabelSchema, only_layers: Collection[str] = (), only_documents: Collection[str] = ()
) -> Iterator[Finding]:
    """What waits in the journals, of sessions that are open or were killed, and what could not be read.

    Args:
        store: The corpus's files.
        schema: What its annotations follow.
        only_layers: The layers that are looked at; none given means all.
        only_documents: The documents that are looked at; none given means all.
    """
    top = f"{WORK}/journal"
    for layer in _folders(store.folder / top, only_layers):
        for document in _folders(store.folder / top / layer, only_documents):
            try:
                yield from _look(store, schema, layer, document)
            except (StoreFailed, InputRefused) as error:
                yield codes.READ.finding(f"it cannot be read: {error.what}", file=f"{top}/{layer}/{document}")


def _look(store: Store, schema: LabelSchema, layer: str, document: str) -> Iterator[Finding]:
    folder = journal.folder_of(layer, document)
    place = {"layer": layer, "document": document}
    for path in sorted((store.folder / folder).glob(f"*{journal.DAMAGED}")):
        yield codes.JOURNAL_DAMAGED.finding("not everything in it could be read", file=f"{folder}/{path.name}", **place)
    names = journal.names(store, layer, document)
    replaced = journal.replaced(store, layer, document, names)
    said = {name: _waiting(store, schema, layer, document, name) for name in names if name not in replaced}
    for name, count in said.items():
        if count:
            message = f"{count} saved changes are not in the layer's file yet"
            yield codes.JOURNAL_AHEAD.finding(message, file=f"{folder}/{name}", **place)


def _waiting(store: Store, schema: LabelSchema, layer: str, document: str, name: str) -> int:
    """How many annotations and drafts a journal has otherwise than the files that they belong in."""
    text = journal_lines.read(store.read_bytes(f"{journal.folder_of(layer, document)}/{name}") or b"")
    if not text.waiting:
        return 0
    changes, strange = journal_lines.readable(text, schema)
    change = journal_lines.net(changes)
    file = store.layer_file(layer, document)
    parsed = layers.parse(store.read_bytes(file) or b"", schema, file)
    there = {annotation.id: annotation for _, annotation in parsed.annotations}
    begun = {draft.id: draft for draft in drafts.read(store, layer, document)}
    ahead = sum(there.get(each) != new for each, (_, new) in change.annotations.items())
    ahead += sum(begun.get(each) != new for each, (_, new) in change.drafts.items())
    ahead += change.header is not None and change.header[1] != parsed.header
    return ahead + len(strange)


def _folders(folder: Path, only: Collection[str]) -> Iterator[str]:
    """The folders in a folder that may be those of a layer or a document, sorted."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        try:
            check_name(path.name)
        except InputRefused:
            continue
        if path.is_dir() and not path.is_symlink() and (not only or path.name in only):
            yield path.name
