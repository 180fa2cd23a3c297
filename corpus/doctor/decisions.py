"""What a merge has kept twice: both versions, and how one of them, or both, can be kept."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus import codes, jsonl, layers
from corpus.doctor.repair import Care, Repair, Trouble
from corpus.errors import RepositoryMissing
from corpus.git import Repository
from corpus.store import Store
from corpus.three_way import NotLines, is_other, kind_of, merge_lines, original_id
from schemas import Annotation, Kind, LabelSchema, LayerHeader
from schemas.reflection import plain

_CODE = codes.CONFLICT.code
_HELP = "Decide, then `git add` the file."


def in_layer(store: Store, schema: LabelSchema, file: str) -> Iterator[Trouble]:
    """The annotations of a layer's file of which a merge has kept two versions."""
    data = store.read_bytes(file)
    parsed = layers.parse(data or b"", schema, file)
    if data is None or parsed.header is None:
        return
    there = {each.id: each for _, each in parsed.annotations}
    lines = {each.id: line for line, each in parsed.annotations}
    # A repair writes the annotations that could be read, each id once: what else is in the file would be gone.
    is_whole = data.count(b"\n") == len(there) + 1
    for name, other in there.items():
        if not is_other(name):
            continue
        mine = there.get(original_id(name))
        choose = functools.partial(_choose, file=file, data=data, header=parsed.header, schema=schema, there=there)
        repairs = [
            _repair(file, name, "other", "keeps the other side's version under the id", choose),
            _repair(file, name, "both", "keeps both, the other side's under a new id", choose),
        ]
        if mine is not None:
            repairs.insert(0, _repair(file, name, "this", "keeps this side's version, and removes the other", choose))
        shown = f"this side: {_shown(mine)}; the other side: {_shown(other)}"
        yield Trouble(
            _CODE,
            file,
            f"{original_id(name)} was changed on both sides of a merge; {shown}",
            tuple(repairs) if is_whole else (),
            _HELP if is_whole else "Correct what else is wrong with the file first.",
            lines[name],
        )


def _repair(file: str, name: str, choice: str, does: str, choose: functools.partial[None]) -> Repair:
    run = functools.partial(choose, name=name, choice=choice)
    return Repair(f"{_CODE}:{file}:{name}:{choice}", does, is_safe=False, run=run)


def _shown(annotation: Annotation | None) -> str:
    if annotation is None:
        return "deleted"
    return layers.canonical_line(annotation).decode("utf-8")


def _choose(
    care: Care,
    *,
    file: str,
    data: bytes,
    header: LayerHeader,
    schema: LabelSchema,
    there: Mapping[str, Annotation],
    name: str,
    choice: str,
) -> None:
    kept, first = dict(there), original_id(name)
    other = kept.pop(name)
    now = first
    if choice == "other":
        kept[first] = other.model_copy(update={"id": first})
    elif choice == "both":
        now = _fresh(name, kept)
        kept[now] = other.model_copy(update={"id": now})
    # What named the other side's version names what has become of it.
    renamed = [_renamed(each, {name: now}, schema) for each in kept.values()]
    care.write(file, layers.render(header, renamed), data)


def _fresh(name: str, taken: Iterable[str]) -> str:
    """An id that nothing has, and that is the same whoever decides."""
    number, made = 0, ""
    while not made or made in taken:
        made = hashlib.blake2b(f"{name}{number}".encode(), digest_size=4).hexdigest()
        number += 1
    return made


def _renamed(annotation: Annotation, names: Mapping[str, str], schema: LabelSchema) -> Annotation:
    changes: dict[str, Any] = {}
    for field in schema.by_name[annotation.label].of_kind(Kind.REFERENCE):
        value = plain(getattr(annotation, field.name))
        new = [names.get(each, each) for each in value or []] if field.many else names.get(value, value)
        if new != value:
            changes[field.name] = tuple(dict.fromkeys(new)) if field.many else new
    return annotation.model_copy(update=changes) if changes else annotation


def in_records(store: Store, file: str) -> Iterator[Trouble]:
    """The documents, entities or claims of which a merge has kept two versions."""
    data = store.read_bytes(file) or b""
    records = _records(data)
    for name in records:
        if is_other(name):
            repairs = [
                Repair(
                    f"{_CODE}:{file}:{name}:{choice}",
                    does,
                    is_safe=False,
                    run=functools.partial(_choose_record, file=file, data=data, name=name, choice=choice),
                )
                for choice, does in (
                    ("this", "keeps this side's version, and removes the other"),
                    ("other", "keeps the other side's version under the id"),
                )
                if choice == "other" or original_id(name) in records
            ]
            yield Trouble(
                _CODE, file, f"{original_id(name)} was changed on both sides of a merge", tuple(repairs), _HELP
            )


def _records(data: bytes) -> dict[str, dict[str, Any]]:
    """The records of a file by their ids, in its order; none where the file has another fault."""
    try:
        records = [json.loads(line) for line in data.split(b"\n") if line]
        found = {str(each["id"]): each for each in records}
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return found if len(found) == len(records) else {}


def _choose_record(care: Care, *, file: str, data: bytes, name: str, choice: str) -> None:
    records, first = _records(data), original_id(name)
    other = {**records[name], "id": first}
    if choice == "this":
        del records[name]
    elif first in records:
        del records[name]
        records[first] = other
    else:
        records = {first if key == name else key: other if key == name else each for key, each in records.items()}
    care.write(file, jsonl.render(records.values()), data)


def unmerged(folder: Path) -> Iterator[Trouble]:
    """The files for which git waits, with every conflict that its three versions have."""
    try:
        repository = Repository.around(folder)
        waiting = repository.unmerged(folder)
        contents = repository.contents([each for stages in waiting.values() for each in stages if each])
    except RepositoryMissing:
        return
    for path, stages in waiting.items():
        kind = kind_of(path)
        base, mine, theirs = (contents[each] if each else b"" for each in stages)
        what = ["one side has removed the file"] if not (stages[1] and stages[2]) else []
        if kind is not None and not what:
            try:
                what = [conflict.what for conflict in merge_lines(base, mine, theirs, kind).conflicts]
            except NotLines as error:
                what = [f"it was merged as text: {error}"]
        file = repository.relative(path, folder)
        yield Trouble(
            "D-UNMERGED", file, f"git waits for it: {'; '.join(what) or 'nothing is left to decide'}", (), _HELP
        )
