"""Entities: a list of all, and a page for each with every mention in its context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.report import addresses
from corpus.report.mentions import Mention, Mentions
from corpus.report.press import Press
from schemas import Claim, Entity

_PER_PAGE = 400
"""Mentions on a page, at some 700 bytes each."""

_PER_LIST = 500
"""Entities on a page of the list."""

_PLURAL = "entities"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entity in the list."""

    entity: Entity
    mentions: int
    documents: int


def write(press: Press, entities: Mapping[str, Entity], claims: Mapping[str, Claim], mentions: Mentions) -> None:
    """Writes the page of each entity, and the list, those with most mentions first."""
    held: dict[str, list[Claim]] = {}
    for claim in claims.values():
        for name in dict.fromkeys(position.entity for position in claim.positions if position.entity):
            held.setdefault(name, []).append(claim)
    listed = []
    for entity in entities.values():
        found = mentions.of(entity.id)
        listed.append(Listed(entity, len(found), len({each.document for each in found})))
        _write_one(press, entity, found, held.get(entity.id, ()))
    listed.sort(key=lambda each: (-each.mentions, each.entity.name.casefold(), each.entity.id))
    parts = max(1, -(-len(listed) // _PER_LIST))
    unknown = sorted(name for name in mentions if name not in entities)
    for number in range(1, parts + 1):
        press.page(
            addresses.listing(_PLURAL, number),
            "entities",
            listed=listed[(number - 1) * _PER_LIST : number * _PER_LIST],
            total=len(listed),
            unknown=unknown[:_PER_LIST],
            number=number,
            parts=parts,
        )


def _write_one(press: Press, entity: Entity, found: Sequence[Mention], claims: Sequence[Claim]) -> None:
    parts = max(1, -(-len(found) // _PER_PAGE))
    for number in range(1, parts + 1):
        here = found[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        press.page(
            addresses.entity(entity.id, number),
            "entity",
            entity=entity,
            total=len(found),
            documents=[(name, list(group)) for name, group in groupby(here, key=lambda each: each.document)],
            claims=claims,
            number=number,
            parts=parts,
        )
