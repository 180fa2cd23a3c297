"""Findings as JUnit XML."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result

from corpus.manifest import load_schema
from corpus.store import Store
from schemas import LabelledDocument

Validate = Callable[..., Result]


def suites_of(printed: str) -> dict[str, ET.Element]:
    """The suites by name, after everything that holds for each report."""
    assert printed.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ET.fromstring(printed.encode("utf-8"))
    assert root.tag == "testsuites"
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert int(element.attrib["tests"]) == len(cases)
        assert int(element.attrib["failures"]) == len(list(element.iter("failure")))
        assert element.attrib["errors"] == element.attrib["skipped"] == "0"
    for case in root.iter("testcase"):
        assert case.attrib["name"]
        assert case.attrib["classname"]
        assert len(case.findall("failure")) <= 1
    suites = {suite.attrib["name"]: suite for suite in root}
    assert len(suites) == len(root)
    return suites


def names(suite: ET.Element) -> list[str]:
    return [case.attrib["name"] for case in suite]


def test_junit_has_a_suite_a_layer_and_a_case_a_document(validate: Validate, faulty: Path) -> None:
    suites = suites_of(validate(faulty, "--format", "junit").stdout)

    assert {name: names(suite) for name, suite in suites.items()} == {
        "corpus": ["corpus.toml", "documents.jsonl", "entities.jsonl", "claims.jsonl"],
        "corpus/layers/gold": ["d1", "d2"],
        "corpus/layers/rules": ["d1", "d2"],
    }
    assert [case.attrib["file"] for case in suites["corpus/layers/gold"]] == [
        "corpus/layers/gold/d1.jsonl", "corpus/layers/gold/d2.jsonl",
    ]  # fmt: skip


def test_junit_fails_a_case_with_code_and_place(validate: Validate, faulty: Path) -> None:
    suites = suites_of(validate(faulty, "--format", "junit").stdout)

    (failure,) = suites["corpus/layers/gold"].iter("failure")
    assert failure.attrib == {"message": "2 findings: E-TEXT, E-REF", "type": "E-TEXT"}
    assert (failure.text or "").splitlines()[1] == (
        "corpus/layers/gold/d1.jsonl:5: E-REF speakers names zz, which is not in this layer of the document "
        "(annotation r1, “demands”, [53, 60) of d1). Pick another one, or remove the reference."
    )
    assert not list(suites["corpus/layers/rules"].iter("failure"))


def test_junit_tells_of_warnings_without_failing(validate: Validate, faulty: Path) -> None:
    (output,) = suites_of(validate(faulty, "--format", "junit").stdout)["corpus/layers/rules"].iter("system-out")

    assert (output.text or "").startswith("corpus/layers/rules/d1.jsonl:3: W-REF-DUP ")


def test_junit_fails_where_warnings_fail_the_check(validate: Validate, faulty: Path) -> None:
    suites = suites_of(validate(faulty, "--format", "junit", "--max-warnings", "0").stdout)

    (failure,) = suites["corpus/layers/rules"].iter("failure")
    assert failure.attrib["type"] == "W-REF-DUP"
    assert failure.attrib["message"].startswith("corpus/layers/rules/d1.jsonl:3: W-REF-DUP ")


def test_junit_holds_words_that_xml_cannot(validate: Validate, faulty: Path) -> None:
    printed = validate(faulty, "--format", "junit").stdout

    (failure,) = suites_of(printed)["corpus/layers/gold"].iter("failure")
    first, second = (failure.text or "").split("\n")
    assert '␛]0;x␇␍␊::error::%0A,:"<b>&]](x)␤\ufffd\ufffd\ufffd' in first
    assert second.startswith("corpus/")


def test_junit_lists_what_was_looked_at_and_nothing_else(validate: Validate, faulty: Path) -> None:
    one = suites_of(validate(faulty / "layers/rules/d2.jsonl", "--format", "junit").stdout)
    layer = suites_of(validate(faulty, "--format", "junit", "--layer", "rules", "--document", "d2").stdout)

    assert {name: names(suite) for name, suite in one.items()} == {"corpus/layers/rules": ["d2"]}
    assert names(layer["corpus/layers/rules"]) == ["d2"]
    assert "corpus/layers/gold" not in layer


def test_junit_lists_what_a_branch_touched(
    validate: Validate, faulty: Path, commit: Callable[[Path], str], tmp_path: Path
) -> None:
    (tmp_path / ".git").rmdir()
    commit(tmp_path)
    file = faulty / "layers/rules/d2.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"done"', b'"open"'))

    suites = suites_of(validate(faulty, "--format", "junit", "--changed-since", "HEAD").stdout)

    assert names(suites["corpus/layers/rules"]) == ["d2"]
    assert "corpus/layers/gold" not in suites


def test_junit_has_a_case_for_what_is_no_document(validate: Validate, faulty: Path) -> None:
    (faulty / "layers/gold/notes.txt").write_text("x", encoding="utf-8")
    (faulty / "layers/link").symlink_to(tmp := faulty.parent)
    assert tmp.is_dir()

    suites = suites_of(validate(faulty, "--format", "junit").stdout)

    assert names(suites["corpus/layers"]) == ["link"]
    assert "notes.txt" in " ".join(names(suites["corpus/layers/gold"])) or "notes" in names(
        suites["corpus/layers/gold"]
    )


def test_junit_of_a_corpus_at_the_top_is_named_after_its_folder(
    validate: Validate, faulty: Path, tmp_path: Path
) -> None:
    shutil.move(tmp_path / ".git", faulty / ".git")

    assert list(suites_of(validate(faulty, "--format", "junit").stdout)) == ["corpus", "layers/gold", "layers/rules"]


@pytest.mark.parametrize("is_faulty", [False, True])
def test_junit_has_a_case_for_each_document_of_a_shard_with_findings(
    validate: Validate, corpus_factory: Callable[..., Path], is_faulty: bool
) -> None:
    folder = corpus_factory()
    schema = load_schema("schemas.security:SecuritySchema", folder)
    store = Store(folder)
    with (folder / "shard.jsonl").open("w", encoding="utf-8") as stream:
        for document in store.documents():
            layer = store.layer("gold", document.id, schema)
            line = LabelledDocument(document=document, header=layer.header, annotations=tuple(layer.annotations))
            stream.write(line.model_dump_json(by_alias=True, exclude_computed_fields=True) + "\n")
    if is_faulty:
        entities = folder / "entities.jsonl"
        entities.write_bytes(entities.read_bytes().replace(b'"one"', b'"eins"'))

    suites = suites_of(validate(folder / "shard.jsonl", "--format", "junit").stdout)

    ((_, suite),) = suites.items()
    assert names(suite) == ["shard.jsonl", *(["shard.jsonl: d1"] if is_faulty else [])]
    assert suite.attrib["failures"] == str(int(is_faulty))
