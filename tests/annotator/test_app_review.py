"""Other layers beside one's own, taken over, changed and turned down with keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.screens.review import ReviewScreen
from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.store import Store
from schemas import Annotation, LayerHeader

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener

Factory = Callable[..., Path]

ALL = [("actor", "India"), ("measure", "intelligence sharing"), ("actor", "India"), ("attribution", "demands")]


def looked_at(hand: Hand) -> str | None:
    """The id that the layer beside gives what is looked at."""
    assert isinstance(hand.screen, ReviewScreen)
    cluster = hand.screen.cluster
    return cluster.members["gold"].id if cluster is not None else None


def settled(hand: Hand, words: str) -> tuple[str, tuple[str, ...]] | None:
    """How the annotation on some words was settled."""
    entry = hand.entry(words)
    assert isinstance(entry, Annotation)
    return (entry.settled.how, entry.settled.layers) if entry.settled is not None else None


async def test_app_review_takes_what_is_looked_at_with_enter(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        await hand.press(">", "enter", "enter", "enter", "enter")

        assert hand.words() == ALL
        assert looked_at(hand) is None
        assert hand.focused == "text"
        assert settled(hand, "demands") == ("chosen", ("gold",))


async def test_app_review_opens_the_form_with_enter_where_one_has_moved_away(
    corpus_factory: Factory, opened: Opener
) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        await hand.press(">", "enter", "b", "b")
        assert looked_at(hand) == "c1"
        await hand.press("enter")

        assert hand.focused == "inspector"
        assert hand.words() == ALL[:1]


async def test_app_review_gives_enter_to_words_that_are_asked_for(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        await hand.press(">", "enter", "enter", "v", "t")
        assert hand.screen.is_asking
        await hand.press("tab", "w", "enter")

        assert hand.words()[:2] == ALL[:2]
        assert ("actor", "India") not in hand.words()[2:]


async def test_app_review_goes_on_past_what_waits_for_its_references(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        await hand.press(">", ">", "y")
        assert hand.value("intelligence sharing", "initiators") == []
        assert looked_at(hand) == "a2"

        await hand.press("<", "y")
        first = next(iter(hand.session))
        assert hand.value("intelligence sharing", "initiators") == [first.id]
        assert settled(hand, "intelligence sharing") == ("chosen", ("gold",))
        assert looked_at(hand) == "a2"

        await hand.press("u")
        assert hand.words() == ALL[1:2]
        assert hand.value("intelligence sharing", "initiators") == []


async def test_app_review_is_through_when_targets_are_turned_down(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        await hand.press(">", "x", "y", "x", "y")

        assert hand.words() == [ALL[1], ALL[3]]
        assert looked_at(hand) is None
        await hand.press(">")
        assert any("nothing is left to settle" in each for each in hand.notifications)


async def test_app_review_takes_with_a_change(corpus_factory: Factory, opened: Opener) -> None:
    folder = corpus_factory()
    async with opened(folder, "d1", beside=("gold",)) as hand:
        await hand.press(">", ">", "Y")
        assert hand.focused == "inspector"
        assert settled(hand, "intelligence sharing") == ("chosen", ("gold",))
        assert hand.screen.inspector.form is not None
        field = next(each for each in hand.screen.inspector.form.spec.fields if each.name == "status")
        key = next(choice.key for choice in field.choices if choice.value == "demanded")
        await hand.press("down", key, "enter")

        assert hand.value("intelligence sharing", "status") == "demanded"
        assert settled(hand, "intelligence sharing") == ("edited", ("gold",))
        assert hand.focused == "text"
        assert looked_at(hand) == "a2"

        # What was left out for want of its target is completed; what was changed stays so, and is settled.
        await hand.press("<", "y")
        first = next(iter(hand.session))
        assert hand.value("intelligence sharing", "initiators") == [first.id]
        assert hand.value("intelligence sharing", "status") == "demanded"
        await hand.press("y", "y")
        assert looked_at(hand) is None
    written = Corpus.open(folder).layer("r1")["d1"].annotations
    assert [each.settled.how for each in written if each.settled is not None] == [
        "chosen",
        "edited",
        "chosen",
        "chosen",
    ]


async def test_app_review_undoes_the_change_and_then_the_taking(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        await hand.press(">", "y", "Y", "down")
        before = hand.value("intelligence sharing", "status")
        await hand.press("d", "escape")
        assert hand.value("intelligence sharing", "status") != before
        assert looked_at(hand) == "c1"

        await hand.press("u")
        assert hand.value("intelligence sharing", "status") == before
        assert settled(hand, "intelligence sharing") == ("chosen", ("gold",))
        await hand.press("u")
        assert hand.words() == ALL[:1]


async def test_app_review_opens_the_form_where_the_layers_differ(corpus_factory: Factory, opened: Opener) -> None:
    folder = corpus_factory()
    store = Store(folder)
    corpus = Corpus.open(folder)
    gold = corpus.layer("gold")["d1"]
    other = [each.model_copy(update={"status": "demanded"}) if each.id == "c1" else each for each in gold.annotations]
    header = LayerHeader.model_validate({**gold.header.model_dump(), "annotator": "second"})
    store.write_layer(LayerFile("second", header, tuple(other)))
    async with opened(folder, "d1", beside=("gold", "second")) as hand:
        await hand.press("=", ">")
        assert looked_at(hand) == "c1"
        await hand.press("y")
        assert any("choose a layer" in each for each in hand.notifications)
        await hand.press("Y")

        assert hand.screen.inspector.form is not None
        assert hand.screen.inspector.form.field is not None
        assert hand.screen.inspector.form.field.name == "status"
        assert hand.value("intelligence sharing", "status") == "proposed"


async def test_app_review_counts_differences(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        await hand.press("3", ">")
        assert looked_at(hand) == "a2"
        await hand.press("2", "<")
        assert looked_at(hand) == "a1"
        # A digit that stands for a layer takes what it says.
        await hand.press("1")
        assert hand.words() == ALL[:1]
        assert looked_at(hand) == "c1"


async def test_app_review_names_the_keys_of_a_difference(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", beside=("gold",)) as hand:
        assert "take and change" not in hand.line("keys")
        await hand.press(">")
        assert "take and change" in hand.line("keys")
