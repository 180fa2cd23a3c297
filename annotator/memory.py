"""What can be known of a label on some words before anything is said about them."""

from __future__ import annotations

from typing import Any

from corpus.registry import Registry
from schemas import Annotation, Kind, LabelSchema, plain

_REMEMBERED = (Kind.CHOICE, Kind.TOGGLE, Kind.ENTITY)


class Memory:
    """The schema's defaults, the registry, and what this annotator last said of the same words."""

    def __init__(self, schema: LabelSchema, registry: Registry) -> None:
        self._schema = schema
        self._registry = registry
        self._said: dict[tuple[str, str], dict[str, Any]] = {}

    def keep(self, annotation: Annotation) -> None:
        """Remembers what is said of an annotation's words."""
        kept = {}
        for field in self._schema.by_name[annotation.label].of_kind(*_REMEMBERED):
            value = plain(getattr(annotation, field.name))
            if value is not None:
                kept[field.name] = value
        self._said[annotation.label, annotation.text] = kept

    def values(self, label: str, words: str) -> dict[str, Any]:
        """The defaults, then the one entity of this name with the kind that it brings, then what was said last."""
        spec = self._schema.by_name[label]
        values = self.defaults(label)
        for field in spec.of_kind(Kind.ENTITY):
            named = self._registry.named(words, field.entity_kinds)
            if len(named) == 1 and not field.many:
                values[field.name] = named[0].id
                if field.same_as is not None:
                    values[field.same_as] = named[0].kind
        values.update(self._said.get((label, words), {}))
        return values

    def sure(self, label: str, words: str) -> dict[str, Any]:
        """What is known of the words without guessing: what the registry says of them, and what was said of them."""
        defaults = self.defaults(label)
        said = self._said.get((label, words), {})
        return {
            name: value
            for name, value in self.values(label, words).items()
            if name in said or value != defaults.get(name)
        }

    def defaults(self, label: str) -> dict[str, Any]:
        """What the schema itself says: the default of every field that has one."""
        return {field.name: field.default for field in self._schema.by_name[label].fields if not field.required}
