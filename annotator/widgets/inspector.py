"""The inspector: the form of one annotation, made from the schema, filled in with one key a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.style import Style

from annotator.display import safe
from annotator.form import ASKED, TYPED, Ask, Form, FormRow
from annotator.widgets.kept_lines import ContentLines, Lines
from annotator.widgets.quick_var import quick_var
from annotator.widgets.scroll_bar import KeptScroll
from schemas import Choice, Finding, Kind

_NAME_WIDTH = 11
_SHOWN_WORDS = 160
_POINTING = frozenset((Kind.EXTENT, Kind.REFERENCE, Kind.ENTITY))
"""What such a field holds is shown by what is elsewhere, and its row may change without it."""
_MOST_ROWS = 512
_NOTHING = Content("nothing is marked here")
_BLANK = Content("")
_SIGNS = {"missing": "?", "wrong": "!", "given": "·", "set": " ", "empty": " "}

GoOn = Literal["", "select", "known"]
"""What one goes on with from a form: nothing, other words that are to be selected, or the next known ones."""


class Inspector(VerticalScroll, KeptScroll, can_focus=True, inherit_bindings=False):
    """Shows one annotation's fields; with the focus, a key fills the field that is asked for."""

    ALLOW_SELECT = False
    BORDER_TITLE = "annotation"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "inspector--name",
        "inspector--current",
        "inspector--key",
        "inspector--chosen",
        "inspector--given",
        "inspector--missing",
        "inspector--help",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,tab", "move(1)", "Next field", id="form.next"),
        Binding("up,shift+tab", "move(-1)", "Previous field", show=False, id="form.previous"),
        Binding("enter", "confirm", "Take what is shown", id="form.confirm"),
        Binding("space", "fill", "Fill this field; where all is said, go on to the next words", id="form.fill"),
        Binding("M", "known", "Where all is said, go on to the next known words", id="form.unmarked"),
        Binding("backspace,delete", "clear", "Empty this field", show=False, id="form.clear"),
        Binding("pageup", "page_up", "Page up", show=False, id="form.page_up"),
        Binding("pagedown", "page_down", "Page down", show=False, id="form.page_down"),
        Binding("escape", "leave", "Back to the text", id="form.leave"),
    ]
    DEFAULT_CSS = """
    Inspector { scrollbar-size-vertical: 1; overflow-x: hidden; }
    Inspector Static { width: 1fr; height: auto; min-height: 100%; }
    Inspector > .inspector--name { color: $foreground 60%; }
    Inspector > .inspector--current { color: $text; text-style: bold; }
    Inspector > .inspector--key { color: $accent; text-style: bold underline; }
    Inspector > .inspector--chosen { text-style: bold; }
    Inspector > .inspector--given { text-style: italic; color: $foreground 60%; }
    Inspector > .inspector--missing { color: $warning; text-style: bold; }
    Inspector > .inspector--help { color: $foreground 60%; text-style: italic; }
    """

    @dataclass
    class Changed(Message):
        """The annotator changed the entry; `ask` is what must be asked for next, outside of the form."""

        form: Form
        ask: Ask | None

    @dataclass
    class Asked(Message):
        """The annotator wants to fill a field whose value lies outside of the form, or must be typed."""

        form: Form
        ask: Ask

    @dataclass
    class Confirmed(Message):
        """The annotator takes what is shown, and nothing is missing."""

        form: Form
        then: GoOn = ""
        """What is done next."""

    class Left(Message):
        """The annotator goes back to the text."""

    class Refused(Message):
        """The annotator wanted to change something while no change is taken."""

    @cached_property
    def body(self) -> ContentLines:
        return self.query_one("#inspector-body", ContentLines)

    takes_changes: quick_var[bool] = quick_var(True, init=False)
    """Whether a key or a click may change the entry."""

    def __init__(self, id: str) -> None:
        self._styles_of: dict[str, Style] = {}
        self._rows_of: dict[tuple[str | int | None, ...], list[Content]] = {}
        """Rows as they were drawn, by all that they depend on."""
        super().__init__(id=id)
        self.form: Form | None = None
        self._findings: tuple[Finding, ...] = ()
        self._arrows: Mapping[str, str] = {}
        self._lines: list[int] = []

    def compose(self) -> ComposeResult:
        yield ContentLines(id="inspector-body")

    def on_mount(self) -> None:
        # The lines hold their colours, so another theme needs other lines.
        self.app.theme_changed_signal.subscribe(self, lambda _: self.draw())

    def load(
        self, form: Form | None, findings: Sequence[Finding] = (), arrows: Mapping[str, str] | None = None
    ) -> None:
        """Shows the form of an entry and what the check says about it, or nothing; `arrows` as `show_arrows` has it."""
        self.form = form
        self._findings = tuple(findings)
        self._arrows = dict(arrows or {})
        self.draw()

    def show_arrows(self, arrows: Mapping[str, str]) -> None:
        """Shows on which side of the text those parts lie that cannot be seen there, by the name of the field."""
        if arrows != self._arrows:
            self._arrows = dict(arrows)
            self.draw()

    def draw(self) -> None:
        """Draws the form anew."""
        form = self.form
        if form is None or form.id not in form.session:
            self.entitle(self.BORDER_TITLE)
            self._put(Lines([_NOTHING]))
            return
        entry = form.entry
        self.entitle(entry.label)
        lines = [Content.styled(safe(_shortened(form.session.words(entry))), Style(bold=True)), _BLANK]
        self._lines = []
        for row in form.rows():
            self._lines.append(len(lines))
            lines += self._row(form, entry.label, row)
        if fault := form.session.faults(entry).get(""):
            lines += [_BLANK, Content.styled(f"⚠ {safe(fault)}", self._style("missing"))]
        for finding in self._findings:
            lines += [_BLANK, Content.styled(safe(f"⚠ {finding.code} {finding.message}"), self._style("missing"))]
        self._put(Lines(lines))
        if self._lines and self.has_focus:
            self.scroll_to_region(Region(0, self._lines[form.position], 1, 4), animate=False, force=True)

    def _put(self, drawn: Lines) -> None:
        """Shows what was drawn. Only what is taller than the panel, or was, asks for a new layout of the screen."""
        room = self.look.size
        if room and not self.show_vertical_scrollbar:
            self.body.update_within(drawn, room.height)
        else:
            self.body.update(drawn)

    def _row(self, form: Form, label: str, row: FormRow) -> list[Content]:
        is_current = row.current and self.has_focus
        # What it says is not in the row alone.
        is_elsewhere = row.field.kind in _POINTING and row.state not in ("missing", "empty")
        if is_elsewhere or is_current:
            return self._made_row(form, row, is_current=is_current)
        # Choices are broken into lines where the room ends, and the scroll bar takes some of it.
        room = self.scrollable_content_region.width if row.state == "missing" else 0
        key = (label, row.field.name, str(row.value), row.state, row.fault, room)
        lines = self._rows_of.get(key)
        if lines is None:
            if len(self._rows_of) >= _MOST_ROWS:
                self._rows_of.clear()
            lines = self._rows_of[key] = self._made_row(form, row, is_current=False)
        return lines

    def _made_row(self, form: Form, row: FormRow, *, is_current: bool) -> list[Content]:
        name_style = self._style("current" if is_current else "name")
        name = Content.styled(
            f"{'▸' if is_current else ' '}{_SIGNS[row.state]}{safe(row.field.name):<{_NAME_WIDTH}} ", name_style
        )
        if row.field.choices and (is_current or row.state == "missing"):
            lines = self._wrapped(name, [self._choice(choice, row) for choice in row.field.choices])
        else:
            lines = [name + self._value(form, row)]
        if is_current and row.field.help:
            lines.append(Content.styled("  " + safe(" ".join(row.field.help.split())), self._style("help")))
        if row.fault and row.state == "wrong":
            lines.append(Content.styled(f"  {safe(row.fault)}", self._style("missing")))
        return lines

    def _wrapped(self, name: Content, choices: Sequence[Content]) -> list[Content]:
        """The choices in as many lines as they need, under each other."""
        room = max(_NAME_WIDTH, self.scrollable_content_region.width - name.cell_length)
        lines: list[Content] = [name]
        used = 0
        for choice in choices:
            if used and used + choice.cell_length > room:
                lines.append(Content("\u00a0" * name.cell_length))
                used = 0
            lines[-1] = lines[-1] + choice + Content(" ")
            used += choice.cell_length + 1
        return lines

    def _choice(self, choice: Choice, row: FormRow) -> Content:
        """A choice with its key picked out, or put before it where the name does not have the letter."""
        values = row.value if isinstance(row.value, list) else [row.value]
        # A component's style loses `reverse` on its way here, and bold alone is not seen everywhere.
        style = self._style("chosen") + Style(reverse=True) if choice.value in values else Style()
        name = safe(choice.name)
        click = Style.from_meta({"choice": row.field.choices.index(choice), "field": row.field.name})
        at = name.lower().find(choice.key)
        if not choice.key:
            parts = Content.styled(name, style)
        elif at < 0:
            parts = Content.assemble((safe(choice.key), self._style("key")), (":" + name, style))
        else:
            parts = Content.assemble(
                (name[:at], style), (name[at : at + 1], style + self._style("key")), (name[at + 1 :], style)
            )
        return parts.stylize(click)

    def _value(self, form: Form, row: FormRow) -> Content:
        click = Style.from_meta({"field": row.field.name})
        if row.state == "missing":
            return Content.styled("needed", self._style("missing")).stylize(click)
        if row.state == "empty":
            return Content.styled("–", self._style("name")).stylize(click)
        shown = safe(_shown(form, row.field.kind, row.value))
        value = Content.styled(shown, self._style("given") if row.state == "given" else Style())
        if arrow := self._arrows.get(row.field.name):
            value += Content.styled(f" {arrow}", self._style("key"))
        return value.stylize(click)

    def _style(self, name: str) -> Style:
        style = self._styles_of.get(name)
        if style is None:
            style = self._styles_of[name] = self.get_visual_style(f"inspector--{name}", partial=True)
        return style

    def _look_again(self) -> None:
        super()._look_again()
        self._styles_of.clear()
        self._rows_of.clear()

    # What keys do

    def on_key(self, event: events.Key) -> None:
        form, character = self.form, event.character
        if form is None or form.field is None or not character:
            return
        # In the form a letter or a digit is an answer or nothing: it never reaches what it does in the text.
        if self._goes_on(form, event):
            return
        if character.isalnum():
            event.stop()
            event.prevent_default()
        if form.field.kind in TYPED:
            if event.is_printable:
                event.stop()
                event.prevent_default()
                self.post_message(self.Asked(form, Ask(form.field, character.strip())))
        elif self._may_change(form):
            self._press(form, character)

    def _goes_on(self, form: Form, event: events.Key) -> bool:
        """Whether a letter or digit is a key of the form itself, and no answer."""
        if not event.key.isalnum() or (form.field is not None and form.field.kind in TYPED) or form.choice(event.key):
            return False
        bound = self.screen.active_bindings.get(event.key)
        return bound is not None and bound.node is self

    def _press(self, form: Form, key: str) -> None:
        meant, ask = form.press(key)
        if meant:
            self.draw()
            self.post_message(self.Changed(form, ask))

    def _may_change(self, form: Form) -> bool:
        if not self.takes_changes:
            self.post_message(self.Refused())
        return self.takes_changes and form.id in form.session

    def on_click(self, event: events.Click) -> None:
        form, meta = self.form, event.style.meta
        if form is None or "field" not in meta or form.id not in form.session:
            return
        form.go_to(meta["field"])
        self.focus()
        if "choice" not in meta:
            self.action_ask()
        elif form.field is not None and self._may_change(form):
            ask = form.answer(form.field.choices[meta["choice"]].value)
            self.post_message(self.Changed(form, ask))
        self.draw()

    def action_move(self, step: int) -> None:
        """Goes to the next field, or the one before."""
        if self.form is not None:
            self.form.move(step)
            self.draw()

    def action_confirm(self) -> None:
        """Takes what is shown; a field that is missing is asked for."""
        form = self.form
        if form is None:
            return
        if form.is_complete:
            self.post_message(self.Confirmed(form))
            return
        ask = form.confirm()
        self.draw()
        if ask is None and form.missing and form.field is not None and form.field.kind in TYPED:
            ask = Ask(form.field)
        if ask is not None:
            self.post_message(self.Asked(form, ask))

    def action_ask(self) -> None:
        """Asks for the current field, where its value lies in the text or the registry, or is typed."""
        form = self.form
        if form is None or form.field is None:
            return
        if form.field.kind in ASKED | TYPED:
            self.post_message(self.Asked(form, Ask(form.field)))
        elif form.field.kind is Kind.TOGGLE and self._may_change(form):
            self._press(form, "space")

    def action_fill(self) -> None:
        """Asks for the current field; where that is one key and nothing is missing, goes on with other words."""
        form = self.form
        if form is not None and form.field is not None and form.field.kind is Kind.CHOICE and form.is_complete:
            self.post_message(self.Confirmed(form, then="select"))
        else:
            self.action_ask()

    def action_known(self) -> None:
        """Where nothing is missing, goes on with the next known words."""
        if self.form is not None and self.form.is_complete:
            self.post_message(self.Confirmed(self.form, then="known"))

    def action_clear(self) -> None:
        """Empties the current field."""
        if self.form is not None and self.form.field is not None and self._may_change(self.form):
            self.form.clear()
            self.draw()
            self.post_message(self.Changed(self.form, None))

    def action_leave(self) -> None:
        """Goes back to the text."""
        self.post_message(self.Left())

    def on_resize(self) -> None:
        # How the choices are broken into lines depends on the room that there is.
        self.draw()

    def watch_has_focus(self, value: bool) -> None:
        super().watch_has_focus(value)
        if self.is_mounted:
            self.draw()


def _shown(form: Form, kind: Kind, value: Any) -> str:
    """A value in words: covered words for extents and references, the name for an entity."""
    session = form.session
    match kind:
        case Kind.EXTENT:
            text = session.document.text
            extents = value if isinstance(value[0][0], list) else [value]
            pieces = [[text[start:end] for start, end in extent] for extent in extents]
            return "; ".join(_shortened(first) + (f" + {len(more)} more" if more else "") for first, *more in pieces)
        case Kind.REFERENCE:
            ids = value if isinstance(value, list) else [value]
            return ", ".join(session.words(session.get(each)) if each in session else f"{each}?" for each in ids)
        case Kind.ENTITY:
            names = value if isinstance(value, list) else [value]
            known = session.registry.entities
            return ", ".join(known[each].name if each in known else f"{each} (unknown)" for each in names)
        case Kind.TOGGLE:
            return "yes" if value else "no"
        case _:
            return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _SHOWN_WORDS else words[: _SHOWN_WORDS - 1] + "…"
