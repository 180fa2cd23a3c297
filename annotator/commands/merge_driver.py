"""`annotator merge-driver`: the merge of one file, as git asks for it, and what makes git ask.

git waits for this at every file of a merge: nothing is imported that the merge itself does not need.
"""

from __future__ import annotations

from pathlib import Path

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode


@click.command(
    epilog="""\b
Examples:
  annotator merge-driver --install              in a clone: once, for its own configuration
  annotator merge-driver --install my-corpus    the clone that my-corpus lies in
  annotator merge-driver -- %O %A %B %P         as git runs it"""
)
@click.option("--install", is_flag=True, help="Make the clone around FOLDER merge with this, and stop.")
@click.argument("paths", nargs=-1, metavar="[FOLDER | BASE THIS OTHER PATH]")
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], install: bool) -> None:
    """Merge three versions of a corpus's file by annotation, as git asks for it.

    BASE, THIS and OTHER are files with the three versions; what comes of them takes the place of THIS. PATH is where
    the file lies in the repository, and says what it holds. Where both sides changed one annotation, both versions are
    kept, the conflict is named on stderr, and the exit code is 1, by which git knows that something is left to decide.
    """
    if install:
        if len(paths) > 1:
            raise click.UsageError("--install takes one folder")
        folder = Path(paths[0]) if paths else Path.cwd()
        if not folder.is_dir():
            raise click.UsageError(f"{paths[0]!r} is no folder")
        _install(folder)
        return
    if len(paths) != 4:
        raise click.UsageError("name the three versions and the path: %O %A %B %P; or use --install")
    base, this, other, path = paths
    from corpus import disk
    from corpus.versions import merge_versions

    try:
        merged = merge_versions(Path(base), Path(this), Path(other), path)
        disk.replace(Path(this), merged.data)
    except OSError as error:
        click.echo(safe(f"annotator: {path}: {error}; the file is as it was on this side"), err=True)
        ctx.exit(ExitCode.FINDINGS)
    for note in merged.notes:
        click.echo(safe(f"annotator: {path}: {note}"), err=True)
    for conflict in merged.conflicts:
        click.echo(safe(f"annotator: {path}: CONFLICT: {conflict.what}"), err=True)
    if merged.has_marks:
        click.echo(safe(f"annotator: {path}: CONFLICT: both sides changed the same lines, which are marked"), err=True)
    if not merged.is_clean:
        click.echo("annotator: nothing is lost. See it with `annotator doctor`; then `git add` the file", err=True)
        ctx.exit(ExitCode.FINDINGS)


def _install(folder: Path) -> None:
    from corpus import driver, manifest
    from corpus.errors import CorpusNotFound

    is_new = driver.register(folder)
    click.echo("This clone merges by annotation." if is_new else "This clone merges by annotation already.", err=True)
    try:
        corpus = manifest.find(folder)
    except CorpusNotFound:
        return
    if not driver.asks(corpus):
        click.echo(
            f"{safe(str(corpus / driver.ATTRIBUTES))} does not ask for it yet: `annotator doctor --fix` adds the line.",
            err=True,
        )
