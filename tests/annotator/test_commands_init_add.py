"""`annotator init`, `add` and `zones` from outside: what they print, what they write, and what they leave alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from annotator.cli import main
from annotator.exit_codes import ExitCode
from corpus.corpus import Corpus
from corpus.store import DOCUMENTS

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
Factory = Callable[..., Path]

UNUSUAL = {
    "bom.txt": (b"\xef\xbb\xbfA text.\n", "W-DOC-BOM"),
    "crlf.txt": (b"A text.\r\nMore.\r\n", "W-DOC-CRLF"),
    "escape.txt": (b"A \x1b]52;c;eA==\x07text.\n", "W-DOC-CONTROL"),
    "separator.txt": ("A text.\u2028More.\n".encode(), "W-DOC-SEPARATOR"),
    "bidi.txt": ("A \u202etxet\u202c.\n".encode(), "W-BIDI"),
    "long.txt": (b"word " * 1_000_000, "W-DOC-LINE"),
    "emoji.txt": ("A family: 👨‍👩‍👧.\n".encode(), "I-DOC-CLUSTER"),
    "urdu.txt": ("پاکستان نے کہا۔\n".encode(), "I-DOC-RTL"),
}
"""Files that are kept exactly, and the code that they are reported with."""

REFUSED = {
    "latin.txt": (b"one\ncaf\xe9\n", ":2: E-UTF8 byte 4", "iconv"),
    "surrogate.txt": (b"\xed\xa0\xbd", ":1: E-UTF8 byte 1", "write UTF-8"),
    "nul.txt": (b"a\n\0b", ":2: E-DOC-BINARY byte 1", "plain text"),
    "empty.txt": (b"", ": E-DOC-EMPTY", "Leave the file out"),
    "bad name.txt": (b"Fine.", ": E-NAME", "--id"),
}
"""Files that are refused, the place and code, and the way out."""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A new corpus that the command made."""
    folder = tmp_path / "letters"
    assert run("init", folder, "--language", "en").exit_code == ExitCode.OK
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """An empty folder for raw files."""
    folder = tmp_path / "texts"
    folder.mkdir()
    return folder


def test_init_lists_its_files_and_says_what_comes_next(tmp_path: Path) -> None:
    ran = run("init", tmp_path / "c", "--name", "letters", "--licence", "CC-BY-4.0")

    assert ran.exit_code == ExitCode.OK
    assert [Path(line).name for line in ran.stdout.split()] == [
        "documents.jsonl",
        "entities.jsonl",
        "claims.jsonl",
        "README.md",
        "CHANGELOG.md",
        ".gitattributes",
        ".gitignore",
        "corpus.toml",
    ]
    assert "annotator add" in ran.stderr
    assert run("validate", tmp_path / "c").exit_code == ExitCode.OK


def test_init_refuses_where_there_is_a_corpus(corpus: Path) -> None:
    before = (corpus / "corpus.toml").read_bytes()

    ran = run("init", corpus, "--name", "other")

    assert ran.exit_code == ExitCode.USAGE
    assert ran.stdout == ""
    assert "there is a corpus already" in ran.stderr
    assert (corpus / "corpus.toml").read_bytes() == before


def test_add_takes_the_seeds_and_names_their_zones(corpus: Path) -> None:
    ran = run("add", corpus, *SEEDS, "--id-prefix", "3", "--publisher", "Somebody")

    documents = Corpus.open(corpus).documents
    assert ran.exit_code == ExitCode.OK
    assert list(documents) == ["000", "001", "002", "003", "004"]
    assert [document.text.encode() for document in documents.values()] == [path.read_bytes() for path in SEEDS]
    assert {(document.language, document.publisher) for document in documents.values()} == {("en", "Somebody")}
    assert ran.stdout.splitlines()[4] == "004  2,598 code points  1 title, 6 furniture, 5 body, 1 inserted"
    assert ran.stderr == "5 documents added, 5 in all\n"
    assert run("validate", corpus).exit_code == ExitCode.OK


@pytest.mark.parametrize("name", UNUSUAL)
def test_add_keeps_what_is_unusual_exactly_and_reports_it(corpus: Path, texts: Path, name: str) -> None:
    data, code = UNUSUAL[name]
    (texts / name).write_bytes(data)

    ran = run("add", corpus, texts / name)

    (document,) = Corpus.open(corpus).documents.values()
    assert ran.exit_code == ExitCode.OK
    assert document.text.encode("utf-8") == data
    assert f"{texts / name}:1: {code} " in ran.stderr
    assert not set("\x1b\x07\u202e") & set(ran.output)


@pytest.mark.parametrize("name", REFUSED)
def test_add_refuses_all_files_for_one(corpus: Path, texts: Path, name: str) -> None:
    data, place, way_out = REFUSED[name]
    (texts / "old.txt").write_bytes(b"Old.")
    (texts / "new.txt").write_bytes(b"New.")
    (texts / name).write_bytes(data)
    run("add", corpus, texts / "old.txt")
    before = (corpus / DOCUMENTS).read_bytes()

    ran = run("add", corpus, texts / "new.txt", texts / name)

    assert ran.exit_code == ExitCode.REFUSED
    assert ran.stdout == ""
    assert f"{texts / name}{place}" in ran.stderr
    assert way_out in ran.stderr
    assert "1 of 2 files refused; none was added" in ran.stderr
    assert (corpus / DOCUMENTS).read_bytes() == before


def test_add_names_every_file_that_it_refuses(corpus: Path, texts: Path) -> None:
    for name, (data, _, _) in REFUSED.items():
        (texts / name).write_bytes(data)

    ran = run("add", corpus, *sorted(texts.iterdir()))

    told = [line for line in ran.stderr.splitlines() if line.startswith("annotator: ")]
    assert len(told) == len(REFUSED)
    assert all(any(f"/{name}:" in line for line in told) for name in REFUSED)


