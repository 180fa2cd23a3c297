"""Gives every file that is read content that nobody would write, and says what came of it.

``python -m tests.campaigns.fuzz SEED COUNT [FIRST]`` tries the inputs FIRST to FIRST + COUNT of a seed and prints what
it did as JSON; the same numbers give the same inputs. Nineteen of twenty come from files that are right, whose bytes,
lines and values are changed at random; the others are made by Hypothesis from nothing. Wrong is every exception but
those that are declared, more than two seconds of the processor's time, and a process of more than 256 MiB.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import random
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from annotator.cli import main
from annotator.display import safe
from annotator.keymap import Bound
from annotator.keymap import read as read_keys
from annotator.settings import read as read_settings
from annotator.workspace import Workspace
from corpus import citation, guidelines, ingest, journal_lines, layers, manifest, output, trust
from corpus.annotation_check import check_document
from corpus.check import Seen, check
from corpus.corpus import Corpus
from corpus.drafts import Draft, drafts_file
from corpus.errors import CorpusError
from corpus.fitting import fits
from corpus.known import KnownFinding, KnownFindings
from corpus.record_check import DocumentRecords
from corpus.shard_check import ShardCheck
from corpus.store import Store, parse_records
from schemas import (
    Annotation,
    Claim,
    Document,
    Entity,
    EntityId,
    Extent,
    Finding,
    LabelSchema,
    LayerHeader,
    Ref,
    Severity,
    Status,
)

SECONDS = 2.0
MEBIBYTES = 256
SHOWN = 5
"""The most failures that are told in full."""

TEXT = "One two three cafe\u0301 \U0001f469\u200d\U0001f467 چار.\n\nclosed\n"


class Thing(Annotation):
    """Something, with a field of every kind."""

    sort: Literal["small", "large"] = "small"
    sure: bool = True
    count: int | None = None
    weight: float | None = None
    day: datetime.date | None = None
    which: Annotated[str, EntityId(same_as="sort")] | None = None
    parts: tuple[Annotated[str, Ref("thing")], ...] = ()
    aside: Extent | None = None
    places: tuple[Extent, ...] = ()
    note: str | None = None


class Mood(Annotation):
    """How it is."""


class FuzzSchema(LabelSchema, version="1.0.0", name="fuzz"):
    """Things and moods."""

    labels = (Thing, Mood)
    entity_kinds: ClassVar[tuple[str, ...]] = ("small", "large")


SCHEMA = FuzzSchema()


class _Slow(BaseException):
    """An input has taken too much of the processor's time."""


