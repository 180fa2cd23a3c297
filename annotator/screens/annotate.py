"""The one screen on which documents are marked: labels on the text, and the form that asks for the rest."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType

from annotator.display import safe
from annotator.form import Ask, Form
from annotator.history import Step
from annotator.keymap import Keymap
from annotator.screens.asking import Asking
from annotator.screens.bindings import bounds
from annotator.screens.mark_all import MarkAllScreen
from annotator.screens.question import ConfirmScreen, PromptScreen
from annotator.session import Session
from annotator.units import Unit
from annotator.widgets.inspector import GoOn, Inspector
from annotator.widgets.text_view import TextView
from annotator.workspace import Workspace
from corpus.errors import CorpusError
from corpus.rule_faults import rule_fault
from schemas import Entity, Extent, Kind, LabelSchema, Severity, Status


class AnnotateScreen(MarkAllScreen):
    """One annotator's layer, one document at a time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "form", "Form of the annotation; take what is asked for", id="form.open"),
        Binding(
            "plus", "add_fragment", "Add a piece to what is asked for, or to the annotation", id="form.add_fragment"
        ),
        Binding("e", "fill('extent')", "Fill the next extent", id="annotation.fill_extent"),
        Binding("r", "fill('reference')", "Fill the next reference", id="annotation.fill_reference"),
        Binding("c", "relabel", "Change the label", id="annotation.relabel"),
        Binding("d,delete", "delete", "Delete the annotation", id="annotation.delete"),
        Binding("u", "undo", "Undo", id="edit.undo"),
        Binding("U", "redo", "Redo", id="edit.redo"),
        Binding("D", "done", "Document done, or open again", id="document.done"),
        Binding("F", "flag", "Flag the document with a comment", id="document.flag"),
        Binding("s", "save", "Save now", id="document.save"),
    ]

    def __init__(
        self, workspace: Workspace, document: str | None = None, start: int = 0, keymap: Keymap | None = None
    ) -> None:
        """`document` is the one to begin with, `start` the code point to go to in it; `keymap` the user's own keys."""
        super().__init__(workspace, document, start)
        self._label_keys = self._keys_of_labels(keymap or Keymap())
        self._asking = Asking(self)
        self._relabelling = False
        self._is_filling = False

    def _keys_of_labels(self, keymap: Keymap) -> dict[str, str]:
        """A key for each label that means nothing else in the text; the user's own come first."""
        in_use = {key for bound in bounds(type(self), TextView) if bound.place == "text" for key in keymap.of(bound)}
        letters = frozenset(key for key in {*in_use, *keymap.labels.values()} if len(key) == 1)
        keys = self.workspace.corpus.schema.label_keys(letters)
        return {name: keymap.labels.get(name, key) for name, key in keys.items()}

    @property
    def is_busy(self) -> bool:
        """Whether the cursor looks for words for the form, and not for another annotation."""
        return self._is_filling

    @property
    def is_asking(self) -> bool:
        """Whether words, or letters, are asked for."""
        return self._asking.wants_extent is not None or self.hints is not None

    @property
    def label_keys(self) -> dict[str, str]:
        """The key of each label."""
        return self._label_keys

    @property
    def keys_in_force(self) -> dict[str, str]:
        """The few keys that matter now, each with what it does."""
        if self.places.is_open:
            return {"Space": "untick", "Enter": "mark what is ticked", "Esc": "mark none"}
        labels = {key: name for name, key in self.label_keys.items() if key}
        if self._relabelling:
            return {"change the label to": "", **labels, "Esc": "leave it"}
        if (wanted := self._asking.wants_extent) is not None:
            taking = {"Enter": f"take these words as {wanted}", "+": "add as one more piece", "Esc": "skip it"}
            if self.hints is None:
                return taking
            return {self.hints.question: "by letters", "Tab": "no letters", **taking, **self.hints.aside}
        if self.hints is not None:
            return {self.hints.question: "by letters", **self.hints.aside, "Esc": "leave it"}
        if self.inspector.has_focus:
            return {
                "a letter": "chooses",
                "↑ ↓": "field",
                "Space": "fill",
                "Enter": "take what is shown",
                "Esc": "text",
            }
        return {
            **labels,
            "v": "select",
            "Enter": "form",
            "[ ]": "annotations",
            "u": "undo",
            "D": "done",
            "?": "keys",
        }

    def show_session(self, session: Session) -> None:
        """Shows a session that was opened just now."""
        self._stop_filling()
        super().show_session(session)

    def go_to(self, name: str) -> None:
        """Puts the cursor on an annotation, and shows it."""
        self._stop_filling()
        super().go_to(name)

    def _stop_filling(self) -> None:
        self.end_hints()
        self._asking.stop()
        self._is_filling = False

    @on(TextView.MarkPicked)
    def _leave_form(self) -> None:
        # A click on another annotation leaves the form; one that looks for words of an extent does not.
        if self._asking.wants_extent is None:
            self._is_filling = False

    # Marking

    def on_key(self, event: events.Key) -> None:
        if self.is_tiny or self.hints is not None or self.places.is_open:
            return
        name = next((name for name, key in self.label_keys.items() if key and key == event.character), None)
        if name is not None and self.focused is self.view and self._asking.wants_extent is None:
            event.stop()
            # The key is not also the first letter of what is asked for now.
            event.prevent_default()
            self.mark(name)
        elif self._relabelling and event.key != "escape":
            self._end_relabelling()

    def target(self) -> Extent | None:
        """What a mark would cover: the selection, or the known words gone to, else the name or word under the cursor.

        Where the cursor goes by characters or code points, it is the one under it.
        """
        assert self.session is not None
        schema, view, text = self.session.schema, self.view, self.session.document.text
        covering = view.selection or self.offered
        if covering is None and view.unit is Unit.WORD:
            covering = self.session.registry.name_at(text, view.cursor)
        covering = covering or view.unit.under(text, view.cursor)
        if covering is None:
            return None
        extent = Extent.of(*covering)
        try:
            return schema.snap(text, extent)
        except Exception as error:  # noqa: BLE001 - a schema is its user's program, and may raise anything
            fault = rule_fault(error, schema, "what snap() makes of a selection")
            self.notify(safe(fault.message), severity="error", markup=False)
            return LabelSchema.snap(schema, text, extent)

    def mark(self, label: str) -> None:
        """Puts a label on what is selected, or on the name or word under the cursor; asks for what is missing."""
        if self.session is None or not self.may_change:
            return
        if self._relabelling:
            self._end_relabelling()
            if self.current is not None:
                self.did(self.session.relabel(self.current, label))
                self._fill_what_is_missing()
            return
        extent = self.target()
        if extent is None:
            self.notify("there is no word here; select with v and the motions", markup=False)
            return
        if (same := self.session.same(label, extent)) is not None and self.session.is_placed(same.id):
            self.view.clear_selection()
            self.current = same.id
            self.notify(safe(f"this is marked as {label} already"), markup=False)
            return
        # What is selected of a label that has a part which it cannot be without is that part, and its own words follow.
        parts = [field.name for field in self.session.schema.by_name[label].of_kind(Kind.EXTENT) if field.required]
        if parts and self.view.selection is not None:
            step = self.session.mark_part(label, parts[0], extent)
        else:
            step = self.session.mark(label, extent)
        self.view.clear_selection()
        self.set_reactive(AnnotateScreen.current, step.focus)
        self.last_marked = step.focus
        self.did(step)
        self._fill_what_is_missing()

    def _fill_what_is_missing(self) -> None:
        form = self.inspector.form
        if form is not None and (not form.is_complete or form.session.guessed(form.id)):
            self.fill(form, form.start())

    def fill(self, form: Form, ask: Ask | None) -> None:
        """Goes into the form, and asks for what lies outside of it."""
        self._is_filling = True
        self.set_focus(self.inspector)
        self.inspector.draw()
        self._asking.handle(form, ask)

    def action_form(self) -> None:
        """Opens the form of the annotation under the cursor, or takes the words that are asked for."""
        if self._asking.wants_extent is not None:
            self._asking.take_extent(self.target())
        elif self.inspector.form is not None and self.current is not None:
            self.fill(self.inspector.form, None)

    def action_add_fragment(self) -> None:
        """Takes the words as one more piece of the extent that is asked for, or else of the annotation itself."""
        if self._asking.wants_extent is not None:
            self._asking.take_extent(self.target(), more=True)
            return
        session, more = self.session, self.target() if self.view.selection is not None else None
        if session is None or more is None or not self.may_change:
            return
        if (name := self.grows_by(more)) is not None:
            self.view.clear_selection()
            self.did(session.resize(name, Extent.joined([*session.get(name).extent, *more])))
            self.go_to(name)

    @on(Inspector.Changed)
    def _form_changed(self, message: Inspector.Changed) -> None:
        self.did(message.form.last_step)
        self._asking.handle(message.form, message.ask)

    @on(Inspector.Asked)
    def _form_asked(self, message: Inspector.Asked) -> None:
        self._asking.handle(message.form, message.ask)

    @on(Inspector.Confirmed)
    def _form_confirmed(self, message: Inspector.Confirmed) -> None:
        self.leave_form(then=message.then)

    @on(Inspector.Left)
    def _form_left(self) -> None:
        self.leave_form()

    def leave_form(self, *, then: GoOn = "") -> None:
        """Goes back to the text; then asks which words are to be selected next, or goes to the next known ones."""
        self._is_filling = False
        self.set_focus(self.view)
        if then == "select":
            self.action_span()
        elif then == "known":
            self.action_unmarked()

    def span_selected(self, *, is_more: bool) -> None:
        """Takes the words that were selected by their letters, where some are asked for."""
        if self._asking.wants_extent is not None:
            self._asking.take_extent(self.target(), more=is_more)
            if is_more:
                self._asking.pick_extent()

    @on(Inspector.Refused)
    def _tell_refused(self) -> None:
        # Asking says why.
        _ = self.may_change

    def keep_entity(self, entity: Entity) -> Entity | None:
        """Enters an entity into the corpus's registry, and gives it as it is kept there; nothing where that fails."""
        try:
            return self.workspace.add_entity(entity)
        except CorpusError as error:
            self.notify(safe(str(error)), title="the entity is not saved", severity="error", markup=False)
            return None

    def action_fill(self, kind: str) -> None:
        """Fills the next empty extent or reference of the annotation, else the first of them."""
        form = self.inspector.form
        if form is None or self.current is None or not self.may_change:
            return
        if kind == Kind.EXTENT and not form.session.is_placed(form.id):
            self.fill(form, Ask(None))
            return
        rows = [row for row in form.rows() if row.field.kind.value == kind]
        if not rows:
            self.notify(safe(f"{form.spec.name} has no {kind}"), markup=False)
            return
        empty = [row for row in rows if row.value in (None, [])]
        form.go_to((empty or rows)[0].field.name)
        self.fill(form, Ask((empty or rows)[0].field))

    def action_relabel(self) -> None:
        """Changes the label of the annotation to the one whose key is pressed next."""
        if self.current is not None and self.may_change:
            self._relabelling = True
            self._draw_keys()

    def _end_relabelling(self) -> None:
        self._relabelling = False
        self._draw_keys()

    def action_delete(self) -> None:
        """Deletes the annotation, and every reference to it."""
        if self.session is not None and self.current is not None and self.may_change:
            self._stop_filling()
            self.did(self.session.delete(self.current))
            self._look_at_cursor()

    def action_undo(self) -> None:
        """Takes back the last step."""
        if self.session is not None and self.may_change:
            self._after_history(self.session.undo(), "undone")

    def action_redo(self) -> None:
        """Does the last undone step again."""
        if self.session is not None and self.may_change:
            self._after_history(self.session.redo(), "done again")

    def _after_history(self, step: Step | None, how: str) -> None:
        if step is None or self.session is None:
            self.notify("there is nothing more", markup=False)
            return
        self._stop_filling()
        # In the line that is drawn with every key: to come and to go, a message in the corner draws all of the screen.
        self.told = f"{how}: {step.what}"
        self.did(step)
        there = next((name for name in step.before if name in self.session), None)
        if there is not None:
            self.go_to(there)
        else:
            self._look_at_cursor()

    # The document

    @work
    async def action_done(self) -> None:
        """Says that the document is done, or takes that back; asks where something is incomplete or found."""
        session = self.session
        if session is None or not self.may_change:
            return
        if session.header.status is Status.DONE:
            self.did(session.set_status(Status.OPEN))
            return
        wrong = sum(finding.severity is Severity.ERROR for finding in self.findings)
        open_ends = [f"{session.draft_count} annotations are incomplete"] if session.draft_count else []
        open_ends += [f"{wrong} errors are found"] if wrong else []
        question = " and ".join(open_ends) + ". Done all the same?"
        sure = not open_ends or await self.app.push_screen_wait(ConfirmScreen(question))
        if sure and session is self.session and self.may_change:
            self.did(session.set_status(Status.DONE))

    @work
    async def action_flag(self) -> None:
        """Flags the document with a comment, or takes the flag away."""
        session = self.session
        if session is None or not self.may_change:
            return
        if session.header.status is Status.FLAGGED:
            self.did(session.set_status(Status.OPEN))
            return
        comment = await self.app.push_screen_wait(PromptScreen("why should somebody look at this document?"))
        if comment and comment.strip() and session is self.session and self.may_change:
            self.did(session.set_status(Status.FLAGGED, comment.strip()))

    def action_save(self) -> None:
        """Saves now, where something is not saved."""
        self.saving.failure = None
        self.save_soon()
        self.write_now()

    def action_text(self) -> None:
        """Goes back to the text; in the text, leaves what is begun."""
        if self._relabelling:
            self._end_relabelling()
        elif self._asking.wants_extent is not None and self.view.has_focus:
            self._asking.leave_extent()
        else:
            self._is_filling = False
            self.set_focus(self.view)
