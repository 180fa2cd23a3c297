"""The dataset that a corpus is built into: that it says what the corpus says, and that no build does harm."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus import Corpus
from corpus.errors import InputRefused, NameUnknown, OutputRefused, PackageMissing, StoreFailed
from corpus.exports import Options
from corpus.layers import LayerFile
from corpus.parquet import read_rows
from corpus.publish import Build, build
from corpus.store import Store
from schemas import Annotation, Choice, Kind, LabelledDocument, LabelSpec, LayerHeader, Status

HOSTILE_LABEL_TABLES = {"tokens": "tokens__", "default": "default_"}
"""What a label's table is called where it cannot have the label's name."""


@dataclass(frozen=True, slots=True)
class Built:
    """A corpus, and the dataset that was built from it."""

    name: str
    corpus: Corpus
    build: Build
    cache: str

    def rows(self, configuration: str) -> list[dict[str, Any]]:
        """A configuration's rows, as `datasets` gives them."""
        from datasets import load_dataset

        found = load_dataset(str(self.build.folder), configuration, split="train", cache_dir=self.cache)
        return list(found)

    def table_of(self, label: str) -> str:
        """The configuration of a label."""
        return HOSTILE_LABEL_TABLES.get(label, label) if self.name == "hostile" else label


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something reaches for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module", params=["security", "adverse", "own", "hostile"])
def built(
    request: pytest.FixtureRequest,
    sample_writer: Callable[[Path, str], Path],
    hostile_writer: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "hostile":
        hostile_writer(folder / "corpus")
    else:
        sample_writer(folder / "corpus", request.param)
    corpus = Corpus.open(folder / "corpus")
    yield Built(request.param, corpus, build(corpus, folder / "out"), str(folder / "cache"))
    shutil.rmtree(folder)


@pytest.fixture
def small(corpus_factory: Callable[..., Path]) -> Corpus:
    return Corpus.open(corpus_factory("own"))


@pytest.fixture(scope="module")
def own_build(sample_writer: Callable[[Path, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `small` is built into."""
    folder = tmp_path_factory.mktemp("own-build")
    return build(Corpus.open(sample_writer(folder / "corpus", "own")), folder / "out").folder


@pytest.fixture
def earlier(own_build: Path, tmp_path: Path) -> Path:
    """An earlier build of `small`."""
    return shutil.copytree(own_build, tmp_path / "out")


def tree(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def extent_from(pieces: Sequence[Mapping[str, int]]) -> list[tuple[int, int]]:
    return [(piece["start"], piece["end"]) for piece in pieces]


def value_from(kind: Kind, many: bool, choices: Sequence[Choice], value: Any) -> Any:
    """A field's value as an annotation's line has it, from that of the column."""
    if value is None:
        return None
    if many:
        return [value_from(kind, False, choices, each) for each in value]
    if kind is Kind.CHOICE:
        return choices[value].value
    return extent_from(value) if kind is Kind.EXTENT else value


def annotation_from(row: Mapping[str, Any], spec: LabelSpec, corpus: Corpus) -> Annotation:
    """The annotation that a row says, said anew and without the code that made the row."""
    record = {name: row[name] for name in ("id", "start", "end", "text", "score")} | {"label": spec.name}
    pieces = extent_from(row["fragments"])
    record["fragments"] = pieces if len(pieces) > 1 else None
    settled = row["settled"]
    hows = ("agreed", "chosen", "edited", "new")
    record["settled"] = settled and {"how": hows[settled["how"]], "layers": settled["layers"]}
    for field in spec.fields:
        column = f"{field.name}_" if field.name == "document" else field.name
        record[field.name] = value_from(field.kind, field.many, field.choices, row[column])
    return corpus.schema.annotation.validate_json(json.dumps(record))


def test_publish_gives_back_every_annotation(built: Built) -> None:
    gold = built.corpus.layer("gold")

    for spec in built.corpus.schema.specs:
        rows = built.rows(built.table_of(spec.name))

        found = [(row["document"], annotation_from(row, spec, built.corpus)) for row in rows]
        expected = [
            (name, each) for name, layer in gold.items() for each in layer.annotations if each.label == spec.name
        ]
        assert found == expected
        assert found


def test_publish_gives_back_every_layer_side_by_side(built: Built) -> None:
    corpus = built.corpus
    rows = built.rows("layers")
    statuses, kinds = ("open", "done", "flagged"), ("person", "rule", "model")

    found = [(row["layer"], row["document"], row["annotator"], row["id"]) for row in rows]
    expected = [
        (layer, document, file.header.annotator, each.id)
        for document in corpus.documents
        for layer in corpus.layers
        for file in [corpus.layer(layer)[document]]
        for each in file.annotations
    ]
    assert found == expected
    for row in rows:
        header = corpus.layer(row["layer"])[row["document"]].header
        assert statuses[row["status"]] == header.status
        assert kinds[row["annotator_kind"]] == corpus.manifest.annotators[header.annotator].kind
        label = corpus.schema.specs[row["label"]]
        filled = [spec.name for spec in corpus.schema.specs if row.get(struct_of(spec, built)) is not None]
        assert filled == ([label.name] if label.fields or label.derived else [])


def struct_of(spec: LabelSpec, built: Built) -> str:
    """The column of the table of layers that has a label's fields."""
    return "status_" if (built.name, spec.name) == ("hostile", "status") else spec.name


def test_publish_gives_back_every_document(built: Built) -> None:
    labels = [spec.name for spec in built.corpus.schema.specs]
    gold = built.corpus.layer("gold")

    rows = {row["id"]: row for row in built.rows("documents")}

    assert list(rows) == list(built.corpus.documents)
    for name, document in built.corpus.documents.items():
        row = rows[name]
        record = document.model_dump(mode="json")
        for key in record.keys() - {"zones"}:
            assert row[key] == record[key]
        assert [(zone["start"], zone["end"]) for zone in row["zones"]] == [(z.start, z.end) for z in document.zones]
        assert [(each["id"], labels[each["label"]], each["text"]) for each in row["annotations"]] == [
            (each.id, each.label, each.text) for each in gold[name].annotations
        ]
        for each in row["annotations"]:
            pieces = extent_from(each["fragments"])
            assert " ".join(row["text"][start:end] for start, end in pieces) == each["text"]


def test_publish_lists_every_reference(built: Built) -> None:
    schema = built.corpus.schema
    labels = [spec.name for spec in schema.specs]
    fields = list(dict.fromkeys(field.name for _, field in schema.fields(Kind.REFERENCE)))

    found = {
        (row["document"], row["from_id"], fields[row["field"]], row["to_id"], labels[row["to_label"]], row["to_text"])
        for row in built.rows("relations")
    }

    expected = set()
    for name, layer in built.corpus.layer("gold").items():
        by_id = {each.id: each for each in layer.annotations}
        for each in layer.annotations:
            for field in schema.by_name[each.label].of_kind(Kind.REFERENCE):
                value = getattr(each, field.name)
                for target in value if field.many else [value] if value else []:
                    expected.add((name, each.id, field.name, target, by_id[target].label, by_id[target].text))
    assert found == expected
    assert found


def test_publish_gives_back_entities_and_claims(built: Built) -> None:
    kinds = built.corpus.schema.entity_kinds
    stances = ("asserts", "denies", "qualifies", "reports")

    entities = [{**row, "kind": kinds[row["kind"]] if kinds else row["kind"]} for row in built.rows("entities")]
    claims = built.rows("claims")

    assert entities == [each.model_dump(mode="json") for each in built.corpus.entities.values()]
    for claim in claims:
        for position in claim["positions"]:
            position["stance"] = stances[position["stance"]]
    assert claims == [each.model_dump(mode="json") for each in built.corpus.claims.values()]


def test_publish_gives_the_same_bytes_again(built: Built, tmp_path: Path) -> None:
    again = build(Corpus.open(built.corpus.folder), tmp_path / "elsewhere" / "again")

    assert tree(again.folder) == tree(built.build.folder)


def test_publish_lays_out_what_it_lists(built: Built) -> None:
    folder = built.build.folder
    sums = {line[66:]: line[:64] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines()}

    assert sums | {"SHA256SUMS": tree(folder)["SHA256SUMS"]} == tree(folder)
    tables = {f"{table.name}/train-00000-of-00001.parquet" for table in built.build.tables}
    assert sums.keys() == tables | {"README.md", "LICENSE", "CITATION.cff", "croissant.json", "build.json"}
    assert not [name for name in built.build.folder.parent.iterdir() if name.name.startswith(".")]


def test_publish_keeps_class_labels_without_the_card(built: Built) -> None:
    import pyarrow.parquet as pq
    from datasets import Dataset

    from corpus.arrow import features

    for table in built.build.tables:
        alone = Dataset(pq.read_table(built.build.folder / table.file))
        assert alone.features == features(table.columns)


def yaml_1_2_tag(text: str) -> str:
    """What a reader of YAML 1.2 takes plain text for, by the core schema."""
    import re

    if re.fullmatch(r"null|Null|NULL|~|", text):
        return "null"
    if re.fullmatch(r"true|True|TRUE|false|False|FALSE", text):
        return "bool"
    if re.fullmatch(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", text):
        return "int"
    number = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    return "float" if re.fullmatch(number, text) else "str"


def test_publish_card_is_read_as_it_is_meant(built: Built) -> None:
    import yaml  # type: ignore[import-untyped]
    from datasets import get_dataset_config_names
    from huggingface_hub import DatasetCard

    text = (built.build.folder / "README.md").read_text("utf-8")
    card = DatasetCard(text)
    about = built.corpus.manifest

    assert card.data["pretty_name"] == (about.title or about.name)
    assert card.data["license"] == ("other" if built.name == "hostile" else "unknown")
    assert card.data["size_categories"] == ["n<1K"]
    assert card.data["annotations_creators"] == ["machine-generated" if built.name == "hostile" else "expert-generated"]
    assert [config["config_name"] for config in card.data["configs"]] == [table.name for table in built.build.tables]
    assert [config["config_name"] for config in card.data["configs"] if config.get("default")] == ["documents"]
    assert sorted(get_dataset_config_names(str(built.build.folder))) == sorted(each.name for each in built.build.tables)
    plain = [
        node.value
        for node in scalars(yaml.compose(text.split("\n---\n")[0], Loader=yaml.SafeLoader))
        if node.tag.endswith(":str") and node.style is None
    ]
    assert {text for text in plain if yaml_1_2_tag(text) != "str"} == set()


def scalars(node: Any) -> Iterator[Any]:
    """Every scalar of a YAML document."""
    if isinstance(node.value, str):
        yield node
    else:
        for each in node.value:
            for part in each if isinstance(each, tuple) else (each,):
                yield from scalars(part)


def test_publish_card_body_has_the_data_statement_and_no_markup_of_others(built: Built) -> None:
    body = (built.build.folder / "README.md").read_text("utf-8").split("\n---\n", 1)[1]

    assert f"labelled by the schema `{built.corpus.schema.id}`" in body
    for spec in built.corpus.schema.specs:
        assert f"| `{spec.name}` |" in body
    if built.name == "hostile":
        assert "\nA statement.\n" in body
        assert "# The title" not in body
        assert "<script>alert" not in body
        assert "<b>" not in body
        assert "\x1b" not in body
        assert "\u202e" not in body


@pytest.mark.parametrize("change", ["text", "name"])
def test_publish_is_read_anew_after_a_change(small: Corpus, tmp_path: Path, change: str) -> None:
    from datasets import load_dataset

    cache = str(tmp_path / "cache")
    build(small, tmp_path / "one" / "out")
    before = load_dataset(str(tmp_path / "one" / "out"), split="train", cache_dir=cache)[:]["title"]
    documents = [each.model_copy(update={"title": "new"}) for each in small.documents.values()]
    small.store.write_documents(documents)
    # The same folder with as many rows, or another folder of the same name: `datasets` keeps both under one key.
    out = tmp_path / ("one" if change == "text" else "two") / "out"
    build(Corpus.open(small.folder), out)

    after = load_dataset(str(out), split="train", cache_dir=cache)[:]["title"]

    assert before == [None, None]
    assert after == ["new", "new"]


def set_status(corpus: Corpus, status: Status) -> None:
    layer = corpus.layer("gold")["d2"]
    header = LayerHeader(**{**layer.header.model_dump(), "status": status, "comment": "why"})
    corpus.store.write_layer(LayerFile("gold", header, layer.annotations))


def misquote(corpus: Corpus) -> None:
    path = corpus.folder / "layers" / "gold" / "d1.jsonl"
    path.write_text(path.read_text("utf-8").replace('"text":"rain"', '"text":"snow"'), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda corpus: set_status(corpus, Status.OPEN),
            "1 document is not done in the layer gold, the first of them d2",
        ),
        (
            lambda corpus: set_status(corpus, Status.FLAGGED),
            "1 document is not done in the layer gold, the first of them d2",
        ),
        (
            lambda corpus: (corpus.folder / "layers" / "gold" / "d2.jsonl").unlink(),
            "1 document is not done in the layer gold, the first of them d2",
        ),
        (misquote, "E-TEXT"),
        (lambda corpus: shutil.rmtree(corpus.folder / "layers" / "gold"), "the gold layer gold is not there"),
    ],
    ids=["open", "flagged", "missing", "erroneous", "no gold"],
)
def test_publish_refuses_an_unfit_layer_unless_it_is_a_draft(
    small: Corpus, earlier: Path, tmp_path: Path, spoil: Callable[[Corpus], None], message: str
) -> None:
    out = earlier
    before = tree(out)
    spoil(small)

    with pytest.raises(InputRefused, match=message):
        build(Corpus.open(small.folder), out)
    assert tree(out) == before

    drafted = build(Corpus.open(small.folder), out, Options(draft=True))
    assert json.loads((out / "build.json").read_bytes())["draft"]
    assert "**A draft.**" in (out / "README.md").read_text("utf-8")
    assert next(table.rows for table in drafted.tables if table.name == "documents") == 2


def test_publish_takes_another_layer(small: Corpus, tmp_path: Path) -> None:
    layer = small.layer("rules")["d1"]
    small.store.write_layer(LayerFile("rules", layer.header, layer.annotations[:1]))

    made = build(Corpus.open(small.folder), tmp_path / "out", Options(layer="rules"))

    assert made.layer == "rules"
    assert made.left_out == ("weather", "relations")
    assert "Left out, since they have no rows: `weather`, `relations`." in (made.folder / "README.md").read_text()
    with pytest.raises(NameUnknown, match="gold, rules"):
        build(small, tmp_path / "out", Options(layer="rule"))


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda out: (out / "notes.txt").write_text("mine"), "notes.txt was added"),
        (lambda out: (out / "README.md").write_text("mine"), "README.md was changed"),
        (lambda out: (out / "LICENSE").unlink(), "LICENSE is missing"),
        (lambda out: (out / "build.json").write_text("{}"), "build.json is not ours"),
        (lambda out: (out / "SHA256SUMS").unlink(), "cannot be read"),
        (lambda out: (out / "more").symlink_to(out / "LICENSE"), "more was added"),
    ],
)
def test_publish_replaces_nothing_but_its_own_build(
    small: Corpus, earlier: Path, tmp_path: Path, prepare: Callable[[Path], None], message: str
) -> None:
    out = earlier
    prepare(out)
    before = tree(out)

    with pytest.raises(OutputRefused, match=message):
        build(small, out)

    assert tree(out) == before


