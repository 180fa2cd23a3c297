"""What can be done at a document without changing it: looking at it and at its lists, going to another one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static
from typing_extensions import override

from annotator import guidance
from annotator.display import safe
from annotator.form import Form
from annotator.history import Step
from annotator.marks import all_marks, marks_of, web
from annotator.screens.choosing import ChoosingScreen
from annotator.screens.guideline import GuidelineScreen
from annotator.screens.help import HelpScreen, key_sections
from annotator.screens.keeping import Found
from annotator.screens.surveying import SurveyingScreen
from annotator.screens.window import WindowScreen
from annotator.session import Session
from annotator.sight import arrows
from annotator.widgets import lines
from annotator.widgets.annotation_list import AnnotationList
from annotator.widgets.document_list import DocumentList
from annotator.widgets.inspector import Inspector
from annotator.widgets.kept_lines import ContentLines
from annotator.widgets.line_list import LineList
from annotator.widgets.quick_var import quick_var
from annotator.widgets.text_view import TextView
from annotator.workspace import Progress, Workspace
from corpus import guidelines
from corpus.errors import CorpusError
from corpus.guidelines import Guidelines


class ReadingScreen(WindowScreen, ChoosingScreen, SurveyingScreen):
    """A document with its annotations, the lists beside it, and the form of the annotation that is looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J,ctrl+pagedown", "document(1)", "Next document of those listed last", id="document.next"),
        Binding("K,ctrl+pageup", "document(-1)", "Previous document of those listed last", id="document.previous"),
        Binding("L", "lanes", "Bars under the text, or colours in it", id="view.lanes"),
        Binding("P", "panels", "Show or hide the lists", id="view.panels"),
        Binding("tab", "panel(1)", "Next panel", id="panel.next"),
        Binding("shift+tab", "panel(-1)", "Previous panel", id="panel.previous"),
        Binding("escape", "text", "Back to the text", id="panel.text"),
        Binding("question_mark,f1", "keys", "Keys", id="help.keys"),
        Binding("i,f2", "meaning", "What this label or field means", id="help.meaning"),
        Binding("q", "quit", "Quit", id="app.quit"),
    ]

    @cached_property
    def inspector(self) -> Inspector:
        return self.query_one(Inspector)

    @cached_property
    def documents(self) -> DocumentList:
        return self.query_one(DocumentList)

    @cached_property
    def annotations(self) -> AnnotationList:
        return self.query_one(AnnotationList)

    current: quick_var[str | None] = quick_var(None, init=False)
    """The id of the annotation that is looked at."""

    def __init__(self, workspace: Workspace, document: str | None = None, start: int = 0) -> None:
        """`document` is the one to begin with, and `start` the code point to go to in it."""
        super().__init__(workspace)
        self._start = start
        self._first = document or (self.names[0] if self.names else None)
        self._asked_for = self._first
        self._head = ""
        self._lines_shown: dict[str, Content] = {}
        self._title_about: tuple[object, ...] = ()
        """What the title line was made of."""
        self._line_widgets: dict[str, ContentLines] = {}
        self._is_troubled = False
        self.told = ""
        """What the last act came to, where that is said under the text; the next act takes it away."""
        self._guidelines: Guidelines | None = None
        self.last_looked_at: str | None = None
        """The annotation that was looked at before the cursor went to words of none."""

    @property
    def is_busy(self) -> bool:
        """Whether the cursor looks for words for the form, and not for another annotation."""
        return False

    @property
    def offered(self) -> tuple[int, int] | None:
        """What is marked with a label's key where nothing is selected, if that is more than the word at the cursor."""
        return None

    @property
    def keys_in_force(self) -> dict[str, str]:
        """The few keys that matter now, each with what it does."""
        raise NotImplementedError

    @property
    def label_keys(self) -> dict[str, str]:
        """The key of each label."""
        return {}

    def compose(self) -> ComposeResult:
        yield ContentLines(id="title-line")
        with Horizontal(id="panels"):
            with Vertical(id="side"):
                yield DocumentList(id="documents")
                yield AnnotationList(id="annotations")
            yield TextView(id="text")
            yield from self.compose_inspector()
        yield ContentLines(id="status-line")
        yield ContentLines(id="keys-line")
        yield Static(id="too-small", markup=False)

    def compose_inspector(self) -> ComposeResult:
        """What stands to the right of the text."""
        yield Inspector(id="inspector")

    def on_mount(self) -> None:
        self.set_focus(self.view)
        # Watched, not told by a message: what is said of the cursor is then painted in the same frame as the cursor.
        self.watch(self.view, "cursor", self._look_at_cursor, init=False)
        self.watch(self.view, "selection_anchor", self._look_at_cursor, init=False)
        self.watch(self.view, "unit", self._look_at_cursor, init=False)
        # What is gone to may scroll more than once, and draws what is said of it anyway.
        self.watch(self.view, "scroll_y", lambda: self.before_frame(self._draw_arrows), init=False)
        if self._first is None:
            self.notify("the corpus has no documents yet: annotator add CORPUS FILE...", markup=False, timeout=60)
        else:
            self.open_first(self._first)
        self.post_message(self.Began())

    def note_act(self) -> None:
        """Takes notice of a key or a click, whatever it does."""
        super().note_act()
        self.told = ""

    # Showing

    def show_session(self, session: Session) -> None:
        """Shows a session that was opened just now."""
        self.set_reactive(ReadingScreen.current, None)
        closed = [(zone.start, zone.end) for zone in session.document.zones if not zone.is_open]
        self.view.show(session.document.text, closed, *all_marks(session))
        self.annotations.load(session)
        if self._start:
            self.view.cursor = min(self._start, len(session.document.text))
            self._start = 0
        if self.documents.count():
            self.documents.show(self.place(session))
        self._look_at_cursor()
        self._draw_current()
        self.recall(session)

    def show_step(self, session: Session, step: Step) -> None:
        """Shows what a step changed."""
        there = [session.get(name) for name in step.before if name in session]
        marks = [mark for entry in there for mark in marks_of(session, entry)]
        self.view.replace_marks(marks, of=step.before.keys())
        if self._opening is None and self.focused is not self.annotations and not self.annotations.moves:
            # One looks at the words and at the form: the lists follow, mostly when it is told that this is saved.
            self.annotations.is_held = True
            self.in_frame_after(self._update_lists)
        else:
            self._update_lists()
        if self.current is not None and self.current not in session:
            self.current = None
        else:
            self._draw_current()

    def show_findings(self, found: Found) -> None:
        """Shows the findings in the text, in the list and in the form."""
        self.view.show_over(found.marks)
        self.annotations.mark_found(found.troubled)
        self._draw_current()

    def show_saving(self) -> None:
        """Shows whether everything is saved."""
        if self.saving.is_troubled != self._is_troubled:
            self._is_troubled = self.saving.is_troubled
            self._line("title-line").set_class(self._is_troubled, "-failed")
        self.inspector.takes_changes = not self.is_locked
        self._draw_title()

    def show_progress(self, progress: list[Progress]) -> None:
        """Shows how far the layer is with every document."""
        self.documents.load(progress)
        if self.session is not None:
            self.documents.show(self.place(self.session))
            self._update_progress()

    def open_document(self, name: str) -> None:
        """Opens a document in place of the one that is open."""
        # What they are to show is asked of the session, which is another one then.
        self._catch_up()
        super().open_document(name)

    def _catch_up(self) -> None:
        """Has the lists follow now, if they are to."""
        if self.annotations.is_held:
            self._update_lists()

    def _update_lists(self) -> None:
        """Shows in the lists what steps have changed."""
        self.annotations.update_rows()
        self._follow_current()
        self._update_progress()

    def _follow_current(self) -> None:
        """Puts the list's cursor on what is looked at, unless the list is held: that is done when it follows."""
        session, name = self.session, self.current
        if session is not None and name is not None and name in session and not self.annotations.is_held:
            self.annotations.follow(session.position(name))

    def _update_progress(self) -> None:
        session = self.session
        if session is not None and self.documents.count() and session.revision:
            header = session.header
            count = len(session) - session.draft_count
            progress = Progress(session.document, header.status, header.comment, count, began=True)
            self.documents.update_progress(self.place(session), progress)

    @override
    def draw_lines(self) -> None:
        """Draws the lines above and below the panels."""
        self._draw_title()
        self._draw_status()
        self._draw_keys()

    def _draw_title(self) -> None:
        if self.session is not None:
            session, width, sign, seconds = self.session, self.size.width, self.saving.sign, self.seconds
            percent = 100 * self.view.cursor // max(1, len(session.document.text))
            place = (self.place(session) + 1, len(self.names))
            took = lines.time_told(seconds)
            about = (session, place, percent, sign, width, took, session.header.status)
            # It is asked for with every step, and stays as it is with most of them.
            if about != self._title_about:
                self._title_about = about
                line = lines.title(session, place, percent, sign, width, took)
                self._put("title-line", line)

    def _draw_status(self) -> None:
        if self.session is not None:
            cursor, unit = self.view.cursor, self.view.unit
            after = unit.one_right(self.session.document.text, cursor)
            start, end = self.view.selection or self.offered or (cursor, max(after, cursor + 1))
            form = self.inspector.form
            needed = form.needed if form is not None and self.current is not None else []
            notes = len(self.findings) - self.serious
            line = lines.under_cursor(self.session, start, end, self.serious, notes, needed, unit, self.told)
            self._put("status-line", line)

    def _draw_keys(self) -> None:
        line = lines.keys(self.keys_in_force, self.size.width)
        self._put("keys-line", line)

    def _put(self, name: str, line: Content) -> None:
        """Shows a line where it says something else than before: each costs what lies between it and the others."""
        shown = self._lines_shown.get(name)
        if shown is None or not shown.is_same(line):
            self._lines_shown[name] = line
            self._line(name).update(line, layout=False)

    def _line(self, name: str) -> ContentLines:
        """The widget of a line."""
        found = self._line_widgets.get(name)
        if found is None:
            found = self._line_widgets[name] = self.query_one(f"#{name}", ContentLines)
        return found

    def _draw_current(self) -> None:
        session = self.session
        if session is None:
            return
        found = self._found_arrows(session)
        if self.current is None or self.current not in session:
            self.inspector.load(None)
            self.view.highlight = frozenset()
        else:
            form = self.inspector.form
            if form is None or form.id != self.current or form.session is not session:
                form = Form(session, self.current)
            self.inspector.load(form, self.findings_of.get(self.current, ()), found)
            self._follow_current()
            self.view.highlight = web(session, session.get(self.current))
        self._draw_head(session, found)
        self._draw_status()

    def _draw_arrows(self) -> None:
        """Says at the head of the text, and in the form, on which side the parts are that cannot be seen."""
        session, form = self.session, self.inspector.form
        if session is None or self.current != (form.id if form is not None else None):
            return
        found = self._found_arrows(session)
        self.inspector.show_arrows(found)
        self._draw_head(session, found)

    def _found_arrows(self, session: Session) -> Mapping[str, str]:
        name = self.current
        if name is None or name not in session:
            return {}
        return arrows(session, session.get(name), *self.view.visible_range)

    def _draw_head(self, session: Session, found: Mapping[str, str]) -> None:
        head = lines.head(session.document, found, self.view.size.width)
        if head != self._head:
            self._head = head
            self.view.entitle(head)

    def watch_current(self) -> None:
        self._draw_current()

    @on(events.DescendantFocus)
    def _focus_moved(self) -> None:
        self.set_class(self.inspector.has_focus, "-form")
        self._draw_keys()

    def sees(self, offset: int) -> bool:
        """Whether a code point of the text is on the screen."""
        start, end = self.view.visible_range
        return start <= offset < end

    # Moving

    def _look_at_cursor(self) -> None:
        if self.session is None:
            return
        if self.is_busy:
            self.draw_lines()
            return
        self.last_looked_at = self.current or self.last_looked_at
        marks = [mark for mark in self.view.marks_at(self.view.cursor) if mark.id in self.session]
        own = [mark for mark in marks if mark.look != "part"]
        here = min(own or marks, key=lambda mark: mark.extent.size, default=None)
        if self.current is None or all(mark.id != self.current for mark in own):
            self.current = here.id if here is not None else None
        self._draw_title()
        self._draw_status()

    @on(TextView.MarkPicked)
    def _pick(self, message: TextView.MarkPicked) -> None:
        if self.session is not None and message.id in self.session and not self.is_busy:
            self.current = message.id

    @on(LineList.Highlighted, "#annotations")
    @on(LineList.Chosen, "#annotations")
    def _go_to_row(self, message: LineList.Highlighted | LineList.Chosen) -> None:
        if self.session is not None and message.index < len(self.session):
            self.go_to(self.session.at_position(message.index).id)
            if isinstance(message, LineList.Chosen):
                self.set_focus(self.view)

    @on(LineList.Chosen, "#documents")
    def _choose_document(self, message: LineList.Chosen) -> None:
        name = self.names[message.index]
        if self.session is None or name != self.session.document.id:
            self.switch_to(name)
        self.set_focus(self.view)

    def go_to(self, name: str) -> None:
        """Puts the cursor on an annotation, and shows it."""
        assert self.session is not None
        self.view.clear_selection()
        # Drawn once the cursor is there, and what is in sight with it: the form tells what is not.
        self.set_reactive(ReadingScreen.current, name)
        self.view.cursor = self.session.get(name).start
        self._draw_current()

    # Panels

    def action_lanes(self) -> None:
        """Draws bars under the text, or colours in it."""
        self.view.lane_mode = not self.view.lane_mode

    def action_panels(self) -> None:
        """Shows or hides the lists."""
        self.toggle_class("-no-side")

    def action_panel(self, step: int) -> None:
        """Goes to the next panel, or the one before."""
        self._catch_up()
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_text(self) -> None:
        """Goes back to the text."""
        self.set_focus(self.view)

    def action_keys(self) -> None:
        """Lists the keys in force."""
        self.app.push_screen(HelpScreen(key_sections(self.label_keys, self.active_bindings.values())))

    def action_meaning(self) -> None:
        """Shows what a label or field means, by the schema and by the corpus's guidelines."""
        corpus = self.workspace.corpus
        if self._guidelines is None:
            try:
                self._guidelines = guidelines.read(corpus.store)
            except CorpusError as error:
                self.notify(safe(str(error)), title="the guidelines cannot be read", severity="error", markup=False)
                self._guidelines = Guidelines()
        topics = guidance.topics(corpus.schema.specs)
        self.app.push_screen(GuidelineScreen(topics, self.label_keys, self._guidelines, at=self._subject()))

    def _subject(self) -> tuple[str, str | None]:
        """The label that is looked at, and the field that is asked for in its form."""
        form = self.inspector.form
        if form is None or self.current is None or self.current != form.id or self.current not in form.session:
            return "", None
        return form.spec.name, form.field.name if self.inspector.has_focus and form.field is not None else None
