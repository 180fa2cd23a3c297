"""All other places of the same words, in a list to untick, marked at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotator.widgets.line_list import Piece
from annotator.widgets.tick_list import TickList
from corpus.store import Store
from schemas import Document

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener

AGAIN = 1000


def ticks(hand: Hand) -> list[str]:
    """The rows of the list that are on the screen, from their ticks on."""
    return [line[line.index("[") :] for line in hand.shown.split("\n") if "[✓]" in line or "[ ]" in line]


async def list_places(hand: Hand) -> int:
    """Marks a word, and has the other places of it listed: how many there are."""
    await hand.over("militant proxies")
    await hand.press("g", "p", "escape")
    await hand.at("militant groups")
    await hand.press("g", "p", "escape")
    await hand.at("militant groups")
    await hand.press("asterisk")
    return hand.screen.places.count()


def is_listed(hand: Hand) -> bool:
    return hand.screen.places.is_open


def marked(hand: Hand, word: str = "militant") -> int:
    return hand.words().count(("group", word))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 15)])
async def test_mark_all_says_what_it_lists_and_how_many_are_ticked(
    seeds: Path, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(seeds, size=size) as hand:
        count = await list_places(hand)

        assert f"{count} more places as group · {count} ticked" in hand.shown
        assert "Space untick  Enter mark what is ticked  Esc mark none" in hand.shown
        assert all(row.startswith("[✓]") and "militant" in row for row in ticks(hand))
        await hand.press("down", "space")
        assert [row.startswith("[✓]") for row in ticks(hand)[:3]] == [True, False, True]
        assert f"{count} more places as group · {count - 1} ticked" in hand.shown
        await hand.press("space")
        assert ticks(hand)[1].startswith("[✓]")


async def test_mark_all_marks_what_is_ticked_and_nothing_else(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        count = await list_places(hand)
        places = list(hand.session.like(hand.entry("militant")))
        before = marked(hand)

        await hand.press("down", "space", "enter")

        assert marked(hand) == before + count - 1 > before
        assert hand.session.same("group", places[1]) is None
        assert hand.session.same("group", places[2]) is not None
        assert not is_listed(hand)
        assert hand.focused == "text"
        assert "[✓]" not in hand.shown


async def test_mark_all_marks_nothing_where_nothing_is_ticked_or_it_is_left(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        count = await list_places(hand)
        revision = hand.session.revision

        await hand.press(*["space", "down"] * count, "enter")
        assert hand.session.revision == revision
        await hand.press("asterisk", "escape")

        assert hand.session.revision == revision
        assert not is_listed(hand)
        # What was unticked before is not remembered.
        await hand.press("asterisk")
        assert f"{count} ticked" in hand.shown


async def test_mark_all_takes_clicks_on_rows_as_ticks(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        count = await list_places(hand)
        rows = [number for number, line in enumerate(hand.shown.split("\n")) if "[✓]" in line]
        column = hand.shown.split("\n")[rows[0]].index("[✓]")

        await hand.pilot.click(offset=(column + 1, rows[2]))
        await hand.settled()

        assert [row.startswith("[✓]") for row in ticks(hand)[:4]] == [True, True, False, True]
        assert f"{count - 1} ticked" in hand.shown
        assert hand.focused == "text"


async def test_mark_all_ends_where_something_else_is_clicked_on(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        for place, focused in (((40, 36), "text"), ((4, 30), "annotations")):
            await hand.at("militant groups")
            await list_places(hand)
            revision = hand.session.revision
            assert is_listed(hand)

            await hand.pilot.click(offset=place)
            await hand.settled()

            assert not is_listed(hand)
            assert hand.focused == focused
            assert hand.session.revision == revision


async def test_mark_all_lets_no_key_through_to_the_text(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        count = await list_places(hand)
        cursor, words = hand.screen.view.cursor, hand.words()

        await hand.press("a", "g", "u", "d", "D", "F", "q", "J", "w", "v", "tab", "slash", "question_mark")

        assert is_listed(hand)
        assert hand.asked == "AnnotateScreen"
        assert (hand.screen.view.cursor, hand.words()) == (cursor, words)
        assert f"{count} ticked" in hand.shown


async def test_mark_all_keeps_its_ticks_while_the_window_is_too_small(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        count = await list_places(hand)
        await hand.press("space")

        await hand.pilot.resize_terminal(30, 8)
        await hand.settled()
        assert "[" not in hand.shown
        assert "too small" in hand.shown.split("\n")[0]
        await hand.press("space", "enter")
        await hand.pilot.resize_terminal(120, 40)
        await hand.settled()

        assert f"{count - 1} ticked" in hand.shown


async def test_mark_all_leaves_out_what_was_marked_meanwhile(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        count = await list_places(hand)
        before, entry = marked(hand), hand.entry("militant")
        hand.screen.did(hand.session.mark_like(entry, hand.session.like(entry)[:2]))
        await hand.settled()

        await hand.press("enter")

        assert marked(hand) == before + count
        assert len({each.extent for each in hand.session}) == len(hand.session)


async def test_mark_all_draws_the_rows_that_are_seen_of_a_thousand(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(seeds)
    text = " ".join(["the militants came"] * (AGAIN + 1))
    store.write_documents([*store.documents(), Document.from_bytes("again", text.encode())])
    asked: set[int] = set()
    pieces = TickList.pieces

    def noted(self: TickList, index: int) -> list[Piece]:
        asked.add(index)
        return pieces(self, index)

    monkeypatch.setattr(TickList, "pieces", noted)
    async with opened(seeds, "again") as hand:
        await hand.at("militants")
        await hand.press("g", "p", "escape")
        await hand.press("asterisk")

        assert f"{AGAIN} more places" in hand.shown
        assert asked == set(range(len(ticks(hand))))
        await hand.press("end", "space")
        assert len(asked) <= 2 * len(ticks(hand))
        assert ticks(hand)[-1].startswith("[ ]")
        await hand.press("enter")
        assert marked(hand, "militants") == AGAIN
        await hand.press("u")
        assert marked(hand, "militants") == 1


async def test_mark_all_gives_the_text_the_very_next_key(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        for leave, moves in (("enter", "w"), ("escape", "w")):
            await list_places(hand)
            here = hand.screen.view.cursor
            # As they come from a macro, or over a line that hangs: in one go.
            await hand.rush(leave, moves)
            assert not is_listed(hand)
            assert hand.screen.view.cursor != here
            await hand.press("u") if leave == "enter" else None
        await list_places(hand)
        before = marked(hand)
        await hand.rush("enter", "u")
        assert marked(hand) == before


async def test_mark_all_ends_where_what_the_places_are_to_be_like_is_gone(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await list_places(hand)
        await hand.settled()
        name = hand.screen.current or ""
        file = seeds / "layers" / hand.session.layer / f"{hand.session.document.id}.jsonl"
        kept = [line for line in file.read_text(encoding="utf-8").splitlines() if f'"{name}"' not in line]
        file.write_text("\n".join(kept) + "\n", encoding="utf-8")
        hand.screen.look()
        await hand.settled()
        assert name not in hand.session
        assert not is_listed(hand)
        assert any("is gone" in each for each in hand.notifications)
        await hand.press("enter", "d")
        assert hand.app.is_running
        assert name not in hand.session
