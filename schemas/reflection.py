"""What a schema's labels are made of, read from their classes.

The form in the terminal, the check, the documentation and the columns of the published dataset read this, and nothing
else knows a label or a field by name.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import inspect
import string
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from schemas.annotation import Annotation, EntityId, Keys, Ref
from schemas.docstrings import field_docstrings
from schemas.errors import SchemaError
from schemas.extent import Extent

BASE_FIELDS: frozenset[str] = frozenset(Annotation.model_fields)
"""The fields that every annotation has; a label's own fields are the others."""


class Kind(StrEnum):
    """What sort of value a field holds, and thereby how it is asked for, checked and published."""

    CHOICE = "choice"
    TOGGLE = "toggle"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    EXTENT = "extent"
    REFERENCE = "reference"
    ENTITY = "entity"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed list."""

    value: str | int
    """The value as a file holds it."""
    name: str
    """The value as it is shown."""
    key: str
    """The key that chooses it in the form."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that a label adds to its extent."""

    name: str
    kind: Kind
    owner: type[Annotation]
    """The label's class."""
    many: bool
    """Whether it holds any number of values."""
    nullable: bool
    """Whether it may stay empty (`None`); a field of many values may always hold none."""
    required: bool
    """Whether it has no default."""
    default: Any
    """The default as a file holds it; `None` where it is required."""
    key: str
    """The key that goes to it in the form, unique among the label's fields."""
    choices: tuple[Choice, ...] = ()
    """The closed list, of a choice."""
    labels: tuple[str, ...] = ()
    """The labels that a reference may point to."""
    entity_kinds: tuple[str, ...] = ()
    """The kinds of entity that may be pointed to; none given means any."""
    same_as: str | None = None
    """The field of this label whose value must equal the entity's kind."""

    @property
    def help(self) -> str:
        """The field's description or docstring, or an empty string."""
        return self.owner.model_fields[self.name].description or field_docstrings(self.owner).get(self.name, "")


@dataclass(frozen=True, slots=True)
class DerivedSpec:
    """A value that a label's class computes: published, never stored, never asked for."""

    name: str
    kind: Kind
    help: str
    many: bool
    nullable: bool
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelSpec:
    """One label: its name, its help, its shortcut, its fields in the order in which its class has them."""

    name: str
    help: str
    key: str
    fields: tuple[FieldSpec, ...]
    derived: tuple[DerivedSpec, ...]
    cls: type[Annotation]
    _by_kinds: dict[tuple[Kind, ...], tuple[FieldSpec, ...]] = dataclasses.field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """The fields of kinds that were asked for: the same few are, with everything that is done."""

    def field(self, name: str) -> FieldSpec:
        """The field of that name.

        Raises:
            KeyError: If the label has none.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name!r}")

    def of_kind(self, *kinds: Kind) -> tuple[FieldSpec, ...]:
        """The fields of these kinds."""
        found = self._by_kinds.get(kinds)
        if found is None:
            found = self._by_kinds[kinds] = tuple(field for field in self.fields if field.kind in kinds)
        return found


@dataclass(frozen=True, slots=True)
class _Shape:
    """What an annotation such as `tuple[Annotated[str, Ref("x")], ...] | None` comes down to."""

    kind: Kind
    many: bool = False
    nullable: bool = False
    values: tuple[str | int, ...] = ()
    names: tuple[str, ...] = ()
    ref: Ref | None = None
    entity: EntityId | None = None


def reflect(labels: Sequence[type[Annotation]]) -> tuple[LabelSpec, ...]:
    """What each of the labels is made of, with every shortcut assigned.

    Raises:
        SchemaError: If two labels share a name, a field has a type that is not supported, or a reference names a
            label that is not among them.
    """
    names = [label.model_fields["label"].default for label in labels]
    for position, name in enumerate(names):
        if name in names[:position]:
            raise SchemaError(f'two labels are called {name!r}; give one of them label="..." in its class line')
    keys = assign_keys(names, {name: cls.label_key for name, cls in zip(names, labels, strict=True) if cls.label_key})
    return tuple(_label(cls, name, keys[name], names) for cls, name in zip(labels, names, strict=True))


def assign_keys(
    names: Iterable[str], chosen: Mapping[str, str] | None = None, reserved: Iterable[str] = ()
) -> dict[str, str]:
    """A key for each name: the one chosen for it, else its first free letter, else any free letter or digit.

    The same names in the same order get the same keys. A name gets no key (an empty string) only when none is left.

    Raises:
        SchemaError: If two names are given the same key, or a chosen key is not one printable character.
    """
    assigned: dict[str, str] = {}
    taken = set(reserved)
    names = list(names)
    for name, key in (chosen or {}).items():
        if name not in names:
            raise SchemaError(f"key {key!r} is set for {name!r}, which is none of {', '.join(names)}")
        if len(key) != 1 or not key.isprintable() or key.isspace():
            raise SchemaError(f"the key of {name!r} must be one printable character, not {key!r}")
        if key in assigned.values():
            raise SchemaError(f"key {key!r} is set twice; {name!r} needs another")
        assigned[name] = key
    taken.update(assigned.values())
    for name in names:
        if name in assigned:
            continue
        letters = [letter for letter in name.lower() if letter in string.ascii_lowercase]
        key = next((key for key in (*letters, *string.ascii_lowercase, *string.digits) if key not in taken), "")
        assigned[name] = key
        taken.add(key)
    return {name: assigned[name] for name in names}


def _label(cls: type[Annotation], name: str, key: str, known: Sequence[str]) -> LabelSpec:
    own = [field for field in cls.model_fields if field not in BASE_FIELDS]
    keys = assign_keys(own)
    return LabelSpec(
        name=name,
        help=inspect.cleandoc(cls.__doc__ or ""),
        key=key,
        fields=tuple(_field(cls, field, cls.model_fields[field], keys[field], known) for field in own),
        derived=tuple(_derived(cls, computed) for computed in cls.model_computed_fields),
        cls=cls,
    )


def _field(cls: type[Annotation], name: str, info: FieldInfo, key: str, known: Sequence[str]) -> FieldSpec:
    where = f"{cls.__name__}.{name}"
    shape = _shape(info.annotation, info.metadata, where)
    labels: tuple[str, ...] = ()
    if shape.ref is not None:
        labels = shape.ref.labels or tuple(known)
        for label in labels:
            if label not in known:
                raise SchemaError(f"{where} refers to {label!r}, which is none of the labels {', '.join(known)}")
    if shape.entity is not None and shape.entity.same_as not in (None, *cls.model_fields):
        raise SchemaError(f"{where}: same_as names {shape.entity.same_as!r}, which {cls.__name__} does not have")
    required = info.is_required()
    return FieldSpec(
        name=name,
        kind=shape.kind,
        owner=cls,
        many=shape.many,
        nullable=shape.nullable,
        required=required,
        default=None if required else plain(info.get_default(call_default_factory=True, validated_data={})),
        key=key,
        choices=_choices(shape, info.metadata, where),
        labels=labels,
        entity_kinds=shape.entity.kinds if shape.entity else (),
        same_as=shape.entity.same_as if shape.entity else None,
    )


def _derived(cls: type[Annotation], name: str) -> DerivedSpec:
    info = cls.model_computed_fields[name]
    where = f"{cls.__name__}.{name}"
    shape = _shape(info.return_type, (), where)
    return DerivedSpec(
        name=name,
        kind=shape.kind,
        help=info.description or "",
        many=shape.many,
        nullable=shape.nullable,
        choices=_choices(shape, (), where),
    )


def plain(value: Any) -> Any:
    """A field's value as a file holds it: enum members by value, dates in ISO form, tuples as lists."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def _choices(shape: _Shape, metadata: Iterable[Any], where: str) -> tuple[Choice, ...]:
    for position, name in enumerate(shape.names):
        if name in shape.names[:position]:
            raise SchemaError(f"{where}: two choices are shown as {name!r}; change one of them")
    chosen: Mapping[str, str] = next((mark.keys for mark in metadata if isinstance(mark, Keys)), {})
    try:
        keys = assign_keys(shape.names, chosen)
    except SchemaError as error:
        raise SchemaError(f"{where}: {error}") from error
    return tuple(Choice(value, name, keys[name]) for value, name in zip(shape.values, shape.names, strict=True))


