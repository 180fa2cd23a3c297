"""What the app notes of the work on a document, through keys alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from corpus import provenance
from corpus.corpus import Corpus
from corpus.provenance import Origin, Provenance

if TYPE_CHECKING:
    from tests.annotator.conftest import Opener


def noted(folder: Path, layer: str = "r1", document: str = "002") -> Provenance:
    return provenance.read(Corpus.open(folder).store, layer, document)


async def test_noting_keeps_how_annotations_came_to_be_and_how_long_it_took(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.find("Pakistan may be prepared")
        await hand.press("a", "s", "enter", "enter", "asterisk", "enter")
        made = [entry.id for entry in hand.session]
        first = hand.session.next_from(hand.session.document.text.index("Pakistan may be prepared") - 1)
        assert first is not None
        await hand.press("q")

    found = noted(seeds)
    assert len(made) > 2
    assert found.origins.pop(first.id) == Origin(how="typed")
    assert found.origins == {name: Origin(how="mark-all") for name in made if name != first.id}
    assert found.seconds > 0


async def test_noting_writes_nothing_where_nothing_was_changed(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("w", "w", "pagedown", "J", "w", "q")

    assert not (seeds / ".annotator" / "provenance").exists()


async def test_noting_adds_to_what_was_noted_before(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.find("Pakistan may be prepared")
        await hand.press("a", "s", "enter", "enter")
        (entry,) = hand.session
        await hand.press("J", "K", "q")
    before = noted(seeds)

    async with opened(seeds) as hand:
        assert hand.screen.seconds >= before.seconds
        await hand.find("Pakistan may be prepared")
        await hand.press("d", "u", "U", "u", "q")

    assert noted(seeds).origins == {entry.id: Origin(how="typed")}
    assert noted(seeds).seconds > before.seconds


async def test_noting_is_shown_above_the_text_from_the_first_minute_on(seeds: Path, opened: Opener) -> None:
    provenance.note(Corpus.open(seeds).store, "r1", "002", 720, {})

    async with opened(seeds, size=(120, 40)) as hand:
        await hand.press("w")
        assert " · 12 min · open · saved" in hand.line("title")
        await hand.press("J", "w")
        assert " min · " not in hand.line("title")


async def test_noting_that_fails_is_told_once_and_stops_nobody(seeds: Path, opened: Opener) -> None:
    (seeds / ".annotator").mkdir(exist_ok=True)
    (seeds / ".annotator" / "provenance").symlink_to(seeds)

    async with opened(seeds) as hand:
        await hand.find("Pakistan may be prepared")
        await hand.press("a", "s", "enter", "enter", "J", "K")
        told = [each for each in hand.notifications if "cannot be noted" in each]
        await hand.press("q")

    assert len(told) == 1
    assert len(Corpus.open(seeds).layer("r1")["002"].annotations) == 1
