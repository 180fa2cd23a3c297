"""The keys in force, by what they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Static

from annotator.display import safe
from annotator.widgets.inspector import Inspector
from annotator.widgets.line_list import LineList
from annotator.widgets.text_view import TextView

_KEY_WIDTH = 16
_HEADINGS: Mapping[type[DOMNode], str] = {
    TextView: "moving and selecting",
    Inspector: "in the form",
    LineList: "in a list",
    Screen: "annotations and documents",
    App: "anywhere",
}
"""What the keys of each part of the screen are for, in the order in which they are shown."""

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
    "semicolon": ";",
    "minus": "-",
    "ampersand": "&",
    "percent_sign": "%",
    "equals_sign": "=",
    "plus": "+",
    "asterisk": "*",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def key_name(key: str) -> str:
    """A key as people write it."""
    return _KEY_NAMES.get(key, key)


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
                Content.assemble((f"  {safe(keys):<{_KEY_WIDTH}}  ", "bold"), (safe(what), "")) for keys, what in rows
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
    rows: dict[str, dict[str, list[str]]] = {heading: {} for heading in _HEADINGS.values()}
    for each in active:
        heading = _heading(each.node)
        if heading is not None and each.binding.description:
            keys = rows[heading].setdefault(each.binding.description, [])
            keys.append(_KEY_NAMES.get(each.binding.key, each.binding.key))
    sections.update({head: [(" ".join(keys), what) for what, keys in found.items()] for head, found in rows.items()})
    return {heading: found for heading, found in sections.items() if found}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done, as the palette lists it."""

    what: str
    keys: tuple[str, ...]
    action: str
    node: DOMNode
    """The part of the screen that does it."""


def acts(screen: Screen[object], own_keys: Mapping[str, str]) -> list[Act]:
    """All that can be done by a key on a screen, in whichever part of it; `own_keys` has the user's, by action id."""
    bound = [(each.node, each.binding) for each in screen.active_bindings.values() if each.enabled]
    for part in (screen, *screen.query("*").results(Widget)):
        if part is screen or part.focusable:
            bound += [(part, binding) for binding in _own_bindings(part)]
    found: dict[tuple[str, str], Act] = {}
    for node, binding in bound:
        name = (binding.description, binding.action)
        if binding.description:
            written = own_keys.get(binding.id or "", binding.key).replace(" ", "")
            keys = tuple(_KEY_NAMES.get(key, key) for key in written.split(","))
            before = found.get(name, Act(*name[:1], (), binding.action, node))
            found[name] = replace(before, keys=tuple(dict.fromkeys((*before.keys, *keys))))
    listed = list(found.values())
    # Where several do what sounds the same, their keys tell them apart, or else the parts of the screen.
    ways: tuple[Callable[[Act], str], ...] = (lambda act: " ".join(act.keys), lambda act: _heading(act.node) or "")
    for tell in ways:
        said = Counter(each.what for each in listed)
        listed = [replace(each, what=f"{each.what} ({tell(each)})") if said[each.what] > 1 else each for each in listed]
    return listed


def _heading(node: DOMNode) -> str | None:
    return next((heading for part, heading in _HEADINGS.items() if isinstance(node, part)), None)


def _own_bindings(widget: Widget) -> Iterator[Binding]:
    """What this project binds in a widget, in the order of its classes."""
    for cls in type(widget).__mro__:
        if cls.__module__.startswith("annotator."):
            yield from (each for each in cls.__dict__.get("BINDINGS", ()) if isinstance(each, Binding))
