"""Everything in the README that can be run is run, in the order in which it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a reader has it: the seeds are there, and nothing else."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a program with the project's own commands first on the path, and without a network."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "cache")}
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_readme_blocks_run_as_they_stand(folder: Path) -> None:
    assert len(BLOCKS) >= 5
    for language, block in BLOCKS:
        program = ["bash", "-eu", "-c", block] if language == "sh" else [sys.executable, "-c", block]

        ran = run(program, folder)

        assert ran.returncode == 0, f"{block}\n{ran.stdout}\n{ran.stderr}"
    assert (folder / "my-corpus" / "documents.jsonl").read_bytes().count(b"\n") == 5
    assert (folder / "build" / "dataset" / "README.md").is_file()


def test_readme_schema_is_taken_by_a_corpus(folder: Path) -> None:
    schema = next(block for language, block in BLOCKS if "LabelSchema" in block)
    assert run(["annotator", "init", "rivers"], folder).returncode == 0
    (folder / "rivers" / "places.py").write_text(schema, encoding="utf-8")
    manifest = folder / "rivers" / "corpus.toml"
    named = re.sub(r"(?m)^schema = .*$", 'schema = "places:PlaceSchema"', manifest.read_text(encoding="utf-8"))
    manifest.write_text(named, encoding="utf-8")

    # The module lies beside corpus.toml, and is run only for who trusts it.
    assert run(["annotator", "validate", "rivers"], folder).returncode == 4

    ran = run(["annotator", "validate", "rivers", "--trust"], folder)

    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("target", ["run", "test", "bench"])
def test_readme_make_targets_are_there(target: str) -> None:
    assert f"make {target}" in README

    ran = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr


def test_readme_commands_in_the_text_have_help() -> None:
    named = set(re.findall(r"`annotator ([\w-]+)", README))

    for command in sorted(named):
        ran = run([sys.executable, "-m", "annotator", command, "--help"], ROOT)

        assert ran.returncode == 0, ran.stderr
        assert "Usage:" in ran.stdout


def test_readme_files_that_it_names_are_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)

    assert links
    for link in links:
        assert (ROOT / link).exists(), link
