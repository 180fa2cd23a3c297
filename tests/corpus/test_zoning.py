"""Zones by the rules: those of the seeds, those of other layouts, and that they always partition the text."""

from __future__ import annotations

import importlib.resources
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.corpus import Corpus
from corpus.zoning import propose
from schemas import Zone

SEEDS = Path(__file__).parents[2] / "seeds"

EXPECTED = {
    "000": """
        title        Fostering a Pakistan-India Security Partners
        body         Zalmay Khalilzad, the US Special Representat
        body         Washington has identified several pivotal ar
        list_item    - Strengthening border surveillance and cont
        list_item    - Coordinated counterterrorism missions
        list_item    - Institutionalized communication between in
        list_item    - Firm commitments to prevent sanctuary for
        table_header Militant Organization
        table_header Known Operational Zones
        table_header US Strategic Focus
        table_cell   Jaish-e-Mohammed
        table_cell   Pakistan-administered Kashmir
        table_cell   Disrupting financial networks
        table_cell   Lashkar-e-Taiba
        table_cell   Punjab and Kashmir areas
        table_cell   Enhancing intelligence collaboration
        table_cell   Tehrik-i-Taliban Pakistan
        table_cell   Federally Administered Tribal Areas
        table_cell   Monitoring cross-border movements
        heading      Challenges in Curbing Pakistan-Based Militan
        body         U.S. Special Representative Nicholas Vance r
        body         Key insights from Vance’s statement include:
        list_item    - The United States remains optimistic about
        list_item    - Cross-border infiltration by militants rem
        list_item    - Strengthening diplomatic communication cha
        list_item    - Eliminating militant sanctuaries demands a
        table_header Dimension
        table_header Obstacles
        table_header US Strategy
        table_cell   Diplomatic Relations
        table_cell   Deep-rooted mistrust between India and Pakis
        table_cell   Facilitating dialogue and confidence-buildin
        table_cell   Militant Safe Havens
        table_cell   Limited governmental control in border regio
        table_cell   Promoting joint security operations
        table_cell   Intelligence Coordination
        table_cell   Fragmented and irregular information exchang
        table_cell   Encouraging transparent and secure communica
        heading      US Role in Shaping South Asian Security Dyna
        body         The United States’ growing involvement in So
        body         Core strategic elements of this US engagemen
        list_item    - Bolstering bilateral intelligence sharing
        list_item    - Facilitating diplomatic initiatives to eas
        list_item    - Supporting regional security alliances tha
        list_item    - Utilizing US diplomatic influence and mili
        table_header Focus Area
        table_header Expected Outcome
        table_header US Contribution
        table_cell   Counterterrorism
        table_cell   Decline in militant attacks and enhanced reg
        table_cell   Operational support and strategic facilitati
        table_cell   Diplomatic Engagement
        table_cell   Improved communication and reduced hostility
        table_cell   Acting as mediator and trust-builder
        table_cell   Regional Security Cooperation
        table_cell   Strengthened multilateral partnerships and i
        table_cell   Capacity development and advocacy
        heading      Enhancing Bilateral Counterterrorism Efforts
        body         To effectively combat terrorism, the United
        body         Policymakers should prioritize the following
        list_item    - Reinforcing legal systems to ensure effect
        list_item    - Implementing confidence-building measures
        list_item    - Promoting community-based programs aimed a
        table_header Focus Area
        table_header Goal
        table_header Expected Result
        table_cell   Intelligence Sharing
        table_cell   Timely exchange of information on militant a
        table_cell   Rapid disruption of terror plots
        table_cell   Joint Operations
        table_cell   Coordinated military actions targeting milit
        table_cell   Reduction of terrorist safe havens
        table_cell   Legal Cooperation
        table_cell   Standardized prosecution procedures for terr
        table_cell   Increased conviction rates and deterrence
        heading      Conclusion: Pathways to Regional Stability
        body         In conclusion, as emphasized by US Special R
    """,
    "001": """
        body         In a significant diplomatic overture, Pakist
        heading      The Context of the Proposal
        body         South Asia has long been a hotspot for geopo
        body         The backdrop to this proposal is multifacete
        heading      Terrorism in South Asia: A Shared Challenge
        body         The scourge of terrorism has impacted every
        body         The 2008 Mumbai attacks remain a grim remind
        heading      Pakistan’s Call for Cooperation: Key Aspects
        body         The proposal reportedly includes measures su
        body         Intelligence Sharing: Effective counter-terr
        body         Joint Training Initiatives: Training program
        body         Coordinated Military Operations: By undertak
        heading      The Geopolitical Implications
        body         The proposal is not just a regional matter b
        body         Moreover, the involvement of international a
        heading      Challenges to Implementation
        body         Despite its potential, the proposal faces se
        body         Political dynamics within both nations also
        body         Furthermore, the proposal’s success hinges o
        heading      Path Forward for Regional Unity
        body         For this initiative to succeed, a phased and
        heading      Call for Optimism
        body         While skepticism is natural, this proposal s
        heading      Expanding the Vision for South Asia’s Future
        body         South Asia’s challenges are deeply interconn
        heading      Cultural Diplomacy as a Catalyst
        body         Cultural diplomacy has often played a pivota
        heading      Leveraging Technology for Counter-Terrorism
        body         Advancements in technology offer unprecedent
        heading      The Role of Regional Organizations
        body         Organizations like the South Asian Associati
        heading      Conclusion: Towards a Shared Vision
        body         The fight against terrorism is not just a ba
        residue      By addressing these additional dimensions, t
    """,
    "002": """
        body         Using militant groups as proxies to attain f
        heading      U.S. Criticism of Pakistan and Alternative P
        body         In a press conference earlier this month, Pa
        body         These actions can be seen as a response to U
        body         Do these indicators signal a true shift in P
        body         While U.S.-Pakistan relations have suffered
        body         The presence of alternative partners may see
        heading      Waning International Support
        body         President Trump’s speech was distinct from p
        body         Importantly, however, this disapproval of Pa
        body         The BRICS statement indicates China may have
        body         As such, the international community is losi
        body         These political challenges speak to the diff
        furniture    Editor’s Note: Click here to read this artic
        furniture    Image 1: GovernmentZA via Flickr.
        furniture    Image 2: USAID Pakistan via Flickr.
        furniture    Share this:
        furniture    Related articles
        furniture    Strengthening Ties in Turquoise Waters: Indi
        furniture    Strengthening Ties in Turquoise Waters: Indi
        furniture    On April 20, Chinese foreign minister Wang Y
        furniture    As Myanmar’s Resistance Makes Headway, India
        furniture    New Horizons: Exploring the Potential for In
        furniture    Following Greek Prime Minister Kyriakos Mits
    """,
    "003": """
        title        US intervention helps de-escalate Indo-Pak t
        duplicate    US intervention helps de-escalate Indo-Pak t
        summary      • US intervention facilitated India-Pakistan
        summary      • Rubio contacted Munir, offered US assistan
        summary      • Pakistan's IMF bailout, despite India's ab
        body         The article details the behind-the-scenes di
        body         The significance of the US role in facilitat
        body         The aftermath of this ceasefire remains unce
        furniture    Source: How the needle moved: Escalation by
        furniture    Post a Comment
        furniture    Previous Post Next Post
    """,
    "004": """
        title        Military Cooperation
        furniture    | Editorial
        body         The third round of the Russia-Pakistan Joint
        body         Since 2014, Russia and Pakistan have been st
        inserted     Islamabad relieves corona sops, extends busi
        body         In light of the renewed threat from non-stat
        body         With the blame being levied on Pakistan for
        body         Where once encirclement was our biggest conc
        furniture    Source: Published in The Nation
        furniture    About The CSS Point
        furniture    The CSS Point is the Pakistan 1st Free Onlin
        furniture    The CSS Point - The Best Place for All CSS A
        furniture    March 2024 M T W T F S S 123 45678910 111213
    """,
}
"""The zones of each seed with their first words, without the bars and dashes of tables."""

