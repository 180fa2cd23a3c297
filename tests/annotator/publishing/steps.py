"""What tests of publishing have in common: names, and what is done to a corpus or looked up on the Hub."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.annotator.publishing.command_process import Ran
from tests.corpus.hub_repository import Repository
from tests.corpus.hub_server import HubServer

Factory = Callable[..., Path]
Publish = Callable[..., Ran]

TOKEN = "hf_secretOfAnna"
READING = "hf_secretOfBen"
OUT_OF_DATE = "hf_outOfDate"
NAME = "anna/routes"
TABLES = ["documents", "place", "route", "weather", "relations", "layers", "tokens", "entities", "claims"]
SMALL_TABLES = ["documents", "tokens", "entities"]
README, NOTE = "README.md", "build.json"


def clean_environment() -> dict[str, str]:
    """The variables of this process without those that lead to a Hub; what the tests trust is kept."""
    kept = {"XDG_CONFIG_HOME"}
    return {key: value for key, value in os.environ.items() if key in kept or not key.startswith(("HF_", "XDG_"))}


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
