"""What the distribution installs, what the lock holds, and that the seeds are the seeds."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SOURCES = SEEDS / "SOURCES.md"
LOCK = ROOT / "requirements.lock"
REFERENCES_LOCK = ROOT / "requirements.references.lock"
BOTH_LOCKS = pytest.mark.parametrize("lock", [LOCK, REFERENCES_LOCK], ids=lambda path: path.name)

SOURCES_ROW = re.compile(
    r"^\| (?P<name>\S+\.txt) \| `(?P<sha256>[0-9a-f]{64})` \| (?P<size>\d+) \| (?P<points>\d+) \|$"
)
"""A row of the table in SOURCES.md."""

PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)(?P<rest>.*)$")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def sources() -> dict[str, tuple[str, int, int]]:
    """File name to digest, bytes and code points, as SOURCES.md tells them."""
    rows = filter(None, map(SOURCES_ROW.match, SOURCES.read_text(encoding="utf-8").splitlines()))
    return {row["name"]: (row["sha256"], int(row["size"]), int(row["points"])) for row in rows}


def lock_requirements(lock: Path) -> list[str]:
    """One string for each requirement of a lock, its hashes joined to it, without comments."""
    lines = [line for line in lock.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    return [line for line in "\n".join(lines).replace("\\\n", " ").splitlines() if line.strip()]


def test_distribution_installs_exactly_three_packages() -> None:
    installed = importlib.metadata.packages_distributions()

    ours = {name for name, distributions in installed.items() if "terminal-annotator" in distributions}

    assert ours == {"annotator", "corpus", "schemas"}


def test_distribution_has_one_command() -> None:
    scripts = importlib.metadata.distribution("terminal-annotator").entry_points.select(group="console_scripts")

    assert [(script.name, script.value) for script in scripts] == [("annotator", "annotator.cli:main")]


def test_sources_name_every_seed() -> None:
    assert sorted(sources()) == sorted(path.name for path in SEEDS.glob("*.txt"))
    assert len(sources()) == 5


@pytest.mark.parametrize("name", sorted(sources()))
def test_sources_tell_a_seeds_digest_and_size(name: str) -> None:
    content = (SEEDS / name).read_bytes()

    measured = (hashlib.sha256(content).hexdigest(), len(content), len(content.decode("utf-8")))

    assert measured == sources()[name]


def pins(lock: Path) -> dict[str, str]:
    """The version of each package that a lock holds."""
    return {match["name"]: match["version"] for line in lock_requirements(lock) if (match := PIN.match(line))}


@BOTH_LOCKS
def test_lock_pins_and_hashes_every_requirement(lock: Path) -> None:
    requirements = lock_requirements(lock)

    unpinned = [line for line in requirements if not (PIN.match(line) and HASH.search(line))]

    assert requirements
    assert unpinned == []


@BOTH_LOCKS
def test_lock_holds_no_address_and_no_path(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    options = [line for line in text.splitlines() if line.startswith("-")]
    places = re.findall(r"\S*(?:://|file:/|@ )\S*|(?<![\w.])/\w+/\S*", text)

    assert options == []
    assert places == []


def test_lock_meets_every_declared_requirement() -> None:
    declared = importlib.metadata.requires("terminal-annotator") or []
    names = {re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-") for requirement in declared}
    apart = {
        re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")
        for requirement in declared
        if re.search(r'extra == "(?:gamma|references)"', requirement)
    }

    # What only the tests marked `references` need stays apart: it is several times as large as all the rest.
    assert names - pins(LOCK).keys() == apart
    assert "pygamma-agreement" in apart
    assert names <= pins(REFERENCES_LOCK).keys()


def test_lock_of_references_holds_the_same_versions_as_the_other() -> None:
    assert pins(LOCK).items() <= pins(REFERENCES_LOCK).items()
