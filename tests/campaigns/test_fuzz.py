"""Content that nobody would write, for every file that is read: no traceback, no hang, no more memory than allowed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.campaigns import fuzz

ROOT = Path(__file__).parents[2]
SHORT, LONG = 5_000, 1_000_000
WORKERS = 2
PIECE = 20_000
"""The inputs that a process tries: what Python keeps of each is little, but not nothing."""


def tried(seed: int, first: int, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.campaigns.fuzz", str(seed), str(count), str(first)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.mark.parametrize(
    ("seed", "inputs"),
    [
        (1, SHORT),
        pytest.param(2, int(os.environ.get("ANNOTATOR_SOAK_FUZZ", LONG)), marks=pytest.mark.soak),
    ],
    ids=["short", "long"],
)
def test_fuzz_finds_no_input_that_a_reader_does_not_declare(
    seed: int, inputs: int, record_property: Callable[[str, object], None]
) -> None:
    piece = min(PIECE, -(-inputs // WORKERS))
    pieces = [(seed, first, min(piece, inputs - first)) for first in range(0, inputs, piece)]
    # The first use of Hypothesis in a folder makes a table of all characters, which takes more memory than any reader.
    tried(seed, 0, 20)
    with ThreadPoolExecutor(WORKERS) as pool:
        told = list(pool.map(lambda each: tried(*each), pieces))

    lost = [each for one in told for each in one["lost"]]
    record_property(
        "campaign",
        f"fuzz, seed {seed}: {sum(one['inputs'] for one in told):,} inputs for {told[0]['sorts']} sorts of files, "
        f"{sum(one['refused'] for one in told):,} refused, slowest {max(one['slowest'] for one in told)}, "
        f"memory {max(one['memory'] for one in told)} MiB, wrong {len(lost)}",
    )
    assert not lost, "\n\n".join(lost[: fuzz.SHOWN])
    assert sum(one["inputs"] for one in told) >= inputs
    assert max(one["memory"] for one in told) <= fuzz.MEBIBYTES


def test_fuzz_tells_what_a_reader_does_not_declare(tmp_path: Path) -> None:
    campaign = fuzz.Campaign(fuzz.Corpora(tmp_path / "c"), 1)

    def read(data: bytes) -> None:
        raise KeyError(data)

    campaign.try_one("layer", read, b"xyz", "input 7")

    assert len(campaign.lost) == 1
    assert campaign.lost[0].startswith("input 7 (layer): Traceback")
    assert "KeyError: b'xyz'" in campaign.lost[0]


def test_fuzz_inputs_are_the_same_for_the_same_numbers(tmp_path: Path) -> None:
    import random

    data = fuzz.Corpora(tmp_path / "c").seeds["layer"]

    one, other = ([fuzz.mutated(random.Random(number), data) for number in range(200)] for _ in range(2))

    assert one == other
    assert len({*one, data}) > 150
