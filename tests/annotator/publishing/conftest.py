"""A Hub, a process that publishes to it, and two corpora, published or not."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from annotator.exit_codes import ExitCode
from tests.annotator.publishing.command_process import CommandProcess, Ran
from tests.annotator.publishing.steps import NAME, TOKEN, Factory, Publish, clean_environment
from tests.corpus.hub_repository import Repository
from tests.corpus.hub_server import HubServer


@pytest.fixture(scope="package")
def server() -> Iterator[HubServer]:
    with HubServer() as made:
        yield made


@pytest.fixture
def hub(server: HubServer) -> Iterator[HubServer]:
    server.forget()
    yield server
    assert server.log.errors == []
    assert server.log.strays == [], "something was asked of another host"


@pytest.fixture(scope="package")
def commands(server: HubServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandProcess]:
    home = str(tmp_path_factory.mktemp("home"))
    with CommandProcess({**clean_environment(), **server.environment(home, None)}) as made:
        yield made
    assert [path for path in Path(home).rglob("*") if path.is_file()] == [], "something was left in the home folder"


@pytest.fixture
def publish(commands: CommandProcess, hub: HubServer) -> Publish:
    """Runs the command, as anna where no other token is given."""

    def run(corpus: Path, *arguments: str, name: str = NAME, token: str | None = TOKEN) -> Ran:
        # The process has a home of its own, whose list of trusted corpora is empty.
        return commands.run("publish", corpus, name, "--trust", *arguments, environment={"HF_TOKEN": token})

    return run


@pytest.fixture
def corpus(corpus_factory: Factory) -> Path:
    """A corpus with rows in every table."""
    return corpus_factory("own")


@pytest.fixture
def small(corpus_factory: Factory) -> Path:
    """A corpus with rows in three tables, which takes the less time to build."""
    return corpus_factory("own", "small", "Nobody knows.\n")


@pytest.fixture(scope="package")
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
