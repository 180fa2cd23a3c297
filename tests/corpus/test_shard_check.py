"""The check of shards: what is found line by line, alone and by several processes, and that nothing is held."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from corpus import shard_pool
from corpus.check import Seen
from corpus.corpus import Corpus
from corpus.errors import StoreFailed
from corpus.shard_check import check_shard
from schemas import Entity, Finding, LabelledDocument
from schemas.security import SecuritySchema

SCHEMA = SecuritySchema()
ENTITIES = {"one": Entity(id="one", kind="state", name="One"), "two": Entity(id="two", kind="group", name="Two")}


@pytest.fixture
def lines(corpus_factory: Callable[..., Path]) -> list[bytes]:
    """The gold layer of the sample, a document a line."""
    corpus = Corpus.open(corpus_factory())
    layer = corpus.layer("gold")
    return [
        LabelledDocument(document=document, header=layer[name].header, annotations=tuple(layer[name].annotations))
        .model_dump_json(by_alias=True, exclude_computed_fields=True)
        .encode()
        for name, document in corpus.documents.items()
    ]


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    return tmp_path / "shard.jsonl"


def write(shard: Path, lines: Iterable[bytes]) -> Path:
    with shard.open("wb") as stream:
        stream.writelines(line + b"\n" for line in lines)
    return shard


def found(shard: Path, processes: int = 1) -> list[str]:
    return [finding.code for finding in check_shard(shard, SCHEMA, ENTITIES, processes=processes)]


def as_dict(line: bytes) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(line)
    return record


def test_shard_check_is_silent_about_a_good_shard(shard: Path, lines: list[bytes]) -> None:
    seen = Seen()

    assert list(check_shard(write(shard, lines), SCHEMA, ENTITIES, seen=seen)) == []
    assert (seen.documents, seen.layers, seen.annotations) == (2, 0, 5)


REPLACED = [
    ("E-TEXT", b'"text":"demands"', b'"text":"DEMANDS"'),
    ("E-DOC-HASH", b'"Talks', b'"talks'),
    ("E-DOC-HASH", "communiqué".encode(), b"communique"),
    ("E-HEADER-DOCUMENT", b'"header":{"document":"d1"', b'"header":{"document":"d9"'),
    ("E-HEADER-SCHEMA", b'security@1.0.0","annotator":"anna","status":"done","comment":null},"annotations":[{"id":"b1"',
     b'security@0.9.9","annotator":"anna","status":"done","comment":null},"annotations":[{"id":"b1"'),
    ("E-SCHEMA-NEWER", b'security@1.0.0","annotator":"anna","status":"done","comment":null},"annotations":[{"id":"b1"',
     b'security@1.0.1","annotator":"anna","status":"done","comment":null},"annotations":[{"id":"b1"'),
    ("E-HEADER", b'"status":"done","comment":null},"annotations":[{"id":"a1"',
     b'"status":"over","comment":null},"annotations":[{"id":"a1"'),
    ("I-LAYER-OPEN", b'"status":"done","comment":null},"annotations":[{"id":"a1"',
     b'"status":"open","comment":null},"annotations":[{"id":"a1"'),
    ("E-ANNOTATION", b'"type":"demand"', b'"type":"wish"'),
    ("E-LABEL", b'"label":"measure"', b'"label":"pleasure"'),
    ("E-DOC-ZONES", b'"zones":[{"start":0', b'"zones":[{"start":1'),
    ("E-SURROGATE", b'"title":null', b'"title":"\\udc00"'),
    ("E-JSON-CONTROL", b'"title":null', b'"title":"\x1b"'),
    ("E-RECORD", b'"id":"d1","text"', b'"id":"../d1","text"'),
    ("E-ID-DUP", b'{"id":"c1"', b'{"id":"a2"'),
    ("E-REF", b'"speakers":["a1"]', b'"speakers":["b1"]'),
    ("E-ENTITY", b'"metonymy":"none","entity":"one"}', b'"metonymy":"none","entity":"ten"}'),
    ("E-ZONE", b'"end":48,"kind":"body"', b'"end":48,"kind":"residue"'),
    ("N2", b'"content":[[61,81]]', b'"content":[[53,81]]'),
    ("E-NUMBER", b'"end":60', b'"end":1e999'),
    ("E-JSON-DUPKEY", b'"type":"demand"', b'"type":"belief","type":"demand"'),
    ("E-JSON-DUPKEY", b'"type":"demand"', b'"type" :"belief","type":"demand"'),
    ("E-JSON-DUPKEY", b'"type":"demand"', b'"type"\t:"belief","type"  :"demand"'),
    ("E-JSON-DUPKEY", b'"type":"demand"', b'"\\u0074ype":"belief","type":"demand"'),
    ("E-JSON-DUPKEY", b'"title":null', b'"title":"two: words","title":null'),
    ("E-JSON-DUPKEY", b'"title":null', b'"title":"\\":\\":","title":null'),
    ("E-JSON-DUPKEY", b'{"start":0', b'{"start":0,"start":0'),
    ("E-JSON-DUPKEY", b'"header":{', b'"header":null,"header":{'),
]  # fmt: skip
"""Bytes of the sample's shard, and those that break it."""


