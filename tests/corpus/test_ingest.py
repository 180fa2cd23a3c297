"""Raw files: what is kept exactly and reported, and what is refused with its place and a way out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import ingest
from corpus.codes import ADDING, GENERIC
from corpus.errors import CorpusError, InputRefused, StoreBusy, StoreFailed
from corpus.record_check import SIZE_LIMIT
from corpus.store import DOCUMENTS, Store
from schemas import Document, Severity, digest

REFUSED = {
    "latin-1": ("one\ntwo caf\xe9".encode("latin-1"), "E-UTF8", 2, "byte 8 of the line (0xE9)", "iconv"),
    "overlong": (b"a\xc0\xafb", "E-UTF8", 1, "byte 2 of the line (0xC0)", "iconv"),
    "cut off": ("سلام".encode()[:-1], "E-UTF8", 1, "byte 7 of the line", "iconv"),
    "lone surrogate": (b"ok\n\xed\xa0\xbd!", "E-UTF8", 2, "half of a surrogate pair", "write UTF-8"),
    "CESU-8": (b"\xed\xa0\xbd\xed\xb8\x80", "E-UTF8", 1, "half of a surrogate pair", "write UTF-8"),
    "UTF-16": ("text".encode("utf-16"), "E-UTF8", 1, "looks like UTF-16", "iconv -f UTF-16"),
    "NUL": (b"line one\nab\0cd\n", "E-DOC-BINARY", 2, "byte 3 of the line is NUL", "plain text"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "E-DOC-BINARY", 1, "not a text", "plain text"),
    "empty": (b"", "E-DOC-EMPTY", None, "the file is empty", "Leave the file out"),
    "blank": (b"\xef\xbb\xbf \r\n\t\n\xc2\xa0", "E-DOC-EMPTY", None, "nothing but blanks", "Leave the file out"),
}
"""Bytes, and the code, line, words and way out of their refusal."""

KEPT = {
    "byte order mark": (b"\xef\xbb\xbfA text.\n", ["W-DOC-BOM"]),
    "inner byte order mark": ("A\ufefftext.\n".encode(), ["W-BIDI"]),
    "CRLF": (b"A text.\r\nMore.\r\n", ["W-DOC-CRLF"]),
    "lone CR": (b"A text.\rMore.", ["W-DOC-CRLF"]),
    "U+2028": ("A text.\u2028More.\u2029\x85\n".encode(), ["W-DOC-SEPARATOR"]),
    "escape sequence": (b"A \x1b[31mred\x1b[0m \x1b]52;c;eA==\x07text.\n", ["W-DOC-CONTROL"]),
    "C1 control": ("A \x9b31mtext.\n".encode(), ["W-DOC-CONTROL"]),
    "bidi override": ("A \u202etxet\u202c.\n".encode(), ["W-BIDI"]),
    "joined emoji": ("👨‍👩‍👧 and 🇵🇰 and 👍🏽.\n".encode(), ["I-DOC-CLUSTER"]),
    "decomposed accent": ("cafe\u0301\n".encode(), ["I-DOC-CLUSTER"]),
    "Urdu": ("پاکستان نے کہا۔\n".encode(), ["I-DOC-RTL"]),
    "line of 5 MB": (b"word " * 1_000_000, ["W-DOC-LINE"]),
    "plain": ("“Quotes” – and tabs\t, no final newline".encode(), []),
}
"""Bytes, and the codes of the findings that they get."""


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def document(path: Path, id: str = "d") -> Document:
    return ingest.make_document(ingest.read(path), id, source=path.name)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The store of a corpus with one document, `old`, whose line is not in canonical form."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / DOCUMENTS).write_bytes(
        b'{ "sha256": "' + digest(b"Old.").encode() + b'", "text": "\\u004fld.", "id": "old" }\n'
    )
    return Store(folder)


@pytest.mark.parametrize("name", REFUSED)
def test_ingest_refuses_what_is_not_text(name: str, tmp_path: Path) -> None:
    data, code, line, words, way_out = REFUSED[name]
    path = write(tmp_path, "raw.txt", data)

    with pytest.raises(InputRefused) as caught:
        ingest.read(path)

    assert (caught.value.code, caught.value.path, caught.value.line) == (code, str(path), line)
    assert words in caught.value.what
    assert way_out in caught.value.help
    assert path.read_bytes() == data


@pytest.mark.parametrize("name", KEPT)
def test_ingest_keeps_text_exactly_and_reports_what_is_unusual(name: str, tmp_path: Path) -> None:
    data, codes = KEPT[name]

    made = document(write(tmp_path, "raw.txt", data))

    assert made.text.encode("utf-8") == data
    assert made.sha256 == digest(data)
    assert made.is_intact()
    assert [finding.code for finding in ingest.findings(made)] == codes


def test_ingest_counts_what_it_reports_and_names_the_first_place(tmp_path: Path) -> None:
    made = document(write(tmp_path, "raw.txt", "Fine.\nA\u202eb\u202cc\n".encode()))

    (finding,) = ingest.findings(made)

    assert (finding.document, finding.file, finding.line, finding.start, finding.end) == ("d", "raw.txt", 2, 7, 8)
    assert finding.severity is Severity.WARNING
    assert "2 times" in finding.message


def test_ingest_codes_are_not_those_of_the_check() -> None:
    assert not ADDING.keys() & GENERIC.keys()
    assert all(code == rule.code for code, rule in ADDING.items())


def test_ingest_refuses_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.truncate(SIZE_LIMIT + 1)

    with pytest.raises(InputRefused, match=r"large.txt: E-DOC-LARGE the file has 50\.0 MB. Divide it"):
        ingest.read(path)


def test_ingest_refuses_what_is_not_a_file(tmp_path: Path) -> None:
    write(tmp_path, "there.txt", b"Text.")
    (tmp_path / "link.txt").symlink_to("there.txt")
    (tmp_path / "broken.txt").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    refusals = {}

    for name in ("link.txt", "broken.txt", "pipe.txt", "."):
        with pytest.raises(InputRefused) as caught:
            ingest.read(tmp_path / name)
        refusals[name] = caught.value.code

    assert refusals == {
        "link.txt": "E-PATH-SYMLINK",
        "broken.txt": "E-PATH-SYMLINK",
        "pipe.txt": "E-DOC-FILE",
        ".": "E-DOC-FILE",
    }


def test_ingest_says_that_a_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="No such file"):
        ingest.read(tmp_path / "nowhere.txt")


@pytest.mark.parametrize(
    "name", ["two words.txt", "پاکستان.txt", "-rf.txt", "..txt", "a..b.txt", "CON.txt", "x\x1b[0m.txt", "a" * 140]
)
def test_ingest_refuses_a_name_that_is_no_id_and_changes_none(name: str) -> None:
    with pytest.raises(InputRefused, match=r"E-NAME .* Give one with --id"):
        ingest.id_for(Path(name))


def test_ingest_takes_the_id_from_the_stem() -> None:
    assert ingest.id_for(Path("texts/2021-05-03_report.v2.txt")) == "2021-05-03_report.v2"
    assert ingest.id_for(Path("001_8c3a.txt"), 3) == "001"


def test_ingest_takes_title_and_zones_from_the_text(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"A  Title\n\nThe body says something.\n")

    assert document(path).title == "A Title"
    assert [zone.kind for zone in document(path).zones] == ["title", "body"]
    assert ingest.make_document(ingest.read(path), "d", title="Another").title == "Another"


def test_ingest_refuses_a_language_that_is_no_tag(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"a.txt: E-RECORD language: .* not 'German!'"):
        ingest.make_document(ingest.read(write(tmp_path, "a.txt", b"Text.")), "d", language="German!")


def test_ingest_names_the_source_from_the_raw_folder(tmp_path: Path) -> None:
    (tmp_path / "raw" / "deep").mkdir(parents=True)

    assert ingest.source_of(tmp_path / "raw" / "deep" / "a.txt", tmp_path / "x" / ".." / "raw") == "deep/a.txt"
    assert ingest.source_of(tmp_path / "elsewhere" / "a.txt", tmp_path / "raw") == "a.txt"
    assert ingest.source_of(tmp_path / "a.txt", None) == "a.txt"


def test_ingest_adds_behind_what_is_there_and_leaves_its_bytes(store: Store, tmp_path: Path) -> None:
    before = store.read_bytes(DOCUMENTS)
    new = [document(write(tmp_path, name, name.encode()), name) for name in ("b", "a")]

    ingest.add(store, new)

    after = store.read_bytes(DOCUMENTS)
    assert before is not None
    assert (after or b"").startswith(before)
    assert [each.id for each in store.documents()] == ["old", "b", "a"]
    assert store.documents()[1:] == new


@pytest.mark.parametrize(
    ("id", "data", "words"),
    [
        ("old", b"Old.", "is already there, with the same text"),
        ("old", b"New.", "is taken by another text"),
        ("OLD", b"New.", "differs from 'old' only in case"),
    ],
)
def test_ingest_refuses_an_id_that_is_taken(store: Store, tmp_path: Path, id: str, data: bytes, words: str) -> None:
    before = store.read_bytes(DOCUMENTS)
    fine = document(write(tmp_path, "fine", b"Fine."), "fine")

    with pytest.raises(InputRefused, match=words) as caught:
        ingest.add(store, [fine, document(write(tmp_path, "raw", data), id)])

    assert caught.value.code == "E-DOC-DUP"
    assert store.read_bytes(DOCUMENTS) == before


def test_ingest_refuses_two_new_documents_of_one_id(store: Store, tmp_path: Path) -> None:
    one, two = (document(write(tmp_path, name, name.encode()), "same") for name in "ab")

    refusals = list(ingest.refusals([one, two], store.documents()))

    assert [refusal.code for refusal in refusals] == ["E-DOC-DUP"]


def test_ingest_reports_a_text_that_is_there_under_another_id(store: Store, tmp_path: Path) -> None:
    again = document(write(tmp_path, "raw", b"Old."), "again")

    assert [finding.message for finding in ingest.repetitions([again], store.documents())] == ["the same text as old"]


def test_ingest_adds_nothing_to_a_file_that_is_broken(store: Store, tmp_path: Path) -> None:
    broken = (store.read_bytes(DOCUMENTS) or b"") + b'{"id": "half'
    (store.folder / DOCUMENTS).write_bytes(broken)

    with pytest.raises(InputRefused, match="E-LINE-TORN"):
        ingest.add(store, [document(write(tmp_path, "raw", b"New."))])

    assert store.read_bytes(DOCUMENTS) == broken


def test_ingest_adds_nothing_where_somebody_else_has_written(store: Store, tmp_path: Path) -> None:
    class Raced(Store):
        """Somebody else writes between our reading and our writing."""

        def write_bytes(self, file: str, data: bytes, expected: str | None = None) -> str:
            Store(self.folder).write_documents([])
            return super().write_bytes(file, data, expected)

    with pytest.raises(StoreBusy):
        ingest.add(Raced(store.folder), [document(write(tmp_path, "raw", b"New."))])

    assert store.documents() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_ingest_keeps_any_bytes_or_refuses_them(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, "raw.txt", data)

    refused = None
    try:
        made = document(path)
    except CorpusError as error:
        refused = error.code
    else:
        assert made.text.encode("utf-8") == data
        assert all(made.text[each.start : each.end] for each in ingest.findings(made))

    assert refused in {None, "E-UTF8", "E-DOC-BINARY", "E-DOC-EMPTY"}
