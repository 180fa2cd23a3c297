"""`annotator keys`: every action that can be given other keys."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.display import safe


@click.command(
    epilog="""\b
Examples:
  annotator keys                          every action: its id, its keys, what it does
  annotator keys --file my-keys.toml      with these keys; says what is wrong with them"""
)
@click.option("--file", type=click.Path(exists=True, path_type=Path), help="Another file than the one that is used.")
def command(file: Path | None) -> None:
    """List the keys of the app as they are in force, by the id of their action.

    To change them, write a file keys.toml in the user's configuration folder (its path is shown): `preset = "vim"` or
    "plain", and a table [keys] with lines such as "document.done" = "Z" and "label.NAME" = "p".
    """
    from annotator import keymap
    from annotator.app import AnnotatorApp

    path = file or keymap.user_file()
    known = AnnotatorApp.bounds()
    own = keymap.read(path, known)
    rows = [(bound.id, " ".join(own.of(bound)), bound.what) for bound in known]
    rows += [(f"{keymap.LABEL}{name}", key, "mark with this label") for name, key in own.labels.items()]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, keys, what in rows:
        click.echo(safe(f"{name:<{widths[0]}}  {keys:<{widths[1]}}  {what}"))
    there = "" if path.exists() else " (not there yet)"
    click.echo(f"keys of your own: {safe(str(path))}{there}", err=True)
