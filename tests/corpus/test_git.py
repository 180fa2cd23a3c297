"""What git is asked, and what it is kept from doing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import NameUnknown, RepositoryMissing
from corpus.git import Repository

Commit = Callable[[Path], str]


@pytest.fixture
def folder(tmp_path: Path, commit: Commit) -> Path:
    """A repository with one commit of three files, one of them with an odd name."""
    folder = tmp_path / "repository"
    (folder / "a b").mkdir(parents=True)
    (folder / "a b" / "one").write_bytes(b"1\n")
    (folder / "two").write_bytes(b"")
    (folder / ":(top)é").write_bytes(b"3")
    commit(folder)
    return folder


def test_git_finds_the_repository_around_a_folder(folder: Path) -> None:
    assert Repository.around(folder / "a b").folder == folder


def test_git_says_where_there_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(RepositoryMissing, match="no git repository can be read here: not a git repository"):
        Repository.around(tmp_path)


def test_git_says_that_it_is_not_installed(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(RepositoryMissing, match="git is not installed"):
        Repository.around(folder)


def test_git_lists_the_files_at_and_below_paths(folder: Path) -> None:
    repository = Repository.around(folder)
    commit = repository.commit("HEAD")

    assert sorted(repository.files(commit, ["."])) == [":(top)é", "a b/one", "two"]
    assert list(repository.files(commit, ["a b"])) == ["a b/one"]
    assert list(repository.files(commit, [":(top)é"])) == [":(top)é"]
    assert repository.files(commit, ["nothing"]) == {}
    assert repository.files(commit, []) == {}


def test_git_reads_contents_by_their_ids(folder: Path) -> None:
    repository = Repository.around(folder)
    files = repository.files(repository.commit("HEAD"), ["."])

    contents = repository.contents(files.values())

    assert {name: contents[content] for name, content in files.items()} == {
        "a b/one": b"1\n", "two": b"", ":(top)é": b"3",
    }  # fmt: skip
    assert all(Repository.id_of(contents[content], content) == content for content in files.values())
    assert repository.contents([]) == {}


def test_git_says_that_a_content_is_not_there(folder: Path) -> None:
    with pytest.raises(RepositoryMissing, match="the content 000000000000 is not in this clone"):
        Repository.around(folder).contents(["0" * 40])


def test_git_leaves_links_out(folder: Path, commit: Commit) -> None:
    (folder / "link").symlink_to("/etc/passwd")
    commit(folder)
    repository = Repository.around(folder)

    assert "link" not in repository.files(repository.commit("HEAD"), ["."])


@pytest.mark.parametrize(
    "revision", ["nothing", "", "--output=/tmp/x", "-h", "HEAD:two", "HEAD^{tree}", "a\nb", "\x1b"]
)
def test_git_refuses_what_names_no_commit(folder: Path, revision: str) -> None:
    with pytest.raises(NameUnknown, match="there is no revision"):
        Repository.around(folder).commit(revision)


def test_git_finds_where_two_commits_parted(folder: Path, commit: Commit) -> None:
    base = commit(folder)
    (folder / "two").write_bytes(b"2")
    ahead = commit(folder)
    repository = Repository.around(folder)

    assert repository.merge_base(base, ahead) == base
    subprocess.run(["git", "checkout", "-q", "--orphan", "other"], cwd=folder, check=True)
    assert repository.merge_base(base, commit(folder)) is None


def test_git_names_a_path_as_the_repository_does(folder: Path, tmp_path: Path) -> None:
    repository = Repository.around(folder)
    (tmp_path / "elsewhere").symlink_to(folder)

    assert repository.within(folder) == "."
    assert repository.within(tmp_path / "elsewhere" / "a b" / "one") == "a b/one"
    with pytest.raises(RepositoryMissing, match="it is not in the repository"):
        repository.within(tmp_path / "other")


def test_git_runs_nothing_that_the_repository_configures(folder: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ntouch '{ran}'\n", encoding="utf-8")
    hook.chmod(0o755)
    (folder / ".gitattributes").write_text("* filter=own diff=own\n", encoding="utf-8")
    options = (
        "core.fsmonitor",
        "filter.own.clean",
        "filter.own.smudge",
        "diff.own.textconv",
        "diff.external",
        "core.pager",
    )
    for option in options:
        subprocess.run(["git", "config", option, str(hook)], cwd=folder, check=True)
    repository = Repository.around(folder)
    commit = repository.commit("HEAD")

    repository.contents(repository.files(commit, ["."]).values())
    repository.merge_base(commit, commit)

    assert not ran.exists()
    subprocess.run(["git", "status"], cwd=folder, check=True, capture_output=True)
    assert ran.exists()


def test_git_looks_at_the_folder_and_not_at_what_a_hook_sets(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nowhere"))

    assert "two" in Repository.around(folder).files("HEAD", ["."])
