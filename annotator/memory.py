"""What can be known of a label on some words before anything is said about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    values: tuple[Any, ...]
    """Its values, in the order of the fields that are remembered."""
    before: tuple[Any, ...] | None = None
    """What was said of them before that; none where they were met once."""
    times: int = 1
    """Of how many annotations that are there they are the words."""
    unsteady: frozenset[int] = frozenset()
    """The places of the fields of which different things were said before."""

    @property
    def differing(self) -> frozenset[int]:
        """The places of the fields of which different things were said, now and before."""
        before = self.before
        if before is None or before == self.values:
            return self.unsteady
        return self.unsteady.union(place for place, value in enumerate(self.values) if value != before[place])


class Memory:
    """The schema's defaults, the registry, and what this annotator last said of the same words."""

    def __init__(self, schema: LabelSchema, registry: Registry) -> None:
        self._schema = schema
        self._registry = registry
        self._fields = {spec.name: [each.name for each in spec.of_kind(*_REMEMBERED)] for spec in schema.specs}
        self._said: dict[str, dict[str, _Said]] = {spec.name: {} for spec in schema.specs}
        """By label and words."""
        self._alike: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {spec.name: {} for spec in schema.specs}
        """Equal values of a label are kept once: of many words the same is said."""
        self._earlier: Memory | None = None

    def keep(self, annotation: Annotation) -> None:
        """Remembers what is said of an annotation's words."""
        found = tuple([getattr(annotation, name) for name in self._fields[annotation.label]])
        values = self._alike[annotation.label].setdefault(found, found)
        words, there = annotation.text, self._said[annotation.label]
        said = there.get(words)
        if said is None:
            there[words] = _Said(annotation.id, values)
        elif said.id == annotation.id:
            said.values = values
            said.times += 1
        else:
            there[words] = _Said(annotation.id, values, said.values, said.times + 1, said.differing)

    def release(self, annotation: Annotation) -> None:
        """An annotation is there no more, or is kept anew: what it says stays known, but it counts no longer."""
        self._said[annotation.label][annotation.text].times -= 1

    def recall(self, earlier: Memory) -> None:
        """Remembers also what was said elsewhere, of words of which nothing is said here."""
        self._earlier = earlier

    def words(self, label: str) -> Collection[str]:
        """All words that were given a label here, the first ones first."""
        return self._said[label]

    def times(self, label: str, words: str) -> int:
        """How many annotations that are there give these words this label."""
        found = map(self._said[label].get, (words, other_case(words)))
        here = next((said.times for said in found if said is not None and said.times), 0)
        return here + (self._earlier.times(label, words) if self._earlier is not None else 0)

    def knows(self, label: str, words: str) -> bool:
        """Whether anything was said of these words under this label, be it there or not."""
        return self._of(label, words) is not None

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
        values.update(self._known(label, self._of(label, words)))
        return values

    def sure(self, label: str, words: str, values: Mapping[str, Any]) -> set[str]:
        """The fields of which something is known without guessing: by the registry, or because it was said.

        Args:
            label: The label.
            words: The words.
            values: What is known of them, by field, with the defaults.
        """
        defaults, known = self.defaults(label), self._known(label, self._of(label, words))
        return {name for name, value in values.items() if name in known or value != defaults.get(name)}

    def unsteady(self, label: str, words: str) -> frozenset[str]:
        """The fields of which different things were said, of the same words."""
        said = self._here(label, words)
        differing = said.differing if said is not None else ()
        elsewhere = self._earlier.unsteady(label, words) if self._earlier is not None else frozenset()
        return elsewhere.union(self._fields[label][place] for place in differing)

    def defaults(self, label: str) -> dict[str, Any]:
        """What the schema itself says: the default of every field that has one."""
        return {field.name: field.default for field in self._schema.by_name[label].fields if not field.required}

    def _of(self, label: str, words: str) -> _Said | None:
        """What was said of the words last."""
        said = self._here(label, words)
        return said if said is not None or self._earlier is None else self._earlier._of(label, words)

    def _here(self, label: str, words: str) -> _Said | None:
        """What was said of the words here; as they begin a sentence, or stand inside of one, where they are new."""
        there = self._said[label]
        return there.get(words) or there.get(other_case(words))

    def _known(self, label: str, said: _Said | None) -> dict[str, Any]:
        """The values of the fields of which something was said."""
        if said is None:
            return {}
        pairs = zip(self._fields[label], said.values, strict=True)
        return {name: plain(value) for name, value in pairs if value is not None}


def other_case(words: str) -> str:
    """Words with a small letter at the beginning in place of a capital, or the other way round."""
    return words[:1].swapcase() + words[1:]
