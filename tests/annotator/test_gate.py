"""What a check lets through: codes that are asked for, known findings, and what a branch did not touch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.exit_codes import ExitCode
from annotator.reports import FORMATS
from corpus.check import check
from corpus.known import FILE

Factory = Callable[..., Path]
Commit = Callable[[Path], str]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)], catch_exceptions=False)


def codes(ran: Result) -> list[str]:
    return [json.loads(line)["code"] for line in ran.stdout.splitlines()]


def spoil(folder: Path, old: bytes, new: bytes, file: str = "layers/gold/d1.jsonl") -> None:
    data = (folder / file).read_bytes()
    assert old in data
    (folder / file).write_bytes(data.replace(old, new))


@pytest.fixture
def folder(corpus_factory: Factory) -> Path:
    """A corpus with E-TEXT, E-REF and W-REF-DUP in `d1` of the layer `gold`, and E-TEXT in that of `rules`."""
    folder = corpus_factory()
    for layer in ("gold", "rules"):
        spoil(folder, b'"demands"', b'"DEMANDS"', f"layers/{layer}/d1.jsonl")
    spoil(folder, b'"speakers":["a1"]', b'"speakers":["zz"]')
    spoil(folder, b'"initiators":["a1"]', b'"initiators":["a1","a1"]')
    return folder


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ["W-REF-DUP", "E-TEXT", "E-REF", "E-TEXT"]),
        (["--select", "E-TEXT"], ["E-TEXT", "E-TEXT"]),
        (["--select", "e-ref,w", "--ignore", "W-REF"], ["E-REF"]),
        (["--ignore", "E-TEXT", "--ignore", "E-REF"], ["W-REF-DUP"]),
        (["--ignore", "E,W"], []),
    ],
)
def test_gate_takes_the_codes_that_are_asked_for(folder: Path, options: list[str], found: list[str]) -> None:
    ran = run(folder, "--format", "json", *options)

    assert codes(ran) == found
    assert ran.exit_code == (ExitCode.FINDINGS if any(code[0] == "E" for code in found) else ExitCode.OK)


def test_gate_counts_only_warnings_that_are_asked_for(folder: Path) -> None:
    assert run(folder, "--select", "W", "--max-warnings", "0").exit_code == ExitCode.FINDINGS
    assert run(folder, "--select", "W", "--ignore", "W-REF", "--max-warnings", "0").exit_code == ExitCode.OK


def test_gate_refuses_a_code_that_is_not_there(folder: Path, corpus_factory: Factory) -> None:
    for option in ("--select", "--ignore"):
        ran = run(folder, option, "E-TXT,E-REF")
        assert ran.exit_code == ExitCode.USAGE
        assert "no code begins with e-txt" in ran.stderr
        assert ran.stdout == ""

    assert run(folder, "--select", "AE1").exit_code == ExitCode.USAGE
    assert run(corpus_factory("adverse", name="other"), "--select", "AE1").exit_code == ExitCode.OK


def test_gate_selects_codes_of_a_corpus_whose_schema_is_gone(folder: Path) -> None:
    spoil(folder, b"schemas.security:", b"schemas.nothing:", "corpus.toml")

    assert codes(run(folder, "--select", "E-SCHEMA,G1", "--format", "json")) == ["E-SCHEMA-UNAVAILABLE"]


def test_gate_counts_known_findings_and_fails_on_others(folder: Path) -> None:
    lines = run(folder, "--format", "known").stdout
    (folder / FILE).write_text(lines, encoding="utf-8")

    ran = run(folder)
    assert ran.exit_code == ExitCode.OK
    assert ran.stdout == ""
    assert ran.stderr == "2 documents, 2 layers, 10 annotations: no findings, 4 known\n"

    spoil(folder, b'"insurgents of', b'"INSURGENTS of', "layers/gold/d2.jsonl")
    ran = run(folder, "--format", "json")
    assert codes(ran) == ["E-TEXT"]
    assert ran.exit_code == ExitCode.FINDINGS
    assert ran.stderr.endswith(": 1 error, 4 known\n")


def test_gate_fails_on_a_known_finding_that_is_gone(folder: Path) -> None:
    (folder / FILE).write_text(run(folder, "--format", "known").stdout, encoding="utf-8")
    spoil(folder, b'"DEMANDS"', b'"demands"', "layers/rules/d1.jsonl")

    ran = run(folder, "--format", "json")

    (finding,) = [json.loads(line) for line in ran.stdout.splitlines()]
    assert (finding["code"], finding["line"], finding["path"]) == ("E-KNOWN", 4, str(folder / FILE))
    assert ran.exit_code == ExitCode.FINDINGS


@pytest.mark.parametrize(
    ("arguments", "is_gone"),
    [
        ([], True),
        (["--layer", "rules"], True),
        (["--layer", "gold"], False),
        (["--document", "d1"], True),
        (["--document", "d2"], False),
        (["--select", "E-TEXT,E-KNOWN"], True),
        (["--select", "E-REF,E-KNOWN"], False),
        (["--ignore", "E-KNOWN"], False),
    ],
)
def test_gate_says_that_a_known_finding_is_gone_only_where_it_looked(
    corpus_factory: Factory, arguments: list[str], is_gone: bool
) -> None:
    folder = corpus_factory()
    line = {"code": "E-TEXT", "layer": "rules", "document": "d1", "annotation": "r1"}
    (folder / FILE).write_text(json.dumps(line) + "\n", encoding="utf-8")

    assert codes(run(folder, "--format", "json", *arguments)) == (["E-KNOWN"] if is_gone else [])


def test_gate_looks_at_one_file_and_at_what_is_known_of_it(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    line = {"code": "E-TEXT", "layer": "rules", "document": "d1", "annotation": "r1"}
    (folder / FILE).write_text(json.dumps(line) + "\n", encoding="utf-8")

    assert codes(run(folder / FILE, "--format", "json")) == ["E-KNOWN"]
    for file in ("layers/rules/d1.jsonl", "layers/gold/d1.jsonl", "documents.jsonl"):
        assert codes(run(folder / file, "--format", "json")) == []


def test_gate_does_not_say_what_is_gone_where_no_schema_can_be_read(folder: Path) -> None:
    (folder / FILE).write_text(run(folder, "--format", "known").stdout, encoding="utf-8")
    spoil(folder, b"schemas.security:", b"schemas.nothing:", "corpus.toml")

    assert codes(run(folder, "--format", "json")) == ["E-SCHEMA-UNAVAILABLE"]


def test_gate_checks_what_a_branch_touched(folder: Path, commit: Commit, tmp_path: Path) -> None:
    commit(tmp_path)
    spoil(folder, b'"insurgents of', b'"INSURGENTS of', "layers/gold/d2.jsonl")

    ran = run(folder, "--changed-since", "main", "--format", "json")

    assert codes(ran) == ["E-TEXT"]
    assert ran.stderr == (
        "since main 1 file changed: what depends on them is looked at\n1 document, 1 layer, 1 annotation: 1 error\n"
    )


def test_gate_looks_at_nothing_that_a_branch_did_not_touch(folder: Path, commit: Commit, tmp_path: Path) -> None:
    commit(tmp_path)

    ran = run(folder, "--changed-since", "HEAD")

    assert ran.exit_code == ExitCode.OK
    assert ran.stderr.startswith("since HEAD 0 files changed")
    assert ran.stderr.endswith("\n0 documents, 0 annotations: no findings\n")


def test_gate_looks_at_everything_where_all_depends_on_what_was_touched(
    folder: Path, commit: Commit, tmp_path: Path
) -> None:
    commit(tmp_path)
    spoil(folder, b'"The second"', b'"The other"', "entities.jsonl")

    ran = run(folder, "--changed-since", "HEAD", "--format", "json")

    assert codes(ran) == codes(run(folder, "--format", "json"))
    assert ran.stderr.startswith("since HEAD 1 file changed: everything is looked at\n")


def test_gate_says_that_a_known_finding_is_gone_where_the_branch_touched_it(
    folder: Path, commit: Commit, tmp_path: Path
) -> None:
    (folder / FILE).write_text(run(folder, "--format", "known").stdout, encoding="utf-8")
    commit(tmp_path)
    spoil(folder, b'"DEMANDS"', b'"demands"', "layers/rules/d1.jsonl")

    assert codes(run(folder, "--changed-since", "HEAD", "--format", "json")) == ["E-KNOWN"]


def test_gate_lets_no_branch_add_to_the_known_findings(folder: Path, commit: Callable[[Path], str]) -> None:
    lines = run(folder, "--format", "known").stdout.splitlines(keepends=True)
    first = commit(folder)
    (folder / FILE).write_text("".join(lines[:2]), encoding="utf-8")
    second = commit(folder)
    (folder / FILE).write_text("".join(lines), encoding="utf-8")

    ran = run(folder, "--changed-since", second, "--format", "json")

    # Where there was no list at all, one may begin.
    assert codes(run(folder, "--changed-since", first, "--format", "json")) == []
    assert codes(ran) == ["E-KNOWN-NEW", "E-KNOWN-NEW"]
    assert [json.loads(line)["line"] for line in ran.stdout.splitlines()] == [3, 4]


def test_gate_lets_a_branch_say_more_exactly_what_is_known(folder: Path, commit: Callable[[Path], str]) -> None:
    lines = run(folder, "--format", "known").stdout
    wide = [{key: json.loads(line)[key] for key in ("code", "document")} for line in lines.splitlines()]
    (folder / FILE).write_text("".join(json.dumps(each) + "\n" for each in wide), encoding="utf-8")
    revision = commit(folder)
    (folder / FILE).write_text(lines, encoding="utf-8")

    assert codes(run(folder, "--changed-since", revision, "--format", "json")) == []


def test_gate_combines_what_was_touched_with_what_is_asked_for(folder: Path, commit: Commit, tmp_path: Path) -> None:
    commit(tmp_path)
    for layer in ("gold", "rules"):
        spoil(folder, b'"insurgents of', b'"INSURGENTS of', f"layers/{layer}/d2.jsonl")

    def found(*arguments: str | Path) -> list[str]:
        ran = run("--changed-since", "HEAD", "--format", "json", *arguments)
        return [json.loads(line)["layer"] for line in ran.stdout.splitlines()]

    assert found(folder) == ["gold", "rules"]
    assert found(folder, "--layer", "rules") == ["rules"]
    assert found(folder, "--document", "d1") == []
    assert found(folder / "layers/gold/d2.jsonl") == ["gold"]
    assert found(folder / "layers/gold/d1.jsonl") == []


def test_gate_checks_a_shard_that_a_branch_touched(corpus_factory: Factory, commit: Commit, tmp_path: Path) -> None:
    folder = corpus_factory()
    shard = folder / "shard.jsonl"
    shard.write_bytes(b"{}\n")
    commit(tmp_path)
    assert codes(run(shard, "--changed-since", "HEAD", "--format", "json")) == []

    shard.write_bytes(b"{}\n{}\n")
    assert "E-RECORD" in codes(run(shard, "--changed-since", "HEAD", "--format", "json"))

    commit(tmp_path)
    spoil(folder, b'"The second"', b'"The other"', "entities.jsonl")
    assert "E-RECORD" in codes(run(shard, "--changed-since", "HEAD", "--format", "json"))


@pytest.mark.parametrize("revision", ["nowhere", "-x", "HEAD~9"])
def test_gate_refuses_a_revision_that_is_not_there(folder: Path, commit: Commit, tmp_path: Path, revision: str) -> None:
    commit(tmp_path)

    ran = run(folder, f"--changed-since={revision}")

    assert ran.exit_code == ExitCode.USAGE
    assert f"there is no revision {revision!r}" in ran.stderr


def test_gate_refuses_to_compare_outside_of_a_repository(folder: Path) -> None:
    ran = run(folder, "--changed-since", "HEAD")

    assert ran.exit_code == ExitCode.USAGE
    assert "no git repository can be read here" in ran.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_gate_writes_a_file_as_it_would_print_it(folder: Path, tmp_path: Path, form: str) -> None:
    printed = run(folder, "--format", form).stdout

    ran = run(folder, "--format", "json", "--report", f"{form}={tmp_path}/out")

    assert (tmp_path / "out").read_text(encoding="utf-8") == printed
    assert codes(ran) == ["W-REF-DUP", "E-TEXT", "E-REF", "E-TEXT"]


def test_gate_writes_several_files_in_one_run(folder: Path, tmp_path: Path) -> None:
    ran = run(folder, "--report", f"sarif={tmp_path}/a", "--report", f"junit={tmp_path}/b")

    assert json.loads((tmp_path / "a").read_bytes())["version"] == "2.1.0"
    assert (tmp_path / "b").read_text(encoding="utf-8").startswith("<?xml ")
    assert ran.stdout == run(folder).stdout


def test_gate_leaves_the_earlier_file_where_the_check_cannot_be_made(tmp_path: Path) -> None:
    report = tmp_path / "report"
    report.write_text("before", encoding="utf-8")

    ran = run(tmp_path, "--report", f"junit={report}")

    assert ran.exit_code == ExitCode.USAGE
    assert report.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [report]


def test_gate_refuses_a_file_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    ran = run(folder, "--report", f"junit={tmp_path}/nowhere/report.xml")

    assert ran.exit_code == ExitCode.USAGE
    assert "nowhere/report.xml: the report cannot be written: No such file or directory" in ran.stderr


@pytest.mark.parametrize("value", ["junit", "junit=", "xml=out", "=out"])
def test_gate_refuses_a_report_that_is_no_format_and_file(folder: Path, value: str) -> None:
    ran = run(folder, "--report", value)

    assert ran.exit_code == ExitCode.USAGE
    assert "is not FORMAT=FILE" in ran.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_gate_prints_the_same_twice(folder: Path, form: str) -> None:
    assert run(folder, "--format", form).stdout == run(folder, "--format", form).stdout


@pytest.mark.parametrize("form", FORMATS)
def test_gate_changes_nothing_in_the_folder(folder: Path, commit: Commit, tmp_path: Path, form: str) -> None:
    commit(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    run(folder, "--format", form, "--changed-since", "HEAD")

    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("form", FORMATS)
def test_gate_loads_only_the_format_that_is_asked_for(folder: Path, form: str) -> None:
    program = (
        "import sys\n"
        "from annotator.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    arguments = ["validate", str(folder), "--format", form]

    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)

    loaded = set(ran.stderr.split())
    assert {name for name, (module, _) in FORMATS.items() if f"annotator.reports.{module}" in loaded} <= {form}
    roots = {name.partition(".")[0] for name in loaded}
    assert not roots & {"textual", "datasets", "huggingface_hub", "pyarrow", "numpy", "pandas", "jsonlines", "tomlkit"}
    assert ("xml" in roots) == (form == "junit")


def test_gate_finds_the_same_as_the_check(folder: Path) -> None:
    assert codes(run(folder, "--format", "json", "--notes")) == [each.code for each in check(folder)]
