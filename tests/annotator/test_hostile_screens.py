"""A corpus in which every text is an attack, on every screen of the app: what the terminal is sent, byte for byte."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from annotator import keymap
from annotator.app import AnnotatorApp
from annotator.cli import main
from annotator.display import safe
from annotator.keymap import Keymap
from annotator.settings import read
from annotator.workspace import Workspace
from corpus import lessons
from corpus.corpus import Corpus
from corpus.lessons import Tutorial
from tests.annotator import hostile
from tests.annotator.hostile import ALL, ESCAPES, GROUPS, MARKUP, PAYLOADS, leaks
from tests.annotator.real_terminal import APP, RealTerminal

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand

SENT_ANYWAY = re.compile(
    r"\x1b\[(?:"
    r"[0-9;]*m"  # colours
    r"|[0-9;]*H"  # where to write
    r"|\?(?:25|7|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"  # modes
    r"|\?(?:2026|2048)\$p|>[0-9]+u|<u"  # what the terminal is asked, and how keys are sent
    r")|\x1b\]22;[a-z-]+\x07"  # the shape of the mouse's pointer
    r"|\r\n"
)
"""All that the app has to say to a terminal beside text."""

STEPS: dict[str, tuple[str, ...]] = {
    "text and lists": (),
    "annotation": ("right_square_bracket",),
    "lanes": ("L", "L"),
    "form": ("enter", "tab", "tab", "tab", "tab", "tab", "escape"),
    "typed field": ("enter", "tab", "space", "escape", "escape"),
    "entity": ("enter", "tab", "tab", "space", "escape", "escape"),
    "part": ("enter", "tab", "tab", "tab", "space", "escape", "escape"),
    "reference": ("enter", "tab", "tab", "tab", "tab", "space", "escape", "escape"),
    "finding": ("exclamation_mark",),
    "unmarked": ("M",),
    "hints": ("f", "escape"),
    "mark all": ("right_square_bracket", "asterisk", "escape"),
    "relabelled": ("c", "escape"),
    "deleted and undone": ("d", "u"),
    "done": ("D", "escape"),
    "flag": ("F", "F", "escape"),
    "search": ("slash", "z", "z", "enter"),
    "all documents": ("O", "slash", "q", "escape", "s", "r", "escape"),
    "keys": ("question_mark", "escape"),
    "meaning": ("i", "down", "down", "pagedown", "end", "escape"),
    "palette": ("ctrl+p", "m", "a", "escape", "escape"),
}
"""The keys that lead to each screen and back to the text, by what is shown then."""

ONCE = ("keys", "meaning", "palette")
"""Screens that show the same at every document."""

REVIEW: dict[str, tuple[str, ...]] = {
    "difference": ("greater_than_sign",),
    "the other way": ("less_than_sign",),
    "sorted": ("o",),
    "taken": ("1",),
    "turned down": ("greater_than_sign", "x", "X"),
    "agreed": ("equals_sign",),
    "all documents": ("O", "s", "s", "s", "s", "escape"),
    "keys": ("question_mark", "escape"),
}
"""The same of the screen with another layer beside."""


class Recording(HeadlessDriver):
    """Takes down what a terminal would be sent."""

    said: list[str]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.said = []

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.said.append(data)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the schema of a stranger, which is on the path."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile.schema_module(folder / "path")
    sys.path.insert(0, str(folder / "path"))
    yield folder
    sys.path.remove(str(folder / "path"))
    del sys.modules[hostile.MODULE]


def corpus_of(place: Path, texts: Sequence[str]) -> Path:
    number = len(list(place.glob("corpus*")))
    return hostile.write_corpus(place / f"corpus{number}", importlib.import_module(hostile.MODULE), texts)


def clickable(app: AnnotatorApp) -> list[str]:
    """Whatever on the screen would do something of a stranger's at a click, or lead somewhere."""
    found = []
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            if segment.style is not None:
                found += [str(value) for name, value in segment.style.meta.items() if name == "@click"]
                found += [segment.style.link] if segment.style.link else []
    return found


async def walk(hand: Hand, steps: dict[str, tuple[str, ...]], driver: Recording) -> int:
    """Goes through all screens of the open document; how often the screen was looked at."""
    looks = 0
    for name, keys in steps.items():
        for key in (*keys, ""):
            if key:
                await hand.press(key)
            looks += 1
            said = SENT_ANYWAY.sub("", "".join(driver.said))
            assert leaks(said) == [], (name, key, said)
            assert clickable(hand.app) == [], (name, key)
            driver.said.clear()
    return looks