@pytest.mark.parametrize(("code", "old", "new"), REPLACED)
def test_shard_check_finds_what_one_edit_breaks(
    shard: Path, lines: list[bytes], code: str, old: bytes, new: bytes
) -> None:
    data = b"".join(line + b"\n" for line in lines)
    assert old in data
    shard.write_bytes(data.replace(old, new, 1))

    assert set(found(shard)) == {code}


def test_shard_check_finds_a_header_of_another_text(shard: Path, lines: list[bytes]) -> None:
    digests = as_dict(lines[0])["header"]["sha256"], as_dict(lines[1])["header"]["sha256"]
    header = f'"header":{{"document":"d1","sha256":"{digests[0]}"'.encode()

    swapped = lines[0].replace(header, header.replace(digests[0].encode(), digests[1].encode()))

    assert found(write(shard, [swapped, lines[1]])) == ["E-HEADER-HASH"]


def test_shard_check_finds_a_key_that_hides_behind_an_escaped_colon(shard: Path, lines: list[bytes]) -> None:
    """Every colon of the text that is an escape makes room for one more key in a count of colons."""
    record = as_dict(lines[1])
    record["document"]["title"] = "One: two"
    plain = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    hidden = plain.replace(b"One: two", b"One\\u003a two").replace(b'"title":', b'"publisher":null,"title":')

    assert found(write(shard, [lines[0], plain])) == []
    assert found(write(shard, [lines[0], hidden])) == ["E-JSON-DUPKEY"]


@pytest.mark.parametrize("text", ['He said: "no": never', "a : b", 'ends in "x":', "\\", '\\":', "\t:\r:"])
def test_shard_check_takes_colons_and_quotes_in_texts(shard: Path, lines: list[bytes], text: str) -> None:
    record = as_dict(lines[1])
    record["document"]["title"] = record["header"]["comment"] = text
    again = as_dict(lines[1])
    again["document"] |= {"id": "d3", "note": None}
    del again["document"]["note"]

    for dumped in (json.dumps(record), json.dumps(record, ensure_ascii=False, separators=(",", ":"))):
        assert found(write(shard, [dumped.encode()])) == []


