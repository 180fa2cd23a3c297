"""Agreement as tables for people, as one record for programs, and as a list of values for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus import markdown
from corpus.agreement import Agreement
from corpus.disagreements import Disagreement
from corpus.figures import FIELD_MEANINGS, MEANINGS, LabelRow, PairAgreement, TogetherRow
from corpus.reliability import Figure
from corpus.wording import counted

ALL = "all labels"
NOTHING = "nothing"
_UNDEFINED = "–"
_SHORT = {"start_distance": "start ±", "end_distance": "end ±"}
_HIDDEN = ("exact_precision", "exact_recall", "overlap_precision", "overlap_recall")
"""Figures that only programs get: a table has no room for them."""

VALUE_COLUMNS = ("first", "second", "document", "label", "field", "figure", "value", "low", "high", "reason")
DIFFERENCE_COLUMNS = (
    "kind", "document", "start", "end", "first", "second", "first_label", "second_label", "first_words",
    "second_words", "field", "first_value", "second_value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the names of the columns, and the cells; all but the first column are numbers."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def headline(agreement: Agreement) -> str:
    """Whose agreement it is: the title, and the layers with what sort of annotator made them."""
    layers = ", ".join(f"{layer.name} ({_makers(layer.annotators, agreement.kinds)})" for layer in agreement.layers)
    return f"{agreement.title}: {layers}"


def _makers(annotators: Iterable[str], kinds: Mapping[str, str]) -> str:
    return ", ".join(dict.fromkeys(kinds[name] for name in annotators)) or "no document"


def tables(agreement: Agreement) -> Iterator[Table]:
    """Every table: all layers together where there are more than two, then each two of them."""
    if agreement.together:
        yield _figures("all layers together", agreement.together)
    for pair in agreement.pairs:
        yield _labels(pair)
        if _has_fields(pair):
            yield _fields(pair)
        if pair.confusion:
            yield _confusion(pair, agreement.labels)
        if pair.by_document:
            yield _documents(pair)


def _has_fields(pair: PairAgreement) -> bool:
    """Whether there is any annotation on which fields could be compared."""
    return any(row.pairs for row in pair.fields)


def _title(pair: PairAgreement) -> str:
    return f"{pair.first} and {pair.second}: {counted(pair.documents, 'document')}, {counted(pair.words, 'word')}"


def _labels(pair: PairAgreement) -> Table:
    shown = _figures(_title(pair), pair.rows)
    counts = [(f"{row.counts.first:,}", f"{row.counts.second:,}") for row in pair.rows]
    rows = [(row[0], *numbers, *row[1:]) for row, numbers in zip(shown.rows, counts, strict=True)]
    return Table(shown.title, (shown.head[0], pair.first, pair.second, *shown.head[1:]), rows)


def _figures(title: str, rows: Sequence[LabelRow] | Sequence[TogetherRow]) -> Table:
    names = [name for name in rows[0].figures if name not in _HIDDEN]
    head = ("label", *(_SHORT.get(name, name) for name in names))
    return Table(title, head, [(row.label or ALL, *(shown(row.figures[name], name) for name in names)) for row in rows])


def _fields(pair: PairAgreement) -> Table:
    used = [name for name in FIELD_MEANINGS if any(name in row.figures for row in pair.fields)]
    rows = [
        (
            f"{row.label}.{row.field}",
            f"{row.pairs:,}",
            *(shown(row.figures[name], name) if name in row.figures else "" for name in used),
        )
        for row in pair.fields
    ]
    head = ("field", "pairs", *(_SHORT.get(name, name) for name in used))
    return Table("fields, on annotations that both have", head, rows)


def _confusion(pair: PairAgreement, labels: Sequence[str]) -> Table:
    """A row for each label of the first, a column for each of the second."""
    others = dict.fromkeys(label for both in pair.confusion for label in both if label is not None)
    names: list[str | None] = [*labels, *(label for label in others if label not in labels), None]
    rows = []
    for one in names:
        numbers = [pair.confusion.get((one, other), 0) for other in names]
        cells = [f"{number:,}" if number else "" for number in numbers]
        if any(numbers):
            rows.append((one or NOTHING, *cells))
    return Table(f"where {pair.first} says …, {pair.second} says", ("", *(name or NOTHING for name in names)), rows)


def _documents(pair: PairAgreement) -> Table:
    shown_rows = _figures("by document", [each.rows[0] for each in pair.by_document])
    rows = [(each.document, *row[1:]) for each, row in zip(pair.by_document, shown_rows.rows, strict=True)]
    return Table(shown_rows.title, ("document", *shown_rows.head[1:]), rows)


def shown(figure: Figure, name: str) -> str:
    """A figure as a cell of a table: two digits, and its interval."""
    if figure.value is None:
        return _UNDEFINED
    value = f"{figure.value:.1f}" if name.endswith("_distance") else f"{figure.value:.2f}"
    if figure.low is None or figure.high is None:
        return value
    return f"{value} ({figure.low:.2f}–{figure.high:.2f})"


def statements(agreement: Agreement) -> Iterator[str]:
    """What was compared, what was left out and why, and why some figures are undefined."""
    yield f"compared: {counted(agreement.documents, 'document')} of {agreement.corpus}, by {agreement.schema}"
    for pair in agreement.pairs:
        if pair.statuses:
            pairs = ", ".join(f"{one}/{other} {number:,}" for (one, other), number in sorted(pair.statuses.items()))
            same, kappa = (shown(pair.status_figures[name], name) for name in ("same", "kappa"))
            yield f"status of documents, {pair.first}/{pair.second}: {pairs}; same {same}, kappa {kappa}"
        if pair.documents and pair.fields and not _has_fields(pair):
            yield f"{pair.first} and {pair.second}: no annotation has a counterpart, so no field was compared"
        left_out = sum(row.left_out for row in pair.fields)
        if left_out:
            yield f"{pair.first} and {pair.second}: {left_out:,} references lead to what the other layer does not have"
    for reason in agreement.left_out:
        yield f"left out: {reason}"
    for note in agreement.notes:
        yield f"note: {note}"
    reasons: dict[str, dict[str, None]] = {}
    for name, figure in _undefined(agreement):
        reasons.setdefault(figure.reason, {})[name] = None
    for reason, names in reasons.items():
        yield f"{_UNDEFINED} {reason}: {', '.join(names)}"


def _undefined(agreement: Agreement) -> Iterator[tuple[str, Figure]]:
    """The figures that are shown as undefined, each with what it is about."""
    rows: list[LabelRow | TogetherRow] = [*agreement.together, *(row for pair in agreement.pairs for row in pair.rows)]
    for row in rows:
        for name, figure in row.figures.items():
            if figure.value is None and name not in _HIDDEN:
                yield row.label or ALL, figure
    for pair in agreement.pairs:
        for field in pair.fields if _has_fields(pair) else ():
            for figure in field.figures.values():
                if figure.value is None:
                    yield f"{field.label}.{field.field}", figure


def as_markdown(agreement: Agreement, differences: Iterable[Sequence[str]] = ()) -> str:
    """A page with all tables and statements, what the figures mean, and the differences: a head, then rows of cells."""
    lines = [f"# {markdown.literal(headline(agreement))}", ""]
    for table in tables(agreement):
        cells = ([markdown.literal(cell) for cell in row] for row in (table.head, *table.rows))
        lines += [f"## {markdown.literal(table.title)}", "", *markdown.table(next(cells), cells), ""]
    lines += ["## What was compared", "", *(f"- {markdown.literal(each)}" for each in statements(agreement)), ""]
    lines += ["## What the figures are", "", *_meanings(agreement)]
    listed = [[markdown.literal(cell) for cell in row] for row in differences]
    if len(listed) > 1:
        lines += ["", "## Differences", "", *markdown.table(listed[0], listed[1:])]
    return "\n".join(lines) + "\n"


def _meanings(agreement: Agreement) -> Iterator[str]:
    rows: list[LabelRow | TogetherRow] = [*agreement.together, *(pair.rows[0] for pair in agreement.pairs)]
    made = {name for row in rows for name in row.figures}
    for name, meaning in MEANINGS.items():
        if name in made and name not in _HIDDEN:
            yield f"- {markdown.literal(_SHORT.get(name, name))}: {meaning}"
    for name, meaning in FIELD_MEANINGS.items():
        yield f"- {name} of a field: {meaning}"


def as_record(agreement: Agreement) -> dict[str, Any]:
    """Everything as plain values; a figure that is undefined has the value `None` and says why."""
    return {
        "title": agreement.title,
        "corpus": agreement.corpus,
        "schema": agreement.schema,
        "labels": list(agreement.labels),
        "documents": agreement.documents,
        "layers": [
            {
                "name": layer.name,
                "annotators": [{"name": name, "kind": agreement.kinds[name]} for name in layer.annotators],
                "documents": layer.documents,
                "annotations": layer.annotations,
                "statuses": {status.value: number for status, number in layer.statuses.items()},
            }
            for layer in agreement.layers
        ],
        "pairs": [_pair_record(pair) for pair in agreement.pairs],
        "together": [{"label": row.label, "figures": _record(row.figures)} for row in agreement.together],
        "left_out": list(agreement.left_out),
        "notes": list(agreement.notes),
    }


def _pair_record(pair: PairAgreement) -> dict[str, Any]:
    record: dict[str, Any] = {
        "first": pair.first,
        "second": pair.second,
        "documents": pair.documents,
        "words": pair.words,
        "paragraphs_drawn": pair.paragraphs,
        "labels": [_row_record(row) for row in pair.rows],
        "fields": [
            {
                "label": row.label,
                "field": row.field,
                "kind": row.kind.value,
                "pairs": row.pairs,
                "references_left_out": row.left_out,
                "figures": _record(row.figures),
            }
            for row in pair.fields
        ],
        "confusion": [
            {"first": one, "second": other, "count": number} for (one, other), number in pair.confusion.items()
        ],
        "statuses": [
            {"first": one.value, "second": other.value, "count": number}
            for (one, other), number in pair.statuses.items()
        ],
        "status_figures": _record(pair.status_figures),
    }
    if pair.by_document:
        record["by_document"] = [
            {"document": each.document, "labels": [_row_record(row) for row in each.rows]} for each in pair.by_document
        ]
    return record


def _row_record(row: LabelRow) -> dict[str, Any]:
    counts = row.counts
    numbers = {"first": counts.first, "second": counts.second, "exact": counts.exact, "overlap": counts.overlap}
    return {"label": row.label, **numbers, "figures": _record(row.figures)}


def _record(figures: Mapping[str, Figure]) -> dict[str, Any]:
    records: dict[str, Any] = {}
    for name, figure in figures.items():
        record: dict[str, Any] = {"value": figure.value}
        if figure.value is None:
            record["reason"] = figure.reason
        if figure.low is not None:
            record |= {"low": figure.low, "high": figure.high}
        records[name] = record
    return records


def values(agreement: Agreement) -> Iterator[Sequence[Any]]:
    """Every figure as a row of `VALUE_COLUMNS`; an empty second layer stands for all layers together."""
    for together in agreement.together:
        names = " ".join(layer.name for layer in agreement.layers)
        yield from _values((names, "", "", together.label or ""), "", together.figures)
    for pair in agreement.pairs:
        layers = (pair.first, pair.second)
        for row in pair.rows:
            yield from _values((*layers, "", row.label or ""), "", row.figures)
        for field in pair.fields:
            yield from _values((*layers, "", field.label), field.field, field.figures)
        for document in pair.by_document:
            for row in document.rows:
                yield from _values((*layers, document.document, row.label or ""), "", row.figures)


def _values(place: Sequence[str], field: str, figures: Mapping[str, Figure]) -> Iterator[Sequence[Any]]:
    for name, figure in figures.items():
        yield (*place, field, name, figure.value, figure.low, figure.high, figure.reason)


def difference_record(difference: Disagreement) -> dict[str, Any]:
    """A difference as plain values, by `DIFFERENCE_COLUMNS`."""
    first, second = difference.values or (None, None)
    cells = (
        difference.kind.value, difference.document, difference.start, difference.end, *difference.layers,
        *difference.labels, *difference.words, difference.field, first, second,
    )  # fmt: skip
    return dict(zip(DIFFERENCE_COLUMNS, cells, strict=True))
