"""Corpora with faults whose words are hostile to every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main

HOSTILE = '\x1b]0;x\x07\r\n::error::%0A,:"<b>&]](x)\u2028\ufffe\x85\u202e'
"""Words that would end a command, open an element, hide in a log, or are no XML at all."""


@pytest.fixture
def validate() -> Callable[..., Result]:
    """Runs `annotator validate`."""

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["validate", *map(str, arguments)], catch_exceptions=False)

    return run


@pytest.fixture
def faulty(corpus_factory: Callable[..., Path], tmp_path: Path) -> Path:
    """A corpus in a repository: errors in `d1` of the layer `gold`, a warning and a note in `d1` of `rules`."""
    (tmp_path / ".git").mkdir()
    folder = corpus_factory()
    words = json.dumps(HOSTILE, ensure_ascii=False).encode("utf-8")
    _replace(folder / "layers/gold/d1.jsonl", b'"demands"', words)
    _replace(folder / "layers/gold/d1.jsonl", b'"speakers":["a1"]', b'"speakers":["zz"]')
    _replace(folder / "layers/rules/d1.jsonl", b'"initiators":["a1"]', b'"initiators":["a1","a1"]')
    _replace(folder / "layers/rules/d1.jsonl", b'"status":"done"', b'"status":"open"')
    return folder


def _replace(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