def test_publish_refuses_places_that_are_not_for_it(small: Corpus, tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("mine")
    (tmp_path / "empty").mkdir()
    link.symlink_to(tmp_path / "empty")

    for out in (
        file,
        link,
        Path(),
        small.folder,
        small.folder / "layers" / "hub",
        small.folder.parent,
        tmp_path / "a[1]",
    ):
        with pytest.raises(OutputRefused):
            build(small, out)
    build(small, tmp_path / "empty")

    assert file.read_text() == "mine"


def test_publish_keeps_the_earlier_build_when_the_later_one_fails(small: Corpus, earlier: Path, tmp_path: Path) -> None:
    out = earlier
    before = tree(out)

    def change_meanwhile(step: str) -> None:
        if step == "reading it back":
            Store(small.folder).write_layer(LayerFile("gold", small.layer("gold")["d2"].header))

    with pytest.raises(
        StoreFailed, match=r"E-BUILD .* documents as read by pyarrow differs from the corpus in annotations"
    ):
        build(Corpus.open(small.folder), out, tell=change_meanwhile)

    assert tree(out) == before
    assert {path.name for path in tmp_path.iterdir()} == {"corpus", "out"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("'0': town", "'0': city"), ("dtype: int32", "dtype: int64"), ("num_examples: 2", "num_examples: 3")],
)
def test_publish_sees_a_card_that_differs_from_the_files(small: Corpus, tmp_path: Path, old: str, new: str) -> None:
    def spoil(step: str) -> None:
        if step == "reading it back":
            (card,) = tmp_path.glob(".out.*.building/README.md")
            card.write_text(card.read_text("utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(StoreFailed, match="E-BUILD"):
        build(small, tmp_path / "out", tell=spoil)

    assert not (tmp_path / "out").exists()


def test_publish_takes_up_what_a_killed_build_left(small: Corpus, earlier: Path, tmp_path: Path) -> None:
    out = earlier
    before = tree(out)
    out.rename(tmp_path / ".out.previous")
    (tmp_path / ".out.0123.building").mkdir()
    (small.folder / "layers" / "gold" / "d1.jsonl").unlink()

    with pytest.raises(InputRefused):
        build(Corpus.open(small.folder), out)
    assert tree(out) == before

    build(Corpus.open(small.folder), out, Options(draft=True))
    assert {path.name for path in tmp_path.iterdir()} == {"corpus", "out"}


def test_publish_refuses_a_corpus_without_documents(small: Corpus, tmp_path: Path) -> None:
    small.store.write_documents([])

    with pytest.raises(InputRefused, match="no document"):
        build(Corpus.open(small.folder), tmp_path / "out", Options(draft=True))


def test_publish_refuses_a_number_that_no_column_holds(hostile_writer: Callable[[Path], Path], tmp_path: Path) -> None:
    corpus = Corpus.open(hostile_writer(tmp_path / "corpus"))
    layer = corpus.layer("gold")["d.1"]
    large = layer.annotations[0].model_copy(update={"count": 2**63})
    corpus.store.write_layer(LayerFile("gold", layer.header, (large, *layer.annotations[1:])))

    with pytest.raises(InputRefused, match="column count"):
        build(Corpus.open(corpus.folder), tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("package", ["datasets", "pyarrow"])
def test_publish_says_which_package_is_missing(
    small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(PackageMissing, match=rf"{package}.*pip install 'terminal-annotator\[hub\]'"):
        build(small, tmp_path / "out")


def test_publish_writes_rows_in_small_groups(small: Corpus, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    from corpus.arrow import BATCH_ROWS

    document = small.documents["d2"]
    many = [document.model_copy(update={"id": f"n{number}"}) for number in range(BATCH_ROWS + 1)]
    small.store.write_documents(many)

    made = build(Corpus.open(small.folder), tmp_path / "out", Options(draft=True))

    assert made.tables[0].rows == BATCH_ROWS + 1
    file = pq.ParquetFile(made.folder / made.tables[0].file)
    assert [file.metadata.row_group(group).num_rows for group in range(2)] == [BATCH_ROWS, 1]


def write_shard(path: Path, corpus: Corpus, layer: str) -> Path:
    """Writes a layer as a shard."""
    with path.open("a", encoding="utf-8", newline="\n") as stream:
        for name, file in corpus.layer(layer).items():
            document = LabelledDocument(
                document=corpus.documents[name], header=file.header, annotations=tuple(file.annotations)
            )
            line = document.model_dump(mode="json", by_alias=True, exclude_computed_fields=True, serialize_as_any=True)
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def rows_in(built: Build) -> dict[str, list[Any]]:
    """The rows of every table that a build has."""
    return {table.name: list(read_rows(built.folder / table.file)) for table in built.tables}


@pytest.mark.parametrize("schema", ["adverse", "security"])
def test_publish_reads_shards_as_it_reads_a_layer(
    corpus_factory: Callable[..., Path], tmp_path: Path, schema: str
) -> None:
    corpus = Corpus.open(corpus_factory(schema))
    shard = write_shard(tmp_path / "shard.jsonl", corpus, "gold")

    of_layer = rows_in(build(corpus, tmp_path / "one"))
    of_shard = rows_in(build(corpus, tmp_path / "two", Options(shards=[shard])))

    for name in of_layer.keys() - {"layers", "claims"}:
        assert of_shard[name] == of_layer[name]
    assert {row["layer"] for row in of_shard["layers"]} == {"anna"}
    assert len(of_shard["layers"]) == sum(len(row["annotations"]) for row in of_layer["documents"])
    assert "claims" not in of_shard


def test_publish_takes_one_annotator_of_shards(small: Corpus, tmp_path: Path) -> None:
    shard = write_shard(tmp_path / "shard.jsonl", small, "gold")
    write_shard(shard, small, "rules")

    with pytest.raises(InputRefused, match="of anna and of matcher"):
        build(small, tmp_path / "out", Options(shards=[shard]))
    made = build(small, tmp_path / "out", Options(shards=[shard], layer="matcher"))

    assert {row["annotator"] for row in rows_in(made)["layers"]} == {"matcher"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"text": "rain"', '"text": "snow"', "shard.jsonl:1: E-TEXT"),
        ('"status": "done"', '"status": "open"', "2 documents are not done in the layer anna, the first of them d1"),
        ('"sort": "town"', '"sort": "city"', "shard.jsonl:1"),
    ],
)
def test_publish_refuses_an_unfit_shard(small: Corpus, tmp_path: Path, old: str, new: str, message: str) -> None:
    shard = write_shard(tmp_path / "shard.jsonl", small, "gold")
    text = shard.read_text("utf-8")
    assert old in text
    shard.write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(InputRefused, match=message):
        build(small, tmp_path / "out", Options(shards=[shard]))


def test_publish_refuses_a_document_that_is_in_two_shards(small: Corpus, tmp_path: Path) -> None:
    shards = [write_shard(tmp_path / name, small, "gold") for name in ("a.jsonl", "b.jsonl")]

    with pytest.raises(InputRefused, match="E-DOC-DUP the document d1 is there twice"):
        build(small, tmp_path / "out", Options(shards=shards))


def test_publish_writes_only_the_tables_that_are_named(small: Corpus, tmp_path: Path) -> None:
    made = build(small, tmp_path / "out", Options(only=["place"]))

    assert [table.name for table in made.tables] == ["documents", "place"]
    assert made.left_out == ()
    with pytest.raises(NameUnknown, match="documents, place, route"):
        build(small, tmp_path / "out", Options(only=["plaice"]))
