"""`annotator open`: the terminal app."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from annotator.trusting import ask, has_terminal, trust_option


@click.command(
    epilog="""\b
Examples:
  annotator open                           the corpus around this folder, as yourself
  annotator open my-corpus --as anna       as the layer `anna`
  annotator open --document 002 --at 1042  begin at a place
  annotator open --as gold --beside anna --beside ben
                                           settle what two annotators said"""
)
@click.argument("corpus", type=click.Path(path_type=Path), required=False)
@click.option("--as", "name", metavar="NAME", help="The layer that you write; your login name where none is given.")
@click.option("--document", metavar="ID", help="The document to begin with.")
@click.option("--at", "start", type=click.IntRange(min=0), default=0, help="The code point to go to in it.")
@click.option("--beside", metavar="LAYER", multiple=True, help="Another layer to show beside; may be given again.")
@click.option("--exclusive", is_flag=True, help="Let nobody else change a document of the layer while it is open here.")
@click.option("--schema", metavar="MODULE:CLASS", help="Takes the place of the schema that corpus.toml names.")
@trust_option
def command(
    corpus: Path | None,
    name: str | None,
    document: str | None,
    start: int,
    beside: tuple[str, ...],
    exclusive: bool,
    schema: str | None,
) -> None:
    """Open the app: mark spans, fill in what the schema asks, save as you go.

    Nothing is written until something is changed. Two who open the same layer both write, and are merged; with
    --exclusive, whoever comes second can only read.
    """
    import getpass

    from annotator.terminal import run
    from corpus.errors import SchemaUntrusted

    folder = corpus or Path.cwd()
    open_app = partial(
        run, folder, name or getpass.getuser(), document, start, beside, schema=schema, exclusive=exclusive
    )
    try:
        open_app()
    except SchemaUntrusted:
        from corpus import manifest

        if not has_terminal() or not ask(manifest.find(folder)):
            raise
        open_app()
