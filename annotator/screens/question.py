"""Small screens that ask one question and give the answer back."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from annotator.display import safe
from annotator.widgets.plain import PlainInput, content


class ConfirmScreen(ModalScreen[bool]):
    """Asks before something is lost."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", id="confirm.yes"),
        Binding("n,escape", "answer(False)", "No", id="confirm.no"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        with Vertical(classes="question"):
            yield Static(content(self._question), markup=False)
            yield Static(Content("[y]es   [n]o"), markup=False, classes="hint")

    def action_answer(self, answer: bool) -> None:
        """Gives the answer back."""
        self.dismiss(answer)


class PromptScreen(ModalScreen[str | None]):
    """Asks for one line of text; no answer at all is `None`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", id="prompt.cancel")]

    line = query_one(Input)
    fault = query_one("#prompt-fault", Static)

    def __init__(
        self, question: str, value: str = "", check: Callable[[str], str | None] | None = None, *, typed: str = ""
    ) -> None:
        """`check` says what is wrong with an answer, or nothing; `typed` is what takes the value's place already."""
        super().__init__()
        self._question = question
        self._value = value
        self._typed = typed
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical(classes="question"):
            yield Static(content(self._question), markup=False)
            yield PlainInput(self._typed or self._value, select_on_focus=not self._typed)
            yield Static(id="prompt-fault", markup=False, classes="fault")
            yield Static(Content("Enter takes it, Esc leaves it"), markup=False, classes="hint")

    def on_mount(self) -> None:
        self.line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        # What was not edited is given back as it was, with every character that cannot be shown.
        answer = self._value if event.value == safe(self._value) else event.value
        wrong = self._check(answer) if self._check else None
        if wrong is None:
            self.dismiss(answer)
        else:
            self.fault.update(content(wrong))

    def action_cancel(self) -> None:
        """Gives no answer."""
        self.dismiss(None)
