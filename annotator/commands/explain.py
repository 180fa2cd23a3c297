"""`annotator explain`: what a finding's code means, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from annotator.display import safe
from annotator.trusting import trust_option
from corpus import manifest
from corpus.codes import ADDING, GENERIC, SAVING
from corpus.corpus import Corpus
from corpus.errors import CorpusNotFound, NameUnknown
from corpus.refusing import REFUSING
from schemas import LabelSchema, Rule

_INTRODUCTION = """\
# The codes of findings

What `annotator validate` may find, and `annotator add`, and under which codes other commands refuse. A code never
changes its meaning and is never used again. Errors fail the check, warnings fail it where `--max-warnings` says so,
notes are listed with `--notes`. `annotator explain CODE` prints an entry of these tables. This page is written by
`annotator explain --format markdown`.
"""


@click.command(
    epilog="""\b
Examples:
  annotator explain E-TEXT
  annotator explain                       every code
  annotator explain --schema my_schema:MySchema
  annotator explain --format markdown     the page of the documentation"""
)
@click.argument("code", required=False)
@click.option("--corpus", "folder", type=click.Path(exists=True, path_type=Path), help="Explain this corpus's codes.")
@click.option("--schema", metavar="MODULE:CLASS", help="Explain this schema's codes.")
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@trust_option
def command(code: str | None, folder: Path | None, schema: str | None, form: str) -> None:
    """Say what a code means and what to do about it; without CODE, list every code.

    The codes of a schema's own rules are those of the corpus around the current folder, unless one is named.
    """
    labels = _schema(folder, schema)
    own = {rule.code: rule for rule in labels.rules} if labels else {}
    rules = {**GENERIC, **ADDING, **SAVING, **REFUSING, **own}
    if code is not None:
        rule = rules.get(code) or {each.code.casefold(): each for each in rules.values()}.get(code.casefold())
        if rule is None:
            raise NameUnknown(f"there is no code {code!r}", help="`annotator explain` lists every code")
        click.echo(_as_text([rule]))
    elif form == "markdown":
        click.echo(safe(as_markdown(labels)), nl=False)
    else:
        click.echo(_as_text(rules.values()))


def as_markdown(schema: LabelSchema | None) -> str:
    """The page of the documentation: a table of the codes of every corpus, and one of the schema's."""
    pieces = [_INTRODUCTION, "## Every corpus\n", _table(GENERIC), "## Files that are added\n", _table(ADDING)]
    pieces += ["## Opening and saving\n", _table(SAVING)]
    pieces += ["## What commands refuse\n", _table(REFUSING)]
    if schema is not None and schema.rules:
        pieces += [f"## The schema {schema.name}\n", _table({rule.code: rule for rule in schema.rules})]
    return "\n".join(pieces)


def _schema(folder: Path | None, schema: str | None) -> LabelSchema | None:
    """The schema that was asked for, or that of the corpus at hand; none where there is no corpus."""
    try:
        return Corpus.open(folder or Path.cwd(), schema).schema
    except CorpusNotFound:
        if folder is not None:
            raise
        return manifest.load_schema(schema, Path.cwd(), trusted=True) if schema else None


def _as_text(rules: Iterable[Rule]) -> str:
    return "\n\n".join(safe(f"{rule.code} ({rule.severity.value})\n  {rule.summary}\n  {rule.help}") for rule in rules)


def _table(rules: Mapping[str, Rule]) -> str:
    rows = [
        f"| `{rule.code}` | {rule.severity.value} | {_cell(rule.summary)} | {_cell(rule.help)} |\n"
        for rule in rules.values()
    ]
    return "".join(["| code | severity | what holds | what to do |\n", "|---|---|---|---|\n", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
