"""A corpus as a folder that `datasets.load_dataset` opens: a Parquet file for each table, a card, and the digests.

The folder is built beside its place, read back and compared with the corpus, and only then takes the place.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import arrow, codes, output
from corpus.card import card, licence_note
from corpus.card_check import require_sound_card
from corpus.card_head import LICENCE_FILE
from corpus.citation import CITATION_FILE, citation_of
from corpus.consistency import consistency_of
from corpus.corpus import Corpus
from corpus.croissant import CROISSANT_FILE, croissant
from corpus.errors import InputRefused, StoreFailed
from corpus.exports import Advance, Exported, Options, Tell
from corpus.facts import Facts, Tally
from corpus.file_parts import old_objects_left_alone, processes_for
from corpus.parquet import SPLIT, TableFile, TableWriter
from corpus.readback import verify
from corpus.readings import CorpusSource, ShardSource, Source
from corpus.standoff import without_words
from corpus.table_parts import TableMaker, TablePart, checked_parts
from corpus.tables import Tables, tables_of
from schemas import Finding, Severity

CARD = "README.md"

_GOLD = Options()


@dataclass(frozen=True, slots=True)
class Build:
    """What was built."""

    folder: Path
    tables: Sequence[TableFile]
    left_out: Sequence[str]
    """The tables without rows, which have no file."""
    layer: str | None
    """The published layer; none where there is none yet."""
    draft: bool


def export(corpus: Corpus, out: Path, options: Options, tell: Tell) -> Exported:
    """Builds the dataset, and says what it is made of and how it is loaded."""
    built = build(corpus, out, options, tell)
    advice = f"Load it:  datasets.load_dataset({str(out)!r}, split={SPLIT!r})"
    if built.left_out:
        advice += f"\nWithout rows, so left out: {', '.join(built.left_out)}"
    return Exported(
        ("configuration", "rows", "columns", "bytes"),
        [(table.name, table.rows, len(table.columns), table.size) for table in built.tables],
        advice,
    )


def build(corpus: Corpus, out: Path | str, options: Options = _GOLD, tell: Tell | None = None) -> Build:
    """Builds the dataset of a corpus.

    Args:
        corpus: The corpus.
        out: The folder, which is made; an earlier build there is replaced.
        options: What is published.
        tell: Is told of each step.

    Raises:
        InputRefused: If the corpus is not fit to be published.
        NameUnknown: If there is no such layer or table.
        OutputRefused: If the folder is there and is no earlier build.
        PackageMissing: If `datasets` or `pyarrow` is not installed.
        StoreFailed: If the disk refuses, or what was written does not read back as the corpus. The earlier build is
            still there.
    """
    arrow.require_packages()
    out = Path(os.path.abspath(out))  # noqa: PTH100 - a link is refused, not followed
    tell, advance = tell or (lambda _: None), options.advance or (lambda *_: None)
    try:
        output.restore(out)
        output.require_free(out, corpus.folder)
        source: Source = (
            ShardSource(corpus, options.shards, options.layer)
            if options.shards
            else CorpusSource(corpus, options.layer)
        )
        tables = tables_of(corpus.schema, corpus.manifest).only(options.only)
        if options.standoff:
            tables = without_words(tables)
        fitness = _Fitness(source, corpus.folder)
        parts = _parts(source, tables, fitness, options, tell)
        with output.staged(out) as folder, old_objects_left_alone():
            files, tally = _write_tables(folder, source, parts, tables, advance)
            tell(f"{tally.documents:,} documents written")
            fitness.require()
            facts = _write(folder, corpus, source, tables, files, tally, options)
            require_sound_card(folder)
            tell("reading it back")
            covered = not (options.draft or options.standoff)
            verify(folder, facts.tables, tables, source, advance, covered=covered)
            output.put_in_place(folder, out, corpus.folder)
    except OSError as error:
        raise StoreFailed(f"the build failed: {error.strerror or error}", path=error.filename or out) from error
    return Build(out, facts.tables, facts.left_out, source.layer, options.draft)


class _Fitness:
    """What is found that keeps a corpus from being published: what is missing, unfinished, or an error."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source = source
        self._folder = folder
        self._first: dict[str, Finding] = {}
        self._count: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        """Takes a finding in."""
        is_open = finding.code == codes.LAYER_OPEN.code
        if is_open or finding.severity is Severity.ERROR:
            kind = codes.LAYER_OPEN.code if is_open else "error"
            self._first.setdefault(kind, finding)
            self._count[kind] += 1

    def require(self) -> None:
        """Refuses if there is such a thing.

        Raises:
            InputRefused: Its message names the first and says what to do.
        """
        first, count = self._first, self._count
        draft = "To look at what there is, build a draft with --draft"
        if "error" in first:
            one, others = first["error"], count["error"] - 1
            place = ":".join(str(part) for part in (one.file, one.line) if part is not None)
            more = f", and {others:,} more; `annotator validate` lists them" if others else ""
            raise InputRefused(
                f"{f'{place}: ' if place else ''}{one.code} {one.message}{more}",
                path=self._folder,
                help=f"{one.help or ''} {draft}".strip(),
            )
        if first:
            one, number = first[codes.LAYER_OPEN.code], count.total()
            what = "1 document is" if number == 1 else f"{number:,} documents are"
            raise InputRefused(
                f"{what} not done in the layer {self._source.layer}, the first of them {one.document}",
                path=self._folder,
                code=one.code,
                help=f"Finish in the app. {draft}",
            )


