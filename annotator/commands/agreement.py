"""`annotator agreement`: how layers agree, as tables, for a program, or as a gate for CI."""

from __future__ import annotations

import csv
import io
import json
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.trusting import trust_option
from corpus.agreement import Agreement, Options, compare
from corpus.agreement_tables import (
    DIFFERENCE_COLUMNS,
    VALUE_COLUMNS,
    Table,
    as_markdown,
    as_record,
    difference_record,
    headline,
    statements,
    tables,
    values,
)
from corpus.corpus import Corpus
from corpus.disagreements import Difference, Disagreement
from corpus.thresholds import Threshold

_SHOWN = 60
"""How many code points of covered words a line quotes."""


def _thresholds(ctx: click.Context, parameter: click.Parameter, given: Sequence[str]) -> list[Threshold]:
    try:
        return [Threshold.parsed(each) for each in given]
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, parameter) from error


@click.command(
    epilog="""\b
Figures of a label, or of all labels where none stands before them:
  exact, overlap      F1 of annotations with the same extent, or that overlap (one to one, the
                      best of all matchings); _precision and _recall, FIRST being the reference
  characters, words   F1 of the code points or words covered
  kappa, alpha        Cohen's and Krippendorff's, on words
  alpha_u             Krippendorff's for unitizing
  gamma               of Mathet, Widlöcher and Métivier; with --gamma
Figures of a field, on annotations that both have:
  same, kappa, alpha  f1 (references)  exact, characters (extents)

\b
Examples:
  annotator agreement my-corpus anna ben
  annotator agreement my-corpus anna ben --label person --differences
  annotator agreement my-corpus anna ben --min 'exact>=0.5' --min 'person.role.kappa>=0.6'
  annotator agreement my-corpus anna ben cleo --format markdown > agreement.md
  annotator agreement my-corpus anna ben --bootstrap 1000 --seed 7 --format json"""
)
@click.argument("corpus", type=click.Path(exists=True, path_type=Path))
@click.argument("first", metavar="FIRST")
@click.argument("others", metavar="LAYER...", nargs=-1, required=True)
@click.option("--label", "labels", multiple=True, metavar="NAME", help="Compare only this label; may be given again.")
@click.option("--document", "documents", multiple=True, metavar="ID", help="Compare only this one; may be given again.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "markdown"]), default="text", show_default=True
)
@click.option(
    "--min",
    "thresholds",
    multiple=True,
    metavar="'FIGURE>=N'",
    callback=_thresholds,
    help="Fail if LABEL.FIGURE or LABEL.FIELD.FIGURE is less; may be given again.",
)
@click.option("--by-document", is_flag=True, help="Add the figures of each document.")
@click.option("--differences", is_flag=True, help="List every difference, with the command that opens it.")
@click.option(
    "--bootstrap", type=click.IntRange(min=1), metavar="N", help="Make 95 % intervals from N draws of paragraphs."
)
@click.option("--gamma", is_flag=True, help="Make gamma too; slow, and needs the extra `gamma`.")
@click.option("--seed", type=int, default=0, show_default=True, help="Makes draws repeatable.")
@click.option("--schema", metavar="MODULE:CLASS", help="Takes the place of the schema that corpus.toml names.")
@trust_option
@click.pass_context
def command(
    ctx: click.Context,
    corpus: Path,
    first: str,
    others: tuple[str, ...],
    labels: tuple[str, ...],
    documents: tuple[str, ...],
    form: str,
    thresholds: list[Threshold],
    by_document: bool,
    differences: bool,
    bootstrap: int | None,
    gamma: bool,
    seed: int,
    schema: str | None,
) -> None:
    """Compare layers of CORPUS: where their annotations lie, what they say, and what was left out.

    An undefined figure is shown as – with its reason. The exit code is 1 where a figure is less than --min asks for, or
    undefined.
    """
    layers = (first, *others)
    if len(set(layers)) < len(layers):
        raise click.UsageError("a layer is named twice; name two or more different ones")
    options = Options(labels, documents, by_document, differences, bootstrap or 0, gamma, seed)
    agreement = compare(Corpus.open(corpus, schema), layers, options)
    failures = [failure for threshold in thresholds for failure in threshold.failures(agreement)]
    opening = _Opening(corpus)
    match form:
        case "json":
            click.echo(_as_json(agreement, opening, failures))
        case "csv":
            click.echo(safe(_as_csv(agreement, opening, differences)), nl=False)
        case "markdown":
            click.echo(safe(as_markdown(agreement, _difference_cells(agreement, opening))), nl=False)
        case _:
            for line in _as_text(agreement, opening):
                click.echo(safe(line))
    for failure in failures:
        click.echo(f"annotator: {safe(failure)}", err=True)
    if failures:
        ctx.exit(ExitCode.FINDINGS)


