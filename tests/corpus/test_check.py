"""For every code that the check may give: one corpus that breaks it by one edit, beside one that it is silent about."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from corpus import Corpus, codes, journal, trust
from corpus.check import Seen, check
from corpus.errors import CorpusNotFound
from corpus.journal import Journal
from corpus.journal_lines import Change
from schemas import Document, Finding, Status

ROOT = Path(__file__).parents[2]
SCHEMAS = ("security", "adverse", "own")
GOLD1 = "layers/gold/d1.jsonl"
GOLD2 = "layers/gold/d2.jsonl"

Edit = Callable[[Path], None]
Factory = Callable[..., Path]


def found(folder: Path | Corpus) -> list[str]:
    """The codes of what the check finds."""
    return [finding.code for finding in check(folder)]


def replace(file: str, old: str, new: str) -> Edit:
    """Puts other bytes in the place of bytes that the file has exactly once."""

    def edit(folder: Path) -> None:
        path = folder / file
        data = path.read_bytes()
        assert data.count(old.encode("utf-8")) == 1
        path.write_bytes(data.replace(old.encode("utf-8"), new.encode("utf-8", "surrogateescape")))

    return edit


def line_edit(file: str, name: str, change: Callable[[bytes], bytes]) -> Edit:
    """Changes the bytes of the one line whose record has that id or is of that document."""

    def edit(folder: Path) -> None:
        path = folder / file
        lines = path.read_bytes().splitlines(keepends=True)
        keys = (f'{{"id":"{name}"'.encode(), f'{{"document":"{name}"'.encode())
        (index,) = (index for index, line in enumerate(lines) if line.startswith(keys))
        lines[index] = change(lines[index].rstrip(b"\n")) + b"\n"
        path.write_bytes(b"".join(lines))

    return edit


def file_edit(file: str, change: Callable[[bytes], bytes]) -> Edit:
    """Changes the bytes of a file."""

    def edit(folder: Path) -> None:
        path = folder / file
        path.write_bytes(change(path.read_bytes()))

    return edit


def last_field(addition: str) -> Callable[[bytes], bytes]:
    """Adds a field to the end of a line."""
    return lambda line: line.removesuffix(b"}") + f",{addition}}}".encode()


def other_words(line: bytes) -> bytes:
    """Turns the letters of the annotation's words to capitals: as long as before, and not what the document says."""
    record = json.loads(line)
    return line.replace(f'"text":"{record["text"]}"'.encode(), f'"text":"{record["text"].upper()}"'.encode())


def other_digest(line: bytes) -> bytes:
    """Turns the digits of the header's digest around."""
    digits = json.loads(line)["sha256"].encode()
    return line.replace(digits, digits[::-1])


def reversed_lines(data: bytes) -> bytes:
    """The header, and the annotations from the last to the first."""
    header, *annotations = data.splitlines(keepends=True)
    return b"".join([header, *reversed(annotations)])


def empty_extent(line: bytes) -> bytes:
    """Lets the annotation end where it begins."""
    record = json.loads(line)
    return line.replace(f'"end":{record["end"]}'.encode(), f'"end":{record["start"]}'.encode())


def crossed_fragments(line: bytes) -> bytes:
    """Divides the annotation into two fragments that overlap."""
    record = json.loads(line)
    start, end = record["start"], record["end"]
    fragments = f'"fragments":[[{start},{end - 1}],[{start + 1},{end}]],"text"'
    return line.replace(b'"text"', fragments.encode(), 1)


def blank_before(line: bytes) -> bytes:
    """Takes the blank before the annotation into it."""
    record = json.loads(line)
    old, new = (f'"start":{record["start"] - more},' for more in (0, 1))
    line = line.replace(old.encode(), new.encode())
    return line.replace(f'"text":"{record["text"]}"'.encode(), f'"text":" {record["text"]}"'.encode())


def rule_that(does: str) -> Edit:
    """Gives the corpus's own schema a rule over documents."""
    return file_edit(
        "routes.py",
        lambda module: module + f"\n    def check(self, document, annotations):\n        {does}\n".encode(),
    )


