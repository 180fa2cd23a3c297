"""Cluster edges and cell widths, alone and in company."""

from __future__ import annotations

import re
import sys

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from annotator.display import safe
from annotator.graphemes import SIMPLE, cluster_at, clusters, drawing, next_edge, previous_edge

TEXTS = st.text(
    st.sampled_from("ab .\n\té\u0301\u200d\u200c\ufe0f👩🏽👨🇵🇰漢字क्षिमन\u0000\u202e\u00ad\u200b가ㅏ\u1100\U000e0041☺1⃣")
)


def edges(text: str) -> list[int]:
    return [0, *(part.end for part in clusters(text))]


def test_graphemes_simple_characters_are_one_cell_and_join_nothing_simple() -> None:
    simple = re.compile(f"[{SIMPLE}]")
    chars = [char for char in map(chr, range(sys.maxunicode + 1)) if simple.match(char)]
    assert all(cell_len(safe(char)) == 1 for char in chars)
    assert len(regex.findall(r"\X", safe("".join(chars)))) == len(chars)
    assert len(regex.findall(r"\X", safe("".join(reversed(chars))))) == len(chars)


@pytest.mark.parametrize(
    ("cluster", "cells"),
    [
        ("a", 1),
        ("e\u0301", 1),
        ("漢", 2),
        ("👨‍👩‍👧", 2),
        ("🇵🇰", 2),
        ("👍🏽", 2),
        ("☺\ufe0f", 2),
        ("क्षि", 2),
        ("ﷺ", 1),
    ],
)
def test_graphemes_measure_a_cluster_as_a_whole(cluster: str, cells: int) -> None:
    (part,) = clusters(cluster)
    assert (part.start, part.end, part.cells) == (0, len(cluster), cells)


@pytest.mark.parametrize("invisible", ["\u0301", "\u200b", "\u200d", "\u2060", "\ufe0f"])
def test_graphemes_draw_even_the_invisible_in_one_cell(invisible: str) -> None:
    assert [part.cells for part in clusters(invisible)] == [1]


def test_graphemes_draw_a_heap_of_accents_cut_short() -> None:
    drawn, cells = drawing("e" + "\u0301" * 1000)
    assert (len(drawn), cells) == (32, 1)


@given(TEXTS)
def test_graphemes_cover_the_text_without_gaps(text: str) -> None:
    line = text.replace("\n", "")
    parts = list(clusters(line, 7))
    assert "".join(line[part.start - 7 : part.end - 7] for part in parts) == line
    assert [part.cell for part in parts] == [sum(each.cells for each in parts[:at]) for at in range(len(parts))]


@given(TEXTS)
def test_graphemes_cells_add_up_however_clusters_are_joined(text: str) -> None:
    parts = list(clusters(text.replace("\n", "")))
    for middle in range(len(parts) + 1):
        for run in (parts[:middle], parts[middle:]):
            assert cell_len("".join(part.drawn for part in run)) == sum(part.cells for part in run)


@given(TEXTS, st.data())
def test_graphemes_steps_agree_with_edges(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    found = edges(text)
    assert cluster_at(text, offset) == (
        max(edge for edge in found if edge <= offset),
        min((edge for edge in found if edge > offset), default=len(text)),
    )
    assert next_edge(text, offset) == min((edge for edge in found if edge > offset), default=len(text))
    assert previous_edge(text, offset) == max((edge for edge in found if edge < offset), default=0)
