"""The registry: names as they stand in a text, and any part of any name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.registry import Registry, occurrences
from schemas import Entity

US = Entity(id="us", kind="state", name="United States", aliases=("U.S.", "US", "United States of America"))
WELLS = Entity(id="wells", kind="person", name="Alice Wells", aliases=("Wells",))
LASHKAR = Entity(id="let", kind="group", name="Lashkar-e-Taiba", aliases=("LeT",))


@pytest.fixture
def registry() -> Registry:
    return Registry([US, WELLS, LASHKAR])


def test_registry_looks_up_every_name_as_it_is_written(registry: Registry) -> None:
    assert registry.named("U.S.") == [US]
    assert registry.named("United States of America") == [US]
    assert registry.named("us") == []
    assert registry.named("United") == []
    assert registry.named("US", ["state"]) == [US]
    assert registry.named("US", ["person"]) == []


def test_registry_gives_all_that_share_a_name(registry: Registry) -> None:
    other = Entity(id="h-g-wells", kind="person", name="Wells")
    registry.add(other)

    assert registry.named("Wells") == [WELLS, other]


def test_registry_takes_an_entity_in_place_of_the_one_with_its_id(registry: Registry) -> None:
    registry.add(WELLS.model_copy(update={"aliases": ("Ms Wells",)}))

    assert registry.named("Wells") == []
    assert registry.named("Ms Wells") != []
    assert len(registry.entities) == 3
    assert registry.name_at("Wells came", 1) is None


def test_registry_forgets_an_entity(registry: Registry) -> None:
    registry.discard("wells")
    registry.discard("nobody")

    assert registry.named("Alice Wells") == []
    assert registry.search("wells") == []
    assert registry.name_at("Alice Wells", 1) is None


def test_registry_search_finds_any_part_in_any_case_beginnings_first(registry: Registry) -> None:
    stateside = Entity(id="stateside", kind="media", name="Stateside")
    registry.add(stateside)

    assert registry.search("STATES") == [stateside, US]
    assert registry.search("states", ["state"]) == [US]
    assert registry.search("  wells ") == [WELLS]
    assert registry.search("nobody") == []
    assert len(registry.search("")) == 4


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("the United States of America", "States", "United States of America"),
        ("the United States of Ameri", "States", "United States"),
        ("the U.S. said", "U", "U.S."),
        ("the U.S. said", "S.", "U.S."),
        ("the USA said", "US", None),
        ("by Lashkar-e-Taiba’s men", "Taiba", "Lashkar-e-Taiba"),
        ("Alice Wells", " Wells", "Alice Wells"),
        ("Wells came", " came", None),
        ("Alice and Wells", "Wells", "Wells"),
        ("Alice and Wells", "Alice", None),
        ("", "", None),
    ],
)
def test_registry_finds_the_longest_name_over_a_place(
    registry: Registry, text: str, at: str, expected: str | None
) -> None:
    found = registry.name_at(text, text.index(at))

    assert (None if found is None else text[found[0] : found[1]]) == expected


def test_registry_finds_the_name_at_the_end_of_a_text(registry: Registry) -> None:
    assert registry.name_at("by Wells", 7) == (3, 8)
    assert registry.name_at("by Wells", 8) is None


def test_registry_occurrences_are_whole_words() -> None:
    text = "US, USA, US-made, the US"

    assert [text[place : place + 3] for place in occurrences(text, "US")] == ["US,", "US-", "US"]
    assert list(occurrences(text, "US", 1, len(text) - 1)) == [9]
    assert list(occurrences(text, "")) == []
    assert list(occurrences("aaa aa", "aa")) == [4]


@given(text=st.text("aB .’", max_size=30), words=st.text("aB .", min_size=1, max_size=3))
def test_registry_occurrences_are_all_of_them(text: str, words: str) -> None:
    expected = [
        place
        for place in range(len(text))
        if text.startswith(words, place)
        and not (place and words[0].isalnum() and text[place - 1].isalnum())
        and not (words[-1].isalnum() and text[place + len(words) : place + len(words) + 1].isalnum())
    ]

    assert list(occurrences(text, words)) == expected


def test_registry_mentions_are_the_longest_names_in_order() -> None:
    registry = Registry(
        [
            Entity(id="us", kind="state", name="US"),
            Entity(id="usip", kind="other", name="US Institute of Peace", aliases=("(USIP)",)),
        ]
    )
    text = "The US Institute of Peace (USIP) and the US, not USA"

    assert [text[start:end] for start, end in registry.mentions(text)] == ["US Institute of Peace", "(USIP)", "US"]
    assert [text[start:end] for start, end in registry.mentions(text, 10)] == ["(USIP)", "US"]


def test_registry_mentions_from_a_code_point_on_begin_there_or_after_it() -> None:
    registry = Registry([Entity(id="isi", kind="other", name="ISI", aliases=("(ISI)",))])
    text = "The (ISI), and the ISI"

    starts = [[start for start, _ in registry.mentions(text, begin)] for begin in (0, 4, 5, 19)]

    assert starts == [[4, 19], [4, 19], [19], [19]]


def test_registry_mentions_are_also_of_other_words_where_those_are_longer() -> None:
    registry = Registry([Entity(id="us", kind="state", name="US")])
    others = {"US": ["US envoys", "US"], "envoys": ["envoys"]}
    text = "US envoys met envoys of the US, and the US envoysful"

    found = registry.mentions(text, 0, others)

    assert [text[start:end] for start, end in found] == ["US envoys", "envoys", "US", "US"]
