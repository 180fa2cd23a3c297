"""What the app shows: at any size, of any text, and of its own keys."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from textual import events
from textual.app import SystemCommand
from textual.binding import Binding
from textual.widgets._toast import Toast

from annotator.app import AnnotatorApp
from annotator.display import safe
from annotator.screens.annotate import AnnotateScreen
from annotator.screens.review import ReviewScreen
from annotator.widgets.compositor import ChangedLines, PiecesUpdate
from annotator.widgets.inspector import Inspector
from annotator.widgets.kept_lines import Lines
from annotator.widgets.line_list import LineList
from annotator.widgets.text_view import TextView
from corpus.corpus import Corpus
from corpus.layers import LayerFile
from corpus.store import Store
from schemas import Document, Entity, LayerHeader, Status

if TYPE_CHECKING:
    from textual.screen import Screen

    from tests.annotator.conftest import Hand, Opener

Factory = Callable[..., Path]


async def resize(hand: Hand, width: int, height: int) -> None:
    await hand.pilot.resize_terminal(width, height)
    await hand.settled()


async def test_app_lists_annotations_in_any_order_and_beyond_the_last(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("Pakistan")
        await hand.press("a", "s", "enter", "enter")
        listed = hand.screen.annotations
        count = listed.count()
        assert count >= 1

        strips = listed._rows((count + 1, 0, count), 0, count)
        assert strips[1] is listed._row(0, has_cursor=True, count=count)
        assert ["Pakistan" in strip.text for strip in strips] == [False, True, False]


async def test_app_lists_at_once_what_needs_a_new_layout_anyway(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(seeds, size=(120, 24)) as hand:
        listed, later = hand.screen.annotations, []
        in_frame_after = hand.screen.in_frame_after

        def noted(act: Callable[[], None]) -> None:
            later.append(listed.count())
            in_frame_after(act)

        monkeypatch.setattr(hand.screen, "in_frame_after", noted)
        await hand.over("militant groups")
        await hand.press("g", "escape")
        await hand.over("Pakistan")
        await hand.press("a", "s", "enter", "escape")
        before = len(later)
        assert (before > 0, listed.show_vertical_scrollbar) == (True, False)
        await hand.press("asterisk", "enter")
        assert listed.count() > listed.size.height
        assert (len(later) - before, listed.show_vertical_scrollbar) == (0, True)


def counted(hand: Hand, place: int) -> str:
    """How many annotations the list says that a document has."""
    return hand.screen.documents.pieces(place)[2][0].strip()


async def test_app_shows_the_words_and_the_form_first_and_the_lists_in_the_frame_after(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(seeds) as hand:
        await hand.over("Pakistan")
        lists = [hand.screen.annotations.region, hand.screen.documents.region]
        painted: list[set[str]] = []
        render = ChangedLines.render_partial_update

        def noted(self: ChangedLines) -> PiecesUpdate | None:
            update = render(self)
            places = [(x, y) for x, y, _ in update.pieces] if update is not None else []
            painted.append({"list" if any(each.contains(*at) for each in lists) else "text" for at in places})
            return update

        monkeypatch.setattr(ChangedLines, "render_partial_update", noted)
        await hand.press("a")
        assert painted[0] == {"text"}
        assert "list" in set().union(*painted[1:])
        assert "annotations 1 · 1 inco" in hand.shown
        assert "… actor       Pakistan" in hand.shown
        assert counted(hand, hand.screen.place(hand.session)) == "0"


async def test_app_tells_of_a_mark_in_the_list_of_documents_although_one_goes_on_at_once(
    seeds: Path, opened: Opener
) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        here = hand.screen.place(hand.session)
        before = counted(hand, here)
        await hand.rush("g", "escape", "J")
        assert (before, counted(hand, here)) == ("", "1")
        assert hand.screen.place(hand.session) == here + 1


async def test_app_tells_in_the_list_of_documents_what_changes_while_another_one_is_opened(
    seeds: Path, opened: Opener
) -> None:
    async with opened(seeds) as hand:
        await mark_three(hand)
        screen, left = hand.screen, hand.session
        here = screen.place(left)
        screen.open_document("003")
        screen.did(left.undo())
        there = screen._opened("003")
        assert isinstance(there, screen.SessionOpened)
        screen._take_session(there)
        await hand.settled()
        assert hand.session.document.id == "003"
        assert counted(hand, here) == str(len(left) - left.draft_count)


async def mark_three(hand: Hand) -> None:
    for words in ("Pakistan", "militant proxies", "militant groups"):
        await hand.over(words)
        await hand.press("g", "escape")


@pytest.mark.parametrize(
    "keys", [("d", "enter"), ("d", "up"), ("d", "down"), ("u", "up"), ("u", "enter"), ("u", "end")]
)
async def test_app_takes_keys_in_the_list_as_it_is_after_the_key_before(
    seeds: Path, opened: Opener, keys: tuple[str, ...]
) -> None:
    found = []
    for layer, together in (("r1", False), ("r2", True)):
        async with opened(seeds, layer=layer) as hand:
            await mark_three(hand)
            listed = hand.screen.annotations
            hand.screen.set_focus(listed)
            await hand.press("end", *("d" for key in keys if key == "u"))
            hand.screen.set_focus(listed)
            await (hand.rush(*keys) if together else hand.press(*keys))
            here = hand.screen.current
            covered = hand.session.words(hand.session.get(here)) if here is not None else None
            found.append((listed.index, listed.count(), covered, hand.screen.view.cursor, hand.focused))
    assert found[0] == found[1]


async def test_app_goes_to_the_list_as_it_is_after_the_key_before(seeds: Path, opened: Opener) -> None:
    found = []
    for layer, together in (("r1", False), ("r2", True)):
        async with opened(seeds, layer=layer) as hand:
            await mark_three(hand)
            await hand.over("militant proxies")
            await hand.press("d")
            keys = ("u", "shift+tab", "up")
            await (hand.rush(*keys) if together else hand.press(*keys))
            found.append((hand.screen.annotations.index, hand.words(), hand.focused))
    assert found[0] == found[1]


# Sizes


async def test_app_opens_the_form_over_the_lower_third_of_a_small_terminal(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, size=(80, 24)) as hand:
        assert "documents" not in hand.shown
        assert not hand.screen.inspector.display
        await hand.over("militant proxies")
        await hand.press("m")

        region = hand.screen.inspector.region
        assert region.width == 80
        assert region.y > 24 // 2
        assert region.bottom <= 22
        assert "▀measure" in hand.shown
        assert "type" in hand.shown
        await hand.press("s", "h", "escape", "escape")
        assert not hand.screen.inspector.display
        assert hand.focused == "text"


async def test_app_works_in_sixty_columns_and_fifteen_rows(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, size=(60, 15)) as hand:
        await hand.over("militant proxies")
        await hand.press("g")
        assert "designation" in hand.shown
        await hand.press("p", "escape")
        assert hand.session.draft_count == 0
        await hand.press("question_mark")
        assert "labels" in hand.shown
        await hand.press("escape", "slash")
        assert "search for" in hand.shown


@pytest.mark.parametrize("size", [(39, 9), (39, 40), (120, 9), (20, 5), (1, 1)])
async def test_app_says_in_one_line_that_the_window_is_too_small(
    seeds: Path, opened: Opener, size: tuple[int, int]
) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape")
        before = list(hand.session)

        await resize(hand, *size)
        expected = f"too small ({size[0]}x{size[1]}); nothing is lost"
        first, *rest = hand.shown.split("\n")
        assert first.removesuffix("…") in expected
        assert len(first) >= min(size[0], len(expected))
        assert not "".join(rest).strip()
        # What cannot be seen cannot be changed.
        await hand.press("d", "u", "c", "m", "D", "F", "J", "escape")
        assert list(hand.session) == before

        await resize(hand, 100, 30)
        assert hand.focused == "text"
        assert "militant proxies" in hand.shown
        await hand.press("d")
        assert hand.words() == []


async def test_app_goes_on_in_the_form_when_the_window_was_too_small_for_a_while(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, size=(80, 24)) as hand:
        await hand.over("militant proxies")
        await hand.press("g")
        await resize(hand, 30, 8)
        await resize(hand, 120, 40)

        assert hand.focused == "inspector"
        await hand.press("p")
        assert hand.value("militant proxies", "designation") == "proxy"


async def test_app_can_be_resized_at_any_time(seeds: Path, opened: Opener) -> None:
    sizes = [(80, 24), (39, 9), (200, 60), (60, 15), (41, 11), (120, 40)]
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        for keys in (["g"], ["escape", "question_mark"], ["escape", "slash"], ["escape", "ctrl+p"], ["escape", "f"]):
            await hand.press(*keys)
            front = hand.asked
            for width, height in sizes:
                await resize(hand, width, height)
                assert hand.asked == front
                assert len(hand.shown.split("\n")) == height
        await hand.press("escape", "escape")
        assert hand.words() == [("group", "militant proxies")]
        assert hand.focused == "text"


async def test_app_gives_the_keys_to_the_text_when_the_lists_are_hidden(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.press("shift+tab")
        assert hand.focused == "annotations"
        await hand.press("P")
        assert hand.focused == "text"
        await hand.press("P", "shift+tab")
        assert hand.focused == "annotations"
        await resize(hand, 80, 24)
        assert hand.focused == "text"


# What comes from outside


HOSTILE = (
    "\x1b[31mred\x1b]0;owned\x07\x1b[2J",
    "[@click=app.quit]press[/] [red]x[/red] [/]",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "\x9b31mC1 \x85 \u2028 \x00 \x7f \ufeff",
    "tab\there $accent [b] \\[b] {x} %s",
)
"""What a stranger may have written into any text, title, comment, name or field."""


@pytest.fixture
def hostile(corpus_factory: Factory) -> Path:
    """A corpus of strangers' words, in every place where words may stand."""
    folder = corpus_factory("adverse")
    store = Store(folder)
    text = "\n".join(f"Start {each} end" for each in HOSTILE) + "\n"
    document = Document.from_bytes("h1", text.encode(), title=HOSTILE[1] + HOSTILE[0], publisher=HOSTILE[0])
    store.write_documents([document, *store.documents()])
    store.write_entities(
        [Entity(id=f"e{number}", kind="substance", name=name) for number, name in enumerate(HOSTILE)]
        + [Entity(id="all", kind="substance", name="All", aliases=HOSTILE, note=HOSTILE[0])]
    )
    schema = Corpus.open(folder).schema
    annotations = []
    for number, words in enumerate(HOSTILE):
        start = text.index(words)
        annotations.append(
            schema.annotation.validate_python(
                {
                    "id": f"r{number}",
                    "label": "reaction",
                    "start": start,
                    "end": start + len(words),
                    "text": words,
                    "severeness": "fatal",
                    "remark": words,
                    "site": [[start, start + len(words)]],
                }
            )
        )
    header = LayerHeader(
        document="h1",
        sha256=document.sha256,
        schema_id=schema.id,
        annotator="anna",
        status=Status.FLAGGED,
        comment=HOSTILE[0],
    )
    store.write_layer(LayerFile("r1", header, tuple(annotations)))
    return folder


