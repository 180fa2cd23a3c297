"""A glance at a document agrees with what is loaded afterwards, and says nothing where a file is not as expected."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import bundled, drafts
from corpus.corpus import Corpus
from corpus.drafts import Draft
from corpus.glance import Said, glance
from corpus.store import Store
from schemas import Annotation, Extent, Kind, LabelSchema

Factory = Callable[..., Path]
EVERYTHING = 1_000_000


def said_of(annotation: Annotation, schema: LabelSchema) -> list[Said]:
    """The extents of an annotation as the schema knows them."""
    found = [Said(annotation.id, annotation.extent, is_part=False)]
    for field in schema.by_name[annotation.label].of_kind(Kind.EXTENT):
        value = getattr(annotation, field.name)
        parts = value if field.many else [value]
        found += [Said(annotation.id, part, is_part=True) for part in parts if part]
    return found


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_glance_sees_what_is_loaded(name: str) -> None:
    corpus = Corpus.open(bundled.folder())
    document = corpus.document(name)
    expected = [said for each in corpus.layer("gold")[name].annotations for said in said_of(each, corpus.schema)]

    seen = glance(corpus.folder, "gold", name, EVERYTHING)

    assert seen is not None
    assert (seen.document, seen.title, seen.text) == (name, document.title or "", document.text)
    assert sorted(seen.said) == sorted(expected)


@pytest.mark.parametrize("schema", ["security", "adverse", "own"])
def test_glance_knows_no_schema(corpus_factory: Factory, schema: str) -> None:
    folder = corpus_factory(schema)
    corpus = Corpus.open(folder)
    expected = [said for each in corpus.layer("gold")["d1"].annotations for said in said_of(each, corpus.schema)]

    seen = glance(folder, "gold", "d1", EVERYTHING)

    assert seen is not None
    assert sorted(seen.said) == sorted(expected)


def test_glance_takes_the_first_document_where_none_is_named(corpus_factory: Factory) -> None:
    seen = glance(corpus_factory(), "nobody", None, EVERYTHING)

    assert seen is not None
    assert (seen.document, list(seen.said)) == ("d1", [])


def test_glance_sees_drafts_that_are_not_in_the_layer(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    extent, part = Extent.of(0, 5), Extent(((6, 8), (9, 11)))
    made = [
        Draft(id="new", label="attribution", extent=extent, values={"content": [list(each) for each in part]}),
        Draft(id="a1", label="actor", extent=extent),
    ]
    drafts.write(Store(folder), "gold", "d1", made)

    seen = glance(folder, "gold", "d1", EVERYTHING)

    assert seen is not None
    assert [said for said in seen.said if said.id == "new"] == [
        Said("new", extent, is_part=False),
        Said("new", part, is_part=True),
    ]
    assert sum(said.id == "a1" and not said.is_part for said in seen.said) == 1


def test_glance_stops_far_behind_the_horizon(layered: Factory) -> None:
    texts = {"d1": "word " * 4000}
    marks = [{"label": "reaction", "start": place, "end": place + 4} for place in range(0, 20_000, 1000)]
    folder = layered(texts, {"mine": {"d1": marks}})

    seen = glance(folder, "mine", "d1", 100)

    assert seen is not None
    assert [said.extent.start for said in seen.said] == [0, 1000, 2000, 3000, 4000]


@pytest.mark.parametrize(
    ("layer", "document"), [("../x", "d1"), ("gold", "../x"), ("gold", "d9"), ("a b", None), ("", None)]
)
def test_glance_sees_nothing_of_what_has_no_such_name(corpus_factory: Factory, layer: str, document: str) -> None:
    assert glance(corpus_factory(), layer, document, EVERYTHING) is None


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"\xff\xfe\n",
        b"{\n",
        b"[" * 100_000,
        b"[1]\n",
        b'{"id": "d1"}\n',
        b'{"id": "d1", "text": 3}\n',
        b'{"id": "../../x", "text": "a"}\n',
    ],
)
def test_glance_sees_nothing_in_a_broken_file(corpus_factory: Factory, lines: bytes) -> None:
    folder = corpus_factory()
    (folder / "documents.jsonl").write_bytes(lines)

    assert glance(folder, "gold", None, EVERYTHING) is None


def test_glance_sees_nothing_where_there_is_no_file(tmp_path: Path) -> None:
    assert glance(tmp_path, "gold", None, EVERYTHING) is None


@pytest.mark.parametrize(
    "record",
    [
        {"id": "a1", "start": -1, "end": 3},
        {"id": "a1", "start": 3, "end": 3},
        {"id": "a1", "start": 0, "end": 10_000},
        {"id": "a1", "start": True, "end": 3},
        {"id": "a1", "start": "0", "end": 3},
        {"id": "a1", "start": 0},
        {"id": 7, "start": 0, "end": 3},
        {"id": "a1", "start": 0, "end": 3, "fragments": [[0, 1], 7]},
        ["a1", 0, 3],
    ],
)
def test_glance_leaves_out_what_is_no_extent(corpus_factory: Factory, record: object) -> None:
    folder = corpus_factory()
    (folder / "layers" / "gold" / "d1.jsonl").write_text(f"{{}}\n{json.dumps(record)}\n", encoding="utf-8")

    seen = glance(folder, "gold", "d1", EVERYTHING)

    assert seen is not None
    assert list(seen.said) == []


def test_glance_waits_for_nothing_that_checks() -> None:
    program = "import annotator.picture, sys\nprint(*{name.partition('.')[0] for name in sys.modules})"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert {"pydantic", "pydantic_core", "textual", "tomlkit", "jsonlines", "click"} & set(ran.stdout.split()) == set()


@pytest.mark.parametrize("name", ["[]", "{}", "null", "1"])
def test_glance_passes_over_what_has_no_id(corpus_factory: Factory, name: str) -> None:
    folder = corpus_factory("own")
    file = folder / "layers" / "gold" / "d1.jsonl"
    expected = glance(folder, "gold", "d1", EVERYTHING)
    header, *lines = file.read_bytes().splitlines(keepends=True)
    strange = f'{{"id":{name},"start":0,"end":1}}\n'.encode()
    file.write_bytes(b"".join([header, strange, *lines]))
    drafted = folder / ".annotator" / "drafts" / "gold" / "d1.jsonl"
    drafted.parent.mkdir(parents=True)
    drafted.write_bytes(f'{{"id":{name},"extent":[[0,1]],"values":{{}}}}\n'.encode())

    assert expected is not None
    assert glance(folder, "gold", "d1", EVERYTHING) == expected
