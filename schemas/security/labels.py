"""The labels: who acts, which armed groups there are, which measures are taken or asked for, and who says so."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import computed_field, model_validator
from pydantic_core import PydanticCustomError

from schemas.annotation import Annotation, EntityId, Keys, Ref
from schemas.extent import Extent
from schemas.security.plover import PloverEvent, event_of

ACTOR_KINDS = (
    "person",
    "state",
    "government_body",
    "military",
    "intelligence",
    "igo",
    "media",
    "population",
    "other",
)


class Actor(Annotation, key="a"):
    """A person, state, organ of a state, intergovernmental body, medium, population or other organisation that is shown
    acting, deciding, speaking, being addressed, or bearing a policy. Put "the government (or the people, or the
    officials) of X" in its place: if the sentence still says the same, mark it. A mere place is not marked.
    """

    mention: Literal["name", "nominal", "pronoun"] = "name"
    """How it is mentioned: by name, by a common noun, or by a pronoun (only where that fills a link)."""
    kind: Literal[
        "person", "state", "government_body", "military", "intelligence", "igo", "media", "population", "other"
    ]
    """What it is. A state's own name for its government is a state."""
    metonymy: Literal["none", "capital", "institution"] = "none"
    """Whether a capital or an institution stands for a government, as in `Washington has identified`."""
    entity: Annotated[str, EntityId(*ACTOR_KINDS, same_as="kind")] | None = None
    """Who it is; required for a name, otherwise where the referent is clear."""

    @model_validator(mode="after")
    def name_has_entity(self) -> Self:
        if self.mention == "name" and self.entity is None:
            raise PydanticCustomError("entity_required", "an actor's name needs an entity", {"field": "entity"})
        return self


class Group(Annotation, key="g"):
    """A non-state armed organisation, or an unnamed set of them, as the text designates it. Not a religious or ethnic
    community, not `terrorism` or `militancy` as such, not a single attack. A named person is an actor.
    """

    mention: Literal["name", "nominal", "pronoun"] = "nominal"
    """How it is mentioned: by name, by a common noun, or by a pronoun."""
    kind: Literal["named", "generic", "members"] = "generic"
    """A named organisation, an unnamed set of them, or their members as people."""
    designation: Literal["militant", "terrorist", "insurgent", "extremist", "proxy", "non_state", "none"]
    """The text's own word for it."""
    state_link: Literal["none", "hosted", "supported", "directed", "opposed"] = "none"
    """What the same sentence claims of a state's part in it; the strongest that is claimed."""
    entity: Annotated[str, EntityId("group")] | None = None
    """Which group it is; required for a named one."""

    @model_validator(mode="after")
    def named_has_entity(self) -> Self:
        if self.kind == "named" and self.entity is None:
            raise PydanticCustomError("entity_required", "a named group needs an entity", {"field": "entity"})
        return self


class Measure(Annotation, key="m"):
    """An action, instrument, commitment or demand of policy that concerns security or the relations around it. Not an
    outcome, a goal, a topic, or violence by groups. The smallest phrase that still names the action with its object.
    """

    type: Annotated[
        Literal[
            "intelligence_sharing",
            "joint_operation",
            "training_exercise",
            "defence_partnership",
            "border_control",
            "sanctuary_denial",
            "terror_finance",
            "legal",
            "listing_sanction",
            "dialogue",
            "mediation",
            "ceasefire",
            "confidence_building",
            "exchange",
            "economic",
            "trade",
            "technology",
            "prevention",
            "treaty_suspension",
            "military_strike",
            "threat",
            "proxy_support",
            "other",
        ],
        Keys(military_strike="x", mediation="m"),
    ]
    """What is done. `sanctuary_denial` is a crackdown on groups or the end of support for them; `proxy_support` is a
    state's own support for, or sheltering of, groups."""
    status: Literal[
        "proposed",
        "recommended",
        "demanded",
        "committed",
        "announced",
        "implemented",
        "suspended",
        "rejected",
        "threatened",
        "hypothetical",
    ]
    """How far it is. `recommended` is the author's should or must, `demanded` one party's demand on another,
    `implemented` is done or going on."""
    laterality: Literal["unilateral", "bilateral", "multilateral", "unspecified"] = "unspecified"
    """How many parties act together."""
    initiators: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Who takes it."""
    targets: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Whom it is directed at."""
    partners: tuple[Annotated[str, Ref("actor")], ...] = ()
    """With whom, in mutual cooperation."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator on a property
    @property
    def plover_event(self) -> PloverEvent | None:
        """The PLOVER event that it maps to, by its type, status and laterality; nothing where PLOVER has none."""
        return event_of(self.type, self.status, self.laterality)


class Attribution(Annotation, key="t"):
    """A statement, belief, demand, intention, attitude or finding that the text ascribes to someone; anchored on its
    cue, the one contiguous piece that says most plainly that something is ascribed.
    """

    source: Extent | None = None
    """Who says it: the noun phrase with title and restrictive modifiers, appositives out; nothing when implicit."""
    content: Extent
    """All that is ascribed and nothing else; quotation marks of a direct quote in, the sentence's full stop out."""
    type: Literal["statement", "belief", "knowledge", "demand", "intention", "attitude", "evidence"]
    """What is ascribed."""
    form: Literal["direct", "indirect", "mixed"] = "indirect"
    """Quoted, told in other words, or both."""
    source_kind: Literal["named", "nominal", "pronoun", "anonymous", "collective", "document", "implicit"]
    """How the source is given; `implicit` exactly when there is no source."""
    polarity: Literal["positive", "negative"] = "positive"
    """Whether the ascription itself is negated."""
    distance: Annotated[Literal["neutral", "endorsing", "distancing"], Keys(distancing="d")] = "neutral"
    """Whether the text stands behind what is ascribed (endorsing) or keeps away from it (`reportedly`, `insists`)."""
    speakers: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Who the source phrase is or contains."""
    addressees: tuple[Annotated[str, Ref("actor", "group")], ...] = ()
    """Who is told or asked."""

    @model_validator(mode="after")
    def implicit_exactly_without_source(self) -> Self:
        if (self.source is None) != (self.source_kind == "implicit"):
            raise PydanticCustomError(
                "implicit_source", "source_kind is implicit exactly when there is no source", {"field": "source_kind"}
            )
        return self