def unsafe(shown: str) -> set[str]:
    """The characters on the screen that a terminal would act on, or that nobody would see."""
    return {each for each in shown if each != "\n" and (safe(each) != each or unicodedata.category(each) == "Cc")}


async def looks(hand: Hand) -> list[str]:
    """The screen after each of many keys that bring up all that there is."""
    seen = [hand.shown]
    for key in (
        "]", "enter", "down", "down", "escape", "]", "enter", "escape", "]", "]", "]", "!", "shift+tab", "escape",
        "L", "L", "f", "escape", "*", "escape", "u", "v", "x", "escape", "escape", "i", "escape", "question_mark",
        "escape", "ctrl+p", "escape",
    ):  # fmt: skip
        await hand.press(key)
        seen.append(hand.shown)
    return seen


@pytest.mark.parametrize("size", [(140, 50), (80, 24)])
async def test_app_shows_a_strangers_words_literally(hostile: Path, opened: Opener, size: tuple[int, int]) -> None:
    async with opened(hostile, "h1", size=size) as hand:
        seen = await looks(hand)

        for shown in seen:
            assert unsafe(shown) == set()
        everything = "\n".join(seen)
        assert "[@click=app.quit]press[/]" in everything
        assert "␛[31mred" in everything
        assert hand.app.is_running


