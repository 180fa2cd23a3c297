"""The app, through keys alone: marking, undoing, opening again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import check
from corpus.corpus import Corpus
from schemas import Severity, Status

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener

Factory = Callable[..., Path]
PERSON = "Khawaja Muhammad Asif"
STEPS = "concrete steps towards ending support for"


async def mark_one_of_each(hand: Hand) -> None:
    """Marks two actors, a group, a measure and an attribution, with all that the schema asks of them."""
    # A person, who is new to the registry: the kind by a key, the name as it stands there.
    await hand.select(PERSON)
    await hand.press("a", "p")
    assert hand.asked == "EntityScreen"
    await hand.press("enter", "enter")
    assert hand.focused == "text"
    # A state by the word under the cursor.
    await hand.find("Pakistan may be prepared")
    await hand.press("a", "s", "enter", "enter")
    # A group, with all its choices; its entity is left open.
    await hand.select("militant proxies")
    await hand.press("g", "p", "s", "enter")
    assert hand.focused == "text"
    # A measure; the one who takes it is picked by the letter that stands on it.
    await hand.select(STEPS)
    await hand.press("m", "s", "h", "u")
    assert hand.screen.hints is not None
    await hand.press("a", "enter", "enter")
    assert hand.focused == "text"
    # An attribution on its cue: the source, the content in two pieces, what the keys choose, the speaker by a letter.
    await hand.find("said")
    await hand.press("t")
    assert "Enter take these words as source" in hand.line("keys")
    await hand.select("Foreign Minister")
    await hand.press("enter")
    assert "Enter take these words as content" in hand.line("keys")
    await hand.find("a new paradigm")
    await hand.press("left", "v", "w", "w", "w", "shift+right", "plus")
    await hand.select("policy was emerging")
    await hand.press("enter")
    await hand.press("s", "n", "n", "e")
    assert hand.screen.hints is not None
    await hand.press("a", "enter")
    assert hand.focused == "text"
    await hand.press("enter", "4", "m", "enter")
    assert hand.focused == "text"


def records(folder: Path, layer: str = "r1", document: str = "002") -> dict[str, dict[str, object]]:
    """What is in a layer's file, by the words that are covered."""
    found = Corpus.open(folder).layer(layer)[document].annotations
    return {each.text: each.to_record() for each in found}


def place(text: str, *words: str) -> list[list[int]]:
    return [[text.index(each), text.index(each) + len(each)] for each in words]


