"""A build without the words of the texts: that they are nowhere in it, and come back from the raw files alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import corpus as library
from annotator.cli import main
from annotator.exit_codes import ExitCode
from corpus import Corpus, bundled
from corpus.errors import InputRefused, OutputRefused
from corpus.exports import Options
from corpus.hydration import write_hydrated
from corpus.parquet import FILE_NAME, read_rows
from corpus.publish import Build, build

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Pair:
    """A corpus, its raw files, and both of its builds."""

    name: str
    corpus: Corpus
    raw: Path
    full: Build
    bare: Build


@pytest.fixture(scope="module", params=["own", "adverse", "security", "hostile", "bundled"])
def pair(
    request: pytest.FixtureRequest,
    sample_writer: Callable[[Path, str], Path],
    hostile_writer: Callable[[Path], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "bundled":
        corpus = Corpus.open(bundled.folder())
    elif request.param == "hostile":
        corpus = Corpus.open(hostile_writer(folder / "corpus"))
    else:
        corpus = Corpus.open(sample_writer(folder / "corpus", request.param))
    raw = folder / "raw"
    raw.mkdir()
    for document in corpus.documents.values():
        (raw / (document.source or f"{document.id}.txt")).write_bytes(document.text.encode("utf-8"))
    full = build(corpus, folder / "full")
    yield Pair(request.param, corpus, raw, full, build(corpus, folder / "bare", Options(standoff=True)))
    shutil.rmtree(folder)


def words_of(text: str, letters: int = 5) -> set[str]:
    """The words of at least that many letters."""
    return set(re.findall(rf"[^\W\d_]{{{letters},}}", text))


def strings_in(value: object) -> Iterator[str]:
    """Every string of a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings_in(each)


def test_standoff_gives_everything_back_from_the_raw_files(pair: Pair) -> None:
    filled = library.hydrate(pair.bare.folder, pair.raw)

    assert filled.keys() == {table.name for table in pair.full.tables}
    for table in pair.full.tables:
        path = pair.full.folder / table.file
        assert list(filled[table.name].with_format("arrow").to_list()) == list(read_rows(path))
        assert filled[table.name].column_names == [column.name for column in table.columns]


def test_standoff_hydrates_what_datasets_has_loaded(pair: Pair, tmp_path: Path) -> None:
    from datasets import DatasetDict, load_dataset

    loaded = DatasetDict(
        {
            table.name: load_dataset(str(pair.bare.folder), table.name, split="train", cache_dir=str(tmp_path))
            for table in pair.bare.tables
        }
    )

    filled = library.hydrate(loaded, pair.raw)

    for table in pair.full.tables:
        expected = load_dataset(str(pair.full.folder), table.name, split="train", cache_dir=str(tmp_path))
        assert filled[table.name].features == expected.features
        assert filled[table.name].to_list() == expected.to_list()


def own_words(corpus: Corpus) -> str:
    """What may be published of a corpus beside its texts: what its authors and the schema's wrote themselves."""
    entities = (f"{each.id} {each.name} {' '.join(each.aliases)} {each.note}" for each in corpus.entities.values())
    claims = (f"{each.proposition} {each.note}" for each in corpus.claims.values())
    about = (f"{each.publisher} {each.source}" for each in corpus.documents.values())
    files = [path for name in ("corpus.toml", "README.md", "CITATION.cff") if (path := corpus.folder / name).exists()]
    code = [*(ROOT / "corpus").glob("*.py"), *(ROOT / "schemas").rglob("*.py"), *corpus.folder.glob("*.py")]
    return "\n".join([*entities, *claims, *about, *(path.read_text("utf-8") for path in (*files, *code))])


