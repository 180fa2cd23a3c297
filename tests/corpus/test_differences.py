"""What differs between two revisions: each thing that can happen to an annotation, and nothing that did not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus.corpus import Corpus
from corpus.differences import Differences, LayerDifference, Step, differences
from corpus.git import Repository
from corpus.sides import CommitSide, FolderSide

Factory = Callable[..., Path]
Commit = Callable[[Path], str]
GOLD1 = "layers/gold/d1.jsonl"


@pytest.fixture
def folder(corpus_factory: Factory, commit: Commit, tmp_path: Path) -> Path:
    folder = corpus_factory()
    commit(tmp_path)
    return folder


def compared(folder: Path, before: str = "HEAD", after: str | None = None, **only: Any) -> Differences:
    """A revision against another one, or against the folder."""
    repository = Repository.around(folder)
    first = repository.commit(before)
    side = (
        FolderSide(folder, first) if after is None else CommitSide(repository, folder, after, repository.commit(after))
    )
    corpus = Corpus.open(folder)
    return differences(CommitSide(repository, folder, before, first), side, corpus.schema, **only)


def one(found: Differences) -> LayerDifference:
    (layer,) = found.layers
    return layer


def edit(folder: Path, id: str, about: Mapping[str, Any], file: str = GOLD1) -> None:
    """Changes an annotation's line, in canonical form and in its place."""
    schema = Corpus.open(folder).schema
    header, *lines = [json.loads(line) for line in (folder / file).read_text(encoding="utf-8").splitlines()]
    records = [{**line, **about} if line["id"] == id else line for line in lines]
    records.sort(key=lambda each: (each["start"], each["end"], each["label"], each["id"]))
    canonical = [schema.annotation.validate_json(json.dumps(each)).to_record() for each in records]
    text = "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in (header, *canonical))
    (folder / file).write_text(text, encoding="utf-8")


def drop(folder: Path, id: str, file: str = GOLD1) -> None:
    lines = (folder / file).read_bytes().splitlines(keepends=True)
    (folder / file).write_bytes(b"".join(line for line in lines if f'"id":"{id}"'.encode() not in line))


def test_differences_of_what_is_the_same_are_none(folder: Path) -> None:
    found = compared(folder)

    assert found == Differences("HEAD", "the folder", (), (), ())
    assert found.counts == {}


def test_differences_know_a_field_that_changed(folder: Path) -> None:
    edit(folder, "c1", {"status": "announced"})

    layer = one(compared(folder))

    assert (layer.layer, layer.document, layer.step, layer.header) == ("gold", "d1", Step.CHANGED, ())
    (change,) = layer.changes
    assert (change.step, change.shown.id, change.shown.text) == (Step.CHANGED, "c1", "intelligence sharing")
    (field,) = change.fields
    assert (field.name, field.before, field.after) == ("status", "proposed", "announced")
    assert (field.before_words, field.after_words) == (("proposed",), ("announced",))


def test_differences_know_an_annotation_that_moved(folder: Path) -> None:
    edit(folder, "c1", {"start": 12, "text": "proposed intelligence sharing", "status": "announced"})

    (change,) = one(compared(folder)).changes

    assert change.step is Step.MOVED
    assert change.before is not None
    assert change.after is not None
    assert (change.before.start, change.after.start, change.after.text) == (21, 12, "proposed intelligence sharing")
    assert [field.name for field in change.fields] == ["status"]


def test_differences_know_fragments_that_moved_inside_the_same_hull(folder: Path) -> None:
    edit(folder, "c1", {"fragments": [[21, 33], [34, 41]]})

    (change,) = one(compared(folder)).changes

    assert change.step is Step.MOVED


def test_differences_know_what_was_added_and_removed(folder: Path) -> None:
    drop(folder, "r1")
    record: dict[str, object] = {"id": "n1", "label": "group", "start": 61, "end": 81, "text": "the closure of camps"}
    record |= {"kind": "generic", "designation": "militant"}
    lines = (folder / GOLD1).read_text(encoding="utf-8").splitlines()
    (folder / GOLD1).write_text("\n".join([*lines, json.dumps(record)]) + "\n", encoding="utf-8")

    removed, added = one(compared(folder)).changes

    assert (removed.step, removed.shown.id, removed.after) == (Step.REMOVED, "r1", None)
    assert (added.step, added.shown.id, added.before) == (Step.ADDED, "n1", None)
    words = {field.name: field.before_words for field in removed.fields}
    assert words["content"] == ("the closure of camps",)
    assert words["source"] == ("India",)
    assert words["speakers"] == ("India",)
    assert "addressees" not in words
    assert ("kind", ("generic",)) in [(field.name, field.after_words) for field in added.fields]


