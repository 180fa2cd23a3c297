"""What is said about saving: never `saved` while something is not, and what both sides changed by its words."""

from __future__ import annotations

import pytest

from annotator.saving import WAITING_LIMIT, SaveState, told_of_merge


@pytest.mark.parametrize(
    ("state", "sign"),
    [
        (SaveState(), "saved"),
        (SaveState(saved=1, wanted=3), "saving…"),
        (SaveState(saved=3, wanted=3), "saved"),
        (SaveState(saved=1, wanted=3, failure="the disk is full"), "NOT SAVED (2)"),
        (SaveState(saved=3, wanted=3, written=1, refused="the disk is full"), "saved, FILE NOT WRITTEN (2)"),
        (SaveState(saved=1, wanted=3, written=1, refused="the disk is full"), "saving…"),
        (SaveState(read_only="somebody else works on it"), "READ-ONLY"),
    ],
)
def test_saving_says_saved_only_when_it_is(state: SaveState, sign: str) -> None:
    assert state.sign == sign
    assert state.is_troubled == (state.failure is not None or state.refused is not None or state.read_only != "")


def test_saving_takes_fifty_changes_that_are_not_saved() -> None:
    assert WAITING_LIMIT == 50
    assert not SaveState(wanted=49).is_full
    assert SaveState(wanted=50).is_full
    # What is in the journal is safe, however long the layer's file cannot be written.
    assert not SaveState(wanted=500, saved=500).is_full


def test_saving_tells_apart_what_would_be_lost_and_what_is_kept() -> None:
    assert SaveState(wanted=3, saved=1, written=1).at_stake == "2 changes are not saved and would be lost."
    assert "kept in the journal" in SaveState(wanted=3, saved=3, written=1).at_stake


def test_saving_names_what_both_sides_changed() -> None:
    assert told_of_merge([], 0) == "the file had changed on disk: both sides were merged"
    assert told_of_merge(["a", "b"], 2).endswith("2 annotations were changed on both sides, all kept: “a”, “b”")
    assert told_of_merge(list("abcde"), 5).endswith("“a”, “b”, “c” and 2 more")
