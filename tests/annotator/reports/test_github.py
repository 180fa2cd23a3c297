"""Findings as workflow commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Validate = Callable[..., Result]
COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:]*,?)+)::(.*)")


def commands(printed: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands, read as the runner reads them: one a line, escapes undone at the end."""
    found = []
    for line in printed.splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        found.append((match[1], {name: unescaped(value) for name, value in properties.items()}, unescaped(match[3])))
    return found


def unescaped(text: str) -> str:
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_github_names_the_line_and_the_place_in_the_text(validate: Validate, faulty: Path) -> None:
    ran = validate(faulty, "--format", "github")

    words, reference, repeated = commands(ran.stdout)
    assert words[:2] == ("error", {"file": "corpus/layers/gold/d1.jsonl", "line": "5", "title": "E-TEXT"})
    assert reference == (
        "error",
        {"file": "corpus/layers/gold/d1.jsonl", "line": "5", "title": "E-REF"},
        (
            "speakers names zz, which is not in this layer of the document (annotation r1, “demands”, [53, 60) of d1)\n"
            "Pick another one, or remove the reference."
        ),
    )
    assert repeated[:2] == ("warning", {"file": "corpus/layers/rules/d1.jsonl", "line": "3", "title": "W-REF-DUP"})
    assert ran.stderr.endswith(": 2 errors, 1 warning, 1 note (list them with --notes)\n")


def test_github_gives_notes_as_notices(validate: Validate, faulty: Path) -> None:
    (noted,) = [
        each for each in commands(validate(faulty, "--format", "github", "--notes").stdout) if each[0] == "notice"
    ]

    assert noted[1] == {"file": "corpus/layers/rules/d1.jsonl", "line": "1", "title": "I-LAYER-OPEN"}
    assert noted[2].startswith("the document is open (d1)\n")


def test_github_keeps_hostile_words_on_their_line(validate: Validate, faulty: Path) -> None:
    printed = validate(faulty, "--format", "github").stdout

    assert all(line.startswith(("::error file=", "::warning file=")) for line in printed.split("\n")[:-1])
    assert not set("\x1b\x07\r\u2028\x85\u202e") & set(printed)
    assert '::error::%0A,:"<b>&]](x)' in commands(printed)[0][2]


def test_github_escapes_what_would_end_a_property(validate: Validate, faulty: Path) -> None:
    folder = faulty.rename(faulty.parent / "a,b:c%0Ad")

    _, properties, _ = commands(validate(folder, "--format", "github").stdout)[0]

    assert properties["file"] == "a,b:c%0Ad/layers/gold/d1.jsonl"


def test_github_counts_paths_from_the_repository_wherever_it_runs(
    validate: Validate, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [each[1]["file"] for each in commands(validate(faulty, "--format", "github").stdout)]
    monkeypatch.chdir(faulty / "layers")

    assert [each[1]["file"] for each in commands(validate("--format", "github").stdout)] == expected


def test_github_names_a_file_without_a_line(validate: Validate, faulty: Path) -> None:
    (faulty / "corpus.toml").write_text("name = 3\n", encoding="utf-8")

    found = commands(validate(faulty, "--format", "github").stdout)

    assert found[0][1] == {"file": "corpus/corpus.toml", "title": "E-MANIFEST"}


def test_github_prints_nothing_of_a_good_corpus(validate: Validate, corpus_factory: Callable[..., Path]) -> None:
    assert validate(corpus_factory("adverse"), "--format", "github").stdout == ""
