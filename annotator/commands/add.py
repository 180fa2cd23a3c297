"""`annotator add`: documents into a corpus."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from corpus import ingest, manifest
from corpus.errors import CorpusError, StoreFailed
from corpus.store import Store
from corpus.wording import counted
from schemas import Document, Finding

_PROGRESS_FROM = 20
"""The number of files from which on there is a progress bar."""


@click.command(
    epilog="""\b
Examples:
  annotator add my-corpus texts/*.txt
  annotator add my-corpus "Report 7.txt" --id report-7 --title "The seventh report" --date 2021-11-05
  annotator add my-corpus texts/*.txt --id-prefix 3     001_a.txt becomes the document 001"""
)
@click.argument("corpus", type=click.Path(path_type=Path))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--id", "name", metavar="ID", help="The document's id; its file's name without the ending otherwise.")
@click.option("--id-prefix", type=click.IntRange(min=1), metavar="N", help="Only the first N characters of the name.")
@click.option("--language", metavar="TAG", help="The BCP 47 tag of the language; the corpus's where none is given.")
@click.option("--title", metavar="TEXT", help="The title; the words of the title's zone where none is given.")
@click.option("--publisher", metavar="NAME", help="Who published it.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The day of publication.")
@click.pass_context
def command(
    ctx: click.Context,
    corpus: Path,
    files: tuple[Path, ...],
    name: str | None,
    id_prefix: int | None,
    language: str | None,
    title: str | None,
    publisher: str | None,
    date: datetime.datetime | None,
) -> None:
    """Put documents into a corpus: all of them, or none if one is refused.

    A file's text is kept byte for byte, UTF-8 only; what is unusual in it is reported. Zones are proposed from its
    layout: look at them with `annotator zones`.
    """
    if len(files) > 1 and (name or title):
        raise click.UsageError("--id and --title are about one file; add the files one by one")
    folder = manifest.find(corpus)
    about = manifest.read(folder)
    store = Store(folder)
    raw_folder = folder / about.raw if about.raw else None
    documents: list[Document] = []
    refused: list[CorpusError] = []
    findings: list[tuple[Path, Finding]] = []
    with click.progressbar(
        files, label="Reading", file=sys.stderr, hidden=len(files) < _PROGRESS_FROM or not sys.stderr.isatty()
    ) as progress:
        for path in progress:
            try:
                document = ingest.make_document(
                    ingest.read(path),
                    name or ingest.id_for(path, id_prefix),
                    source=ingest.source_of(path, raw_folder),
                    title=title,
                    publisher=publisher,
                    date=date.date() if date else None,
                    language=language or about.language,
                )
            except CorpusError as error:
                refused.append(error)
                continue
            documents.append(document)
            findings += [(path, finding) for finding in ingest.findings(document)]
    there = store.documents()
    refused += ingest.refusals(documents, there)
    if refused:
        _refuse(ctx, refused, len(files))
    for path, finding in findings:
        _tell(path, finding)
    for finding in ingest.repetitions(documents, there):
        _tell(None, finding)
    ingest.add(store, documents)
    for document in documents:
        click.echo(safe(_summary(document)))
    click.echo(f"{counted(len(documents), 'document')} added, {len(there) + len(documents)} in all", err=True)


def _refuse(ctx: click.Context, refused: Sequence[CorpusError], count: int) -> None:
    code = ExitCode.REFUSED
    for error in refused:
        click.echo(f"annotator: {safe(str(error))}".replace("\n", "␊"), err=True)
        if isinstance(error, StoreFailed):
            code = ExitCode.STORE
    if count > 1:
        click.echo(f"{len(refused)} of {counted(count, 'file')} refused; none was added", err=True)
    ctx.exit(code)


def _tell(path: Path | None, finding: Finding) -> None:
    place = finding.document if path is None else f"{path}:{finding.line}"
    click.echo(safe(f"{place}: {finding.code} {finding.message}. {finding.help}").replace("\n", "␊"), err=True)


def _summary(document: Document) -> str:
    kinds = Counter(zone.kind for zone in document.zones)
    zones = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return f"{document.id}  {len(document.text):,} code points  {zones}"
