"""The tables of large shards: the same bytes and the same refusals however many processes make them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import Corpus, table_parts
from corpus.errors import InputRefused
from corpus.exports import Options
from corpus.publish import build
from schemas import LabelledDocument


def tree(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def corpus(corpus_factory: Callable[..., Path]) -> Corpus:
    return Corpus.open(corpus_factory("adverse"))


@pytest.fixture
def lines(corpus: Corpus) -> list[str]:
    """The gold layer's documents, each with its annotations on a line, eleven times under other ids."""
    found = []
    for number in range(11):
        for name, file in corpus.layer("gold").items():
            document = corpus.documents[name]
            own = f"{name}-{number}"
            labelled = LabelledDocument(
                document=document.model_copy(update={"id": own}),
                header=file.header.model_copy(update={"document": own}),
                annotations=tuple(file.annotations),
            )
            record = labelled.model_dump(
                mode="json", by_alias=True, exclude_computed_fields=True, serialize_as_any=True
            )
            found.append(json.dumps(record, ensure_ascii=False))
    return found


@pytest.fixture(params=[1, 2])
def jobs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many processes there are, each of which takes a few lines at a time."""
    monkeypatch.setattr(table_parts, "PART_SIZE", 4000)
    assert isinstance(request.param, int)
    return request.param


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_table_parts_are_the_same_for_any_number_of_processes(
    corpus: Corpus, lines: list[str], tmp_path: Path, jobs: int
) -> None:
    shards = [write(tmp_path / "a.jsonl", lines[:9]), write(tmp_path / "b.jsonl", lines[9:])]

    made = build(corpus, tmp_path / "out", Options(shards=shards, jobs=jobs))

    assert made.tables[0].rows == len(lines)
    assert tree(made.folder) == tree(build(corpus, tmp_path / "other", Options(shards=shards, jobs=3 - jobs)).folder)


def test_table_parts_name_the_line_of_the_file(corpus: Corpus, lines: list[str], tmp_path: Path, jobs: int) -> None:
    wrong = [*lines[:13], lines[13].replace('"status": "done"', '"status": "lost"'), *lines[14:]]
    assert wrong != lines

    with pytest.raises(InputRefused, match=r"shard\.jsonl:14: "):
        build(corpus, tmp_path / "out", Options(shards=[write(tmp_path / "shard.jsonl", wrong)], jobs=jobs))

    assert not (tmp_path / "out").exists()


def test_table_parts_know_a_document_of_an_earlier_part(
    corpus: Corpus, lines: list[str], tmp_path: Path, jobs: int
) -> None:
    shard = write(tmp_path / "shard.jsonl", [*lines, lines[0]])

    with pytest.raises(InputRefused, match="the document d1-0 is there twice"):
        build(corpus, tmp_path / "out", Options(shards=[shard], jobs=jobs))


def test_table_parts_know_two_annotators(corpus: Corpus, lines: list[str], tmp_path: Path, jobs: int) -> None:
    annotator = json.loads(lines[0])["header"]["annotator"]
    foreign = lines[-1].replace(f'"annotator": "{annotator}"', '"annotator": "other"')
    shard = write(tmp_path / "shard.jsonl", [*lines[:-1], foreign])

    with pytest.raises(InputRefused, match=f"of {annotator} and of other"):
        build(corpus, tmp_path / "out", Options(shards=[shard], jobs=jobs))
    made = build(corpus, tmp_path / "out", Options(shards=[shard], layer=annotator, jobs=jobs))

    assert made.tables[0].rows == len(lines) - 1
