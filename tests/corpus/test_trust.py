"""A module that comes with a corpus is run only for who trusts it, and what is trusted is what is run."""

from __future__ import annotations

import json
import py_compile
import subprocess
import sys
from collections.abc import Callable
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from corpus import Corpus, manifest, modules, trust
from corpus.check import check
from corpus.errors import InputRefused, SchemaUnavailable, SchemaUntrusted, StoreFailed
from schemas import LabelSchema

Factory = Callable[..., Path]
SCHEMA = "routes:RouteSchema"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(corpus_factory: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus that brings its schema, with a list of its own on which it is not."""
    folder = corpus_factory("own")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    mark = tmp_path / "was-run"
    with (folder / "routes.py").open("a", encoding="utf-8") as stream:
        stream.write(
            f"\nfrom pathlib import Path\nwith Path({str(mark)!r}).open('a') as stream:\n    stream.write('x')\n"
        )
    return folder


def was_run(folder: Path) -> int:
    """How often the module of the corpus was run."""
    mark = folder.parent / "was-run"
    return len(mark.read_text(encoding="utf-8")) if mark.exists() else 0


def module_of(folder: Path) -> modules.Beside:
    found = modules.beside("routes", folder)
    assert found is not None
    return found


def test_trust_is_needed_before_a_module_beside_is_run(folder: Path) -> None:
    reads: tuple[Callable[[], object], ...] = (
        lambda: Corpus.open(folder),
        lambda: list(check(folder)),
        lambda: manifest.load_schema(SCHEMA, folder),
    )
    for read in reads:
        with pytest.raises(SchemaUntrusted, match=r"routes\.py: E-SCHEMA-UNTRUSTED .* came with it .*annotator trust"):
            read()

    assert was_run(folder) == 0


def test_trust_that_is_remembered_lets_a_corpus_be_read(folder: Path) -> None:
    trust.remember(SCHEMA, module_of(folder))

    assert Corpus.open(folder).schema.name == "route"
    assert was_run(folder) == 1


def test_trust_is_lost_when_the_module_changes(folder: Path) -> None:
    trust.remember(SCHEMA, module_of(folder))
    with (folder / "routes.py").open("a", encoding="utf-8") as stream:
        stream.write("\n")

    with pytest.raises(SchemaUntrusted, match="has changed since you trusted it"):
        Corpus.open(folder)

    assert was_run(folder) == 0


def test_trust_is_of_one_folder_and_one_schema(folder: Path, tmp_path: Path) -> None:
    trust.remember(SCHEMA, module_of(folder))
    other = tmp_path / "other"
    other.mkdir()
    (other / "routes.py").write_bytes((folder / "routes.py").read_bytes())

    with pytest.raises(SchemaUntrusted):
        manifest.load_schema(SCHEMA, other)
    with pytest.raises(SchemaUntrusted):
        manifest.load_schema("routes:Path", folder)


def test_trust_reaches_a_folder_through_a_link(folder: Path, tmp_path: Path) -> None:
    trust.remember(SCHEMA, module_of(folder))
    (tmp_path / "link").symlink_to(folder)

    assert Corpus.open(tmp_path / "link").schema.name == "route"


def test_trust_is_given_by_who_names_the_schema(folder: Path) -> None:
    assert Corpus.open(folder, SCHEMA).schema.name == "route"
    assert list(check(folder, schema=SCHEMA)) == []
    with pytest.raises(SchemaUntrusted):
        Corpus.open(folder)


def test_trust_that_is_granted_ends(folder: Path) -> None:
    with trust.granted():
        assert Corpus.open(folder).schema.name == "route"
        with trust.granted(grants=False), pytest.raises(SchemaUntrusted):
            Corpus.open(folder)

    with pytest.raises(SchemaUntrusted):
        Corpus.open(folder)
    assert trust.listed() == []


def test_trust_is_forgotten(folder: Path) -> None:
    trust.remember(SCHEMA, module_of(folder))

    assert [trust.forget(folder), trust.forget(folder)] == [True, False]
    with pytest.raises(SchemaUntrusted):
        Corpus.open(folder)


def test_trust_keeps_one_line_for_a_folder_and_leaves_the_others(folder: Path, tmp_path: Path) -> None:
    other = modules.Beside("routes", tmp_path / "other" / "routes.py", b"")
    first = trust.remember(SCHEMA, other)
    trust.remember(SCHEMA, module_of(folder))
    with (folder / "routes.py").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    last = trust.remember(SCHEMA, module_of(folder))

    assert trust.listed() == [first, last]
    assert trust.user_folder().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("line", ["{", "[]", '{"folder":"/"}', '{"folder":"","schema":"a:B","sha256":"x"}'])
def test_trust_refuses_a_list_that_is_not_as_it_was_written(folder: Path, line: str) -> None:
    trust.user_folder().mkdir(parents=True)
    (trust.user_folder() / trust.FILE).write_text(f"{line}\n", encoding="utf-8")

    for ask in (
        lambda: Corpus.open(folder),
        lambda: trust.remember(SCHEMA, module_of(folder)),
        lambda: trust.forget(folder),
    ):
        with pytest.raises(InputRefused, match=r"trusted\.jsonl:1"):
            ask()
    assert was_run(folder) == 0


def test_trust_covers_what_is_run_and_no_compiled_form(folder: Path, tmp_path: Path) -> None:
    """git may deliver a compiled form that says it needs no comparison with its source."""
    trust.remember(SCHEMA, module_of(folder))
    evil = tmp_path / "evil.py"
    evil.write_text("raise RuntimeError('the compiled form was run')\n", encoding="utf-8")
    for level in ("", 1, 2):
        compiled = cache_from_source(str(folder / "routes.py"), optimization=level)
        py_compile.compile(str(evil), compiled, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)

    assert Corpus.open(folder).schema.name == "route"


def test_trust_follows_no_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_bytes((folder / "routes.py").read_bytes())
    (folder / "routes.py").unlink()
    (folder / "routes.py").symlink_to(tmp_path / "elsewhere.py")

    with pytest.raises(StoreFailed, match="symbolic link"):
        Corpus.open(folder, SCHEMA)


def test_trust_has_the_class_read_from_the_bytes_that_were_trusted(folder: Path) -> None:
    found = module_of(folder)
    (folder / "routes.py").write_text("raise RuntimeError\n", encoding="utf-8")

    assert issubclass(found.load().RouteSchema, LabelSchema)
    assert found.load() is found.load()
    assert was_run(folder) == 1


# Modules that are installed

EVIL = "raise SystemExit('the module in the current folder was run')\n"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in a folder, with the project installed by a path and nothing else said."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A corpus that names a package which lies in its folder: Python would find it through the current folder."""
    folder = tmp_path / "hostile"
    (folder / "tricks").mkdir(parents=True)
    (folder / "tricks" / "__init__.py").write_text(EVIL, encoding="utf-8")
    for name in ("platformdirs", "tomlkit", "jsonlines", "yaml", "regex"):
        (folder / f"{name}.py").write_text(EVIL, encoding="utf-8")
    (folder / "corpus.toml").write_text('name = "c"\nschema = "tricks:Schema"\n', encoding="utf-8")
    return folder


OPENING = "from corpus.manifest import load_schema; from pathlib import Path; load_schema({!r}, Path())"


@pytest.mark.parametrize("schema", ["tricks:Schema", "tricks.more:Schema"])
@pytest.mark.parametrize("path", [str(ROOT), f":{ROOT}", f"{ROOT}:"])
def test_modules_are_not_looked_for_in_the_current_folder(hostile: Path, schema: str, path: str) -> None:
    ran = run(hostile, "-c", OPENING.format(schema), PYTHONPATH=path)

    assert "was run" not in ran.stderr
    assert f"SchemaUnavailable: {schema}: E-SCHEMA-UNAVAILABLE there is no module" in ran.stderr


def test_modules_are_not_looked_for_in_the_current_folder_by_the_program(hostile: Path) -> None:
    for command in (["validate"], ["validate", "--schema", "tricks:Schema"], ["stats"], ["open"], ["trust"]):
        ran = run(hostile, "-m", "annotator", *command)

        assert "was run" not in ran.stderr
        assert "E-SCHEMA-UNAVAILABLE" in ran.stdout + ran.stderr
        assert "Traceback" not in ran.stderr


def test_modules_are_found_in_the_current_folder_where_somebody_has_named_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "words.py").write_text(
        "from schemas import Annotation, LabelSchema\n\n\nclass Word(Annotation):\n    '''A word.'''\n\n\n"
        "class WordSchema(LabelSchema, version='1.0.0'):\n    labels = (Word,)\n",
        encoding="utf-8",
    )

    # A package without `__init__.py` as well: it is where it was named, and nowhere else.
    for path in (f"{ROOT}:{tmp_path}", f"{tmp_path}:{ROOT}:"):
        ran = run(tmp_path, "-c", OPENING.format("mine.words:WordSchema"), PYTHONPATH=path)
        assert (ran.returncode, ran.stderr) == (0, "")

    ran = run(tmp_path, "-c", OPENING.format("mine.words:WordSchema"))
    assert "E-SCHEMA-UNAVAILABLE" in ran.stderr


