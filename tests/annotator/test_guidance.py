"""What a reviewer is told of a label or a field."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotator.guidance import Line, Topic, lines, markdown, paragraphs, topics
from corpus.guidelines import DECIDED, FILE, Case, Guidelines
from schemas.examples.adverse import AdverseEventSchema

if TYPE_CHECKING:
    from tests.annotator.conftest import Opener


def plain(told: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in told]


def test_guidance_names_every_label_and_its_fields_in_the_schemas_order() -> None:
    specs = AdverseEventSchema.specs
    found = [(topic.label.name, topic.name) for topic in topics(specs)]

    assert found == [(spec.name, name) for spec in specs for name in (spec.name, *(each.name for each in spec.fields))]


def test_guidance_tells_of_a_field_its_help_its_choices_with_keys_and_what_the_corpus_says() -> None:
    spec = next(each for each in AdverseEventSchema.specs if any(field.choices for field in each.fields))
    field = next(each for each in spec.fields if each.choices)
    case = Case("7", 12, 15, "rash", spec.name, {field.name: field.choices[0].value, "x": 1}, "4", "It was seen")
    own = Guidelines({f"{spec.name}.{field.name}": "Read **twice**."}, (case,))

    told = plain(lines(Topic(spec, field), "q", own))

    assert told[0].startswith(f"{spec.name} · {field.name}")
    assert paragraphs(field.help)[0] in told
    for choice in field.choices:
        assert f"  {choice.key}  {choice.name}" in told
    assert "Read twice." in told
    assert told[-1] == f"7:12 “rash” {field.name} {field.choices[0].value} (4) It was seen"


def test_guidance_without_guidelines_is_the_schemas_help() -> None:
    spec = AdverseEventSchema.specs[0]
    told = plain(lines(Topic(spec), "q", Guidelines()))

    assert told[0] == f"{spec.name}   key q"
    assert told[2:] == paragraphs(spec.help)


def test_guidance_reads_paragraphs_lists_and_tables() -> None:
    told = plain(
        list(markdown("One\ntwo.\n- a `b`\n  c\n- d\n\n| n | m |\n|---|:--|\n| `x` | y \\| z |\n| w | |\n\nEnd"))
    )

    assert told == ["One two.", "- a b c", "- d", "", "x", "    m: y | z", "w", "", "End"]


async def test_app_shows_the_guideline_of_the_field_that_is_asked_for(seeds: Path, opened: Opener) -> None:
    (seeds / FILE).write_text(
        "## `group`\n\nArmed \x1b[2J and [link=x]organised[/].\n\n### `group.designation`\n\nThe word.\n",
        encoding="utf-8",
    )
    (seeds / DECIDED).write_text(
        '{"document":"002","start":6,"end":21,"text":"militant groups","decision":{"label":"group"},'
        '"rule":"G5","why":"Head"}\n',
        encoding="utf-8",
    )
    async with opened(seeds, size=(120, 60)) as hand:
        await hand.over("militant groups")
        await hand.press("g", "f2")
        assert hand.asked == "GuidelineScreen"
        assert "group · designation" in hand.shown
        assert "The word." in hand.shown
        await hand.press("escape", "escape", "i")
        assert "Armed ␛[2J and [link=x]organised[/]." in hand.shown
        assert "002:6 “militant groups” (G5) Head" in hand.shown
        await hand.press("down", "down")
        assert "group · kind" in hand.shown
        await hand.press("i")
        assert hand.asked == "AnnotateScreen"


async def test_app_says_what_is_wrong_with_guidelines_and_shows_the_schemas_help(seeds: Path, opened: Opener) -> None:
    (seeds / FILE).write_bytes(b"\xff")
    async with opened(seeds, size=(120, 60)) as hand:
        await hand.press("i")

        assert any("GUIDELINES.md: byte 0 is not UTF-8" in told for told in hand.notifications)
        assert hand.asked == "GuidelineScreen"
        assert "key a" in hand.shown
