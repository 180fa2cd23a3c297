"""A large file in parts that several processes read."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import file_parts
from corpus.errors import StoreFailed
from corpus.file_parts import Part


def ended(part: Part) -> bytes:
    """Ends the process that reads a part, unless it is the first; what it gives fills the way back."""
    if part.start:
        os.kill(os.getpid(), signal.SIGKILL)
    return bytes(1 << 20)


@pytest.fixture
def with_an_answer_to_signals() -> Iterator[None]:
    """As the command line has it."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("with_an_answer_to_signals")
def test_file_parts_say_that_a_process_was_ended(tmp_path: Path) -> None:
    file = tmp_path / "shard.jsonl"
    file.write_bytes(b"{}\n" * 1000)

    with file_parts.pool(2) as pool:
        submitted = ((part, pool.submit(ended, part)) for part in file_parts.parts_of(file, 300))
        with pytest.raises(StoreFailed, match="was ended from outside") as raised:
            list(file_parts.in_order(submitted, 2, ahead=1))

    assert "--jobs 1" in raised.value.help