SENTENCE = "The minister said that both sides would meet again next month to talk about trade and the border."
LONG = " ".join([SENTENCE] * 4)


def seed(name: str) -> str:
    """The text of a seed, exactly."""
    (path,) = SEEDS.glob(f"{name}_*.txt")
    return path.read_bytes().decode("utf-8")


def shown(text: str, zone: Zone) -> str:
    """A zone's kind and its first words, blanks folded."""
    words = " ".join(text[zone.start : zone.end].split())
    return f"{zone.kind:<12} {words[:44]}".rstrip()


def kinds(text: str) -> list[tuple[str, str]]:
    """Every zone's kind and words, without the blanks around them."""
    return [(zone.kind, text[zone.start : zone.end].strip()) for zone in propose(text)]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_zoning_gives_a_seed_the_zones_of_the_guidelines(name: str) -> None:
    text = seed(name)

    zones = [shown(text, zone) for zone in propose(text) if zone.kind != "table_rule"]

    assert zones == [line.strip() for line in EXPECTED[name].strip().split("\n")]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_zoning_of_the_bundled_corpus_is_what_the_rules_propose(name: str) -> None:
    with importlib.resources.as_file(importlib.resources.files("corpus") / "data") as folder:
        document = Corpus.open(folder).document(name)

    assert document.text == seed(name)
    assert document.zones == propose(document.text)


