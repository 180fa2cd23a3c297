"""`annotator publish` where something goes wrong: each fault is said clearly, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from annotator.exit_codes import ExitCode
from tests.annotator.publishing.steps import (
    NAME,
    NOTE,
    OUT_OF_DATE,
    READING,
    README,
    SMALL_TABLES,
    TOKEN,
    Publish,
    clean_environment,
    edit,
    set_version,
    tags,
    writes,
)
from tests.corpus.hub_repository import ATTRIBUTES, Repository, Stored
from tests.corpus.hub_server import HubServer
from tests.corpus.loopback import Answer, Fault, answer

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
