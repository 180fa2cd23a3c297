"""`annotator migrate`: layers brought to the version of the schema."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.trusting import trust_option
from corpus.wording import counted

if TYPE_CHECKING:
    from corpus.migration import Move, Plan


@click.command(
    epilog="""\b
Examples:
  annotator migrate                what would become of the corpus around the current folder
  annotator migrate --write        the same, done
  annotator migrate my-corpus --schema my_labels:NewSchema

\b
A step from one version to the next is a function in the schema's `migrations`; between
versions that share their first number none is needed. Commit before you migrate."""
)
@click.argument("folder", metavar="[CORPUS]", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--schema", metavar="MODULE:CLASS", help="Migrate to this schema, not the one that corpus.toml names.")
@click.option("--write", is_flag=True, help="Do it. Without, nothing is written.")
@trust_option
@click.pass_context
def command(ctx: click.Context, folder: Path | None, schema: str | None, write: bool) -> None:
    """Bring every layer to the schema's version; without --write only show what would become of them.

    A line on stdout for each file: how many annotations there are, and how many words they cover, before and after.
    All files are changed or none, also where this is killed halfway: the next `annotator migrate` goes on. It is
    refused where an annotation would come to cover other words, unless the migration says that it does that.

    The exit code is 1 where something is to be done and --write is not given, or where something stands against it.
    """
    from corpus import staging
    from corpus.corpus import Corpus
    from corpus.migration import carry_out, plan

    corpus = Corpus.open(folder or Path.cwd(), schema)
    if staging.is_waiting(corpus.store):
        if not write:
            click.echo("A migration was interrupted halfway; --write carries it out.", err=True)
            ctx.exit(ExitCode.FINDINGS)
        click.echo(f"Carried out what was interrupted: {counted(staging.finish(corpus.store), 'file')}.", err=True)
    found = plan(corpus)
    for move in found.moves:
        click.echo(safe(_line(move)))
    for finding in found.findings:
        click.echo(safe(f"{finding.file}: {finding.code} {finding.message}. {finding.help or ''}"), err=True)
    if found.findings:
        click.echo("Nothing was written.", err=True)
        ctx.exit(ExitCode.FINDINGS)
    if write:
        carry_out(corpus, found)
    click.echo(safe(_summary(found, write=write)), err=True)
    if found.moves and not write:
        ctx.exit(ExitCode.FINDINGS)


def _line(move: Move) -> str:
    before, after = move.before.total(), move.after.total()
    words = f"{_covered(move.words_before)} -> {_covered(move.words_after)} code points"
    changed = sorted(label for label in {*move.before, *move.after} if move.before[label] != move.after[label])
    labels = "".join(f"  {label} {move.before[label]} -> {move.after[label]}" for label in changed)
    return f"{move.file}  {move.source}  {before} -> {after} annotations  {words}{labels}"


def _covered(words: Counter[tuple[int, int, str]]) -> int:
    return sum(len(text) * count for (_, _, text), count in words.items())


def _summary(found: Plan, *, write: bool) -> str:
    if not found.moves:
        return f"Everything follows {safe(found.schema.id)}: {counted(found.current, 'file')}."
    verb = "now follow" if write else "would follow"
    before = sum(move.before.total() for move in found.moves)
    after = sum(move.after.total() for move in found.moves)
    what = f"{counted(len(found.moves), 'file')} {verb} {safe(found.schema.id)}, {before} -> {after} annotations"
    return f"{what}." if write else f"{what}. Do it with --write."
