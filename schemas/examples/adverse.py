"""Adverse drug events in case reports: a schema that has every type of field."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, computed_field

from schemas.annotation import Annotation, EntityId, Keys, Ref
from schemas.document import Document
from schemas.extent import Extent
from schemas.finding import Finding, Rule, Severity
from schemas.label_schema import LabelSchema


class Severeness(StrEnum):
    """How bad an event is."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    FATAL = "fatal"


class Drug(Annotation):
    """A substance that a patient took."""

    substance: Annotated[str, EntityId("substance")] | None = None
    """Which substance it is."""
    dose: Annotated[float, Field(gt=0, le=100_000)] | None = None
    """The dose in milligrams a day."""
    route: Literal["oral", "intravenous", "topical", "other"] = "oral"
    """How it was given."""
    started: datetime.date | None = None
    """The first day of treatment."""


class Reaction(Annotation, key="x"):
    """Something harmful that happened to a patient."""

    severeness: Annotated[Severeness, Keys(mild="1", moderate="2", severe="3", fatal="4")]
    """How bad it was."""
    hospitalised: bool = False
    """Whether the patient was taken to hospital."""
    days: Annotated[int, Field(ge=0, le=3650)] | None = None
    """After how many days it began."""
    site: Extent | None = None
    """The part of the body, as the text names it."""
    suspects: tuple[Annotated[str, Ref("drug")], ...] = ()
    """The drugs that the text blames."""
    signs: tuple[Literal["rash", "fever", "pain", "nausea", "bleeding"], ...] = ()
    """What was seen."""
    remark: Annotated[str, Field(max_length=200)] | None = None
    """Anything else."""

    @computed_field
    def is_serious(self) -> bool:
        """Whether it must be reported: severe, fatal, or with a stay in hospital."""
        return self.hospitalised or self.severeness in (Severeness.SEVERE, Severeness.FATAL)


class Causality(Annotation):
    """Words by which the text links a reaction to a drug."""

    reaction: Annotated[str, Ref("reaction")]
    """What happened."""
    drug: Annotated[str, Ref("drug")]
    """What is said to have caused it."""
    certainty: Literal["certain", "probable", "possible", "unlikely"] = "possible"
    """How sure the text is."""
    earlier: Annotated[str, Ref("causality")] | None = None
    """An earlier statement that this one takes back or confirms."""


_FATAL = Rule(
    "AE1",
    Severity.WARNING,
    "A fatal reaction names at least one suspected drug.",
    "Link the drug that the text blames, or lower the severeness.",
)


class AdverseEventSchema(LabelSchema, version="0.2.0"):
    """Drugs, reactions, and what the text says of their connection."""

    labels = (Drug, Reaction, Causality)
    entity_kinds: ClassVar[tuple[str, ...]] = ("substance",)
    rules: ClassVar[tuple[Rule, ...]] = (_FATAL,)

    def check(self, document: Document, annotations: Sequence[Annotation]) -> Iterator[Finding]:
        """What breaks the rule on fatal reactions."""
        for annotation in annotations:
            if (
                isinstance(annotation, Reaction)
                and annotation.severeness is Severeness.FATAL
                and not annotation.suspects
            ):
                yield _FATAL.finding(
                    f"“{annotation.text}” is fatal, but no drug is suspected",
                    annotation=annotation.id,
                    start=annotation.start,
                    end=annotation.end,
                )
