"""`annotator validate` from outside: what goes to stdout and stderr, and the exit code."""

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
from corpus.manifest import load_schema
from corpus.store import Store
from schemas import LabelledDocument

Factory = Callable[..., Path]
GOLD1 = "layers/gold/d1.jsonl"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)], catch_exceptions=False)


def spoil(folder: Path, old: bytes, new: bytes, file: str = GOLD1) -> None:
    data = (folder / file).read_bytes()
    assert old in data
    (folder / file).write_bytes(data.replace(old, new))


def write_shard(folder: Path, path: Path) -> None:
    """Writes the gold layer as a shard."""
    store = Store(folder)
    schema = load_schema("schemas.security:SecuritySchema", folder)
    lines = []
    for document in store.documents():
        layer = store.layer("gold", document.id, schema)
        lines.append(LabelledDocument(document=document, header=layer.header, annotations=tuple(layer.annotations)))
    path.write_text(
        "".join(line.model_dump_json(by_alias=True, exclude_computed_fields=True) + "\n" for line in lines),
        encoding="utf-8",
    )


@pytest.mark.parametrize("schema", ["security", "adverse", "own"])
def test_validate_says_that_a_good_corpus_is_good(corpus_factory: Factory, schema: str) -> None:
    ran = run(corpus_factory(schema))

    assert ran.exit_code == ExitCode.OK
    assert ran.stdout == ""
    assert ran.stderr.startswith("2 documents, 2 layers, ")
    assert ran.stderr.endswith(" annotations: no findings\n")


