"""A corpus in which every text is an attack, on every screen of the app: what the terminal is sent, byte for byte."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from annotator.app import AnnotatorApp
from annotator.display import safe
from annotator.workspace import Workspace
from corpus.corpus import Corpus
from tests.annotator import hostile
from tests.annotator.hostile import ESCAPES, GROUPS, MARKUP, PAYLOADS, leaks
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
    "meaning": ("i", "pagedown", "end", "escape"),
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

    together = re.sub(r"\s+", "", said)
    unseen = [payload for payload in PAYLOADS if re.sub(r"[\s\n]+", "", safe(payload)) not in together]
    assert unseen == []
    record_property(
        "campaign",
        f"hostile screens: {len(ESCAPES)} escapes and {len(MARKUP)} markups in {len(texts)} documents, "
        f"{looks} looks at {len(steps)} screens, nothing got through",
    )


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
