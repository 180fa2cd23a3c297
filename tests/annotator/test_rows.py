"""Wrapping, and the way from code points to cells and back."""

from __future__ import annotations

import gc
import re
import weakref
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from annotator import rows as rows_module
from annotator.rows import HANGING, Rows

ALPHABET = "ab .\n\té\u0301\u200d\u200c\ufe0f👩🏽👨🇵🇰漢字क्षिमन\u0000\u202e\u00ad\u200b가ㅏ\u1100☺"
TEXTS = st.text(st.sampled_from(ALPHABET)) | st.text(st.sampled_from("abc  \n\r\t-’"))
WIDTHS = st.integers(1, 12)


def shown(text: str, width: int) -> list[str]:
    rows = Rows(text, width)
    return [text[slice(*rows[row])] for row in range(len(rows))]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [""]),
        ("\n", ["\n", ""]),
        ("abc", ["abc"]),
        ("abc\n", ["abc\n", ""]),
        ("one two three", ["one ", "two ", "three"]),
        ("on the way", ["on ", "the ", "way"]),
        ("a b c d", ["a b c ", "d"]),
        ("abcde fg", ["abcde ", "fg"]),
        ("abcde \nfg", ["abcde \n", "fg"]),
        ("abcdefgh", ["abcde", "fgh"]),
        ("ab\u2028cd\x0ce", ["ab\u2028cd", "\x0ce"]),
        ("a\r\nb", ["a\r\n", "b"]),
        ("漢字漢字", ["漢字", "漢字"]),
        ("漢字a漢字", ["漢字a", "漢字"]),
        ("ab 👨‍👩‍👧👨‍👩‍👧", ["ab 👨‍👩‍👧", "👨‍👩‍👧"]),
        ("abcde\u0301f", ["abcde\u0301", "f"]),
        ("abcdef\u0301", ["abcde", "f\u0301"]),
        (" bcd.漢", [" ", "bcd.", "漢"]),
        ("a bcdef", ["a ", "bcdef"]),
        ("a bcdefg", ["a ", "bcdef", "g"]),
        ("abcde       f", ["abcde ", "      ", "f"]),
    ],
)
def test_rows_wrap_five_cells_at_blanks(text: str, rows: list[str]) -> None:
    assert shown(text, 5) == rows


@given(TEXTS, WIDTHS)
def test_rows_cover_the_text_in_order(text: str, width: int) -> None:
    assert "".join(shown(text, width)) == text


@given(TEXTS, WIDTHS)
def test_rows_end_at_every_line_feed_and_only_the_last_may_be_empty(text: str, width: int) -> None:
    found = shown(text, width)
    assert all(row and "\n" not in row[:-1] for row in found[:-1])
    assert "\n" not in found[-1]


@given(TEXTS, WIDTHS)
def test_rows_are_no_wider_than_asked(text: str, width: int) -> None:
    rows = Rows(text, width)
    for row in range(len(rows)):
        parts = [part for part in rows.clusters(row) if part.cells]
        hangs = bool(parts) and text[parts[-1].start] in " \t"
        assert rows.line(row).width <= width + hangs or len(parts) == 1
        assert sum(part.cells or 1 for part in rows.clusters(row)) <= max(width, 2) + HANGING


@given(st.text(st.sampled_from("abc  \n-’")), WIDTHS)
def test_rows_take_every_word_that_fits(text: str, width: int) -> None:
    found = shown(text, width)
    for row, following in pairwise(found):
        if not row.endswith("\n"):
            word = re.match(r"[^ \n]*", following)
            assert word
            assert len(row) + len(word.group()) > width


@given(TEXTS, WIDTHS)
def test_rows_offset_at_undoes_cell_of_at_every_cluster_edge(text: str, width: int) -> None:
    rows = Rows(text, width)
    edges = [part.start for row in range(len(rows)) for part in rows.clusters(row)]
    assert edges == sorted(set(edges))
    for offset in [*edges, len(text)]:
        assert rows.offset_at(*rows.cell_of(offset)) == offset


