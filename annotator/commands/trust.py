"""`annotator trust`: which corpora may run the schema's module that lies beside their `corpus.toml`."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.trusting import ask, described, has_terminal, module_beside
from corpus import manifest, trust


@click.command(
    epilog="""\b
Examples:
  annotator trust my-corpus             look at what would be run, and say yes or no
  annotator trust my-corpus --yes       say yes
  annotator trust --list                what is trusted
  annotator trust my-corpus --forget    trust it no longer
  annotator validate --trust            in CI: this once, and nothing is kept"""
)
@click.argument("corpus", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--forget", is_flag=True, help="Trust the corpus no longer.")
@click.option("--list", "lists", is_flag=True, help="Print what is trusted, one JSON object a line.")
@click.pass_context
def command(ctx: click.Context, corpus: Path | None, yes: bool, forget: bool, lists: bool) -> None:
    """Let a corpus run its schema's module, if that lies beside corpus.toml.

    A schema is Python code: reading such a corpus runs it, with all that you may do. So it is run only after you have
    said so, once for each folder and each content of the module; what an installed package brings needs no question.
    The list of what is trusted is kept in your configuration folder.
    """
    if lists:
        for each in trust.listed():
            click.echo(safe(each.line()))
        return
    folder = manifest.find(corpus or Path.cwd())
    if forget:
        was_trusted = trust.forget(folder)
        click.echo(f"{safe(str(folder))} {'is trusted no longer' if was_trusted else 'was not trusted'}.", err=True)
        return
    schema, module = module_beside(folder)
    if module is None:
        click.echo(f"{safe(schema)} is installed: this corpus runs nothing of its own.", err=True)
    elif yes:
        trust.remember(schema, module)
        click.echo(safe(f"{described(schema, module)}\n\nTrusted."), err=True)
    elif not has_terminal():
        click.echo(safe(described(schema, module)), err=True)
        raise click.UsageError("there is no terminal to ask at: look at the module, then say --yes")
    elif ask(folder):
        click.echo("Trusted.", err=True)
    else:
        click.echo("Not trusted; nothing was run.", err=True)
        ctx.exit(ExitCode.REFUSED)
