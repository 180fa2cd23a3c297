"""`annotator validate`: the check of corpora, of single files of one, and of shards."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.gate import Gate
from annotator.reports import FORMATS, report, written
from annotator.reports.report import Found, Subject
from annotator.trusting import trust_option
from corpus import driver, known, manifest
from corpus.check import check
from corpus.codes import GENERIC, ID_DUP
from corpus.corpus import Corpus
from corpus.errors import CorpusError, CorpusNotFound, InputRefused, SchemaUnavailable, StoreFailed
from corpus.known import KnownFindings
from corpus.selection import Selection
from corpus.store import CLAIMS, DOCUMENTS, ENTITIES, LAYERS, Store
from corpus.wording import counted
from schemas import Entity, Finding, LabelSchema

if TYPE_CHECKING:
    from corpus.touched import Touched


class _ReportFile(click.ParamType[tuple[str, Path]]):
    """A format and a file, as `FORMAT=FILE`."""

    name = "FORMAT=FILE"

    def convert(
        self, value: str | tuple[str, Path], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        if isinstance(value, tuple):
            return value
        form, equals, file = value.partition("=")
        if form not in FORMATS or not equals or not file:
            self.fail(f"{value!r} is not FORMAT=FILE with one of the formats {', '.join(FORMATS)}", param, ctx)
        return form, Path(file)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be looked at in each of the paths."""

    schema: str | None
    layers: tuple[str, ...]
    documents: tuple[str, ...]
    since: str | None
    jobs: int | None


@click.command(
    epilog="""\b
Examples:
  annotator validate                            the corpus around the current folder
  annotator validate my-corpus --layer anna     one layer of a corpus
  annotator validate my-corpus/layers/anna/d1.jsonl
  annotator validate --changed-since main       what this branch touched, and what depends on it
  annotator validate shard.jsonl --schema schemas.security:SecuritySchema
  annotator validate --ignore G7,W-BIDI --max-warnings 0
  annotator validate --format json | jq .code
  annotator validate --report junit=report.xml  a file beside what is printed
  annotator validate --format known > known.jsonl"""
)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--schema", metavar="MODULE:CLASS", help="Check against this schema, not the one that corpus.toml names.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option(
    "--report", "files", multiple=True, type=_ReportFile(), help="Write a file in another format too; repeatable."
)
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only this layer; may be given again.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only this document; may be given again.")
@click.option(
    "--changed-since", "since", metavar="REV", help="Only what differs from where the branch parted from REV."
)
@click.option("--select", multiple=True, metavar="CODE,...", help="Only codes that begin so; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE,...", help="No codes that begin so; repeatable.")
@click.option("--max-warnings", type=click.IntRange(min=0), metavar="N", help="Fail if there are more than N warnings.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for a shard.  [default: by its size]")
@click.option("--notes", is_flag=True, help="List notes too; otherwise they are only counted.")
@trust_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    schema: str | None,
    form: str,
    files: tuple[tuple[str, Path], ...],
    layers: tuple[str, ...],
    documents: tuple[str, ...],
    since: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    max_warnings: int | None,
    jobs: int | None,
    notes: bool,
) -> None:
    """Check a corpus: its files, its documents, every annotation, and the rules of its schema.

    PATH is a corpus's folder, a file of a corpus, or a shard: a file with one document and its annotations a line.
    Findings go to stdout, the summary to stderr. The exit code is 1 where there is an error, otherwise 0. Findings that
    known.jsonl beside corpus.toml lists are only counted.
    """
    asked = _Asked(schema, layers, documents, since, jobs)
    selection = Selection.of(select, ignore)
    named = paths or (Path.cwd(),)
    _require_codes(selection, named, schema)
    with ExitStack() as open_files:
        reports = [report(form, lambda piece: click.echo(safe(piece), nl=False))]
        reports += (report(each, open_files.enter_context(written(file))) for each, file in files)
        gate = Gate(reports, selection, notes)
        for path in named:
            _look_at(path, asked, gate)
        verdict = gate.close(max_warnings)
    click.echo(safe(gate.summary), err=True)
    if verdict.failed:
        ctx.exit(ExitCode.FINDINGS)