class Corpora:
    """A small corpus that is right, what its files hold, and the readers of each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)
        edge = TEXT.index("closed")
        zones = [{"start": 0, "end": edge, "kind": "body"}, {"start": edge, "end": len(TEXT), "kind": "furniture"}]
        self.document = Document.from_bytes("d1", TEXT.encode(), title="T", zones=zones, date="2024-01-02")
        self.entities = {name: Entity(id=name, kind=kind, name=name) for name, kind in (("s", "small"), ("l", "large"))}
        header = LayerHeader(
            document="d1", sha256=self.document.sha256, schema_id=SCHEMA.id, annotator="anna", status=Status.DONE
        )
        made = [
            SCHEMA.annotation.validate_python({"start": start, "end": end, "text": TEXT[start:end], **about})
            for start, end, about in (
                (0, 3, {"id": "a", "label": "thing", "which": "s", "count": 3, "weight": 0.5, "day": "2024-02-29"}),
                (4, 7, {"id": "b", "label": "mood"}),
                (8, 13, {"id": "c", "label": "thing", "parts": ["a"], "aside": [[0, 3], [4, 7]], "note": "x\u2028y"}),
                (14, 19, {"id": "e", "label": "thing", "places": [[[0, 3]]], "sort": "large", "score": 0.25}),
            )
        ]
        layer = layers.render(header, made)
        claim = {
            "id": "k",
            "proposition": "p",
            "positions": [{"document": "d1", "annotation": "a", "stance": "denies"}],
        }
        draft = Draft(id="z", label="thing", extent=Extent.of(0, 3), values={"sort": "odd", "aside": [[0, 3]]})
        shard = {
            "document": json.loads(self.document.model_dump_json()),
            "header": json.loads(header.model_dump_json(by_alias=True)),
            "annotations": [each.to_record() for each in made],
        }
        about = (
            b'name = "c"\nversion = "1.0.0"\nschema = "schemas.security:SecuritySchema"\ngold = "gold"\nraw = "raw"\n'
            b'[annotators.anna]\nkind = "person"\nprovenance = "x"\n'
        )
        self.seeds: dict[str, bytes] = {
            "layer": layer,
            "documents": self.document.model_dump_json().encode() + b"\n",
            "entities": b"".join(each.model_dump_json().encode() + b"\n" for each in self.entities.values()),
            "claims": Claim.model_validate(claim).model_dump_json().encode() + b"\n",
            "known": KnownFinding(code="E-TEXT", document="d1", layer="gold").line().encode() + b"\n",
            "drafts": draft.model_dump_json().encode() + b"\n",
            "journal": b"".join(
                journal_lines._line(body)
                for body in (
                    b'{"n":0,"opening":{}}',
                    b'{"n":1,"annotations":{"a":[null,%b]}}' % layer.split(b"\n")[1],
                    b'{"n":2,"checkpoint":1}',
                    b'{"n":3,"header":[null,null],"drafts":{"z":[null,%b]}}' % draft.model_dump_json().encode(),
                )
            ),
            "shard": json.dumps(shard, ensure_ascii=False).encode() + b"\n",
            "corpus.toml": about,
            "keys.toml": b'preset = "vim"\n\n[keys]\n"one.act" = "Z"\n"label.thing" = "p"\n',
            "settings.toml": b'theme = "annotator-contrast"\ntutorial = "declined"\n',
            "trusted": b'{"folder":"/x","schema":"a:B","sha256":"' + b"0" * 64 + b'"}\n',
            "raw": TEXT.encode(),
            "citation": b"cff-version: 1.2.0\nmessage: m\ntitle: t\nauthors:\n  - family-names: f\n    given-names: g\n"
            b'version: 1.0.0\ndate-released: "2024-01-02"\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n',
            "guidelines": b"# Title\n\n## thing\n\nA **thing** is `x`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
            "decided": b'{"label":"thing","text":"x","decision":"y","reason":"z"}\n',
            "sums": b"0" * 64 + b"  a.parquet\n",
            "note": b'{"builder": "terminal-annotator", "what": "dataset"}\n',
        }
        for name in ("layers/gold", "raw", ".annotator/drafts/gold"):
            (folder / name).mkdir(parents=True)
        self.files = {
            "layer": "layers/gold/d1.jsonl", "documents": "documents.jsonl", "entities": "entities.jsonl",
            "claims": "claims.jsonl", "known": "known.jsonl", "drafts": drafts_file("gold", "d1"),
            "corpus.toml": "corpus.toml", "citation": "CITATION.cff", "guidelines": "GUIDELINES.md",
            "decided": "decided.jsonl",
        }  # fmt: skip
        for name, file in self.files.items():
            if name in ("layer", "documents", "entities", "claims", "corpus.toml"):
                (folder / file).write_bytes(self.seeds[name])
        self.corpus = Corpus(folder, manifest.read(folder), SCHEMA)
        self.bounds = [Bound("one.act", ("a",), "text", "what"), Bound("two.act", ("b",), "text", "what")]

    def targets(self) -> dict[str, Sequence[Callable[[bytes], None]]]:
        """By what is read, everything that reads it."""
        return {
            "layer": (self.layer, self.layer, self.layer, self.whole("layer"), self.session("layer")),
            "documents": (self.documents, self.documents, self.whole("documents")),
            "entities": (self.records(Entity), self.whole("entities")),
            "claims": (self.records(Claim), self.whole("claims")),
            "known": (self.known,),
            "drafts": (self.drafts, self.session("drafts")),
            "journal": (self.journal,),
            "shard": (self.shard,),
            "corpus.toml": (self.manifest, self.manifest, self.command),
            "keys.toml": (self.keys,),
            "settings.toml": (self.settings,),
            "trusted": (self.records(trust.Trusted),),
            "raw": (self.raw,),
            "citation": (self.citation,),
            "guidelines": (self.guidelines("guidelines"),),
            "decided": (self.guidelines("decided"),),
            "sums": (self.build,),
            "note": (self.build,),
        }

    # What reads the files

    def layer(self, data: bytes) -> None:
        parsed = layers.parse(data, SCHEMA, "f")
        told(parsed.findings)
        annotations = [each for _, each in parsed.annotations]
        lines = [line for line, _ in parsed.annotations]
        told(check_document(self.document, annotations, SCHEMA, self.entities, lines=lines, unread=parsed.unread))
        if not any(each.severity is Severity.ERROR for each in parsed.findings) and parsed.header is not None:
            # What can be read can be written and read again.
            again = layers.parse(layers.render(parsed.header, annotations), SCHEMA, "f")
            assert not again.findings
            assert len(again.annotations) == len(annotations)

    def documents(self, data: bytes) -> None:
        checked = DocumentRecords()
        for record in parse_records(data, "f", Document):
            told([record] if isinstance(record, Finding) else checked.check(record[1], record[0]))

    def records(self, model: type[Any]) -> Callable[[bytes], None]:
        def read(data: bytes) -> None:
            told(each for each in parse_records(data, "f", model) if isinstance(each, Finding))

        return read

    def known(self, data: bytes) -> None:
        self.put("known.jsonl", data)
        listed = KnownFindings(self.folder)
        told(listed.faults)
        listed.holds(Finding("E-TEXT", "m", document="d1"))
        told(listed.gone(lambda _: True))
        told(listed.grown(data[: len(data) // 2]))
        (self.folder / "known.jsonl").unlink()

    def drafts(self, data: bytes) -> None:
        for record in parse_records(data, "f", Draft):
            if isinstance(record, Finding):
                told([record])
            else:
                fits(record[1], self.document, SCHEMA)

    def journal(self, data: bytes) -> None:
        journal_lines.readable(journal_lines.read(data), SCHEMA)
        # A journal's digests let nearly nothing through; its lines are read without them, too.
        for body in data.split(b"\n")[:8]:
            line = journal_lines._line(body[9:])
            journal_lines.readable(journal_lines.read(line), SCHEMA)

    def shard(self, data: bytes) -> None:
        told(ShardCheck("f", SCHEMA, self.entities, Seen()).findings(BytesIO(data)))

    def manifest(self, data: bytes) -> None:
        self.put("corpus.toml", data)
        try:
            manifest.read(self.folder)
        finally:
            self.put("corpus.toml", self.seeds["corpus.toml"])

    def keys(self, data: bytes) -> None:
        self.put("raw/keys.toml", data)
        read_keys(self.folder / "raw" / "keys.toml", self.bounds)

    def settings(self, data: bytes) -> None:
        self.put("raw/settings.toml", data)
        read_settings(self.folder / "raw" / "settings.toml")

    def raw(self, data: bytes) -> None:
        self.put("raw/text.txt", data)
        told(ingest.findings(ingest.make_document(ingest.read(self.folder / "raw" / "text.txt"), "d9")))

    def citation(self, data: bytes) -> None:
        self.put("CITATION.cff", data)
        citation.citation_of(self.corpus).sentence("1.0.0")

    def guidelines(self, name: str) -> Callable[[bytes], None]:
        def read(data: bytes) -> None:
            self.put(self.files[name], data)
            try:
                guidelines.read(self.store)
            finally:
                (self.folder / self.files[name]).unlink()

        return read

    def build(self, data: bytes) -> None:
        for read in (output.read_sums, output.read_note):
            with contextlib.suppress(ValueError):
                read(data)

    def whole(self, name: str) -> Callable[[bytes], None]:
        """The check of the corpus with one file that is not right, now and then as a command."""

        def read(data: bytes) -> None:
            self.put(self.files[name], data)
            try:
                told(check(self.corpus))
                if data[:1] > b"\xd0":
                    self.validate(data)
            finally:
                self.put(self.files[name], self.seeds[name])

        return read

    def command(self, data: bytes) -> None:
        self.put("corpus.toml", data)
        try:
            self.validate(data)
        finally:
            self.put("corpus.toml", self.seeds["corpus.toml"])

    def validate(self, data: bytes) -> None:
        form = ("text", "json", "github", "sarif", "junit", "known")[len(data) % 6]
        ran = CliRunner().invoke(main, ["validate", str(self.folder), "--format", form, "--notes"])
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        assert ran.exit_code in (0, 1, 2, 3, 4), ran.exit_code
        assert "\x1b" not in ran.output

    def session(self, name: str) -> Callable[[bytes], None]:
        """What the app reads when it opens a document."""

        def read(data: bytes) -> None:
            self.put(self.files[name], data)
            try:
                session = Workspace(self.corpus, "gold").open("d1")
                for entry in session:
                    session.faults(entry)
                    session.words(entry)
            finally:
                self.put(self.files[name], self.seeds[name] if name != "drafts" else b"")

        return read

    def put(self, file: str, data: bytes) -> None:
        path = self.folder / file
        path.write_bytes(data)


def told(findings: Any) -> None:
    """Goes through findings, and through what a terminal or a report makes of them."""
    for each in findings:
        safe(each.message).encode("utf-8")
        json.dumps(each.message).encode("ascii")


# Inputs

TOKENS = (
    b"\xff", b"\xef\xbb\xbf", b"\0", b"\x1b[31m", b"\xed\xa0\xbd", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\r\n",
    b"\r", b"\n", b"\n\n", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\x0c", b"\x1c", b"{", b"}", b"[", b"]",
    b'"', b"'", b"\\", b",", b":", b"null", b"true", b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-0", b"1.0",
    b"9" * 30, b"9" * 5000, b"-1", b"2147483648", b"18446744073709551616", b"0x10", b'"\\ud83d"', b"\\udc00",
    b"\\u0000", b"\\u202e", "\u202e".encode(), "\U000e0041".encode(), "e\u0301".encode(), b"<<<<<<< HEAD\n",
    b"=======\n", b">>>>>>> x\n", b"[" * 40, b"[" * 20_000, b'{"a":' * 20_000, b"a" * 70_000, b"x" * 1_100_000,
    b'""', b"[]", b"{}", b'{"id":1}', b'"../../etc/passwd"', b'"/etc/passwd"', b'"CON"', b'"a\\u0000b"',
    b'"[bold]"', b'"[/"', b"%s%n", b"=1+1", b"&a [*a]", b"!!python/object/apply:os.system [ls]", b"---\n",
    b"(a+)+$", b'"id":"a",', b'"start":0,', b"[[0,3]]", b"[[3,0]]",
)  # fmt: skip
"""What is put into a file."""

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31 - 1, 2**31, 2**63, 2**64, 1.0, 0.1, 1e308, "", "a", "\0", "\ud83d",
    "\u202e", "a" * 300, "../x", [], [[]], [[0, 3]], [[3, 0]], [[0, 1], [0, 1]], [[0, 99999]], ["a"], ["a",
    "a"], ["zz"], {}, {"id": "a"}, "thing", "mood", "d1", "gold", "1.0.0", "fuzz@1.0.0", "2024-02-30",
)  # fmt: skip


def mutated(rng: random.Random, data: bytes) -> bytes:
    """A file, changed at random places."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        data = rng.choice(CHANGES)(rng, data)
    return data


