"""The colours that reach a terminal that has few of them, or whose user wants none."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect

TRUE = re.compile(r"(?:38|48);2;(\d+);(\d+);(\d+)")
INDEXED = re.compile(r"(?:38|48);5;(\d+)")
BASIC = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3[0-7]|9[0-7]|4[0-7]|10[0-7])[;m]")


def drawn(folder: Path, configuration: Path, **environment: str) -> str:
    """What the app draws until the first document is there and one annotation is made."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM", "FORCE_COLOR")}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "annotator", "open", str(folder), "--as", "anna", "--document", "002"],
        env={**kept, "XDG_CONFIG_HOME": str(configuration), **environment},
        encoding="utf-8",
        dimensions=(40, 120),
        timeout=30,
    )
    try:
        shown = "".join(reading(child, "saved"))
        child.send("g")
        shown += "".join(reading(child, "designation"))
        child.send("q")
    finally:
        child.close(force=True)
    return shown


def reading(child: pexpect.spawn[str], until: str) -> Iterator[str]:
    child.expect(until)
    yield str(child.before)
    yield str(child.after)


def test_terminal_with_all_colours_gets_those_of_the_theme(seeds: Path, tmp_path: Path) -> None:
    shown = drawn(seeds, tmp_path, TERM="xterm-256color", COLORTERM="truecolor")

    assert any(len(set(found.groups())) > 1 for found in TRUE.finditer(shown))


def test_terminal_with_sixteen_colours_gets_no_others(seeds: Path, tmp_path: Path) -> None:
    shown = drawn(seeds, tmp_path, TERM="xterm-16color")

    assert not TRUE.search(shown)
    assert not INDEXED.search(shown)
    assert BASIC.search(shown)
    assert "group" in shown, "the tag tells the label where colours do not"


def test_terminal_of_a_user_who_wants_no_colour_gets_greys(seeds: Path, tmp_path: Path) -> None:
    shown = drawn(seeds, tmp_path, TERM="xterm-256color", COLORTERM="truecolor", NO_COLOR="1")

    coloured = [found.group() for found in TRUE.finditer(shown) if len(set(found.groups())) > 1]
    assert coloured == []
    assert "group" in shown
