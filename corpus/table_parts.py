"""The rows of a corpus's tables, some documents at a time; several processes make those of large shards.

The parts of a shard are the same however many processes there are, and so are the rows and their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from corpus import codes, file_parts
from corpus.arrays import GrowingBatch
from corpus.arrow import arrow_schema
from corpus.check import Seen
from corpus.errors import InputRefused, StoreFailed
from corpus.facts import Tally
from corpus.file_parts import Part, PartLines
from corpus.layers import LayerFile
from corpus.readings import Reading, ShardSource, few_at_a_time
from corpus.shard_check import ShardCheck
from corpus.tables import Tables
from schemas import Annotation, Finding, LabelledDocument

if TYPE_CHECKING:
    import pyarrow

PART_SIZE = 512 * 1024
"""About how many bytes of a shard are made into rows at once: a process holds tens of times as much for it."""


@dataclass(slots=True)
class TablePart:
    """The rows of some documents, and what is counted in them."""

    rows: dict[str, list[pyarrow.RecordBatch]] = field(default_factory=dict)
    """Those of each table, by its name."""
    tally: Tally = field(default_factory=Tally)
    size: int = 0
    """How much of the source it comes from, as the source counts."""


class TableMaker:
    """Makes rows for those of a corpus's tables that grow with its documents."""

    def __init__(self, tables: Tables) -> None:
        self._tables = [(table, arrow_schema(table.columns)) for table in tables.by_reading]

    def parts(self, readings: Iterable[Reading]) -> Iterator[TablePart]:
        """The rows of the documents, some at a time.

        Raises:
            InputRefused: If a number is too large for its column.
        """
        tables = [(table, GrowingBatch(table.columns, schema)) for table, schema in self._tables]
        part = TablePart()
        for few, is_last in few_at_a_time(readings):
            part.size += len(few)
            part.tally.add(few)
            for table, rows in tables:
                rows.add(table.cells(few))
            if is_last:
                part.rows = {table.name: [rows.take()] for table, rows in tables}
                yield part
                part = TablePart()

    def part(self, readings: Iterable[Reading]) -> TablePart:
        """The rows of all of the documents.

        Raises:
            InputRefused: If a number is too large for its column.
        """
        whole = TablePart()
        for part in self.parts(readings):
            whole.tally.merge(part.tally)
            for name, rows in part.rows.items():
                whole.rows.setdefault(name, []).extend(rows)
        return whole


def checked_parts(
    source: ShardSource,
    maker: TableMaker,
    found: Callable[[Finding], None],
    processes: int,
) -> Iterator[TablePart]:
    """The rows of shards, each line of which is read once for them and for the check, which tells what it finds; a line
    that is not as it must be is told of and left out.

    Args:
        source: The shards.
        maker: What makes the rows.
        found: Is told of every finding.
        processes: How many processes share the work. More than one are forked, so not in a program with threads.

    Raises:
        InputRefused: If a document is there twice, or there are labels of two annotators, or a number is too large for
            its column.
        StoreFailed: If a shard cannot be read.
    """
    names: set[str] = set()
    for shard in source.shards:
        lines = 0
        try:
            for part, made in _made(shard, source, maker, processes):
                for finding in made.findings:
                    found(replace(finding, line=(finding.line or 0) + lines))
                source.require_annotators(made.annotators)
                for name in made.names:
                    if name in names:
                        raise InputRefused.by(
                            codes.DOC_DUP.finding(f"the document {name} is there twice", document=name)
                        )
                    names.add(name)
                lines += made.lines
                made.part.size = part.size
                yield made.part
        except OSError as error:
            raise StoreFailed(f"it cannot be read: {error.strerror}", path=shard) from error


@dataclass(slots=True)
class _Made:
    """What comes of a part of a shard; lines are counted from the part's first."""

    part: TablePart
    findings: Sequence[Finding]
    names: Sequence[str]
    """The documents, in order."""
    annotators: Mapping[str, None]
    """Whose labels there are, in the order in which they come."""
    lines: int


class _Worker:
    """What a process knows before it gets a part of a shard."""

    source: ClassVar[ShardSource]
    maker: ClassVar[TableMaker]


def _made(shard: Path, source: ShardSource, maker: TableMaker, processes: int) -> Iterator[tuple[Part, _Made]]:
    parts = file_parts.parts_of(shard, PART_SIZE)
    if processes == 1:
        for part in parts:
            yield part, _make(part, source, maker)
        return
    _Worker.source, _Worker.maker = source, maker
    with file_parts.pool(processes) as pool:
        submitted = ((part, pool.submit(_make_here, part)) for part in parts)
        yield from file_parts.in_order(submitted, processes, ahead=1)


def _make_here(part: Part) -> _Made:
    return _make(part, _Worker.source, _Worker.maker)


def _make(part: Part, source: ShardSource, maker: TableMaker) -> _Made:
    check = ShardCheck(str(part.path), source.schema, source.corpus.entities, Seen())
    findings: list[Finding] = []
    names: list[str] = []
    annotators: dict[str, None] = {}

    def readings(found: Iterable[Finding | LabelledDocument[Annotation]]) -> Iterator[Reading]:
        for each in found:
            if isinstance(each, Finding):
                findings.append(each)
                continue
            annotators[each.header.annotator] = None
            if each.header.annotator == source.layer:
                names.append(each.document.id)
                layer = LayerFile(each.header.annotator, each.header, each.annotations)
                yield Reading(each.document, layer, (layer,))

    with part.path.open("rb", file_parts.BUFFER) as stream:
        made = maker.part(readings(check.read(PartLines(stream, part), is_start=part.start == 0)))
    return _Made(made, findings, names, annotators, check.lines)
