"""`annotator stats`: the figures of a corpus in a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from annotator.cli import main
from annotator.commands.stats import bar
from corpus import provenance
from corpus.corpus import Corpus
from corpus.provenance import Origin


def run(*arguments: str) -> tuple[int, str]:
    """The exit code and stdout."""
    ran = CliRunner().invoke(main, ["stats", *arguments])
    return ran.exit_code, ran.stdout


def test_stats_shows_labels_with_bars(corpus_factory: Callable[..., Path]) -> None:
    code, shown = run(str(corpus_factory("security")), "--layer", "gold")

    assert code == 0
    assert "2 documents, 19 words" in shown
    assert f"    actor        2  {'█' * 24}\n    group        1  {'█' * 12}\n" in shown
    assert "actor.entity, empty in 0% (0 of 2)" in shown
    assert "layer rules" not in shown


def test_stats_as_json_has_every_figure(corpus_factory: Callable[..., Path]) -> None:
    code, shown = run(str(corpus_factory("own")), "--format", "json")

    figures = json.loads(shown)
    assert code == 0
    assert [layer["name"] for layer in figures["layers"]] == ["gold", "rules"]
    route = next(label for label in figures["layers"][0]["labels"] if label["name"] == "route")
    assert route["annotations"] == 2
    assert {field["name"]: field["empty_share"] for field in route["fields"]} == {"stops": 0.5, "aside": 0.5}
    assert figures["documents"][0]["layers"]["gold"]["labels"] == {"place": 1, "route": 1, "weather": 1}
    assert figures["findings"] == []


def test_stats_of_hostile_names_sends_the_terminal_no_command(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    choices = r'"town", "river", "\x1b[31m", "\u202e\u2028\n", "\x85"'
    schema = (folder / "routes.py").read_text(encoding="utf-8").replace('"town", "river"', choices, 1)
    (folder / "odd.py").write_text(schema, encoding="utf-8")
    about = folder / "corpus.toml"
    about.write_text(about.read_text(encoding="utf-8").replace("routes:", "odd:"), encoding="utf-8")

    code, shown = run(str(folder), "--trust")

    assert code == 0
    assert "␛[31m" in shown
    assert not {"\x1b", "\x85", "\u202e", "\u2028"} & set(shown)


def test_stats_of_an_unknown_layer_is_a_mistake_of_usage(corpus_factory: Callable[..., Path]) -> None:
    code, shown = run(str(corpus_factory("own")), "--layer", "nobody")

    assert code == 2
    assert shown == ""


def test_stats_without_layers_says_what_there_is(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("own")
    (folder / "layers").rename(folder / "elsewhere")

    code, shown = run(str(folder))

    assert code == 0
    assert "0 layers" in shown
    assert "d1" in shown


def test_stats_bar_of_little_shows_and_of_nothing_does_not() -> None:
    assert bar(1, 100_000) == "▏"
    assert bar(0, 10) == ""
    assert bar(0, 0) == ""
    assert bar(10, 10) == "█" * 24


def test_stats_shows_what_was_noted_of_the_work(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("security")
    store = Corpus.open(folder).store
    (name, document), *_ = [(each.id, "d1") for each in Corpus.open(folder).layer("gold")["d1"].annotations]
    provenance.note(store, "gold", document, 130, {name: Origin(how="accepted", layers=("rules",), edited=True)})

    code, shown = run(str(folder), "--layer", "gold")

    assert code == 0
    assert "  2 min of work on 1 document\n" in shown
    assert "    accepted from rules  1  " in shown
    assert "    1 of them were edited after that\n" in shown

    _, plain = run(str(folder), "--format", "json")
    _, full = run(str(folder), "--format", "json", "--with-provenance")
    about = json.loads(full)["documents"][0]["layers"]["gold"]
    assert about["seconds"] == 130
    assert about["made"]["accepted from rules"] == 1
    assert about["edited"] == {"accepted from rules": 1}
    assert about["origins"] == {name: {"how": "accepted", "layers": ["rules"], "edited": True}}
    assert "origins" not in plain
    assert run(str(folder), "--with-provenance")[0] == 2


def test_stats_says_nothing_of_work_that_was_not_noted(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("security")

    _, shown = run(str(folder))
    _, figures = run(str(folder), "--format", "json")

    assert "of work on" not in shown
    assert "came to be" not in shown
    layer = json.loads(figures)["layers"][0]
    assert (layer["seconds"], layer["made"], layer["edited"]) == (None, None, None)


def test_stats_counts_the_findings_that_are_left_in_each_document(corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory("security")
    file = folder / "layers" / "gold" / "d1.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([lines[0], *lines[1:], lines[-1]]), encoding="utf-8")

    _, shown = run(str(folder), "--layer", "gold", "--format", "json")

    figures = json.loads(shown)
    left = figures["documents"][0]["findings_left"]
    assert left >= 1
    assert figures["documents"][0]["layers"]["gold"]["findings_left"] == left
    assert figures["layers"][0]["findings_left"] == left
