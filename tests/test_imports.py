"""What a command loads: the only proof that a deferred import is deferred."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"textual", "datasets", "huggingface_hub", "pyarrow", "pandas", "numpy"}
"""Packages that a check in CI must not wait for, nor need."""

STATEMENTS = (
    "import schemas",
    "import corpus",
    "import corpus.publish, corpus.loading, corpus.pushing",
    "import annotator",
)

ROOT = Path(__file__).parent.parent

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("explain", "E-TEXT"),
    ("merge-driver", "--help"),
    ("migrate", "--help"),
    ("doctor", "--help"),
    ("validate", "--help"),
    ("init", "--help"),
    ("add", "--help"),
    ("report", "--help"),
    ("stats", "corpus/data"),
    ("zones", "corpus/data", "000"),
    ("export", "--help"),
    ("validate", "--select", "E-DOC", "corpus/data"),
    ("diff", "--help"),
    ("publish", "--help"),
)
"""Arguments of `python -m annotator` that open no app and no dataset."""

RUN_AND_LIST_MODULES = """
import json, pathlib, runpy, sys
target, *sys.argv[1:] = sys.argv[1:]
try:
    runpy.run_module("annotator", run_name="__main__", alter_sys=True)
finally:
    pathlib.Path(target).write_text(json.dumps(sorted(sys.modules)))
"""


def loaded_roots(modules: list[str]) -> set[str]:
    """The top-level packages among names of modules."""
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_import_loads_nothing_heavy(statement: str) -> None:
    program = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert loaded_roots(json.loads(ran.stdout)) & HEAVY == set()


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_command_loads_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    target = tmp_path / "modules.json"

    ran = subprocess.run(
        [sys.executable, "-c", RUN_AND_LIST_MODULES, str(target), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    assert ran.returncode == 0, ran.stderr
    assert loaded_roots(json.loads(target.read_text(encoding="utf-8"))) & HEAVY == set()


def test_imports_would_be_seen() -> None:
    program = "import textual.app, json, sys\nprint(json.dumps(sorted(sys.modules)))"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "textual" in loaded_roots(json.loads(ran.stdout))
