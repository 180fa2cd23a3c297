"""A gold layer made anew through the app's own keys is the gold layer, byte for byte but for ids."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from corpus import bundled

_BENCH = Path(__file__).parents[2] / "bench" / "bench_keys.py"


@pytest.fixture(scope="module")
def bench() -> Any:
    """The bench that counts keys."""
    spec = importlib.util.spec_from_file_location("bench_keys", _BENCH)
    assert spec is not None
    assert spec.loader is not None
    before = list(sys.path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the corpus that comes with the package."""
    return Path(shutil.copytree(bundled.folder(), tmp_path / "corpus"))


async def test_replay_makes_a_part_of_gold_anew(bench: Any, folder: Path) -> None:
    hand = await bench.replayed(folder, "004", (), 350)

    labels = {each.label for each in hand.gold.values()}
    assert len(labels) >= 3
    assert set(hand.keys) == set(hand.gold)
    assert hand.pressed < 15 * len(hand.gold)


async def test_replay_of_the_reference_task_takes_at_most_eight_keys(bench: Any, folder: Path) -> None:
    counted = ["6", "w", "3", "v", "label", "attribute", "attribute"]
    assert await bench.reference_task(folder, counted) == len(counted) <= 8


@pytest.mark.soak
@pytest.mark.parametrize("document", ["000", "001", "002", "003", "004"])
async def test_replay_makes_all_of_gold_anew(bench: Any, folder: Path, document: str) -> None:
    hand = await bench.replayed(folder, document)
    assert set(hand.keys) == set(hand.gold)
