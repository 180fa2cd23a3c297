"""What is under each id, against a plain dictionary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.history import Entry
from corpus import layers
from corpus.annotation_lines import AnnotationLines
from corpus.drafts import Draft
from corpus.stock import Stock
from schemas import Annotation, Document, Extent, LayerHeader
from schemas.security import Group, SecuritySchema

SCHEMA = SecuritySchema()
TEXT = "rebels " * 10
DOCUMENT = Document.from_bytes("d", TEXT.encode())
HEADER = LayerHeader.model_validate(
    {"document": "d", "sha256": DOCUMENT.sha256, "schema": SCHEMA.id, "annotator": "anna", "status": "open"}
)
NAMES = st.sampled_from("abcdefgh")
PLACES = st.integers(0, 9).map(lambda place: 7 * place)


def group(name: str, start: int) -> Annotation:
    about = {"start": start, "end": start + 6, "text": "rebels", "kind": "generic", "designation": "none"}
    return Group.model_validate({"id": name, "label": "group", **about})


def draft(name: str, start: int) -> Draft:
    return Draft(id=name, label="group", extent=Extent.of(start, start + 6))


ENTRIES = st.builds(group, NAMES, PLACES) | st.builds(draft, NAMES, PLACES)
FIRST = st.lists(st.builds(group, NAMES, PLACES), unique_by=lambda each: each.id)


def rendered(annotations: list[Annotation]) -> bytes:
    return layers.render(HEADER, sorted(annotations, key=lambda each: each.order))


def stock_of(annotations: list[Annotation], *, as_lines: bool) -> Stock:
    lines = AnnotationLines.read(rendered(annotations), SCHEMA, "f")[1]
    assert lines is not None
    return Stock(lines if as_lines else annotations)


@given(FIRST, st.lists(ENTRIES | NAMES), st.booleans())
def test_stock_holds_what_a_dictionary_would(
    first: list[Annotation], changes: list[Entry | str], as_lines: bool
) -> None:
    stock, plain = stock_of(first, as_lines=as_lines), dict[str, Entry]((each.id, each) for each in first)
    had = set(plain)

    for change in changes:
        name, entry = (change, None) if isinstance(change, str) else (change.id, change)
        assert stock.put(name, entry) == plain.pop(name, None)
        if entry is not None:
            plain[name] = entry
            had.add(name)

    ordered = sorted(plain.values(), key=lambda entry: entry.order)
    assert list(stock.by_place()) == [stock.at(position) for position in range(len(stock))] == ordered
    assert list(stock) == [each.id for each in ordered]
    assert [stock.before(each.order) for each in ordered] == list(range(len(ordered)))
    assert [stock.place(position) for position in range(len(stock))] == [each.order for each in ordered]
    assert {name for name in "abcdefgh" if name in stock} == set(plain)
    assert {name for name in "abcdefgh" if stock.has_had(name)} == had
    assert all(stock[name] == plain[name] for name in plain)
    complete = [each for each in ordered if isinstance(each, Annotation)]
    assert list(stock.annotations()) == complete
    assert list(stock.annotations().records()) == [each.to_record() for each in complete]
    assert list(stock.drafts()) == [each for each in ordered if isinstance(each, Draft)]
    assert layers.render(HEADER, stock.annotations()) == rendered(complete)


def test_stock_finds_the_place_of_each_of_many_that_begin_at_the_same_code_point() -> None:
    names = [f"k{number:02}" for number in range(20)]
    for as_lines in (True, False):
        stock = stock_of([group(name, start) for start, name in [(0, "a"), *((7, name) for name in names), (14, "z")]],
                         as_lines=as_lines)  # fmt: skip

        assert [stock.before((7, 13, "group", name)) for name in names] == list(range(1, 21))
        assert [stock.before(place) for place in ((7,), (8,), (14,), (15,))] == [1, 21, 21, 22]
        assert stock.before((7, 14, "group", "a")) == 21
        assert stock.numbers((21, 0)) == stock.numbers(range(22))[21::-21]


@given(FIRST, FIRST, st.lists(ENTRIES | NAMES), st.booleans(), st.booleans())
def test_stock_tells_where_another_one_has_something_else(
    one: list[Annotation], two: list[Annotation], changes: list[Entry | str], is_copy: bool, as_lines: bool
) -> None:
    stock = stock_of(one, as_lines=True)
    other = stock.copy() if is_copy else stock_of(two, as_lines=as_lines)
    for change in changes:
        other.put(change if isinstance(change, str) else change.id, None if isinstance(change, str) else change)

    differing = {name for name in "abcdefgh" if stock.get(name) != other.get(name)}

    assert stock.differing(other) == other.differing(stock) == differing


@given(FIRST, st.lists(ENTRIES | NAMES))
def test_stock_is_made_of_what_another_one_held(first: list[Annotation], changes: list[Entry | str]) -> None:
    stock = stock_of(first, as_lines=True)
    for change in changes:
        stock.put(change if isinstance(change, str) else change.id, None if isinstance(change, str) else change)

    again = Stock(stock.annotations())

    assert list(again.by_place()) == list(stock.annotations())
    assert again.drafts() == ()


@pytest.mark.parametrize("as_lines", [True, False])
def test_stock_that_was_copied_stays_as_it_was(as_lines: bool) -> None:
    stock = stock_of([group("a", 0), group("b", 7)], as_lines=as_lines)
    copy, annotations = stock.copy(), stock.annotations()

    stock.put("a", None)
    stock.put("b", group("b", 14))
    stock.put("c", group("c", 21))

    assert list(copy) == ["a", "b"]
    assert list(annotations) == [copy["a"], copy["b"]] == [group("a", 0), group("b", 7)]
    with pytest.raises(KeyError):
        stock["a"]