def test_add_says_that_a_document_is_already_there(corpus: Path, texts: Path) -> None:
    (texts / "a.txt").write_bytes(b"Text.")
    run("add", corpus, texts / "a.txt")

    again = run("add", corpus, texts / "a.txt")
    other = run("add", corpus, texts / "a.txt", "--id", "b")

    assert again.exit_code == ExitCode.REFUSED
    assert "E-DOC-DUP a is already there, with the same text" in again.stderr
    assert other.exit_code == ExitCode.OK
    assert "W-DOC-SAME the same text as a" in other.stderr


def test_add_takes_what_is_known_about_one_file(corpus: Path, texts: Path) -> None:
    (texts / "Report 7.txt").write_bytes(b"Text.")

    ran = run(
        "add", corpus, texts / "Report 7.txt", "--id", "report-7", "--title", "The report", "--date", "2021-11-05",
        "--language", "ur",
    )  # fmt: skip

    document = Corpus.open(corpus).document("report-7")
    assert ran.exit_code == ExitCode.OK
    assert (document.title, str(document.date), document.language) == ("The report", "2021-11-05", "ur")
    assert document.source == "Report 7.txt"


def test_add_takes_one_id_for_one_file_only(corpus: Path, texts: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (texts / name).write_bytes(b"Text.")

    ran = run("add", corpus, texts / "a.txt", texts / "b.txt", "--id", "x")

    assert ran.exit_code == ExitCode.USAGE
    assert Corpus.open(corpus).documents == {}


def test_add_says_that_a_file_is_not_there(corpus: Path, texts: Path) -> None:
    ran = run("add", corpus, texts / "nowhere.txt")

    assert ran.exit_code == ExitCode.STORE
    assert "nowhere.txt: E-STORE it cannot be read: No such file" in ran.stderr


def test_add_runs_no_schema(corpus: Path, texts: Path) -> None:
    (texts / "a.txt").write_bytes(b"Text.")
    manifest = corpus / "corpus.toml"
    manifest.write_text(manifest.read_text().replace("schemas.security:SecuritySchema", "trap:Schema"))
    (corpus / "trap.py").write_text("raise SystemExit(99)\n")

    assert run("add", corpus, texts / "a.txt").exit_code == ExitCode.OK


def test_add_works_as_a_process(corpus: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "annotator", "add", str(corpus), *map(str, SEEDS)], capture_output=True, check=False
    )

    assert ran.returncode == 0
    assert len(ran.stdout.splitlines()) == len(SEEDS)
    assert ran.stderr == b"5 documents added, 5 in all\n"


def test_zones_shows_number_kind_place_and_words(corpus: Path) -> None:
    run("add", corpus, SEEDS[4], "--id", "d")

    ran = run("zones", corpus, "d")

    lines = ran.stdout.splitlines()
    assert ran.exit_code == ExitCode.OK
    assert len(lines) == 13
    assert lines[1].split() == ["2", "furniture", "×", "21", "34", "|", "Editorial"]
    assert lines[4].split()[:7] == ["5", "inserted", "×", "1026", "1091", "Islamabad", "relieves"]


def test_zones_shows_no_command_to_the_terminal(corpus: Path, texts: Path) -> None:
    (texts / "a.txt").write_bytes(b"A \x1b[31mtext.\n")
    run("add", corpus, texts / "a.txt")

    assert "\x1b" not in run("zones", corpus, "a").output


def test_zones_writes_corrections_and_takes_back_the_proposal(corpus: Path) -> None:
    run("add", corpus, *SEEDS[3:], "--id-prefix", "3")
    before = (corpus / DOCUMENTS).read_bytes()

    changed = run("zones", corpus, "004", "--set", "5=heading", "--split", "3@38", "--merge", "9-13")
    corrected = (corpus / DOCUMENTS).read_bytes()
    shown = run("zones", corpus, "004", "--propose")
    taken = run("zones", corpus, "004", "--propose", "--write")

    assert (changed.exit_code, shown.exit_code, taken.exit_code) == (ExitCode.OK,) * 3
    assert changed.stderr == "004 has 10 zones now\n"
    assert corrected != before
    assert shown.stdout == taken.stdout
    assert "nothing was written" in shown.stderr
    assert (corpus / DOCUMENTS).read_bytes() == before
    assert "nothing would change" in run("zones", corpus, "004", "--propose").stderr


def test_zones_refuses_to_close_what_is_annotated(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    before = (folder / DOCUMENTS).read_bytes()

    refused = run("zones", folder, "d1", "--set", "1=residue")
    untouched = (folder / DOCUMENTS).read_bytes() == before
    forced = run("zones", folder, "d1", "--set", "1=residue", "--force")

    assert refused.exit_code == ExitCode.REFUSED
    assert refused.stdout == ""
    assert "would lie in a closed zone: “India”" in refused.stderr
    assert "nothing was changed" in refused.stderr
    assert untouched
    assert forced.exit_code == ExitCode.OK
    assert Corpus.open(folder).document("d1").zones[0].kind == "residue"


@pytest.mark.parametrize(
    "arguments",
    [("--set", "1=footnote"), ("--set", "1"), ("--split", "1"), ("--merge", "1"), ("--write",), ("--set", "99=body")],
)
def test_zones_refuses_what_it_cannot_read(corpus_factory: Factory, arguments: tuple[str, ...]) -> None:
    folder = corpus_factory()
    before = (folder / DOCUMENTS).read_bytes()

    assert run("zones", folder, "d1", *arguments).exit_code == ExitCode.USAGE
    assert (folder / DOCUMENTS).read_bytes() == before
