"""`annotator doctor`: what is wrong with a corpus, what could be done about it, and doing it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.trusting import trust_option
from corpus.wording import counted

if TYPE_CHECKING:
    from corpus.doctor.repair import Trouble

_ALL_SAFE = ""


@click.command(
    epilog="""\b
Examples:
  annotator doctor                what is wrong with the corpus around the current folder
  annotator doctor --fix          do what changes nothing that anybody said
  annotator doctor my-corpus --fix E-CONFLICT:layers/anna/d1.jsonl:x1--other-0a1b2c:this
                                  do one thing that is listed, and nothing else
  annotator doctor --format json  one line for each trouble"""
)
@click.argument("folder", metavar="[CORPUS]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--fix",
    "fixes",
    multiple=True,
    is_flag=False,
    flag_value=_ALL_SAFE,
    metavar="[NAME]",
    help="Do what is safe; with the NAME of a repair only that. Repeatable.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@trust_option
@click.pass_context
def command(ctx: click.Context, folder: Path | None, fixes: tuple[str, ...], form: str) -> None:
    """Say what is wrong with a corpus, item by item, and what could be done; without --fix nothing is written.

    A repair is safe where it changes and removes nothing that anybody said: the form of a file, what a killed writer
    left, git's files. Everything else is done only when it is named. What a repair replaces or removes is kept in
    .annotator/originals/. The exit code is 1 as long as something is wrong.
    """
    from corpus.corpus import Corpus
    from corpus.doctor.examination import examine, repair
    from corpus.doctor.repair import Outcome

    # `--fix CORPUS` is read as the name of a repair, which always has a colon.
    paths = [each for each in fixes if each and ":" not in each]
    if paths and folder is None:
        folder, fixes = Path(paths[0]), tuple(_ALL_SAFE if each == paths[0] else each for each in fixes)
    if folder is not None and not folder.exists():
        raise click.UsageError(f"there is no folder {str(folder)!r}, nor a repair of that name")
    corpus = Corpus.open(folder or Path.cwd())
    if fixes:
        outcome = Outcome()
        try:
            repair(corpus, [each for each in fixes if each], safe=_ALL_SAFE in fixes, outcome=outcome)
        finally:
            # Where one repair is refused, those before it have been done all the same.
            for each in outcome.done:
                click.echo(safe(f"done: {each.name}: {each.does}"), err=True)
            for file in outcome.kept:
                click.echo(safe(f"kept: {corpus.folder / file}"), err=True)
    troubles = examine(corpus)
    for trouble in troubles:
        click.echo(_as_json(trouble) if form == "json" else safe(_as_text(trouble)))
    safe_ones = sum(each.is_safe for trouble in troubles for each in trouble.repairs)
    hint = f"; --fix does what is safe: {safe_ones}" if safe_ones else ""
    click.echo(f"{counted(len(troubles), 'trouble') if troubles else 'nothing is wrong'}{hint}", err=True)
    if troubles:
        ctx.exit(ExitCode.FINDINGS)


def _as_text(trouble: Trouble) -> str:
    place = "" if trouble.file is None else f"{trouble.file}:{trouble.line}: " if trouble.line else f"{trouble.file}: "
    lines = [f"{place}{trouble.code} {trouble.what}"]
    lines += (f"  {'--fix (safe)' if each.is_safe else f'--fix {each.name}'}: {each.does}" for each in trouble.repairs)
    if trouble.help:
        lines.append(f"  {trouble.help}")
    return "\n".join(lines)


def _as_json(trouble: Trouble) -> str:
    return json.dumps(
        {
            "code": trouble.code,
            "file": trouble.file,
            "line": trouble.line,
            "message": trouble.what,
            "help": trouble.help,
            "repairs": [{"name": each.name, "does": each.does, "safe": each.is_safe} for each in trouble.repairs],
        }
    )
