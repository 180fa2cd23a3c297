"""Which PLOVER event a measure maps to."""

from __future__ import annotations

from typing import get_args

import pytest

from schemas import Kind
from schemas.security import Measure, SecuritySchema
from schemas.security.plover import PloverEvent, event_of

TYPES = SecuritySchema().by_name["measure"].field("type")
STATUSES = SecuritySchema().by_name["measure"].field("status")


@pytest.mark.parametrize(
    ("type_", "status", "laterality", "event"),
    [
        ("intelligence_sharing", "implemented", "bilateral", "COOPERATE"),
        ("intelligence_sharing", "committed", "bilateral", "AGREE"),
        ("intelligence_sharing", "demanded", "bilateral", "REQUEST"),
        ("intelligence_sharing", "rejected", "bilateral", "REJECT"),
        ("training_exercise", "implemented", "unilateral", "MOBILIZE"),
        ("training_exercise", "implemented", "bilateral", "COOPERATE"),
        ("border_control", "implemented", "unspecified", "MOBILIZE"),
        ("border_control", "implemented", "bilateral", "COOPERATE"),
        ("ceasefire", "announced", "bilateral", "CONCEDE"),
        ("ceasefire", "implemented", "bilateral", "RETREAT"),
        ("military_strike", "hypothetical", "unilateral", "THREATEN"),
        ("listing_sanction", "threatened", "unilateral", "THREATEN"),
        ("treaty_suspension", "implemented", "unilateral", "SANCTION"),
        ("other", "implemented", "unilateral", None),
        ("proxy_support", "implemented", "unilateral", None),
    ],
)
def test_plover_event_follows_the_table(type_: str, status: str, laterality: str, event: str | None) -> None:
    assert event_of(type_, status, laterality) == event


def test_plover_has_an_answer_for_every_type_and_status() -> None:
    events = {event_of(str(a.value), str(b.value), "unspecified") for a in TYPES.choices for b in STATUSES.choices}

    assert events <= {None, *get_args(PloverEvent)}
    assert {None, "AGREE", "REQUEST", "REJECT", "THREATEN"} <= events


def test_plover_event_is_derived_and_never_stored() -> None:
    made = Measure(id="m", label="measure", start=0, end=5, text="talks", type="dialogue", status="implemented")
    (derived,) = SecuritySchema().by_name["measure"].derived

    assert made.plover_event == "CONSULT"
    assert "plover_event" not in made.to_record()
    assert (derived.name, derived.kind, derived.nullable) == ("plover_event", Kind.CHOICE, True)