async def test_app_shows_a_strangers_title_literally_and_a_click_on_it_does_nothing(
    hostile: Path, opened: Opener
) -> None:
    async with opened(hostile, "h1", size=(140, 50)) as hand:
        for number, line in enumerate(hand.shown.split("\n")):
            at = line.find("press[/]")
            if at >= 0:
                await hand.pilot.click(offset=(at + 1, number))
                await hand.settled()
        assert hand.app.is_running
        assert "[@click=app.quit]press[/]" in hand.shown.split("\n")[1]


async def test_app_asks_about_a_strangers_words_literally(hostile: Path, opened: Opener) -> None:
    async with opened(hostile, "h1", layer="new") as hand:
        for words in HOSTILE:
            await hand.over(words)
            await hand.press(hand.screen.label_keys["drug"], "enter", "space")
            assert hand.asked == "EntityScreen"
            assert unsafe(hand.shown) == set()
            await hand.press("escape", "escape")
        assert len(hand.words()) == len(HOSTILE)


async def test_app_says_what_a_stranger_wrote_literally_when_a_file_is_refused(hostile: Path, opened: Opener) -> None:
    path = hostile / "layers" / "r1" / "h1.jsonl"
    path.write_text(path.read_text().replace('"fatal"', '"[@click=app.quit]\\u001b[31m[/]"'))

    async with opened(hostile, "d1", layer="r1", size=(140, 50)) as hand:
        await hand.press("K")

        assert hand.session.document.id == "d1"
        assert hand.notifications
        assert unsafe(hand.shown) == set()
        assert "cannot be opened" in hand.shown


