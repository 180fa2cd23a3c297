"""A corpus as a folder that `datasets.load_dataset` opens: a Parquet file for each table, a card, and the digests.

The folder is built beside its place, read back and compared with the corpus, and only then takes the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import arrow, codes, output
from corpus.card import card, licence_note
from corpus.card_head import LICENCE_FILE
from corpus.check import check
from corpus.corpus import Corpus
from corpus.errors import InputRefused, StoreFailed
from corpus.exports import Exported, Tell
from corpus.facts import Facts, Tally
from corpus.parquet import SPLIT, TableFile, TableWriter
from corpus.readback import verify
from corpus.readings import CorpusSource, Source
from corpus.tables import Tables, tables_of
from schemas import Severity, Status

CARD = "README.md"

_TEXT_LIMIT = 2_000_000
"""The code points of text after which rows are written out, so that long documents do not pile up in memory."""


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


def export(corpus: Corpus, out: Path, *, layer: str | None, draft: bool, tell: Tell) -> Exported:
    """Builds the dataset, and says what it is made of and how it is loaded."""
    built = build(corpus, out, layer=layer, draft=draft, tell=tell)
    advice = f"Load it:  datasets.load_dataset({str(out)!r}, split={SPLIT!r})"
    if built.left_out:
        advice += f"\nWithout rows, so left out: {', '.join(built.left_out)}"
    return Exported(
        ("configuration", "rows", "columns", "bytes"),
        [(table.name, table.rows, len(table.columns), table.size) for table in built.tables],
        advice,
    )


def build(
    corpus: Corpus, out: Path | str, *, layer: str | None = None, draft: bool = False, tell: Tell | None = None
) -> Build:
    """Builds the dataset of a corpus.

    Args:
        corpus: The corpus.
        out: The folder, which is made; an earlier build there is replaced.
        layer: The layer that is published; none given means the gold layer.
        draft: Whether to build although the layer is missing, unfinished, or has errors.
        tell: Is told of each step.

    Raises:
        InputRefused: If the corpus is not fit to be published.
        NameUnknown: If there is no such layer.
        OutputRefused: If the folder is there and is no earlier build.
        PackageMissing: If `datasets` or `pyarrow` is not installed.
        StoreFailed: If the disk refuses, or what was written does not read back as the corpus. The earlier build is
            still there.
    """
    arrow.require_packages()
    out, tell = Path(out), tell or (lambda _: None)
    try:
        output.restore(out)
        output.require_free(out, corpus.folder)
        source = CorpusSource(corpus, layer)
        if not draft:
            tell("checking the corpus")
            require_fit(corpus, source)
        with output.staged(out) as folder:
            facts = _write(folder, source, draft, tell)
            tell("reading it back")
            verify(folder, facts.tables, tables_of(corpus.schema, corpus.manifest), source, covered=not draft)
            output.put_in_place(folder, out, corpus.folder)
    except OSError as error:
        raise StoreFailed(f"the build failed: {error.strerror or error}", path=error.filename or out) from error
    return Build(out, facts.tables, facts.left_out, source.layer, draft)


def require_fit(corpus: Corpus, source: Source) -> None:
    """Refuses a layer that is missing, unfinished, or has errors.

    Raises:
        InputRefused: If it is; the message says what to do.
    """
    draft = "To look at what there is, build a draft with --draft"
    if source.layer is None:
        what = (
            f"the gold layer {corpus.manifest.gold} is not there" if corpus.manifest.gold else "there is no gold layer"
        )
        help_ = f"Name one in corpus.toml (gold = ...), or give --layer. {draft}"
        raise InputRefused(what, path=corpus.folder, code=codes.GOLD.code, help=help_)
    errors = [each for each in check(corpus, layers=[source.layer]) if each.severity is Severity.ERROR]
    if errors:
        first = errors[0]
        place = ":".join(str(part) for part in (first.file, first.line) if part is not None)
        raise InputRefused(
            f"the corpus has {len(errors):,} errors, the first in {place or 'it'}: {first.code} {first.message}",
            path=corpus.folder,
            help=f"Run `annotator validate`, which lists them. {draft}",
        )
    open_ = [
        each.document.id
        for each in source.readings()
        if each.published is None or each.published.header.status is not Status.DONE
    ]
    if open_:
        shown = ", ".join(open_[:5]) + (", …" if len(open_) > 5 else "")
        what = (
            f"the layer {source.layer} is not done with {len(open_):,} of {len(corpus.documents):,} documents: {shown}"
        )
        help_ = f"Finish them in the app. {draft}"
        raise InputRefused(what, path=corpus.folder, code=codes.LAYER_OPEN.code, help=help_)


def _write(folder: Path, source: CorpusSource, draft: bool, tell: Tell) -> Facts:
    """Writes every file of the build."""
    tables = tables_of(source.schema, source.manifest)
    tally = Tally()
    files = _write_tables(folder, source, tables, tally, tell)
    if not tally.documents:
        raise InputRefused(
            "there is no document to publish",
            path=source.corpus.folder,
            help="Put some in with `annotator add`",
        )
    names = {file.name for file in files}
    left_out = tuple(name for name in tables.names if name not in names)
    facts = Facts(
        source.manifest, source.schema, source.layer, draft, tally, files, left_out, _statement(source.corpus)
    )
    (folder / CARD).write_text(card(facts), encoding="utf-8", newline="\n")
    (folder / LICENCE_FILE).write_text(licence_note(facts), encoding="utf-8", newline="\n")
    about = source.manifest
    note = {
        "corpus": about.name,
        "version": about.version,
        "schema": source.schema.id,
        "layer": source.layer,
        "draft": draft,
        "rows": {file.name: file.rows for file in files},
    }
    output.seal(folder, note)
    return facts


def _write_tables(folder: Path, source: Source, tables: Tables, tally: Tally, tell: Tell) -> tuple[TableFile, ...]:
    """Writes every table in one pass over the documents."""
    writers = {table.name: TableWriter(folder, table.name, table.help, table.columns) for table in tables}
    try:
        waiting = 0
        for reading in source.readings():
            tally.add(reading)
            for by_reading in tables.by_reading:
                writers[by_reading.name].add(by_reading.rows(reading))
            waiting += len(reading.document.text)
            if waiting >= _TEXT_LIMIT:
                waiting = 0
                for writer in writers.values():
                    writer.flush()
            if tally.documents % 1000 == 0:
                tell(f"{tally.documents:,} documents written")
        for at_once in tables.at_once:
            writers[at_once.name].add(at_once.rows(source))
        files = [writer.close() for writer in writers.values()]
    finally:
        for writer in writers.values():
            writer.abandon()
    tell(f"{tally.documents:,} documents written")
    return tuple(file for file in files if file is not None)


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
