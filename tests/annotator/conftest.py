"""The app under a hand that presses keys, on a corpus made of the seeds."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.command import CommandList
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.widgets import Static
from textual.worker import WorkerCancelled, WorkerState

from annotator.app import AnnotatorApp
from annotator.history import Entry
from annotator.screens import keeping, watching
from annotator.screens.annotate import AnnotateScreen
from annotator.session import Session
from annotator.widgets.frames import FramedScreen
from annotator.workspace import Workspace
from corpus.corpus import Corpus
from corpus.creation import create
from corpus.store import Store
from corpus.zoning import propose
from schemas import Document

SEEDS = Path(__file__).parents[2] / "seeds"
_SLOW = ("open", "save", "look", "note", "survey", "progress", "check", "recall")
"""The groups of the workers that run in threads; other workers may wait for an answer."""
_ROUNDS = 5
"""How often every widget has to have dealt with all its messages, and none of it has begun anything new."""


class Hand:
    """Presses keys and looks at the screen; between two keys everything comes to rest."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        assert isinstance(pilot.app, AnnotatorApp)
        self.app = pilot.app

    @property
    def screen(self) -> AnnotateScreen:
        """The screen at the document, whatever is asked in front of it."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, AnnotateScreen)
        return screen

    @property
    def session(self) -> Session:
        """What is open."""
        assert self.screen.session is not None
        return self.screen.session

    @property
    def asked(self) -> str:
        """The name of the screen in front."""
        return type(self.app.screen).__name__

    @property
    def focused(self) -> str | None:
        """The id of the widget that has the focus."""
        return self.app.focused.id if self.app.focused is not None else None

    @property
    def shown(self) -> str:
        """The screen as lines of text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)

    def line(self, name: str) -> str:
        """What one of the lines says: `title`, `status` or `keys`."""
        return str(self.screen.query_one(f"#{name}-line", Static).content)

    def letters(self, words: str) -> str:
        """The letters that stand on a place of some words, the nearest to the cursor."""
        assert self.screen.hints is not None
        shown = self.screen.hints.shown
        text, here = self.session.document.text, self.screen.view.cursor
        places = [place for place in shown if text.startswith(words, place)]
        return shown[min(places, key=lambda place: abs(place - here))]

    @property
    def notifications(self) -> list[str]:
        """What was said in the corner and is still there."""
        return [f"{each.title} {each.message}".strip() for each in self.app._notifications]

    async def settled(self) -> None:
        """Waits until nothing is under way: no thread works, no message is on its way, no check is about to begin."""
        quiet = 0
        for _ in range(2000):
            await self.pilot.pause(0)
            await self._until_checked_and_written()
            if not self.app.is_running:
                return
            slow = [each for each in self.app.workers if each.group in _SLOW and not each.is_finished]
            if slow:
                # Whoever leaves cancels a worker that has said already that it is done.
                with contextlib.suppress(WorkerCancelled):
                    await self.app.workers.wait_for_complete(slow)
            quiet = quiet + 1 if not slow and self._is_quiet() else 0
            if quiet == _ROUNDS:
                return
        raise AssertionError("the app does not come to rest")

    async def _until_checked_and_written(self) -> None:
        """Waits for the threads that are no workers of the library; a check rests for a while after a key."""
        for _ in range(30_000):
            screen = self.app.screen_stack[0] if self.app.is_running else None
            if not (isinstance(screen, keeping.KeepingScreen) and (screen._is_checking or screen.saving.writing)):
                return
            await asyncio.sleep(0.001)

    def _is_quiet(self) -> bool:
        screen = self.app.screen_stack[0]
        timer = screen._check_timer if isinstance(screen, keeping.KeepingScreen) else None
        front = self.app.screen
        return not (
            (front._layout_required or front._scroll_required or front._repaint_required or front._dirty_widgets)
            or timer is not None
            or any(isinstance(each, FramedScreen) and each._late is not None for each in (screen, front))
            or any(each.state is WorkerState.PENDING for each in self.app.workers)
            or (isinstance(screen, keeping.KeepingScreen) and (screen.saving.running or screen.saving.writing))
            or (isinstance(screen, keeping.KeepingScreen) and screen._is_checking)
            or (isinstance(screen, keeping.KeepingScreen) and screen._opening is not None)
        )

    def _send(self, key: str) -> None:
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        try:
            character: str | None = unicodedata.lookup(_get_unicode_name_from_key(name))
        except KeyError:
            character = key if len(key) == 1 else None
        self.app.post_message(events.Key(name, character))

    async def press(self, *keys: str) -> None:
        """Presses keys one after the other."""
        for key in keys:
            self._send(key)
            await self.settled()

    async def rush(self, *keys: str) -> None:
        """Presses keys so quickly that all are on their way before the first is dealt with."""
        for key in keys:
            self._send(key)
        await self.settled()

    async def write(self, words: str, *then: str) -> None:
        """Types words without a pause, and presses keys after them."""
        await self.rush(*words)
        await self.press(*then)

    async def find(self, words: str) -> None:
        """Puts the cursor on the first place of some words, with keys."""
        await self.press("ctrl+home", "slash")
        await self.write(words, "enter")
        assert self.session.document.text.startswith(words, self.screen.view.cursor)

    async def palette_ready(self) -> None:
        """Waits until the palette has found what was typed."""
        for _ in range(2000):
            await self.settled()
            options = self.app.screen.query_one(CommandList)
            if options.option_count and options.highlighted is not None:
                return
        raise AssertionError("the palette finds nothing")

    async def at(self, words: str, nth: int = 0) -> None:
        """Puts the cursor on a place of some words at once, for what is not about moving."""
        start = -1
        for _ in range(nth + 1):
            start = self.session.document.text.index(words, start + 1)
        self.screen.view.clear_selection()
        self.screen.view.cursor = start
        await self.settled()

    async def over(self, words: str) -> None:
        """Selects some words at once."""
        start = self.session.document.text.index(words)
        self.screen.view.select(start, start + len(words))
        await self.settled()

    async def select(self, words: str) -> None:
        """Selects some words with keys, from their first word to their last."""
        await self.find(words)
        start = self.screen.view.cursor
        await self.press("v")
        for _ in words.split():
            if (self.screen.view.selection or (0, 0))[1] < start + len(words):
                await self.press("w")
        assert self.screen.view.selection == (start, start + len(words))

    def words(self) -> list[tuple[str, str]]:
        """The label and the words of everything in the session, by place."""
        return [(entry.label, self.session.words(entry)) for entry in self.session]

    def entry(self, words: str) -> Entry:
        """The entry that covers some words."""
        (found,) = (entry for entry in self.session if self.session.words(entry) == words)
        return found

    def value(self, words: str, field: str) -> object:
        """A field of the entry that covers some words."""
        return self.session.value(self.entry(words), field)