@given(TEXTS, WIDTHS)
def test_rows_offset_at_of_any_cell_is_a_cluster_of_that_row(text: str, width: int) -> None:
    rows = Rows(text, width)
    for row in range(len(rows)):
        starts = {part.start for part in rows.clusters(row)} or {len(text)}
        if row == len(rows) - 1:
            starts.add(len(text))
        assert {rows.offset_at(row, cell) for cell in range(-1, width + 4)} <= starts


@given(TEXTS, WIDTHS)
def test_rows_never_part_a_cluster(text: str, width: int) -> None:
    wide = Rows(text, 10_000)
    whole = {part.start for row in range(len(wide)) for part in wide.clusters(row)}
    rows = Rows(text, width)
    assert {rows[row].start for row in range(len(rows))} <= whole | {len(text)}


@given(TEXTS, WIDTHS)
def test_rows_do_not_depend_on_the_pieces_they_are_found_in(text: str, width: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        once = shown(text, width)
        patch.setattr(rows_module, "_CHUNK", 1)
        patch.setattr(rows_module, "_HARD_CHUNK", 1)
        patch.setattr(rows_module, "_HARD_WINDOW", 1)
        patch.setattr(rows_module, "_PLAIN_AGAIN", 1)
        assert shown(text, width) == once


@given(st.text(st.sampled_from("abc  \n\r\t-’")), WIDTHS)
def test_rows_of_plain_text_agree_with_the_cluster_by_cluster_way(text: str, width: int) -> None:
    plain = shown(text + "’", width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows_module, "_HARD", re.compile("(?s:.)"))
        assert shown(text + "’", width) == plain


@given(TEXTS, WIDTHS)
def test_rows_drawn_pieces_fill_their_cells(text: str, width: int) -> None:
    rows = Rows(text, width)
    for row in range(len(rows)):
        line = rows.line(row)
        assert cell_len(line.drawn(line.start, line.visible_end)) == line.width
        for part in line.clusters:
            low, high = line.cells(part.start, part.end)
            assert cell_len(line.drawn(part.start, part.end)) == high - low == part.cells


@given(TEXTS, st.data())
def test_rows_snap_to_whole_clusters(text: str, data: st.DataObject) -> None:
    rows = Rows(text, 8)
    row = data.draw(st.integers(0, len(rows) - 1))
    line = rows.line(row)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = line.snap(start, end)
    if low < high:
        covered = [part for part in line.clusters if part.start < end and start < part.end]
        assert (low, high) == (covered[0].start, covered[-1].end)


def test_rows_are_found_only_as_far_as_asked() -> None:
    rows = Rows("word " * 100_000, 80)
    assert rows[10].start == 10 * 80
    assert rows.found < 2_000
    assert not rows.complete
    assert abs(rows.estimate - len(rows)) < 10
    assert rows.complete


def test_rows_of_one_long_line_are_found_from_the_row_before() -> None:
    rows = Rows("क्षि मन्त्री " * 20_000, 80)
    assert rows[3].end > rows[3].start
    assert rows.frontier < 20_000


def test_rows_a_row_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError, match="row 2 is not among the 1 rows"):
        Rows("abc", 5)[2]


def test_rows_say_which_of_them_a_piece_touches_as_far_as_they_are_found() -> None:
    rows = Rows("one two three", 5)
    assert rows.touched([(0, 13)]) == []

    rows.find_offset(13)

    assert rows.touched([(0, 1), (2, 5), (4, 8), (0, 13)]) == [(0, 1), (0, 2), (1, 2), (0, 3)]


def test_rows_that_nobody_needs_are_gone_at_once() -> None:
    rows = Rows("one two three\n" * 9, 5)
    rows.line(3)
    gone = weakref.ref(rows)

    gc.disable()
    try:
        del rows
        assert gone() is None
    finally:
        gc.enable()