def test_shard_check_finds_a_document_that_is_there_twice(shard: Path, lines: list[bytes]) -> None:
    other = lines[0].replace(b'"annotator":"anna"', b'"annotator":"bert"')

    assert found(write(shard, [*lines, other])) == []
    findings = list(check_shard(write(shard, [*lines, lines[0]]), SCHEMA, ENTITIES))

    assert [(finding.code, finding.line, finding.document) for finding in findings] == [("E-DOC-DUP", 3, "d1")]


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("E-LINE-BLANK", b"\n"),
        ("E-LINE-TORN", b'{"document"'),
        ("E-MERGE-MARKER", b"<<<<<<< HEAD\n"),
        ("E-UTF8", b"{\xff}\n"),
        ("E-JSON", b"{]\n"),
        ("E-JSON-DEPTH", b'{"a":' + b"[" * 40 + b"\n"),
        ("E-RECORD", b"{}\n"),
    ],
)
def test_shard_check_goes_on_after_a_line_that_is_no_record(
    shard: Path, lines: list[bytes], code: str, data: bytes
) -> None:
    write(shard, [lines[0], lines[1].replace(b'"b1"', b'"b 1"')])
    before = [finding.code for finding in check_shard(shard, SCHEMA, ENTITIES)]
    with shard.open("ab") as stream:
        stream.write(data)

    codes = found(shard)

    assert before == ["E-ANNOTATION"]
    assert codes[0] == "E-ANNOTATION"
    assert code in codes[1:]


def test_shard_check_skips_a_line_that_is_too_long(
    shard: Path, lines: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.shard_check.LINE_LIMIT", len(lines[0]))
    long = lines[1] + b" " * len(lines[0])

    findings = list(check_shard(write(shard, [long, lines[0], b"\xef\xbb\xbf" + lines[0]]), SCHEMA, ENTITIES))

    assert [(finding.code, finding.line) for finding in findings] == [("E-LINE-LONG", 1), ("E-LINE-LONG", 3)]


def test_shard_check_tells_bytes_that_are_read(shard: Path, lines: list[bytes]) -> None:
    told: list[int] = []

    list(check_shard(write(shard, lines), SCHEMA, ENTITIES, progress=told.append))

    assert sum(told) == shard.stat().st_size


def test_shard_check_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    for processes in (1, 2):
        with pytest.raises(StoreFailed):
            list(check_shard(tmp_path / "no.jsonl", SCHEMA, processes=processes))


def without_place(findings: Iterable[Finding]) -> list[tuple[str, int | None, str | None]]:
    return sorted((finding.code, finding.line, finding.annotation) for finding in findings)


@pytest.mark.parametrize("size", [1, 1500, 4000, 1 << 20])
def test_shard_check_finds_the_same_by_several_processes(
    shard: Path, lines: list[bytes], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(shard_pool, "PART_SIZE", size)
    many = [lines[0].replace(b'"d1"', f'"d{number}"'.encode()) for number in range(10, 20)]
    many[3] = many[3].replace(b'"text":"demands"', b'"text":"DEMANDS"')
    many[7] = b"{}"
    write(shard, [*many, many[0], many[0], b"", lines[1]])
    alone, together = Seen(), Seen()
    told: list[int] = []

    one = list(check_shard(shard, SCHEMA, ENTITIES, seen=alone))
    two = list(check_shard(shard, SCHEMA, ENTITIES, seen=together, processes=2, progress=told.append))

    assert without_place(two) == without_place(one)
    assert {code for code, _, _ in without_place(one)} == {
        "E-TEXT", "E-RECORD", "E-HEADER", "E-ANNOTATION", "E-DOC-DUP", "E-LINE-BLANK",
    }  # fmt: skip
    assert together == alone
    assert sum(told) == shard.stat().st_size


# What `getrusage` says begins with what the process held that began this one.
PEAK = """
import sys
from corpus.shard_check import check_shard
from schemas.security import SecuritySchema
assert not list(check_shard(sys.argv[1], SecuritySchema()))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))
"""


@pytest.mark.soak
def test_shard_check_holds_no_more_for_a_shard_that_is_ten_times_as_long(shard: Path, lines: list[bytes]) -> None:
    peaks = []
    for count in (10_000, 100_000):
        write(shard, (lines[0].replace(b'"d1"', f'"d{number}"'.encode()) for number in range(count)))
        ran = subprocess.run([sys.executable, "-c", PEAK, str(shard)], capture_output=True, text=True, check=True)
        peaks.append(int(ran.stdout))

    assert peaks[1] < 200 * 1024
    assert peaks[1] - peaks[0] < 40 * 1024
