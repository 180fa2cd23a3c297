"""`corpus.toml`: found, read strictly, and changed without touching what people wrote in it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import manifest
from corpus.errors import CorpusNotFound, InputRefused, SchemaUnavailable
from corpus.store import Store

LEAST = 'name = "c"\nschema = "schemas.security:SecuritySchema"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / manifest.FILE).write_text(LEAST, encoding="utf-8")
    return tmp_path


def written(folder: Path, text: str) -> Path:
    (folder / manifest.FILE).write_text(text, encoding="utf-8")
    return folder


def test_manifest_is_found_here_above_and_in_corpus_data(tmp_path: Path) -> None:
    inner = tmp_path / "project" / "corpus" / "data"
    deep = inner / "layers" / "gold"
    deep.mkdir(parents=True)
    written(inner, LEAST)

    assert manifest.find(inner) == inner
    assert manifest.find(deep) == inner
    assert manifest.find(tmp_path / "project") == inner
    assert manifest.find(tmp_path / "project" / "src" / "nowhere") == inner


def test_manifest_that_is_nowhere_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound, match="annotator init"):
        manifest.find(tmp_path)
    with pytest.raises(CorpusNotFound, match="annotator init"):
        manifest.read(tmp_path)


def test_manifest_has_defaults(folder: Path) -> None:
    about = manifest.read(folder)

    assert (about.name, about.version, about.gold, about.annotators) == ("c", "0.1.0", None, {})
    assert about.schema_path == "schemas.security:SecuritySchema"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "not TOML"),
        ('name = "c"\n', "schema"),
        (LEAST + "colour = 1\n", "colour"),
        (LEAST.replace('"c"', '"a/b"'), "name"),
        (LEAST.replace("security:S", "security.S"), "schema"),
        (LEAST + 'version = "1"\n', "version"),
        (LEAST + "[annotators.anna]\n", "annotators.anna.kind"),
        (LEAST + '[annotators.anna]\nkind = "robot"\n', "annotators.anna.kind"),
        (LEAST + '[annotators."a b"]\nkind = "person"\n', "annotators"),
        ("x = " + "[" * 5000, "nests too deep|not TOML"),
    ],
)
def test_manifest_that_is_wrong_is_refused_with_its_place(folder: Path, text: str, message: str) -> None:
    written(folder, text)

    with pytest.raises(InputRefused, match=rf"corpus\.toml: E-MANIFEST .*({message})"):
        manifest.read(folder)


def test_manifest_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / manifest.FILE).write_bytes(b'name = "\xff"\n')

    with pytest.raises(InputRefused, match="not UTF-8"):
        manifest.read(folder)


def test_manifest_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / manifest.FILE).mkdir()

    with pytest.raises(InputRefused, match="cannot be read"):
        manifest.read(tmp_path)


COMMENTED = """\
# Ours, since 2019.
name = "c"      # short
schema   = "schemas.security:SecuritySchema"

