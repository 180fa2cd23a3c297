"""All documents at a glance, through keys alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus.corpus import Corpus
from corpus.store import Store
from schemas import Document

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener


def rows(hand: Hand) -> list[str]:
    """The documents in the list, as they are shown."""
    return [line for line in hand.shown.splitlines() if line[3:6].isdigit()]


def names(hand: Hand) -> list[str]:
    return [line[3:6] for line in rows(hand)]


async def test_documents_are_filtered_sorted_and_opened(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.find("Pakistan may be prepared")
        await hand.press("a", "s", "enter", "enter", "F")
        await hand.write("ask Ben", "enter")
        await hand.press("O")
        assert hand.asked == "DocumentsScreen"
        in_order = names(hand)
        assert len(in_order) == 5
        assert "5 documents · 1 flagged · 4 not begun · 1 marked · 0 findings left" in hand.shown
        (flagged,) = (line for line in rows(hand) if "⚑" in line)
        assert flagged.split()[:3] == ["⚑", "002", "1"]
        assert "ask Ben" in flagged

        await hand.press("f")
        assert names(hand) == ["002"]
        await hand.press("a", "s", "s")
        assert names(hand)[0] == "002"
        assert "by flag" in hand.shown
        await hand.press("r")
        assert names(hand)[-1] == "002"
        await hand.press("slash")
        await hand.write("ben")
        assert names(hand) == ["002"]
        await hand.press("escape")
        assert len(names(hand)) == 5
        await hand.press("r", "slash")
        await hand.write("00", "down", "down", "enter")

        assert hand.asked == "AnnotateScreen"
        assert hand.session.document.id == "001"


async def test_documents_are_left_without_opening_any(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("O", "down", "escape")

        assert hand.asked == "AnnotateScreen"
        assert hand.session.document.id == "002"
        assert hand.focused == "text"


async def test_documents_show_hostile_comments_as_text(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        session = hand.session
        hand.screen.did(session.set_status(session.header.status.FLAGGED, "[b]\x1b[31m\u202e\n[@click=app.quit]x"))
        await hand.press("O")

        assert "[b]␛[31m" in hand.shown
        assert "[@click=app.quit]x" in hand.shown
        assert not {"\x1b", "\u202e"} & set(hand.shown)


async def test_documents_fit_a_narrow_window(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, size=(60, 15)) as hand:
        await hand.press("O")

        assert len(names(hand)) == 5
        assert "Enter opens" in hand.shown


async def test_documents_are_gone_through_as_they_were_listed(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("O", "r", "home", "enter")
        assert hand.session.document.id == "004"
        await hand.press("J")
        assert hand.session.document.id == "003"
        await hand.press("K", "K")
        assert hand.session.document.id == "004"
        assert "there is no further document: by place, backwards" in hand.notifications[-1]

        # What was in force is so still, until it is changed; where everything is listed, the corpus's order is.
        await hand.press("O")
        assert names(hand)[0] == "004"
        await hand.press("r", "enter", "J", "K")
        assert hand.session.document.id == "003"


async def test_documents_that_are_filtered_are_all_that_one_goes_through(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("F")
        await hand.write("ask Ben", "enter")
        await hand.press("K", "F")
        await hand.write("ask Ben", "enter")
        await hand.press("O", "f", "enter", "J")
        assert hand.session.document.id == "002"
        await hand.press("K", "K")
        assert hand.session.document.id == "001"
        # Whoever goes elsewhere goes on in the corpus's order.
        hand.screen.switch_to("003")
        await hand.press("J")
        assert hand.session.document.id == "004"


async def test_documents_at_the_side_are_filtered_where_there_is_room(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        hand.screen.set_focus(hand.screen.documents)
        await hand.press("slash")
        assert hand.asked == "DocumentsScreen"
        await hand.write("003")
        assert "1 shown of 5 documents" in hand.shown
        await hand.press("enter")
        assert hand.session.document.id == "003"


async def test_documents_name_letters_as_keys_only_where_they_are_no_words(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("O")
        (hint,) = (line for line in hand.shown.splitlines() if "not begun" in line and "opens" in line)
        assert "n not begun" in hint

        await hand.press("slash")
        (hint,) = (line for line in hand.shown.splitlines() if "not begun" in line and "opens" in line)
        assert "n not begun" not in hint

        await hand.press("escape")
        (hint,) = (line for line in hand.shown.splitlines() if "not begun" in line and "opens" in line)
        assert "n not begun" in hint


async def test_documents_that_one_comes_back_to_can_be_undone_as_if_one_had_stayed(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape", "d")
        await hand.press("J", "u")
        assert "there is nothing more" in hand.notifications[-1]
        await hand.press("K", "u")
        assert hand.words() == [("group", "militant proxies")]
        assert hand.value("militant proxies", "designation") == "proxy"
        while hand.words():
            await hand.press("u")
        await hand.press("J", "K")
        assert hand.words() == []
        await hand.press("U")
        assert hand.words() == [("group", "militant proxies")]
    assert [each.text for each in Corpus.open(seeds).layer("r1")["002"].annotations] == ["militant proxies"]


async def test_documents_that_one_comes_back_to_can_be_taken_for_not_done_again(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape", "D", "J", "K")
        assert hand.session.header.status == "done"
        await hand.press("u")
        assert hand.session.header.status == "open"
        await hand.press("J", "K", "U")
        assert hand.session.header.status == "done"


@pytest.mark.parametrize("name", ["002", "004"])
async def test_documents_that_moved_are_left_before_it_is_known_how_far_they_are(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with opened(seeds, name) as hand:
        await hand.over(hand.session.document.text.split()[5])
        await hand.press("g", "escape")
        before = [hand.screen.documents.pieces(place) for place in range(5)]
        first = Document.from_bytes("00a", b"Some other words here.\n")
        Store(seeds).write_documents([first, *Corpus.open(seeds).documents.values()])
        monkeypatch.setattr(hand.screen, "read_progress", lambda: None)
        assert hand.screen.workspace.documents_moved()
        hand.screen.post_message(hand.screen.DocumentsMoved())
        await hand.press("d", "K")
        assert int(hand.session.document.id) == int(name) - 1
        assert [hand.screen.documents.pieces(place) for place in range(5)] == before


async def test_documents_of_which_the_open_one_is_gone_stay_as_they_are(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "004") as hand:
        await hand.over(hand.session.document.text.split()[5])
        await hand.press("g", "escape")
        before = hand.screen.documents.pieces(0)
        Store(seeds).write_documents(list(Corpus.open(seeds).documents.values())[:-1])
        assert hand.screen.workspace.documents_moved()
        hand.screen.post_message(hand.screen.DocumentsMoved())
        await hand.settled()
        assert hand.screen.documents.count() == 4
        assert hand.screen.documents.pieces(0) == before
