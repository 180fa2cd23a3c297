"""Which steps lead from one version of a schema to another."""

from __future__ import annotations

import pytest

from schemas import Annotation, LabelSchema, Migration, SchemaError
from schemas.migration import Lines, path


def same(lines: Lines) -> Lines:
    return lines


def step(source: str, target: str) -> Migration:
    return Migration(source, target, same)


STEPS = (step("2.1.0", "3.0.0"), step("1.2.0", "2.0.0"), step("2.0.0", "2.1.0"))


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("1.0.0", "1.0.1", []),
        ("1.0.0", "3.0.0", ["2.0.0", "2.1.0", "3.0.0"]),
        ("1.2.0", "2.0.5", ["2.0.0"]),
        ("2.0.0", "2.1.3", ["2.1.0"]),
        ("2.1.1", "2.4.0", []),
        ("2.0.0", "3.1.0", ["2.1.0", "3.0.0"]),
        ("1.3.0", "2.0.0", None),
        ("3.0.0", "4.0.0", None),
        ("0.9.0", "1.0.0", None),
    ],
)
def test_migration_path_takes_the_steps_in_order(source: str, target: str, expected: list[str] | None) -> None:
    found = path(STEPS, source, target)

    assert (None if found is None else [each.target for each in found]) == expected


@pytest.mark.parametrize(
    ("source", "target"), [("1.0", "2.0.0"), ("1.0.0", "v2"), ("2.0.0", "2.0.0"), ("10.0.0", "9.0.0")]
)
def test_migration_leads_to_a_later_version(source: str, target: str) -> None:
    with pytest.raises(SchemaError):
        step(source, target)


def test_migration_of_a_schema_does_not_lead_beyond_it() -> None:
    class Thing(Annotation):
        """A thing."""

    with pytest.raises(SchemaError, match="later than"):

        class ThingSchema(LabelSchema, version="1.0.0"):
            """Things."""

            labels = (Thing,)
            migrations = (step("1.0.0", "2.0.0"),)
