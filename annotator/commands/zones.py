"""`annotator zones`: what each piece of a document is, shown and corrected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast, get_args

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.trusting import trust_option
from corpus import rezoning
from corpus.corpus import Corpus
from corpus.zoning import propose
from schemas import OPEN_KINDS, Document, Zone, ZoneKind

_KINDS: tuple[ZoneKind, ...] = get_args(ZoneKind)
_WORDS_SHOWN = 60
"""How many code points of a zone are shown."""


def _pairs(form: str, pattern: str) -> Callable[[click.Context, click.Parameter, Sequence[str]], list[tuple[str, str]]]:
    """What takes arguments of two values apart, such as `3@120`."""

    def parse(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> list[tuple[str, str]]:
        matches = [re.fullmatch(pattern, value) for value in values]
        for value, match in zip(values, matches, strict=True):
            if match is None:
                raise click.BadParameter(f"{value!r} is not of the form {form}", ctx, parameter)
        return [(match[1], match[2]) for match in matches if match]

    return parse


@click.command(
    epilog=f"""\b
Examples:
  annotator zones my-corpus 004                  every zone: number, kind, place, first words
  annotator zones my-corpus 004 --set 5=inserted --set 9=furniture
  annotator zones my-corpus 004 --split 3@120    a new zone begins at code point 120
  annotator zones my-corpus 004 --merge 3-5      one zone, of the kind of zone 3
  annotator zones my-corpus 004 --propose        what the rules would change; --write does it

Kinds that take annotations: {", ".join(kind for kind in _KINDS if kind in OPEN_KINDS)}.

Kinds that take none: {", ".join(kind for kind in _KINDS if kind not in OPEN_KINDS)}."""
)
@click.argument("corpus", type=click.Path(path_type=Path))
@click.argument("document")
@click.option(
    "--set",
    "kinds",
    metavar="N=KIND",
    multiple=True,
    callback=_pairs("N=KIND", rf"(\d{{1,9}})=({'|'.join(_KINDS)})"),
    help="Change a zone's kind.",
)
@click.option(
    "--split",
    "splits",
    metavar="N@OFFSET",
    multiple=True,
    callback=_pairs("N@OFFSET", r"(\d{1,9})@(\d{1,9})"),
    help="Divide a zone before a code point.",
)
@click.option(
    "--merge",
    "merges",
    metavar="N-M",
    multiple=True,
    callback=_pairs("N-M", r"(\d{1,9})-(\d{1,9})"),
    help="Join zones to one of the first one's kind.",
)
@click.option("--propose", "proposed", is_flag=True, help="Show what the rules would change.")
@click.option("--write", is_flag=True, help="With --propose: take the rules' zones.")
@click.option("--force", is_flag=True, help="Change zones even where annotations lie.")
@click.option("--schema", metavar="MODULE:CLASS", help="Takes the place of the schema that corpus.toml names.")
@trust_option
@click.pass_context
def command(
    ctx: click.Context,
    corpus: Path,
    document: str,
    kinds: Sequence[tuple[str, str]],
    splits: Sequence[tuple[str, str]],
    merges: Sequence[tuple[str, str]],
    proposed: bool,
    write: bool,
    force: bool,
    schema: str | None,
) -> None:
    """Show the zones of a document, or correct them.

    Several corrections may be given at once; numbers are those shown before any of them. A correction that would close
    or divide a place that somebody has annotated, in any layer, is refused without --force.
    """
    edited = bool(kinds or splits or merges)
    if proposed and edited:
        raise click.UsageError("--propose goes alone: take the rules' zones first, then correct them")
    if write and not proposed:
        raise click.UsageError("--write belongs to --propose; corrections are written as they are given")
    around = Corpus.open(corpus, schema)
    about = around.document(document)
    before = rezoning.zones_of(about)
    if not (edited or proposed):
        _show(about, before)
        return
    after = (
        propose(about.text)
        if proposed
        else rezoning.changed(
            about,
            kinds={int(number): cast("ZoneKind", kind) for number, kind in kinds},
            splits=_integers(splits),
            merges=_integers(merges),
        )
    )
    if tuple(after) == before:
        click.echo("nothing would change" if proposed else "nothing changed", err=True)
        return
    found = list(rezoning.conflicts(around, about, after))
    for conflict in found:
        click.echo(safe(conflict).replace("\n", "␊"), err=True)
    writes = edited or write
    if writes and found and not force:
        click.echo(
            f"annotator: {len(found)} annotated places stand in the way; nothing was changed. "
            "Move or delete the annotations first, or give --force",
            err=True,
        )
        ctx.exit(ExitCode.REFUSED)
    if writes:
        rezoning.write(around.store, about, after)
    for line in _differences(about, before, after):
        click.echo(safe(line))
    said = f"{about.id} has {len(after)} zones now" if writes else "nothing was written; --write takes the lines with +"
    click.echo(safe(said), err=True)


def _integers(pairs: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    return [(int(first), int(second)) for first, second in pairs]


def _show(document: Document, zones: Sequence[Zone]) -> None:
    for number, zone in enumerate(zones, 1):
        click.echo(safe(f"{number:>{len(str(len(zones)))}}  {_line(document, zone)}"))


def _differences(document: Document, before: Sequence[Zone], after: Sequence[Zone]) -> Iterator[str]:
    """The zones before that are gone with their numbers, and the new ones with theirs."""
    numbers = {"-": {zone: number for number, zone in enumerate(before, 1)}}
    numbers["+"] = {zone: number for number, zone in enumerate(after, 1)}
    for sign, zone in rezoning.difference(before, after):
        yield f"{sign} {numbers[sign][zone]:>4}  {_line(document, zone)}"


def _line(document: Document, zone: Zone) -> str:
    words = " ".join(document.text[zone.start : min(zone.end, zone.start + 4 * _WORDS_SHOWN)].split())
    shown = words if len(words) <= _WORDS_SHOWN else words[: _WORDS_SHOWN - 1] + "…"
    closed = " " if zone.is_open else "×"
    return f"{zone.kind:<12} {closed} {zone.start:>7} {zone.end:>7}  {shown}"
