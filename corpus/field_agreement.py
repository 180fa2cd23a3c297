"""How far two layers agree on what they say about an annotation that both have: its fields, by their kind.

Only counterparts are compared, so that a field's figure does not blame it for what was never found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from corpus.coverage import common, merged, size
from corpus.matching import Alignment
from corpus.reliability import Figure, cohen_kappa, f1, krippendorff_alpha, mean
from schemas import Annotation, Extent, Kind, LabelSchema

CODED = frozenset({Kind.CHOICE, Kind.TOGGLE})
"""Fields whose values come from a closed list, so that what chance would give can be taken off their agreement."""
_UNORDERED = CODED | {Kind.ENTITY}
_UNMATCHED = "no annotation has a counterpart"


@dataclass(slots=True)
class FieldCounts:
    """How the values of one field agree, on annotations that have a counterpart."""

    pairs: int = 0
    """The counterparts that were compared."""
    same: int = 0
    """Those with the same value; to be empty in both is the same, too."""
    values: Counter[tuple[Hashable, Hashable]] = field(default_factory=Counter)
    """How often each value of the first met each of the second; only of a closed list."""
    first: int = 0
    """The references or extents of the first; of references those whose target has a counterpart."""
    second: int = 0
    both: int = 0
    characters_first: int = 0
    """The code points that the extents of the first cover."""
    characters_second: int = 0
    characters_both: int = 0
    left_out: int = 0
    """References, of either layer, whose target has no counterpart."""

    def add(self, other: FieldCounts) -> None:
        """Takes in the counts of another document."""
        self.pairs += other.pairs
        self.same += other.same
        self.values.update(other.values)
        self.first += other.first
        self.second += other.second
        self.both += other.both
        self.characters_first += other.characters_first
        self.characters_second += other.characters_second
        self.characters_both += other.characters_both
        self.left_out += other.left_out

    def figures(self, kind: Kind) -> dict[str, Figure]:
        """The figures that a field of this kind has.

        `same` is the share of equal values; `kappa` and `alpha` take off what chance would give, with an empty field as
        a value of its own. References have `f1`, over pairs of an annotation and its target that both have
        counterparts. Extents have `exact` and `characters`, both F1; a field that is empty in both counts for neither.
        """
        match kind:
            case Kind.REFERENCE:
                return {"f1": f1(self.both, self.first, self.second)}
            case Kind.EXTENT:
                characters = f1(self.characters_both, self.characters_first, self.characters_second)
                return {"exact": f1(self.both, self.first, self.second), "characters": characters}
        same = {"same": mean(self.same, self.pairs, _UNMATCHED)}
        if kind in CODED:
            if not self.pairs:
                return same | dict.fromkeys(("kappa", "alpha"), Figure.undefined(_UNMATCHED))
            # In a tuple of its own, since an empty field is a value and not a missing one.
            rows: dict[tuple[tuple[Hashable] | None, ...], int] = {
                ((one,), (other,)): count for (one, other), count in self.values.items()
            }
            same |= {"kappa": cohen_kappa(self.values), "alpha": krippendorff_alpha(rows)}
        return same


class FieldPlan(NamedTuple):
    """What has to be known of a field to compare its values."""

    name: str
    kind: Kind
    many: bool


@lru_cache(maxsize=16)
def plans(schema: LabelSchema) -> Mapping[str, tuple[FieldPlan, ...]]:
    """The fields of each label."""
    return {
        spec.name: tuple(FieldPlan(field.name, field.kind, field.many) for field in spec.fields)
        for spec in schema.specs
    }


class Counterparts:
    """Which annotation of the second layer is the counterpart of which of the first, by id."""

    def __init__(self, alignment: Alignment) -> None:
        self.of_first = {one.id: other.id for one, other in alignment.pairs}
        self.of_second = {second: first for first, second in self.of_first.items()}


def count_fields(
    schema: LabelSchema, labels: Collection[str], alignment: Alignment
) -> dict[tuple[str, str], FieldCounts]:
    """The counts of every field of these labels, by label and field, from one document."""
    counterparts = Counterparts(alignment)
    of_label = plans(schema)
    counts: dict[tuple[str, str], FieldCounts] = {}
    for one, other in alignment.pairs:
        first, second = vars(one), vars(other)
        label = first["label"]
        if label not in labels:
            continue
        for plan in of_label[label]:
            name, kind, _ = plan
            here = counts.get((label, name))
            if here is None:
                here = counts[label, name] = FieldCounts()
            here.pairs += 1
            if kind is Kind.REFERENCE:
                _count_references(here, first[name], second[name], counterparts)
            elif kind is Kind.EXTENT:
                _count_extents(here, first[name], second[name])
            else:
                of_first, of_second = compared(plan, first[name]), compared(plan, second[name])
                here.same += of_first == of_second
                if kind in CODED:
                    here.values[of_first, of_second] += 1
    return counts


def compared(plan: FieldPlan, value: Any) -> Hashable:
    """A field's value as it is compared: where order says nothing, values are a set."""
    if plan.many and plan.kind in _UNORDERED and value is not None:
        return frozenset(value)
    single: Hashable = value
    return single


def several(value: Any) -> tuple[Any, ...]:
    """The values of a field, whether it holds none, one or many; an extent, which is a tuple, is one."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) and not isinstance(value, Extent) else (value,)


def _count_references(here: FieldCounts, first: Any, second: Any, counterparts: Counterparts) -> None:
    if not first and not second:
        return
    of_first, of_second = frozenset(several(first)), frozenset(several(second))
    known = {counterparts.of_first[name] for name in of_first if name in counterparts.of_first}
    found = of_second & counterparts.of_second.keys()
    here.first += len(known)
    here.second += len(found)
    here.both += len(known & found)
    here.left_out += len(of_first) - len(known) + len(of_second) - len(found)


def _count_extents(here: FieldCounts, first: Any, second: Any) -> None:
    of_first, of_second = frozenset(several(first)), frozenset(several(second))
    here.first += len(of_first)
    here.second += len(of_second)
    here.both += len(of_first & of_second)
    one_covers, other_covers = _covered(of_first), _covered(of_second)
    here.characters_first += size(one_covers)
    here.characters_second += size(other_covers)
    here.characters_both += size(common(one_covers, other_covers))


def _covered(extents: Iterable[Extent]) -> list[tuple[int, int]]:
    return merged(fragment for extent in extents for fragment in extent)


def differing(schema: LabelSchema, one: Annotation, other: Annotation, counterparts: Counterparts) -> Iterator[str]:
    """The fields in which two counterparts differ. A reference whose target has no counterpart differs, too."""
    first, second = vars(one), vars(other)
    for plan in plans(schema)[one.label]:
        if plan.kind is Kind.REFERENCE:
            leads_to = {counterparts.of_first.get(name) for name in several(first[plan.name])}
            if leads_to != set(several(second[plan.name])):
                yield plan.name
        elif plan.kind is Kind.EXTENT:
            if frozenset(several(first[plan.name])) != frozenset(several(second[plan.name])):
                yield plan.name
        elif compared(plan, first[plan.name]) != compared(plan, second[plan.name]):
            yield plan.name
