"""Small corpora, made anew for each test, in which the check finds nothing."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from corpus import modules, trust
from corpus.layers import LayerFile
from corpus.manifest import load_schema
from corpus.store import Store
from schemas import Claim, Document, Entity, LayerHeader, Status

# Set before anything imports `datasets`, which reads them once: a test that would reach for the network fails.
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: many tests wait, for a terminal, a browser, a server or a disk."""
    return min(os.cpu_count() or 1, 8) * 3 // 2


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what needs another implementation where it is not installed, but not where all of them must be."""
    for marker in item.iter_markers("references"):
        for package in marker.args:
            if importlib.util.find_spec(package) is None and os.environ.get("ANNOTATOR_REFERENCES") != "required":
                pytest.skip(f"{package} is not installed: `make references` installs it apart and runs this test")


OWN_SCHEMA = '''\
"""Routes between places: a schema that only its corpus knows."""

from typing import Annotated, ClassVar, Literal

from schemas import Annotation, EntityId, Extent, LabelSchema, Ref


class Place(Annotation):
    """Somewhere."""

    sort: Literal["town", "river"] = "town"
    """What it is."""
    registered: Annotated[str, EntityId(same_as="sort")] | None = None
    """Which one it is."""


class Route(Annotation):
    """A way."""

    stops: tuple[Annotated[str, Ref("place")], ...] = ()
    """Where it leads."""
    aside: Extent | None = None
    """What is said of it by the way."""


class Weather(Annotation):
    """What the sky does."""


class RouteSchema(LabelSchema, version="2.1.0"):
    """Places and routes."""

    labels = (Place, Route, Weather)
    entity_kinds: ClassVar[tuple[str, ...]] = ("town", "river")
'''


@dataclass(frozen=True, slots=True)
class Sample:
    """What a small corpus says under one schema.

    In every sample `a1` names the entity `one`, `r1` is the last of `d1` and refers to `a1`, `c1` is of a label that
    `r1` may not refer to, and `b1` ends `d2` with `café`, its accent a code point of its own.
    """

    schema: str
    texts: Mapping[str, str]
    """By document; `<zone>` begins another open zone, `<closed>` the closed end, and neither is part of the text."""
    kinds: tuple[str, str]
    """Of the two entities, `one` and `two`."""
    gold: Mapping[str, tuple[Mapping[str, Any], ...]]
    """By document, annotations without their place: `text` is looked up, and so is the text of an extent."""
    files: Mapping[str, str] = field(default_factory=dict)


SAMPLES: Mapping[str, Sample] = {
    "security": Sample(
        schema="schemas.security:SecuritySchema",
        texts={
            "d1": "Talks\nIndia proposed intelligence sharing, and India demands the closure of camps.\n<closed>Ad\n",
            "d2": "The communiqué mentions insurgents of the cafe\u0301\n",
        },
        kinds=("state", "group"),
        gold={
            "d1": (
                {"id": "a1", "label": "actor", "text": "India", "kind": "state", "entity": "one"},
                {"id": "c1", "label": "measure", "text": "intelligence sharing", "type": "intelligence_sharing",
                 "status": "proposed", "initiators": ["a1"]},
                {"id": "a2", "label": "actor", "text": "India", "nth": 1, "kind": "state", "entity": "one"},
                {"id": "r1", "label": "attribution", "text": "demands", "content": "the closure of camps",
                 "type": "demand", "source_kind": "named", "source": (1, "India"), "speakers": ["a1"]},
            ),
            "d2": (
                {"id": "b1", "label": "group", "text": "insurgents of the cafe\u0301", "kind": "generic",
                 "designation": "insurgent"},
            ),
        },
    ),
    "adverse": Sample(
        schema="schemas.examples.adverse:AdverseEventSchema",
        texts={
            "d1": "Case\nIbuprofen may have caused pain and a rash on the arm.\n<closed>Ad\n",
            "d2": "She was well until the fever of the cafe\u0301\n",
        },
        kinds=("substance", "substance"),
        gold={
            "d1": (
                {"id": "a1", "label": "drug", "text": "Ibuprofen", "substance": "one", "dose": 400.0},
                {"id": "c1", "label": "causality", "text": "may have caused", "drug": "a1", "reaction": "r0"},
                {"id": "r0", "label": "reaction", "text": "pain", "severeness": "mild"},
                {"id": "r1", "label": "reaction", "text": "rash", "severeness": "mild", "site": "the arm",
                 "suspects": ["a1"], "signs": ["rash"]},
            ),
            "d2": ({"id": "b1", "label": "reaction", "text": "fever of the cafe\u0301", "severeness": "severe"},),
        },
    ),
    "own": Sample(
        schema="routes:RouteSchema",
        texts={
            "d1": "Ways\nFrom Lahore, in the rain, leads the road, an old one.\n<closed>Ad\n",
            "d2": "Nobody knows the way to the cafe\u0301\n",
        },
        kinds=("town", "river"),
        gold={
            "d1": (
                {"id": "a1", "label": "place", "text": "Lahore", "registered": "one"},
                {"id": "c1", "label": "weather", "text": "rain"},
                {"id": "r1", "label": "route", "text": "road", "stops": ["a1"], "aside": "an old one"},
            ),
            "d2": ({"id": "b1", "label": "route", "text": "way to the cafe\u0301"},),
        },
        files={"routes.py": OWN_SCHEMA},
    ),
}  # fmt: skip
"""A sample for each of three schemas: two that are installed, and one that only its corpus knows."""


@pytest.fixture(scope="session", autouse=True)
def _configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for the user's configuration that is empty, whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("configuration")))
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what every campaign did, as its test has noted it with `record_property("campaign", ...)`."""
    reports = [each for group in terminalreporter.stats.values() for each in group]
    told = [
        str(value)
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == "campaign"
    ]
    if told:
        terminalreporter.section("campaigns")
        for line in told:
            terminalreporter.line(line)


