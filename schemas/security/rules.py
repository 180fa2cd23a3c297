"""The rules, with their codes: `G1` to `G7` are the guidelines' own; `N` rules concern how attributions nest, `A` rules
their parts, `P` rules pronouns.
"""

from __future__ import annotations

from schemas.finding import Rule, Severity

G1 = Rule(
    "G1",
    Severity.ERROR,
    "No blank, comma, full stop, colon, bullet or | at an edge; quotation marks and brackets only in balanced pairs.",
    "Move the edge, or take in the partner of the quotation mark or bracket.",
)
G2 = Rule(
    "G2",
    Severity.ERROR,
    "The possessive stays outside, and every edge falls on a word boundary.",
    "Move the edge to the end of the word, before the possessive.",
)
G3 = Rule(
    "G3",
    Severity.ERROR,
    "An extent stays inside one zone; only content goes on in the next, as a new fragment.",
    "Shorten the extent to one paragraph, list item or table cell.",
)
G4 = Rule(
    "G4",
    Severity.ERROR,
    "Only content, and a measure split by coordination, may have more than one fragment.",
    "Make the extent one piece.",
)
G5 = Rule(
    "G5",
    Severity.ERROR,
    "A leading article or demonstrative is out, except inside a name and at the start of content.",
    "Begin the extent after the article.",
)
G6 = Rule(
    "G6",
    Severity.ERROR,
    "Actors, groups and measures may nest but never cross.",
    "Move an edge so that one lies inside the other or beside it.",
)
G6_PART = Rule(
    "G6-part",
    Severity.WARNING,
    "An actor that is only a part of a longer actor's title or name is not marked.",
    "Remove the inner actor, unless it owns or qualifies what follows it.",
)
G7 = Rule(
    "G7",
    Severity.NOTE,
    "Every mention is marked, not only the first.",
    "Mark it, unless it is a mere place here.",
)
N1 = Rule(
    "N1",
    Severity.ERROR,
    "Attributions nest at most three deep.",
    "Keep the three outermost, or correct a content that reaches too far.",
)
N2 = Rule(
    "N2",
    Severity.ERROR,
    "An attribution's cue, source and content do not overlap each other.",
    "Cut the content where the cue or the source interrupts it.",
)
N3 = Rule(
    "N3",
    Severity.ERROR,
    "An attribution lies inside another's content with all its parts or with none.",
    "Widen or shorten one of the two contents.",
)
A1 = Rule(
    "A1",
    Severity.ERROR,
    "An empty `It` or `There` is never a source.",
    "Leave the source empty and set source_kind to implicit.",
)
A2 = Rule(
    "A2",
    Severity.ERROR,
    "`that` belongs to the content, not to the cue.",
    "End the cue before `that`, and begin the content with it.",
)
P1 = Rule(
    "P1",
    Severity.WARNING,
    "Pronouns are marked only where they fill a link.",
    "Link the pronoun from an attribution or a measure, or remove it.",
)

RULES = (G1, G2, G3, G4, G5, G6, G6_PART, G7, N1, N2, N3, A1, A2, P1)
"""Every rule."""
