"""The tutorial: what it asks for is right, is seen when it is done, and is not taken as done before."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotator.app import AnnotatorApp
from annotator.course import Course, with_keys
from annotator.screens.tutorial import TutorialScreen
from annotator.settings import Settings, read
from annotator.workspace import Workspace
from corpus import bundled, lessons
from corpus.corpus import Corpus
from corpus.errors import InputRefused
from corpus.lessons import Tutorial
from corpus.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.pilot import Pilot

    from tests.annotator.conftest import Hand, Opener


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The bundled corpus, to write to."""
    return Path(shutil.copytree(bundled.folder(), tmp_path / "corpus"))


@pytest.fixture
def tutorial() -> Tutorial:
    """The lessons of the bundled corpus."""
    found = lessons.read(Store(bundled.folder()))
    assert found is not None
    return found


@asynccontextmanager
async def taught(folder: Path, tutorial: Tutorial, hand_of: Callable[[Pilot[None]], Hand]) -> AsyncIterator[Hand]:
    numbers = itertools.count(1)
    workspace = Workspace(Corpus.open(folder), "tutorial", new_id=lambda: f"n{next(numbers)}")
    app = AnnotatorApp(workspace, tutorial=tutorial)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        hand = hand_of(pilot)
        await hand.settled()
        yield hand


def course(hand: Hand) -> Course:
    assert isinstance(hand.screen, TutorialScreen)
    return hand.screen.course


async def select(hand: Hand, words: str, near: str = "") -> None:
    text = hand.session.document.text
    start = text.index(words, text.index(near) if near else 0)
    hand.screen.view.select(start, start + len(words))
    await hand.settled()


def test_tutorial_asks_for_what_gold_says(tutorial: Tutorial) -> None:
    corpus = Corpus.open(bundled.folder())
    gold = corpus.layer("gold")[tutorial.document].annotations
    places = {each.id: (each.extent.start, each.extent.end) for each in gold}
    asked = [lesson.annotation for lesson in tutorial.lesson if lesson.annotation is not None]
    assert {each.label for each in asked} == {spec.name for spec in corpus.schema.specs}
    for expected in asked:
        (there,) = (
            each
            for each in gold
            if (each.label, each.extent.start, each.extent.end) == (expected.label, *expected.place)
        )
        said = there.model_dump(mode="json")
        assert {name: said[name] for name in expected.values} == expected.values
        for field, wanted in expected.refers.items():
            assert {places[name] for name in said[field]} == set(wanted)


async def test_tutorial_is_gone_through_with_the_keys_that_it_names(
    copy: Path, tutorial: Tutorial, hand_of: Callable[[Pilot[None]], Hand], checks_at_once: None
) -> None:
    async with taught(copy, tutorial, hand_of) as hand:
        at = course(hand)
        assert "lesson 1 of 10: Go to a word" in hand.shown
        await hand.press("w")
        assert at.position == 0
        await hand.press("1", "3", "w")
        assert at.position == 1
        await hand.press("a")
        assert (at.position, hand.focused) == (2, "text")
        await hand.press("*", "enter")
        assert at.position == 3
        await hand.press("u")
        assert at.position == 4
        await hand.press("U")
        assert at.position == 5
        await select(hand, "militant proxies")
        await hand.press("g")
        await answer(hand, "designation", "proxy")
        assert at.position == 5
        await answer(hand, "state_link", "directed")
        assert at.position == 6
        await hand.press("escape")
        await leave(hand)
        await select(hand, "used militant proxies")
        await hand.press("m")
        for field, choice in (("type", "proxy_support"), ("status", "implemented"), ("laterality", "unilateral")):
            await answer(hand, field, choice)
        await refer(hand, "initiators", "Pakistan used")
        assert at.position == 6
        await refer(hand, "targets", "militant proxies")
        assert at.position == 7
        await leave(hand)
        await select(hand, "Pakistan used militant proxies in the Soviet-Afghan war and Kashmiri struggle in the 1990s")
        await hand.press("t")
        await select(hand, "is widely believed")
        await hand.press("enter", "escape")
        for field, choice in (("type", "belief"), ("form", "indirect"), ("source_kind", "implicit")):
            await answer(hand, field, choice)
        assert at.position == 8
        await leave(hand)
        await hand.press("i")
        assert at.position == 9
        await hand.press("escape", "D")
        if hand.asked == "ConfirmScreen":
            await hand.press("y")
        assert (at.position, at.lesson) == (10, None)
        assert "10 of 10 lessons done" in hand.shown
        await hand.press("q")


async def leave(hand: Hand) -> None:
    for _ in range(4):
        if hand.asked == "AnnotateScreen" or hand.focused != "text":
            await hand.press("escape")
    while hand.focused != "text" or hand.screen.hints is not None:
        await hand.press("escape")


