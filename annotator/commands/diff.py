"""`annotator diff`: what a branch changed in a corpus, for those who review it."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.diffs import FORMATS, lines
from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.trusting import trust_option
from corpus.corpus import Corpus
from corpus.differences import differences
from corpus.git import Repository
from corpus.sides import CommitSide, FolderSide, Side


@click.command(
    epilog="""\b
Examples:
  annotator diff                              what is not committed yet
  annotator diff main                         the folder, against main
  annotator diff v1.0 v1.1                    two revisions; v1.0..v1.1 is the same
  annotator diff main...HEAD                  what the branch did since it parted from main
  annotator diff main...HEAD --format markdown > comment.md
  annotator diff main --layer gold --document 001"""
)
@click.argument("revisions", metavar="[REV [REV]]", nargs=-1)
@click.option(
    "--corpus",
    "folder",
    type=click.Path(exists=True, path_type=Path),
    help="The corpus.  [default: around the current folder]",
)
@click.option("--schema", metavar="MODULE:CLASS", help="Read both sides by this schema, not that of corpus.toml.")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only this layer; may be given again.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only this document; may be given again.")
@trust_option
@click.pass_context
def command(
    ctx: click.Context,
    revisions: tuple[str, ...],
    folder: Path | None,
    schema: str | None,
    form: str,
    layers: tuple[str, ...],
    documents: tuple[str, ...],
) -> None:
    """Show which annotations were added, removed, moved and changed between two revisions of a corpus.

    Annotations are known by their ids. Without a second revision, the folder as it stands is compared. The exit code
    is 1 where a file of a side cannot be read, otherwise 0.
    """
    corpus = Corpus.open(folder or Path.cwd(), schema)
    before, after = _sides(revisions, corpus.folder)
    found = differences(before, after, corpus.schema, layers=layers, documents=documents)
    for line in lines(form, found):
        click.echo(safe(line))
    if found.all_unreadable:
        ctx.exit(ExitCode.FINDINGS)


def _sides(revisions: tuple[str, ...], folder: Path) -> tuple[Side, Side]:
    """The two sides that are named."""
    repository = Repository.around(folder)
    named = list(revisions) or ["HEAD"]
    is_since = len(named) == 1 and "..." in named[0]
    if len(named) == 1 and ".." in named[0]:
        first, _, second = named[0].partition("..." if is_since else "..")
        named = [first or "HEAD", second or "HEAD"]
    if len(named) > 2:
        raise click.UsageError("two revisions can be compared, not more")
    commits = [repository.commit(name) for name in named]
    if is_since:
        commits[0] = repository.merge_base(*commits) or commits[0]
    before = CommitSide(repository, folder, named[0], commits[0])
    if len(commits) == 1:
        return before, FolderSide(folder, commits[0])
    return before, CommitSide(repository, folder, named[1], commits[1])
