"""What a card says of the agreement between layers: of which, how far, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus import Corpus, bundled
from corpus.agreement import compare
from corpus.card_check import section_faults
from corpus.consistency import consistency_lines, consistency_of


def section(corpus: Corpus) -> str:
    return "\n".join(consistency_lines(consistency_of(corpus)))


def test_consistency_of_models_is_called_so_and_leaves_out_what_was_adjudicated() -> None:
    corpus = Corpus.open(bundled.folder())

    text = section(corpus)

    number = len(corpus.documents)
    assert f"Consistency between models, in {number} documents, of the layers `floor` (model), `pass-a`" in text
    assert "nter-annotator agreement" not in text
    assert f"| `pass-a`, `pass-b` | {number} | all labels |" in text
    assert "`gold`" not in text


def test_consistency_is_what_agreement_measures(corpus_factory: Callable[..., Path]) -> None:
    corpus = Corpus.open(corpus_factory("own"))
    pair = compare(corpus, ["gold", "rules"]).pairs[0]

    text = section(corpus)

    for row in pair.rows:
        label = f"`{row.label}`" if row.label else "all labels"
        value = row.figures["exact"].value
        exact = "–" if value is None else f"{value:.2f}"
        assert f"| `gold`, `rules` | {pair.documents} | {label} | {exact} |" in text
    assert "Consistency between layers" in text
    assert text == section(Corpus.open(corpus.folder))


def test_consistency_of_one_layer_is_not_to_be_had(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    for file in (folder / "layers" / "rules").iterdir():
        file.unlink()

    text = section(Corpus.open(folder))

    assert "There are not two layers" in text
    assert "|" not in text


def test_consistency_is_a_section_that_every_card_has() -> None:
    names = ("Annotators", "How to load it", "Labels", "Consistency", "Configurations", "Citation", "Licence")
    whole = "".join(f"## {name}\n\nwords\n\n" for name in names)

    assert list(section_faults(whole)) == []
    assert list(section_faults(whole.replace("## Consistency", "## Other"))) == ["the section Consistency is missing"]
    assert list(section_faults(whole.replace("## Labels\n\nwords", "## Labels\n"))) == [
        "the section Labels says nothing"
    ]
    assert list(section_faults("## Labels\n\n" + whole)) == []
