"""Which codes are asked for."""

from __future__ import annotations

import pytest

from corpus.selection import Selection


@pytest.mark.parametrize(
    ("select", "ignore", "taken"),
    [
        ([], [], ["E-DOC-DUP", "E-TEXT", "G6", "G6-part"]),
        (["E-DOC"], [], ["E-DOC-DUP"]),
        (["e-text, g6-P"], [], ["E-TEXT", "G6-part"]),
        (["E-TEXT", "G6"], [], ["E-TEXT", "G6", "G6-part"]),
        ([], ["E"], ["G6", "G6-part"]),
        (["G6"], ["G6-part"], ["G6"]),
        (["G6-part"], ["G6"], []),
        ([",", " "], [], ["E-DOC-DUP", "E-TEXT", "G6", "G6-part"]),
    ],
)
def test_selection_takes_codes_by_their_beginnings(select: list[str], ignore: list[str], taken: list[str]) -> None:
    selection = Selection.of(select, ignore)

    assert [code for code in ("E-DOC-DUP", "E-TEXT", "G6", "G6-part") if selection.takes(code)] == taken


def test_selection_names_what_no_code_begins_with() -> None:
    selection = Selection.of(["E-TXT,E-DOC"], ["G9", "G"])

    assert selection.unknown(["E-TEXT", "E-DOC-DUP", "G6"]) == ["e-txt", "g9"]
