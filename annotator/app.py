"""The terminal app."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.console import RenderableType
from textual import events, on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.screen import Screen
from textual.theme import Theme
from typing_extensions import override

from annotator.display import safe
from annotator.driver import TerminalDriver
from annotator.keymap import Bound, Keymap
from annotator.picture import ENTER, Picture
from annotator.screens.annotate import AnnotateScreen
from annotator.screens.bindings import bounds
from annotator.screens.help import Act, acts
from annotator.screens.keeping import KeepingScreen
from annotator.screens.noting import NotingScreen
from annotator.screens.question import ConfirmScreen
from annotator.screens.review import ReviewScreen
from annotator.settings import Settings
from annotator.widgets import themes
from annotator.widgets.delivery import DeliveringApp
from annotator.widgets.document_list import DocumentList
from annotator.widgets.inspector import Inspector
from annotator.widgets.plain import unmarked
from annotator.widgets.text_view import TextView
from annotator.workspace import Workspace
from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.lessons import Tutorial


_OFFER = (
    "Your first time here? A tutorial of five minutes shows the keys, on a real document. Take it now? "
    "It is there later too: annotator tutorial"
)
_ACTS = (events.Key, events.Paste, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)


class _Driver(TerminalDriver):
    """Gives keys to the app at once, and draws over a picture.

    It begins on the other screen, where a picture is: some terminals wipe it when it is gone to again.
    """

    _has_begun = False

    def write(self, data: str) -> None:
        picture = self._app.picture if isinstance(self._app, AnnotatorApp) else None
        if data == ENTER and picture is not None and not self._has_begun:
            self._has_begun = True
            picture.hand_over()
        else:
            super().write(data)

    @override
    def send_message(self, message: Message) -> None:
        app = self._app
        if not (isinstance(message, events.Key) and isinstance(app, AnnotatorApp) and app.take_at_once(message)):
            super().send_message(message)


class AnnotatorApp(DeliveringApp):
    """Opens one annotator's layer of a corpus."""

    TITLE = "annotator"
    CSS_PATH = "annotator.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit_anywhere"),
        Binding("ctrl+z", "suspend_process", "Stop, until `fg`", show=False, priority=True, id="app.stop"),
    ]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        workspace: Workspace,
        document: str | None = None,
        start: int = 0,
        beside: Sequence[str] = (),
        keymap: Keymap | None = None,
        settings: Settings | None = None,
        *,
        tutorial: Tutorial | None = None,
        offers_tutorial: bool = False,
        picture: Picture | None = None,
    ) -> None:
        """`document` is the one to begin with, `start` the code point to go to in it; `beside` names other layers.

        Without `settings`, what the user chooses is forgotten when the app is left. With a `tutorial`, the app goes
        through it; otherwise it may ask first whether one is wanted. `picture` is what is on the terminal until the
        first frame.
        """
        super().__init__(driver_class=_Driver if picture is not None else None)
        self.picture = picture
        """What is on the terminal until the first frame."""
        self._early: deque[events.Key] | None = deque()
        """Keys from before the document was there, in order; none once all are done."""
        self.settings = settings or Settings()
        for theme in themes.THEMES:
            self.register_theme(theme)
        chosen = self.settings.get("theme", themes.DEFAULT)
        self.theme = chosen if chosen in self.available_themes else themes.DEFAULT
        self._screen_of = (workspace, document, start)
        self._beside = tuple(beside)
        self._own_keys = keymap or Keymap()
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._document_screen: AnnotateScreen | None = None
        self.when_gone: Callable[[int], None] = self.leave
        """What is done, with an exit code, when the terminal is gone."""
        self._tutorial = tutorial
        self._offers_tutorial = offers_tutorial and not self.settings.get("tutorial")
        self.wants_tutorial = False
        """The user left for the tutorial, and will come back."""

    @staticmethod
    def bounds() -> list[Bound]:
        """Every action that can be given other keys."""
        from annotator.screens.documents import DocumentsScreen
        from annotator.screens.guideline import GuidelineScreen
        from annotator.screens.tutorial import TutorialScreen

        own = {bound.id for bound in bounds(ReviewScreen)}
        lessons = [bound for bound in bounds(TutorialScreen) if bound.id not in own]
        others = bounds(GuidelineScreen, DocumentsScreen)
        return [*bounds(ReviewScreen, TextView, Inspector, DocumentList), *lessons, *others]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours of labels, which go with the theme."""
        return themes.variables(self.current_theme)

    def keep(self, name: str, value: str) -> None:
        """Keeps a choice of the user's for the next time; says so where that cannot be."""
        try:
            self.settings.keep(name, value)
        except CorpusError as error:
            self.notify(safe(str(error)), title="not kept", severity="warning", markup=False)

    def _keep_theme(self, theme: Theme) -> None:
        self.keep("theme", theme.name)

    async def on_event(self, event: events.Event) -> None:
        """Keeps keys until there is a document, and takes notice of every act, so that the time at work can be told."""
        if isinstance(event, _ACTS) and self.screen_stack and isinstance(screen := self.screen_stack[0], NotingScreen):
            screen.note_act()
        if self._early is not None and isinstance(event, events.Key) and not event.is_forwarded:
            self._early.append(event)
        else:
            await super().on_event(event)

    @on(KeepingScreen.Began)
    async def _do_early_keys(self) -> None:
        """Does the keys that were pressed early, each when the one before is done."""
        if not self._early:
            self._early = None
            return
        await super().on_event(self._early.popleft())
        self.call_after_refresh(self._do_early_keys)

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.set_keymap(dict(self._own_keys.keys))
        self.call_after_refresh(_collect_from_now_on)
        self._event_loop = asyncio.get_running_loop()
        if self._offers_tutorial:
            self.push_screen(ConfirmScreen(_OFFER), self._answer_offer)

    def _answer_offer(self, yes: bool | None) -> None:
        self.keep("tutorial", "taken" if yes else "declined")
        self.wants_tutorial = bool(yes)
        if yes:
            self.exit()

    # Leaving, and being stopped

    def leave(self, code: int) -> None:
        """Leaves with an exit code; what is not saved is saved first. May be called from anywhere, at any time."""
        if self._event_loop is None:
            raise SystemExit(code)
        self._event_loop.call_soon_threadsafe(self._begin_to_leave, code)

    def _begin_to_leave(self, code: int) -> None:
        self.run_worker(self._save_and_leave(code), group="leave", exclusive=True)

    async def _save_and_leave(self, code: int) -> None:
        screen = self.screen_stack[0]
        if isinstance(screen, AnnotateScreen):
            await screen.all_saved()
        self.exit(return_code=code)

    def give_terminal_back(self) -> None:
        """Leaves the terminal as it was found, without waiting for anything, for when the process is about to end."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.give_back()

    @on(TerminalDriver.TerminalGone)
    def _leave_without_terminal(self) -> None:
        self.when_gone(128 + signal.SIGHUP)

    def action_suspend_process(self) -> None:
        """Stops the job, as Ctrl+Z does to every other; what is not saved is saved first."""
        if isinstance(self._driver, TerminalDriver):
            self.run_worker(self._save_and_stop(self._driver), group="stop", exclusive=True)

    async def _save_and_stop(self, driver: TerminalDriver) -> None:
        screen = self.screen_stack[0]
        if isinstance(screen, AnnotateScreen):
            await screen.all_saved()
        driver.stop_job()

    @on(Driver.SignalResume)
    def _draw_all(self) -> None:
        # The terminal was somebody else's in the meantime: nothing of what was drawn can be counted on.
        drawn = self.screen._compositor.render_update(full=True, screen_stack=self._background_screens)
        self._display(self.screen, drawn)

    def get_driver_class(self) -> type[Driver]:
        """The driver that knows when its terminal is gone, in place of Textual's for terminals."""
        driver = super().get_driver_class()
        return _Driver if driver is LinuxDriver else driver

    # What is wrong with the program itself

    @property
    def failure(self) -> Exception | None:
        """The error that ended the app, where one did."""
        return self._exception

    def panic(self, *renderables: RenderableType) -> None:
        """Ends the app. What went wrong is told by whoever ran it, without the values of any variable."""
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self.panic()

    def rescue(self) -> tuple[str, bool]:
        """Saves what is not saved, once the app has ended, and leaves the documents.

        What became of it, if anything, and whether all is saved.
        """
        try:
            return self._rescued()
        finally:
            # Not before: what is saved ends the journal, and an earlier version must not be found in one.
            self._screen_of[0].close()

    def _rescued(self) -> tuple[str, bool]:
        screen = self._document_screen
        session = screen.session if screen is not None else None
        if screen is None or session is None or session.revision == screen.saving.saved:
            return "", True
        changes = f"{session.revision - screen.saving.saved} changes in {session.document.id}"
        workspace, snapshot, is_kept = screen.workspace, session.snapshot(), False
        with contextlib.suppress(CorpusError):
            workspace.keep(snapshot)
            is_kept = True
        if is_kept and screen.saving.looking:
            # What somebody else did to the file is not in the session: whoever opens the document next merges both.
            return f"{changes} are kept in the journal", True
        try:
            workspace.save(snapshot)
        except CorpusError as error:
            kept = "kept in the journal, and not in the layer's file" if is_kept else "not saved"
            return f"{changes} are {kept}: {error}", is_kept
        return f"{changes} were saved as the app ended", True

    def get_default_screen(self) -> Screen[None]:
        """The screen on which documents are marked."""
        workspace, document, start = self._screen_of
        if self._tutorial is not None:
            from annotator.screens.tutorial import TutorialScreen

            return TutorialScreen(workspace, self._tutorial, self._own_keys)
        if self._beside:
            screen: AnnotateScreen = ReviewScreen(workspace, self._beside, document, start, self._own_keys)
        else:
            screen = AnnotateScreen(workspace, document, start, self._own_keys)
        self._document_screen = screen
        return screen

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every label and action of the screen, and what every app has, for the palette."""
        if isinstance(screen, AnnotateScreen):
            for label, key in screen.label_keys.items():
                yield SystemCommand(unmarked(f"Mark as {label}"), unmarked(f"key: {key}"), partial(screen.mark, label))
        found = acts(screen, self._own_keys.keys)
        for each in found:
            yield SystemCommand(unmarked(each.what), unmarked(f"key: {' '.join(each.keys)}"), partial(self._do, each))
        said = {each.what for each in found}
        yield from (each for each in super().get_system_commands(screen) if each.title not in said)

    async def _do(self, act: Act) -> None:
        await self.run_action(act.action, act.node)

    async def action_quit(self) -> None:
        """Leaves by way of the screen, which saves first."""
        screen = self.screen_stack[0]
        if isinstance(screen, AnnotateScreen):
            screen.action_quit()
        else:
            self.exit()


def _collect_from_now_on() -> None:
    """Looks for waste again, but not among what was there at the first frame."""
    gc.freeze()
    gc.enable()
