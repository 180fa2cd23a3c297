"""`annotator stats`: what a corpus holds, in figures and small bars."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.display import safe
from annotator.timing import spoken
from annotator.trusting import trust_option
from corpus.wording import counted

if TYPE_CHECKING:
    from corpus.census import Census, DocumentCensus, FieldCensus, LabelCensus, LayerCensus
    from corpus.provenance import Making, Origin

_BAR = 24
"""Cells of the longest bar."""

_EIGHTHS = " ▏▎▍▌▋▊▉"
_DOCUMENTS = 50
"""How many documents are listed."""

_NAMED = 12
"""How many values of a field without a closed list are shown."""


@click.command(
    epilog="""\b
Examples:
  annotator stats                              the corpus around the current folder
  annotator stats my-corpus --layer gold       one layer
  annotator stats --format json | jq .layers[].annotations
  annotator stats --format json --with-provenance > provenance.json"""
)
@click.argument("corpus", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only this layer; may be given again.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--with-provenance", is_flag=True, help="Say of each annotation how it came to be (with `--format json` only)."
)
@trust_option
def command(corpus: Path | None, layers: tuple[str, ...], form: str, with_provenance: bool) -> None:
    """Count what a corpus holds: documents, words, annotations by label, values of fields, nesting, progress.

    Words are those of open zones. A field's share of empty values is told where it may be empty. How long documents
    took and how annotations came to be is told where the app has noted it on this machine, in `.annotator/`: time is
    what lies between two keys or clicks, as long as that is no more than a minute.
    """
    if with_provenance and form != "json":
        raise click.UsageError("--with-provenance is for `--format json`.")
    from corpus.census import take
    from corpus.corpus import Corpus

    census = take(Corpus.open(corpus or Path.cwd()), layers)
    if form == "json":
        click.echo(json.dumps(as_json(census, with_provenance=with_provenance), indent=2))
        return
    for line in _lines(census):
        click.echo(safe(line).rstrip())
    if len(census.layers) > 1:
        click.echo("How far the layers agree: annotator agreement", err=True)


def bar(count: int, most: int) -> str:
    """A bar in the proportion of a number to the largest one; what is more than nothing shows."""
    eighths = round(count / most * _BAR * 8) if most else 0
    if count and not eighths:
        eighths = 1
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def as_json(census: Census, *, with_provenance: bool = False) -> dict[str, Any]:
    """The figures as plain values; what is undefined is `None`."""
    return {
        "corpus": census.name,
        "schema": census.schema.id,
        "entities": census.entities,
        "claims": census.claims,
        "words": census.words,
        "code_points": census.code_points,
        "zones": {
            kind: {"zones": count, "code_points": census.zone_code_points[kind]}
            for kind, count in census.zones.most_common()
        },
        "findings": [
            {"code": code, "severity": severity.value, "count": count}
            for (severity, code), count in (census.findings or {}).items()
        ],
        "documents": [_document(each, census, with_provenance) for each in census.documents],
        "layers": [_layer(each, census) for each in census.layers.values()],
    }


def _document(document: DocumentCensus, census: Census, with_provenance: bool) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "code_points": document.code_points,
        "words": document.words,
        "zones": dict(document.zones),
        "findings_left": census.left_in(document.id),
        "layers": {
            name: {
                "status": layer.status.value,
                "comment": layer.comment,
                "annotator": layer.annotator,
                "annotations": layer.annotations,
                "per_1000_words": document.density(name),
                "labels": dict(layer.labels),
                "findings_left": census.left[document.id, name],
                **_making(layer.seconds, layer.making),
                **({"origins": {key: _origin(each) for key, each in layer.origins.items()}} if with_provenance else {}),
            }
            for name, layer in document.layers.items()
        },
    }


def _making(seconds: float, making: Making) -> dict[str, Any]:
    """How long it took, and how annotations came to be."""
    return {
        "seconds": round(seconds, 1) if seconds else None,
        "made": dict(making.made.most_common()) if making.is_known else None,
        "edited": dict((+making.edited).most_common()) if making.is_known else None,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {"how": origin.how, "layers": list(origin.layers), "edited": origin.edited}


def _layer(layer: LayerCensus, census: Census) -> dict[str, Any]:
    return {
        "name": layer.name,
        "annotators": dict(layer.annotators),
        "documents": layer.documents,
        "words": layer.words,
        "annotations": layer.annotations,
        "per_1000_words": layer.density,
        "progress": dict(layer.progress),
        "findings_left": sum(count for (_, name), count in census.left.items() if name == layer.name),
        **_making(layer.seconds, layer.making),
        "timed_documents": layer.timed,
        "depths": {str(depth): count for depth, count in sorted(layer.depths.items())},
        "settled": dict(sorted(layer.settled.items())),
        "labels": [
            {
                "name": name,
                "annotations": label.annotations,
                "documents": label.documents,
                "interrupted": label.interrupted,
                "code_points": label.code_points,
                "fields": [_field(each) for each in label.fields.values()],
            }
            for name, label in layer.labels.items()
        ],
    }


def _field(field: FieldCensus) -> dict[str, Any]:
    return {
        "name": field.spec.name,
        "kind": field.spec.kind.value,
        "filled": field.filled,
        "empty": field.empty,
        "empty_share": field.empty_share if field.may_be_empty else None,
        "values": dict(field.values if field.is_closed else field.values.most_common()),
        "other_values": field.others,
        "interrupted": field.interrupted,
        "code_points": field.code_points,
        "least": field.least,
        "most": field.most,
    }


def _lines(census: Census) -> Iterator[str]:
    """The figures for people."""
    yield f"{census.name}, schema {census.schema.id}"
    yield (
        f"{counted(len(census.documents), 'document')}, {counted(census.words, 'word')}, "
        f"{counted(census.code_points, 'character')}, {counted(len(census.layers), 'layer')}, "
        f"{census.entities:,} entities, {counted(census.claims, 'claim')}"
    )
    if census.zones:
        yield from _bars("zones", census.zones.most_common())
    yield from _documents(census)
    for layer in census.layers.values():
        yield from _layer_lines(layer)
    found = census.findings.items() if census.findings else ()
    yield from _bars(
        "findings" if found else "no findings",
        [(f"{severity.value} {code}", count) for (severity, code), count in found],
    )


def _documents(census: Census) -> Iterator[str]:
    shown = census.documents[:_DOCUMENTS]
    left = ["findings"] if census.left else []
    rows = [("document", "words", *census.layers, *left)]
    for document in shown:
        cells = [_cell(document, name) for name in census.layers]
        cells += [f"{census.left_in(document.id):,}"] if left else []
        rows.append((document.id, f"{document.words:,}", *cells))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield ""
    for name, *cells in rows:
        right = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        yield f"{name:<{widths[0]}}  {'  '.join(right)}"
    if len(census.documents) > len(shown):
        yield f"and {len(census.documents) - len(shown):,} more (--format json has them all)"


def _cell(document: DocumentCensus, layer: str) -> str:
    there = document.layers.get(layer)
    if there is None:
        return "–"
    took = f", {spoken(there.seconds)}" if there.seconds else ""
    return f"{there.annotations:,} {there.status.value}{took}"


def _layer_lines(layer: LayerCensus) -> Iterator[str]:
    yield ""
    yield f"layer {layer.name}, by {', '.join(layer.annotators) or 'nobody yet'}"
    sizes = f"{counted(layer.annotations, 'annotation')} in {counted(layer.documents, 'document')}"
    yield f"  {sizes}{_per(layer.density)}"
    yield f"  {', '.join(f'{count:,} {how_far}' for how_far, count in layer.progress.items())}"
    if layer.timed:
        each = f", {spoken(layer.seconds / layer.timed)} each" if layer.timed > 1 else ""
        yield f"  {spoken(layer.seconds)} of work on {counted(layer.timed, 'document')}{each}"
    if not layer.annotations:
        return
    if layer.making.is_known:
        edited = layer.making.edited.total()
        yield from _bars("came to be", layer.making.made.most_common(), f"{edited:,} of them were edited after that")
    yield from _bars("labels", [(name, label.annotations) for name, label in layer.labels.items()])
    yield from _bars("held by others", [(str(depth), count) for depth, count in sorted(layer.depths.items())])
    if layer.settled:
        yield from _bars("settled", sorted(layer.settled.items()))
    for label in layer.labels.values():
        yield from _field_lines(label)


def _field_lines(label: LabelCensus) -> Iterator[str]:
    if not label.annotations:
        return
    for field in label.fields.values():
        head = f"{label.spec.name}.{field.spec.name}"
        if field.may_be_empty and field.empty_share is not None:
            head += f", empty in {field.empty_share:.0%} ({field.empty:,} of {field.annotations:,})"
        if field.code_points:
            head += f", covers {counted(field.code_points, 'character')}, {field.interrupted:,} interrupted"
        if field.is_closed:
            yield from _bars(head, list(field.values.items()))
        else:
            values = field.values.most_common(_NAMED)
            more = len(field.values) - len(values)
            yield from _bars(head, values, f"and {more:,} more" if more else "")


def _bars(head: str, counts: Iterable[tuple[str, int]], foot: str = "") -> Iterator[str]:
    """A head, then a line with a bar for each count."""
    counts = [(" ".join(name.split()), count) for name, count in counts]
    yield ""
    yield f"  {head}"
    width = max((len(name) for name, _ in counts), default=0)
    digits = max((len(f"{count:,}") for _, count in counts), default=0)
    most = max((count for _, count in counts), default=0)
    for name, count in counts:
        yield f"    {name:<{width}}  {count:>{digits},}  {bar(count, most)}"
    if foot:
        yield f"    {foot}"


def _per(density: float | None) -> str:
    return "" if density is None else f", {density:.1f} on 1,000 words"