async def test_app_marks_one_of_each_label_and_has_it_when_it_is_opened_again(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark_one_of_each(hand)
        text = hand.session.document.text
        marked = list(hand.session)
        await hand.press("q")
        assert not hand.app.is_running

    found = records(seeds)
    assert {(each["label"], words) for words, each in found.items()} == {
        ("actor", PERSON), ("actor", "Pakistan"), ("group", "militant proxies"), ("measure", STEPS),
        ("attribution", "said"),
    }  # fmt: skip
    person, state = found[PERSON], found["Pakistan"]
    assert (person["kind"], person["mention"], person["metonymy"]) == ("person", "name", "none")
    entities = Corpus.open(seeds).entities
    assert (entities[str(person["entity"])].name, entities[str(person["entity"])].kind) == (PERSON, "person")
    assert entities[str(state["entity"])].kind == "state"
    group = found["militant proxies"]
    assert [group[name] for name in ("mention", "kind", "designation", "state_link", "entity")] == [
        "nominal", "generic", "proxy", "supported", None,
    ]  # fmt: skip
    measure = found[STEPS]
    assert [measure[name] for name in ("type", "status", "laterality", "initiators", "targets", "partners")] == [
        "sanctuary_denial", "hypothetical", "unilateral", [state["id"]], [], [],
    ]  # fmt: skip
    said = {name: value for name, value in found["said"].items() if name not in ("id", "start", "end", "text", "label")}
    assert said == {
        "source": place(text, "Foreign Minister"),
        "content": place(text, "“a new paradigm”", "policy was emerging"),
        "type": "statement",
        "form": "mixed",
        "source_kind": "named",
        "polarity": "negative",
        "distance": "endorsing",
        "speakers": [person["id"]],
        "addressees": [],
    }
    assert [each for each in check.check(Corpus.open(seeds)) if each.severity is Severity.ERROR] == []

    async with opened(seeds) as hand:
        assert list(hand.session) == marked
        assert "attribution said" in hand.shown
        assert "5 Using" in hand.shown


async def test_app_undoes_everything_and_does_it_again(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("Pakistan may be")
        await hand.press("a", "s", "enter", "enter")
        await hand.over("Kashmiri struggle")
        await hand.press("g", "m", "escape")
        await hand.press("c", "a")
        await hand.press("escape", "u", "u")
        await hand.press("full_stop", "F")
        await hand.write("why this?", "enter")
        done = list(hand.session), hand.session.header
        assert len(done[0]) == 2

        while hand.notifications[-1:] != ["there is nothing more"]:
            await hand.press("u")
        assert (list(hand.session), hand.session.header.comment) == ([], None)
        assert records(seeds) == {}
        hand.app.clear_notifications()
        await hand.press("U")
        assert hand.line("status").startswith(" done again: marked actor")
        while hand.notifications[-1:] != ["there is nothing more"]:
            await hand.press("U")
        await hand.press("left")
        assert "done again" not in hand.line("status")

        assert (list(hand.session), hand.session.header) == done
        assert [each.id for each in done[0]] == ["n2", "n1"]
        assert set(records(seeds)) == {"Pakistan"}


async def test_app_resizes_relabels_and_deletes(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape")
        assert hand.words() == [("group", "militant proxies")]
        await hand.at("proxies in the Soviet")
        await hand.press("full_stop")
        assert hand.words() == [("group", "militant proxies in")]
        await hand.at("in the Soviet")
        await hand.press("comma", "comma", "comma")
        assert hand.words() == [("group", "militant")]
        await hand.at("militant proxies in the")
        await hand.press("full_stop")
        assert hand.words() == [("group", "used militant")]
        await hand.at("used militant")
        await hand.press("comma", "comma")
        assert hand.words() == [("group", "militant")]

        await hand.press("c")
        assert "change the label to" in hand.line("keys")
        await hand.press("m")
        assert hand.words() == [("measure", "militant")]
        assert hand.focused == "inspector"
        await hand.press("escape", "d")
        assert hand.words() == []
        assert hand.focused == "text"


async def test_app_leaves_relabelling_at_any_other_key(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape")
        await hand.press("c", "w", "w", "w", "m")

        assert [label for label, _ in hand.words()] == ["group", "measure"]


async def test_app_knows_a_name_that_it_was_told_and_marks_all_like_it(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over(PERSON)
        await hand.press("a", "p", "enter", "enter")
        await hand.at("Pakistan may be")
        await hand.press("a", "s", "enter", "enter")
        await hand.at("Pakistan used")

        await hand.press("a")

        assert hand.focused == "text"
        assert hand.session.draft_count == 0
        assert hand.words()[0] == ("actor", "Pakistan")
        await hand.press("asterisk")
        assert hand.screen.places.is_open
        ticks = hand.shown.count("[✓]")
        await hand.press("space")
        assert hand.shown.count("[✓]") == ticks - 1 > 5
        assert "Enter marks what is ticked" in hand.shown
        await hand.press("enter")
        count = hand.session.document.text.count("Pakistan")
        marked = sum(words == "Pakistan" for _, words in hand.words())
        assert 20 < marked < count
        assert {hand.session.value(each, "kind") for each in hand.session} == {"state", "person"}
        await hand.press("u")
        assert len(hand.words()) == 3


async def test_app_says_that_a_place_is_marked_already(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape")
        await hand.over("militant proxies")
        await hand.press("g")

        assert len(hand.words()) == 1
        assert hand.notifications[-1] == "this is marked as group already"


async def test_app_marks_nothing_where_there_is_no_word(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("\n\nU.S. Criticism")
        await hand.press("a")

        assert hand.words() == []
        assert "no word here" in hand.notifications[-1]


async def test_app_takes_letters_in_the_form_as_answers_or_not_at_all(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g")
        assert hand.focused == "inspector"

        # In the text these delete, undo, quit, flag, go on and mark.
        await hand.press("d", "u", "q", "F", "D", "J", "f", "c", "s", "a", "7")

        assert hand.app.is_running
        assert hand.asked == "AnnotateScreen"
        assert hand.words() == [("group", "militant proxies")]
        assert hand.session.document.id == "002"
        assert hand.session.header.status is Status.OPEN


async def test_app_takes_an_extent_in_pieces_and_ends_without_a_selection(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        text = hand.session.document.text
        await hand.at("said “")
        await hand.press("t", "escape")
        assert "Enter take these words as content" in hand.line("keys")
        await hand.over("Pakistan used")
        await hand.press("plus")
        await hand.over("militant proxies")
        await hand.press("plus")
        assert hand.value("said", "content") == place(text, "Pakistan used", "militant proxies")

        await hand.press("enter")

        assert hand.value("said", "content") == place(text, "Pakistan used", "militant proxies")
        assert hand.value("said", "source") is None
        assert hand.focused == "inspector"
        # Asked for anew, it is taken in place of what was there.
        await hand.press("escape", "e", "escape", "escape")
        await hand.press("e")
        await hand.over("Kashmiri struggle")
        await hand.press("enter")
        assert hand.value("said", "source") == place(text, "Kashmiri struggle")


async def test_app_offers_every_annotation_though_two_begin_at_the_same_place(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("Pakistan’s Foreign")
        await hand.press("a", "s", "enter", "enter")
        await hand.over("Pakistan’s Foreign Minister")
        await hand.press("a", "p", "enter", "enter")
        await hand.at("press conference")
        await hand.press("m", "o", "i", "b")
        assert hand.screen.hints is not None

        await hand.press("A", "s", "enter", "escape")

        named = hand.value("press", "initiators")
        assert isinstance(named, list)
        assert {hand.session.words(hand.session.get(each)) for each in named} == {
            "Pakistan", "Pakistan’s Foreign Minister",
        }  # fmt: skip
        # Picked once more, one of them is taken out.
        await hand.press("enter", "4")
        assert "initiators (2 so far; again takes one out)" in hand.shown
        await hand.press("a", "enter")
        assert hand.value("press", "initiators") == named[1:]


async def test_app_does_not_fall_over_when_what_is_asked_for_is_gone(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("said “")
        await hand.press("t")
        assert "take these words as source" in hand.line("keys")

        await hand.press("tab", "u")
        assert hand.words() == []
        await hand.press("enter", "plus")
        await hand.at("said “")
        await hand.press("t", "tab", "d", "enter", "plus", "escape")

        assert hand.words() == []
        assert hand.focused == "text"


async def test_app_chooses_with_the_mouse(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g")
        lines = hand.shown.split("\n")
        row = next(number for number, line in enumerate(lines) if "insurgent" in line)

        await hand.pilot.click(offset=(lines[row].index("insurgent") + 3, row))
        await hand.settled()

        assert hand.value("militant proxies", "designation") == "insurgent"
        row = next(number for number, line in enumerate(hand.shown.split("\n")) if "·mention" in line)
        await hand.pilot.click(offset=(lines[row].index("nominal") + 1, row))
        await hand.settled()
        await hand.press("n")
        assert hand.value("militant proxies", "mention") == "name"


async def test_app_makes_an_entity_or_takes_one_that_is_there(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("Pakistan’s Foreign Minister")
        await hand.press("a", "p")
        await hand.write("Khawaja Asif", "enter")
        await hand.press("escape")
        await hand.over(PERSON)
        await hand.press("a", "p")
        assert "Pakistan’s Foreign Minister" not in hand.shown.split("Who or what is")[1].split("Khawaja Asif")[0]
        await hand.write("asif", "enter", "escape")

        assert [hand.session.value(each, "entity") for each in hand.session] == ["khawaja-asif", "khawaja-asif"]
        (entity,) = Corpus.open(seeds).entities.values()
        assert (entity.name, entity.aliases, entity.kind) == (
            "Khawaja Asif", ("Pakistan’s Foreign Minister",), "person",
        )  # fmt: skip


async def test_app_asks_for_the_kind_of_a_new_entity_where_it_is_open(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("Pakistan used")
        await hand.press("a", "down", "down", "space", "enter")
        assert "which kind?" in hand.shown
        await hand.press("s", "enter")

        assert hand.value("Pakistan", "kind") == "state"
        assert hand.session.draft_count == 0


async def test_app_goes_from_one_annotation_to_the_next_and_by_the_list(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        for words in ("militant proxies", "militant groups, the", "Kashmiri struggle"):
            await hand.over(words)
            await hand.press("g", "p", "escape")
        await hand.press("ctrl+home")

        seen = []
        for key in ("]", "]", "]", "]", "["):
            await hand.press(key)
            assert hand.screen.current is not None
            seen.append(hand.session.words(hand.session.get(hand.screen.current)))
        assert seen == ["militant proxies", "Kashmiri struggle", *["militant groups, the"] * 2, "Kashmiri struggle"]

        await hand.press("shift+tab")
        assert hand.focused == "annotations"
        await hand.press("home", "enter")
        assert hand.focused == "text"
        assert hand.session.document.text[hand.screen.view.cursor :].startswith("militant proxies")


async def test_app_goes_to_what_is_incomplete_and_to_findings(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("Kashmiri struggle")
        await hand.press("m", "escape")
        await hand.over("militant proxies in the")
        await hand.press("g", "p", "escape", "ctrl+home")

        await hand.press("!")
        assert hand.session.document.text[hand.screen.view.cursor :].startswith("Kashmiri")
        assert "1 incomplete" in hand.line("status")
        assert "needs type, status" in hand.line("status")


async def test_app_searches_forwards_backwards_and_round_the_ends(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        text = hand.session.document.text.lower()
        first, last = text.index("kashmir"), text.rindex("kashmir")
        await hand.press("slash")
        await hand.write("kashmir", "enter")
        assert hand.screen.view.cursor == first
        await hand.press("N")
        assert hand.screen.view.cursor == last
        await hand.press("n")
        assert hand.screen.view.cursor == first
        await hand.press("slash")
        await hand.write("nowhere at all", "enter")
        assert hand.screen.view.cursor == first
        assert "is not in this document" in hand.notifications[-1]


async def test_app_flags_with_a_comment_and_says_done(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("F")
        await hand.write("is this a state?", "enter")
        assert "⚑ flagged" in hand.line("title")
        assert Corpus.open(seeds).layer("r1")["002"].header.comment == "is this a state?"
        await hand.press("F")
        assert hand.session.header.status is Status.OPEN
        await hand.press("F", "escape", "F", "enter")
        assert hand.session.header.status is Status.OPEN

        await hand.press("D")
        assert "✓ done" in hand.line("title")
        await hand.press("D")
        await hand.at("Kashmiri struggle")
        await hand.press("m", "escape", "D")
        assert hand.asked == "ConfirmScreen"
        assert "1 annotations are incomplete" in hand.shown
        await hand.press("enter")
        assert hand.asked == "ConfirmScreen"
        await hand.press("n")
        assert hand.session.header.status is Status.OPEN
        await hand.press("D", "y")
        assert "✓ 002" in hand.shown


async def test_app_asks_for_what_is_typed_and_says_what_is_wrong(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory("adverse"), "d1") as hand:
        await hand.at("pain")
        await hand.press("x", "2", "y")
        # The first letter opens the question and is part of the answer.
        await hand.press("9")
        assert hand.asked == "PromptScreen"
        await hand.write("999", "enter")
        assert "less than or equal to 3650" in hand.shown
        await hand.press("backspace", "enter")
        assert hand.value("pain", "days") == 999
        # The place of the reaction comes next: it lies in the text, and that has the keys by now.
        assert hand.focused == "text"
        assert "take these words as site" in hand.line("keys")
        await hand.at("arm")
        await hand.press("enter")
        assert hand.value("pain", "site") == place(hand.session.document.text, "arm")
        assert hand.focused == "inspector"
        assert hand.notifications[-1] == "there is no drug for suspects yet"
        await hand.press("down", "r", "f", "r")
        assert hand.value("pain", "signs") == ["fever"]
        await hand.press("down", "n", "o")
        await hand.write("thing", "enter")
        assert str(hand.value("pain", "remark")).endswith("othing")


async def test_app_works_with_a_schema_that_only_its_corpus_knows(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory("own"), "d1", layer="mine") as hand:
        keys = hand.screen.label_keys
        assert len(set(keys.values())) == 3
        await hand.at("rain")
        await hand.press(keys["weather"])
        await hand.at("Lahore")
        await hand.press(keys["place"])
        assert hand.words() == [("place", "Lahore"), ("weather", "rain")]
        await hand.press("enter", "r", "space")
        assert hand.value("Lahore", "sort") == "river"
        assert hand.asked == "EntityScreen"
        await hand.press("escape", "escape", "i")
        assert "Somewhere." in hand.shown
        await hand.press("escape", "q")

    found = Corpus.open(corpus_factory("own", "again"))
    assert found.schema.name == "route"


async def test_app_shows_which_choice_is_taken(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape", "escape", "enter", "up", "up")

        strips = hand.app.screen._compositor.render_strips()
        reversed_words = "".join(each.text for strip in strips for each in strip if each.style and each.style.reverse)
        assert "generic" in reversed_words
        assert "members" not in reversed_words


async def test_app_adds_a_piece_that_is_another_annotation_to_what_was_marked_last(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.select("Kashmiri struggle")
        await hand.press("g", "n", "escape")
        await hand.select("militant proxies")
        await hand.press("m", "escape")
        await hand.select("Kashmiri struggle")
        await hand.press("plus")

        assert ("measure", "militant proxies Kashmiri struggle") in hand.words()
        assert ("group", "Kashmiri struggle") in hand.words()


async def test_app_gives_an_annotation_one_more_piece(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.select("militant proxies")
        await hand.press("g", "escape")
        (made,) = hand.session
        await hand.select("Kashmiri struggle")
        await hand.press("plus")

        assert hand.session.words(hand.session.get(made.id)) == "militant proxies Kashmiri struggle"
        await hand.press("u")
        assert hand.session.words(hand.session.get(made.id)) == "militant proxies"