VALIDATOR = b"""class Route(Annotation):
    @model_validator(mode="after")
    def leads_somewhere(self):
        return {}[self.id]

"""


def far_end(line: bytes) -> bytes:
    """Puts the annotation's end beyond the document's."""
    return line.replace(f'"end":{json.loads(line)["end"]}'.encode(), b'"end":9999')


def inside_a_character(line: bytes) -> bytes:
    """Leaves the last accent out of the annotation."""
    record = json.loads(line)
    old = f'"end":{record["end"]},"text":"{record["text"]}"'
    return line.replace(old.encode("utf-8"), f'"end":{record["end"] - 1},"text":"{record["text"][:-1]}"'.encode())


def renamed(old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / old).rename(folder / new)

    return edit


def copied(old: str, new: str) -> Edit:
    """Copies the files of a folder into a new one."""

    def edit(folder: Path) -> None:
        (folder / new).mkdir()
        for path in (folder / old).iterdir():
            (folder / new / path.name).write_bytes(path.read_bytes())

    return edit


def linked(file: str, target: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).symlink_to(folder / target)

    return edit


def behind_a_link(folder: Path) -> None:
    """Puts the folder of a raw file elsewhere, and a link in its place."""
    (folder.parent / "elsewhere").mkdir()
    (folder / "raw" / "d1.txt").rename(folder.parent / "elsewhere" / "d1.txt")
    (folder / "raw" / "sub").symlink_to(folder.parent / "elsewhere")
    replace("documents.jsonl", '"source":"d1.txt"', '"source":"sub/d1.txt"')(folder)


