"""The bundled corpus is one release: its version, citation, changelog, figures and provenance agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # its stubs are not locked

from corpus import bundled
from corpus.corpus import Corpus
from schemas import Status

ROOT = Path(__file__).resolve().parents[2]
FOLDER = bundled.folder()


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The bundled corpus."""
    return Corpus.open(FOLDER)


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_bundled_version_stands_in_one_place_and_the_others_follow(corpus: Corpus) -> None:
    citation = yaml.safe_load(text("CITATION.cff"))
    (newest, day) = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", text("CHANGELOG.md"), re.MULTILINE)[0]

    assert newest == str(citation["version"]) == corpus.manifest.version
    assert day == str(citation["date-released"])
    assert citation["license"] == corpus.manifest.licence
    assert citation["title"] == corpus.manifest.title


def test_bundled_figures_are_what_the_commands_print() -> None:
    script = [sys.executable, str(ROOT / "scripts" / "figures"), "--check"]

    assert subprocess.run(script, check=False).returncode == 0, "run scripts/figures"


PUBLISHED = ("about 0.4 in POLIANNA", "(Scientific Data, 2023)", "0.66 to 0.78", "(LREC 2018)", "CC BY 4.0")
"""What the statement quotes of others; its own figures stand where a command prints them."""


def test_bundled_statement_gives_no_figure_of_its_own() -> None:
    words = " ".join(text("README.md").split())
    for quoted in PUBLISHED:
        assert quoted in words
        words = words.replace(quoted, "")
    words = re.sub(r"\b00[0-4]\b|(?<= )[1-5]\. ", "", words)

    assert re.findall(r"\d+", words) == []


def test_bundled_layers_say_that_models_made_them(corpus: Corpus) -> None:
    made = {layer: corpus.manifest.annotators[layer] for layer in corpus.layers}

    assert set(made) == {"floor", "gold", "pass-a", "pass-b"}
    assert {entry.kind for entry in made.values()} == {"model"}
    assert [layer for layer, entry in made.items() if not entry.rules] == ["floor"]
    assert "no human has validated them" in " ".join(text("README.md").split())


def test_bundled_gold_says_how_each_annotation_was_settled(corpus: Corpus) -> None:
    gold = corpus.layer("gold")

    assert {each.header.status for each in gold.values()} == {Status.DONE}
    assert list(gold) == list(corpus.documents)
    assert all(each.settled is not None for file in gold.values() for each in file.annotations)
    assert all(
        each.settled is None
        for name in ("pass-a", "pass-b", "floor")
        for file in corpus.layer(name).values()
        for each in file.annotations
    )
