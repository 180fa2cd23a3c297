"""What `safe` keeps, what it replaces, and that no sink of Rich or Textual changes its result again."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from textual.content import Content

from annotator.display import safe
from annotator.widgets.plain import content, rich_text, unmarked
from tests.annotator.hostile import MARKUP

EVERY_CODE_POINT = "".join(map(chr, range(sys.maxunicode + 1)))

PAYLOADS = [
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\x1b]52;c;aGk=\x1b\\",
    "\x1b]8;;http://x\x1b\\here\x1b]8;;\x1b\\",
    "\x1bP+q\x1b\\",
    "\x9b31m",
    "\x9d0;title\x9c",
    "\x90q\x9c",
    "\x08\x08\x08",
    "\r\n",
    "\x0b\x0c\x85",
    "\x7f",
    "\x00",
    "\u202eevil\u202c",
    "\u2066isolated\u2069",
    "\ufeff",
    "\ud83d",
    "\U000e0041\U000e007f",
]


def test_display_keeps_the_length_over_all_code_points() -> None:
    assert len(safe(EVERY_CODE_POINT)) == len(EVERY_CODE_POINT)


def test_display_maps_each_code_point_alone_as_in_company() -> None:
    assert "".join(safe(chr(code)) for code in range(0x3000)) == safe(EVERY_CODE_POINT[:0x3000])


def test_display_leaves_no_control_character_but_the_line_feed() -> None:
    left = {char for char in safe(EVERY_CODE_POINT) if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}}
    assert left == {"\n"}


@pytest.mark.parametrize(
    ("unsafe", "shown"),
    [
        ("\x00", "\u2400"),
        ("\t", "\u2409"),
        ("\x1b", "\u241b"),
        ("\r", "\u240d"),
        ("\x7f", "\u2421"),
        ("\x85", "\ufffd"),
        ("\x9b", "\ufffd"),
        ("\ud800", "\ufffd"),
        ("\u061c", "\ufffd"),
        ("\u200e", "\ufffd"),
        ("\u202e", "\ufffd"),
        ("\u2069", "\ufffd"),
        ("\ufeff", "\ufffd"),
        ("\U000e0001", "\ufffd"),
        ("\u2028", "\u2424"),
        ("\u2029", "\u2424"),
        ("\n", "\n"),
        ("\u200c\u200d", "\u200c\u200d"),
        ("\u00a0", "\u00a0"),
        ("Pakistan’s", "Pakistan’s"),
    ],
)
def test_display_replaces_what_a_terminal_would_act_on(unsafe: str, shown: str) -> None:
    assert safe(unsafe) == shown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_display_content_and_rich_text_change_nothing_more(payload: str) -> None:
    assert content(payload).plain == safe(payload) == rich_text(payload).plain


@pytest.mark.parametrize("markup", ["[bold]", "[/", "[/]", "[@click=app.quit]x[/]", "[link=https://x]", "$primary"])
def test_display_content_takes_markup_literally(markup: str) -> None:
    assert content(markup).plain == markup == rich_text(markup).plain
    assert content(markup).spans == []


@pytest.mark.parametrize("payload", [*PAYLOADS, *MARKUP.values(), "[", "\\", "\\[", "a [b] \\"])
def test_display_unmarked_is_given_back_by_markup(payload: str) -> None:
    assert Content.from_markup(unmarked(payload)) == content(payload)


def test_display_everything_safe_survives_content() -> None:
    shown = safe(EVERY_CODE_POINT)
    assert Content(shown).plain == shown
