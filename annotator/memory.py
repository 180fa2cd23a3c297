"""What can be known of a label on some words before anything is said about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.registry import Registry
from schemas import Annotation, Kind, LabelSchema, plain

_REMEMBERED = (Kind.CHOICE, Kind.TOGGLE, Kind.ENTITY)


@dataclass(slots=True)
class _Said:
    """What was said of the same words."""

    id: str
    """The annotation that says it."""
    values: Mapping[str, Any]
    before: Mapping[str, Any] | None = None
    """What was said of them before that; none where they were met once."""
    times: int = 1
    """Of how many annotations they were the words."""
    unsteady: frozenset[str] = frozenset()
    """The fields of which different things were said before."""

    @property
    def differing(self) -> frozenset[str]:
        """The fields of which different things were said, now and before."""
        before = self.before
        if before is None:
            return self.unsteady
        now = (name for name in {*self.values, *before} if self.values.get(name) != before.get(name))
        return self.unsteady.union(now)


class Memory:
    """The schema's defaults, the registry, and what this annotator last said of the same words."""

    def __init__(self, schema: LabelSchema, registry: Registry) -> None:
        self._schema = schema
        self._registry = registry
        self._said: dict[tuple[str, str], _Said] = {}

    def __len__(self) -> int:
        return len(self._said)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every label with some words of which it was said, the first ones first."""
        return iter(self._said)

    def keep(self, annotation: Annotation) -> None:
        """Remembers what is said of an annotation's words."""
        kept = {}
        for field in self._schema.by_name[annotation.label].of_kind(*_REMEMBERED):
            value = plain(getattr(annotation, field.name))
            if value is not None:
                kept[field.name] = value
        key = annotation.label, annotation.text
        said = self._said.get(key)
        if said is None:
            self._said[key] = _Said(annotation.id, kept)
        elif said.id == annotation.id:
            said.values = kept
        else:
            self._said[key] = _Said(annotation.id, kept, said.values, said.times + 1, said.differing)

    def times(self, label: str, words: str) -> int:
        """How often these words were given this label."""
        said = self._of(label, words)
        return said.times if said is not None else 0

    def values(self, label: str, words: str) -> dict[str, Any]:
        """The defaults, then the one entity of this name with the kind that it brings, then what was said last."""
        spec = self._schema.by_name[label]
        values = self.defaults(label)
        for each in spec.of_kind(Kind.ENTITY):
            named = self._registry.named(words, each.entity_kinds)
            if len(named) == 1 and not each.many:
                values[each.name] = named[0].id
                if each.same_as is not None:
                    values[each.same_as] = named[0].kind
        said = self._of(label, words)
        values.update(said.values if said is not None else {})
        return values

    def sure(self, label: str, words: str) -> dict[str, Any]:
        """What is known of the words without guessing: what the registry says of them, and what was said of them."""
        defaults, said = self.defaults(label), self._of(label, words)
        known = said.values if said is not None else {}
        return {
            name: value
            for name, value in self.values(label, words).items()
            if name in known or value != defaults.get(name)
        }

    def unsteady(self, label: str, words: str) -> frozenset[str]:
        """The fields of which different things were said, of the same words."""
        said = self._of(label, words)
        return said.differing if said is not None else frozenset()

    def defaults(self, label: str) -> dict[str, Any]:
        """What the schema itself says: the default of every field that has one."""
        return {field.name: field.default for field in self._schema.by_name[label].fields if not field.required}

    def _of(self, label: str, words: str) -> _Said | None:
        """What was said of the words; as they begin a sentence, or stand inside of one, where they are new as such."""
        return self._said.get((label, words)) or self._said.get((label, other_case(words)))


def other_case(words: str) -> str:
    """Words with a small letter at the beginning in place of a capital, or the other way round."""
    return words[:1].swapcase() + words[1:]