class _Opening:
    """The commands that open the app where layers differ."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus

    def at(self, difference: Disagreement) -> str:
        """The command for one difference, as a shell takes it."""
        words = ["annotator", "open", str(self._corpus), "--document", difference.document]
        words += ["--at", str(difference.start)]
        for layer in difference.layers:
            words += ["--beside", layer]
        return shlex.join(words)


def _as_text(agreement: Agreement, opening: _Opening) -> Iterator[str]:
    yield headline(agreement)
    for table in tables(agreement):
        yield ""
        yield table.title
        yield from _aligned(table)
    yield ""
    yield from statements(agreement)
    for pair in agreement.pairs:
        if pair.differences:
            yield ""
            yield f"{pair.first} and {pair.second}: {len(pair.differences):,} differences"
        for difference in pair.differences:
            yield _said(difference).replace("\n", "␊")
            yield f"  {opening.at(difference)}"


def _aligned(table: Table) -> Iterator[str]:
    """The rows of a table with the first column to the left and the numbers to the right."""
    rows = [table.head, *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        numbers = (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join((f"{row[0]:<{widths[0]}}", *numbers)).rstrip()


def _said(difference: Disagreement) -> str:
    """A difference as one line."""
    said = [
        f"{layer}: {f'{label} ' if difference.kind is Difference.LABEL else ''}{_quoted(words)}"
        for layer, label, words in zip(difference.layers, difference.labels, difference.words, strict=True)
    ]
    label = difference.labels[0] or difference.labels[1] or ""
    if difference.field is not None and difference.values is not None:
        label = f"{label}.{difference.field} of {_quoted(difference.words[0])}"
        said = [f"{layer}: {_value(value)}" for layer, value in zip(difference.layers, difference.values, strict=True)]
    elif difference.kind is Difference.LABEL:
        label = "label"
    place = f"{difference.document}:{difference.start}-{difference.end}"
    return f"{place} {difference.kind.value} {label}: {', '.join(said)}"


def _quoted(words: str | None) -> str:
    if words is None:
        return "nothing"
    return f"“{words}”" if len(words) <= _SHOWN else f"“{words[: _SHOWN // 2]} … {words[-_SHOWN // 3 :]}”"


def _value(value: Any) -> str:
    if value is None or value == []:
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _difference_cells(agreement: Agreement, opening: _Opening) -> Iterator[list[str]]:
    """The differences as rows of text, after the names of the columns."""
    yield [*DIFFERENCE_COLUMNS, "open"]
    for difference in (each for pair in agreement.pairs for each in pair.differences):
        cells = ("" if value is None else _value(value) for value in difference_record(difference).values())
        yield [safe(cell) for cell in (*cells, opening.at(difference))]


def _as_csv(agreement: Agreement, opening: _Opening, differences: bool) -> str:
    """The figures, or, where they are asked for, the differences alone: a file has one table."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    if differences:
        writer.writerows(_difference_cells(agreement, opening))
    else:
        writer.writerow(VALUE_COLUMNS)
        writer.writerows(values(agreement))
    return buffer.getvalue()


def _as_json(agreement: Agreement, opening: _Opening, failures: Sequence[str]) -> str:
    record = as_record(agreement)
    for pair, pair_record in zip(agreement.pairs, record["pairs"], strict=True):
        pair_record["differences"] = [difference_record(each) | {"open": opening.at(each)} for each in pair.differences]
    return json.dumps(record | {"below_minimum": list(failures)}, indent=2)
