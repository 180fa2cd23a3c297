"""Commands run one after the other in a process of their own, with an environment that its libraries read once.

A program that is started anew for each command would spend most of its time on importing them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PROGRAM = """
import json, os, sys
import datasets, huggingface_hub
from click.testing import CliRunner
from annotator.cli import main

with os.fdopen(os.dup(1), "w") as answers:
    for line in sys.stdin:
        asked = json.loads(line)
        ran = CliRunner().invoke(main, asked["arguments"], env=asked["environment"], color=True)
        fault = ran.stderr if ran.exit_code == 70 else ""
        print(json.dumps([ran.exit_code, ran.stdout, ran.stderr, fault]), file=answers, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def table(self) -> dict[str, list[str]]:
        """The lines of stdout, in words, by the first of them."""
        return {line.split()[0]: line.split()[1:] for line in self.out.splitlines()}


class CommandProcess:
    """A process that runs commands; it has no terminal."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env=dict(self._environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, *arguments: str | Path, environment: Mapping[str, str | None]) -> Ran:
        """Runs a command with these variables set, or unset, for it alone; a traceback fails the test."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"arguments": [str(each) for each in arguments], "environment": dict(environment)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code, out, err, fault = json.loads(self._process.stdout.readline())
        assert fault == "", fault
        return Ran(code, out, err)
