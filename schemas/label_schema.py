"""Label schemas: what may be said about a document, and the rules that what is said must keep.

::

    class PlaceSchema(LabelSchema, version="1.0.0"):
        labels = (City, River)
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from schemas.annotation import Annotation, Settlement
from schemas.docstrings import field_docstrings
from schemas.document import Document
from schemas.errors import SchemaError
from schemas.extent import Extent, trimmed
from schemas.finding import Finding, Rule
from schemas.layer import LayerHeader
from schemas.migration import Migration, numbers
from schemas.reflection import FieldSpec, Kind, LabelSpec, assign_keys, reflect

AnyAnnotation = TypeVar("AnyAnnotation")


class LabelledDocument(BaseModel, Generic[AnyAnnotation]):
    """A document and one layer's annotations of it, as one line of a JSONL or Parquet shard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document
    """The document."""
    header: LayerHeader
    """The header of the layer's file."""
    annotations: tuple[AnyAnnotation, ...]
    """The annotations, by place."""


class LabelSchema:
    """The label classes of a corpus, with a name and a version, and the rules over a whole document.

    Derive from it, set `labels`, and give a semantic version in the class line. The name is the class name in snake
    case without `Schema`, unless `name="..."` is given. A schema's module is code that its user trusts.
    """

    name: ClassVar[str]
    """The schema's name, in lower-case letters, digits and `_`."""
    version: ClassVar[str]
    """The semantic version: a major step changes what a label means, a minor one adds, a patch corrects."""
    labels: ClassVar[tuple[type[Annotation], ...]]
    """The label classes, in the order in which they are shown and published."""
    entity_kinds: ClassVar[tuple[str, ...]] = ()
    """The kinds that an entity may have; none given means any."""
    rules: ClassVar[tuple[Rule, ...]] = ()
    """Every rule that `check` may find broken."""
    looks_again: ClassVar[bool] = True
    """Whether `check` needs to be given the same object whenever it looks at an annotation, which `is` compares.

    Where it goes through them a few times and compares ids, say no, and a long document takes no more memory.
    """
    migrations: ClassVar[tuple[Migration, ...]] = ()
    """How what was said in earlier versions is said in this one."""
    specs: ClassVar[tuple[LabelSpec, ...]]
    """What each label is made of; filled in when the class is made."""

    def __init_subclass__(cls, *, version: str, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = name or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__.removesuffix("Schema")).lower()
        cls.version = version
        if not re.fullmatch(r"[a-z][a-z0-9_]*", cls.name):
            raise SchemaError(f"{cls.__name__}: a schema's name has lower-case letters, digits and _, not {cls.name!r}")
        if not re.fullmatch(r"\d+\.\d+\.\d+", version):
            raise SchemaError(f"{cls.__name__}: a version is three numbers such as 1.0.0, not {version!r}")
        labels = getattr(cls, "labels", ())
        if not labels or not all(isinstance(label, type) and issubclass(label, Annotation) for label in labels):
            raise SchemaError(f"{cls.__name__}: set labels = (...), a tuple of classes that derive from Annotation")
        codes = [rule.code for rule in cls.rules]
        if len(codes) != len(set(codes)):
            raise SchemaError(f"{cls.__name__}: two rules share a code")
        later = [each.target for each in cls.migrations if numbers(each.target) > numbers(version)]
        if later:
            raise SchemaError(f"{cls.__name__}: a migration leads to {later[0]}, which is later than {version}")
        cls.specs = reflect(labels)

    def check(self, document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
        """What breaks a rule that no annotation can break alone.

        `annotations` are those of one layer, by place; each lies in the document's text with all its parts.

        Override it; a finding is made by one of `rules`, with the annotation's id and its place in the text.
        """
        return iter(())

    def snap(self, text: str, extent: Extent) -> Extent | None:
        """What is meant by a selection: blanks at its edges are left out; nothing where nothing else is selected.

        Override it to leave out more, such as a full stop that no label of the schema takes in.
        """
        return trimmed(text, extent, str.isspace)

    @property
    def id(self) -> str:
        """Name and version, as a layer's header has them: `security@1.0.0`."""
        return f"{self.name}@{self.version}"

    @cached_property
    def by_name(self) -> Mapping[str, LabelSpec]:
        """What each label is made of, by its name."""
        return {spec.name: spec for spec in self.specs}

    @cached_property
    def annotation(self) -> TypeAdapter[Annotation]:
        """Validates one annotation of any of the labels, chosen by `label`."""
        return TypeAdapter(self._union)

    @cached_property
    def labelled_document(self) -> type[LabelledDocument[Annotation]]:
        """The model of a document with its annotations, one line of a shard."""
        model: type[LabelledDocument[Annotation]] = LabelledDocument.__class_getitem__(self._union)  # type: ignore[assignment]
        return model

    @property
    def _union(self) -> Any:
        if len(self.labels) == 1:
            return self.labels[0]
        union = functools.reduce(operator.or_, self.labels)
        return Annotated[union, Field(discriminator="label")]

    def fields(self, *kinds: Kind) -> Iterator[tuple[LabelSpec, FieldSpec]]:
        """Every field of these kinds, with its label."""
        for spec in self.specs:
            for field in spec.of_kind(*kinds):
                yield spec, field

    def label_keys(self, reserved: frozenset[str] = frozenset()) -> dict[str, str]:
        """The key that marks each label, with none of the reserved ones unless the author chose it."""
        chosen = {spec.name: spec.cls.label_key for spec in self.specs if spec.cls.label_key}
        return assign_keys((spec.name for spec in self.specs), chosen, reserved)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of one annotation line, draft 2020-12."""
        schema = self.annotation.json_schema(mode="validation")
        models: tuple[type[BaseModel], ...] = (*self.labels, Settlement)
        for model in models:
            properties = schema.get("$defs", {}).get(model.__name__, schema)["properties"]
            for name in properties.keys() & field_docstrings(model).keys():
                properties[name].setdefault("description", field_docstrings(model)[name])
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": self.id}
