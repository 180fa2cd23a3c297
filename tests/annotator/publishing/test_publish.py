"""`annotator publish`, with the Hub's own client and a Hub on this machine: what it does, asks and says."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pexpect
import pyarrow.parquet as pq
import pytest

from annotator.exit_codes import ExitCode
from tests.annotator.publishing.command_process import CommandProcess
from tests.annotator.publishing.steps import (
    NAME,
    NOTE,
    README,
    TABLES,
    TOKEN,
    Publish,
    clean_environment,
    edit,
    set_version,
    tags,
    writes,
)
from tests.corpus.hub_repository import ATTRIBUTES, Repository
from tests.corpus.hub_server import HubServer
from tests.corpus.loopback import Fault, answer


def test_publish_documents_its_codes() -> None:
    root = Path(__file__).parents[3]
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
    program = ["-m", "annotator", "publish", str(small), NAME, "--trust", "--dry-run"]
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

    codes = [commands.run("publish", small, NAME, "--trust", "--yes", environment=environment).code for _ in range(2)]

    assert codes == [ExitCode.STORE, ExitCode.OK]
    assert list(place.iterdir()) == []
