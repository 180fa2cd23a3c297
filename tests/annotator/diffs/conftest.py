"""A corpus of which a commit and the folder differ in everything that can differ."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main

HOSTILE = "@maintainer #1 <b>x</b> | `y` [z](javascript:1) https://example.org ![i](x)\x1b[31m\u202e \\| **w**"


@pytest.fixture
def diff() -> Callable[..., Result]:
    """Runs `annotator diff`."""

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["diff", *map(str, arguments)], catch_exceptions=False)

    return run


@pytest.fixture
def changed(corpus_factory: Callable[..., Path], commit: Callable[[Path], str], tmp_path: Path) -> Path:
    """In `d1` of the layer `gold` `c1` is changed, `r1` has moved, `a2` is gone; `d2` of `rules` is gone as a whole."""
    folder = corpus_factory()
    commit(tmp_path)
    file = folder / "layers/gold/d1.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if '"id":"a2"' not in line)
    for old, new in (
        ('"status":"proposed"', '"status":"announced"'),
        ('"start":53,"end":60,"text":"demands"', '"start":53,"end":56,"text":"dem"'),
        ('"status":"done"', '"status":"flagged","comment":"why?"'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    (folder / "layers/rules/d2.jsonl").unlink()
    return folder
