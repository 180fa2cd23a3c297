"""Choosing an entity from the registry, or making a new one, without leaving the document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from annotator.display import safe
from annotator.widgets.plain import PlainInput, content
from corpus.registry import Registry
from schemas import Entity, assign_keys

_SHOWN = 60
_NEAR = 9


class EntityScreen(ModalScreen[Entity | None]):
    """Searches the registry by any part of any name; the last row makes a new entity under what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", id="entity.cancel"),
        Binding("down", "step(1)", "Down", show=False, id="entity.down"),
        Binding("up", "step(-1)", "Up", show=False, id="entity.up"),
    ]

    search = query_one(Input)
    choices = query_one(OptionList)
    hint = query_one("#entity-hint", Static)

    def __init__(
        self, registry: Registry, words: str, kinds: Sequence[str], kind: str | None, near: Sequence[str] = ()
    ) -> None:
        """`kinds` are those that may be chosen, `kind` the one that a new entity has unless another is chosen.

        `near` are ids of entities that are named around the words, the nearest first: while nothing is searched for,
        they are offered too.
        """
        super().__init__()
        self._registry = registry
        self._words = words
        self._kinds = tuple(kinds)
        self._kind = kind
        self._near = [registry.entities[each] for each in near if each in registry.entities]
        self._found: list[Entity] = []
        self._keys: dict[str, str] = {}
        self._shown = words
        """The words as the input first shows them."""
        self._name: str | None = None
        """The name of the new entity, while its kind is typed."""

    def compose(self) -> ComposeResult:
        with Vertical(classes="question wide"):
            yield Static(content(f"Who or what is “{self._words}”?"), markup=False)
            yield PlainInput(self._words, select_on_focus=True)
            yield OptionList(markup=False)
            yield Static(id="entity-hint", markup=False, classes="hint")

    def on_mount(self) -> None:
        self._shown = self.search.value
        self._fill()
        self.search.focus()

    def on_input_changed(self) -> None:
        if self._name is None:
            self._fill()

    def _fill(self) -> None:
        # What was not edited is looked up as it stands in the text, with every character that cannot be shown.
        words = self._words if self._is_untouched else self.search.value
        kinds = self._kinds
        self._found = self._registry.search(words, kinds)[:_SHOWN]
        if self._is_untouched:
            self._found += [each for each in self._near if each.kind in kinds and each not in self._found][:_NEAR]
        named = [entity for entity in self._found if words in entity.names]
        options = [Option(_row(entity), id=str(position)) for position, entity in enumerate(self._found)]
        new = " ".join(self.search.value.split())
        if new:
            options.append(
                Option(content(f"+ a new entity “{new}”{f', {self._kind}' if self._kind else ''}"), id="new")
            )
        self.choices.clear_options()
        self.choices.add_options(options)
        if options:
            # What is written small is hardly a name, and probably speaks of what was named just before.
            is_search = len(options) > 1 and (not self._is_untouched or not words[:1].isupper())
            self.choices.highlighted = 0 if named or is_search else len(options) - 1
        self.hint.update(Content("type to search, ↑ ↓ to choose, Enter to take, Esc to leave"))

    @property
    def _is_untouched(self) -> bool:
        """Whether the words of the text still stand in the input: nothing is searched for yet."""
        return self.search.value == self._shown

    def action_step(self, step: int) -> None:
        """Goes one row up or down."""
        if step > 0:
            self.choices.action_cursor_down()
        else:
            self.choices.action_cursor_up()

    def on_input_submitted(self) -> None:
        kind = " ".join(self.search.value.split())
        if self._name is None:
            self.choices.action_select()
        elif kind:
            self.dismiss(new_entity(self._registry, self._name, kind, self._words))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option.id == "new":
            self._make()
        elif event.option.id is not None:
            self.dismiss(self._found[int(event.option.id)])

    def _make(self) -> None:
        """Makes the new entity; where its kind is open, asks for it with one key."""
        if self._kind is not None:
            self.dismiss(new_entity(self._registry, self.search.value, self._kind, self._words))
        elif len(self._kinds) == 1:
            self._kind = self._kinds[0]
            self._make()
        elif not self._kinds:
            self._name, self.search.value = self.search.value, ""
            self.choices.clear_options()
            self.hint.update(Content("which kind? type it, Enter takes it, Esc leaves"))
        else:
            self._keys = {key: name for name, key in assign_keys(self._kinds).items()}
            shown = "  ".join(f"{key}:{name}" for key, name in self._keys.items())
            self.hint.update(content(f"which kind?  {shown}"))
            self.set_focus(None)

    def on_key(self, event: events.Key) -> None:
        if event.character in self._keys:
            event.stop()
            self._kind = self._keys[event.character]
            self._make()

    def action_cancel(self) -> None:
        """Chooses nothing."""
        self.dismiss(None)


def _row(entity: Entity) -> Content:
    aliases = ", ".join(name for name in entity.names if name != entity.name)
    return Content.assemble(
        (safe(entity.name), "bold"), (safe(f"  {entity.kind}  {entity.id}  {aliases}"[:120]), "dim")
    )


def new_entity(registry: Registry, name: str, kind: str, words: str) -> Entity:
    """An entity under a name, with an id made of it, and the words of the text as an alias where they differ."""
    name = " ".join(name.split())
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "entity"
    chosen, number = stem, 2
    while chosen in registry.entities:
        chosen, number = f"{stem}-{number}", number + 1
    return Entity(id=chosen, kind=kind, name=name, aliases=(words,) if words != name else ())
