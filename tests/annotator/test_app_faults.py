"""What the app does when the ground moves under it: nothing is lost, it says so, and goes on."""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpus.corpus import Corpus
from schemas import digest
from tests.annotator.real_terminal import APP, PATIENCE, RealTerminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.annotator.conftest import Hand, Opener

SIZES = [(5, 3), (1, 1), (500, 1), (1, 200), (39, 9), (40, 10), (60, 15), (80, 24), (250, 70), (400, 120)]


async def test_app_faults_of_a_window_that_never_rests(seeds: Path, opened: Opener) -> None:
    choice = random.Random(1)
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("g", "p")
        before = [(entry.label, entry.extent) for entry in hand.session]
        for keys in (
            ("escape",),
            ("enter",),
            ("question_mark",),
            ("escape", "slash"),
            ("escape", "ctrl+p"),
            ("escape",),
        ):
            for _ in range(5):
                await hand.pilot.resize_terminal(*choice.choice(SIZES))
            await hand.pilot.resize_terminal(120, 40)
            await hand.press(*keys)

        assert hand.app.is_running
        assert [(entry.label, entry.extent) for entry in hand.session] == before
        assert "militant proxies" in hand.shown


def test_app_faults_of_a_real_window_that_never_rests(seeds: Path) -> None:
    choice = random.Random(2)
    with RealTerminal(*APP, seeds, "--as", "anna", "--document", "002") as terminal:
        terminal.expect("saved")
        terminal.send("g")
        for _ in range(100):
            terminal.resize(*choice.choice([*SIZES, (0, 0)]))
            terminal.read()
        terminal.resize(120, 40)
        while terminal.read(1):
            pass
        terminal.send("m")
        deadline = time.monotonic() + PATIENCE
        while saved(seeds, "anna") != ["Using"]:
            assert time.monotonic() < deadline
            terminal.read(0.05)
        terminal.signal(signal.SIGTERM)

        assert terminal.ended() == 143
        assert terminal.is_as_found


def saved(folder: Path, layer: str) -> list[str]:
    corpus = Corpus.open(folder)
    written = corpus.layer(layer).get("002") if layer in corpus.layers else None
    return [each.text for each in written.annotations] if written is not None else []


async def mark(hand: Hand, words: str) -> None:
    await hand.over(words)
    await hand.press("g", "p", "escape")


def _rewrite(folder: Path, document: str, change: Callable[[dict[str, object]], None]) -> None:
    """Changes a document's record in place, as a pull would."""
    path = folder / "documents.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    for record in records:
        if record["id"] == document:
            change(record)
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records), encoding="utf-8")


@pytest.mark.parametrize("how", ["changed", "gone", "unreadable", "all gone"])
async def test_app_faults_of_a_document_that_changes_on_disk(seeds: Path, opened: Opener, how: str) -> None:
    path = seeds / "documents.jsonl"
    whole = path.read_bytes()
    text = "Another text altogether\n"
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        if how == "changed":
            _rewrite(seeds, "002", lambda record: record.update(text=text, sha256=digest(text.encode()), zones=[]))
        elif how == "gone":
            path.write_bytes(b"".join(line for line in whole.splitlines(keepends=True) if b'"id":"002"' not in line))
        elif how == "unreadable":
            path.write_bytes(b"{")
        else:
            path.unlink()
        hand.screen.look()
        await hand.settled()

        assert any("002" in each or "cannot be read" in each for each in hand.notifications), hand.notifications
        assert hand.words() == [("group", "militant proxies")]
        await hand.press("J")
        # Where none is left, there is nowhere to go.
        assert hand.session.document.id != "002" or how == "all gone"
        await hand.press("K", "q")
        assert not hand.app.is_running
    path.write_bytes(whole)
    async with opened(seeds) as hand:
        assert hand.words() == [("group", "militant proxies")]


@pytest.mark.parametrize("how", ["gone", "unreadable", "of another text"])
async def test_app_faults_of_a_layer_beside_that_disappears(seeds: Path, opened: Opener, how: str) -> None:
    for layer in ("ben", "cleo"):
        async with opened(seeds, layer=layer) as hand:
            await mark(hand, "militant proxies")
            await hand.press("q")
    async with opened(seeds, beside=("ben", "cleo")) as hand:
        path = seeds / "layers" / "ben" / "002.jsonl"
        if how == "gone":
            shutil.rmtree(path.parent)
        elif how == "unreadable":
            path.write_bytes(b"{")
        else:
            header, rest = path.read_text(encoding="utf-8").split("\n", 1)
            other = json.dumps(json.loads(header) | {"sha256": "0" * 64})
            path.write_text(f"{other}\n{rest}", encoding="utf-8")
        await hand.press("greater_than_sign", "1")
        assert hand.words() == [("group", "militant proxies")]

        await hand.press("u", "J", "K")

        wanted = "a layer beside is gone" if how == "gone" else "a layer beside cannot be read"
        assert any(each.startswith(wanted) for each in hand.notifications), hand.notifications
        # What the other one says is still there to take.
        await hand.press("greater_than_sign", "1")
        assert hand.words() == [("group", "militant proxies")]
        await hand.press("q")
    assert saved(seeds, "r1") == ["militant proxies"]


async def test_app_faults_of_a_schema_that_changed_since_the_layer_was_written(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        await hand.press("q")
    path = seeds / "layers" / "r1" / "002.jsonl"
    written = path.read_text(encoding="utf-8").replace("security@1.0.0", "security@9.0.0")
    path.write_text(written, encoding="utf-8")

    async with opened(seeds) as hand:
        assert any("security@9.0.0" in each for each in hand.notifications), hand.notifications
        await hand.press("J")
        assert hand.session.document.id == "003"
        await hand.press("q")
    assert path.read_text(encoding="utf-8") == written
