"""The terminal app."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from annotator.display import safe
from annotator.keymap import Bound, Keymap
from annotator.screens.annotate import AnnotateScreen
from annotator.screens.bindings import bounds
from annotator.screens.help import Act, acts
from annotator.screens.review import ReviewScreen
from annotator.settings import Settings
from annotator.widgets import themes
from annotator.widgets.inspector import Inspector
from annotator.widgets.line_list import LineList
from annotator.widgets.text_view import TextView
from annotator.workspace import Workspace
from corpus.errors import CorpusError


class AnnotatorApp(App[None]):
    """Opens one annotator's layer of a corpus."""

    TITLE = "annotator"
    CSS_PATH = "annotator.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit_anywhere"),
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
    ) -> None:
        """`document` is the one to begin with, `start` the code point to go to in it; `beside` names other layers.

        Without `settings`, what the user chooses is forgotten when the app is left.
        """
        super().__init__()
        self.settings = settings or Settings()
        for theme in themes.THEMES:
            self.register_theme(theme)
        chosen = self.settings.get("theme", themes.DEFAULT)
        self.theme = chosen if chosen in self.available_themes else themes.DEFAULT
        self._screen_of = (workspace, document, start)
        self._beside = tuple(beside)
        self._own_keys = keymap or Keymap()

    @staticmethod
    def bounds() -> list[Bound]:
        """Every action that can be given other keys."""
        return bounds(ReviewScreen, TextView, Inspector, LineList)

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

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.set_keymap(dict(self._own_keys.keys))
        self.call_after_refresh(_collect_from_now_on)
        # Only the main thread hears signals; an app in another one is ended by whoever began it.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGHUP, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self._leave_at, number)

    def _leave_at(self, number: signal.Signals) -> None:
        """Leaves when the terminal is closed or the process is told to end; what is not saved is saved first."""
        self.run_worker(self._save_and_leave(128 + number), group="leave", exclusive=True)

    async def _save_and_leave(self, code: int) -> None:
        screen = self.screen_stack[0]
        if isinstance(screen, AnnotateScreen):
            await screen.all_saved()
        self.exit(return_code=code)

    def get_default_screen(self) -> Screen[None]:
        """The screen on which documents are marked."""
        workspace, document, start = self._screen_of
        if self._beside:
            return ReviewScreen(workspace, self._beside, document, start, self._own_keys)
        return AnnotateScreen(workspace, document, start, self._own_keys)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every label and action of the screen, and what every app has, for the palette."""
        if isinstance(screen, AnnotateScreen):
            for label, key in screen.label_keys.items():
                yield SystemCommand(f"Mark as {label}", f"key: {key}", partial(screen.mark, label))
        found = acts(screen, self._own_keys.keys)
        for each in found:
            yield SystemCommand(each.what, f"key: {' '.join(each.keys)}", partial(self._do, each))
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
