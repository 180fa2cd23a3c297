"""`annotator publish`, with the Hub's own client and a Hub on this machine: what it does, and what can go wrong."""

from __future__ import annotations

import copy
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pexpect
import pyarrow.parquet as pq
import pytest

from annotator.exit_codes import ExitCode
from tests.annotator.command_process import CommandProcess, Ran
from tests.corpus.hub_repository import ATTRIBUTES, Repository, Stored
from tests.corpus.hub_server import HubServer
from tests.corpus.loopback import Answer, Fault, answer

Factory = Callable[..., Path]
Publish = Callable[..., Ran]

TOKEN = "hf_secretOfAnna"
READING = "hf_secretOfBen"
OUT_OF_DATE = "hf_outOfDate"
NAME = "anna/routes"
TABLES = ["documents", "place", "route", "weather", "relations", "layers", "tokens", "entities", "claims"]
SMALL_TABLES = ["documents", "tokens", "entities"]
README, SUMS, NOTE = "README.md", "SHA256SUMS", "build.json"


def clean_environment() -> dict[str, str]:
    """The variables of this process without those that lead to a Hub."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("HF_", "XDG_"))}


@pytest.fixture(scope="module")
def server() -> Iterator[HubServer]:
    with HubServer() as made:
        yield made


@pytest.fixture
def hub(server: HubServer) -> Iterator[HubServer]:
    server.forget()
    yield server
    assert server.log.errors == []
    assert server.log.strays == [], "something was asked of another host"


@pytest.fixture(scope="module")
def commands(server: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandProcess]:
    home = str(tmp_path_factory.mktemp("home"))
    with CommandProcess({**clean_environment(), **server.environment(home, None)}) as made:
        yield made
    assert [path for path in Path(home).rglob("*") if path.is_file()] == [], "something was left in the home folder"


@pytest.fixture
def publish(commands: CommandProcess, hub: HubServer) -> Publish:
    """Runs the command, as anna where no other token is given."""

    def run(corpus: Path, *arguments: str, name: str = NAME, token: str | None = TOKEN) -> Ran:
        return commands.run("publish", corpus, name, *arguments, environment={"HF_TOKEN": token})

    return run


@pytest.fixture
def corpus(corpus_factory: Factory) -> Path:
    """A corpus with rows in every table."""
    return corpus_factory("own")


@pytest.fixture
def small(corpus_factory: Factory) -> Path:
    """A corpus with rows in three tables, which takes the less time to build."""
    return corpus_factory("own", "small", "Nobody knows.\n")


@pytest.fixture(scope="module")
def published() -> dict[str, tuple[Repository, dict[str, bytes]]]:
    """What was published of each corpus, once for all tests, with what was then in storage."""
    return {}


@pytest.fixture
def restore(
    publish: Publish, hub: HubServer, published: dict[str, tuple[Repository, dict[str, bytes]]]
) -> Callable[[Path], Repository]:
    """Brings the Hub to where a corpus has been published, and nothing else happened."""

    def bring(corpus: Path) -> Repository:
        if corpus.name not in published:
            assert publish(corpus, "--yes").code == ExitCode.OK
            published[corpus.name] = copy.deepcopy(hub.dataset(NAME)), dict(hub.storage)
        repository, storage = published[corpus.name]
        hub.storage.update(storage)
        hub.repositories["dataset", NAME] = copy.deepcopy(repository)
        hub.log.requests.clear()
        return hub.dataset(NAME)

    return bring


@pytest.fixture
def dataset(corpus: Path, restore: Callable[[Path], Repository]) -> Repository:
    """What was published of the corpus."""
    return restore(corpus)


@pytest.fixture
def small_dataset(small: Path, restore: Callable[[Path], Repository]) -> Repository:
    """What was published of the small corpus."""
    return restore(small)


def set_version(corpus: Path, version: str) -> None:
    """Gives the corpus a version."""
    path = corpus / "corpus.toml"
    text = "".join(line for line in path.read_text("utf-8").splitlines(True) if not line.startswith("version"))
    path.write_text(f'version = "{version}"\n{text}', encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    """Changes a word of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def writes(hub: HubServer) -> list[str]:
    """What changed something on the Hub, or tried to."""
    return [each.path for each in hub.log.requests if each.method in ("POST", "PUT")]