def test_differences_say_references_and_extents_in_words(folder: Path) -> None:
    edit(folder, "r1", {"speakers": ["c1", "zz"], "content": [[61, 72]]})

    (change,) = one(compared(folder)).changes

    assert change.step is Step.CHANGED
    words = {field.name: (field.before_words, field.after_words) for field in change.fields}
    assert words == {
        "speakers": (("India",), ("intelligence sharing", "zz")),
        "content": (("the closure of camps",), ("the closure",)),
    }


def test_differences_know_a_label_that_changed(folder: Path) -> None:
    lines = (folder / "layers/gold/d2.jsonl").read_text(encoding="utf-8").splitlines()
    line = json.loads(lines[1])
    kept = {key: line[key] for key in ("id", "start", "end", "text")}
    (folder / "layers/gold/d2.jsonl").write_text(
        f"{lines[0]}\n{json.dumps({**kept, 'label': 'actor', 'kind': 'state', 'entity': 'one'})}\n", encoding="utf-8"
    )

    (change,) = one(compared(folder)).changes

    assert change.step is Step.CHANGED
    assert (change.fields[0].name, change.fields[0].before, change.fields[0].after) == ("label", "group", "actor")


def test_differences_know_a_header_that_changed(folder: Path) -> None:
    data = (folder / GOLD1).read_bytes()
    (folder / GOLD1).write_bytes(data.replace(b'"status":"done"', b'"status":"flagged","comment":"who?"'))

    layer = one(compared(folder))

    assert [(field.name, field.before, field.after) for field in layer.header] == [
        ("status", "done", "flagged"), ("comment", None, "who?"),
    ]  # fmt: skip
    assert layer.changes == ()


def test_differences_do_not_care_how_a_line_is_written(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / GOLD1).read_text(encoding="utf-8").splitlines()]
    text = "".join(json.dumps(line) + "\n" for line in [lines[0], *reversed(lines[1:])])
    (folder / GOLD1).write_text(text, encoding="utf-8")

    layer = one(compared(folder))

    assert (layer.header, layer.changes, layer.unreadable) == ((), (), ())


def test_differences_know_files_that_were_added_and_removed(folder: Path) -> None:
    (folder / "layers/ben").mkdir()
    (folder / "layers/gold/d1.jsonl").rename(folder / "layers/ben/d1.jsonl")

    found = compared(folder)

    assert [(each.layer, each.step, each.counts) for each in found.layers] == [
        ("ben", Step.ADDED, {Step.ADDED: 4}), ("gold", Step.REMOVED, {Step.REMOVED: 4}),
    ]  # fmt: skip
    assert found.counts == {Step.ADDED: 4, Step.REMOVED: 4}


def test_differences_know_records_that_changed(folder: Path) -> None:
    for file, old, new in (
        ("entities.jsonl", b'"The first"', b'"The very first"'),
        ("claims.jsonl", b'"asserts"', b'"denies"'),
        ("documents.jsonl", b'"title":null', b'"title":"A title"'),
    ):
        data = (folder / file).read_bytes()
        assert old in data
        (folder / file).write_bytes(data.replace(old, new, 1))
    with (folder / "entities.jsonl").open("ab") as stream:
        stream.write(b'{"id":"three","kind":"state","name":"The third"}\n')

    found = compared(folder)

    assert [(each.file, each.id, each.step, each.name) for each in found.records] == [
        ("documents.jsonl", "d1", Step.CHANGED, "A title"),
        ("entities.jsonl", "one", Step.CHANGED, "The very first"),
        ("entities.jsonl", "three", Step.ADDED, "The third"),
        ("claims.jsonl", "claim", Step.CHANGED, "It is so."),
    ]
    assert [field.name for field in found.records[0].fields] == ["title"]
    assert found.layers == ()