[annotators.anna]   # wrote the guidelines
kind = "person"
"""


def test_manifest_gets_an_annotator_and_keeps_every_comment(folder: Path) -> None:
    written(folder, COMMENTED)

    assert manifest.add_annotator(Store(folder), "rules-1", "rule", "matches names")

    text = (folder / manifest.FILE).read_text(encoding="utf-8")
    assert text.startswith(COMMENTED)
    added = tomllib.loads(text)["annotators"]["rules-1"]
    assert added == {"kind": "rule", "provenance": "matches names"}
    assert set(manifest.read(folder).annotators) == {"anna", "rules-1"}


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "\n[annotators]\n",
        '\nannotators = {ben = {kind = "rule"}}\n',
        '\n[annotators.ben]\nkind = "rule"\n',
        '\nannotators.ben.kind = "rule"\n',
    ],
    ids=["none", "empty", "inline", "table", "dotted"],
)
def test_manifest_gets_an_annotator_however_the_others_are_written(folder: Path, tail: str) -> None:
    written(folder, LEAST + tail)
    before = set(manifest.read(folder).annotators)

    manifest.add_annotator(Store(folder), "anna", "person")

    assert manifest.read(folder).annotators["anna"].kind == "person"
    assert set(manifest.read(folder).annotators) == before | {"anna"}


def test_manifest_leaves_a_declared_annotator_alone(folder: Path) -> None:
    written(folder, COMMENTED)

    assert not manifest.add_annotator(Store(folder), "anna", "person")
    with pytest.raises(InputRefused, match="declared as a person, not a model"):
        manifest.add_annotator(Store(folder), "anna", "model")

    assert (folder / manifest.FILE).read_text(encoding="utf-8") == COMMENTED


@pytest.mark.parametrize("name", ["a b", "../x", "", 'x"]\n'])
def test_manifest_refuses_an_annotator_of_an_unsafe_name(folder: Path, name: str) -> None:
    with pytest.raises(InputRefused, match="E-NAME"):
        manifest.add_annotator(Store(folder), name, "person")

    assert (folder / manifest.FILE).read_text(encoding="utf-8") == LEAST


def test_manifest_that_is_a_link_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / manifest.FILE).symlink_to(folder / manifest.FILE)

    for ask in (lambda: manifest.add_annotator(Store(inner), "anna", "person"), lambda: manifest.read(inner)):
        with pytest.raises(InputRefused, match="E-PATH-SYMLINK"):
            ask()

    assert (folder / manifest.FILE).read_text(encoding="utf-8") == LEAST


# Schemas


def test_manifest_loads_a_schema_that_is_installed(tmp_path: Path) -> None:
    assert manifest.load_schema("schemas.examples.adverse:AdverseEventSchema", tmp_path).name == "adverse_event"


def test_manifest_loads_a_schema_beside_it_and_leaves_no_file(corpus_factory: Callable[..., Path]) -> None:
    one = corpus_factory("own")
    before = {path.name for path in one.iterdir()}

    assert manifest.load_schema("routes:RouteSchema", one).version == "2.1.0"
    assert {path.name for path in one.iterdir()} == before


def test_manifest_does_not_mix_the_schemas_of_two_corpora(corpus_factory: Callable[..., Path]) -> None:
    one = corpus_factory("own", "first")
    other = one.parent / "second"
    other.mkdir()
    (other / "routes.py").write_text((one / "routes.py").read_text().replace("2.1.0", "3.0.0"))

    assert manifest.load_schema("routes:RouteSchema", one).version == "2.1.0"
    assert manifest.load_schema("routes:RouteSchema", other, trusted=True).version == "3.0.0"


@pytest.mark.parametrize(
    ("module", "path", "message"),
    [
        (None, "nowhere:Schema", "there is no module nowhere"),
        (None, "schemas.nowhere:Schema", "there is no module schemas.nowhere"),
        (None, "schemas.security:Nothing", "is not a class that derives from LabelSchema"),
        (None, "schemas:LabelSchema", "is not a class that derives from LabelSchema"),
        ("raise RuntimeError('on purpose')", "own:Schema", "RuntimeError: on purpose"),
        ("import nothing_of_that_name", "own:Schema", "nothing_of_that_name"),
        ("def (", "own:Schema", "SyntaxError"),
        ("raise SystemExit(0)", "own:Schema", "SystemExit: 0"),
    ],
)
def test_manifest_says_why_a_schema_is_not_there(tmp_path: Path, module: str | None, path: str, message: str) -> None:
    if module is not None:
        (tmp_path / "own.py").write_text(module)

    with pytest.raises(SchemaUnavailable, match=message):
        manifest.load_schema(path, tmp_path, trusted=True)


def test_manifest_takes_a_signal_for_no_fault_of_the_module_that_it_interrupts(tmp_path: Path) -> None:
    # Python 3.11 says RuntimeError of whatever is raised while a class takes its names.
    name = "class Name:\n    def __set_name__(self, owner, name):\n        raise SystemExit(143)\n\n"
    code = f"{name}class Schema:\n    name = Name()\n"
    (tmp_path / "own.py").write_text(code, encoding="utf-8")

    with pytest.raises(SystemExit, match="143"):
        manifest.load_schema("own:Schema", tmp_path, trusted=True)