def tags(repository: Repository) -> dict[str, str]:
    return {ref.removeprefix("refs/tags/"): oid for ref, oid in repository.refs.items() if ref.startswith("refs/tags/")}


# What it does


def test_publish_documents_its_codes() -> None:
    root = Path(__file__).parents[2]
    used = {
        code for path in root.glob("corpus/*.py") for code in re.findall(r'"(E-HUB-[A-Z]+)"', path.read_text("utf-8"))
    }

    told = re.findall(r"`(E-HUB-[A-Z]+)`", (root / "docs" / "publishing.md").read_text("utf-8"))

    assert len(used) > 10
    assert sorted(told) == sorted(used)


def test_publish_dry_run_shows_what_would_be_and_sends_nothing(publish: Publish, corpus: Path, hub: HubServer) -> None:
    ran = publish(corpus, "--dry-run")

    assert ran.code == ExitCode.OK
    assert list(ran.table) == ["configuration", *TABLES]
    assert ran.table["configuration"] == ["rows", "added", "removed", "changed", "bytes"]
    assert ran.table["route"][:4] == ["2", "2", "0", "0"]
    assert f"{NAME}: a new public repository" in ran.err
    assert "Version 0.1.0, tag v0.1.0; " in ran.err
    assert writes(hub) == []
    assert hub.repositories == {}


def test_publish_makes_the_repository_one_commit_and_a_tag(
    publish: Publish, corpus: Path, hub: HubServer, tmp_path: Path
) -> None:
    from corpus import Corpus
    from corpus.publish import build

    built = build(Corpus.open(corpus), tmp_path / "built").folder

    ran = publish(corpus, "--yes")

    assert ran.code == ExitCode.OK, ran.err
    made = hub.dataset(NAME)
    assert not made.private
    assert [each.title for each in made.commits.values()] == ["initial commit", "Version 0.1.0"]
    here = {path.relative_to(built).as_posix(): path.read_bytes() for path in built.rglob("*") if path.is_file()}
    assert {name: file.data for name, file in made.head.files.items() if name != ATTRIBUTES} == here
    assert tags(made) == {"v0.1.0": made.head.oid}
    assert f"Published, read back and compared: {made.head.oid[:8]}" in ran.err
    assert f"datasets.load_dataset('{NAME}', revision='v0.1.0', split='train')" in ran.err
    sent = [json.loads(line) for line in hub.asked("POST", "/commit/")[0].body.splitlines()]
    assert sent[0]["value"]["parentCommit"] == next(iter(made.commits))
    assert {each.token for each in hub.asked("PUT", "/storage/")} == {None}
    assert {each.token for each in hub.asked("POST", "")} == {TOKEN}


def test_publish_again_does_nothing(publish: Publish, corpus: Path, dataset: Repository, hub: HubServer) -> None:
    before = dict(dataset.refs)
    ran = publish(corpus, "--yes")

    assert ran.code == ExitCode.OK
    assert {tuple(row[1:4]) for name, row in ran.table.items() if name in TABLES} == {("0", "0", "0")}
    assert "has version 0.1.0 already, with this content: nothing to do" in ran.err
    assert writes(hub) == []
    assert dataset.refs == before


def test_publish_counts_and_sends_what_has_changed(
    publish: Publish, corpus: Path, dataset: Repository, hub: HubServer
) -> None:
    first = dataset.head
    hub.log.requests.clear()
    set_version(corpus, "0.2.0")
    gold = corpus / "layers" / "gold"
    edit(gold / "d1.jsonl", '"sort":"town"', '"sort":"river"')
    edit(corpus / "entities.jsonl", '"kind":"town"', '"kind":"river"')
    lines = (gold / "d2.jsonl").read_text("utf-8").splitlines(True)
    (gold / "d2.jsonl").write_text(lines[0], encoding="utf-8")
    (corpus / "claims.jsonl").unlink()

    ran = publish(corpus, "--yes")

    assert ran.code == ExitCode.OK, ran.err
    found = {name: row[:4] for name, row in ran.table.items()}
    assert found["documents"] == ["2", "0", "0", "1"]
    assert found["place"] == ["1", "0", "0", "1"]
    assert found["route"] == ["1", "0", "1", "0"]
    assert found["weather"] == ["1", "0", "0", "0"]
    assert found["entities"] == ["2", "0", "0", "1"]
    assert ran.table["claims"] == ["0", "0", "1", "0", "0", "goes"]
    assert "now at" in ran.err
    assert "version 0.1.0" in ran.err
    assert "Removed: claims/train-00000-of-00001.parquet" in ran.err
    assert dataset.head.parent == first.oid
    assert "claims/train-00000-of-00001.parquet" not in dataset.head.files
    assert tags(dataset) == {"v0.1.0": first.oid, "v0.2.0": dataset.head.oid}
    weather = first.files["weather/train-00000-of-00001.parquet"]
    assert not hub.asked("PUT", weather.sha256)


