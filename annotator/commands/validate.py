"""`annotator validate`: the check of corpora, of single files of one, and of shards."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from corpus import manifest
from corpus.check import Seen, check
from corpus.corpus import Corpus
from corpus.errors import CorpusNotFound
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS
from schemas import Entity, Finding, LabelSchema, Severity

_LARGE = 32 * 1024 * 1024
"""The bytes from which on a shard is checked by several processes, with a progress bar."""


@click.command(
    epilog="""\b
Examples:
  annotator validate                            the corpus around the current folder
  annotator validate my-corpus --layer anna     one layer of a corpus
  annotator validate my-corpus/layers/anna/d1.jsonl
  annotator validate shard.jsonl --schema schemas.security:SecuritySchema
  annotator validate --format json | jq .code"""
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--schema", metavar="MODULE:CLASS", help="Check against this schema, not the one that corpus.toml names.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only this layer; may be given again.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only this document; may be given again.")
@click.option("--max-warnings", type=click.IntRange(min=0), metavar="N", help="Fail if there are more than N warnings.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for a shard.  [default: by its size]")
@click.option("--notes", is_flag=True, help="List notes too; otherwise they are only counted.")
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    schema: str | None,
    form: str,
    layers: tuple[str, ...],
    documents: tuple[str, ...],
    max_warnings: int | None,
    jobs: int | None,
    notes: bool,
) -> None:
    """Check a corpus: its files, its documents, every annotation, and the rules of its schema.

    PATH is a corpus's folder, a file of a corpus, or a shard: a file with one document and its annotations a line.
    Findings go to stdout, the summary to stderr. The exit code is 1 where there is an error, otherwise 0.
    """
    report = _Report(as_json=form == "json", notes=notes)
    for path in paths or (Path.cwd(),):
        for shown, finding in _findings(path, schema, layers, documents, jobs, report.seen):
            report.add(shown, finding)
    report.close()
    if report.counts[Severity.ERROR] or (max_warnings is not None and report.counts[Severity.WARNING] > max_warnings):
        ctx.exit(ExitCode.FINDINGS)


@dataclass(slots=True)
class _Report:
    """Prints findings as they come, counts them, and at the end says once for each code what to do."""

    as_json: bool
    notes: bool
    seen: Seen = field(default_factory=Seen)
    counts: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    ways_out: dict[str, str] = field(default_factory=dict)

    def add(self, path: str | None, finding: Finding) -> None:
        """Takes in one finding about the file of that path."""
        self.counts[finding.severity] += 1
        if finding.severity is Severity.NOTE and not self.notes:
            return
        if self.as_json:
            click.echo(as_json(path, finding))
            return
        self.ways_out.setdefault(finding.code, finding.help or "")
        click.echo(safe(as_text(path, finding)).replace("\n", "␊"))

    def close(self) -> None:
        """The ways out, and the summary."""
        if self.ways_out:
            click.echo()
            for code, way_out in sorted(self.ways_out.items()):
                click.echo(f"{code}: {safe(way_out)}")
        click.echo(self._summary(), err=True)

    def _summary(self) -> str:
        seen = self.seen
        looked_at = [_counted(seen.documents, "document"), _counted(seen.annotations, "annotation")]
        if seen.layers:
            looked_at.insert(1, _counted(seen.layers, "layer"))
        found = [_counted(count, severity.value) for severity, count in self.counts.items() if count]
        hint = " (list them with --notes)" if self.counts[Severity.NOTE] and not self.notes else ""
        return f"{', '.join(looked_at)}: {', '.join(found) or 'no findings'}{hint}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_text(path: str | None, finding: Finding) -> str:
    """A finding as one line for people: `path:line: CODE what (annotation)`."""
    place = "" if path is None else f"{path}: " if finding.line is None else f"{path}:{finding.line}: "
    about = f" (annotation {finding.annotation})" if finding.annotation else ""
    return f"{place}{finding.code} {finding.message}{about}"


def as_json(path: str | None, finding: Finding) -> str:
    """A finding as one JSON object in ASCII; what is not known is `null`."""
    return json.dumps(
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "help": finding.help,
            "path": path,
            "line": finding.line,
            "layer": finding.layer,
            "document": finding.document,
            "annotation": finding.annotation,
            "start": finding.start,
            "end": finding.end,
        }
    )


def _findings(
    path: Path,
    schema: str | None,
    layers: tuple[str, ...],
    documents: tuple[str, ...],
    jobs: int | None,
    seen: Seen,
) -> Iterator[tuple[str | None, Finding]]:
    """The findings about a path, each with the path of its file as it is shown."""
    try:
        folder = manifest.find(path)
    except CorpusNotFound:
        if path.is_dir():
            raise
        yield from _shard_findings(path, schema, None, jobs, seen)
        return
    only = None
    if path.is_file() and path.name != manifest.FILE:
        within = Path(os.path.abspath(path)).relative_to(folder)  # noqa: PTH100 - links are kept as they are
        if not _is_of_corpus(within):
            yield from _shard_findings(path, schema, folder, jobs, seen)
            return
        only = within.as_posix()
        if within.parts[0] == LAYERS:
            layers, documents = (within.parts[1],), (within.name.removesuffix(".jsonl"),)
    for finding in check(folder, schema=schema, layers=layers, documents=documents, seen=seen):
        if only is None or finding.file == only:
            yield (_shown(folder / finding.file) if finding.file else None), finding


def _is_of_corpus(within: Path) -> bool:
    """Whether a file, relative to the folder of a corpus, is one that a corpus consists of."""
    is_layer_file = len(within.parts) == 3 and within.parts[0] == LAYERS and within.suffix == ".jsonl"
    return is_layer_file or within.as_posix() in (DOCUMENTS, ENTITIES, CLAIMS)


def _shard_findings(
    path: Path, schema: str | None, folder: Path | None, jobs: int | None, seen: Seen
) -> Iterator[tuple[str | None, Finding]]:
    from corpus.shard_check import check_shard

    labels: LabelSchema
    entities: dict[str, Entity] | None = None
    if folder is not None:
        around = Corpus.open(folder, schema)
        labels, entities = around.schema, dict(around.entities)
    elif schema is not None:
        labels = manifest.load_schema(schema, path.absolute().parent)
    else:
        raise click.UsageError(f"{path} is in no corpus: name its schema with --schema MODULE:CLASS")
    processes = jobs or (min(os.cpu_count() or 1, 8) if path.stat().st_size >= _LARGE else 1)
    with _progress(path) as advance:
        for finding in check_shard(path, labels, entities, seen=seen, progress=advance, processes=processes):
            yield _shown(path), finding


def _progress(path: Path) -> AbstractContextManager[Callable[[int], None] | None]:
    """What shows how much of a large shard has been read, where there is a terminal to show it."""
    size = path.stat().st_size
    if size < _LARGE or not sys.stderr.isatty():
        return nullcontext()
    return _Bar(size)


class _Bar(AbstractContextManager[Callable[[int], None]]):
    """A progress bar on stderr that is redrawn for every megabyte."""

    def __init__(self, size: int) -> None:
        self._bar = click.progressbar(length=size, label="Checking", file=sys.stderr)
        self._unseen = 0

    def __enter__(self) -> Callable[[int], None]:
        self._bar.__enter__()
        return self._advance

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(None, None, None)

    def _advance(self, size: int) -> None:
        self._unseen += size
        if self._unseen >= 1024 * 1024:
            self._bar.update(self._unseen)
            self._unseen = 0


def _shown(path: Path) -> str:
    """A path as it is shown: from the current folder where it lies below it."""
    current = Path.cwd()
    absolute = path.absolute()
    return str(absolute.relative_to(current) if absolute.is_relative_to(current) else absolute)