@pytest.fixture
def hand_of() -> Callable[[Pilot[None]], Hand]:
    """Makes the hand of an app that runs already."""
    return Hand


Opener = Callable[..., AbstractAsyncContextManager[Hand]]


@pytest.fixture(scope="session")
def seeds_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of the five seeds without annotations, which nobody changes."""
    folder = tmp_path_factory.mktemp("seeds") / "corpus"
    create(folder, name="seeds")
    documents = []
    for path in sorted(SEEDS.glob("*.txt")):
        data = path.read_bytes()
        text = data.decode("utf-8")
        title = text.strip().split("\n")[0][:80]
        documents.append(Document.from_bytes(path.name[:3], data, source=path.name, title=title, zones=propose(text)))
    Store(folder).write_documents(documents)
    return folder


@pytest.fixture
def seeds(seeds_once: Path, tmp_path: Path) -> Path:
    """A corpus of the five seeds of one's own."""
    return Path(shutil.copytree(seeds_once, tmp_path / "corpus"))


@pytest.fixture
def checks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check runs as soon as something has changed."""
    monkeypatch.setattr(keeping, "_CHECK_AFTER", 0.001)


@pytest.fixture
def writes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is saved is in the layer's file when the app comes to rest, and nobody looks at the files on their own."""
    monkeypatch.setattr(keeping.KeepingScreen, "WRITE_AFTER", 0)
    monkeypatch.setattr(watching.WatchingScreen, "LOOK_EVERY", 0)


@pytest.fixture
def opened(checks_at_once: None, writes_at_once: None) -> Opener:
    """Opens the app on a folder, with ids that are counted: `opened(folder, "002", size=(80, 24))`."""

    @asynccontextmanager
    async def open_app(
        folder: Path,
        document: str | None = "002",
        *,
        size: tuple[int, int] = (120, 40),
        layer: str = "r1",
        beside: tuple[str, ...] = (),
        prefix: str = "n",
        start: int = 0,
        exclusive: bool = False,
    ) -> AsyncIterator[Hand]:
        numbers = itertools.count(1)
        corpus = Corpus.open(folder)
        workspace = Workspace(corpus, layer, new_id=lambda: f"{prefix}{next(numbers)}", exclusive=exclusive)
        app = AnnotatorApp(workspace, document, start, beside)
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                hand = Hand(pilot)
                await hand.settled()
                yield hand
                await hand.settled()
        finally:
            # As whoever runs the app does, whatever it was left by.
            app.rescue()

    return open_app
