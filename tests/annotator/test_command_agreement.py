"""`annotator agreement`: what it prints in every format, what makes it fail, and what it does not load."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.commands.open import command as open_command
from annotator.exit_codes import ExitCode

TEXT = "aspirin caused a bad\x1b[31m rash today"
FIRST: list[dict[str, Any]] = [
    {"id": "a", "label": "drug", "text": "aspirin", "route": "oral"},
    {"id": "r", "label": "reaction", "text": "a bad\x1b[31m rash", "suspects": ["a"]},
]
SECOND: list[dict[str, Any]] = [
    {"id": "a", "label": "drug", "text": "aspirin", "route": "topical"},
    {"id": "r", "label": "reaction", "text": "rash", "suspects": ["a"]},
    {"id": "t", "label": "reaction", "text": "today"},
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["agreement", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def folder(layered: Callable[..., Path]) -> Path:
    """A corpus with the layers of two people, in a folder whose name a shell would take apart."""
    return layered({"d1": TEXT}, {"anna": {"d1": FIRST}, "ben": {"d1": SECOND}}, name="corpus-1")


def test_agreement_prints_a_table_of_labels(folder: Path) -> None:
    result = run(folder, "anna", "ben")
    lines = result.stdout.splitlines()

    assert result.exit_code == ExitCode.OK
    assert lines[0] == "Inter-annotator agreement: anna (person), ben (person)"
    assert lines[2] == "anna and ben: 1 document, 7 words"
    assert lines[3].split()[:5] == ["label", "anna", "ben", "exact", "overlap"]
    rows = {line.split("  ")[0]: line.split() for line in lines[4:8]}
    assert rows["all labels"][2:6] == ["2", "3", "0.40", "0.80"]
    assert rows["drug"][1:5] == ["1", "1", "1.00", "1.00"]
    assert rows["causality"][1:5] == ["0", "0", "–", "–"]
    assert "– neither layer has any: causality" in result.stdout


def test_agreement_of_a_model_is_called_consistency(layered: Callable[..., Path]) -> None:
    corpus = layered({"d1": TEXT}, {"anna": {"d1": FIRST}, "m1": {"d1": SECOND}}, kinds={"m1": "model"})

    for form in ("text", "markdown", "json"):
        printed = run(corpus, "anna", "m1", "--format", form).stdout
        assert "Consistency between layers" in printed
        assert "nter-annotator agreement" not in printed


def test_agreement_prints_what_was_compared(layered: Callable[..., Path]) -> None:
    texts = {"d1": TEXT, "d2": TEXT}
    corpus = layered(texts, {"anna": {"d1": FIRST, "d2": FIRST}, "ben": {"d1": SECOND}})

    printed = run(corpus, "anna", "ben").stdout

    assert "compared: 1 document of layered, by adverse_event@0.2.0" in printed
    assert "left out: ben has nothing about: d2" in printed
    assert "status of documents, anna/ben: done/done 1; same 1.00, kappa –" in printed


def test_agreement_lists_differences_with_the_command_that_opens_each(folder: Path) -> None:
    lines = run(folder, "anna", "ben", "--differences").stdout.splitlines()
    start = lines.index("anna and ben: 3 differences")

    assert lines[start + 1 :: 2] == [
        "d1:0-7 attribute drug.route of “aspirin”: anna: oral, ben: topical",
        "d1:15-30 edge reaction: anna: “a bad␛[31m rash”, ben: “rash”",
        "d1:31-36 missing reaction: anna: nothing, ben: “today”",
    ]
    for line in lines[start + 2 :: 2]:
        program, name, *arguments = shlex.split(line)
        assert (program, name) == ("annotator", "open")
        context = open_command.make_context("open", arguments)
        assert context.params["corpus"] == folder
        assert context.params["document"] == "d1"
        assert context.params["beside"] == ("anna", "ben")
    assert [shlex.split(line)[6] for line in lines[start + 2 :: 2]] == ["0", "15", "31"]


def test_agreement_lets_no_document_speak_to_the_terminal(folder: Path) -> None:
    for form in ("text", "json", "csv", "markdown"):
        assert "\x1b" not in run(folder, "anna", "ben", "--differences", "--format", form).stdout


def test_agreement_as_json_has_every_figure_or_its_reason(folder: Path) -> None:
    printed = run(folder, "anna", "ben", "--format", "json", "--differences", "--by-document").stdout
    record = json.loads(printed)
    (pair,) = record["pairs"]

    assert printed.isascii()
    assert record["layers"][0]["annotators"] == [{"name": "anna", "kind": "person"}]
    all_labels, drug, _, causality = pair["labels"]
    assert (all_labels["label"], drug["label"], causality["label"]) == (None, "drug", "causality")
    assert (drug["exact"], drug["figures"]["exact"]) == (1, {"value": 1.0})
    assert causality["figures"]["exact"] == {"value": None, "reason": "neither layer has any"}
    assert [each["kind"] for each in pair["differences"]] == ["attribute", "edge", "missing"]
    assert pair["differences"][0]["first_value"] == "oral"
    assert pair["by_document"][0]["document"] == "d1"
    assert {"first": None, "second": "reaction", "count": 1} in pair["confusion"]


def test_agreement_as_csv_is_one_table(folder: Path) -> None:
    figures = list(csv.DictReader(io.StringIO(run(folder, "anna", "ben", "--format", "csv").stdout)))
    found = {(row["label"], row["field"], row["figure"]): row for row in figures}

    assert found["drug", "", "exact"]["value"] == "1.0"
    assert found["", "", "overlap"]["value"] == "0.8"
    assert found["drug", "route", "same"]["value"] == "0.0"
    assert found["causality", "", "kappa"]["value"] == ""
    assert found["causality", "", "kappa"]["reason"] == "neither layer has any"
    differences = list(
        csv.DictReader(io.StringIO(run(folder, "anna", "ben", "--format", "csv", "--differences").stdout))
    )
    assert [(row["kind"], row["start"]) for row in differences] == [
        ("attribute", "0"),
        ("edge", "15"),
        ("missing", "31"),
    ]


def test_agreement_as_markdown_says_what_the_figures_are(folder: Path) -> None:
    printed = run(folder, "anna", "ben", "--format", "markdown", "--differences").stdout

    assert printed.startswith("# Inter-annotator agreement: anna (person), ben (person)\n")
    assert "| all labels | 2 | 3 | 0.40 | 0.80 |" in printed
    assert "- exact: F1 of annotations with the same label and extent" in printed
    assert "| missing | d1 | 31 | 36 | anna | ben |" in printed


def test_agreement_fails_below_a_threshold_and_names_it(folder: Path) -> None:
    passed = run(folder, "anna", "ben", "--min", "exact>=0.4", "--min", "drug.exact>=1")
    failed = run(folder, "anna", "ben", "--min", "exact>=0.4", "--min", "reaction.exact>=0.4", "--format", "json")
    undefined = run(folder, "anna", "ben", "--min", "causality.exact>=0")

    assert passed.exit_code == ExitCode.OK
    assert failed.exit_code == undefined.exit_code == ExitCode.FINDINGS
    assert failed.stderr == "annotator: reaction.exact is 0.0000, not at least 0.4 (anna and ben)\n"
    assert json.loads(failed.stdout)["below_minimum"] == ["reaction.exact is 0.0000, not at least 0.4 (anna and ben)"]
    assert "causality.exact is undefined, not at least 0: neither layer has any" in undefined.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["anna"], "Missing argument 'LAYER...'"),
        (["anna", "anna"], "a layer is named twice"),
        (["anna", "cleo"], "there is no layer 'cleo'. There is: anna, ben"),
        (["anna", "ben", "--label", "place"], "there is no label 'place'"),
        (["anna", "ben", "--document", "d9"], "there is no document d9"),
        (["anna", "ben", "--min", "exact=1"], "is no threshold"),
        (["anna", "ben", "--min", "place.exact>=1"], "there is no figure place.exact in this comparison"),
        (["anna", "ben", "--bootstrap", "0"], "0 is not in the range x>=1"),
    ],
)
def test_agreement_refuses_what_cannot_be_compared(folder: Path, arguments: list[str], message: str) -> None:
    result = run(folder, *arguments)

    assert result.exit_code == ExitCode.USAGE
    assert message in result.stderr
    assert result.stdout == ""


def test_agreement_without_the_package_for_gamma_is_an_environment_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pygamma_agreement", None)

    result = run(folder, "anna", "ben", "--gamma")

    assert result.exit_code == ExitCode.ENVIRONMENT
    assert result.stderr == (
        "annotator: gamma needs a package that is not installed: pygamma_agreement. "
        "Install the extra: pip install 'terminal-annotator[gamma]'\n"
    )


def test_agreement_of_three_layers_prints_them_together_and_two_by_two(layered: Callable[..., Path]) -> None:
    corpus = layered({"d1": TEXT}, {"anna": {"d1": FIRST}, "ben": {"d1": SECOND}, "cleo": {"d1": FIRST}})

    lines = run(corpus, "anna", "ben", "cleo").stdout.splitlines()

    titles = [line for line in lines if line.endswith((" together", "7 words"))]
    assert titles == [
        "all layers together",
        "anna and ben: 1 document, 7 words",
        "anna and cleo: 1 document, 7 words",
        "ben and cleo: 1 document, 7 words",
    ]


def test_agreement_prints_intervals_that_the_seed_repeats(layered: Callable[..., Path]) -> None:
    start = len(TEXT) + 1
    more = {"label": "drug", "start": start, "end": start + len("aspirin")}
    corpus = layered({"d1": f"{TEXT}\n{TEXT}"}, {"anna": {"d1": [*FIRST, more]}, "ben": {"d1": [*SECOND, more]}})
    one, again, other = (
        run(corpus, "anna", "ben", "--bootstrap", "40", "--seed", seed, "--format", "json").stdout
        for seed in ("1", "1", "2")
    )

    assert one == again
    figures = json.loads(one)["pairs"][0]["labels"][0]["figures"]
    assert set(figures["overlap"]) == {"value", "low", "high"}
    assert json.loads(other)["pairs"][0]["paragraphs_drawn"] == 2


def test_agreement_loads_no_app_no_datasets_and_no_numbers(folder: Path, tmp_path: Path) -> None:
    program = (
        "import json, runpy, sys\n"
        "try:\n    runpy.run_module('annotator', run_name='__main__', alter_sys=True)\n"
        "finally:\n    print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program, "agreement", str(folder), "anna", "ben", "--differences", "--bootstrap", "9"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )

    roots = {module.partition(".")[0] for module in json.loads(ran.stderr)}
    assert roots.isdisjoint({"textual", "rich", "datasets", "pyarrow", "numpy", "pandas", "scipy"})
    assert "corpus" in roots
