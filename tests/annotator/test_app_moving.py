"""Going from place to place and giving annotations another shape, through keys alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.annotator.conftest import Opener


async def test_app_goes_from_zone_to_zone_and_counts(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        starts = [zone.start for zone in hand.session.document.zones]
        assert len(starts) > 3
        await hand.press("z")
        assert hand.screen.view.cursor == starts[1]
        await hand.press("2", "z", "w")
        await hand.press("Z")
        assert hand.screen.view.cursor == starts[3]
        await hand.press("3", "Z")
        assert hand.screen.view.cursor == starts[0]


async def test_app_counts_before_every_motion(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        for words in ("Pakistan may be", "militant proxies", "Kashmiri struggle", "Foreign Minister"):
            await hand.at(words)
            await hand.press("m", "escape", "escape")
        places = [entry.start for entry in hand.session]
        await hand.press("ctrl+home", "3", "]")
        assert hand.screen.view.cursor == places[2]
        await hand.press("2", "[")
        assert hand.screen.view.cursor == places[0]
        await hand.press("ctrl+home", "2", "!")
        assert hand.screen.view.cursor == places[1]
        await hand.press("slash")
        await hand.write("pakistan", "enter")
        await hand.press("ctrl+home", "2", "n")
        text = hand.session.document.text.lower()
        assert hand.screen.view.cursor == text.index("pakistan", text.index("pakistan") + 1)


async def test_app_searches_by_a_regular_expression_and_says_what_is_wrong(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("slash")
        assert "regular expression" in hand.shown
        await hand.write("/kash[a-z]+i", "enter")
        text = hand.session.document.text
        assert text[hand.screen.view.cursor :].startswith("Kashmiri")
        await hand.press("slash")
        await hand.write("/kash(", "enter")
        assert "no regular expression: missing )" in hand.notifications[-1]
        assert text[hand.screen.view.cursor :].startswith("Kashmiri")


async def test_app_marks_a_single_code_point_and_shows_which(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("Kashmiri struggle")
        await hand.press("semicolon")
        assert "characters" in hand.line("status")
        await hand.press("semicolon", "right")
        assert "code points: U+0061 LATIN SMALL LETTER A" in hand.line("status")
        await hand.press("m", "escape", "escape", "semicolon")
        assert hand.words() == [("measure", "a")]
        assert "code points" not in hand.line("status")


async def test_app_reshapes_an_annotation_in_place(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.select("Foreign Minister, Khawaja Muhammad Asif")
        await hand.press("m", "escape")
        (made,) = hand.session

        def words() -> str:
            return hand.session.words(hand.session.get(made.id))

        await hand.at("Minister, Khawaja Muhammad Asif")
        await hand.press("minus")
        assert words() == "Foreign Khawaja Muhammad Asif"
        await hand.at("Muhammad Asif")
        await hand.press("2", "comma")
        assert words() == "Foreign Asif"
        await hand.at("Foreign Minister, Khawaja")
        await hand.press("ampersand")
        assert words() == "Foreign Minister, Khawaja Muhammad Asif"
        await hand.press("ampersand")
        assert "one piece" in hand.notifications[-1]
        await hand.select("militant proxies")
        await hand.press("percent_sign")
        assert words() == "militant proxies"
        await hand.press("minus")
        assert words() == "militant"
        await hand.at("militant proxies")
        await hand.press("minus")
        assert "nothing would be left" in hand.notifications[-1]


async def test_app_reshapes_an_extent_that_a_field_holds(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.find("said")
        await hand.press("t", "escape")
        await hand.select("a new paradigm")
        await hand.press("enter", "escape")
        await hand.at("digm” in")
        await hand.press("full_stop")
        (made,) = hand.session
        start = hand.session.document.text.index("a new paradigm")
        assert hand.session.value(hand.session.get(made.id), "content") == [[start, start + len("a new paradigm” in")]]
        await hand.press("u")
        await hand.at("digm” in")
        await hand.press("comma")
        assert hand.session.value(hand.session.get(made.id), "content") == [[start, start + len("a new")]]


async def test_app_selects_from_a_word_to_a_word_by_their_letters(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        text = hand.session.document.text
        await hand.at("It is widely believed")
        await hand.press("space")
        await hand.press(*hand.letters("militant proxies"))
        await hand.press(*hand.letters("proxies in the"))
        selection = hand.screen.view.selection
        assert selection is not None
        assert text[slice(*selection)] == "militant proxies"
        await hand.press("space")
        assert "select from" in hand.line("keys")
        await hand.press("escape")
        assert "select from" not in hand.line("keys")


async def test_app_selects_a_name_or_a_word_alone_with_a_capital(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        text = hand.session.document.text
        await hand.select("militant proxies")
        await hand.press("a", "escape", "escape")
        await hand.at("It is widely believed")
        for first, expected in (("militant proxies", "militant proxies"), ("widely", "widely")):
            await hand.press("space")
            letters = hand.letters(first)
            await hand.press(*letters[:-1], letters[-1].upper())
            assert hand.screen.hints is None
            assert hand.screen.view.selection is not None
            assert text[slice(*hand.screen.view.selection)] == expected
            await hand.press("escape")


@pytest.mark.parametrize(("key", "end"), [(",", "Minister"), (".", "was emerging")])
async def test_app_selects_to_the_end_of_a_phrase_or_a_sentence(
    seeds: Path, opened: Opener, key: str, end: str
) -> None:
    async with opened(seeds) as hand:
        text = hand.session.document.text
        await hand.at("Foreign Minister, Khawaja")
        await hand.press("space")
        await hand.press(*hand.letters("Foreign Minister, Khawaja"))
        assert "to the end of the phrase" in hand.line("keys")
        await hand.press(key)
        start = text.index("Foreign Minister, Khawaja")
        assert hand.screen.view.selection == (start, text.index(end, start) + len(end))


async def test_app_asks_for_a_part_with_short_hints_outside_of_what_is_given(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        text = hand.session.document.text
        words = "“a new paradigm” in Pakistan’s foreign policy was emerging"
        await hand.over(words)
        await hand.press("t")
        assert hand.screen.hints is not None
        start = text.index(words)
        short = [place for place, letters in hand.screen.hints.shown.items() if len(letters) == 1]
        assert short
        assert not any(start <= place < start + len(words) for place in short)


async def test_app_marks_the_content_first_and_then_asks_for_the_rest(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        text = hand.session.document.text
        await hand.at("Pakistan used militant")
        await hand.press("a", "s", "enter", "enter")
        await hand.select("used militant proxies")
        await hand.press("t")
        assert "attribution from" in hand.line("keys")
        assert "needs attribution, type, source_kind" in hand.line("status")
        await hand.press("escape", "escape", "escape")
        # Skipped, it is resumed where it was left.
        await hand.at("used militant")
        await hand.press("e")
        await hand.press(*hand.letters("is widely"))
        await hand.press(*hand.letters("believed"))
        assert "source from" in hand.line("keys")
        await hand.press(*hand.letters("Pakistan used"))
        await hand.press(*hand.letters("Pakistan used"))
        await hand.press("b", "n")
        (made,) = (each for each in hand.session if each.label == "attribution")
        assert hand.session.words(made) == "is widely believed"
        content = hand.session.field_extent(made, "content")
        assert content is not None
        assert content.text(text) == "used militant proxies"
        assert "needs" not in hand.line("status")


async def test_app_lists_what_a_reference_may_name_off_the_screen(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.at("Pakistan used militant")
        await hand.press("a", "s", "enter", "enter")
        await hand.press("ctrl+end", "b", "m", "o", "i", "u")
        assert hand.asked == "CandidateScreen"
        assert "Pakistan used militant" in hand.shown
        await hand.press("a", "enter")
        (state,) = (each for each in hand.session if each.label == "actor")
        (made,) = (each for each in hand.session if each.label == "measure")
        assert hand.session.value(made, "initiators") == [state.id]


async def test_app_goes_to_words_that_were_marked_before_and_marks_all_of_them(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "002") as hand:
        await hand.select("militant groups")
        await hand.press("g", "m", "d", "M")
        text = hand.session.document.text
        start = text.index("militant groups", 20)
        assert (hand.focused, hand.screen.view.cursor) == ("text", start)
        assert "“militant groups”" in hand.line("status")
        await hand.press(";", "g")
        assert hand.words() == [("group", "militant groups")] * 2
        assert [hand.session.value(each, "designation") for each in hand.session] == ["militant"] * 2


async def test_app_forgets_the_words_it_went_to_when_the_cursor_goes_elsewhere(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "002") as hand:
        await hand.select("militant groups")
        await hand.press("g", "m", "d", "M", "w", "g")
        assert hand.words() == [("group", "militant groups"), ("group", "groups")]


async def test_app_passes_over_words_as_often_as_they_were_marked(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "002") as hand:
        await hand.select("militant groups")
        await hand.press("g", "m", "d", "M", "M")
        before = hand.screen.view.cursor
        await hand.press("M")
        assert hand.screen.view.cursor == before
        assert "all known words are marked here" in hand.notifications[-1]


async def test_app_goes_on_from_a_form_only_where_nothing_is_missing(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "002") as hand:
        await hand.select("militant groups")
        await hand.press("g", "M")
        assert hand.focused == "text"
        before = hand.screen.view.cursor
        assert before > 20
        await hand.find("Kashmiri struggle")
        await hand.press("g", "M")
        assert hand.focused == "inspector"
        assert [each.label for each in hand.session.drafts] == ["group"]
        await hand.press("m", "M")
        assert hand.focused == "text"
        assert hand.session.document.text.startswith("militant groups", hand.screen.view.cursor)


async def test_app_remembers_what_was_said_in_another_document(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "000") as hand:
        await hand.select("militant groups")
        await hand.press("g", "m", "d", "enter", "s")
        await hand.press("J", "M")
        assert hand.session.document.id == "001"
        assert hand.session.document.text.startswith("militant groups", hand.screen.view.cursor)
        await hand.press("g")
        assert [hand.session.value(each, "state_link") for each in hand.session] == ["directed"]