_SIMPLE: Mapping[Any, Kind] = {
    bool: Kind.TOGGLE,
    str: Kind.TEXT,
    int: Kind.INTEGER,
    float: Kind.NUMBER,
    datetime.date: Kind.DATE,
    Extent: Kind.EXTENT,
}


def _shape(annotation: Any, metadata: Iterable[Any], where: str) -> _Shape:
    marks = list(metadata)
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks += more
    ref = next((mark for mark in marks if isinstance(mark, Ref)), None)
    entity = next((mark for mark in marks if isinstance(mark, EntityId)), None)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        inner = [argument for argument in arguments if argument is not type(None)]
        if len(inner) == 1 and len(arguments) == 2:
            shape = _shape(inner[0], marks, where)
            return replace(shape, nullable=True)
    elif origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        shape = _shape(arguments[0], marks, where)
        if not shape.many and not shape.nullable:
            return replace(shape, many=True)
    elif ref is not None or entity is not None:
        if annotation is str:
            return _Shape(Kind.ENTITY if ref is None else Kind.REFERENCE, ref=ref, entity=entity)
    elif values := _closed_list(annotation):
        return _Shape(Kind.CHOICE, values=values, names=tuple(str(value) for value in values))
    elif annotation in _SIMPLE:
        return _Shape(_SIMPLE[annotation])
    raise SchemaError(
        f"{where} has a type that is not supported: {annotation}. A field is a Literal, an Enum, bool, str, int, "
        "float, date, Extent, Annotated[str, Ref(...)] or Annotated[str, EntityId(...)], one of these or None, or a "
        "tuple of one of these: tuple[X, ...]"
    )


def _closed_list(annotation: Any) -> tuple[str | int, ...]:
    """The values of a `Literal` or an `Enum`; none where a file could not name them all."""
    values: tuple[Any, ...] = ()
    if get_origin(annotation) is Literal:
        values = get_args(annotation)
    elif inspect.isclass(annotation) and issubclass(annotation, enum.Enum):
        values = tuple(member.value for member in annotation)
    is_nameable = all(isinstance(value, str | int) and not isinstance(value, bool) for value in values)
    return values if is_nameable else ()