def _flip(rng: random.Random, data: bytes) -> bytes:
    if not data:
        return b"x"
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _put_token(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    # The longest ones take most of the time, and say the least.
    token = rng.choice(TOKENS)
    if len(token) > 100 and rng.random() < 0.9:
        token = token[: rng.randrange(1, 100)]
    return data[:at] + token + data[at + rng.choice((0, 0, 1, len(token))) :]


def _cut(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data) + 1)
    return data[:start] + data[start + rng.choice((1, 2, 10, len(data))) :]


def _repeat(rng: random.Random, data: bytes) -> bytes:
    start = rng.randrange(len(data) + 1)
    end = start + rng.choice((1, 5, 50, 500))
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 40)) + data[end:]


def _lines(rng: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(4)
    if how == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif how == 1:
        lines.insert(one, lines[other])
    elif how == 2:
        lines[one : one + 2] = [b"".join(lines[one : one + 2])]
    else:
        del lines[one]
    return b"\n".join(lines)


def _value(rng: random.Random, data: bytes) -> bytes:
    """Changes a value or a key of a line that is JSON."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    try:
        record = json.loads(lines[at])
    except (ValueError, RecursionError):
        return _flip(rng, data)
    holder = record
    while isinstance(holder, dict | list) and holder:
        key: Any = rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
        if isinstance(holder[key], dict | list) and holder[key] and rng.random() < 0.7:
            holder = holder[key]
            continue
        if isinstance(holder, dict) and rng.random() < 0.2:
            holder[rng.choice(("", "id", "x", "start", "\u202e"))] = holder.pop(key)
        else:
            holder[key] = rng.choice(VALUES)
        break
    ascii_only = rng.random() < 0.5
    text = json.dumps(record, ensure_ascii=ascii_only, separators=(",", ":"))
    lines[at] = text.encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


CHANGES = (_flip, _flip, _put_token, _put_token, _put_token, _cut, _repeat, _lines, _value, _value, _value, _value)

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
    | st.sampled_from(VALUES)
)
_KEYS = st.sampled_from(
    ["id", "label", "start", "end", "text", "sha256", "document", "schema", "annotator", "status", "name", "kind",
     "zones", "fragments", "positions", "code", "extent", "values", "header", "annotations", "n", "folder"]
) | st.text(max_size=5)  # fmt: skip
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=12
)
_LINES = st.lists(st.dictionaries(_KEYS, _JSON, max_size=8), max_size=4)
MADE = st.binary(max_size=200) | _LINES.map(
    lambda records: b"".join(
        json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass") + b"\n"
        for record in records
    )
)
"""Files that are made from nothing: bytes, or lines of JSON with keys that mean something somewhere."""


# The campaign


class Campaign:
    """Tries inputs one after the other, and notes what came of each."""

    def __init__(self, corpora: Corpora, seed_: int) -> None:
        self.seed = seed_
        self.corpora = corpora
        self.names = list(corpora.targets())
        self.targets = corpora.targets()
        self.tried: Counter[str] = Counter()
        self.refused = 0
        self.lost: list[str] = []
        self.slowest = 0.0

    def try_one(self, name: str, read: Callable[[bytes], None], data: bytes, label: str) -> None:
        self.tried[name] += 1
        before = time_of_process()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            read(data)
        except CorpusError as error:
            self.refused += 1
            str(error).encode("utf-8", "surrogatepass")
        except _Slow:
            self._note(name, label, data, f"more than {SECONDS} s")
        except Exception:  # noqa: BLE001 - this is what is looked for
            self._note(name, label, data, traceback.format_exc(limit=-6))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        self.slowest = max(self.slowest, time_of_process() - before)

    def _note(self, name: str, label: str, data: bytes, what: str) -> None:
        if len(self.lost) < SHOWN:
            shown = repr(data[:400]) + ("…" if len(data) > 400 else "")
            self.lost.append(f"{label} ({name}): {what}\n{shown}")
        else:
            self.lost.append(f"{label} ({name})")

    def mutations(self, first: int, count: int) -> None:
        for number in range(first, first + count):
            rng = random.Random(self.seed * 1_000_000_007 + number)
            name = self.names[number % len(self.names)]
            data = mutated(rng, self.corpora.seeds[name])
            self.try_one(name, rng.choice(self.targets[name]), data, f"seed {self.seed}, input {number}")

    def made(self, first: int, count: int) -> None:
        number = 0

        @seed(self.seed * 1_000_003 + first)
        @settings(
            max_examples=count, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(MADE, st.integers(0, 10**6))
        def run(data: bytes, choice: int) -> None:
            nonlocal number
            number += 1
            name = self.names[number % len(self.names)]
            readers = self.targets[name]
            self.try_one(name, readers[choice % len(readers)], data, f"seed {self.seed}, made from {first}, {number}")

        run()


def time_of_process() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _too_slow(*_: object) -> None:
    raise _Slow


def _most_memory() -> int:
    """The most memory that this process has held, in MiB.

    Linux counts what the process held that began this one in `ru_maxrss`, even after another program was loaded.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    (line,) = (line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def run(seed_: int, count: int, first: int = 0) -> dict[str, Any]:
    """Tries that many inputs, and says what came of them."""
    signal.signal(signal.SIGPROF, _too_slow)
    # In memory, where there is such a place.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="annotator-fuzz-", dir=place) as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        campaign = Campaign(Corpora(Path(folder) / "c"), seed_)
        made = count // 20
        campaign.mutations(first, count - made)
        # Hypothesis remembers what it has tried, so that its share goes in pieces.
        for part in range(0, made, 1000):
            campaign.made(first + part, min(1000, made - part))
    return {
        "seed": seed_,
        "inputs": campaign.tried.total(),
        "sorts": len(campaign.tried),
        "refused": campaign.refused,
        "slowest": f"{campaign.slowest:.2f} s",
        "memory": _most_memory(),
        "lost": campaign.lost,
    }


if __name__ == "__main__":
    json.dump(run(*map(int, sys.argv[1:])), sys.stdout)
