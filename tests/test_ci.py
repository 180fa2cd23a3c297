"""What others put into their CI, run as it stands there: the hook, the action, the templates. Nothing is downloaded.

pip builds and installs the project for real. What it depends on is found where the tests run, in a folder that stands
in for a package index.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parent.parent
PROJECT = ("pyproject.toml", "README.md", "LICENSE", "LICENSING.md", "action.yml", ".pre-commit-hooks.yaml")
PACKAGES = ("annotator", "corpus", "schemas")
CI = ROOT / "docs" / "ci"

Writer = Callable[[Path, str], Path]
Commit = Callable[[Path], str]


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files, as a checkout has them."""
    folder = tmp_path_factory.mktemp("checkout") / "annotator"
    folder.mkdir()
    for name in PROJECT:
        shutil.copy(ROOT / name, folder)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An environment in which every package is at hand but the project itself, and no network is asked."""
    folder = tmp_path_factory.mktemp("packages")
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not re.match(r"__editable__|__pycache__|terminal_annotator|pip\b|pip-|.*\.pth$", entry.name):
            (folder / entry.name).symlink_to(entry)
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "GIT_", "PYTHON"))}
    return kept | {
        "HOME": str(home),
        "PYTHONPATH": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        # pip reads this as the value of the option without its "no": 0 turns the isolation off.
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "VIRTUALENV_OVERRIDE_APP_DATA": str(home / "virtualenv"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


@pytest.fixture
def repository(tmp_path: Path, sample_writer: Writer, commit: Commit) -> Path:
    """A repository with a corpus in `corpus/data`, all committed."""
    folder = tmp_path / "repository"
    (folder / "corpus").mkdir(parents=True)
    sample_writer(folder / "corpus" / "data", "security")
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with pip and nothing else, into which scripts may install."""
    folder = tmp_path_factory.mktemp("python") / "venv"
    venv.create(folder, with_pip=True, symlinks=True)
    return folder


def spoil(repository: Path) -> None:
    file = repository / "corpus/data/layers/gold/d1.jsonl"
    data = file.read_bytes()
    assert b'"demands"' in data
    file.write_bytes(data.replace(b'"demands"', b'"DEMANDS"'))


def run(
    arguments: list[str | Path], folder: Path, environment: Mapping[str, str], *first: Path
) -> subprocess.CompletedProcess[str]:
    """Runs a program; `first` are folders that come first on the path."""
    path = os.pathsep.join([*map(str, first), environment["PATH"]])
    return subprocess.run(
        arguments,
        cwd=folder,
        env={**environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


# pre-commit


def hook() -> dict[str, Any]:
    (only,) = read(ROOT / ".pre-commit-hooks.yaml")
    assert isinstance(only, dict)
    return only


def pre_commit(folder: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "-m", "pre_commit", *arguments], folder, environment)


def test_hook_is_one_that_pre_commit_takes(project: Path, offline: Mapping[str, str]) -> None:
    ran = pre_commit(project, offline, "validate-manifest", ".pre-commit-hooks.yaml")

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("file", "is_meant"),
    [
        ("corpus.toml", True),
        ("corpus/data/documents.jsonl", True),
        ("a/layers/gold/d1.jsonl", True),
        ("layers/gold/d1.jsonl", True),
        ("a/known.jsonl", True),
        ("layers/gold/notes/d1.jsonl", False),
        ("my-corpus.toml", False),
        ("README.md", False),
    ],
)
def test_hook_runs_for_the_files_of_a_corpus(file: str, is_meant: bool) -> None:
    assert bool(re.search(hook()["files"], file)) is is_meant


def test_hook_of_the_documentation_is_this_one() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
    (local,) = (yaml.safe_load(block)["repos"][0] for block in blocks if "repo: local" in block)
    (told,) = local["hooks"]

    assert told["language"] == "system"
    assert {**told, "language": "python"}.items() <= hook().items()
    assert hook().keys() - told.keys() == {"description", "minimum_pre_commit_version"}