async def walked(
    folder: Path, beside: tuple[str, ...], steps: dict[str, tuple[str, ...]], hand_of: Callable[[Pilot[None]], Hand]
) -> tuple[int, str]:
    """Walks through every document of a corpus: how often the screen was looked at, and all that it has shown."""
    app = AnnotatorApp(Workspace(Corpus.open(folder), "anna"), None, 0, beside)
    app.driver_class = Recording
    said = []
    looks = 0
    async with app.run_test(headless=False, size=(160, 50), tooltips=True, notifications=True) as pilot:
        hand = hand_of(pilot)
        await hand.settled()
        driver = app._driver
        assert isinstance(driver, Recording)
        for name in hand.screen.names:
            assert hand.session.document.id == name
            said.append(hand.shown)
            first = name == hand.screen.names[0]
            looks += await walk(hand, {each: steps[each] for each in steps if first or each not in ONCE}, driver)
            said.append(hand.shown)
            await hand.press("J")
    return looks, "\n".join(said)


@pytest.mark.parametrize(
    "texts",
    [pytest.param(GROUPS, id="short"), pytest.param(PAYLOADS, id="long", marks=pytest.mark.soak)],
)
@pytest.mark.parametrize(("beside", "steps"), [((), STEPS), (("ben",), REVIEW)], ids=["marking", "reviewing"])
async def test_hostile_screens_send_nothing_of_a_stranger(
    place: Path,
    texts: Sequence[str],
    beside: tuple[str, ...],
    steps: dict[str, tuple[str, ...]],
    hand_of: Callable[[Pilot[None]], Hand],
    record_property: Callable[[str, object], None],
) -> None:
    looks, said = await walked(corpus_of(place, texts), beside, steps, hand_of)

    # Where there is one line for a text, the end of each of its own is drawn as a sign.
    together = re.sub(r"[\s␤]+", "", said)
    assert [payload for payload in PAYLOADS if re.sub(r"[\s␤]+", "", safe(payload)) not in together] == []
    record_property(
        "campaign",
        f"hostile screens: {len(ESCAPES)} escapes and {len(MARKUP)} markups in {len(texts)} documents, "
        f"{looks} looks at {len(steps)} screens, nothing got through",
    )


async def shown_by(
    app: AnnotatorApp, steps: Sequence[tuple[str, ...]], hand_of: Callable[[Pilot[None]], Hand]
) -> tuple[int, str]:
    """Walks through an app once: how often the screen was looked at, and all that it has shown."""
    app.driver_class = Recording
    said = []
    looks = 0
    async with app.run_test(headless=False, size=(160, 50), tooltips=True, notifications=True) as pilot:
        hand = hand_of(pilot)
        await hand.settled()
        driver = app._driver
        assert isinstance(driver, Recording)
        for keys in steps:
            looks += await walk(hand, {" ".join(keys): keys}, driver)
            said += [hand.shown, *hand.notifications]
        await hand.press("ctrl+q")
        assert not app.is_running
    return looks, "\n".join(said)


def unseen(payloads: Sequence[str], said: str) -> list[str]:
    """The payloads of which there is no sight, wherever lines were broken."""
    together = re.sub(r"\s+", "", said)
    return [each for each in payloads if re.sub(r"\s+", "", safe(" ".join(each.split()))) not in together]


def hostile_lessons(folder: Path) -> Tutorial:
    """Lessons by a stranger, of three payloads each; the first is done at once."""
    texts = [" ".join(PAYLOADS[first : first + 3]) for first in range(0, len(PAYLOADS), 3)]
    named = [
        f"[[lesson]]\ntitle = {hostile.toml(each)}\nsay = {hostile.toml(f'{each} {{cursor.left}} {{{each[:9]}}}')}\n"
        for each in texts
    ]
    named.insert(0, f"{named[0]}cursor = [0, 1]\n")
    (folder / lessons.FILE).write_text('document = "p00"\n' + "".join(named), encoding="utf-8")
    corpus = Corpus.open(folder)
    tutorial = lessons.read(corpus.store)
    assert tutorial is not None
    return tutorial


async def test_hostile_screens_of_a_tutorial(
    place: Path, hand_of: Callable[[Pilot[None]], Hand], record_property: Callable[[str, object], None]
) -> None:
    folder = corpus_of(place, GROUPS)
    tutorial = hostile_lessons(folder)
    app = AnnotatorApp(Workspace(Corpus.open(folder), "anna"), tutorial=tutorial)

    looks, said = await shown_by(app, [("i", "escape"), *[("ctrl+n",)] * len(tutorial.lesson)], hand_of)

    assert unseen(PAYLOADS, said) == []
    assert f"1 of {len(tutorial.lesson)} lessons done" in said
    record_property(
        "campaign", f"hostile tutorial: {len(tutorial.lesson)} lessons, {looks} looks at them, nothing got through"
    )


