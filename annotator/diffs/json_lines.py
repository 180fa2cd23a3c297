"""Differences for programs: one JSON object a line, in ASCII. `docs/ci.md` says what it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.differences import Differences, FieldChange
from schemas import Annotation


def lines(found: Differences) -> Iterator[str]:
    """Records, then what cannot be read, then layer by layer the header and the annotations."""
    for record in found.records:
        yield _line("record", step=record.step, file=record.file, id=record.id, fields=_fields(record.fields))
    for fault in found.all_unreadable:
        place = {"side": fault.side, "file": fault.file, "line": fault.line, "annotation": fault.annotation}
        yield _line("unreadable", **place, code=fault.code, message=fault.what)
    for layer in found.layers:
        place = {"layer": layer.layer, "document": layer.document}
        if layer.header or layer.changes or not layer.unreadable:
            yield _line("layer", step=layer.step, **place, fields=_fields(layer.header))
        for change in layer.changes:
            sides = {"before": _record(change.before), "after": _record(change.after)}
            yield _line(
                "annotation", step=change.step, **place, id=change.shown.id, fields=_fields(change.fields), **sides
            )


def _line(kind: str, **about: Any) -> str:
    return json.dumps({"kind": kind, **about})


def _record(annotation: Annotation | None) -> dict[str, Any] | None:
    return annotation.to_record() if annotation is not None else None


def _fields(fields: Iterable[FieldChange]) -> dict[str, list[Any]]:
    """By name, what stood there before and what stands there now."""
    return {field.name: [field.before, field.after] for field in fields}
