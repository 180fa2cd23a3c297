"""What a clone is told of merging, and what real git then makes of two people's work."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import driver
from corpus.check import check
from corpus.creation import create
from corpus.errors import RepositoryMissing

SCHEMA = "schemas.examples.adverse:AdverseEventSchema"


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings of git would name an author, a branch or a driver."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "anna",
        "GIT_AUTHOR_EMAIL": "anna@example.org",
        "GIT_COMMITTER_NAME": "anna",
        "GIT_COMMITTER_EMAIL": "anna@example.org",
    }.items():
        monkeypatch.setenv(name, value)


def git(folder: Path, *arguments: str, fails: bool = False) -> str:
    ran = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert (ran.returncode != 0) == fails, ran.stderr + ran.stdout
    return ran.stdout + ran.stderr


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A corpus in a repository whose path has what a shell would take apart."""
    folder = tmp_path / "a clone's $HOME" / "data"
    create(folder, name="c", schema=SCHEMA)
    git(folder.parent, "init", "--quiet", "--initial-branch=main")
    return folder


def test_driver_is_registered_once(clone: Path) -> None:
    assert driver.lacks(clone)

    assert driver.register(clone)

    assert not driver.lacks(clone)
    assert driver.registered(clone) == driver.command()
    assert not driver.register(clone)
    assert (clone.parent / ".git" / "config").read_text().count("driver =") == 1


def test_driver_that_another_installation_registered_is_replaced(clone: Path) -> None:
    git(clone, "config", "merge.annotator.driver", "/gone/python -m annotator merge-driver %O %A %B %P")
    assert not driver.program_is_there(driver.registered(clone) or "")

    assert driver.register(clone)

    assert driver.program_is_there(driver.registered(clone) or "")


def test_driver_is_lacked_in_a_worktree_as_in_its_clone(clone: Path, tmp_path: Path) -> None:
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message=x")
    git(clone, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    folder = tmp_path / "tree" / "data"
    assert driver.lacks(folder)

    driver.register(folder)

    assert not driver.lacks(folder)
    assert not driver.lacks(clone)


def test_driver_of_the_user_s_own_configuration_counts(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings"
    settings.write_text('[merge "annotator"]\n\tdriver = x\n', encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))

    assert not driver.lacks(clone)


def test_driver_is_not_lacked_where_nothing_asks_for_it(clone: Path, tmp_path: Path) -> None:
    create(tmp_path / "elsewhere", name="c", schema=SCHEMA)
    assert not driver.lacks(tmp_path / "elsewhere")
    (clone / ".gitattributes").write_text("# *.jsonl merge=annotator\n*.jsonl merge=annotators\n", encoding="utf-8")

    assert not driver.lacks(clone)


def test_driver_needs_a_repository(tmp_path: Path) -> None:
    with pytest.raises(RepositoryMissing):
        driver.register(tmp_path)


def test_driver_runs_this_python_and_no_module_of_the_folder(clone: Path) -> None:
    words = shlex.split(driver.command())

    assert words[:4] == [sys.executable, "-P", "-m", "annotator"]


def test_driver_merges_what_text_would_not_and_shows_git_a_conflict(
    corpus_factory: Callable[..., Path], commit: Callable[[Path], str]
) -> None:
    """Both sides change the line next to the other's; then both change the same."""
    folder = corpus_factory("adverse")
    folder = folder.rename(folder.parent / "-it's a corpus")
    (folder / ".gitattributes").write_text("*.jsonl text eol=lf merge=annotator\n", encoding="utf-8")
    path = folder / "layers" / "gold" / "d1.jsonl"

    # The corpus lies below the top folder, under a name that could be read as an option.
    git(folder.parent, "init", "--quiet", "--initial-branch=main")

    def change(old: str, new: str) -> None:
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        commit(folder.parent)

    commit(folder.parent)
    driver.register(folder)
    git(folder, "checkout", "--quiet", "-b", "other")
    change('"dose":400.0', '"dose":500.0')
    git(folder, "checkout", "--quiet", "main")
    change('"severeness":"mild"', '"severeness":"severe"')

    git(folder, "merge", "--quiet", "--no-edit", "other")

    assert '"dose":500.0' in path.read_text(encoding="utf-8")
    assert '"severeness":"severe"' in path.read_text(encoding="utf-8")

    git(folder, "checkout", "--quiet", "-b", "third")
    change('"dose":500.0', '"dose":600.0')
    git(folder, "checkout", "--quiet", "main")
    change('"dose":500.0', '"dose":700.0')

    said = git(folder, "merge", "third", fails=True)

    assert "CONFLICT: a1 was changed on both sides" in said
    assert git(folder, "ls-files", "--unmerged").count("layers/gold/d1.jsonl") == 3
    content = path.read_text(encoding="utf-8")
    assert '"dose":600.0' in content
    assert '"dose":700.0' in content
    assert {finding.code for finding in check(folder)} >= {"E-CONFLICT"}


def test_driver_needs_a_python_that_has_the_package(tmp_path: Path) -> None:
    environment = tmp_path / "bare"
    venv.create(environment, with_pip=False)
    bare = environment / "bin" / "python"

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONPATH", raising=False)
        assert not driver.program_is_there(driver.command().replace(shlex.quote(sys.executable), str(bare)))
    assert driver.program_is_there(f"{bare} my-driver.py %O %A %B")
