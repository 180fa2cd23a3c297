"""The tutorial: the screen on which documents are marked, with a lesson over the text that sees what one does."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from annotator.course import Course, with_keys
from annotator.display import safe
from annotator.history import Step
from annotator.keymap import LABEL, Keymap
from annotator.screens.annotate import AnnotateScreen
from annotator.screens.bindings import bounds
from annotator.screens.help import key_name
from annotator.session import Session
from annotator.widgets.inspector import Inspector
from annotator.widgets.text_view import TextView
from annotator.workspace import Workspace
from corpus.lessons import Tutorial

_END = "That was all of it. {app.quit} leaves the tutorial; nothing of it is kept."


class TutorialScreen(AnnotateScreen):
    """Goes through the lessons of a corpus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "skip", "Skip this lesson", id="tutorial.skip"),
    ]

    def __init__(self, workspace: Workspace, tutorial: Tutorial, keymap: Keymap | None = None) -> None:
        """`tutorial` is what the corpus has for its learners; `keymap` the user's own keys."""
        super().__init__(workspace, tutorial.document, 0, keymap)
        own = keymap or Keymap()
        self.course = Course(tutorial)
        self._keys = {
            bound.id: key_name(own.of(bound)[0]) for bound in bounds(type(self), TextView, Inspector) if own.of(bound)
        }
        self._keys |= {f"{LABEL}{name}": key for name, key in self.label_keys.items()}

    def compose(self) -> ComposeResult:
        parts = iter(super().compose())
        yield next(parts)
        yield Static(id="lesson", markup=False)
        yield from parts

    def on_mount(self) -> None:
        self._tell()

    @property
    def keys_in_force(self) -> dict[str, str]:
        """The few keys that matter now, and the one that skips a lesson."""
        return {**super().keys_in_force, self._keys["tutorial.skip"]: "skip the lesson"}

    def show_session(self, session: Session) -> None:
        """Shows the session, and looks whether something of the lesson is there already."""
        super().show_session(session)
        self._see()

    def show_step(self, session: Session, step: Step) -> None:
        """Shows what a step changed, and whether the lesson is done by it."""
        super().show_step(session, step)
        self._see()

    def _look_at_cursor(self) -> None:
        super()._look_at_cursor()
        self._see()

    def action_meaning(self) -> None:
        """Shows the guidelines, which a lesson may ask for."""
        super().action_meaning()
        self._see("help.meaning")

    def action_keys(self) -> None:
        """Lists the keys, which a lesson may ask for."""
        super().action_keys()
        self._see("help.keys")

    def action_skip(self) -> None:
        """Goes on to the next lesson."""
        self.course.skip()
        self._tell()

    def _see(self, action: str = "") -> None:
        if self.session is not None and self.course.look(self.session, self.view.cursor, action):
            self._tell()

    def _tell(self) -> None:
        course, lesson = self.course, self.course.lesson
        # Whoever wrote the lessons may have meant another version of the app: what is unknown is shown as it stands.
        said = with_keys(lesson.say if lesson is not None else _END, lambda name: self._keys.get(name, f"{{{name}}}"))
        pieces: list[tuple[str, str]] = []
        if course.passed:
            pieces.append((f"✓ {safe(course.passed[-1])}   ", "$success"))
        if lesson is not None:
            pieces.append((f"lesson {course.position + 1} of {len(course)}: {safe(lesson.title)}", "bold $accent"))
        else:
            pieces.append((f"{len(course.passed)} of {len(course)} lessons done", "bold $accent"))
        self.query_one("#lesson", Static).update(Content.assemble(*pieces, "\n", safe(said)))