def _parts(source: Source, tables: Tables, fitness: _Fitness, options: Options, tell: Tell) -> Iterator[TablePart]:
    """The rows of a source that is checked: a folder before anything is written, shards as they are read.

    Raises:
        InputRefused: If the folder is not fit to be published. For shards that is known when all have been read.
    """
    maker = TableMaker(tables)
    if options.draft:
        return maker.parts(source.readings())
    tell("checking what is to be published")
    if isinstance(source, ShardSource):
        processes = options.jobs or processes_for(source.size)
        return checked_parts(source, maker, fitness.add, processes)
    for finding in source.findings():
        fitness.add(finding)
    fitness.require()
    return maker.parts(source.readings())


def _write(
    folder: Path,
    corpus: Corpus,
    source: Source,
    tables: Tables,
    files: tuple[TableFile, ...],
    tally: Tally,
    options: Options,
) -> Facts:
    """Writes every other file of the build."""
    if not tally.documents:
        raise InputRefused(
            "there is no document to publish",
            path=corpus.folder,
            help="Put some in with `annotator add`",
        )
    names = {file.name for file in files}
    left_out = tuple(name for name in tables.names if name not in names)
    facts = Facts(
        source.manifest, source.schema, source.layer, options.draft, options.standoff,
        tally, files, left_out, _statement(corpus), citation_of(corpus, draft=options.draft),
        consistency_of(corpus) if isinstance(source, CorpusSource) else None,
    )  # fmt: skip
    (folder / CARD).write_text(card(facts), encoding="utf-8", newline="\n")
    (folder / LICENCE_FILE).write_text(licence_note(facts), encoding="utf-8", newline="\n")
    (folder / CITATION_FILE).write_text(facts.citation.text, encoding="utf-8", newline="")
    (folder / CROISSANT_FILE).write_text(croissant(facts), encoding="utf-8", newline="\n")
    about = source.manifest
    note = {
        "corpus": about.name,
        "version": about.version,
        "schema": source.schema.id,
        "layer": source.layer,
        "draft": options.draft,
        "standoff": options.standoff,
        "rows": {file.name: file.rows for file in files},
    }
    output.seal(folder, note)
    return facts


def _write_tables(
    folder: Path, source: Source, parts: Iterator[TablePart], tables: Tables, advance: Advance
) -> tuple[tuple[TableFile, ...], Tally]:
    """Writes every table in one pass over the documents, and counts."""
    tally = Tally()
    writers = {table.name: TableWriter(folder, table.name, table.help, table.columns) for table in tables}
    done, size = 0, max(source.size, 1)
    try:
        for part in parts:
            tally.merge(part.tally)
            for name, batches in part.rows.items():
                for rows in batches:
                    writers[name].take(rows)
            done += part.size
            advance("writing", tally.documents, done / size)
        for at_once in tables.at_once:
            writers[at_once.name].add(at_once.cells(source))
        files = [writer.close() for writer in writers.values()]
    finally:
        for writer in writers.values():
            writer.abandon()
    return tuple(file for file in files if file is not None), tally


def _statement(corpus: Corpus) -> str | None:
    """The corpus's own README, where it has one.

    Raises:
        InputRefused: If it is not UTF-8.
    """
    data = corpus.store.read_bytes(CARD)
    if data is None:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputRefused.by(codes.UTF8.finding(f"not UTF-8: {error.reason}", file=CARD), corpus.folder) from error