def test_publish_makes_a_private_repository(publish: Publish, small: Path, hub: HubServer) -> None:
    ran = publish(small, "--yes", "--private")

    assert ran.code == ExitCode.OK, ran.err
    assert hub.dataset(NAME).private
    again = publish(small, "--yes", "--private")
    assert again.code == ExitCode.OK
    assert "nothing to do" in again.err


def test_publish_refuses_to_take_a_public_repository_for_private(
    publish: Publish, small: Path, small_dataset: Repository
) -> None:
    ran = publish(small, "--yes", "--private")

    assert ran.code == ExitCode.USAGE
    assert "E-HUB-VISIBLE the repository is there already, and public" in ran.err


def test_publish_proposes_a_pull_request_and_tags_once_it_is_merged(
    publish: Publish, small: Path, small_dataset: Repository
) -> None:
    first = small_dataset.head
    set_version(small, "0.2.0")

    ran = publish(small, "--yes", "--create-pr")

    assert ran.code == ExitCode.OK, ran.err
    assert small_dataset.head == first
    assert list(tags(small_dataset)) == ["v0.1.0"]
    proposed = small_dataset.commits[small_dataset.refs["refs/pr/1"]]
    assert b'"version": "0.2.0"' in proposed.files[NOTE].data
    assert "/discussions/1)" in ran.err
    small_dataset.refs["refs/heads/main"] = proposed.oid
    merged = publish(small, "--yes")
    assert merged.code == ExitCode.OK, merged.err
    assert "no file changes" in merged.err
    assert small_dataset.head == proposed
    assert tags(small_dataset) == {"v0.1.0": first.oid, "v0.2.0": proposed.oid}


def test_publish_pushes_to_a_branch_and_releases_nothing(
    publish: Publish, small: Path, small_dataset: Repository
) -> None:
    first = small_dataset.head
    set_version(small, "0.2.0")

    ran = publish(small, "--yes", "--revision", "next")
    again = publish(small, "--yes", "--revision", "next")

    assert ran.code == ExitCode.OK, ran.err
    assert "to a new branch next" in ran.err
    assert small_dataset.head == first
    assert small_dataset.find("next").parent == first.oid
    assert list(tags(small_dataset)) == ["v0.1.0"]
    assert "revision='next'" in ran.err
    assert "nothing to do" in again.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--revision", "v0.1.0"], "v0.1.0 is a tag or a commit, which stays as it is"),
        (["--revision", "0123abc"], "0123abc is a tag or a commit, which stays as it is"),
        (["--revision", "next", "--create-pr"], "leave --revision out"),
        (["--revision", "refs/pr/7"], "E-HUB-MISSING"),
    ],
)
def test_publish_refuses_a_revision_that_is_no_branch(
    publish: Publish, small: Path, small_dataset: Repository, arguments: list[str], message: str
) -> None:
    ran = publish(small, "--yes", *arguments)

    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert message in ran.err
    assert len(small_dataset.commits) == 2


def test_publish_refuses_a_branch_of_a_repository_that_is_not_there(
    publish: Publish, small: Path, hub: HubServer
) -> None:
    ran = publish(small, "--yes", "--revision", "next")

    assert ran.code == ExitCode.USAGE
    assert "leave --revision out" in ran.err
    assert hub.repositories == {}


def test_publish_leaves_the_texts_out_until_they_are_asked_for(publish: Publish, small: Path, hub: HubServer) -> None:
    options: list[tuple[list[str], bool]] = [(["--standoff"], False), ([], False), (["--with-texts"], True), ([], True)]

    for number, (arguments, has_text) in enumerate(options):
        set_version(small, f"0.{number}.0")
        ran = publish(small, "--yes", *arguments)

        assert ran.code == ExitCode.OK, ran.err
        assert ("without the texts" in ran.err) != has_text
        files = hub.dataset(NAME).head.files.items()
        tables = [pq.read_table(io.BytesIO(file.data)).to_pylist() for name, file in files if name.endswith(".parquet")]
        assert ("Nobody" in repr(tables)) == has_text