@pytest.fixture
def corpus_factory(tmp_path: Path) -> Callable[..., Path]:
    """Makes the folder of a corpus with two documents, two entities, a claim and two layers, `gold` and `rules`.

    Its argument is one of "security", "adverse" and "own", the schema that it follows. `text` and `gold` put one
    document, `d1`, and its annotations in the place of those of the sample.
    """

    def make(
        schema: str = "security",
        name: str = "corpus",
        text: str | None = None,
        gold: Sequence[Mapping[str, Any]] = (),
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        sample = SAMPLES[schema]
        if text is not None:
            sample = replace(sample, texts={"d1": text}, gold={"d1": tuple(gold)})
        write_sample(folder, sample)
        return folder

    return make


@pytest.fixture
def commit() -> Callable[[Path], str]:
    """Commits everything in a folder, which becomes a repository if it is none, and gives the commit's id."""

    def make(folder: Path) -> str:
        who = ["-c", "user.name=anna", "-c", "user.email=anna@example.org", "-c", "commit.gpgsign=false"]
        if not (folder / ".git").exists():
            run_git(folder, "init", "--quiet", "--initial-branch=main")
        run_git(folder, "add", "--all")
        run_git(folder, *who, "commit", "--quiet", "--allow-empty", "--message=x")
        return run_git(folder, "rev-parse", "HEAD").strip()

    return make


def run_git(folder: Path, *arguments: str) -> str:
    """What git prints, whatever the machine's own settings are."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def sample_writer() -> Callable[[Path, str], Path]:
    """Makes the same corpora in a folder that is named, for tests that share one; its second argument is the schema."""

    def write(folder: Path, schema: str) -> Path:
        folder.mkdir(parents=True)
        write_sample(folder, SAMPLES[schema])
        return folder

    return write


@pytest.fixture
def layered(tmp_path: Path) -> Callable[..., Path]:
    """Makes the folder of a corpus of adverse events with any layers.

    `texts` are the documents as `make_document` takes them; `layers` has by name and document the annotations of each
    layer, without what the schema requires but the test does not care for: they lie at `start` and `end`, or where
    their `text` is found. A layer is made by the annotator of its own name, whose kind stands in `kinds`, else a
    person; `headers` has, by layer and document, what its header has in place of the usual.
    """

    def make(
        texts: Mapping[str, str],
        layers: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
        kinds: Mapping[str, str] = MappingProxyType({}),
        headers: Mapping[tuple[str, str], Mapping[str, Any]] = MappingProxyType({}),
        name: str = "layered",
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        path = SAMPLES["adverse"].schema
        declared = "".join(f'[annotators.{layer}]\nkind = "{kinds.get(layer, "person")}"\n' for layer in layers)
        (folder / "corpus.toml").write_text(f'name = "{name}"\nschema = "{path}"\n{declared}', encoding="utf-8")
        schema = load_schema(path, folder)
        documents = {document: make_document(document, text) for document, text in texts.items()}
        store = Store(folder)
        store.write_documents(documents.values())
        for layer, said in layers.items():
            (folder / "layers" / layer).mkdir(parents=True)
            for document, marked in said.items():
                text = documents[document].text
                header = {"document": document, "sha256": documents[document].sha256, "schema_id": schema.id}
                header |= {"annotator": layer, "status": Status.DONE, **headers.get((layer, document), {})}
                made = [
                    schema.annotation.validate_python(_completed(text, f"x{number}", about))
                    for number, about in enumerate(marked)
                ]
                store.write_layer(LayerFile(layer, LayerHeader.model_validate(header), tuple(made)))
        return folder

    return make


def _completed(text: str, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """An annotation's record with an id, a place and words, and, of a reaction, how bad it was."""
    record = {"id": name, **({"severeness": "mild"} if about["label"] == "reaction" else {}), **about}
    if "start" not in record:
        return placed(text, record)
    return record | {"text": text[record["start"] : record["end"]]}


def write_sample(folder: Path, sample: Sample) -> None:
    """Writes the files of a corpus as the product writes them."""
    (folder / "corpus.toml").write_text(
        f'name = "{folder.name}"\nschema = "{sample.schema}"\ngold = "gold"\nraw = "raw"\n\n'
        '[annotators.anna]\nkind = "person"\n\n[annotators.matcher]\nkind = "rule"\n',
        encoding="utf-8",
    )
    for file, content in sample.files.items():
        (folder / file).write_text(content, encoding="utf-8")
    (folder / "raw").mkdir()
    documents = [make_document(name, text) for name, text in sample.texts.items()]
    for document in documents:
        (folder / "raw" / f"{document.id}.txt").write_bytes(document.text.encode("utf-8"))
    store = Store(folder)
    store.write_documents(documents)
    store.write_entities(
        [
            Entity(id="one", kind=sample.kinds[0], name="The first"),
            Entity(id="two", kind=sample.kinds[1], name="The second"),
        ]
    )
    if any(about["id"] == "a1" for about in sample.gold["d1"]):
        position = {"document": "d1", "entity": "one", "annotation": "a1", "stance": "asserts"}
        store.write_claims([Claim.model_validate({"id": "claim", "proposition": "It is so.", "positions": [position]})])
    module = modules.beside(sample.schema.partition(":")[0], folder)
    if module is not None:
        trust.remember(sample.schema, module)
    schema = load_schema(sample.schema, folder)
    for layer, annotator in (("gold", "anna"), ("rules", "matcher")):
        for document in documents:
            header = LayerHeader(
                document=document.id,
                sha256=document.sha256,
                schema_id=schema.id,
                annotator=annotator,
                status=Status.DONE,
            )
            annotations = (
                schema.annotation.validate_python(placed(document.text, each)) for each in sample.gold[document.id]
            )
            store.write_layer(LayerFile(layer, header, tuple(annotations)))


def make_document(name: str, text: str) -> Document:
    """A document whose open zones are divided by `<zone>`, with a closed one after `<closed>`, where that is there."""
    opened, _, closed = text.partition("<closed>")
    pieces = [(piece, "body") for piece in opened.split("<zone>")] + [(closed, "furniture")]
    zones = []
    position = 0
    for piece, kind in pieces:
        if piece:
            zones.append({"start": position, "end": position + len(piece), "kind": kind})
            position += len(piece)
    data = "".join(piece for piece, _ in pieces).encode("utf-8")
    return Document.from_bytes(name, data, source=f"{name}.txt", zones=zones)


def placed(text: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """An annotation's record with its place: that of its words' first occurrence, or of the `nth` after it.

    Words that are a list are fragments, looked for one after another; so are those of an extent that is a field.
    """
    record = {key: value for key, value in about.items() if key != "nth"}
    fragments = _find(text, about["text"], about.get("nth", 0))
    record |= {"start": fragments[0][0], "end": fragments[-1][1]}
    if len(fragments) > 1:
        record |= {"fragments": fragments, "text": " ".join(about["text"])}
    for key in ("content", "source", "site", "aside"):
        value = about.get(key)
        if value is not None:
            nth, words = value if isinstance(value, tuple) else (0, value)
            record[key] = _find(text, words, nth)
    return record


def _find(text: str, words: str | list[str], nth: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for piece in [words] if isinstance(words, str) else words:
        start = found[-1][1] - 1 if found else -1
        for _ in range(nth + 1):
            start = text.index(piece, start + 1)
        found.append((start, start + len(piece)))
    return found