async def to_field(hand: Hand, field: str) -> None:
    """Goes to a field of the form, out of whatever is asked."""
    for _ in range(4):
        if hand.asked != "TutorialScreen":
            await hand.press("escape")
    if hand.focused != "inspector":
        await hand.press("enter")
    form = hand.screen.inspector.form
    assert form is not None
    for _ in range(40):
        if form.field is not None and form.field.name == field:
            return
        await hand.press("down")
    raise AssertionError(f"the form does not get to {field}")


async def answer(hand: Hand, field: str, choice: str) -> None:
    """Gives one answer by its letter, if the form does not say it already."""
    form = hand.screen.inspector.form
    assert form is not None
    if hand.session.value(hand.session.get(form.id), field) == choice:
        return
    await to_field(hand, field)
    assert form.field is not None
    await hand.press(next(each.key for each in form.field.choices if each.name == choice))


async def refer(hand: Hand, field: str, words: str) -> None:
    """Refers to the annotation that begins where some words do, by the letters that stand on it."""
    form = hand.screen.inspector.form
    assert form is not None
    start = hand.session.document.text.index(words)
    named = hand.session.value(hand.session.get(form.id), field) or []
    if any(hand.session.get(name).extent.start == start for name in named):
        return
    await to_field(hand, field)
    await hand.press("space")
    await hand.press(*hand.screen.view._painter.hints[start])


async def test_tutorial_skips_a_lesson_and_does_not_count_it(
    copy: Path, tutorial: Tutorial, hand_of: Callable[[Pilot[None]], Hand], checks_at_once: None
) -> None:
    async with taught(copy, tutorial, hand_of) as hand:
        for _ in range(12):
            await hand.press("ctrl+n")
        assert course(hand).passed == []
        assert "0 of 10 lessons done" in hand.shown


def test_tutorial_names_only_keys_that_there_are(tutorial: Tutorial) -> None:
    known = {bound.id for bound in AnnotatorApp.bounds()} | {
        f"label.{spec.name}" for spec in Corpus.open(bundled.folder()).schema.specs
    }

    def key(name: str) -> str:
        assert name in known, name
        return "key"

    for lesson in tutorial.lesson:
        assert "{" not in with_keys(lesson.say, key)


async def test_app_offers_the_tutorial_once(
    seeds: Path, tmp_path: Path, hand_of: Callable[[Pilot[None]], Hand]
) -> None:
    path = tmp_path / "settings.toml"

    def app() -> AnnotatorApp:
        return AnnotatorApp(Workspace(Corpus.open(seeds), "r1"), "002", settings=read(path), offers_tutorial=True)

    first = app()
    async with first.run_test() as pilot:
        hand = hand_of(pilot)
        await hand.settled()
        assert hand.asked == "ConfirmScreen"
        await hand.press("n")
        assert hand.asked == "AnnotateScreen"
    second = app()
    async with second.run_test() as pilot:
        hand = hand_of(pilot)
        await hand.settled()
        assert hand.asked == "AnnotateScreen"

    assert (first.wants_tutorial, path.read_text(encoding="utf-8")) == (False, 'tutorial = "declined"\n')


async def test_app_leaves_for_the_tutorial(seeds: Path, hand_of: Callable[[Pilot[None]], Hand]) -> None:
    app = AnnotatorApp(Workspace(Corpus.open(seeds), "r1"), "002", settings=Settings(), offers_tutorial=True)
    async with app.run_test() as pilot:
        hand = hand_of(pilot)
        await hand.settled()
        await hand.press("y")

    assert app.wants_tutorial
    assert app.settings.get("tutorial") == "taken"


async def test_app_without_an_offer_asks_nothing(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        assert hand.asked == "AnnotateScreen"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("document = ", "TOML"),
        ('document = "1"', "lesson: Field required"),
        ('document = "1"\nlesson = []', "lesson: "),
        ('document = "1"\n[[lesson]]\ntitle = "a"\nsay = "b"\ncursor = [-1, 2]', r"lesson\.0\.cursor\.0"),
        ('document = "1"\n[[lesson]]\ntitle = "a"\nsay = "b"\nwish = 1', r"lesson\.0\.wish"),
    ],
)
def test_lessons_refuse_what_is_not_a_tutorial(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / lessons.FILE).write_text(text, encoding="utf-8")

    with pytest.raises(InputRefused, match=rf"tutorial\.toml: .*{told}"):
        lessons.read(Store(tmp_path))


def test_lessons_are_none_where_a_corpus_has_none(tmp_path: Path) -> None:
    assert lessons.read(Store(tmp_path)) is None