def test_differences_leave_out_the_lines_that_cannot_be_read(folder: Path) -> None:
    edit(folder, "c1", {"status": "announced"})
    data = (folder / GOLD1).read_bytes()
    (folder / GOLD1).write_bytes(data.replace(b'"kind":"state"', b'"kind":"moon"', 1))

    layer = one(compared(folder))

    (fault,) = layer.unreadable
    assert (fault.side, fault.file, fault.line, fault.code, fault.annotation) == (
        "the folder", GOLD1, 2, "E-ANNOTATION", "a1",
    )  # fmt: skip
    assert [(change.step, change.shown.id) for change in layer.changes] == [(Step.CHANGED, "c1")]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'{"document"', b'{"dokument"', "E-HEADER"),
        (b'{"id":"c1"', b'{"id":', "E-JSON"),
        (b'{"id":"c1"', b'<<<<<<< ours\n{"id":"c1"', "E-MERGE-MARKER"),
        (b"closure", b"clos\xffure", "E-UTF8"),
    ],
)
def test_differences_say_nothing_of_a_file_that_cannot_be_read(folder: Path, old: bytes, new: bytes, code: str) -> None:
    file = "documents.jsonl" if code == "E-UTF8" else GOLD1
    data = (folder / file).read_bytes()
    assert old in data
    (folder / file).write_bytes(data.replace(old, new, 1))

    found = compared(folder)

    assert code in [fault.code for fault in found.all_unreadable]
    assert found.counts == {}


def test_differences_take_an_id_that_is_there_twice_for_a_fault(folder: Path) -> None:
    data = (folder / GOLD1).read_bytes()
    (folder / GOLD1).write_bytes(data.replace(b'"id":"c1"', b'"id":"a1"'))

    layer = one(compared(folder))

    assert [(fault.code, fault.annotation) for fault in layer.unreadable] == [("E-ID-DUP", "a1")]
    assert [(change.step, change.shown.id) for change in layer.changes] == [(Step.REMOVED, "c1")]


def test_differences_of_two_commits_do_not_look_at_the_folder(folder: Path, commit: Commit, tmp_path: Path) -> None:
    edit(folder, "c1", {"status": "announced"})
    commit(tmp_path)
    edit(folder, "c1", {"status": "proposed"})

    assert compared(folder, "HEAD~1", "HEAD").counts == {Step.CHANGED: 1}
    assert compared(folder, "HEAD", "HEAD~1").counts == {Step.CHANGED: 1}
    assert compared(folder, "HEAD~1").counts == {}


def test_differences_of_a_corpus_that_a_commit_does_not_have_are_everything(
    corpus_factory: Factory, commit: Commit, tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    commit(tmp_path)
    folder = corpus_factory()

    found = compared(folder)

    assert found.counts == {Step.ADDED: 10}
    assert [each.step for each in found.records if each.file == "documents.jsonl"] == [Step.ADDED, Step.ADDED]


def test_differences_are_of_the_layers_and_documents_that_are_asked_for(folder: Path) -> None:
    for layer in ("gold", "rules"):
        for document in ("d1", "d2"):
            file = folder / "layers" / layer / f"{document}.jsonl"
            file.write_bytes(file.read_bytes().replace(b'"done"', b'"open"'))

    def asked(**only: Any) -> list[tuple[str, str]]:
        return [(each.document, each.layer) for each in compared(folder, **only).layers]

    assert asked() == [("d1", "gold"), ("d1", "rules"), ("d2", "gold"), ("d2", "rules")]
    assert asked(layers=["gold"]) == [("d1", "gold"), ("d2", "gold")]
    assert asked(documents=["d2"], layers=["rules"]) == [("d2", "rules")]


@pytest.mark.parametrize("schema", ["adverse", "own"])
def test_differences_know_every_schema(corpus_factory: Factory, commit: Commit, tmp_path: Path, schema: str) -> None:
    folder = corpus_factory(schema)
    commit(tmp_path)
    drop(folder, "r1")

    (change,) = one(compared(folder)).changes

    assert change.step is Step.REMOVED
    assert any(field.before_words for field in change.fields)
