"""Text from outside as Markdown."""

from __future__ import annotations

import pytest

from corpus.markdown import code, literal, prose, table


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a_b *c* [d](e)", r"a\_b \*c\* \[d\](e)"),
        ("x\n---\nlicense: mit", "x --- license: mit"),
        ("<script>", r"\<script\>"),
        ("a | b", r"a \| b"),
        ("# no", r"\# no"),
        ("\x1b[31m\u202e\x85", "\ufffd\\[31m\ufffd"),
    ],
)
def test_markdown_literal_is_no_markup(text: str, written: str) -> None:
    assert literal(text) == written


def test_markdown_prose_keeps_code_and_nothing_else() -> None:
    assert prose("one of `a`,\n  `b` | <b>") == r"one of `a`, `b` \| &lt;b>"


@pytest.mark.parametrize(
    ("text", "written"),
    [("a", "`a`"), ("`", "`` ` ``"), ("a``b", "```a``b```"), ("|", r"`\|`"), ("", "(empty)"), ("\n", "(empty)")],
)
def test_markdown_code_is_fenced(text: str, written: str) -> None:
    assert code(text) == written


def test_markdown_table_has_a_line_for_each_row() -> None:
    assert list(table(("a", "b"), [("1", "2")])) == ["| a | b |", "|---|---|", "| 1 | 2 |"]