def test_modules_that_a_script_brings_are_its_own_affair(tmp_path: Path) -> None:
    (tmp_path / "words.py").write_text(
        "from schemas import Annotation, LabelSchema\n\n\nclass Word(Annotation):\n    '''A word.'''\n\n\n"
        "class WordSchema(LabelSchema, version='1.0.0'):\n    labels = (Word,)\n",
        encoding="utf-8",
    )
    (tmp_path / "train.py").write_text(OPENING.format("words:WordSchema"), encoding="utf-8")

    assert run(tmp_path, "train.py").returncode == 0


def test_modules_that_fail_say_what_they_lack(tmp_path: Path) -> None:
    (tmp_path / "lacking.py").write_text("import nothing_of_that_name\n", encoding="utf-8")

    with pytest.raises(SchemaUnavailable, match="nothing_of_that_name"):
        manifest.load_schema("lacking:Schema", tmp_path, trusted=True)


def test_trust_list_is_json(folder: Path) -> None:
    remembered = trust.remember(SCHEMA, module_of(folder))

    assert json.loads(remembered.line()) == {
        "folder": str(folder.resolve()), "schema": SCHEMA, "sha256": remembered.sha256,
    }  # fmt: skip


def test_modules_are_not_looked_for_through_a_package_that_was_imported_before(hostile: Path, tmp_path: Path) -> None:
    (tmp_path / "installed" / "shared" / "good").mkdir(parents=True)
    (hostile / "shared").mkdir()
    (hostile / "shared" / "evil.py").write_text(EVIL, encoding="utf-8")

    ran = run(
        hostile,
        "-c",
        f"import shared.good; {OPENING.format('shared.evil:Schema')}",
        PYTHONPATH=f"{ROOT}:{tmp_path}/installed",
    )

    assert "was run" not in ran.stderr
    assert "SchemaUnavailable: shared.evil:Schema: E-SCHEMA-UNAVAILABLE there is no module" in ran.stderr


def test_modules_are_not_looked_for_in_the_current_folder_behind_another(hostile: Path) -> None:
    start = "import os, sys; sys.path[:1] = ['/nowhere', os.getcwd()]; "

    ran = run(hostile, "-c", start + OPENING.format("tricks:Schema"))

    assert "was run" not in ran.stderr
    assert "SchemaUnavailable: tricks:Schema: E-SCHEMA-UNAVAILABLE there is no module" in ran.stderr


def test_modules_leave_on_the_path_what_an_import_puts_there(tmp_path: Path) -> None:
    (tmp_path / "more.py").write_text("import sys\nsys.path.insert(0, '/nowhere')\n", encoding="utf-8")
    asked = "import sys; before = list(sys.path); from corpus import modules; modules.installed('more'); "

    ran = run(tmp_path, "-c", asked + "print(sys.path == ['/nowhere', *before])", PYTHONPATH=f"{ROOT}:{tmp_path}")

    assert (ran.stdout, ran.stderr) == ("True\n", "")


def test_trust_that_cannot_be_kept_says_where(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "annotator").symlink_to(tmp_path / "gone")

    with pytest.raises(StoreFailed, match=f"{tmp_path}/annotator"):
        trust.remember("routes:RouteSchema", module_of(folder))
