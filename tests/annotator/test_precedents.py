"""What a session guesses from what was said before."""

from __future__ import annotations

import itertools

from annotator.session import Session
from corpus.layers import LayerFile
from schemas import Document, Extent, LayerHeader
from schemas.security import SecuritySchema

TEXT = (
    "India backs the rebels. Iran backs the fighters. Qatar backs the gunmen. "
    "The talks with Oman failed. Officials in Delhi said that India waits. Leaders in Lahore said that all is well. "
    "Generals in Kabul said that Iran waits. Farmers in Multan said it."
)


def session() -> Session:
    document = Document.from_bytes("d", TEXT.encode())
    schema = SecuritySchema()
    header = LayerHeader(document="d", sha256=document.sha256, schema_id=schema.id, annotator="me")
    numbers = itertools.count()
    return Session(document, schema, LayerFile("me", header), new_id=lambda: f"n{next(numbers)}")


def over(words: str, nth: int = 0) -> Extent:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Extent.of(start, start + len(words))


def mark(made: Session, label: str, words: str, **values: object) -> str:
    focus = made.mark(label, over(words), values).focus
    assert focus is not None
    return focus


def test_precedents_foretell_what_was_said_of_words_that_look_alike() -> None:
    made = session()
    for words in ("rebels", "fighters", "gunmen"):
        mark(made, "group", words, mention="nominal", designation="insurgent")
    focus = mark(made, "group", "rebels.".strip("."), kind="generic")
    assert made.value(made.get(focus), "designation") == "insurgent"


def test_precedents_are_followed_only_after_they_proved_right() -> None:
    made = session()
    mark(made, "group", "rebels", designation="insurgent")
    focus = mark(made, "group", "fighters")
    assert made.value(made.get(focus), "designation") is None
    assert made.guessed(focus) == {}


def test_precedents_say_how_sure_a_guess_is_until_somebody_says_otherwise() -> None:
    made = session()
    for words in ("rebels", "fighters", "gunmen"):
        mark(made, "group", words, designation="insurgent")
    focus = mark(made, "group", "talks")
    assert 0.55 <= made.guessed(focus)["designation"] < 1
    made.change(focus, "designation", "militant")
    assert made.guessed(focus) == {}


def test_precedents_find_whom_a_part_names_as_soon_as_the_part_is_marked() -> None:
    made = session()
    people = {
        words: mark(made, "actor", words, mention="nominal", kind="person")
        for words in ("Officials", "Leaders", "Generals", "Farmers")
    }
    said = {"type": "statement", "source_kind": "nominal"}
    for number, words in enumerate(("Officials", "Leaders", "Generals")):
        place = [[over(words).start, over(words).end]]
        content = [list(over("that", number)[0])]
        focus = made.mark("attribution", over("said", number), {
            **said, "source": place, "content": content, "speakers": [people[words]],
        }).focus  # fmt: skip
        assert focus is not None
    focus = made.mark_part("attribution", "content", over("it.", 0)).focus
    assert focus is not None
    made.place(focus, over("said", 3))
    assert made.value(made.get(focus), "speakers") in ([], [people["Farmers"]])
    farmers = over("Farmers")
    made.change(focus, "source", [[farmers.start, farmers.end]])
    assert made.value(made.get(focus), "speakers") == [people["Farmers"]]


def test_precedents_never_make_wrong_what_is_right_without_them() -> None:
    made = session()
    for words in ("rebels", "fighters", "gunmen"):
        mark(made, "actor", words, mention="nominal", kind="other")
    focus = mark(made, "actor", "talks", mention="nominal", kind="other")
    assert made.faults(made.get(focus)) == {}


def test_precedents_take_words_at_their_word_until_that_was_wrong() -> None:
    text = "A militant cell. A militant camp. A militant ring. A militant band."
    document = Document.from_bytes("d", text.encode())
    schema = SecuritySchema()
    header = LayerHeader(document="d", sha256=document.sha256, schema_id=schema.id, annotator="me")
    numbers = itertools.count()
    made = Session(document, schema, LayerFile("me", header), new_id=lambda: f"n{next(numbers)}")
    said = []
    for words in ("militant cell", "militant camp", "militant ring", "militant band"):
        start = text.index(words)
        focus = made.mark("group", Extent.of(start, start + len(words))).focus
        assert focus is not None
        said.append(made.value(made.get(focus), "designation"))
        made.change(focus, "designation", "insurgent")

    assert said[0] == "militant"
    assert said[-1] != "militant"