def made_a_folder(file: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return edit


def killed_session(folder: Path) -> None:
    """Leaves what a session leaves that is killed after it has flagged a document."""
    corpus = Corpus.open(folder)
    header = corpus.layer("gold")["d1"].header
    flagged = header.model_copy(update={"status": Status.FLAGGED, "comment": "look here"})
    Journal.begin(corpus.store, "gold", "d1", Change((header, flagged))).release()


def damaged_journal(folder: Path) -> None:
    path = folder / journal.folder_of("gold", "d1") / f"a{journal.DAMAGED}"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no journal\n")


def added_document(name: str, text: str) -> Edit:
    """One more document, with its raw file."""

    def edit(folder: Path) -> None:
        document = Document.from_bytes(name, text.encode("utf-8"), source=f"{name}.txt")
        (folder / "raw" / f"{name}.txt").write_bytes(text.encode("utf-8"))
        with (folder / "documents.jsonl").open("ab") as stream:
            stream.write(document.model_dump_json().encode("utf-8") + b"\n")

    return edit


def added(file: str, content: str) -> Edit:
    def edit(folder: Path) -> None:
        with (folder / file).open("ab") as stream:
            stream.write(content.encode("utf-8"))

    return edit


def made(file: str, content: str) -> Edit:
    def edit(folder: Path) -> None:
        (folder / file).parent.mkdir(parents=True)
        (folder / file).write_text(content, encoding="utf-8")

    return edit


@dataclass(frozen=True)
class Case:
    """One edit, and what the check finds after it and not before."""

    code: str
    edit: Edit
    also: tuple[str, ...] = ()
    """What cannot but be found with it."""
    schemas: tuple[str, ...] = SCHEMAS

    @property
    def expected(self) -> list[str]:
        return sorted({self.code, *self.also})


def two(line: bytes) -> bytes:
    return line + b"\n" + line


CASES = (
    # The bytes of a file
    Case("E-UTF8", line_edit(GOLD1, "r1", lambda line: line.replace(b'"text":"', b'"text":"\xff', 1))),
    Case("E-UTF8", line_edit("entities.jsonl", "two", lambda line: line.replace(b"The", b"\xc0\x80"))),
    Case("E-BOM", file_edit(GOLD1, lambda data: b"\xef\xbb\xbf" + data)),
    Case("W-CRLF", file_edit(GOLD1, lambda data: data.replace(b"\n", b"\r\n", 1))),
    Case("E-LINE-BLANK", file_edit(GOLD1, lambda data: data + b"\n")),
    Case("E-LINE-TORN", file_edit(GOLD1, lambda data: data.removesuffix(b"\n"))),
    Case("E-LINE-LONG", line_edit(GOLD1, "r1", lambda line: line + b" " * (1 << 20))),
    Case("E-MERGE-MARKER", line_edit(GOLD1, "r1", lambda line: b"=======\n" + line)),
    Case("E-MERGE-MARKER", line_edit("documents.jsonl", "d2", lambda line: b"<<<<<<< HEAD\n" + line)),
    Case("E-JSON", line_edit(GOLD1, "r1", lambda line: line.removesuffix(b"}"))),
    Case("E-JSON", line_edit("entities.jsonl", "two", lambda line: b"[" + line + b"]")),
    Case("E-JSON-DEPTH", line_edit(GOLD1, "r1", last_field('"x":' + "[" * 40 + "]" * 40))),
    Case("E-JSON-CONTROL", line_edit(GOLD1, "r1", lambda line: line.replace(b'"text":"', b'"text":"\x01', 1))),
    Case("E-JSON-CONTROL", line_edit(GOLD1, "r1", lambda line: line.replace(b'"text":"', b'"text":"\t', 1))),
    Case("E-JSON-CONTROL", line_edit("entities.jsonl", "two", lambda line: b"\0" + line)),
    Case("E-SURROGATE", line_edit(GOLD1, "r1", last_field('"x":"\\ud83d"'))),
    Case("E-SURROGATE", line_edit("entities.jsonl", "two", lambda line: line.replace(b"The", b"\\uDE00\\ud83d"))),
    Case("E-JSON-DUPKEY", line_edit(GOLD1, "r1", lambda line: line.replace(b'{"id"', b'{"id":"r1","id"'))),
    Case("E-JSON-DUPKEY", line_edit("documents.jsonl", "d2", last_field('"id":"d2"'))),
    Case("E-NUMBER", line_edit(GOLD1, "r1", last_field('"score":1e999'))),
    Case("E-NUMBER", line_edit(GOLD1, "r1", last_field('"score":NaN'))),
    Case("E-NUMBER", line_edit(GOLD1, "r1", last_field('"score":123456789012345678901'))),
    Case("W-CANONICAL", line_edit(GOLD1, "r1", lambda line: line.replace(b'{"id"', b'{ "id"'))),
    Case("W-CANONICAL", line_edit(GOLD1, "d1", lambda line: line.replace(b'"schema"', b'"sch\\u0065ma"'))),
    Case("W-ORDER", file_edit(GOLD1, reversed_lines)),
    # The corpus as a whole
    Case("E-MANIFEST", added("corpus.toml", '[annotators.third]\nkind = "robot"\n')),
    Case("E-MANIFEST", added("corpus.toml", "name =\n")),
    Case("E-MANIFEST", file_edit("corpus.toml", lambda data: data + b"# \xff\n")),
    Case("E-MANIFEST", added("corpus.toml", "x = " + "[" * 3000)),
    Case("E-PATH-SYMLINK", linked("corpus.toml", "raw/d1.txt")),
    Case("E-SCHEMA-UNAVAILABLE", linked("routes.py", "raw/d1.txt"), schemas=("own",)),
    Case("E-SCHEMA-UNAVAILABLE", replace("corpus.toml", 'Schema"', 'Schemata"')),
    Case("E-NAME", copied("layers/rules", "layers/r\u00fcles")),
    Case("E-NAME", copied("layers/rules", "layers/RULES")),
    Case("E-NAME", copied("layers/rules", "layers/CON")),
    Case("E-NAME", added_document("D1", "It differs from the first in case only.")),
    Case("E-READ", made_a_folder("claims.jsonl")),
    Case("E-READ", made_a_folder(GOLD2)),
    Case("W-JOURNAL-AHEAD", killed_session),
    Case("W-JOURNAL-DAMAGED", damaged_journal),
    Case("W-STRAY", lambda folder: (folder / "layers" / "notes.txt").touch()),
    Case("W-STRAY", lambda folder: (folder / "layers" / "gold" / "d1.jsonl.orig").touch()),
    Case("E-PATH-SYMLINK", linked(GOLD2, "layers/rules/d2.jsonl")),
    Case("E-PATH-SYMLINK", linked("entities.jsonl", "raw/d1.txt")),
    Case("E-PATH-SYMLINK", linked("documents.jsonl", "raw/d1.txt")),
    Case("E-PATH-SYMLINK", lambda folder: (folder / "layers" / "more").symlink_to(folder / "layers" / "gold")),
    Case("E-RULE", rule_that("return 1 / 0"), schemas=("own",)),
    Case("E-RULE", rule_that("return None"), schemas=("own",)),
    Case("E-RULE", rule_that("yield 'nothing'"), schemas=("own",)),
    Case(
        "E-RULE",
        file_edit(
            "routes.py",
            lambda module: (
                b"from pydantic import model_validator\n"
                + module.replace(b"class Route(Annotation):\n", VALIDATOR).replace(b'"""Routes', b'x = """Routes')
            ),
        ),
        schemas=("own",),
    ),
    Case("E-RECORD", added("entities.jsonl", '{"id":"three","name":"The third"}\n')),
    Case("E-RECORD", line_edit("documents.jsonl", "d2", last_field('"colour":"red"'))),
    Case("E-RECORD", line_edit("documents.jsonl", "d2", lambda line: line.replace(b'"id":"d2"', b'"id":7'))),
    Case("E-DOC-ZONES", line_edit("documents.jsonl", "d1", lambda line: line.replace(b'"start":0', b'"start":1'))),
    Case("E-DOC-LARGE", added_document("d3", "word " * 10_000_001), schemas=("own",)),
    Case("E-DOC-DUP", line_edit("documents.jsonl", "d2", two)),
    Case("E-DOC-HASH", line_edit("documents.jsonl", "d1", lambda line: line.replace(b"Ad", b"ad"))),
    Case("W-DOC-BOM", added_document("d3", "\ufeffIt begins with a mark.")),
    Case("E-DOC-RAW", added("raw/d1.txt", "\n")),
    Case("E-DOC-RAW", lambda folder: (folder / "raw" / "d2.txt").unlink()),
    Case("E-DOC-RAW", replace("documents.jsonl", '"source":"d1.txt"', '"source":"../raw/d1.txt"')),
    Case("E-DOC-RAW", replace("documents.jsonl", '"source":"d1.txt"', '"source":"/etc/hostname"')),
    Case("E-DOC-RAW", replace("documents.jsonl", '"source":"d1.txt"', '"source":"d1\\u0000.txt"')),
    Case("E-DOC-RAW", linked("raw/d1.txt", "raw/d2.txt")),
    Case("E-DOC-RAW", behind_a_link),
    Case("E-DOC-RAW", file_edit("raw/d1.txt", bytes.upper)),
    Case("W-BIDI", added_document("d3", "What is shown \u202esi ton tahw si\u202c stored.")),
    Case("E-ENTITY-DUP", line_edit("entities.jsonl", "two", two)),
    Case("E-ENTITY-RECORD-KIND", added("entities.jsonl", '{"id":"three","kind":"moon","name":"The third"}\n')),
    Case("E-CLAIM-DUP", line_edit("claims.jsonl", "claim", two)),
    Case("E-CLAIM-REF", replace("claims.jsonl", '"annotation":"a1"', '"annotation":"a9"')),
    Case("E-CLAIM-REF", replace("claims.jsonl", '"document":"d1"', '"document":"d9"')),
    Case("E-CLAIM-REF", replace("claims.jsonl", '"entity":"one"', '"entity":"nine"')),
    Case("E-GOLD", replace("corpus.toml", 'gold = "gold"', 'gold = "silver"')),
    # A layer's file
    Case("E-HEADER", line_edit(GOLD1, "d1", lambda line: line.replace(b'"done"', b'"over"'))),
    Case("E-HEADER", line_edit(GOLD1, "d1", lambda line: line.replace(b'"done"', b'"flagged"'))),
    Case("E-HEADER", line_edit(GOLD1, "d1", lambda line: line.replace(b'"schema"', b'"schema_id"'))),
    Case("E-HEADER", file_edit(GOLD2, lambda _: b"")),
    Case("E-HEADER-DOCUMENT", renamed(GOLD2, "layers/gold/d9.jsonl")),
    Case("E-HEADER-DOCUMENT", file_edit("documents.jsonl", lambda data: data.splitlines(keepends=True)[0])),
    Case("E-HEADER-HASH", line_edit(GOLD1, "d1", other_digest)),
    Case("E-HEADER-SCHEMA", line_edit(GOLD1, "d1", lambda line: line.replace(b'"schema":"', b'"schema":"x'))),
    Case(
        "E-HEADER-SCHEMA",
        line_edit(GOLD1, "d1", lambda line: line.replace(b"@", b"@0.0.1,").replace(b"@0.0.1,2.1.0", b"@0.0.1")),
        schemas=("own",),
    ),
    Case("E-SCHEMA-NEWER", line_edit(GOLD1, "d1", lambda line: line.replace(b'.0","anno', b'.9","anno'))),
    Case("E-HEADER-ANNOTATOR", replace(GOLD1, '"annotator":"anna"', '"annotator":"nobody"')),
    Case("E-ANNOTATION", line_edit(GOLD1, "r1", last_field('"colour":"red"'))),
    Case("E-ANNOTATION", line_edit(GOLD1, "r1", lambda line: line.replace(b'"start":', b'"start":-'))),
    Case("E-LABEL", line_edit(GOLD1, "r1", lambda line: line.replace(b'"label":"', b'"label":"un'))),
    Case("E-EXTENT-EMPTY", line_edit(GOLD1, "r1", empty_extent)),
    Case("E-EXTENT-FRAGMENTS", line_edit(GOLD1, "r1", crossed_fragments)),
    Case("W-EXTENT-BLANK", line_edit(GOLD1, "r1", blank_before), schemas=("adverse", "own")),
    Case(
        "E-ANNOTATION",
        line_edit(GOLD1, "r1", lambda line: line.replace(b'"hospitalised":false', b'"hospitalised":"no"')),
        schemas=("adverse",),
    ),
    Case("E-ID-DUP", replace(GOLD2, '"id":"b1"', '"id":"a1"')),
    Case("E-ID-DUP", replace(GOLD1, '{"id":"r1"', '{"id":"c1"')),
    Case("W-ROW-DUP", line_edit(GOLD1, "c1", two)),
    Case("E-EXTENT-RANGE", line_edit(GOLD1, "r1", far_end)),
    Case("E-TEXT", line_edit(GOLD1, "r1", other_words)),
    Case("E-ZONE", line_edit("documents.jsonl", "d2", lambda line: line.replace(b'"body"', b'"residue"'))),
    Case("E-EXTENT-DUP", line_edit(GOLD2, "b1", lambda line: line + b"\n" + line.replace(b'"b1"', b'"b2"'))),
    Case("E-INTERRUPTED", made(".annotator/staged/commit.json", "[]")),
    Case(
        "E-CONFLICT",
        line_edit(GOLD2, "b1", lambda line: line + b"\n" + line.replace(b'"b1"', b'"b1--other-0a1b2c"')),
        also=("E-EXTENT-DUP",),
    ),
    Case("E-CONFLICT", line_edit("entities.jsonl", "two", lambda line: line.replace(b'"two"', b'"two--other-0a1b2c"'))),
    Case("E-CONFLICT", line_edit("claims.jsonl", "claim", lambda line: line.replace(b'"claim"', b'"x--other-0a1b2c"'))),
    Case(
        "E-CONFLICT",
        line_edit("documents.jsonl", "d2", lambda line: line + b"\n" + line.replace(b'"d2"', b'"d2--other-0a1b2c"')),
    ),
    Case("E-REF", line_edit(GOLD1, "r1", lambda line: line.replace(b'["a1"]', b'["b1"]'))),
    Case("E-REF-LABEL", line_edit(GOLD1, "r1", lambda line: line.replace(b'["a1"]', b'["c1"]'))),
    Case("E-REF-SELF", line_edit(GOLD1, "r1", lambda line: line.replace(b'["a1"]', b'["r1"]'))),
    Case("W-REF-DUP", line_edit(GOLD1, "r1", lambda line: line.replace(b'["a1"]', b'["a1","a1"]'))),
    Case("E-ENTITY", line_edit(GOLD1, "a1", lambda line: line.replace(b'"one"', b'"nine"'))),
    Case(
        "E-ENTITY-KIND",
        line_edit(GOLD1, "a1", lambda line: line.replace(b'"one"', b'"two"')),
        schemas=("security", "own"),
    ),
    Case(
        "E-ENTITY-KIND",
        line_edit("entities.jsonl", "one", lambda line: line.replace(b'"substance"', b'"plant"')),
        also=("E-ENTITY-RECORD-KIND",),
        schemas=("adverse",),
    ),
    Case("W-CLUSTER", line_edit(GOLD2, "b1", inside_a_character)),
    Case("I-LAYER-OPEN", line_edit(GOLD1, "d1", lambda line: line.replace(b'"done"', b'"open"'))),
)
"""Every case runs in the corpora of its schemas."""


def case_name(case: Case) -> str:
    return f"{case.code}-{CASES.index(case)}"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_check_is_silent_about_a_good_corpus(corpus_factory: Factory, schema: str) -> None:
    assert list(check(corpus_factory(schema))) == []


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("case", CASES, ids=case_name)
def test_check_finds_what_one_edit_breaks(corpus_factory: Factory, case: Case, schema: str) -> None:
    if schema not in case.schemas:
        return
    folder = corpus_factory(schema)

    case.edit(folder)

    with trust.granted():
        assert sorted(set(found(folder))) == case.expected


CHECKING = (
    "check",
    "journal_check",
    "record_check",
    "annotation_check",
    "layers",
    "jsonl",
    "store",
    "manifest",
    "rule_faults",
)
"""The modules by which the check finds; what only others find, such as in raw files, is tested with them."""


def test_check_has_a_case_for_every_code_that_it_may_give() -> None:
    named = {name for module in CHECKING for name in names_of_codes(ROOT / "corpus" / f"{module}.py")}

    # A million annotations take minutes; tests/corpus/test_layers.py shows the limit with a smaller one.
    assert {getattr(codes, name).code for name in named} - codes.SAVING.keys() - {case.code for case in CASES} == {
        "E-LAYER-LARGE"
    }
    assert len(named) > 55


def test_check_names_every_code_that_is_in_the_table() -> None:
    """A code that nothing names can never be found."""
    modules = [path for path in (ROOT / "corpus").rglob("*.py") if path.name != "codes.py"]
    named = {name for path in modules for name in names_of_codes(path)}

    table = [*codes.GENERIC.values(), *codes.SAVING.values()]
    assert {name for name, rule in vars(codes).items() if rule in table} - named - {"BUSY"} == set()


def names_of_codes(path: Path) -> set[str]:
    """The constants of `corpus.codes` that a module names."""
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "codes"
    }