def test_zoning_closes_every_bar_and_row_of_dashes_of_a_table() -> None:
    text = seed("000")

    rules = [text[zone.start : zone.end].strip() for zone in propose(text) if zone.kind == "table_rule"]
    others = [text[zone.start : zone.end] for zone in propose(text) if zone.kind != "table_rule"]

    assert sorted(set(rules)) == ["---|---|---|", "|"]
    assert len(rules) == 4 * (4 * 3 + 1)
    assert not any("|" in words for words in others)


def test_zoning_puts_blanks_into_the_zone_before_them() -> None:
    text = seed("003")

    zones = propose(text)

    assert text[zones[1].start : zones[1].end].endswith("\n  ")
    assert not any(text[zone.start].isspace() for zone in zones[1:])


def test_zoning_gives_leading_blanks_to_the_first_zone() -> None:
    text = seed("001")

    assert text[0] == "\n"
    assert propose(text)[0].start == 0
    assert propose(text)[0].kind == "body"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Editor’s Note: This article was first published in 2019.", "furniture"),
        ("Author's note: The views are mine.", "furniture"),
        ("Image 1: A Person via Flickr.", "furniture"),
        ("Photo credit: Somebody", "furniture"),
        ("Photos of the meeting were shown on television.", "body"),
        ("Share this:", "furniture"),
        ("Share on Facebook", "furniture"),
        ("Like many before him, he said:", "body"),
        ("Source: The Daily Paper", "furniture"),
        ("Sources close to the minister said otherwise.", "body"),
        ("Updated: 3 May 2021", "furniture"),
        ("All rights reserved.", "furniture"),
        ("© 2020 The Daily Paper", "furniture"),
        ("Post a Comment", "furniture"),
        ("Previous Post Next Post", "furniture"),
        ("5 min read", "furniture"),
        ("Also Read: Shops open late in the capital", "inserted"),
        ("He read it also.", "body"),
        ("Why It Matters", "heading"),
        ("## Why it matters", "heading"),
        ("Why it matters is clear.", "body"),
        ("These are the points:", "body"),
        ("1947", "body"),
        ("-----", "table_rule"),
        ("* * *", "table_rule"),
        ("• One thing", "list_item"),
        ("- One thing", "list_item"),
        ("— Who is there?", "body"),
        ("A Title", "duplicate"),
        ("a  title", "duplicate"),
    ],
)
def test_zoning_knows_a_line_between_paragraphs(line: str, kind: str) -> None:
    text = f"A Title\n\n{LONG}\n\n{line}\n\n{LONG}\n"

    assert kinds(text) == [("title", "A Title"), ("body", LONG), (kind, line), ("body", LONG)]


@pytest.mark.parametrize(
    "words",
    [
        "This revised version delves into the causes of the conflict.",
        "As an AI language model, I cannot give an opinion.",
        "I hope this helps! Let me know if you need more.",
    ],
)
def test_zoning_finds_residue_at_the_end_only(words: str) -> None:
    assert kinds(f"{LONG}\n{words}")[-1] == ("residue", words)
    assert ("body", words) in kinds(f"{LONG}\n{words}\n{LONG}\n{LONG}")


def test_zoning_leaves_a_revised_treaty_alone() -> None:
    words = "The revised draft of the treaty was signed in Lahore."

    assert kinds(f"{LONG}\n{words}")[-1] == ("body", words)


def test_zoning_takes_numbers_for_a_list_only_beside_each_other() -> None:
    assert kinds(f"{LONG}\n1. First step.\n2. Second step.")[1:] == [
        ("list_item", "1. First step."),
        ("list_item", "2. Second step."),
    ]
    assert kinds(f"{LONG}\n1. First step.\n{LONG}")[1] == ("body", "1. First step.")


def test_zoning_takes_bullets_above_an_article_for_a_summary_and_others_for_a_list() -> None:
    above = kinds(f"A Title\n• One\n• Two\n\n{LONG}\n• Three\n")

    assert [kind for kind, _ in above] == ["title", "summary", "summary", "body", "list_item"]


def test_zoning_joins_lines_that_were_broken_to_fit_a_page() -> None:
    first = (
        "The parties met in the capital on Monday to discuss\nthe matter of water. They agreed that the flow\n"
        "of the river be measured."
    )
    second = "A second paragraph follows, and it is also quite\nlong, so that one line is not enough."

    assert kinds(f"The Treaty\n\n{first}\n\n{second}\n") == [("title", "The Treaty"), ("body", first), ("body", second)]