def _require_codes(selection: Selection, paths: Iterable[Path], schema: str | None) -> None:
    """Refuses beginnings that no code has; what has no schema that can be read is let through."""
    if not selection.select and not selection.ignore:
        return
    codes = {*GENERIC}
    for path in paths:
        try:
            codes.update(rule.code for rule in Corpus.open(path, schema).schema.rules)
        except CorpusNotFound:
            if schema is not None:
                codes.update(
                    rule.code for rule in manifest.load_schema(schema, path.absolute().parent, trusted=True).rules
                )
        except CorpusError:
            return
    unknown = selection.unknown(codes)
    if unknown:
        raise click.UsageError(f"no code begins with {', '.join(unknown)}; `annotator explain` lists every code")


def _look_at(path: Path, asked: _Asked, gate: Gate) -> None:
    """Checks what a path names, and hands the gate what is found."""
    try:
        folder = manifest.find(path)
    except CorpusNotFound:
        if path.is_dir():
            raise
        _look_at_shard(path, None, asked, gate)
        return
    if path.is_file() and path.name != manifest.FILE:
        within = Path(os.path.abspath(path)).relative_to(folder)  # noqa: PTH100 - links are kept as they are
        if not _is_of_corpus(within):
            _look_at_shard(path, folder, asked, gate)
            return
        if within.parts[0] == LAYERS:
            asked = replace(asked, layers=(within.parts[1],), documents=(within.name.removesuffix(".jsonl"),))
        _CorpusRun(folder, within.as_posix(), asked, gate).run()
    else:
        _CorpusRun(folder, None, asked, gate).run()


def _is_of_corpus(within: Path) -> bool:
    """Whether a file, relative to the folder of a corpus, is one that a corpus consists of."""
    is_layer_file = len(within.parts) == 3 and within.parts[0] == LAYERS and within.suffix == ".jsonl"
    return is_layer_file or within.as_posix() in (DOCUMENTS, ENTITIES, CLAIMS, known.FILE)