async def test_app_takes_no_command_from_a_paste(hostile: Path, opened: Opener) -> None:
    async with opened(hostile, "h1", layer="new") as hand:
        await hand.press("F")
        hand.app.post_message(events.Paste("why\x1b[31m\u202e?"))
        await hand.settled()
        assert unsafe(hand.shown) == set()
        await hand.press("enter")
        assert hand.session.header.comment == "why␛[31m\ufffd?"


async def test_app_gives_back_a_strangers_remark_as_it_was_when_it_is_not_edited(hostile: Path, opened: Opener) -> None:
    async with opened(hostile, "h1", layer="r1") as hand:
        await hand.press("]", "enter", "up", "space")
        assert hand.asked == "PromptScreen"
        assert unsafe(hand.shown) == set()
        await hand.press("enter")
        first = next(iter(hand.session))
        assert hand.session.value(first, "remark") == HOSTILE[0]


# Keys


def bound(*classes: type) -> list[Binding]:
    return [
        each
        for cls in classes
        for part in cls.__mro__
        if part.__module__.startswith("annotator.")
        for each in part.__dict__.get("BINDINGS", ())
        if isinstance(each, Binding)
    ]


def commands(hand: Hand) -> list[SystemCommand]:
    """What the palette lists."""
    return list(hand.app.get_system_commands(cast("Screen[object]", hand.screen)))


@pytest.mark.parametrize("beside", [(), ("gold",)], ids=["alone", "beside"])
async def test_app_lists_every_action_in_the_palette(
    corpus_factory: Factory, opened: Opener, beside: tuple[str, ...]
) -> None:
    async with opened(corpus_factory(), "d1", beside=beside) as hand:
        titles = [each.title for each in commands(hand)]

        screen = ReviewScreen if beside else AnnotateScreen
        for each in bound(screen, TextView, Inspector, LineList, AnnotatorApp):
            if each.action.split("(")[0] not in ("count", "select_clear"):
                assert any(title.startswith(each.description) for title in titles), each
        assert {f"Mark as {name}" for name in ("actor", "group", "measure", "attribution")} <= set(titles)
        assert len(titles) == len(set(titles))


def test_app_binds_no_key_twice_and_gives_every_action_an_id() -> None:
    for cls in (ReviewScreen, TextView, Inspector, LineList):
        found = bound(cls)
        keys = [key for each in found for key in each.key.split(",")]
        assert len(keys) == len(set(keys)), cls
        assert all(each.id for each in found), cls