def test_hook_is_installed_and_run_by_pre_commit(
    project: Path, repository: Path, offline: Mapping[str, str], commit: Commit, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    shutil.copytree(project, source)
    config = {"repos": [{"repo": str(source), "rev": commit(source), "hooks": [{"id": hook()["id"]}]}]}
    (repository / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)

    good = pre_commit(repository, offline, "run", "--all-files", "--verbose")
    assert good.returncode == 0, good.stdout + good.stderr
    assert re.search(r"annotator validate\.+Passed", good.stdout)
    assert "2 documents, 2 layers, 10 annotations: no findings" in good.stdout

    spoil(repository)
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    bad = pre_commit(repository, offline, "run")
    assert bad.returncode == 1
    assert re.search(r"annotator validate\.+Failed", bad.stdout)
    assert "corpus/data/layers/gold/d1.jsonl:5: E-TEXT " in bad.stdout


def test_hook_keeps_a_commit_from_being_made(
    repository: Path, offline: Mapping[str, str], commit: Commit, tmp_path: Path
) -> None:
    local = {**hook(), "language": "system", "args": ["--changed-since", "HEAD"]}
    config = {"repos": [{"repo": "local", "hooks": [local]}]}
    (repository / ".pre-commit-config.yaml").write_text(json.dumps(config), encoding="utf-8")
    commit(repository)
    here = Path(sys.executable).parent
    environment = {name: value for name, value in offline.items() if name != "PYTHONPATH"}
    environment |= {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    environment |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
    assert pre_commit(repository, environment, "install").returncode == 0
    (repository / "README.md").write_text("x", encoding="utf-8")
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    skipped = run(["git", "commit", "--message=x"], repository, environment, here)
    assert skipped.returncode == 0, skipped.stderr
    assert re.search(r"annotator validate\.+\(no files to check\)Skipped", skipped.stderr)

    spoil(repository)
    subprocess.run(["git", "add", "--all"], cwd=repository, check=True)
    refused = run(["git", "commit", "--message=x"], repository, environment, here)

    assert refused.returncode == 1
    assert "since HEAD 1 file changed" in refused.stderr
    assert "E-TEXT" in refused.stderr


# The GitHub action


def step(name: str) -> dict[str, Any]:
    (found,) = [each for each in read(ROOT / "action.yml")["runs"]["steps"] if each.get("name") == name]
    assert found["shell"] == "bash"
    assert isinstance(found, dict)
    return found


def run_step(
    name: str, repository: Path, environment: Mapping[str, str], context: Mapping[str, str], *first: Path
) -> subprocess.CompletedProcess[str]:
    """Runs a step's script as the runner does: its own environment filled in, and bash called in the same way."""
    about = step(name)
    inputs = {f"inputs.{key}": value["default"] for key, value in read(ROOT / "action.yml")["inputs"].items()}
    values = {**inputs, **context}
    own = {
        key: re.sub(r"\$\{\{ (.*?) \}\}", lambda found: values[found[1]], value) for key, value in about["env"].items()
    }
    script = repository.parent / "script.sh"
    script.write_text(about["run"], encoding="utf-8")
    command: list[str | Path] = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script]
    return run(command, repository, {**environment, **own}, *first)


@pytest.fixture(scope="module")
def runner(
    tmp_path_factory: pytest.TempPathFactory, project: Path, offline: Mapping[str, str], installed: Path
) -> Mapping[str, str]:
    """The environment of a runner on which the action has installed annotator."""
    temporary = tmp_path_factory.mktemp("runner")
    work = tmp_path_factory.mktemp("runner-work") / "work"
    work.mkdir()
    environment = {**offline, "RUNNER_TEMP": str(temporary)}
    ran = run_step("Install annotator", work, environment, {"github.action_path": str(project)}, installed / "bin")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return environment


def test_action_has_what_github_requires() -> None:
    action = read(ROOT / "action.yml")

    assert action["runs"]["using"] == "composite"
    assert action["name"]
    assert action["description"]
    for about in action["inputs"].values():
        assert about["description"]
        assert isinstance(about["default"], str)
    for each in action["runs"]["steps"]:
        assert ("uses" in each) != ("run" in each)
        assert "run" not in each or each["shell"] == "bash"


def test_action_takes_no_input_as_a_part_of_a_script() -> None:
    for each in read(ROOT / "action.yml")["runs"]["steps"]:
        assert "${{" not in each.get("run", "")
    used = re.findall(r"inputs\.([\w-]+)", json.dumps(read(ROOT / "action.yml")["runs"]))
    assert set(used) == set(read(ROOT / "action.yml")["inputs"])


def test_action_installs_annotator_apart_from_the_job(runner: Mapping[str, str], installed: Path) -> None:
    assert (Path(runner["RUNNER_TEMP"]) / "annotator/bin/annotator").is_file()
    assert not (installed / "bin" / "annotator").exists()


def test_action_passes_a_good_corpus(runner: Mapping[str, str], repository: Path) -> None:
    ran = run_step("Check", repository, runner, {})

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    assert ran.stderr == "2 documents, 2 layers, 10 annotations: no findings\n"


def test_action_shows_findings_and_writes_sarif(runner: Mapping[str, str], repository: Path) -> None:
    spoil(repository)

    ran = run_step("Check", repository, runner, {"inputs.sarif": "out file.sarif"})

    assert ran.returncode == 1
    assert ran.stdout.startswith("::error file=corpus/data/layers/gold/d1.jsonl,line=5,title=E-TEXT::")
    sarif = json.loads((repository / "out file.sarif").read_bytes())
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == ["E-TEXT"]


@pytest.mark.parametrize(
    ("inputs", "code", "printed"),
    [
        ({"inputs.ignore": "E-TEXT"}, 0, ""),
        ({"inputs.select": "E-REF"}, 0, ""),
        ({"inputs.changed-since": "HEAD"}, 1, "::error "),
        ({"inputs.changed-since": "HEAD", "inputs.corpus": "corpus/data/layers/rules/d1.jsonl\n"}, 0, ""),
        ({"inputs.corpus": "corpus/data\n\ncorpus/data/entities.jsonl\n", "inputs.max-warnings": "0"}, 1, "::error "),
    ],
)
def test_action_hands_its_inputs_on(
    runner: Mapping[str, str], repository: Path, inputs: Mapping[str, str], code: int, printed: str
) -> None:
    spoil(repository)

    ran = run_step("Check", repository, runner, inputs)

    assert ran.returncode == code, ran.stderr
    assert ran.stdout[: len(printed) or None] == printed


@pytest.mark.parametrize("name", ["corpus", "changed-since", "select", "ignore", "max-warnings", "sarif"])
def test_action_runs_no_input(runner: Mapping[str, str], repository: Path, name: str) -> None:
    hostile = "$(touch ran)`touch ran`; touch ran #\" '"

    run_step("Check", repository, runner, {f"inputs.{name}": hostile})

    assert not (repository / "ran").exists()


# The templates


def test_gitlab_jobs_check_and_compare(
    project: Path, repository: Path, offline: Mapping[str, str], installed: Path, commit: Commit
) -> None:
    template = read(CI / "gitlab-ci.yml")
    base = commit(repository)
    environment = {**offline, **template["variables"], "ANNOTATOR": str(project)}

    def job(name: str, **more: str) -> subprocess.CompletedProcess[str]:
        script = "\n".join(template[name]["script"])
        return run(["sh", "-e", "-c", script], repository, {**environment, **more}, installed / "bin")

    good = job("annotator-validate")
    assert good.returncode == 0, good.stdout + good.stderr
    assert good.stderr.endswith("2 documents, 2 layers, 10 annotations: no findings\n")

    spoil(repository)
    commit(repository)
    bad = job("annotator-validate", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert bad.returncode == 1
    assert f"since {base} 1 file changed" in bad.stderr
    report = repository / template["annotator-validate"]["artifacts"]["reports"]["junit"]
    assert 'tests="' in report.read_text(encoding="utf-8")
    assert "E-TEXT" in report.read_text(encoding="utf-8")

    compared = job("annotator-diff", CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert compared.returncode == 0, compared.stderr
    (comment,) = template["annotator-diff"]["artifacts"]["paths"]
    assert "| changed | attribution |" in (repository / comment).read_text(encoding="utf-8")


def test_gitlab_jobs_see_the_whole_history() -> None:
    assert read(CI / "gitlab-ci.yml")["variables"]["GIT_DEPTH"] == "0"


@pytest.mark.parametrize(
    ("target", "code", "printed"),
    [
        ("corpus-check", 2, "corpus/data/layers/gold/d1.jsonl:5: E-TEXT "),
        ("corpus-check-changed", 2, "corpus/data/layers/gold/d1.jsonl:5: E-TEXT "),
        ("corpus-diff", 0, "  ~ attribution r1 [53, 60) “DEMANDS”"),
    ],
)
def test_makefile_targets_run_as_they_stand(
    repository: Path, offline: Mapping[str, str], target: str, code: int, printed: str
) -> None:
    spoil(repository)
    (repository / "Makefile").write_text(f"include {CI / 'Makefile'}\n", encoding="utf-8")
    environment = {
        name: value for name, value in offline.items() if name not in ("PYTHONPATH", "MAKEFLAGS", "MAKELEVEL")
    }

    ran = run(["make", target], repository, environment, Path(sys.executable).parent)

    assert ran.returncode == code, ran.stderr
    assert f"\n{printed}" in ran.stdout


def test_page_names_every_input_and_every_format() -> None:
    from annotator.reports import FORMATS

    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")

    for name in (*read(ROOT / "action.yml")["inputs"], *FORMATS):
        assert f"`{name}`" in page, name
    assert f"id: {hook()['id']}" in page
