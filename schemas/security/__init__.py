"""Security cooperation: who acts, which armed groups there are, which measures are taken or asked for, and who says so.

The labels and the rules are those of the annotation guidelines, version 1.0.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from schemas.annotation import Annotation
from schemas.document import Document
from schemas.extent import Extent
from schemas.finding import Finding, Rule
from schemas.label_schema import LabelSchema
from schemas.security.check import broken_rules
from schemas.security.edges import tidied
from schemas.security.labels import ACTOR_KINDS, Actor, Attribution, Group, Measure
from schemas.security.rules import RULES

__all__ = ["ACTOR_KINDS", "Actor", "Attribution", "Group", "Measure", "SecuritySchema"]


class SecuritySchema(LabelSchema, version="1.0.0"):
    """Actors, groups, measures and attributions in texts on security cooperation."""

    labels = (Actor, Group, Measure, Attribution)
    entity_kinds: ClassVar[tuple[str, ...]] = (*ACTOR_KINDS, "group")
    rules: ClassVar[tuple[Rule, ...]] = RULES
    looks_again: ClassVar[bool] = False

    def snap(self, text: str, extent: Extent) -> Extent | None:
        """Leaves out what rules G1 and G2 keep outside: blanks, stops and bullets at the edges, and the possessive."""
        return tidied(text, extent)

    def check(self, document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
        """What breaks the guidelines' rules in one layer of a document."""
        return broken_rules(document, annotations)
