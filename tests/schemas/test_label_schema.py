"""A schema as its author writes it: what is refused, which line is which label, and its JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from schemas import Annotation, Document, LabelSchema, LayerHeader, Ref, Rule, SchemaError, Severity
from schemas.examples.adverse import AdverseEventSchema
from schemas.security import SecuritySchema


class Egg(Annotation):
    """Comes from a hen."""

    hen: Annotated[str, Ref("hen")] | None = None
    """Which hen it comes from."""


class Hen(Annotation, key="h"):
    """Comes from an egg."""

    eggs: tuple[Annotated[str, Ref("egg", "hen")], ...] = ()
    """Which eggs it has laid."""
    age: Annotated[int, Field(strict=True, ge=0, le=20)] | None = None
    """In years."""
    weight: Annotated[float, Field(gt=0)] | None = None
    colour: Literal["white", "brown"] = "white"


class HenSchema(LabelSchema, version="2.10.3"):
    """Two labels that refer to each other in a circle."""

    labels = (Egg, Hen)


class OneSchema(LabelSchema, version="0.0.1", name="only_one"):
    labels = (Hen, Egg)


EGG: dict[str, Any] = {"id": "e", "label": "egg", "start": 0, "end": 1, "text": "x"}
HEN: dict[str, Any] = {"id": "h", "label": "hen", "start": 0, "end": 1, "text": "x"}


def test_label_schema_has_a_name_and_a_version() -> None:
    assert HenSchema().id == "hen@2.10.3"
    assert OneSchema().id == "only_one@0.0.1"
    assert SecuritySchema().id == "security@1.0.0"
    assert AdverseEventSchema().id == "adverse_event@0.2.0"


def test_label_schema_knows_its_labels_by_name() -> None:
    schema = HenSchema()

    assert list(schema.by_name) == ["egg", "hen"]
    assert schema.by_name["hen"].cls is Hen


def test_label_schema_labels_may_refer_to_each_other_in_a_circle() -> None:
    egg, hen = HenSchema.specs

    assert egg.field("hen").labels == ("hen",)
    assert hen.field("eggs").labels == ("egg", "hen")


def test_label_schema_gives_keys_to_labels() -> None:
    assert HenSchema().label_keys() == {"egg": "e", "hen": "h"}
    assert HenSchema().label_keys(reserved=frozenset("eh")) == {"egg": "g", "hen": "h"}


@pytest.mark.parametrize("version", ["1", "1.0", "1.0.0-a", "v1.0.0", "", "1.0.0\n"])
def test_label_schema_refuses_a_version_that_is_none(version: str) -> None:
    with pytest.raises(SchemaError, match="three numbers"):
        type("OddSchema", (LabelSchema,), {"labels": (Egg, Hen)}, version=version)


@pytest.mark.parametrize("labels", [(), (int,), (Egg(**EGG),), ("egg",)], ids=["none", "int", "instance", "string"])
def test_label_schema_refuses_labels_that_are_none(labels: tuple[object, ...]) -> None:
    with pytest.raises(SchemaError, match="derive from Annotation"):
        type("OddSchema", (LabelSchema,), {"labels": labels}, version="1.0.0")


def test_label_schema_refuses_a_reference_to_a_label_that_it_has_not() -> None:
    with pytest.raises(SchemaError, match=r"Egg\.hen refers to 'hen'"):
        type("OddSchema", (LabelSchema,), {"labels": (Egg,)}, version="1.0.0")


def test_label_schema_refuses_a_name_that_is_none() -> None:
    with pytest.raises(SchemaError, match="lower-case"):
        type("OddSchema", (LabelSchema,), {"labels": (Egg, Hen)}, version="1.0.0", name="Odd-one")


def test_label_schema_refuses_two_rules_of_one_code() -> None:
    rule = Rule("X", Severity.ERROR, "Nothing.", "Nothing.")

    with pytest.raises(SchemaError, match="share a code"):
        type("OddSchema", (LabelSchema,), {"labels": (Egg, Hen), "rules": (rule, rule)}, version="1.0.0")


def test_label_schema_finds_nothing_unless_it_has_rules() -> None:
    assert list(HenSchema().check(Document.from_bytes("d", b"x"), [Egg(**EGG)])) == []


@pytest.mark.parametrize(
    "line",
    [
        HEN | {"age": True},
        HEN | {"age": "1"},
        HEN | {"age": 1.0},
        HEN | {"age": 21},
        HEN | {"age": -1},
        HEN | {"weight": 0},
        HEN | {"weight": float("nan")},
        HEN | {"colour": "blue"},
        HEN | {"colour": None},
        HEN | {"hen": "h"},
        HEN | {"eggs": ["e", 1]},
        HEN | {"eggs": "e"},
        EGG | {"eggs": []},
        EGG | {"label": "chicken"},
        EGG | {"extra": 1},
    ],
    ids=str,
)
def test_label_schema_refuses_a_line(line: Mapping[str, Any]) -> None:
    schema = HenSchema()

    with pytest.raises(ValidationError):
        schema.annotation.validate_python(line)
    with pytest.raises(ValidationError):
        schema.annotation.validate_json(json.dumps(line), strict=True)


def test_label_schema_reads_a_document_with_its_annotations() -> None:
    document = Document.from_bytes("d", b"x")
    header = LayerHeader(document="d", sha256=document.sha256, schema_id="hen@2.10.3", annotator="anna")
    model = HenSchema().labelled_document

    line = model(document=document, header=header, annotations=(Egg(**EGG), Hen(**HEN)))
    again = model.model_validate_json(line.model_dump_json(by_alias=True))

    assert again == line
    assert [type(each) for each in again.annotations] == [Egg, Hen]


# JSON Schema, by as much of a validator as these schemas need

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "array": list,
    "object": dict,
}  # fmt: skip
UNDERSTOOD = {
    "$defs", "$ref", "$schema", "additionalProperties", "anyOf", "const", "default", "description", "discriminator",
    "enum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minimum", "oneOf",
    "pattern", "prefixItems", "properties", "required", "title", "type",
}  # fmt: skip


def allows(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> bool:
    """Whether a JSON Schema allows a value."""
    assert schema.keys() <= UNDERSTOOD, schema.keys() - UNDERSTOOD
    if "$ref" in schema:
        return allows(root["$defs"][schema["$ref"].rpartition("/")[2]], value, root)
    if "type" in schema:
        is_of_type = isinstance(value, TYPES[schema["type"]])
        if not is_of_type or (isinstance(value, bool) and schema["type"] in ("integer", "number")):
            return False
    return (
        ("const" not in schema or value == schema["const"])
        and ("enum" not in schema or value in schema["enum"])
        and ("anyOf" not in schema or any(allows(each, value, root) for each in schema["anyOf"]))
        and ("oneOf" not in schema or sum(allows(each, value, root) for each in schema["oneOf"]) == 1)
        and (not isinstance(value, str) or allows_string(schema, value))
        and (not isinstance(value, int | float) or allows_number(schema, value))
        and (not isinstance(value, list) or allows_array(schema, value, root))
        and (not isinstance(value, dict) or allows_object(schema, value, root))
    )


def allows_string(schema: Mapping[str, Any], value: str) -> bool:
    return re.search(schema.get("pattern", ""), value) is not None and len(value) <= schema.get("maxLength", len(value))


def allows_number(schema: Mapping[str, Any], value: float) -> bool:
    above, low, high = (
        schema.get("exclusiveMinimum", value - 1),
        schema.get("minimum", value),
        schema.get("maximum", value),
    )
    return bool(above < value and low <= value <= high)


def allows_array(schema: Mapping[str, Any], value: list[Any], root: Mapping[str, Any]) -> bool:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    first = schema.get("prefixItems", [])
    rest = value[len(first) :]
    return all(allows(each, item, root) for each, item in zip(first, value, strict=False)) and all(
        allows(schema.get("items", {}), item, root) for item in rest
    )


def allows_object(schema: Mapping[str, Any], value: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    known = schema.get("properties", {})
    return (
        set(schema.get("required", ())) <= value.keys()
        and (schema.get("additionalProperties", True) is not False or value.keys() <= known.keys())
        and all(allows(known[key], each, root) for key, each in value.items() if key in known)
    )


ACTOR = {"id": "a", "label": "actor", "start": 0, "end": 1, "text": "x", "kind": "state", "entity": "one"}
SAID = {
    "id": "r", "label": "attribution", "start": 0, "end": 1, "text": "x", "source": [[2, 3]],
    "content": [[4, 5], [6, 7]], "type": "belief", "source_kind": "named", "speakers": ["a"], "score": 0.5,
    "settled": {"how": "agreed", "layers": ["x"]},
}  # fmt: skip
DRUG = {
    "id": "d", "label": "drug", "start": 0, "end": 9, "fragments": [[0, 2], [4, 9]], "text": "x y", "dose": 1.5,
    "started": "2020-02-29",
}  # fmt: skip
REACTION = {"id": "r", "label": "reaction", "start": 0, "end": 1, "text": "x", "severeness": "mild", "signs": ["rash"]}


@pytest.mark.parametrize(
    ("schema", "line", "changes"),
    [
        (HenSchema(), HEN | {"eggs": ["e"], "age": 20}, {"age": [True, "1", 1.5, 21, -1], "weight": [0, "1"]}),
        (HenSchema(), EGG, {"label": ["hens", None], "hen": [1], "extra": [1], "id": ["", "a b", 1], "text": [None]}),
        (SecuritySchema(), ACTOR, {"kind": ["moon", None], "start": [-1, 2**31, "0", None, False], "mention": ["no"]}),
        (SecuritySchema(), SAID, {"content": [None, [], [[1]], [[1, 2, 3]], "x"], "speakers": ["a", [1]],
                                  "score": [2, "1"], "settled": [{"how": "so"}, {}, {"how": "new", "by": "me"}]}),
        (AdverseEventSchema(), DRUG, {"dose": [0, 200_000, "much"], "started": [1], "route": ["air"], "score": [True]}),
        (AdverseEventSchema(), REACTION, {"severeness": ["none", None], "days": [-1, 1.5], "signs": [["itch"], "rash"],
                                          "remark": ["x" * 201], "hospitalised": ["maybe", None]}),
    ],
    ids=["hen", "egg", "actor", "attribution", "drug", "reaction"],
)  # fmt: skip
def test_json_schema_allows_what_the_schema_allows(
    schema: LabelSchema, line: dict[str, Any], changes: Mapping[str, list[Any]]
) -> None:
    published = json.loads(json.dumps(schema.json_schema()))

    assert schema.annotation.validate_json(json.dumps(line), strict=True).id == line["id"]
    assert allows(published, line, published)
    for field, values in changes.items():
        for value in values:
            wrong = line | {field: value}
            with pytest.raises(ValidationError):
                schema.annotation.validate_json(json.dumps(wrong), strict=True)
            assert not allows(published, wrong, published), wrong
    for field in ("id", "start", "end", "text"):
        assert not allows(published, {key: value for key, value in line.items() if key != field}, published)


def test_json_schema_says_what_it_is_and_describes_fields() -> None:
    published = HenSchema().json_schema()

    assert published["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert published["title"] == "hen@2.10.3"
    assert published["$defs"]["Hen"]["properties"]["age"]["description"] == "In years."
    assert published["$defs"]["Hen"]["properties"]["start"]["description"] == "The first code point covered."


def test_json_schema_of_one_label_is_that_label_s() -> None:
    class LoneSchema(LabelSchema, version="1.0.0"):
        labels = (Lone,)

    published = LoneSchema().json_schema()

    assert published["title"] == "lone@1.0.0"
    assert published["properties"]["flag"]["description"] == "Whether it waves."
    assert allows(published, EGG | {"label": "lone", "flag": True}, published)


class Lone(Annotation):
    """The only label."""

    flag: bool = False
    """Whether it waves."""