def test_publish_says_what_was_edited_on_the_hub_and_leaves_what_is_not_its_own(
    publish: Publish, small: Path, small_dataset: Repository
) -> None:
    small_dataset.write("extra/notes.txt", b"mine")
    small_dataset.write(README, b"---\nlicense: mit\n---\nEdited.\n")
    set_version(small, "0.1.1")

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.OK, ran.err
    assert "Edited on the Hub, and replaced: README.md" in ran.err
    assert "Not from here, and left alone: extra/notes.txt" in ran.err
    assert small_dataset.head.files["extra/notes.txt"].data == b"mine"
    assert b"Edited." not in small_dataset.head.files[README].data


def test_publish_replaces_a_table_that_cannot_be_read(publish: Publish, corpus: Path, dataset: Repository) -> None:
    name = "place/train-00000-of-00001.parquet"
    dataset.write(name, b"no table")
    set_version(corpus, "0.1.1")

    ran = publish(corpus, "--yes")

    assert ran.code == ExitCode.OK, ran.err
    assert ran.out.splitlines()[2].endswith("cannot be read as it is now")
    assert f"Edited on the Hub, and replaced: {name}" in ran.err
    assert dataset.head.files[name].data != b"no table"


def test_publish_uses_the_login_that_the_client_keeps(
    commands: CommandProcess, small: Path, hub: HubServer, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    program = ["-m", "annotator", "publish", str(small), NAME, "--dry-run"]
    environment = {**clean_environment(), **hub.environment(str(tmp_path), None)}

    ran = subprocess.run(
        [sys.executable, *program],
        env={**environment, "HF_TOKEN_PATH": str(tmp_path / "token")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == ExitCode.OK, ran.stderr
    assert "logged in as anna" in ran.stderr
    assert TOKEN not in ran.stdout + ran.stderr


LOADING = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
name, revision = sys.argv[1:]
found = {"": list(load_dataset(name, split="train"))}
for each in get_dataset_config_names(name):
    found[each] = list(load_dataset(name, each, split="train", revision=revision))
    assert found[each] == list(load_dataset(name, each, split="train", streaming=True)), each
print(json.dumps(found))
"""


def test_publish_gives_what_load_dataset_loads(
    corpus: Path, dataset: Repository, hub: HubServer, tmp_path: Path
) -> None:
    import corpus as library

    environment = {**clean_environment(), **hub.environment(str(tmp_path), None)}

    ran = subprocess.run(
        [sys.executable, "-c", LOADING, NAME, "v0.1.0"], env=environment, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    found: Mapping[str, list[Any]] = json.loads(ran.stdout)
    assert list(found) == ["", *TABLES]
    assert found[""] == found["documents"]
    for name in TABLES:
        assert found[name] == list(library.load(name, path=corpus)), name
    # The client looks for what the Hub's viewer knows of a dataset; there is no viewer here.
    assert all("//datasets-server." in each for each in hub.log.strays)
    hub.log.strays.clear()


# What can go wrong: who is asking


def test_publish_needs_a_login(publish: Publish, small: Path, hub: HubServer) -> None:
    ran = publish(small, "--yes", token=None)

    assert (ran.code, ran.out) == (ExitCode.ENVIRONMENT, "")
    assert "E-HUB-LOGIN nobody is logged in to the Hub" in ran.err
    assert "hf auth login" in ran.err
    assert hub.log.requests == []


def test_publish_says_that_a_login_is_not_accepted(publish: Publish, small: Path, hub: HubServer) -> None:
    ran = publish(small, "--yes", token=OUT_OF_DATE)

    assert (ran.code, ran.out) == (ExitCode.ENVIRONMENT, "")
    assert "E-HUB-LOGIN" in ran.err
    assert OUT_OF_DATE not in ran.err
    assert writes(hub) == []


def test_publish_says_that_a_login_may_only_read(publish: Publish, small: Path, hub: HubServer) -> None:
    ran = publish(small, "--yes", name="ben/routes", token=READING)

    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert "E-HUB-RIGHTS" in ran.err
    assert "may only read" in ran.err
    assert writes(hub) == []


def test_publish_says_that_a_login_has_no_rights(publish: Publish, small: Path, hub: HubServer) -> None:
    theirs = hub.create("carl/routes")

    new = publish(small, "--yes", name="carl/other")
    there = publish(small, "--yes", name="carl/routes")

    for ran in (new, there):
        assert ran.code == ExitCode.STORE
        assert "E-HUB-RIGHTS" in ran.err
        assert "403" in ran.err
        assert "--create-pr" in ran.err
    assert list(hub.repositories) == [("dataset", "carl/routes")]
    assert len(theirs.commits) == 1


def test_publish_needs_a_network(small: Path, hub: HubServer, tmp_path: Path) -> None:
    nowhere = "http://anna:secret@127.0.0.1:9"
    environment = {**clean_environment(), **hub.environment(str(tmp_path), TOKEN), "HF_ENDPOINT": nowhere}

    ran = subprocess.run(
        [sys.executable, "-m", "annotator", "publish", str(small), NAME, "--yes"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (ran.returncode, ran.stdout) == (ExitCode.STORE, "")
    assert "E-HUB-NETWORK" in ran.stderr
    assert "Nothing was published" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("name", ["routes", "anna/routes/v2", "anna--b/routes", "anna/-x", "anna/routes.git", ""])
def test_publish_refuses_what_is_no_name(publish: Publish, small: Path, hub: HubServer, name: str) -> None:
    ran = publish(small, "--yes", name=name)

    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "E-HUB-NAME" in ran.err
    assert hub.log.requests == []


# What can go wrong: the name


@pytest.mark.parametrize("kind", ["model", "space"])
def test_publish_refuses_the_name_of_something_else(publish: Publish, small: Path, hub: HubServer, kind: str) -> None:
    hub.create(NAME, kind)

    ran = publish(small, "--yes")

    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert f"E-HUB-TAKEN there is no dataset of this name, but a {kind}" in ran.err
    assert writes(hub) == []
    hub.create(NAME)
    assert publish(small, "--yes").code == ExitCode.OK


def test_publish_refuses_a_dataset_that_is_not_ours(publish: Publish, small: Path, hub: HubServer) -> None:
    theirs = hub.create(NAME)
    theirs.write("data\x1b[31m.csv", b"a,b\n")

    ran = publish(small, "--yes")

    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "E-HUB-TAKEN the repository holds something that was not published from here: data" in ran.err
    assert "\x1b" not in ran.err
    assert writes(hub) == []


def test_publish_refuses_a_repository_of_another_corpus(
    publish: Publish, corpus: Path, dataset: Repository, hub: HubServer
) -> None:
    edit(corpus / "corpus.toml", 'name = "corpus"', 'name = "other"')
    hub.log.requests.clear()

    ran = publish(corpus, "--yes")

    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "E-HUB-TAKEN the repository holds another corpus, corpus" in ran.err
    assert writes(hub) == []


def test_publish_refuses_a_name_that_is_taken_meanwhile(publish: Publish, small: Path, hub: HubServer) -> None:
    hub.log.faults.append(Fault("POST", "/repos/create", act=lambda: hub.create(NAME).write("theirs.csv", b"")))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.USAGE
    assert "E-HUB-TAKEN the name is taken: You already created this dataset repo" in ran.err
    assert "theirs.csv" in hub.dataset(NAME).head.files


# What can go wrong: the version


def test_publish_refuses_other_content_for_a_version(publish: Publish, small: Path, small_dataset: Repository) -> None:
    edit(small / "entities.jsonl", "The second", "The other")

    ran = publish(small, "--yes")

    assert (ran.code, ran.out) == (ExitCode.REFUSED, "")
    assert "E-HUB-TAG version 0.1.0 was published with other content" in ran.err
    assert "raise `version`" in ran.err
    assert len(small_dataset.commits) == 2


def test_publish_refuses_an_older_version(publish: Publish, small: Path, small_dataset: Repository) -> None:
    set_version(small, "0.10.0")
    assert publish(small, "--yes").code == ExitCode.OK
    set_version(small, "0.9.0")

    ran = publish(small, "--yes")

    assert (ran.code, ran.out) == (ExitCode.REFUSED, "")
    assert "E-HUB-VERSION version 0.10.0 is on the Hub, and this is version 0.9.0" in ran.err
    assert list(tags(small_dataset)) == ["v0.1.0", "v0.10.0"]


def test_publish_sets_no_tag_that_somebody_has_set_meanwhile(
    publish: Publish, small: Path, small_dataset: Repository, hub: HubServer
) -> None:
    first = small_dataset.head.oid
    set_version(small, "0.2.0")
    hub.log.faults.append(Fault("POST", "/tag/", act=lambda: small_dataset.refs.update({"refs/tags/v0.2.0": first})))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.BUSY
    assert "somebody else has set the tag v0.2.0" in ran.err
    assert tags(small_dataset)["v0.2.0"] == first


# What can go wrong: others push at the same time


@pytest.mark.parametrize("path", ["/preupload/", "/objects/batch", "/commit/"])
def test_publish_overwrites_nothing_that_was_pushed_meanwhile(
    publish: Publish, small: Path, small_dataset: Repository, hub: HubServer, path: str
) -> None:
    set_version(small, "0.2.0")
    edit(small / "entities.jsonl", "The second", "The other")
    hub.log.faults.append(Fault("POST", path, act=lambda: small_dataset.write("theirs.txt", b"theirs")))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.BUSY
    assert (
        "E-HUB-BUSY somebody else is pushing, or has pushed since it was read: A commit has happened since" in ran.err
    )
    assert "Nothing was overwritten: run the same command again" in ran.err
    assert small_dataset.head.title == "Edit on the site"
    assert b'"version": "0.1.0"' in small_dataset.head.files[NOTE].data
    assert list(tags(small_dataset)) == ["v0.1.0"]
    again = publish(small, "--yes")
    assert again.code == ExitCode.OK
    assert "left alone: theirs.txt" in again.err
    assert small_dataset.head.files["theirs.txt"].data == b"theirs"
    assert b'"version": "0.2.0"' in small_dataset.head.files[NOTE].data


def test_publish_gives_way_to_another_commit_in_progress(publish: Publish, small: Path, hub: HubServer) -> None:
    busy = answer({"error": "Another commit is in progress"}, 409)
    hub.log.faults.append(Fault("POST", "/commit/", busy))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.BUSY
    assert "Another commit is in progress" in ran.err
    assert "the repository was made, and is empty" in ran.err
    assert publish(small, "--yes").code == ExitCode.OK


# What can go wrong: the connection


def test_publish_goes_on_where_a_large_file_broke_off(publish: Publish, small: Path, hub: HubServer) -> None:
    hub.log.faults.append(Fault("PUT", "/storage/"))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.OK, ran.err
    assert len(hub.dataset(NAME).commits) == 2
    assert len(hub.asked("PUT", "/storage/")) == len(SMALL_TABLES) + 1
    assert "X-Amz-Signature" not in ran.err


def test_publish_shows_nothing_of_what_the_storage_refused(publish: Publish, small: Path, hub: HubServer) -> None:
    hub.log.faults.append(Fault("PUT", "/storage/", Answer(403, b"<Error>the request has expired</Error>")))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.STORE
    assert "the storage refuses" in ran.err
    assert "has expired" in ran.err
    assert list(hub.dataset(NAME).head.files) == [ATTRIBUTES]
    hub.log.requests.clear()
    assert publish(small, "--yes").code == ExitCode.OK
    assert 0 < len(hub.asked("PUT", "/storage/")) < len(SMALL_TABLES)
    assert list(tags(hub.dataset(NAME))) == ["v0.1.0"]


@pytest.mark.parametrize("given", [None, answer({"error": "Internal Error"}, 500)])
def test_publish_shows_nothing_of_a_commit_that_broke_off(
    publish: Publish, small: Path, small_dataset: Repository, hub: HubServer, given: Answer | None
) -> None:
    first = small_dataset.head
    set_version(small, "0.2.0")
    hub.log.faults.append(Fault("POST", "/commit/", given))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.STORE
    assert "Nothing was published" in ran.err
    assert "run the same command again" in ran.err or "the same command can be run again" in ran.err
    assert small_dataset.head == first
    assert list(tags(small_dataset)) == ["v0.1.0"]
    assert publish(small, "--yes").code == ExitCode.OK
    assert tags(small_dataset)["v0.2.0"] == small_dataset.head.oid


def test_publish_finds_the_commit_whose_answer_was_lost(publish: Publish, small: Path, hub: HubServer) -> None:
    hub.log.faults.append(Fault("POST", "/commit/", is_late=True))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.OK, ran.err
    made = hub.dataset(NAME)
    assert len(made.commits) == 2
    assert tags(made) == {"v0.1.0": made.head.oid}


def test_publish_says_that_a_proposal_may_have_arrived(
    publish: Publish, small: Path, small_dataset: Repository, hub: HubServer
) -> None:
    set_version(small, "0.2.0")
    hub.log.faults.append(Fault("POST", "/commit/", is_late=True))

    ran = publish(small, "--yes", "--create-pr")

    assert ran.code == ExitCode.STORE
    assert "look at the pull requests" in ran.err
    assert "refs/pr/1" in small_dataset.refs


def test_publish_tags_nothing_that_does_not_read_back(publish: Publish, small: Path, hub: HubServer) -> None:
    def spoil() -> None:
        made = hub.dataset(NAME)
        commit = made.head
        files = {**commit.files, README: Stored(commit.files[README].data.replace(b"a", b"b"))}
        object.__setattr__(commit, "files", files)

    hub.log.faults.append(Fault("HEAD", f"/resolve/[0-9a-f]+/{README}", act=spoil))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.STORE
    assert "E-HUB-COPY what is on the Hub at" in ran.err
    assert "README.md has another digest" in ran.err
    assert tags(hub.dataset(NAME)) == {}
    again = publish(small, "--yes")
    assert again.code == ExitCode.OK
    assert "Edited on the Hub, and replaced: README.md" in again.err
    assert tags(hub.dataset(NAME)) == {"v0.1.0": hub.dataset(NAME).head.oid}


@pytest.mark.parametrize("path", ["/resolve/", "/tag/"])
def test_publish_says_what_is_there_when_it_fails_after_the_commit(
    publish: Publish, small: Path, hub: HubServer, path: str
) -> None:
    hub.log.faults.extend(Fault(method, path, answer({"error": "No"}, 501)) for method in ("HEAD", "POST"))

    ran = publish(small, "--yes")

    made = hub.dataset(NAME)
    assert ran.code == ExitCode.STORE
    assert f"The commit {made.head.oid[:8]} is on the Hub" in ran.err
    assert tags(made) == {}
    hub.log.faults.clear()
    again = publish(small, "--yes")
    assert again.code == ExitCode.OK
    assert "no file changes" in again.err
    assert len(made.commits) == 2
    assert tags(made) == {"v0.1.0": made.head.oid}


# What can go wrong: the card, the corpus


def test_publish_makes_no_repository_for_a_card_that_is_refused(publish: Publish, small: Path, hub: HubServer) -> None:
    errors = {"errors": [{"message": '"license" must be one of those that the Hub knows'}], "warnings": []}
    hub.log.faults.append(Fault("POST", "/validate-yaml", answer(errors, 400)))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.REFUSED
    assert "E-HUB-CARD looking through the card: the Hub does not take what it is sent" in ran.err
    assert '"license" must be one of those' in ran.err
    assert hub.repositories == {}


@pytest.mark.parametrize("path", ["/validate-yaml", "/commit/"])
def test_publish_changes_nothing_for_a_card_that_is_refused(
    publish: Publish, small: Path, small_dataset: Repository, hub: HubServer, path: str
) -> None:
    first = small_dataset.head
    set_version(small, "0.2.0")
    errors = {"error": "bad card", "errors": [{"message": '"size_categories" is not allowed'}]}
    hub.log.faults.append(Fault("POST", path, answer(errors, 400)))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.REFUSED
    assert "E-HUB-CARD" in ran.err
    assert '"size_categories" is not allowed' in ran.err
    assert small_dataset.head == first
    assert list(tags(small_dataset)) == ["v0.1.0"]


def test_publish_tells_what_the_hub_warns_of(publish: Publish, small: Path, hub: HubServer) -> None:
    warnings = {"errors": [], "warnings": [{"message": f"empty \x1b[31m metadata, {TOKEN}"}]}
    hub.log.faults.append(Fault("POST", "/validate-yaml", answer(warnings), times=2))

    ran = publish(small, "--yes")

    assert ran.code == ExitCode.OK, ran.err
    assert "empty ␛[31m metadata, ***" in ran.err


def test_publish_asks_nothing_more_for_a_corpus_that_is_not_finished(
    publish: Publish, corpus: Path, dataset: Repository, hub: HubServer
) -> None:
    (corpus / "layers" / "gold" / "d2.jsonl").unlink()
    hub.log.requests.clear()

    ran = publish(corpus, "--yes")

    assert (ran.code, ran.out) == (ExitCode.REFUSED, "")
    assert "not done in the layer gold" in ran.err
    assert writes(hub) == []


# What is said, and asked


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/whoami", 401),
        ("GET", "/whoami", 500),
        ("GET", "/api/datasets/", 403),
        ("POST", "/repos/create", 403),
        ("POST", "/validate-yaml", 400),
        ("POST", "/preupload/", 422),
        ("POST", "/commit/", 418),
        ("PUT", "/storage/", 400),
        ("POST", "/tag/", 500),
    ],
)
def test_publish_never_prints_the_token(
    publish: Publish, small: Path, hub: HubServer, method: str, path: str, status: int
) -> None:
    text = f"who are you, {TOKEN}? Authorization: Bearer {TOKEN} at http://x/?X-Amz-Signature=signed"
    headers = {"X-Error-Message": text, "X-HF-Warning": f"login; {text}", "X-Request-Id": TOKEN}
    hub.log.faults.append(Fault(method, path, answer({"error": text, "errors": [{"message": text}]}, status, headers)))

    ran = publish(small, "--yes")

    assert ran.code != ExitCode.OK
    assert "who are you, ***" in ran.err
    for secret in (TOKEN, TOKEN.removeprefix("hf_"), "Amz-Signature"):
        assert secret not in ran.out + ran.err


@pytest.mark.parametrize("token", ["hf_bad\x01secretOfAnna", "hf_bäd-secretOfAnna", "hf_x secretOfAnna"])
def test_publish_never_prints_a_token_that_cannot_be_sent(
    publish: Publish, small: Path, hub: HubServer, token: str
) -> None:
    ran = publish(small, "--yes", token=token)

    assert ran.code in (ExitCode.STORE, ExitCode.ENVIRONMENT)
    assert "logging in" in ran.err
    assert "secretOfAnna" not in ran.err


def test_publish_asks_nobody_without_a_terminal(publish: Publish, small: Path, hub: HubServer) -> None:
    ran = publish(small)

    assert (ran.code, ran.out) == (ExitCode.ENVIRONMENT, "")
    assert "E-NOTTY" in ran.err
    assert "--yes" in ran.err
    assert hub.log.requests == []


@pytest.mark.parametrize(("reply", "status"), [("n", 1), ("y", 0)])
def test_publish_asks_in_a_terminal(small: Path, hub: HubServer, tmp_path: Path, reply: str, status: int) -> None:
    environment = {**clean_environment(), **hub.environment(str(tmp_path), TOKEN), "NO_COLOR": "1", "TERM": "dumb"}
    arguments = ["-m", "annotator", "publish", str(small), NAME]

    with pexpect.spawn(sys.executable, arguments, env=environment, encoding="utf-8", timeout=60) as terminal:
        terminal.expect("Publish this\\?")
        assert writes(hub) == []
        terminal.sendline(reply)
        terminal.expect(pexpect.EOF)
        terminal.close()

    assert terminal.exitstatus == status
    assert (("dataset", NAME) in hub.repositories) == (reply == "y")


def test_publish_says_what_to_install(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from annotator.cli import main

    monkeypatch.setitem(sys.modules, "datasets", None)

    ran = CliRunner().invoke(main, ["publish", str(small), NAME, "--yes"])

    assert ran.exit_code == ExitCode.ENVIRONMENT
    assert "pip install 'terminal-annotator[hub]'" in ran.stderr


def test_publish_leaves_nothing_in_the_temporary_folder(
    publish: Publish, commands: CommandProcess, small: Path, hub: HubServer, tmp_path: Path
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    hub.log.faults.append(Fault("POST", "/commit/", answer({"error": "No"}, 501)))
    environment = {"HF_TOKEN": TOKEN, "TMPDIR": str(place)}

    codes = [commands.run("publish", small, NAME, "--yes", environment=environment).code for _ in range(2)]

    assert codes == [ExitCode.STORE, ExitCode.OK]
    assert list(place.iterdir()) == []
