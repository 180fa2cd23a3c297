"""The comparison of layers as a whole: figures that other packages give, what is left out, and the laws."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus.agreement import Agreement, Options, compare
from corpus.agreement_tables import statements, tables
from corpus.corpus import Corpus
from corpus.disagreements import Difference, Disagreement
from corpus.errors import InputRefused, NameUnknown, PackageMissing
from corpus.figures import FieldRow, LabelRow, PairAgreement
from schemas import Status

Layers = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]
Layered = Callable[..., Path]

LABELS = ("drug", "reaction")
WORDS = 60


def generated() -> tuple[dict[str, str], dict[str, dict[str, list[dict[str, Any]]]]]:
    """Four documents of sixty words, and two layers of which the second leaves out, moves and renames some spans."""
    texts, one, two = {}, {}, {}
    for document in range(4):
        words = [f"w{number * 7 % 13}" for number in range(WORDS)]
        starts = [sum(len(word) + 1 for word in words[:number]) for number in range(WORDS + 1)]
        first, second = [], []
        for number in range(0, WORDS - 4, 4):
            label = LABELS[(number // 4 + document) % 3 % 2]
            low, high = number, number + 1 + (number + document) % 3
            first.append({"label": label, "start": starts[low], "end": starts[high] - 1})
            match (number // 4 * 5 + document) % 7:
                case 0:
                    continue
                case 1:
                    high += 1
                case 2:
                    label = LABELS[1 - LABELS.index(label)]
            second.append({"label": label, "start": starts[low], "end": starts[high] - 1})
        name = f"d{document}"
        texts[name], one[name], two[name] = " ".join(words), first, second
    return texts, {"one": one, "two": two}


def opened(folder: Path) -> Corpus:
    return Corpus.open(folder)


def pair_of(folder: Path, **options: Any) -> PairAgreement:
    """How the two layers of a corpus agree."""
    corpus = opened(folder)
    (pair,) = compare(corpus, corpus.layers, Options(**options)).pairs
    return pair


def row_of(pair: PairAgreement, label: str | None = None) -> LabelRow:
    (row,) = (row for row in pair.rows if row.label == label)
    return row


def value(pair: PairAgreement, figure: str, label: str | None = None) -> float | None:
    return row_of(pair, label).figures[figure].value


def field_of(pair: PairAgreement, label: str, name: str) -> FieldRow:
    (row,) = (row for row in pair.fields if (row.label, row.field) == (label, name))
    return row


def compared(layered: Layered, layers: Layers, text: str = "aspirin caused a bad rash today", **more: Any) -> Agreement:
    """The comparison of layers of one document, `d1`, or of those in `texts`."""
    options = {name: more.pop(name) for name in list(more) if name in Options.__dataclass_fields__}
    corpus = opened(layered(more.pop("texts", {"d1": text}), layers, **more))
    return compare(corpus, list(layers), Options(**options))


def of_one(
    layered: Layered, first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]], **more: Any
) -> PairAgreement:
    """How two layers of one document agree."""
    return compared(layered, {"anna": {"d1": first}, "ben": {"d1": second}}, **more).pairs[0]


ASPIRIN: dict[str, Any] = {"id": "a", "label": "drug", "text": "aspirin"}
RASH: dict[str, Any] = {"id": "r", "label": "reaction", "text": "rash"}


def test_agreement_on_spans_equals_nervaluate(layered: Layered) -> None:
    # Computed with nervaluate 1.2.1 on the same spans: its `strict` is exact F1, its `ent_type` the overlap with the
    # same label, which is the same as long as no span overlaps two.
    pair = pair_of(layered(*generated()))

    assert value(pair, "exact") == pytest.approx(0.6153846153846153, abs=1e-12)
    assert value(pair, "exact_precision") == pytest.approx(0.6666666666666666, abs=1e-12)
    assert value(pair, "exact_recall") == pytest.approx(0.5714285714285714, abs=1e-12)
    assert value(pair, "exact", "drug") == pytest.approx(0.6666666666666667, abs=1e-12)
    assert value(pair, "exact", "reaction") == pytest.approx(0.5263157894736842, abs=1e-12)
    assert value(pair, "overlap") == pytest.approx(0.7692307692307692, abs=1e-12)
    assert value(pair, "overlap", "drug") == pytest.approx(0.787878787878788, abs=1e-12)
    assert value(pair, "overlap", "reaction") == pytest.approx(0.7368421052631579, abs=1e-12)


@pytest.mark.parametrize(
    ("label", "kappa", "alpha"),
    [
        ("drug", 0.6813431557306835, 0.6811808910359636),
        ("reaction", 0.6289883749690823, 0.6294749218725826),
        (None, 0.7249081557678179, 0.7251136714783913),
    ],
)
def test_agreement_on_words_equals_other_packages(
    layered: Layered, label: str | None, kappa: float, alpha: float
) -> None:
    # Computed with scikit-learn 1.9.1 (cohen_kappa_score) and krippendorff 0.9.0 (nominal), with a value for each
    # word: inside or outside, and for all labels the set of labels that touch it.
    pair = pair_of(layered(*generated()))

    assert value(pair, "kappa", label) == pytest.approx(kappa, abs=1e-12)
    assert value(pair, "alpha", label) == pytest.approx(alpha, abs=1e-12)


def test_agreement_f1_of_words_and_characters_equals_scikit_learn(layered: Layered) -> None:
    # Computed with scikit-learn 1.9.1 (f1_score), with one value for each word or code point: inside or outside.
    pair = pair_of(layered(*generated()))

    assert value(pair, "words", "drug") == pytest.approx(0.7703703703703704, abs=1e-12)
    assert value(pair, "characters", "drug") == pytest.approx(0.7721179624664879, abs=1e-12)
    assert value(pair, "words", "reaction") == pytest.approx(0.691358024691358, abs=1e-12)
    assert value(pair, "characters", "reaction") == pytest.approx(0.684931506849315, abs=1e-12)


@pytest.mark.parametrize("schema", ["security", "adverse", "own"])
def test_agreement_of_equal_layers_is_one_or_undefined_with_a_reason(
    corpus_factory: Callable[..., Path], schema: str
) -> None:
    pair = pair_of(corpus_factory(schema))

    assert value(pair, "exact") == value(pair, "kappa") == value(pair, "alpha_u") == 1.0
    for figures in [row.figures for row in pair.rows] + [row.figures for row in pair.fields]:
        for name, figure in figures.items():
            expected = 0.0 if name.endswith("_distance") else 1.0
            assert figure.value == expected or (figure.value is None and figure.reason), name


def test_agreement_turned_round_changes_only_precision_and_recall(layered: Layered) -> None:
    corpus = opened(layered(*generated()))
    (one,) = compare(corpus, ["one", "two"]).pairs
    (other,) = compare(corpus, ["two", "one"]).pairs

    swap = {"exact_precision": "exact_recall", "overlap_precision": "overlap_recall"}
    swap |= {second: first for first, second in swap.items()}
    for row, turned in zip(one.rows, other.rows, strict=True):
        for name, figure in row.figures.items():
            assert figure.value == pytest.approx(turned.figures[swap.get(name, name)].value), name
    assert one.confusion == {(first, second): number for (second, first), number in other.confusion.items()}


def test_agreement_of_three_does_not_depend_on_their_order(layered: Layered) -> None:
    texts, layers = generated()
    corpus = opened(layered(texts, {**layers, "three": {"d1": layers["one"]["d1"][::2], "d3": []}}))
    one, other = (compare(corpus, names) for names in (["one", "two", "three"], ["three", "one", "two"]))

    assert len(one.pairs) == 3
    assert [pair.documents for pair in one.pairs] == [4, 2, 2]
    for row, turned in zip(one.together, other.together, strict=True):
        for name, figure in row.figures.items():
            assert figure.value == pytest.approx(turned.figures[name].value), name


def test_agreement_of_two_equals_that_of_three_for_the_same_two(layered: Layered) -> None:
    texts, layers = generated()
    corpus = opened(layered(texts, {**layers, "three": layers["two"]}))
    (two,) = compare(corpus, ["one", "two"]).pairs
    three = compare(corpus, ["one", "two", "three"])

    assert three.pairs[0].rows == two.rows
    assert [value(pair, "exact") for pair in three.pairs] == [value(two, "exact"), value(two, "exact"), 1.0]


def test_agreement_by_chance_is_near_zero(layered: Layered) -> None:
    chance = random.Random(3)
    text = "word " * 2000
    layers: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name in ("anna", "ben"):
        starts = sorted(chance.sample(range(0, 2000, 4), 150))
        layers[name] = {"d1": [{"label": "drug", "start": 5 * start, "end": 5 * start + 14} for start in starts]}
    pair = compared(layered, layers, text=text).pairs[0]

    for name in ("kappa", "alpha", "alpha_u"):
        figure = value(pair, name, "drug")
        assert figure is not None
        assert abs(figure) < 0.1, name
    assert (value(pair, "words", "drug") or 0) > 0.2


def test_agreement_counts_only_open_zones_as_words(layered: Layered) -> None:
    short = of_one(layered, [ASPIRIN], [], text="aspirin and more")
    longer = of_one(layered, [ASPIRIN], [], text="aspirin and more<closed> in a long tail of words", name="other")

    assert short.words == longer.words == 3
    assert value(short, "alpha_u", "drug") == value(longer, "alpha_u", "drug")


def test_agreement_measures_how_far_edges_lie_apart(layered: Layered) -> None:
    pair = of_one(layered, [ASPIRIN, RASH], [ASPIRIN, {**RASH, "text": "a bad rash today"}])

    assert value(pair, "start_distance", "reaction") == len("a bad ")
    assert value(pair, "end_distance", "reaction") == len(" today")
    assert value(pair, "start_distance") == len("a bad ") / 2
    assert (value(pair, "exact", "reaction"), value(pair, "overlap", "reaction")) == (0.0, 1.0)


def test_agreement_takes_fragments_for_a_part_of_the_extent(layered: Layered) -> None:
    pair = of_one(layered, [{**RASH, "text": ["bad", "today"]}], [{**RASH, "text": "bad rash today"}])

    assert value(pair, "exact", "reaction") == 0.0
    assert value(pair, "characters", "reaction") == pytest.approx(2 * 8 / (8 + 14))
    assert value(pair, "words", "reaction") == pytest.approx(2 * 2 / (2 + 3))


def test_agreement_on_fields_compares_counterparts_only(layered: Layered) -> None:
    first = [
        {"label": "drug", "start": 0, "end": 4, "route": "oral", "dose": 5.0, "substance": "one"},
        {"label": "drug", "start": 5, "end": 9, "route": "topical", "dose": None},
        {"label": "drug", "start": 10, "end": 14, "route": "oral"},
    ]
    second = [
        {"label": "drug", "start": 0, "end": 3, "route": "oral", "dose": 6.0, "substance": "one"},
        {"label": "drug", "start": 5, "end": 9, "route": "oral", "dose": None},
    ]
    pair = of_one(layered, first, second)

    assert field_of(pair, "drug", "route").pairs == 2
    assert field_of(pair, "drug", "route").figures["same"].value == 0.5
    assert field_of(pair, "drug", "route").figures["kappa"].value == 0.0
    assert field_of(pair, "drug", "dose").figures["same"].value == 0.5
    assert field_of(pair, "drug", "substance").figures["same"].value == 1.0
    assert set(field_of(pair, "drug", "substance").figures) == {"same"}


def test_agreement_on_fields_takes_an_empty_one_for_a_value(layered: Layered) -> None:
    first = [{**RASH, "days": None, "hospitalised": True, "signs": ["rash", "fever"]}]
    second = [{**RASH, "days": 3, "hospitalised": False, "signs": ["fever", "rash"]}]
    pair = of_one(layered, first, second)

    assert field_of(pair, "reaction", "days").figures["same"].value == 0.0
    assert field_of(pair, "reaction", "hospitalised").figures["kappa"].value == 0.0
    assert field_of(pair, "reaction", "signs").figures["same"].value == 1.0
    assert field_of(pair, "reaction", "remark").figures["same"].value == 1.0


def test_agreement_on_references_needs_targets_that_both_have(layered: Layered) -> None:
    drugs = [{"id": f"d{number}", "label": "drug", "start": number, "end": number + 1} for number in range(4)]
    first = [*drugs[:3], {**RASH, "suspects": ["d0", "d1", "d2"]}]
    second = [*({**each, "id": f"e{each['id']}"} for each in (*drugs[:2], drugs[3])), {**RASH, "suspects": ["ed1"]}]
    row = field_of(of_one(layered, first, second), "reaction", "suspects")

    assert row.figures["f1"].value == pytest.approx(2 * 1 / (2 + 1))
    assert row.left_out == 1


def test_agreement_on_extents_is_exact_and_by_characters(layered: Layered) -> None:
    first = [{**RASH, "site": "bad rash"}, {"label": "reaction", "text": "today"}]
    second = [{**RASH, "site": "bad"}, {"label": "reaction", "text": "today"}]
    figures = field_of(of_one(layered, first, second), "reaction", "site").figures

    assert figures["exact"].value == 0.0
    assert figures["characters"].value == pytest.approx(2 * 3 / (8 + 3))
    nothing = field_of(of_one(layered, [RASH], [RASH], name="other"), "reaction", "site").figures
    assert nothing["exact"].value is None
    assert nothing["exact"].reason == "neither layer has any"


def test_agreement_says_who_or_what_agrees(layered: Layered) -> None:
    said = {"d1": [ASPIRIN]}

    def title(name: str, kinds: Mapping[str, str], headers: Mapping[Any, Any]) -> str:
        return compared(layered, {"anna": said, "ben": said}, name=name, kinds=kinds, headers=headers).title

    assert title("people", {}, {}) == "Inter-annotator agreement"
    assert title("model", {"ben": "model"}, {}) == "Consistency between layers"
    assert title("rules", {"anna": "rule", "ben": "rule"}, {}) == "Consistency between layers"
    assert title("stranger", {}, {("ben", "d1"): {"annotator": "nobody"}}) == "Consistency between layers"
    assert title("alone", {}, {("ben", "d1"): {"annotator": "anna"}}) == "Consistency of one annotator"


def test_agreement_leaves_out_what_only_one_layer_has(layered: Layered) -> None:
    texts = {"d1": "aspirin", "d2": "aspirin", "d3": "aspirin"}
    agreement = compared(layered, {"anna": {"d1": [ASPIRIN], "d2": [ASPIRIN]}, "ben": {"d2": [ASPIRIN]}}, texts=texts)

    assert agreement.documents == agreement.pairs[0].documents == 1
    assert agreement.left_out == ["ben has nothing about: d1, d3", "anna has nothing about: d3"]


def test_agreement_without_a_common_document_has_no_figures(layered: Layered) -> None:
    agreement = compared(
        layered, {"anna": {"d1": [ASPIRIN]}, "ben": {"d2": [ASPIRIN]}}, texts={"d1": "aspirin", "d2": "aspirin"}
    )

    assert agreement.documents == 0
    assert all(
        figure.value is None and figure.reason for row in agreement.pairs[0].rows for figure in row.figures.values()
    )
    assert "anna and ben have no document in common" in agreement.notes


def test_agreement_of_empty_layers_is_undefined_and_with_one_empty_layer_zero(layered: Layered) -> None:
    both = compared(layered, {"anna": {"d1": []}, "ben": {"d1": []}})
    one = compared(layered, {"anna": {"d1": [ASPIRIN]}, "ben": {"d1": []}}, name="other")

    assert all(figure.value is None for row in both.pairs[0].rows for figure in row.figures.values())
    assert value(one.pairs[0], "exact") == value(one.pairs[0], "kappa") == 0.0
    assert value(one.pairs[0], "exact_precision") is None
    assert "ben is empty: it has no annotation in any of the documents" in one.notes
    assert "only anna uses drug (1), ben never does" in one.notes


def test_agreement_of_documents_without_words_is_undefined_on_words(layered: Layered) -> None:
    signs = [{"label": "drug", "start": 0, "end": 3}]
    pair = of_one(layered, signs, signs, text="+++ ---")

    assert (pair.words, value(pair, "exact"), value(pair, "kappa")) == (0, 1.0, None)
    assert row_of(pair).figures["kappa"].reason == "the documents have no words"


def test_agreement_of_an_empty_document_is_undefined(layered: Layered) -> None:
    pair = of_one(layered, [], [], text="", bootstrap=5, by_document=True, differences=True)

    assert all(figure.value is None for row in pair.rows for figure in row.figures.values())


def test_agreement_leaves_out_another_text_and_another_schema(layered: Layered) -> None:
    texts = dict.fromkeys(("d1", "d2", "d3", "d4"), "aspirin")
    said = {name: [ASPIRIN] for name in texts}
    headers = {
        ("ben", "d1"): {"sha256": "0" * 64},
        ("ben", "d2"): {"schema_id": "adverse_event@1.0.0"},
        ("ben", "d3"): {"schema_id": "adverse_event@0.1.0"},
    }
    agreement = compared(layered, {"anna": said, "ben": said}, texts=texts, headers=headers)

    assert agreement.documents == 2
    assert agreement.left_out == [
        "ben has marked another text than the corpus has of: d1",
        "ben follows adverse_event@1.0.0, whose labels need not mean what those of adverse_event@0.2.0 do, in: d2",
    ]
    assert (
        "ben follows adverse_event@0.1.0 in 1 of the documents; it was compared as adverse_event@0.2.0"
        in agreement.notes
    )


def test_agreement_leaves_out_lines_that_only_another_schema_allows(layered: Layered) -> None:
    texts = {"d1": "aspirin", "d2": "aspirin"}
    said = {name: [ASPIRIN] for name in texts}
    folder = layered(texts, {"anna": said, "ben": said}, headers={("ben", "d1"): {"schema_id": "other@0.1.0"}})
    path = folder / "layers" / "ben" / "d1.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"drug"', '"medicine"'), encoding="utf-8")

    agreement = compare(opened(folder), ["anna", "ben"])

    assert agreement.documents == 1
    assert agreement.left_out[0].startswith("ben follows other@0.1.0")


def test_agreement_refuses_a_broken_file_and_an_extent_past_the_end(layered: Layered) -> None:
    folder = layered({"d1": "aspirin"}, {"anna": {"d1": [ASPIRIN]}, "ben": {"d1": [ASPIRIN]}})
    path = folder / "layers" / "ben" / "d1.jsonl"
    sound = path.read_text(encoding="utf-8")

    path.write_text(sound.replace('"end":7', '"end":8'), encoding="utf-8")
    with pytest.raises(InputRefused, match="E-EXTENT-RANGE an extent reaches to 8, past the text's end at 7"):
        compare(opened(folder), ["anna", "ben"])
    path.write_text(sound.replace('"drug"', '"medicine"'), encoding="utf-8")
    with pytest.raises(InputRefused, match="E-LABEL"):
        compare(opened(folder), ["anna", "ben"])


def test_agreement_names_what_is_not_there(layered: Layered) -> None:
    corpus = opened(layered({"d1": "aspirin"}, {"anna": {"d1": []}, "ben": {"d1": []}}))

    with pytest.raises(NameUnknown, match="there is no layer 'cleo'"):
        compare(corpus, ["anna", "cleo"])
    with pytest.raises(NameUnknown, match="there is no label 'place'"):
        compare(corpus, ["anna", "ben"], Options(labels=["place"]))
    with pytest.raises(NameUnknown, match="there is no document d9"):
        compare(corpus, ["anna", "ben"], Options(documents=["d1", "d9"]))
    with pytest.raises(ValueError, match="two or more different layers"):
        compare(corpus, ["anna"])


def test_agreement_of_one_label_is_the_same_as_among_all(layered: Layered) -> None:
    corpus = opened(layered(*generated()))
    (all_labels,) = compare(corpus, ["one", "two"]).pairs
    (drugs,) = compare(corpus, ["one", "two"], Options(labels=["drug"])).pairs

    assert row_of(drugs, "drug") == row_of(all_labels, "drug")
    assert row_of(drugs).figures["exact"] == row_of(drugs, "drug").figures["exact"]
    assert all("drug" in both for both in drugs.confusion)


def test_agreement_of_documents_adds_up_to_that_of_the_corpus(layered: Layered) -> None:
    pair = pair_of(layered(*generated()), by_document=True)

    assert [each.document for each in pair.by_document] == ["d0", "d1", "d2", "d3"]
    assert sum(each.rows[0].counts.exact for each in pair.by_document) == row_of(pair).counts.exact
    single = pair_of(layered(*generated(), name="again"), documents=["d2"])
    assert pair.by_document[2].rows[0].figures == row_of(single).figures


def kinds_of(differences: Sequence[Disagreement]) -> list[tuple[Difference, str | None]]:
    return [(each.kind, each.field) for each in differences]


def test_agreement_lists_every_difference_with_its_kind(layered: Layered) -> None:
    first = [
        {**ASPIRIN, "route": "oral"},
        {"id": "c", "label": "causality", "text": "caused", "drug": "a", "reaction": "r"},
        {**RASH, "site": "bad", "suspects": ["a"]},
    ]
    second = [
        {**ASPIRIN, "id": "b", "route": "topical"},
        {**RASH, "id": "s", "text": "bad rash", "site": "a bad", "suspects": []},
        {"id": "t", "label": "reaction", "text": "today"},
    ]
    pair = of_one(layered, first, second, differences=True)

    assert kinds_of(pair.differences) == [
        (Difference.ATTRIBUTE, "route"),
        (Difference.MISSING, None),
        (Difference.EDGE, None),
        (Difference.EXTENT, "site"),
        (Difference.REFERENCE, "suspects"),
        (Difference.MISSING, None),
    ]
    route, missing, edge, site, suspects, _ = pair.differences
    assert (route.values, route.start, route.end) == (("oral", "topical"), 0, 7)
    assert (missing.words, missing.labels) == (("caused", None), ("causality", None))
    assert (edge.words, edge.start) == (("rash", "bad rash"), 17)
    assert site.values == (["bad"], ["a bad"])
    assert suspects.values == (["aspirin"], [])


def test_agreement_shows_what_the_other_said_instead(layered: Layered) -> None:
    first = [{"label": "drug", "text": "bad rash"}, {"label": "drug", "text": "today"}, ASPIRIN]
    second = [{"label": "reaction", "text": "rash", "severeness": "mild"}, ASPIRIN]
    pair = of_one(layered, first, second, differences=True)

    assert pair.confusion == {("drug", "drug"): 1, ("drug", "reaction"): 1, ("drug", None): 1}
    assert kinds_of(pair.differences) == [(Difference.LABEL, None), (Difference.MISSING, None)]
    assert pair.differences[0].labels == ("drug", "reaction")


def test_agreement_has_no_difference_where_only_ids_differ(layered: Layered) -> None:
    first = [{**ASPIRIN, "id": "a"}, {**RASH, "suspects": ["a"]}]
    second = [{**ASPIRIN, "id": "b"}, {**RASH, "id": "s", "suspects": ["b"]}]

    assert of_one(layered, first, second, differences=True).differences == []


def test_agreement_counts_the_status_of_documents(layered: Layered) -> None:
    texts = dict.fromkeys(("d1", "d2"), "aspirin")
    said = {name: [ASPIRIN] for name in texts}
    headers = {("ben", "d2"): {"status": Status.OPEN}}
    agreement = compared(layered, {"anna": said, "ben": said}, texts=texts, headers=headers)

    assert agreement.pairs[0].statuses == {("done", "done"): 1, ("done", "open"): 1}
    assert agreement.pairs[0].status_figures["same"].value == 0.5
    assert "ben is still open in 1 of 2 documents; they count as they are" in agreement.notes


def test_agreement_intervals_are_the_same_for_the_same_seed_and_hold_the_figure(layered: Layered) -> None:
    texts, layers = generated()
    corpus = opened(layered(texts, layers))
    one, again, other = (
        compare(corpus, ["one", "two"], Options(bootstrap=200, seed=seed)).pairs[0] for seed in (1, 1, 2)
    )

    assert one.rows == again.rows != other.rows
    assert one.paragraphs == len(texts)
    for row in one.rows:
        for name in ("exact", "overlap", "characters", "words", "kappa", "alpha"):
            figure = row.figures[name]
            if figure.value is not None:
                assert figure.low is not None
                assert figure.high is not None
                assert figure.low <= figure.value <= figure.high
        assert row.figures["alpha_u"].low is None


def test_agreement_makes_no_interval_of_one_paragraph(layered: Layered) -> None:
    agreement = compared(layered, {"anna": {"d1": [ASPIRIN]}, "ben": {"d1": [ASPIRIN]}}, bootstrap=10)

    assert agreement.pairs[0].rows[0].figures["exact"].low is None
    assert "anna and ben: no intervals, since there are not two paragraphs to draw from" in agreement.notes


def test_agreement_says_where_draws_give_no_interval(layered: Layered) -> None:
    text = "aspirin\nand\nmore"
    agreement = compared(layered, {"anna": {"d1": [ASPIRIN]}, "ben": {"d1": [ASPIRIN]}}, text=text, bootstrap=50)

    assert value(agreement.pairs[0], "exact", "drug") == 1.0
    (note,) = (note for note in agreement.notes if "no interval" in note)
    assert "more than a tenth of the draws give none: exact, overlap" in note
    assert "drug.exact" in note


def test_agreement_without_the_package_for_gamma_says_how_to_get_it(
    layered: Layered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)

    with pytest.raises(PackageMissing, match=r"pip install 'terminal-annotator\[gamma\]'"):
        compared(layered, {"anna": {"d1": [ASPIRIN]}, "ben": {"d1": [ASPIRIN]}}, gamma=True)


def test_agreement_says_once_that_no_field_could_be_compared(layered: Layered) -> None:
    agreement = compared(layered, {"anna": {"d1": [ASPIRIN]}, "ben": {"d1": []}})

    said = list(statements(agreement))

    assert "anna and ben: no annotation has a counterpart, so no field was compared" in said
    assert not [each for each in said if "drug." in each]
    assert [table.title for table in tables(agreement) if table.title.startswith("fields")] == []
