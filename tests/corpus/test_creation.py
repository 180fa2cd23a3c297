"""New corpora, and new annotators in a `corpus.toml` that people have written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import manifest, trust
from corpus.check import check
from corpus.corpus import Corpus
from corpus.creation import create
from corpus.errors import CorpusExists, InputRefused, SchemaUnavailable, StoreFailed
from corpus.store import Store

SCHEMA = "schemas.examples.adverse:AdverseEventSchema"
HEAD = f'# our corpus\nname = "x"   # short\nschema = "{SCHEMA}"\n\n'


def written(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_creation_makes_a_corpus_that_the_check_finds_good(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "letters"

    files = create(folder, schema=SCHEMA, title='The "Letters"', language="en", licence="CC-BY-4.0", raw="../texts")

    about = Corpus.open(folder).manifest
    assert (about.name, about.title, about.language) == ("letters", 'The "Letters"', "en")
    assert (about.schema_path, about.licence, about.raw) == (SCHEMA, "CC-BY-4.0", "../texts")
    assert about.annotators == {}
    assert list(check(folder)) == []
    assert sorted(files) == sorted(written(folder))
    assert (folder / "layers").is_dir()


def test_creation_tells_git_what_to_leave_alone(tmp_path: Path) -> None:
    create(tmp_path / "c")

    assert "*.jsonl text eol=lf" in (tmp_path / "c" / ".gitattributes").read_text()
    assert "/.annotator/" in (tmp_path / "c" / ".gitignore").read_text()


def test_creation_refuses_a_folder_that_is_a_corpus(tmp_path: Path) -> None:
    create(tmp_path)
    before = written(tmp_path)

    with pytest.raises(CorpusExists, match="there is a corpus already"):
        create(tmp_path, name="another")

    assert written(tmp_path) == before


def test_creation_refuses_a_folder_with_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")

    with pytest.raises(CorpusExists, match=r"README\.md: the file is there already.*nothing was made"):
        create(tmp_path, name="x")

    assert written(tmp_path) == {"README.md": b"mine"}


def test_creation_goes_on_beside_other_files_and_after_an_interruption(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "documents.jsonl").write_bytes(b"")

    new = create(tmp_path, name="x")

    assert "documents.jsonl" not in new
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert Corpus.open(tmp_path).manifest.name == "x"


def test_creation_takes_a_schema_that_lies_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "letters.py").write_text(
        "from schemas import Annotation, LabelSchema\n\n\nclass Name(Annotation):\n    '''A name.'''\n\n\n"
        "class LetterSchema(LabelSchema, version='1.0.0'):\n    labels = (Name,)\n"
    )

    create(tmp_path, name="x", schema="letters:LetterSchema")

    with trust.granted():
        assert Corpus.open(tmp_path).schema.id == "letter@1.0.0"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "my corpus"}, "name: .*--name"),
        ({"name": "../up"}, "name: .*--name"),
        ({"schema": "no colon"}, "schema: .*--schema"),
    ],
)
def test_creation_refuses_values_that_are_not_as_they_must_be(
    tmp_path: Path, values: dict[str, str], words: str
) -> None:
    with pytest.raises(InputRefused, match=words):
        create(tmp_path / "c", **values)

    assert not (tmp_path / "c").exists()


def test_creation_makes_nothing_without_a_schema(tmp_path: Path) -> None:
    with pytest.raises(SchemaUnavailable):
        create(tmp_path / "c", schema="nowhere:Schema")

    assert not (tmp_path / "c").exists()


def test_creation_refuses_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "c").write_text("a file")

    with pytest.raises(StoreFailed):
        create(tmp_path / "c")


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "# [annotators.anna]\n",
        '[annotators.anna]  # first\nkind = "person"\n\n# the end\n',
        '[annotators]\nanna = { kind = "person" } # inside\n',
        'annotators = { anna = { kind = "person" } } # inline\n',
    ],
)
def test_manifest_adds_an_annotator_and_keeps_what_people_wrote(tmp_path: Path, rest: str) -> None:
    (tmp_path / manifest.FILE).write_text(HEAD + rest)
    store = Store(tmp_path)
    before = manifest.read(tmp_path).annotators

    assert manifest.add_annotator(store, "model.v1", "model", 'says "so"\nand so')

    after = (tmp_path / manifest.FILE).read_text()
    added = manifest.AnnotatorEntry(kind="model", provenance='says "so"\nand so')
    assert manifest.read(tmp_path).annotators == {**before, "model.v1": added}
    assert after.startswith(HEAD)
    assert all(comment in after for comment in rest.splitlines() if "#" in comment and "inline" not in comment)


def test_manifest_knows_an_annotator_that_is_there(tmp_path: Path) -> None:
    (tmp_path / manifest.FILE).write_text(HEAD + '[annotators.anna]\nkind = "person"\n')
    before = (tmp_path / manifest.FILE).read_bytes()

    assert manifest.add_annotator(Store(tmp_path), "anna", "person") is False
    with pytest.raises(InputRefused, match="anna is declared as a person, not a rule"):
        manifest.add_annotator(Store(tmp_path), "anna", "rule")
    with pytest.raises(InputRefused, match="E-NAME"):
        manifest.add_annotator(Store(tmp_path), "an na", "rule")

    assert (tmp_path / manifest.FILE).read_bytes() == before
