"""Which parts of an annotation cannot be seen, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotator.session import Session
from annotator.sight import arrows
from annotator.workspace import Workspace
from corpus.corpus import Corpus
from schemas import Extent

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener

SPEAKER, CUE = "Khawaja Muhammad Asif", "demands"


@pytest.fixture
def session(seeds: Path) -> Session:
    return Workspace(Corpus.open(seeds), "r1").open("002")


@pytest.fixture
def mark(session: Session) -> Callable[..., str]:
    def mark(label: str, words: str, **values: object) -> str:
        start = session.document.text.index(words)
        step = session.mark(label, Extent.of(start, start + len(words)), values)
        assert step.focus is not None
        return step.focus

    return mark


def test_sight_has_no_arrow_for_what_can_be_seen_in_part(session: Session, mark: Callable[..., str]) -> None:
    entry = session.get(mark("actor", SPEAKER))
    start, end = entry.extent.start, entry.extent.end

    assert arrows(session, entry, start, end) == {}
    assert arrows(session, entry, end - 1, end + 50) == {}
    assert arrows(session, entry, 0, start + 1) == {}


def test_sight_points_up_and_down_at_what_touches_the_edge_from_outside(
    session: Session, mark: Callable[..., str]
) -> None:
    entry = session.get(mark("actor", SPEAKER))

    assert arrows(session, entry, entry.extent.end, entry.extent.end + 50) == {"actor": "↑"}
    assert arrows(session, entry, 0, entry.extent.start) == {"actor": "↓"}


def test_sight_points_at_extents_and_references_by_the_name_of_their_field(
    session: Session, mark: Callable[..., str]
) -> None:
    text = session.document.text
    content = text.index("that relations with the United States")
    before, after = mark("actor", SPEAKER), mark("actor", "Trump")
    cue = session.get(mark("attribution", CUE, speakers=[before, after], content=[[content, content + 30]]))

    assert arrows(session, cue, cue.extent.start, cue.extent.end) == {"content": "↓", "speakers": "↑↓"}
    assert arrows(session, cue, content, len(text)) == {"attribution": "↑", "speakers": "↑"}


async def test_app_shows_arrows_at_the_head_of_the_text_and_in_the_form(seeds: Path, opened: Opener) -> None:
    def head(hand: Hand) -> str:
        return hand.screen.view._border_title.plain if hand.screen.view._border_title else ""

    async with opened(seeds, "002", size=(120, 20)) as hand:
        text, session = hand.session.document.text, hand.session
        first, last = text.index("Pakistan"), text.rindex("Pakistan")
        names = []
        for start in (first, last):
            await hand.at("Pakistan", text.count("Pakistan", 0, start))
            await hand.press("a", "s", "escape", "escape")
            names.append(session.at_position(len(session) - 1).id)
        step = session.mark("measure", Extent.of(text.index("concrete steps"), text.index("concrete steps") + 14))
        session.change(str(step.focus), "targets", names)
        hand.screen.did(step)
        await hand.at("concrete steps")

        assert head(hand).endswith("  ↑↓ targets")
        assert "↑↓" in next(line for line in hand.shown.splitlines() if "targets" in line and "needed" not in line)
        await hand.press("ctrl+end")
        assert "↑" not in head(hand), "nothing is looked at there"
        hand.screen.go_to(str(step.focus))
        hand.screen.view.scroll_to(0, 400, animate=False)
        await hand.settled()
        assert "↑ measure" in head(hand)


async def test_app_keeps_the_cursor_in_sight_when_the_form_opens_over_the_text(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "002", size=(80, 24)) as hand:
        await hand.over("strong steps")
        low = hand.screen.view.visible_range[1]
        await hand.press("m")

        assert hand.focused == "inspector"
        assert hand.screen.view.visible_range[1] < low, "there are fewer rows for the text"
        assert hand.screen.sees(hand.screen.view.cursor)


async def test_app_gives_a_large_terminal_s_room_to_the_lists_and_the_form(seeds: Path, opened: Opener) -> None:
    async def widths(columns: int) -> tuple[int, int, int]:
        async with opened(seeds, "002", size=(columns, 70)) as hand:
            side = hand.screen.query_one("#side").size.width
            return side, hand.screen.view.size.width, hand.screen.inspector.size.width

    usual, vast = await widths(120), await widths(250)

    assert vast[0] >= 2 * usual[0] - 4
    assert vast[2] >= 1.6 * usual[2]
    assert 90 <= vast[1] <= 130, "lines stay short enough to read"
