"""How far the layers agree, as a page: each two of them by label and field, and what one says where the other says
something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.adjudication import Difference
from corpus.agreement import Agreement, Options, compare
from corpus.census import Census
from corpus.corpus import Corpus
from corpus.figures import FIELD_MEANINGS, MEANINGS, FieldRow, PairAgreement
from corpus.reliability import Figure
from corpus.report import addresses
from corpus.report.press import Press

SHOWN = ("exact", "overlap", "words", "kappa", "alpha_u")
"""The figures of a label that a page shows."""

_PAIRS = 10
_CELLS = 8000
"""The most pairs that are shown in full, and the most cells of all their tables of labels against each other."""

_DOCUMENTS = 400


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two layers in one line."""

    first: str
    second: str
    documents: int
    figures: Mapping[str, Figure]


def measure(corpus: Corpus, census: Census) -> Agreement | None:
    """How the layers agree; nothing where there are not two of them."""
    names = [name for name, layer in census.layers.items() if layer.documents]
    return compare(corpus, names, Options()) if len(names) > 1 else None


def rows(agreement: Agreement | None) -> list[PairRow]:
    """A line for each two layers."""
    if agreement is None:
        return []
    return [PairRow(pair.first, pair.second, pair.documents, pair.rows[0].figures) for pair in agreement.pairs]


def write(press: Press, agreement: Agreement | None, by_document: Sequence[tuple[str, Counter[Difference]]]) -> None:
    """Writes the page.

    Args:
        press: Where to.
        agreement: How they agree; none where there are not two layers.
        by_document: How often layers differ in which way, for each document that has two of them.
    """
    pairs = agreement.pairs if agreement else ()
    labels = len(agreement.labels) + 1 if agreement else 1
    most = max(1, min(_PAIRS, _CELLS // (labels * labels)))
    press.page(
        addresses.LAYERS,
        "layers",
        agreement=agreement,
        pairs=[(pair, _confusion(pair), pair.rows, _fields(pair)) for pair in pairs[:most]],
        pairs_left_out=max(0, len(pairs) - most),
        shown=SHOWN,
        meanings={name: MEANINGS[name] for name in SHOWN},
        field_meanings=FIELD_MEANINGS,
        by_document=sorted(by_document, key=lambda each: each[0])[:_DOCUMENTS],
        by_document_left_out=max(0, len(by_document) - _DOCUMENTS),
        differences=list(Difference),
    )


def _confusion(pair: PairAgreement) -> tuple[list[str | None], dict[str | None, dict[str | None, int]]]:
    """What the second says where the first says something: the labels that are there, and a row for each."""
    known = [row.label for row in pair.rows if row.label is not None]
    labels = [*known, None]
    return labels, {one: {other: pair.confusion.get((one, other), 0) for other in labels} for one in labels}


def _fields(pair: PairAgreement) -> list[FieldRow]:
    return [row for row in pair.fields if row.pairs]
