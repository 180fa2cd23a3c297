"""`annotator init`: a new corpus."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(
    epilog="""\b
Examples:
  annotator init my-corpus
  annotator init letters --schema letters:LetterSchema --language ur --licence CC-BY-4.0
  annotator init corpus/data --name my-corpus --raw ../../texts

\b
A schema of your own is a module beside corpus.toml, or an installed one; put letters.py
into the folder first to name it."""
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--schema", metavar="MODULE:CLASS", help="The labels; those of the bundled corpus where none are named.")
@click.option("--name", metavar="NAME", help="The corpus's name; the folder's where none is given.")
@click.option("--title", metavar="TEXT", help="What people call it.")
@click.option("--language", metavar="TAG", help="The BCP 47 tag of the texts' language, such as en.")
@click.option("--licence", "--license", metavar="SPDX", help="The annotations' licence, such as CC-BY-4.0.")
@click.option("--text-licence", metavar="TEXT", help="What holds for the texts, where it is not the same.")
@click.option("--raw", metavar="DIR", help="The folder of the raw files, relative to the corpus.")
def command(
    folder: Path,
    schema: str | None,
    name: str | None,
    title: str | None,
    language: str | None,
    licence: str | None,
    text_licence: str | None,
    raw: str | None,
) -> None:
    """Make a folder a corpus. It may exist; what it holds is never replaced.

    In a git repository, its clone is told to merge the corpus's files by annotation.
    """
    from annotator.display import safe
    from annotator.trusting import module_beside
    from corpus import driver, trust
    from corpus.creation import DEFAULT_SCHEMA, create
    from corpus.errors import RepositoryMissing

    new = create(
        folder,
        name=name,
        schema=schema or DEFAULT_SCHEMA,
        title=title,
        language=language,
        licence=licence,
        text_licence=text_licence,
        raw=raw,
    )
    for file in new:
        click.echo(safe(str(folder / file)))
    named, module = module_beside(folder)
    if module is not None:
        # Who makes a corpus with a module of their own has named it.
        trust.remember(named, module)
        click.echo(f"You trust {safe(module.file.name)} as it is now; after a change, run: annotator trust", err=True)
    try:
        if driver.register(folder):
            click.echo("This clone of the repository now merges by annotation.", err=True)
    except RepositoryMissing:
        click.echo(
            f"It is in no git repository yet; in one, run: annotator merge-driver --install {safe(str(folder))}",
            err=True,
        )
    click.echo(f"A new corpus. Put documents into it: annotator add {safe(str(folder))} FILE...", err=True)