def test_check_goes_on_after_faults(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    for code in ("E-UTF8", "E-EXTENT-DUP", "E-HEADER-HASH", "W-STRAY", "E-CLAIM-REF", "E-DOC-HASH", "E-ENTITY-DUP"):
        next(case for case in CASES if case.code == code).edit(folder)

    codes_found = set(found(folder))

    assert {
        "E-UTF8",
        "E-EXTENT-DUP",
        "W-STRAY",
        "E-CLAIM-REF",
        "E-DOC-HASH",
        "E-ENTITY-DUP",
        "E-HEADER-HASH",
    } <= codes_found


def test_check_gives_the_place_of_what_it_finds(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    line_edit(GOLD1, "r1", other_words)(folder)

    (finding,) = check(folder)

    assert finding == codes.TEXT.finding(
        "the annotation says “DEMANDS”, but [53, 60) of the document is “demands”",
        document="d1", layer="gold", annotation="r1", start=53, end=60, file=GOLD1, line=5,
    )  # fmt: skip


def test_check_says_where_the_words_are_that_an_annotation_has_lost(corpus_factory: Factory) -> None:
    folder = corpus_factory("own")
    line_edit(GOLD1, "c1", lambda line: line.replace(b'"start":25,"end":29', b'"start":26,"end":30'))(folder)

    (finding,) = check(folder)

    assert finding.message.endswith("; those words are at [25, 29)")


def test_check_names_both_lines_of_an_id_that_is_there_twice(corpus_factory: Factory) -> None:
    folder = corpus_factory("own")
    replace(GOLD1, '"id":"r1"', '"id":"c1"')(folder)

    messages = {(finding.line, finding.message) for finding in check(folder)}

    assert messages == {(4, "the id c1 is that of line 3")}


def test_check_counts_what_it_looks_at(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    seen, less = Seen(), Seen()

    assert list(check(folder, seen=seen)) == []
    assert list(check(folder, layers=["rules"], documents=["d2"], seen=less)) == []

    assert (seen.documents, seen.layers, seen.annotations) == (2, 2, 10)
    assert (less.documents, less.layers, less.annotations) == (1, 1, 1)


def test_check_looks_only_at_the_layers_and_documents_that_are_named(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    line_edit(GOLD1, "r1", other_words)(folder)

    assert list(check(folder, layers=["rules"])) == []
    assert list(check(folder, documents=["d2"])) == []
    assert [finding.code for finding in check(folder, layers=["gold"], documents=["d1"])] == ["E-TEXT"]


def test_check_takes_a_corpus_that_is_open(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    corpus = Corpus.open(folder)
    line_edit(GOLD1, "r1", other_words)(folder)

    assert found(corpus) == ["E-TEXT"]


def test_check_takes_another_schema_in_the_place_of_the_corpus_s(corpus_factory: Factory) -> None:
    folder = corpus_factory("own")

    findings = list(check(folder, schema="schemas.examples.adverse:AdverseEventSchema", layers=["gold"]))

    codes_found = {finding.code for finding in findings}
    assert codes_found == {"E-HEADER-SCHEMA", "E-LABEL", "E-ENTITY-RECORD-KIND"}


def test_check_refuses_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound):
        list(check(tmp_path))


def test_check_finds_nothing_in_a_corpus_without_files(tmp_path: Path) -> None:
    (tmp_path / "corpus.toml").write_text('name = "c"\nschema = "schemas.security:SecuritySchema"\n', encoding="utf-8")

    assert list(check(tmp_path)) == []


@pytest.mark.parametrize("file", ["corpus.toml", "documents.jsonl", "entities.jsonl", "claims.jsonl", GOLD1])
@pytest.mark.parametrize(
    "content", [b"\0", b"\xff\xfe\x00", b"{" * 5000, b'{"a":' * 5000, b"[]\n", b'"\\', b"\n\n", b"1e999\n"]
)
def test_check_raises_nothing_whatever_a_file_holds(corpus_factory: Factory, file: str, content: bytes) -> None:
    folder = corpus_factory()
    (folder / file).write_bytes(content)

    assert found(folder)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_check_leaves_the_folder_as_it_was(corpus_factory: Factory, schema: str) -> None:
    folder = corpus_factory(schema)
    before = dict(contents(folder))

    list(check(folder))

    assert dict(contents(folder)) == before
    assert not list(folder.rglob("__pycache__"))


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.read_bytes()


def test_check_gives_findings_as_values(corpus_factory: Factory) -> None:
    folder = corpus_factory()
    line_edit(GOLD1, "r1", other_words)(folder)

    assert [(type(finding), finding.help) for finding in check(folder)] == [(Finding, codes.TEXT.help)]
