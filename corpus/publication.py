"""What a build would change on the Hub: rows and files, by comparison with what is there, before anything is sent.

Whatever can be known to fail is refused here: a name that is taken, a version that was published with other content.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.changes import Change, compare_tables
from corpus.errors import InputRefused, OutputRefused
from corpus.hub import MAIN, Hub
from corpus.manifest import FILE, Manifest
from corpus.output import SUMS, read_sums
from corpus.parquet import TableFile, sha256_of
from corpus.publish import Build
from corpus.published import ATTRIBUTES, Published
from corpus.refusals import NOTHING_DONE

TAG = "E-HUB-TAG"
VERSION = "E-HUB-VERSION"
VISIBLE = "E-HUB-VISIBLE"

_PULL_REQUEST = "refs/pr/"
_COMMIT = re.compile("[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a build goes, and how."""

    revision: str = MAIN
    """The branch; one that is not there is made from the main one."""
    private: bool = False
    """Whether a new repository is private."""
    create_pr: bool = False
    """Whether a pull request is made in place of a change."""

    @property
    def is_release(self) -> bool:
        """Whether what is pushed is a version: it is on the main branch, for all to load."""
        return self.revision == MAIN and not self.create_pr


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would change on the Hub."""

    build: Build
    target: Target
    version: str
    base: Published | None
    """What is there now; nothing where there is no repository."""
    new_branch: bool
    changes: Sequence[Change]
    """By configuration: those of the build in its order, then those that go."""
    upload: Sequence[str]
    """The files that are new or differ."""
    delete: Sequence[str]
    """The files of the earlier build that are in this one no more."""
    overwritten: Sequence[str]
    """The files that somebody edited on the Hub, or put in a file's place, and that are replaced or removed."""
    kept: Sequence[str]
    """The files that no build put there and that stay."""
    tag: str | None
    """The tag that is set; nothing where it is there, or where no version is released."""
    size: int
    """The bytes of all files of the build."""
    upload_size: int
    """The bytes of those that are sent, unless the storage has them already."""

    @property
    def has_commit(self) -> bool:
        """Whether any file changes."""
        return bool(self.upload or self.delete)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.has_commit and self.tag is None


def look(hub: Hub, manifest: Manifest, target: Target) -> tuple[Published | None, bool]:
    """What is at the target now, and whether its branch is yet to be made: all that can be refused before building.

    Raises:
        OutputRefused: If the name is taken, or the repository is public and was to be private.
        InputRefused: If a later version is there.
        HubFailed: If the Hub does not tell.
    """
    base = hub.published()
    if base is None:
        hub.require_free_name()
        if target.revision != MAIN:
            raise OutputRefused(
                f"there is no repository yet that could have a branch {target.revision}",
                path=hub.repository,
                help=f"{NOTHING_DONE}. Publish to its main branch first: leave --revision out",
            )
        return None, False
    if target.private and not base.private:
        raise OutputRefused(
            "the repository is there already, and public",
            path=hub.repository,
            code=VISIBLE,
            help=f"{NOTHING_DONE}. Make it private in its settings on the Hub, or leave --private out",
        )
    new_branch = False
    if target.revision != MAIN:
        new_branch = not target.revision.startswith(_PULL_REQUEST) and target.revision not in hub.branches()
        if not new_branch:
            base = hub.published(target.revision) or base
        elif target.revision in hub.tags() or _COMMIT.fullmatch(target.revision):
            raise OutputRefused(
                f"{target.revision} is a tag or a commit, which stays as it is",
                path=hub.repository,
                help=f"{NOTHING_DONE}. Name a branch",
            )
    base.require_ours(manifest.name)
    if base.version is not None and _order(base.version) > _order(manifest.version):
        raise InputRefused(
            f"version {base.version} is on the Hub, and this is version {manifest.version}",
            path=FILE,
            code=VERSION,
            help=f"{NOTHING_DONE}. Bring in what was published (git pull), or raise `version` if this is newer",
        )
    return base, new_branch


def make_plan(hub: Hub, build: Build, version: str, target: Target, base: Published | None, new_branch: bool) -> Plan:
    """Compares a build with what is there.

    Args:
        hub: The repository.
        build: The build.
        version: The version of its corpus.
        target: Where it goes.
        base: What is there now.
        new_branch: Whether the branch is yet to be made.

    Raises:
        InputRefused: If the version was published with other content.
        HubFailed: If the Hub does not give what is there.
    """
    sums = digests(build.folder)
    there = dict(base.digests) if base else {}
    upload = sorted(name for name, digest in sums.items() if there.get(name) != digest)
    ours = base.ours if base else set()
    remote = base.files.keys() if base else set()
    foreign = remote - ours - {ATTRIBUTES}
    edited = set(base.edited) if base else set()
    sizes = {name: (build.folder / name).stat().st_size for name in sums}
    return Plan(
        build=build,
        target=target,
        version=version,
        base=base,
        new_branch=new_branch,
        changes=_changes(hub, build, base, set(upload)),
        upload=upload,
        delete=sorted(ours - sums.keys()),
        overwritten=sorted((edited & {*upload, *(ours - sums.keys())}) | (foreign & sums.keys())),
        kept=sorted(foreign - sums.keys()),
        tag=_tag(hub, version, sums[SUMS], base) if target.is_release else None,
        size=sum(sizes.values()),
        upload_size=sum(sizes[name] for name in upload),
    )


def digests(folder: Path) -> dict[str, str]:
    """The digest of every file of a build."""
    return {**read_sums((folder / SUMS).read_bytes()), SUMS: sha256_of(folder / SUMS)}


def _tag(hub: Hub, version: str, digest: str, base: Published | None) -> str | None:
    """The tag that a version gets; nothing where it has it already, on the same content.

    Raises:
        InputRefused: If the tag is there on other content.
    """
    name = f"v{version}"
    commit = hub.tags().get(name) if base else None
    if commit is None:
        return name
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
        hub.fetch(commit, [SUMS], Path(folder))
        if sha256_of(Path(folder) / SUMS) == digest:
            return None
    raise InputRefused(
        f"version {version} was published with other content: the tag {name} is at {commit[:8]}",
        path=FILE,
        code=TAG,
        help=f"{NOTHING_DONE}. What was published stays as it is: raise `version`, and say what changed",
    )


def _changes(hub: Hub, build: Build, base: Published | None, upload: set[str]) -> list[Change]:
    before = base.tables if base else {}
    changes = []
    for table in build.tables:
        old = before.get(table.name, [])
        if old == [table.file] and table.file not in upload:
            changes.append(Change(table.name, table.rows, size=table.size))
        else:
            changes.append(_change(hub, build.folder, base, table, old))
    here = {table.name for table in build.tables}
    for name, old in before.items():
        if name not in here:
            changes.append(_change(hub, build.folder, base, name, old))
    return changes


def _change(hub: Hub, build: Path, base: Published | None, table: TableFile | str, old: Sequence[str]) -> Change:
    """What becomes of a configuration, or of one that the build has no more, whose name is given."""
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder:
        if base is not None:
            hub.fetch(base.commit, old, Path(folder))
        before = [Path(folder, name) for name in old]
        after = [build / table.file] if isinstance(table, TableFile) else []
        found, note = compare_tables(before, after)
    if isinstance(table, str):
        return Change(table, 0, 0, found.removed, 0, 0, "goes")
    return Change(table.name, table.rows, found.added, found.removed, found.changed, table.size, note if old else "new")


def _order(version: str) -> tuple[int, ...]:
    """A semantic version as numbers that compare; what is no version comes before all."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()
