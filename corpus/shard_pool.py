"""The check of a shard by several processes: each takes a part of the file, and the findings come in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from corpus import file_parts
from corpus.check import Seen
from corpus.file_parts import Part, PartLines
from corpus.shard_check import ShardCheck, twice
from schemas import Entity, Finding, LabelSchema

PART_SIZE = 4 * 1024 * 1024
"""About how many bytes a process takes at once."""


def check_in_processes(
    path: Path,
    schema: LabelSchema,
    entities: Mapping[str, Entity] | None,
    seen: Seen,
    progress: Callable[[int], None] | None,
    processes: int,
) -> Iterator[Finding]:
    """What `check_shard` finds, by that many processes.

    Raises:
        OSError: If the file cannot be read.
    """
    documents: dict[str, set[str]] = {}
    lines = 0
    _Worker.schema, _Worker.entities = schema, entities
    with file_parts.pool(processes) as pool:
        submitted = ((part, pool.submit(_check_part, part)) for part in file_parts.parts_of(path, PART_SIZE))
        for part, checked in file_parts.in_order(submitted, processes, ahead=processes):
            yield from (replace(each, line=(each.line or 0) + lines) for each in checked.findings)
            for annotator, found in checked.documents.items():
                before = documents.setdefault(annotator, set())
                for document in sorted(before & found.keys(), key=found.__getitem__):
                    yield twice(annotator, document, str(path), found[document] + lines)
                before.update(found)
            lines += checked.lines
            seen.documents += checked.seen.documents
            seen.annotations += checked.seen.annotations
            if progress is not None:
                progress(part.size)


@dataclass(frozen=True, slots=True)
class _Checked:
    """What a process has found in a part of the file; lines are counted from the part's first."""

    findings: list[Finding]
    seen: Seen
    lines: int
    documents: dict[str, dict[str, int]]


class _Worker:
    """What a process knows before it gets a part to check."""

    schema: ClassVar[LabelSchema]
    entities: ClassVar[Mapping[str, Entity] | None]


def _check_part(part: Part) -> _Checked:
    check = ShardCheck(str(part.path), _Worker.schema, _Worker.entities, Seen())
    with part.path.open("rb", file_parts.BUFFER) as stream:
        findings = list(check.findings(PartLines(stream, part), is_start=part.start == 0))
    return _Checked(findings, check.seen, check.lines, check.documents)
