"""What was shown as saved survives: a kill, a power cut, a disk that refuses, and everybody else who writes.

Each campaign runs as a program of its own, which has imported the store once and makes its sessions by forking; it
prints what it did. The long forms are those of `make soak`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

ROOT = Path(__file__).parents[2]


def size(name: str, usual: int) -> int:
    """How large a long campaign is; `ANNOTATOR_SOAK_KILLS` and its like make one smaller."""
    return int(os.environ.get(f"ANNOTATOR_SOAK_{name}", str(usual)))


class Campaign(Protocol):
    """Runs a campaign, and gives what it did; the summary of the tests prints it."""

    def __call__(self, name: str, *arguments: object, wrapped: tuple[str, ...] = ()) -> dict[str, Any]: ...


@pytest.fixture
def campaign(record_property: Callable[[str, object], None]) -> Campaign:
    def run(name: str, *arguments: object, wrapped: tuple[str, ...] = ()) -> dict[str, Any]:
        command = [*wrapped, sys.executable, "-m", f"tests.campaigns.{name}", *map(str, arguments)]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        told: dict[str, Any] = json.loads(ran.stdout)
        counts = ", ".join(f"{key} {value}" for key, value in told.items() if key != "lost")
        asked = " ".join(str(each) for each in arguments if not isinstance(each, Path))
        record_property("campaign", f"{name} {asked}: {counts}, wrong {len(told['lost'])}")
        return told

    return run


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Where a campaign works that waits for no disk: in the memory, where that can be had."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


# Kills


def test_saving_loses_nothing_to_200_kills_at_random(campaign: Campaign, place: Path) -> None:
    told = campaign("kills", "random", place / "c", 200)

    assert told["lost"] == []
    assert told["kills"] == 200
    assert told["acknowledged"] > 1000
    assert told["restored"] > 50


def test_saving_loses_nothing_to_a_kill_at_any_point_nor_to_one_in_the_recovery(
    campaign: Campaign, place: Path
) -> None:
    told = campaign("kills", "points", place / "c", 4)

    assert told["lost"] == []
    assert told["points"] > 40
    assert told["recoveries"] > 200


@pytest.mark.soak
def test_saving_loses_nothing_to_10_000_kills_at_random(campaign: Campaign, place: Path) -> None:
    told = campaign("kills", "random", place / "c", size("KILLS", 10_000), 7)

    assert told["lost"] == []
    assert told["acknowledged"] > 5 * told["kills"]


@pytest.mark.soak
def test_saving_loses_nothing_to_a_kill_at_any_point_of_a_long_session(campaign: Campaign, place: Path) -> None:
    told = campaign("kills", "points", place / "c", size("STEPS", 40))

    assert told["lost"] == []


# Power cuts


def test_saving_loses_nothing_to_a_power_cut_at_any_operation(campaign: Campaign, place: Path) -> None:
    told = campaign("power", place / "c", 8, 64)

    assert told["lost"] == []
    assert told["states"] > 500


@pytest.mark.parametrize("without", ["fsync", "sync_folder"])
def test_saving_would_lose_something_to_a_power_cut_if_it_synced_less(
    campaign: Campaign, place: Path, without: str
) -> None:
    """That the simulation finds what it is for: the same session on a disk that does not sync when it is asked to."""
    told = campaign("power", place / "c", 3, 8, without)

    assert any("acknowledged changes are lost" in each for each in told["lost"])


@pytest.mark.soak
def test_saving_loses_nothing_to_a_power_cut_in_a_long_session(campaign: Campaign, place: Path) -> None:
    told = campaign("power", place / "c", size("STEPS", 200), 1000)

    assert told["lost"] == []
    assert told["states"] >= 5000


# Errors


def test_saving_gets_over_every_error_at_every_operation(campaign: Campaign, place: Path) -> None:
    told = campaign("errors", "every", place / "c", 2)

    assert told["lost"] == []
    assert told["injected"] > 300
    assert told["refused"] > 200


@pytest.mark.soak
def test_saving_gets_over_every_error_at_every_operation_of_a_long_session(campaign: Campaign, place: Path) -> None:
    told = campaign("errors", "every", place / "c", size("STEPS", 20))

    assert told["lost"] == []


def test_saving_gets_over_a_disk_that_is_full(campaign: Campaign, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = f"mount -t tmpfs -o size=300k tmpfs '{small}' && mkdir '{small}/top'"
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here")

    # What is mounted is seen by the campaign alone, and goes with it.
    alone = ("unshare", "-rm", "sh", "-c", f'{mount} && "$@"', "-")
    told = campaign("errors", "full", small / "top", tmp_path / "copy", wrapped=alone)

    assert told["lost"] == []
    assert told["refused"] > 100
    assert shutil.disk_usage(small).total > 1 << 20


# Several at once


@pytest.mark.parametrize(("writers", "how"), [(8, "one"), (50, "own")])
def test_saving_loses_no_update_of_many_writers(campaign: Campaign, tmp_path: Path, writers: int, how: str) -> None:
    told = campaign("writers", tmp_path, writers, 10, how)

    assert told["lost"] == []
    assert told["conflicts"] == 0
    assert told["saves"] > 10 * writers


@pytest.mark.soak
@pytest.mark.parametrize(("writers", "how"), [(8, "one"), (50, "own")])
def test_saving_loses_no_update_of_many_writers_in_ten_minutes(
    campaign: Campaign, tmp_path: Path, writers: int, how: str
) -> None:
    told = campaign("writers", tmp_path, writers, size("SECONDS", 600), how)

    assert told["lost"] == []
    assert told["conflicts"] == 0
