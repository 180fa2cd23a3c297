"""`annotator hydrate`: the words put back into a dataset that was published without the texts."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.display import safe


@click.command(
    epilog="""\b
Examples:
  annotator export . build/standoff --standoff       the dataset without the texts
  annotator hydrate build/standoff seeds build/full  the texts put back from seeds/"""
)
@click.argument("dataset", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("raw", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
def command(dataset: Path, raw: Path, out: Path) -> None:
    """Put the words back into DATASET from the files in RAW, and write it to OUT.

    DATASET is a folder made by `annotator export --standoff`. Every document and every covered word must have the
    digest that the dataset states; at the first that has another one nothing is written. What was written is listed on
    stdout.
    """
    from corpus.hydration import write_hydrated

    for name, rows in write_hydrated(dataset, raw, out).items():
        click.echo(safe(f"{name}  {rows}"))
    click.echo(safe(f"Load it:  datasets.load_dataset({str(out)!r}, split='train')"), err=True)