def test_standoff_has_no_word_that_stands_only_in_the_texts(pair: Pair) -> None:
    texts = " ".join(document.text for document in pair.corpus.documents.values())
    known = own_words(pair.corpus)
    secret = {word for word in words_of(texts) if word not in known}
    long = {word.encode("utf-8") for word in secret if len(word) > 7}
    if pair.name == "bundled":
        assert len(secret) > 500

    for path in (path for path in pair.bare.folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        # Minima and maxima of columns are not compressed; short words would be found by chance in what is.
        assert [word for word in long if word in data] == []
        if path.suffix == ".parquet":
            shown = "\n".join(word for row in read_rows(path) for word in strings_in(row))
        else:
            shown = data.decode("utf-8")
        assert words_of(shown) & secret == set()


def test_standoff_says_that_the_texts_are_not_in_it(pair: Pair) -> None:
    card = (pair.bare.folder / "README.md").read_text("utf-8")

    assert "**The texts are not in it.**" in card
    assert "**The texts are not in it.**" not in (pair.full.folder / "README.md").read_text("utf-8")
    assert "not part of this dataset" in (pair.bare.folder / "LICENSE").read_text("utf-8")
    assert json.loads((pair.bare.folder / "build.json").read_bytes())["standoff"] is True


def test_standoff_is_the_same_bytes_again(pair: Pair, tmp_path: Path) -> None:
    again = build(Corpus.open(pair.corpus.folder), tmp_path / "again", Options(standoff=True))

    assert (again.folder / "SHA256SUMS").read_bytes() == (pair.bare.folder / "SHA256SUMS").read_bytes()


@pytest.fixture
def small(corpus_factory: Callable[..., Path], tmp_path: Path) -> tuple[Path, Path]:
    """A standoff build, and its raw files."""
    corpus = Corpus.open(corpus_factory("own"))
    raw = tmp_path / "raw"
    raw.mkdir()
    for document in corpus.documents.values():
        (raw / f"{document.id}.txt").write_bytes(document.text.encode("utf-8"))
    return build(corpus, tmp_path / "bare", Options(standoff=True)).folder, raw


def test_hydrate_finds_a_renamed_raw_file_by_its_digest(small: tuple[Path, Path]) -> None:
    bare, raw = small
    (raw / "d2.txt").rename(raw / "renamed")

    assert library.hydrate(bare, raw)["documents"]["text"][1] == (raw / "renamed").read_bytes().decode("utf-8")

    (raw / "renamed").unlink()
    with pytest.raises(InputRefused, match=r"E-HYDRATE the raw file of the document d2 is not there.*nor any file"):
        library.hydrate(bare, raw)


def test_hydrate_refuses_a_raw_file_with_another_digest(small: tuple[Path, Path]) -> None:
    bare, raw = small
    with (raw / "d1.txt").open("ab") as stream:
        stream.write(b" ")

    with pytest.raises(InputRefused, match=r"d1.txt: E-HYDRATE it is not the text of the document d1: its SHA-256 is"):
        library.hydrate(bare, raw)


@pytest.mark.parametrize("source", ["../outside.txt", "/etc/hostname", "link.txt", "a\0b"])
def test_hydrate_reads_nothing_outside_of_the_folder(small: tuple[Path, Path], tmp_path: Path, source: str) -> None:
    from datasets import Dataset

    bare, raw = small
    (tmp_path / "outside.txt").write_bytes((raw / "d1.txt").read_bytes())
    (raw / "link.txt").symlink_to(tmp_path / "outside.txt")
    (raw / "d1.txt").unlink()
    rows = [{**row, "source": source} for row in read_rows(bare / "documents" / FILE_NAME)]

    with pytest.raises(InputRefused, match="the raw file of the document d1 is not there"):
        library.hydrate({"documents": Dataset.from_list(rows)}, raw)


def test_hydrate_refuses_covered_words_with_another_digest(small: tuple[Path, Path]) -> None:
    from datasets import Dataset, DatasetDict

    bare, raw = small
    tables = {}
    for path in bare.glob(f"*/{FILE_NAME}"):
        tables[path.parent.name] = Dataset.from_parquet(str(path), cache_dir=str(raw.parent / "cache"))
    rows = tables["place"].to_list()
    rows[0]["text"]["fragments"][0]["end"] -= 1
    moved = DatasetDict({**tables, "place": Dataset.from_list(rows, features=tables["place"].features)})

    with pytest.raises(InputRefused, match="E-HYDRATE row 0 of place, column text: the words found in the document"):
        library.hydrate(moved, raw)

    rows[0]["text"]["fragments"][0]["end"] += 10_000
    beyond = DatasetDict({**tables, "place": Dataset.from_list(rows, features=tables["place"].features)})
    with pytest.raises(InputRefused, match="is not in the document"):
        library.hydrate(beyond, raw)


def test_hydrate_refuses_a_dataset_that_has_its_words(corpus_factory: Callable[..., Path], tmp_path: Path) -> None:
    full = build(Corpus.open(corpus_factory("own")), tmp_path / "full").folder

    with pytest.raises(InputRefused, match="it has its words already"):
        library.hydrate(full, tmp_path)
    with pytest.raises(InputRefused, match="no configuration documents"):
        library.hydrate(tmp_path, tmp_path)


def test_hydrate_command_writes_a_dataset_that_loads(small: tuple[Path, Path], tmp_path: Path) -> None:
    from datasets import load_dataset

    bare, raw = small
    out = tmp_path / "out"
    for _ in range(2):
        ran = CliRunner().invoke(main, ["hydrate", str(bare), str(raw), str(out)])

        assert ran.exit_code == ExitCode.OK, ran.stderr
        assert "documents  2\n" in ran.stdout
    loaded = load_dataset(str(out), split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded["text"][:] == [(raw / f"{name}.txt").read_bytes().decode("utf-8") for name in ("d1", "d2")]
    (out / "README.md").write_text("mine")
    with pytest.raises(OutputRefused):
        write_hydrated(bare, raw, out)


def test_hydrate_command_leaves_the_earlier_copy_when_a_digest_differs(
    small: tuple[Path, Path], tmp_path: Path
) -> None:
    bare, raw = small
    out = tmp_path / "out"
    arguments = ["hydrate", str(bare), str(raw), str(out)]
    assert CliRunner().invoke(main, arguments).exit_code == ExitCode.OK
    before = (out / "SHA256SUMS").read_bytes()
    (raw / "d2.txt").write_text("Another text.\n")

    ran = CliRunner().invoke(main, arguments)

    assert ran.exit_code == ExitCode.REFUSED
    assert "E-HYDRATE" in ran.stderr
    assert (out / "SHA256SUMS").read_bytes() == before
    assert not list(tmp_path.glob(".*"))