def test_zoning_reads_a_table_without_dashes_as_cells() -> None:
    assert kinds("| a | b |\n| c |  |\n") == [
        ("table_rule", "|"),
        ("table_cell", "a"),
        ("table_rule", "|"),
        ("table_cell", "b"),
        ("table_rule", "|"),
        ("table_rule", "|"),
        ("table_cell", "c"),
        ("table_rule", "|  |"),
    ]


def test_zoning_leaves_a_bar_in_a_sentence_alone() -> None:
    text = "He wrote a | b on the board.\nNobody knew why.\n"

    assert [kind for kind, _ in kinds(text)] == ["body", "body"]


def test_zoning_closes_the_tail_of_a_page_but_no_article_after_share_links() -> None:
    page = f"A Title\nBy A. N. Author\nShare this:\n\n{SENTENCE}\n\n{SENTENCE}\n\n{SENTENCE}\n\n"

    whole = kinds(page + "Related articles\n\nShops open late\n\nRain is expected…\n")

    assert [kind for kind, _ in whole] == ["title", "furniture", "body", "body", "body", *["furniture"] * 3]
    assert whole[1] == ("furniture", "By A. N. Author\nShare this:")


def test_zoning_leaves_a_long_section_after_a_tail_line_open() -> None:
    text = f"A Title\n\n{LONG}\n\nRelated news\n\n{LONG}\n"

    assert [kind for kind, _ in kinds(text)] == ["title", "body", "heading", "body"]


def test_zoning_takes_one_glued_headline_for_inserted_and_several_for_headings() -> None:
    glued = "Shops in the capital stay open until ten"

    one = kinds(f"A Title\n\n{LONG}\n\n{glued}\n{LONG}\n\n{LONG}\n")
    two = kinds(f"A Title\n\n{LONG}\n\n{glued}\n{LONG}\n\nWhy the talks failed in the end\n{LONG}\n")

    assert ("inserted", glued) in one
    assert ("heading", glued) in two


def test_zoning_closes_a_calendar() -> None:
    calendar = "March 2024\nM T W T F S S\n123\n45678910"

    assert kinds(f"{LONG}\n\n{calendar}\n")[-1] == ("furniture", calendar)


def test_zoning_keeps_lines_of_other_scripts_open() -> None:
    title, paragraph = "پاکستان اور بھارت", "وزیر خارجہ نے منگل کو کہا کہ دونوں فریق ملاقات کریں گے۔"

    assert kinds(f"{title}\n\n{paragraph}\n") == [("title", title), ("body", paragraph)]


def test_zoning_counts_carriage_returns_and_separators() -> None:
    text = f"A Title\r\n\r\n{LONG}\u2028{LONG}\r\n"

    zones = propose(text)

    assert [zone.kind for zone in zones] == ["title", "body", "body"]
    assert [zone.start for zone in zones] == [0, 11, 11 + len(LONG) + 1]


def test_zoning_of_nothing_is_nothing_and_of_blanks_one_zone() -> None:
    assert propose("") == ()
    assert propose(" \n\n") == (Zone(start=0, end=3, kind="body"),)


def test_zoning_gives_one_zone_to_what_has_more_lines_than_an_article() -> None:
    text = "x\n" * 100_001

    assert propose(text) == (Zone(start=0, end=len(text), kind="body"),)


PIECES = st.sampled_from(
    [
        SENTENCE, "A Title", "A Title | News", "a line that goes on\nand on", "- item", "1. item", "• item",
        "| a | b |", "---|---|", "|", "||", "a | b", "-", "***", ".", "”", "\u2028", "\ufeff", "پاکستان", "👩\u200d👧",
        "By A. B.", "# Heading", "Editor’s Note: x", "Share this:", "Related articles", "March 2024", "45678",
        "M T W T F S S", "As an AI model, no.", "Also read: x",
    ]
)  # fmt: skip
BREAKS = st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n", " ", "\n  ", "\u2029", "\x85", "\x0b", "\xa0\n", ""])
LAYOUTS = st.lists(st.tuples(PIECES, BREAKS)).map(lambda pairs: "".join(piece + end for piece, end in pairs))


@given(st.one_of(LAYOUTS, st.text(), st.text(alphabet="ab .:|-•\n\r\u2028\x1c1)")))
def test_zoning_partitions_any_text(text: str) -> None:
    zones = propose(text)

    assert "".join(text[zone.start : zone.end] for zone in zones) == text
    assert all(zone.start < zone.end for zone in zones)
    assert [zone.start for zone in zones[1:]] == [zone.end for zone in zones[:-1]]
    assert not any(re.match(r"\s", text[zone.start]) for zone in zones[1:])
    assert propose(text) == zones
