"""`annotator export`: a corpus as a dataset, or in another tool's format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from annotator.display import safe
from annotator.progress import Progress
from annotator.trusting import trust_option
from corpus.corpus import Corpus
from corpus.exports import FORMATS, Exported, Options, exporter


@click.command(
    epilog="""\b
Formats:
"""
    + "\n".join(f"  {name:<8}{form.help}" for name, form in FORMATS.items())
    + """

\b
Examples:
  annotator export . build/hub                      the gold layer, as a dataset
  annotator export my-corpus out --layer anna       another layer
  annotator export my-corpus out --draft            as it stands, finished or not
  annotator export my-corpus out --standoff         without the texts; `annotator hydrate` puts them back"""
)
@click.argument("corpus", type=click.Path(exists=True, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(list(FORMATS)), default="hub", show_default=True, help="The format.")
@click.option("--layer", metavar="NAME", help="Export this layer, not the gold one.")
@click.option(
    "--only", multiple=True, metavar="NAME", help="Of the tables only the documents and this one; repeatable."
)
@click.option(
    "--shard",
    "shards",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Export the labelled documents of this file, one a line, in place of the corpus's own; repeatable.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for shards.  [default: by their size]")
@click.option("--draft", is_flag=True, help="Export even what is missing, unfinished or has errors, and say so in it.")
@click.option(
    "--standoff", is_flag=True, help="Leave out every word of the texts: places and digests stand for them (hub only)."
)
@trust_option
def command(
    corpus: Path,
    out: Path,
    form: str,
    layer: str | None,
    only: tuple[str, ...],
    shards: tuple[Path, ...],
    jobs: int | None,
    draft: bool,
    standoff: bool,
) -> None:
    """Export CORPUS to OUT.

    What is there is replaced only if it is an earlier export that nobody has changed, and only when the new one is
    complete and reads back as the corpus. What was written is listed on stdout.
    """
    if standoff and form != "hub":
        raise click.UsageError(f"--standoff is for `--to hub`: what {form} writes has the texts in it.")
    with Progress() as progress:
        options = Options(layer, draft, only, shards, standoff, jobs, progress.advance)
        exported = exporter(form)(Corpus.open(corpus), out, options, progress.tell)
    for line in _lines(exported):
        click.echo(line)
    click.echo(safe(exported.advice), err=True)


def _lines(exported: Exported) -> Iterator[str]:
    """The table of what was written: words to the left, numbers to the right."""
    rows = [exported.head, *exported.rows]
    widths = [max(len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    is_number = [all(isinstance(cell, int) for cell in column) for column in zip(*exported.rows, strict=True)]
    for row in rows:
        cells = (
            f"{cell:>{width}}" if number else f"{cell:<{width}}"
            for cell, width, number in zip(row, widths, is_number, strict=True)
        )
        yield safe("  ".join(cells).rstrip())
