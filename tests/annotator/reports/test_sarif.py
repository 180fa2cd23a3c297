"""Findings as SARIF: what the standard requires, and what code scanning needs beyond it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import Result

from corpus.codes import GENERIC
from schemas.security import SecuritySchema

Validate = Callable[..., Result]


def log_of(printed: str) -> dict[str, Any]:
    """The log, after everything that holds for each of ours."""
    log: dict[str, Any] = json.loads(printed)
    assert printed.isascii()
    assert log.keys() == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run.keys() == {"results", "tool", "columnKind", "originalUriBaseIds", "invocations"}
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"])
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    fingerprints = []
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        (location,) = result["locations"]
        require_place(location["physicalLocation"], run["originalUriBaseIds"])
        assert all(name["name"] and name["fullyQualifiedName"] for name in location.get("logicalLocations", ()))
        links = re.findall(r"(?<!\\)\]\((.*?)\)", result["message"]["text"])
        related = result.get("relatedLocations", [])
        assert links == [str(each["id"]) for each in related]
        for each in related:
            require_place(each["physicalLocation"], run["originalUriBaseIds"])
        fingerprints += result["partialFingerprints"].values()
    assert len(fingerprints) == len(set(fingerprints))
    return log


def require_place(place: Mapping[str, Any], bases: Mapping[str, Any]) -> None:
    """A file below the top of the repository, and a line in it."""
    artifact = place["artifactLocation"]
    assert artifact["uriBaseId"] in bases
    assert not artifact["uri"].startswith(("/", "file:", ".."))
    assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", artifact["uri"])
    assert place["region"]["startLine"] >= 1


def test_sarif_of_a_good_corpus_has_the_rules_and_no_results(
    validate: Validate, corpus_factory: Callable[..., Path]
) -> None:
    ran = validate(corpus_factory(), "--format", "sarif")

    (run,) = log_of(ran.stdout)["runs"]
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]
    expected = {**GENERIC, **{rule.code: rule for rule in SecuritySchema.rules}}
    assert {rule["id"]: rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]} == {
        code: rule.help for code, rule in expected.items()
    }
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert levels == {code: rule.severity.value for code, rule in expected.items()}


def test_sarif_places_results_in_the_file_and_in_the_corpus(validate: Validate, faulty: Path) -> None:
    (run,) = log_of(validate(faulty, "--format", "sarif", "--notes").stdout)["runs"]

    words, reference, note, repeated = run["results"]
    assert [each["ruleId"] for each in run["results"]] == ["E-TEXT", "E-REF", "I-LAYER-OPEN", "W-REF-DUP"]
    assert [each["level"] for each in run["results"]] == ["error", "error", "note", "warning"]
    assert reference["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "corpus/layers/gold/d1.jsonl", "uriBaseId": "SRCROOT"},
                "region": {"startLine": 5},
            },
            "logicalLocations": [{"name": "r1", "fullyQualifiedName": "gold/d1/r1", "kind": "annotation"}],
        }
    ]
    assert note["locations"][0]["logicalLocations"] == [
        {"name": "d1", "fullyQualifiedName": "rules/d1", "kind": "document"}
    ]
    assert words["partialFingerprints"] != reference["partialFingerprints"] != repeated["partialFingerprints"]
    assert run["invocations"][0]["exitCode"] == 1


def test_sarif_leads_to_the_words_in_the_raw_file(validate: Validate, faulty: Path) -> None:
    (run,) = log_of(validate(faulty, "--format", "sarif").stdout)["runs"]

    reference = run["results"][1]
    assert reference["message"]["text"].endswith("(annotation r1, [53, 60) of d1): [demands](1)")
    (related,) = reference["relatedLocations"]
    place = related["physicalLocation"]
    text = (faulty.parent / place["artifactLocation"]["uri"]).read_text(encoding="utf-8")
    region = place["region"]
    assert text[region["charOffset"] :][: region["charLength"]] == "demands" == region["snippet"]["text"]
    line = text.split("\n")[region["startLine"] - 1]
    assert region["startLine"] == region["endLine"] == 2
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "demands"


def test_sarif_leads_nowhere_where_the_raw_file_is_another_one(validate: Validate, faulty: Path) -> None:
    raw = faulty / "raw" / "d1.txt"
    raw.write_bytes(raw.read_bytes() + b"\n")

    (run,) = log_of(validate(faulty, "--format", "sarif", "--select", "E-REF").stdout)["runs"]

    assert "relatedLocations" not in run["results"][0]
    assert run["results"][0]["message"]["text"].endswith("(annotation r1, “demands”, [53, 60) of d1)")


@pytest.mark.parametrize("source", ["/etc/hostname", "../secret", "nothing", "a\\u0000b"])
def test_sarif_leads_to_no_file_outside_of_the_raw_folder(validate: Validate, faulty: Path, source: str) -> None:
    (faulty / "secret").write_bytes((faulty / "raw" / "d1.txt").read_bytes())
    documents = faulty / "documents.jsonl"
    documents.write_text(documents.read_text(encoding="utf-8").replace('"d1.txt"', f'"{source}"'), encoding="utf-8")

    (run,) = log_of(validate(faulty, "--format", "sarif", "--select", "E-REF").stdout)["runs"]

    assert "relatedLocations" not in run["results"][0]


def test_sarif_has_no_links_and_no_controls_of_the_corpus(validate: Validate, faulty: Path) -> None:
    printed = validate(faulty, "--format", "sarif").stdout

    text = log_of(printed)["runs"][0]["results"][0]["message"]["text"]
    assert "]] (x)" in text
    assert not set("\x1b\x07\r\n\u2028\x85\u202e") & set(text)


def test_sarif_escapes_brackets_in_the_words_of_a_link(validate: Validate, corpus_factory: Callable[..., Path]) -> None:
    folder = corpus_factory(
        "own", text="See [the road](x) there\n", gold=[{"id": "r1", "label": "route", "text": "[the road](x)"}]
    )
    file = folder / "layers/gold/d1.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"stops":[]', b'"stops":["zz"]'))
    (folder / ".git").mkdir()

    (run,) = log_of(validate(folder, "--format", "sarif", "--layer", "gold").stdout)["runs"]

    assert run["results"][0]["message"]["text"].endswith(r": [\[the road\](x)](1)")


def test_sarif_escapes_what_an_address_cannot_hold(validate: Validate, faulty: Path) -> None:
    folder = faulty.rename(faulty.parent / "a b%é#?")

    (run,) = log_of(validate(folder, "--format", "sarif").stdout)["runs"]

    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == "a b%é#?/layers/gold/d1.jsonl"


def test_sarif_knows_a_finding_again_after_its_line_has_moved(validate: Validate, faulty: Path) -> None:
    def prints() -> dict[str, str]:
        (run,) = log_of(validate(faulty, "--format", "sarif", "--select", "E").stdout)["runs"]
        return {each["ruleId"]: each["partialFingerprints"]["annotatorFinding/v1"] for each in run["results"]}

    before = prints()
    file = faulty / "layers/gold/d1.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(line for line in lines if b'"id":"c1"' not in line))

    assert prints() == before


def test_sarif_takes_in_what_no_rule_declares(
    validate: Validate, corpus_factory: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    folder = corpus_factory("own")
    (folder / "ways.py").write_text(
        (folder / "routes.py").read_text(encoding="utf-8")
        + "\n    def check(self, document, annotations):\n"
        + "        from schemas import Finding, Severity\n"
        + "        yield Finding('R7', 'no way', Severity.WARNING, start=0, end=2)\n",
        encoding="utf-8",
    )
    manifest = (folder / "corpus.toml").read_text(encoding="utf-8")
    (folder / "corpus.toml").write_text(manifest.replace("routes:", "ways:"), encoding="utf-8")

    (run,) = log_of(validate(folder, "--trust", "--format", "sarif").stdout)["runs"]

    rule = run["tool"]["driver"]["rules"][-1]
    assert (rule["id"], rule["help"]["text"]) == ("R7", "no way")
    assert {each["ruleId"] for each in run["results"]} == {"R7"}


def test_sarif_of_a_file_outside_of_every_repository_has_a_path_from_here(
    validate: Validate, corpus_factory: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = corpus_factory()
    (folder / "layers/gold/notes.txt").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    (run,) = log_of(validate(folder, "--format", "sarif").stdout)["runs"]

    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "corpus/layers/gold/notes.txt", "uriBaseId": "SRCROOT"}, "region": {"startLine": 1},
    }  # fmt: skip
