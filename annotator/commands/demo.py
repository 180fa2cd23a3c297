"""`annotator demo`: the bundled corpus, opened on a copy; without a terminal, run through check, export and load."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from corpus import bundled
from corpus.check import Seen, check
from corpus.corpus import Corpus
from corpus.errors import CorpusError
from schemas import Severity

FOLDER = "annotator-demo"
"""Where the working copy is made when no folder is named."""


@click.command(
    epilog="""\b
Examples:
  annotator demo                 a working copy in ./annotator-demo, opened as yourself
  annotator demo elsewhere       the same in another folder; what is there already is kept
  annotator demo < /dev/null     no terminal: check, export and load the corpus, and say so"""
)
@click.argument("folder", type=click.Path(path_type=Path), default=Path(FOLDER))
@click.option("--as", "name", metavar="NAME", help="The layer that you write; your login name where none is given.")
@click.option("--document", metavar="ID", help="The document to begin with.")
@click.pass_context
def command(ctx: click.Context, folder: Path, name: str | None, document: str | None) -> None:
    """Try the app on a working copy of the bundled corpus.

    The copy is made once, in FOLDER, and is yours: what you mark stays there. The bundled corpus is never written.
    Without a terminal, the bundled corpus is checked, exported and loaded instead, and a table says how that went.
    """
    from annotator.terminal import lacking

    if lacking() is None:
        _open(folder, name, document)
    elif not _run(bundled.folder()):
        ctx.exit(ExitCode.FINDINGS)


def _open(folder: Path, name: str | None, document: str | None) -> None:
    import getpass

    from annotator.terminal import run

    copy(folder)
    run(folder, name or getpass.getuser(), document, offer_tutorial=True)
    click.echo(
        f"Your copy of the corpus is in {safe(str(folder))}. Go on with: annotator open {safe(str(folder))}", err=True
    )


def copy(folder: Path) -> None:
    """Makes a working copy of the bundled corpus, unless there is one already.

    Raises:
        CorpusError: If the folder holds something else.
    """
    source = bundled.folder()
    if (folder / "corpus.toml").is_file():
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CorpusError(
            "the folder holds something else", path=folder, help="Name another one: annotator demo FOLDER"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A copy that was interrupted must not look like a corpus: it gets its name when it is whole.
    half = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    shutil.copytree(source, half, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    if folder.exists():
        folder.rmdir()
    half.chmod(0o755)
    half.rename(folder)


def _run(source: Path) -> bool:
    """Checks, exports and loads a corpus, and prints a line for each; whether all went well."""
    steps = list(_steps(source))
    width = max(len(step) for step, *_ in steps)
    for step, seconds, what, _ in steps:
        click.echo(f"{step:<{width}}  {seconds:>6.2f} s  {safe(what)}")
    click.echo(
        "\nIn a terminal, `annotator demo` opens the app on a working copy; `annotator --help` says what else there is."
    )
    return all(went_well for *_, went_well in steps)


def _steps(source: Path) -> Iterator[tuple[str, float, str, bool]]:
    began = time.perf_counter()
    corpus = Corpus.open(source)
    characters = sum(len(each.text) for each in corpus.documents.values())
    shown = f"{len(corpus.documents)} documents, {characters:,} characters, {len(corpus.entities)} entities; "
    shown += f"layers: {', '.join(corpus.layers) or 'none'}"
    yield "open", time.perf_counter() - began, shown, True

    began = time.perf_counter()
    seen = Seen()
    counts = dict.fromkeys(Severity, 0)
    for finding in check(corpus, seen=seen):
        counts[finding.severity] += 1
    shown = f"{seen.annotations} annotations: {counts[Severity.ERROR]} errors, {counts[Severity.WARNING]} warnings"
    yield "validate", time.perf_counter() - began, shown, not counts[Severity.ERROR]

    with tempfile.TemporaryDirectory() as folder:
        yield from _published(corpus, Path(folder) / "dataset")


def _published(corpus: Corpus, out: Path) -> Iterator[tuple[str, float, str, bool]]:
    try:
        from corpus.exports import Options, exporter

        began = time.perf_counter()
        exported = exporter("hub")(corpus, out, Options(draft=True), lambda _: None)
        shown = ", ".join(str(row[0]) for row in exported.rows)
        yield "export --to hub", time.perf_counter() - began, shown, True

        import datasets

        datasets.disable_progress_bars()
        began = time.perf_counter()
        cache = out.parent / "cache"
        rows = datasets.load_dataset(str(out), split="train", cache_dir=str(cache))
        yield "load_dataset", time.perf_counter() - began, f"{rows.num_rows} documents with {rows.column_names}", True
    except ImportError as error:
        yield "export --to hub", 0.0, f"left out: {error.name} is not installed (terminal-annotator[hub])", True
