"""The guidelines at hand: what a label or a field means, with examples and the cases that were decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator import guidance
from annotator.display import safe
from annotator.guidance import Tone, Topic
from annotator.widgets.line_list import LineList, Piece
from corpus.guidelines import Guidelines

_STYLES: Mapping[Tone, str] = {
    "plain": "",
    "strong": "bold",
    "dim": "$foreground 60%",
    "key": "$accent",
    "head": "bold $accent",
}


class TopicList(LineList):
    """One row for each label and, under it, each of its fields."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        super().__init__(id="topics")
        self._topics = topics

    def count(self) -> int:
        """How many topics there are."""
        return len(self._topics)

    def pieces(self, index: int) -> list[Piece]:
        """The topic's name; fields are set in."""
        topic = self._topics[index]
        return [(f"   {topic.name}", "") if topic.field is not None else (f" {topic.name}", "line-list--strong")]


class GuidelineScreen(ModalScreen[None]):
    """Tells about one label or field at a time; the list at the left goes to the others."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i,f2", "close", "Close", id="guideline.close"),
        Binding("pagedown,space", "page(1)", "Read on", priority=True, id="guideline.page_down"),
        Binding("pageup,b", "page(-1)", "Read back", priority=True, id="guideline.page_up"),
    ]

    list = query_one(TopicList)
    body = query_one("#guideline", VerticalScroll)

    def __init__(
        self, topics: Sequence[Topic], keys: Mapping[str, str], guidelines: Guidelines, *, at: tuple[str, str | None]
    ) -> None:
        """`keys` has the labels' keys; `at` names the label and the field to begin with."""
        super().__init__()
        self._topics = topics
        self._keys = keys
        self._guidelines = guidelines
        self._first = next(
            (
                place
                for place, topic in enumerate(topics)
                if (topic.label.name, topic.field.name if topic.field is not None else None) == at
            ),
            0,
        )

    def compose(self) -> ComposeResult:
        with Vertical(classes="question guideline"):
            with Horizontal():
                yield TopicList(self._topics)
                with VerticalScroll(id="guideline", can_focus=False):
                    yield Static(id="guideline-text", markup=False)
            yield Static(Content("↑ ↓ another · Space reads on · Esc closes"), markup=False, classes="hint")

    def on_mount(self) -> None:
        self.list.focus()
        self.list.show(self._first)
        self._tell(self._first)

    @on(LineList.Highlighted)
    @on(LineList.Chosen)
    def _go_to(self, message: LineList.Highlighted | LineList.Chosen) -> None:
        self._tell(message.index)

    def _tell(self, index: int) -> None:
        topic = self._topics[index]
        lines = guidance.lines(topic, self._keys.get(topic.label.name, ""), self._guidelines)
        told = [Content.assemble(*((safe(text), _STYLES[tone]) for text, tone in line)) for line in lines]
        self.query_one("#guideline-text", Static).update(Content("\n").join(told))
        self.body.scroll_home(animate=False)

    def action_page(self, step: int) -> None:
        """Goes a page down or up in what is told."""
        self.body.scroll_relative(y=step * max(1, self.body.size.height - 1), animate=False)

    def action_close(self) -> None:
        """Goes back."""
        self.dismiss(None)
