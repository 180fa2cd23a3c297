"""The PLOVER event that a measure maps to, by its type and status. Derived by this table, never set by hand.

PLOVER is the event coding scheme of the Open Event Data Alliance (draft 2.0, 2024); its sixteen events are named below
as there. What is asked for is its `REQUEST`, what is promised or proposed its `AGREE`, what is refused its `REJECT`;
future cooperation is coded as `AGREE`, a ceasefire that is declared as `CONCEDE`, one that is kept as `RETREAT`. Which
of our types maps to which event is this project's choice, after PLOVER's own conversion of CAMEO codes; where PLOVER
has no event that fits, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

PloverEvent = Literal[
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
]
"""PLOVER's events, in its own order."""

_DONE: Mapping[str, PloverEvent] = {
    "intelligence_sharing": "COOPERATE",
    "joint_operation": "COOPERATE",
    "training_exercise": "COOPERATE",
    "defence_partnership": "COOPERATE",
    "border_control": "MOBILIZE",
    "sanctuary_denial": "COERCE",
    "terror_finance": "COERCE",
    "legal": "COOPERATE",
    "listing_sanction": "SANCTION",
    "dialogue": "CONSULT",
    "mediation": "CONSULT",
    "ceasefire": "RETREAT",
    "confidence_building": "SUPPORT",
    "exchange": "COOPERATE",
    "economic": "AID",
    "trade": "COOPERATE",
    "technology": "COOPERATE",
    "treaty_suspension": "SANCTION",
    "military_strike": "ASSAULT",
    "threat": "THREATEN",
}
"""What a measure is that was taken. `prevention`, `proxy_support` and `other` have no event."""

_HOSTILE = frozenset({"listing_sanction", "treaty_suspension", "military_strike", "threat"})
"""Types that, not yet done, are a threat and not an offer."""

_UNILATERAL: Mapping[str, PloverEvent] = {"training_exercise": "MOBILIZE"}
"""An exercise of one state alone mobilizes."""

_SHARED: Mapping[str, PloverEvent] = {"border_control": "COOPERATE"}
"""What several states do together cooperates, though one alone mobilizes."""


def event_of(type: str, status: str, laterality: str) -> PloverEvent | None:
    """The event, or none where PLOVER has none that fits."""
    done = _DONE.get(type)
    if done is None:
        return None
    match status:
        case "implemented" | "suspended":
            if laterality == "unilateral":
                return _UNILATERAL.get(type, done)
            return _SHARED.get(type, done) if laterality in ("bilateral", "multilateral") else done
        case "announced" if type == "ceasefire":
            return "CONCEDE"
        case "demanded":
            return "REQUEST"
        case "rejected":
            return "REJECT"
        case "threatened":
            return "THREATEN"
        case _:
            return "THREATEN" if type in _HOSTILE else "AGREE"