async def test_app_does_what_is_chosen_in_the_palette(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("ctrl+p")
        assert hand.asked == "CommandPalette"
        await hand.write("mark as group")
        await hand.palette_ready()
        await hand.press("enter")
        assert hand.words() == [("group", "militant proxies")]
        await hand.press("p", "escape", "ctrl+p")
        await hand.write("delete the annot")
        await hand.palette_ready()
        await hand.press("enter")
        assert hand.words() == []


async def test_app_saves_before_it_is_left_through_the_palette(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p", "escape")
        (command,) = (each for each in commands(hand) if each.title == "Quit")
        path = seeds / "layers" / "r1" / "002.jsonl"
        path.unlink()
        path.mkdir()
        await hand.press("u")

        hand.app.call_later(command.callback)
        await hand.settled()

        assert hand.app.is_running
        assert hand.asked == "ConfirmScreen"
        await hand.press("y")


async def test_app_shows_the_keys_in_force_where_the_focus_is(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, size=(120, 400)) as hand:
        await hand.press("f1")
        assert "moving and selecting" in hand.shown
        assert "in the form" not in hand.shown
        for each in bound(AnnotateScreen):
            assert each.description in hand.shown
        await hand.press("escape")
        await hand.over("militant proxies")
        await hand.press("g", "f1")
        assert "in the form" in hand.shown
        assert "Empty this field" in hand.shown
        assert "moving and selecting" not in hand.shown
        await hand.press("escape", "escape", "shift+tab", "question_mark")
        assert "in a list" in hand.shown


async def test_app_shows_the_keys_with_layers_beside(corpus_factory: Factory, opened: Opener) -> None:
    async with opened(corpus_factory(), "d1", size=(120, 400), beside=("gold",)) as hand:
        await hand.press("greater_than_sign", "question_mark")

        # The digits for which there is no layer count.
        without = {f"difference.take_{number}" for number in range(2, 10)}
        for each in bound(ReviewScreen):
            assert (each.description in hand.shown) == (each.id not in without)


async def test_app_says_what_the_labels_mean(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, size=(120, 100)) as hand:
        await hand.press("i")

        for spec in hand.session.schema.specs:
            assert f" {spec.name} " in hand.shown
            assert " ".join(spec.help.split()[:4]) in hand.shown
            await hand.press("down")
            for field in spec.fields:
                assert f"{spec.name} · {field.name}" in hand.shown
                assert " ".join(field.help.split()[:4]) in hand.shown
                await hand.press("down")


async def test_inspector_breaks_choices_anew_when_its_scroll_bar_comes_or_goes(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("Kashmiri struggle")
        await hand.press("g", "escape")
        inspector = hand.screen.inspector
        drawn = []
        # As wide as a bar must be for one choice less to stand beside the others.
        inspector.styles.scrollbar_size_vertical = 12
        await hand.settled()
        for is_shown in (False, True, False):
            inspector.set_reactive(Inspector.show_vertical_scrollbar, is_shown)
            inspector.draw()
            assert isinstance(inspector.body.content, Lines)
            drawn.append(inspector.body.content.whole.plain)
        assert drawn[0] == drawn[2] != drawn[1]


async def test_app_takes_a_click_on_a_message_that_is_just_going(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        hand.app.notify("going")
        await hand.settled()
        message = hand.screen.query_one(Toast)
        x, y = message.region.center
        at = (int(x), int(y))

        message.remove()
        while message.parent is not None:  # noqa: ASYNC110 - what goes on here is the library's, and has no event
            await asyncio.sleep(0)
        assert hand.screen.get_widget_at(*at)[0] is message
        hand.screen._forward_event(
            events.MouseDown(None, *at, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=at[0], screen_y=at[1])
        )
        await hand.settled()

        assert hand.app.is_running
        await hand.press("right")
        assert hand.screen.view.cursor == 1


async def test_inspector_gives_the_words_that_are_selected_in_it(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant groups")
        await hand.press("g", "escape")
        region = hand.screen.inspector.body.region
        await hand.pilot.mouse_down(offset=(region.x + 1, region.y))
        await hand.pilot.hover(offset=(region.x + 6, region.y))
        await hand.pilot.mouse_up(offset=(region.x + 6, region.y))
        await hand.settled()
        assert hand.screen.get_selected_text() == "ilitan"