def test_validate_takes_the_corpus_around_the_current_folder(
    corpus_factory: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = corpus_factory()
    spoil(folder, b'"demands"', b'"DEMANDS"')
    monkeypatch.chdir(folder / "layers")

    ran = run()

    assert ran.exit_code == ExitCode.FINDINGS
    assert ran.stdout.startswith(f"{folder}/layers/gold/d1.jsonl:5: E-TEXT ".replace(f"{folder}/layers/", ""))


def test_validate_prints_a_finding_a_line_and_the_way_out_once(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    for layer in ("gold", "rules"):
        spoil(folder, b'"demands"', b'"DEMANDS"', f"layers/{layer}/d1.jsonl")

    ran = run(folder)

    first, second, blank, way_out = ran.stdout.splitlines()
    assert first == (
        f"{folder}/layers/gold/d1.jsonl:5: E-TEXT the annotation says “DEMANDS”, but [53, 60) of the document is "
        "“demands” (annotation r1)"
    )
    assert second.startswith(f"{folder}/layers/rules/d1.jsonl:5: E-TEXT ")
    assert blank == ""
    assert way_out.startswith("E-TEXT: Open the document")
    assert ran.stderr == "2 documents, 2 layers, 10 annotations: 2 errors\n"


def test_validate_prints_json_that_a_terminal_does_not_obey(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    spoil(folder, b'"demands"', '"\\u001b]0;x\\u0007\u202edemands"'.encode())

    ran = run(folder, "--format", "json")

    (line,) = ran.stdout.splitlines()
    assert line.isascii()
    assert line.isprintable()
    finding = json.loads(line)
    assert "\x1b]0;x\x07\u202e" in finding.pop("message")
    assert finding.pop("help")
    assert finding == {
        "code": "E-TEXT", "severity": "error", "path": f"{folder}/{GOLD1}", "line": 5, "layer": "gold",
        "document": "d1", "annotation": "r1", "start": 53, "end": 60,
    }  # fmt: skip


def test_validate_prints_text_that_a_terminal_does_not_obey(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    spoil(folder, b'"demands"', '"\\u001b]0;x\\u0007\\nE-FAKE\u202edemands"'.encode())

    ran = run(folder)

    assert len(ran.stdout.splitlines()) == 3
    assert not set("\x1b\x07\u202e") & set(ran.stdout)


def test_validate_counts_notes_and_lists_them_only_when_asked(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    spoil(folder, b'"done"', b'"open"')

    silent, loud = run(folder), run(folder, "--notes")

    assert (silent.exit_code, loud.exit_code) == (ExitCode.OK, ExitCode.OK)
    assert silent.stdout == ""
    assert silent.stderr.endswith(": 1 note (list them with --notes)\n")
    assert "I-LAYER-OPEN the document is open" in loud.stdout
    assert loud.stderr.endswith(": 1 note\n")


def test_validate_fails_on_more_warnings_than_are_allowed(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    spoil(folder, b'["a1"],"addr', b'["a1","a1"],"addr')

    assert run(folder).exit_code == ExitCode.OK
    assert run(folder, "--max-warnings", "1").exit_code == ExitCode.OK
    assert run(folder, "--max-warnings", "0").exit_code == ExitCode.FINDINGS


def test_validate_looks_at_one_file_of_a_corpus(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    spoil(folder, b'"demands"', b'"DEMANDS"')
    spoil(folder, b'"kind":"state"', b'"kind":"moon"', "entities.jsonl")

    assert "E-TEXT" not in run(folder / "entities.jsonl").stdout
    assert "E-ENTITY-RECORD-KIND" in run(folder / "entities.jsonl").stdout
    assert run(folder / "layers" / "rules" / "d2.jsonl").stdout == ""
    assert "E-TEXT" in run(folder / GOLD1).stdout


def test_validate_looks_at_one_layer_and_one_document(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    spoil(folder, b'"demands"', b'"DEMANDS"')

    assert run(folder, "--layer", "gold").exit_code == ExitCode.FINDINGS
    assert run(folder, "--layer", "rules").exit_code == ExitCode.OK
    assert run(folder, "--layer", "gold", "--document", "d2").exit_code == ExitCode.OK


def test_validate_reads_a_shard_by_the_corpus_that_it_lies_in(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    write_shard(folder, folder / "shard.jsonl")
    spoil(folder, b'"id":"one"', b'"id":"eins"', "entities.jsonl")

    ran = run(folder / "shard.jsonl")

    assert ran.exit_code == ExitCode.FINDINGS
    assert ran.stdout.startswith(f"{folder}/shard.jsonl:1: E-ENTITY entity names one, ")
    assert ran.stderr == "2 documents, 5 annotations: 2 errors\n"


def test_validate_reads_a_shard_that_lies_alone_by_the_schema_that_is_named(
    corpus_factory: Factory, tmp_path: Path
) -> None:
    shard = tmp_path / "shard.jsonl"
    write_shard(corpus_factory(), shard)

    assert run(shard, "--schema", "schemas.security:SecuritySchema").exit_code == ExitCode.OK
    assert run(shard).exit_code == ExitCode.USAGE
    assert "--schema" in run(shard).stderr


def test_validate_takes_several_paths(corpus_factory: Factory) -> None:
    first, second = corpus_factory(name="first"), corpus_factory("own", name="second")

    ran = run(first, second)

    assert ran.exit_code == ExitCode.OK
    assert ran.stderr.startswith("4 documents, 4 layers, ")


def test_validate_refuses_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    ran = run(tmp_path)

    assert ran.exit_code == ExitCode.USAGE
    assert "no corpus.toml" in ran.stderr


def test_validate_finds_a_schema_that_cannot_be_imported(corpus_factory: Factory) -> None:
    folder = corpus_factory("own")
    (folder / "broken.py").write_text("raise RuntimeError('not today')\n", encoding="utf-8")
    spoil(folder, b"routes:", b"broken:", "corpus.toml")

    ran = run(folder, "--trust")

    assert ran.exit_code == ExitCode.FINDINGS
    assert "E-SCHEMA-UNAVAILABLE" in ran.stdout
    assert "RuntimeError: not today" in ran.stdout


def test_validate_loads_neither_the_app_nor_the_dataset_library(corpus_factory: Factory, tmp_path: Path) -> None:
    folder = corpus_factory()
    write_shard(folder, tmp_path / "shard.jsonl")
    program = (
        "import sys\n"
        "from annotator.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    arguments = ["validate", str(folder), str(tmp_path / "shard.jsonl"), "--schema", "schemas.security:SecuritySchema"]

    ran = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)

    loaded = set(ran.stdout.split())
    assert "pydantic" in loaded
    assert not loaded & {"textual", "datasets", "huggingface_hub", "pyarrow", "numpy", "pandas", "jsonlines", "tomlkit"}
