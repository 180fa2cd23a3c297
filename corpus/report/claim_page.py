"""Claims: every proposition on which sources differ, with who holds what of it, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.report import addresses
from corpus.report.mentions import Context
from corpus.report.press import Press
from schemas import Claim, Entity, Position

_PER_PAGE = 100
_KIND = "claims"


@dataclass(frozen=True, slots=True)
class Said:
    """Where a position's annotation is shown, and its words."""

    page: str
    annotation: str
    context: Context


@dataclass(frozen=True, slots=True)
class ShownPosition:
    """One position, with what its ids lead to."""

    position: Position
    entity: Entity | None
    said: Said | None
    document_page: str | None


def pages(claims: Mapping[str, Claim]) -> dict[str, str]:
    """The page of each claim."""
    return {name: addresses.listing(_KIND, place // _PER_PAGE + 1) for place, name in enumerate(claims)}


def write(
    press: Press,
    claims: Mapping[str, Claim],
    entities: Mapping[str, Entity],
    said: Mapping[tuple[str, str], Said],
    documents: Mapping[str, str],
) -> None:
    """Writes the claims, so many on a page.

    Args:
        press: Where to.
        claims: Every claim.
        entities: Every entity.
        said: The annotations that positions name, by document and id.
        documents: The page of each document.
    """
    shown = [
        (claim, [_shown(each, entities, said, documents) for each in claim.positions]) for claim in claims.values()
    ]
    parts = max(1, -(-len(shown) // _PER_PAGE))
    for number in range(1, parts + 1):
        press.page(
            addresses.listing(_KIND, number),
            "claims",
            claims=shown[(number - 1) * _PER_PAGE : number * _PER_PAGE],
            total=len(shown),
            number=number,
            parts=parts,
        )


def _shown(
    position: Position,
    entities: Mapping[str, Entity],
    said: Mapping[tuple[str, str], Said],
    documents: Mapping[str, str],
) -> ShownPosition:
    return ShownPosition(
        position=position,
        entity=entities.get(position.entity) if position.entity else None,
        said=said.get((position.document, position.annotation)) if position.annotation else None,
        document_page=documents.get(position.document),
    )
