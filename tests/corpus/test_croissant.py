"""croissant.json and CITATION.cff of a build: what they say, and that a reader of the format gets every row."""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpus import Corpus, bundled
from corpus.citation import citation_of
from corpus.columns import ColumnType, ListOf, Struct
from corpus.errors import InputRefused
from corpus.exports import Options
from corpus.parquet import read_rows
from corpus.publish import Build, build


@pytest.fixture(scope="module", params=["security", "adverse", "own", "hostile", "bundled", "standoff"])
def built(
    request: pytest.FixtureRequest,
    sample_writer: Callable[[Path, str], Path],
    hostile_writer: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Build]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "bundled":
        corpus = Corpus.open(bundled.folder())
    elif request.param in ("hostile", "standoff"):
        corpus = Corpus.open(hostile_writer(folder / "corpus"))
    else:
        corpus = Corpus.open(sample_writer(folder / "corpus", request.param))
    yield build(corpus, folder / "out", Options(standoff=request.param == "standoff"))
    shutil.rmtree(folder)


def described(built: Build) -> dict[str, Any]:
    """What croissant.json says."""
    found = json.loads((built.folder / "croissant.json").read_bytes())
    assert isinstance(found, dict)
    return found


def test_croissant_lists_every_file_with_its_digest(built: Build) -> None:
    found = described(built)

    assert found["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    files = {each["contentUrl"]: each["sha256"] for each in found["distribution"]}
    assert files == {
        table.file: hashlib.sha256((built.folder / table.file).read_bytes()).hexdigest() for table in built.tables
    }


def test_croissant_describes_every_column(built: Build) -> None:
    sets = {each["name"]: each for each in described(built)["recordSet"]}

    assert list(sets) == [table.name for table in built.tables]
    for table in built.tables:
        fields = {each["name"]: each["description"] for each in sets[table.name]["field"]}
        for column in table.columns:
            # The one that is deeper than the format goes is told of with the table.
            told = fields.get(f"{table.name}/{column.name}") or sets[table.name]["description"]
            assert column.help in told
        ids = [field["@id"] for field in sets[table.name]["field"]]
        assert len(ids) == len(set(ids))


TYPES = {"sc:Text": str, "sc:Boolean": bool, "sc:Integer": int, "sc:Float": float}


def read_field(folder: Path, files: dict[str, str], field: dict[str, Any]) -> list[Any]:
    """What a field says that it holds, got from nothing but what it says: file, column, place in a struct, type."""
    source = field["source"]
    table = pq.read_table(folder / files[source["fileObject"]["@id"]], columns=[source["extract"]["column"]])
    values: list[Any] = table.column(0).to_pylist()
    if "transform" in source:
        path = source["transform"]["jsonPath"]
        values = [
            [each[path] for each in value] if isinstance(value, list) else None if value is None else value[path]
            for value in values
        ]
    return values


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif value is not None:
        yield value


def test_croissant_gives_every_row_of_every_record_set(built: Build) -> None:
    found = described(built)
    files = {each["@id"]: each["contentUrl"] for each in found["distribution"]}

    assert [each["@id"] for each in found["recordSet"]] == [table.name for table in built.tables]
    for record_set, table in zip(found["recordSet"], built.tables, strict=True):
        rows = list(read_rows(built.folder / table.file))
        assert len(rows) == table.rows > 0
        told = set()
        for field in record_set["field"]:
            for leaf in field.get("subField", [field]):
                _, column, *within = leaf["@id"].split("/")
                told.add(column)
                values = read_field(built.folder, files, leaf)
                assert values == [plucked(row[column], within) for row in rows]
                assert {type(each) for each in leaves(values)} <= {TYPES[leaf["dataType"]]}
                if field.get("repeated") or leaf.get("repeated"):
                    assert all(value is None or isinstance(value, list) for value in values)
        deep = {column.name for column in table.columns} - told
        assert all(name in record_set["description"] for name in deep)


def plucked(value: Any, within: list[str]) -> Any:
    """A value, or of each of its structs one."""
    if not within or value is None:
        return value
    return [each[within[0]] for each in value] if isinstance(value, list) else value[within[0]]


def as_read(value: Any) -> Any:
    """A value as the reader of Croissant gives it: text as bytes."""
    if isinstance(value, str):
        return value.encode("utf-8")
    return [as_read(each) for each in value] if isinstance(value, list) else value


@pytest.mark.references("mlcroissant")
@pytest.mark.filterwarnings("ignore")
def test_croissant_is_valid_and_gives_every_row(built: Build) -> None:
    mlcroissant = importlib.import_module("mlcroissant")

    dataset = mlcroissant.Dataset(jsonld=str(built.folder / "croissant.json"))

    issues = dataset.metadata.ctx.issues
    assert issues.errors == set()
    assert [each for each in issues.warnings if "datePublished" not in each] == []
    assert {each.uuid for each in dataset.metadata.record_sets} == {table.name for table in built.tables}
    for table in built.tables:
        rows = list(read_rows(built.folder / table.file))
        records = list(dataset.records(table.name))
        assert len(records) == table.rows == len(rows)
        flat = [each.name for each in table.columns if not isinstance(innermost(each.type), Struct)]
        for record, row in zip(records, rows, strict=True):
            for name in flat:
                found = record[f"{table.name}/{name}"]
                assert found == as_read(row[name]) or (found is None and row[name] == [])


def innermost(type_: ColumnType) -> ColumnType:
    """What lists hold in the end."""
    return innermost(type_.of) if isinstance(type_, ListOf) else type_


def test_citation_is_the_corpus_own_or_made(corpus_factory: Callable[..., Path], tmp_path: Path) -> None:
    own = Corpus.open(bundled.folder())
    assert citation_of(own).text.encode("utf-8") == (own.folder / "CITATION.cff").read_bytes()
    assert citation_of(own).authors

    folder = corpus_factory("own")
    made = citation_of(Corpus.open(folder))
    (folder / "CITATION.cff").write_text(made.text, encoding="utf-8")

    again = citation_of(Corpus.open(folder))
    assert again == made
    name = Corpus.open(folder).manifest.name
    assert made.sentence("1.2.3").startswith(f"The authors of {name}. ")
    assert made.sentence("1.2.3").endswith(", version 1.2.3.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cff-version: [", "it is not YAML"),
        ("- a", "it is no mapping"),
        ("cff-version: 1.2.0\nmessage: x\ntitle: x", "it lacks authors"),
        ("cff-version: 1.2.0\nmessage: x\ntitle: x\nauthors: [{}]", "an author has no name"),
        ("cff-version: 1.2.0\nmessage: x\ntitle: x\nauthors: [{name: a}]\nversion: 9.9.9", "of version 9.9.9"),
    ],
)
def test_citation_refuses_what_is_none_before_anything_is_replaced(
    corpus_factory: Callable[..., Path], tmp_path: Path, text: str, message: str
) -> None:
    folder = corpus_factory("own")
    build(Corpus.open(folder), tmp_path / "out")
    before = (tmp_path / "out" / "SHA256SUMS").read_bytes()
    (folder / "CITATION.cff").write_text(text, encoding="utf-8")

    with pytest.raises(InputRefused, match=rf"CITATION.cff: E-CITATION .*{message}"):
        build(Corpus.open(folder), tmp_path / "out")

    assert (tmp_path / "out" / "SHA256SUMS").read_bytes() == before
