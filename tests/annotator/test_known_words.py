"""Words that are known: the registry's names, and what was marked before."""

from __future__ import annotations

from annotator.known_words import KnownWords
from annotator.memory import Memory
from corpus.registry import Registry
from schemas import Entity, Extent
from schemas.security import Actor, Measure, SecuritySchema

TEXT = "Rebels in India met the rebels. It said that it waits, and the armed rebels of the north said that it helps."
SCHEMA = SecuritySchema()


def actor(words: str, id: str = "n1") -> Actor:
    start = TEXT.index(words)
    return Actor(id=id, label="actor", start=start, end=start + len(words), text=words, kind="other", mention="nominal")


def known(*words: str) -> tuple[KnownWords, Memory]:
    registry = Registry([Entity(id="in", kind="state", name="India")])
    memory = Memory(SCHEMA, registry)
    for number, each in enumerate(words):
        memory.keep(actor(each, f"n{number}"))
    return KnownWords(SCHEMA, registry, memory, TEXT), memory


def found(made: KnownWords, start: int = 0) -> list[str]:
    return [place.text(TEXT) for place in made.mentions(start)]


def test_known_words_are_names_and_what_was_marked() -> None:
    made, memory = known()
    assert found(made) == ["India"]
    memory.keep(actor("rebels"))
    assert found(made) == ["Rebels", "India", "rebels", "rebels"]
    memory.keep(actor("armed rebels"))
    assert found(made) == ["Rebels", "India", "rebels", "armed rebels"]


def test_known_words_are_not_those_of_labels_that_name_no_entity() -> None:
    made, memory = known()
    start = TEXT.index("said")
    memory.keep(
        Measure(id="n1", label="measure", start=start, end=start + 4, text="said", type="dialogue", status="proposed")
    )
    assert found(made) == ["India"]


def test_known_words_are_the_longest_that_begin_at_a_place() -> None:
    made, _ = known("rebels", "armed rebels", "armed")
    start = TEXT.index("armed")
    assert made.at(start) == (start, start + len("armed rebels"))
    assert made.at(start + len("armed ")) == (start + len("armed "), start + len("armed rebels"))
    assert made.at(TEXT.index("India")) == (TEXT.index("India"), TEXT.index("India") + len("India"))
    assert made.at(TEXT.index("north")) is None
    assert made.at(TEXT.index("ndia")) is None


def test_known_words_are_known_no_longer_once_they_were_passed_over_as_often_as_they_were_marked() -> None:
    made, memory = known("it")
    place = Extent.of(TEXT.index("it waits"), TEXT.index("it waits") + 2)
    assert found(made) == ["India", "It", "it", "it"]
    made.pass_over(place)
    assert found(made) == ["India", "It"]
    memory.keep(actor("it", "n2"))
    assert found(made) == ["India", "It", "it", "it"]


def test_known_words_are_known_as_long_as_an_annotation_of_them_is_there() -> None:
    made, memory = known("rebels", "armed rebels")
    memory.keep(actor("rebels", "n2"))
    for name, expected in (("n2", ["Rebels", "India", "rebels", "armed rebels"]), ("n0", ["India", "armed rebels"])):
        memory.release(actor("rebels", name))
        made.doubt("rebels")
        assert found(made) == expected
    assert memory.times("actor", "rebels") == 0
    assert memory.knows("actor", "rebels")
    memory.release(actor("armed rebels", "n1"))
    made.doubt("armed rebels")
    memory.keep(actor("rebels", "n3"))
    assert found(made) == ["Rebels", "India", "rebels", "rebels"]


def test_known_words_that_begin_before_a_place_are_not_those_after_it() -> None:
    made, _ = known(". It said", "it")
    start = TEXT.index(". It said")
    assert found(made, start) == [". It said", "it", "it"]
    assert found(made, start + 1) == ["it", "it"]


def test_known_names_stay_known_however_often_they_are_passed_over() -> None:
    made, _ = known("India")
    for _ in range(3):
        made.pass_over(Extent.of(TEXT.index("India"), TEXT.index("India") + 5))
    assert found(made) == ["India"]


def test_memory_of_words_holds_for_their_other_case_where_that_is_new() -> None:
    _, memory = known("rebels")
    assert memory.values("actor", "Rebels")["kind"] == "other"
    assert memory.times("actor", "Rebels") == 1
    assert "kind" not in memory.values("actor", "REBELS")


def test_memory_is_unsteady_about_the_fields_of_which_different_things_were_said() -> None:
    _, memory = known("rebels")
    memory.keep(actor("rebels", "n1").model_copy(update={"kind": "person"}))
    assert memory.unsteady("actor", "rebels") == {"kind"}
    memory.keep(actor("rebels", "n1"))
    assert memory.unsteady("actor", "rebels") == set()
    memory.keep(actor("rebels", "n2").model_copy(update={"metonymy": "capital"}))
    memory.keep(actor("rebels", "n3").model_copy(update={"metonymy": "capital"}))
    assert memory.unsteady("actor", "rebels") == {"metonymy"}
