"""The keys in force, by what they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from annotator.display import safe

_KEY_WIDTH = 18
_HEADINGS = {
    "AnnotateScreen": "annotations and documents",
    "TextView": "moving and selecting",
    "Inspector": "in the form",
}
_KEY_NAMES = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "exclamation_mark": "!",
    "question_mark": "?",
    "full_stop": ".",
    "comma": ",",
    "slash": "/",
    "plus": "+",
    "asterisk": "*",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


class HelpScreen(ModalScreen[None]):
    """Lists the keys, in sections."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,question_mark", "close", "Close", id="help.close"),
    ]

    def __init__(self, sections: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """`sections` has the keys and what each does, by a heading."""
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        lines: list[Content] = []
        for heading, rows in self._sections.items():
            lines.append(Content.styled(safe(heading), "bold $accent"))
            lines += [
                Content.assemble((f"  {safe(keys):<{_KEY_WIDTH}}", "bold"), (safe(what), "")) for keys, what in rows
            ]
            lines.append(Content(""))
        lines.append(Content.styled("Esc closes", "dim"))
        with VerticalScroll(classes="question wide tall"):
            yield Static(Content("\n").join(lines), markup=False)

    def action_close(self) -> None:
        """Goes back."""
        self.dismiss(None)


def key_sections(label_keys: Mapping[str, str], active: Iterable[ActiveBinding]) -> dict[str, list[tuple[str, str]]]:
    """The keys in force: those of the labels, then those of each part of the screen, as they are bound by now."""
    sections = {"labels": [(key, name) for name, key in label_keys.items() if key]}
    rows: dict[str, dict[str, list[str]]] = {}
    for each in active:
        heading = _HEADINGS.get(type(each.node).__name__)
        if heading is not None and each.binding.description:
            keys = rows.setdefault(heading, {}).setdefault(each.binding.description, [])
            keys.append(_KEY_NAMES.get(each.binding.key, each.binding.key))
    for heading in _HEADINGS.values():
        if heading in rows:
            sections[heading] = [(" ".join(keys), what) for what, keys in rows[heading].items()]
    return sections
