"""How far a corpus's layers agree, as its card says it: figures of each two layers that were made apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.agreement import Agreement, compare
from corpus.corpus import Corpus
from corpus.figures import MEANINGS, PairAgreement
from corpus.markdown import code, literal, table
from corpus.reliability import Figure

TITLE = "Consistency"
"""The heading of the section. Whose agreement it is, is said below it."""

_SHOWN = ("exact", "overlap", "words", "kappa", "alpha_u")
_MOST_PAIRS = 10


def consistency_of(corpus: Corpus) -> Agreement | None:
    """How the layers agree that were made apart; nothing where there are not two of them.

    An adjudicated layer is left out, since it was made from the others.

    Raises:
        InputRefused: If a layer's file is not as it must be.
    """
    names = [name for name in corpus.layers if _was_made_apart(corpus, name)]
    return compare(corpus, names) if len(names) > 1 else None


def _was_made_apart(corpus: Corpus, layer: str) -> bool:
    """Whether a layer has annotations, and the first document that has any does not say how they were settled."""
    for document in corpus.store.layer_documents(layer):
        annotations = corpus.store.layer(layer, document, corpus.schema).annotations
        if annotations:
            return all(each.settled is None for each in annotations)
    return False


def consistency_lines(agreement: Agreement | None) -> Iterator[str]:
    """The section of the card, in Markdown."""
    yield f"## {TITLE}"
    yield ""
    if agreement is None:
        yield "There are not two layers that were made apart from each other, so nothing can be said of it."
        yield ""
        return
    pairs = [pair for pair in agreement.pairs if pair.documents]
    layers = ", ".join(
        f"{code(layer.name)} ({', '.join(dict.fromkeys(agreement.kinds[name] for name in layer.annotators))})"
        for layer in agreement.layers
    )
    yield f"{_whose(agreement)}, in {agreement.documents:,} documents, of the layers {layers}."
    if set(agreement.kinds.values()) == {"model"}:
        yield (
            "It is consistency between models, not agreement between people: models may share their mistakes, so that "
            "it is no measure of how right they are."
        )
    yield "A layer that was adjudicated is not among them, since it was made from others."
    yield ""
    yield from table(
        ("layers", "documents", "label", *_SHOWN), [row for pair in pairs[:_MOST_PAIRS] for row in _rows(pair)]
    )
    yield ""
    if len(pairs) > _MOST_PAIRS:
        yield f"{len(pairs) - _MOST_PAIRS:,} more pairs of layers are left out; `annotator agreement` shows them."
        yield ""
    yield from (f"- {code(name)}: {MEANINGS[name]}" for name in _SHOWN)
    yield ""
    notes: Sequence[str] = agreement.notes
    yield from (f"- {literal(note)}" for note in notes)
    if notes:
        yield ""


def _whose(agreement: Agreement) -> str:
    """Whose agreement it is; only people who worked apart agree."""
    kinds = set(agreement.kinds.values())
    return "Consistency between models" if kinds == {"model"} else agreement.title


def _rows(pair: PairAgreement) -> Iterator[tuple[str, ...]]:
    names = f"{code(pair.first)}, {code(pair.second)}"
    for row in pair.rows:
        label = code(row.label) if row.label else "all labels"
        yield names, f"{pair.documents:,}", label, *(_shown(row.figures.get(name)) for name in _SHOWN)


def _shown(figure: Figure | None) -> str:
    return "–" if figure is None or figure.value is None else f"{figure.value:.2f}"