class _CorpusRun:
    """The check of one corpus, or of one of its files."""

    def __init__(self, folder: Path, only: str | None, asked: _Asked, gate: Gate) -> None:
        self.folder = folder
        self.only = only
        self.gate = gate
        self.asked = asked
        self.touched = _since(folder, asked.since, asked.schema) if asked.since is not None else None
        self.layers, self.documents = frozenset(asked.layers), frozenset(asked.documents)
        try:
            self.schema: LabelSchema | None = Corpus.open(folder, asked.schema).schema
        except (InputRefused, SchemaUnavailable, StoreFailed):
            self.schema = None

    def run(self) -> None:
        # In CI nothing is merged, and a checkout there has no configuration of anybody's.
        if "CI" not in os.environ and driver.lacks(self.folder):
            place = "" if self.folder == Path.cwd() else f" {safe(shlex.quote(str(self.folder)))}"
            click.echo(
                f"this clone merges the corpus as text, not by annotation: run annotator merge-driver --install{place}",
                err=True,
            )
        self.gate.begin(Subject(self._files, self.schema.rules if self.schema else ()))
        layers, documents = self.layers, self.documents
        if self.touched is not None:
            click.echo(safe(self._told(self.touched)), err=True)
            layers, documents = self.touched.scope(layers, documents)
        listed = KnownFindings(self.folder)
        for finding in check(
            self.folder, schema=self.asked.schema, layers=layers, documents=documents, seen=self.gate.seen
        ):
            if not self._is_asked(finding) or not self.gate.selection.takes(finding.code):
                continue
            if listed.holds(finding):
                self.gate.known += 1
            else:
                self._add(finding)
        for finding in filter(self._is_asked, (*listed.faults, *self._grown(listed))):
            self._add(finding)
        # The list has not been touched, but a finding on it, which is then no longer there.
        for finding in listed.gone(self._would_be_found) if self.only in (None, known.FILE) else ():
            self._add(finding)

    def _grown(self, listed: KnownFindings) -> Iterator[Finding]:
        """What the branch has put on the list of known findings."""
        if self.asked.since is not None:
            from corpus.touched import known_before

            before = known_before(self.folder, self.asked.since)
            yield from listed.grown(before) if before is not None else ()

    def _add(self, finding: Finding) -> None:
        path = Path.cwd() / self.folder / finding.file if finding.file else None
        self.gate.add(Found(finding, path, self.folder))

    def _is_asked(self, finding: Finding) -> bool:
        return (self.only is None or finding.file == self.only) and (
            self.touched is None or self.touched.concerns(finding)
        )

    def _would_be_found(self, finding: Finding) -> bool:
        """Whether a known finding would have been found, if it were still there."""
        if self.schema is None or not self.gate.selection.takes(finding.code):
            return False
        if self.layers and finding.layer not in self.layers:
            return False
        # An id that is there twice is found only where both documents are read.
        if self.documents and (finding.document not in self.documents or finding.code == ID_DUP.code):
            return False
        if self.touched is None or self.touched.everything:
            return True
        return finding.document is not None and self.touched.concerns(finding)

    def _files(self) -> Iterator[Path]:
        """The files that are looked at, as far as the folder can be read."""
        if self.only is not None:
            yield self.folder / self.only
            return
        top = (manifest.FILE, DOCUMENTS, ENTITIES, CLAIMS, known.FILE)
        yield from (self.folder / file for file in top if (self.folder / file).is_file())
        store = Store(self.folder)
        with suppress(StoreFailed):
            for layer in store.layer_names():
                for document in store.layer_documents(layer):
                    if self._is_looked_at(layer, document):
                        yield self.folder / LAYERS / layer / f"{document}.jsonl"

    def _is_looked_at(self, layer: str, document: str) -> bool:
        if (self.layers and layer not in self.layers) or (self.documents and document not in self.documents):
            return False
        return self.touched is None or self.touched.concerns(Finding("", "", layer=layer, document=document))

    def _told(self, touched: Touched) -> str:
        what = "everything is looked at" if touched.everything else "what depends on them is looked at"
        return f"since {safe(self.asked.since or '')} {counted(len(touched.files), 'file')} changed: {what}"


def _look_at_shard(path: Path, folder: Path | None, asked: _Asked, gate: Gate) -> None:
    from annotator.progress import Progress
    from corpus.file_parts import LARGE, processes_for
    from corpus.shard_check import check_shard

    labels: LabelSchema
    entities: dict[str, Entity] | None = None
    if folder is not None:
        around = Corpus.open(folder, asked.schema)
        labels, entities = around.schema, dict(around.entities)
    elif asked.schema is not None:
        labels = manifest.load_schema(asked.schema, path.absolute().parent, trusted=True)
    else:
        raise click.UsageError(f"{path} is in no corpus: name its schema with --schema MODULE:CLASS")
    if asked.since is not None and not _has_changed(path, folder, asked.since, asked.schema):
        return
    gate.begin(Subject(lambda: [path.absolute()], labels.rules))
    size = path.stat().st_size
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        progress.advance("checking", gate.seen.documents - before, done / size)

    before = gate.seen.documents
    with Progress() as progress:
        told = advance if size >= LARGE else None
        processes = asked.jobs or processes_for(size)
        for finding in check_shard(path, labels, entities, seen=gate.seen, progress=told, processes=processes):
            gate.add(Found(finding, path.absolute(), None))


def _has_changed(path: Path, folder: Path | None, revision: str, schema: str | None) -> bool:
    """Whether a shard differs from a revision, or what it depends on in the corpus that it lies in."""
    from corpus.touched import file_differs

    return file_differs(path, revision) or (folder is not None and _since(folder, revision, schema).everything)


def _since(folder: Path, revision: str, schema: str | None) -> Touched:
    # Asking git takes a while to import, and most checks do not.
    from corpus.touched import since

    return since(folder, revision, schema)
