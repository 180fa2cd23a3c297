"""Pictures of the screens, held against those that were looked at and found right.

`pytest --snapshot-update` takes them anew; look at each before it is committed.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from annotator.app import AnnotatorApp
from annotator.session import Session
from annotator.widgets.scroll_bar import KeptScrollView
from annotator.workspace import Workspace
from corpus import provenance
from corpus.corpus import Corpus
from schemas import Entity, Extent, Status

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand

Picture = Callable[..., None]

ASIF = "Pakistan’s Foreign Minister, Khawaja Muhammad Asif"
BELIEVED = "Pakistan used militant proxies in the Soviet-Afghan war and Kashmiri struggle in the 1990s"
DEMANDS = "relations with the United States will be driven by Pakistan’s interests"


class Marker:
    """Marks words of a document without keys, and saves them as a layer."""

    def __init__(self, workspace: Workspace, document: str) -> None:
        self.workspace = workspace
        self.session: Session = workspace.open(document)

    def find(self, words: str, near: str = "") -> Extent:
        """The first place of some words, or of the first after others."""
        text = self.session.document.text
        start = text.index(words, text.index(near) if near else 0)
        return Extent.of(start, start + len(words))

    def mark(self, label: str, words: str, near: str = "", **values: Any) -> str:
        """Marks some words, and gives the id."""
        step = self.session.mark(label, self.find(words, near), values)
        assert step.focus is not None
        return step.focus

    def pieces(self, words: str, near: str = "") -> list[list[int]]:
        """Some words as a file holds an extent."""
        return [list(fragment) for fragment in self.find(words, near)]

    def save(self) -> None:
        """Writes the layer."""
        self.workspace.save(self.session.snapshot())


def workspace_at(folder: Path, layer: str = "r1") -> Workspace:
    numbers = itertools.count(1)
    return Workspace(Corpus.open(folder), layer, new_id=lambda: f"n{next(numbers):07}")


@pytest.fixture
def marked(seeds: Path) -> Path:
    """The seeds with some of 000 marked, and of 002 attributions that lie in each other."""
    workspace = workspace_at(seeds)
    for name, kind, words in (
        ("pakistan", "state", "Pakistan"),
        ("asif", "person", "Khawaja Muhammad Asif"),
        ("united-states", "state", "United States"),
    ):
        workspace.add_entity(Entity(id=name, kind=kind, name=words))
    nested = Marker(workspace, "002")
    state = nested.mark("actor", "Pakistan", "Pakistan used")
    nested.mark("group", "militant proxies", designation="proxy", state_link="supported")
    nested.mark("attribution", "believed", content=nested.pieces(BELIEVED), type="belief", source_kind="implicit")
    minister = nested.mark("actor", "Khawaja Muhammad Asif")
    nested.mark(
        "attribution", "said", "Asif, said", source=nested.pieces(ASIF), type="statement", form="mixed",
        content=nested.pieces("“a new paradigm” in Pakistan’s foreign policy was emerging"), source_kind="named",
        speakers=[minister],
    )  # fmt: skip
    nested.mark(
        "attribution", "characterization", content=nested.pieces(f"this new paradigm demands that {DEMANDS}"),
        source=nested.pieces("Asif", near="In Asif"), type="statement",
        source_kind="named", speakers=[minister],
    )  # fmt: skip
    nested.mark(
        "attribution", "demands", "this new paradigm demands", content=nested.pieces(f"that {DEMANDS}"),
        source=nested.pieces("new paradigm", near="this new paradigm"),
        type="demand", source_kind="document",
    )  # fmt: skip
    nested.mark(
        "measure", "concrete steps", type="sanctuary_denial", status="hypothetical", laterality="unilateral",
        initiators=[state],
    )  # fmt: skip
    nested.save()
    tables = Marker(workspace, "000")
    for place in tables.session.like(tables.session.get(tables.mark("actor", "Pakistan"))):
        tables.session.mark("actor", place)
    tables.save()
    return seeds


@pytest.fixture
def picture(
    snap_compare: Callable[..., bool],
    checks_at_once: None,
    writes_at_once: None,
    hand_of: Callable[[Pilot[None]], Hand],
) -> Picture:
    """Compares the app, after a hand has done something, with the picture of it."""

    def compare(
        folder: Path,
        document: str,
        act: Callable[[Hand], Awaitable[None]],
        *,
        size: tuple[int, int] = (120, 40),
        beside: tuple[str, ...] = (),
    ) -> None:
        app = AnnotatorApp(workspace_at(folder), document, beside=beside)

        async def before(pilot: Pilot[None]) -> None:
            hand = hand_of(pilot)
            await hand.settled()
            await act(hand)
            await hand.settled()
            for view in app.screen.query(KeptScrollView):
                # Not in a moment.
                view.update_bar()
            await hand.settled()
            for each in app.screen.query(Input):
                # Otherwise it depends on the moment whether its cursor is seen.
                each.cursor_blink = False

        assert snap_compare(app, terminal_size=size, run_before=before)

    return compare


def test_picture_of_tables(marked: Path, picture: Picture) -> None:
    async def act(hand: Hand) -> None:
        start = next(zone.start for zone in hand.session.document.zones if zone.kind == "table_cell")
        hand.screen.view.cursor = start
        await hand.settled()

    picture(marked, "000", act)


def test_picture_of_attributions_in_each_other(marked: Path, picture: Picture) -> None:
    async def act(hand: Hand) -> None:
        await hand.at("characterization")
        await hand.press("enter", "down", "down")

    picture(marked, "002", act)


def test_picture_of_colours_in_the_text(marked: Path, picture: Picture) -> None:
    async def act(hand: Hand) -> None:
        await hand.press("L")
        await hand.over("foreign policy")

    picture(marked, "002", act)


def test_picture_of_a_small_terminal_with_the_form(marked: Path, picture: Picture) -> None:
    async def act(hand: Hand) -> None:
        await hand.over("strong steps")
        await hand.press("m", "s")

    picture(marked, "002", act, size=(80, 24))


def test_picture_of_the_keys(marked: Path, picture: Picture) -> None:
    async def act(hand: Hand) -> None:
        await hand.press("question_mark")

    picture(marked, "002", act, size=(100, 50))


def test_picture_of_a_question_about_an_entity(marked: Path, picture: Picture) -> None:
    async def act(hand: Hand) -> None:
        await hand.over("Alice Wells")
        await hand.press("a", "p")

    picture(marked, "002", act)


def test_picture_of_letters_on_what_may_be_linked(marked: Path, picture: Picture) -> None:
    async def act(hand: Hand) -> None:
        await hand.at("concrete steps")
        await hand.press("r")

    picture(marked, "002", act)


def test_picture_of_layers_beside(marked: Path, picture: Picture) -> None:
    for layer, kind in (("p1", "state"), ("p2", "population")):
        marker = Marker(workspace_at(marked, layer), "002")
        marker.mark("actor", "Pakistan", "ending support" if layer == "p1" else "Pakistan can", kind=kind)
        marker.mark("actor", "United States", mention="name", kind=kind, entity="united-states")
        marker.save()

    async def act(hand: Hand) -> None:
        await hand.press("greater_than_sign", "greater_than_sign")

    picture(marked, "002", act, beside=("p1", "p2"))


def test_picture_of_all_documents(marked: Path, picture: Picture) -> None:
    workspace = workspace_at(marked)
    for name, status, comment, seconds in (
        ("000", Status.DONE, None, 2300.0),
        ("003", Status.FLAGGED, "is [b]this[/b] one attribution or two?", 640.0),
    ):
        session = workspace.open(name)
        session.set_status(status, comment)
        workspace.save(session.snapshot())
        provenance.note(workspace.corpus.store, "r1", name, seconds, {})
    marker = Marker(workspace_at(marked, "p1"), "002")
    marker.mark("actor", "Pakistan", "ending support", kind="state")
    marker.save()

    async def act(hand: Hand) -> None:
        await hand.press("O")

    picture(marked, "002", act, beside=("p1",), size=(100, 16))
