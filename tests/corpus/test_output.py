"""The notes of an earlier build, as far as they can be read."""

from __future__ import annotations

import pytest

from corpus.output import read_note


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000, b'{"builder": ' + b"[" * 100_000])
def test_output_reads_no_note_from_what_is_not_json(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_note(data)


@pytest.mark.parametrize("data", [b"[]", b"null", b"{}", b'{"builder": "somebody else"}'])
def test_output_knows_a_note_that_is_not_its_own(data: bytes) -> None:
    assert read_note(data) is None