async def test_hostile_screens_with_keys_and_a_theme_of_a_stranger(
    place: Path,
    tmp_path: Path,
    hand_of: Callable[[Pilot[None]], Hand],
    record_property: Callable[[str, object], None],
) -> None:
    folder = corpus_of(place, GROUPS)
    settings = tmp_path / "settings.toml"
    settings.write_text(f"theme = {hostile.toml(ALL)}\n{hostile.toml(ALL)} = {hostile.toml(ALL)}\n", encoding="utf-8")
    keys = tmp_path / "keys.toml"
    ids = [bound.id for bound in AnnotatorApp.bounds() if not bound.id.startswith(("app.", "help."))]
    lines = [f"{hostile.toml(name)} = {hostile.toml(each)}" for name, each in zip(ids, PAYLOADS, strict=False)]
    keys.write_text("\n".join(("[keys]", *lines, f'"label.thing" = {hostile.toml(ESCAPES["c1 colour"][0])}')), "utf-8")
    app = AnnotatorApp(Workspace(Corpus.open(folder), "anna"), keymap=keymap_of(keys), settings=read(settings))
    steps = [(), ("question_mark", "pagedown", "end", "escape"), ("i", "escape"), ("ctrl+p", "m", "escape")]

    looks, said = await shown_by(app, steps, hand_of)

    assert safe(ESCAPES["c1 colour"][0]) in said
    assert read(settings).get("theme") == ALL
    record_property("campaign", f"hostile keys and theme: {looks} looks at the app, nothing got through")


def keymap_of(path: Path) -> Keymap:
    """The keys of a file, which `annotator keys` lists as well."""
    ran = CliRunner().invoke(main, ["keys", "--file", str(path)], color=True)
    assert (ran.exit_code, leaks(ran.output)) == (0, []), ran.output
    return keymap.read(path, AnnotatorApp.bounds())


async def test_hostile_screens_of_files_that_cannot_be_read(
    place: Path, hand_of: Callable[[Pilot[None]], Hand], record_property: Callable[[str, object], None]
) -> None:
    folder = corpus_of(place, [*GROUPS, GROUPS[0]])
    layer = folder / "layers" / "anna"
    header, first, *_ = (layer / "p01.jsonl").read_text(encoding="utf-8").split("\n")
    quoted = json.dumps(ALL)
    (layer / "p01.jsonl").write_text(f"{ALL}\n", encoding="utf-8")
    (layer / "p02.jsonl").write_text(header.replace('"anna"', quoted) + "\n", encoding="utf-8")
    (layer / "p03.jsonl").write_text(
        f"{header.replace('p01', 'p03')}\n{first.replace('thing', ALL)}\n", encoding="utf-8"
    )
    app = AnnotatorApp(Workspace(Corpus.open(folder), "anna"))
    steps = [("O", "f", "s", "escape"), ("J",), ("J",), ("J",), ("K",)]

    looks, said = await shown_by(app, steps, hand_of)

    assert said.count("cannot be opened") >= 3
    assert unseen(PAYLOADS[:3], said) == []
    record_property("campaign", f"hostile files in the app: {looks} looks at it, nothing got through")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("keys.toml", f"[keys]\n{hostile.toml(ALL)} = {hostile.toml(ALL)}\n"),
        ("settings.toml", f"{hostile.toml(ALL)} = 1\n"),
    ],
    ids=["keys", "settings"],
)
def test_hostile_screens_are_not_opened_with_a_file_that_is_refused(
    place: Path, tmp_path: Path, file: str, content: str
) -> None:
    (tmp_path / "annotator").mkdir()
    (tmp_path / "annotator" / file).write_text(content, encoding="utf-8")
    environment = {
        "PYTHONPATH": os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(place / "path")))),
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    with RealTerminal(*APP, corpus_of(place, GROUPS), "--as", "anna", environment=environment) as terminal:
        assert terminal.ended() == 4
        assert terminal.is_as_found
    said = SENT_ANYWAY.sub("", terminal.output.decode("utf-8"))
    assert leaks(said) == []
    assert f"E-{file.partition('.')[0].upper()}" in said


def test_hostile_screens_keep_a_real_terminal_as_it_is(
    place: Path, record_property: Callable[[str, object], None]
) -> None:
    escape = "\x1b[27u"
    environment = {
        "PYTHONPATH": os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(place / "path")))),
        "XDG_STATE_HOME": str(place / "state"),
        "XDG_CONFIG_HOME": str(place / "config"),
    }
    arguments = (*APP, corpus_of(place, GROUPS), "--as", "anna")
    with RealTerminal(*arguments, size=(160, 50), environment=environment) as terminal:
        terminal.expect("saved")
        for key in ("]", "\r", "\t", escape, "?", escape, "i", escape, "!", "]", "*", escape, "D", escape, "J"):
            terminal.send(key)
            while terminal.read(0.2):
                pass
        # The mouse goes over everything, and clicks on everything: what a stranger wrote does nothing.
        for row in range(1, 49, 2):
            for column in range(1, 160, 6):
                terminal.send(f"\x1b[<35;{column};{row}M\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
            terminal.read()
        terminal.send("\x11")
        assert terminal.ended() == 0
        assert terminal.is_as_found
    said = SENT_ANYWAY.sub("", terminal.output.decode("utf-8"))
    assert leaks(said) == []
    assert safe(PAYLOADS[0]) in said
    record_property("campaign", f"hostile terminal: {len(terminal.output):,} bytes looked at, nothing got through")
