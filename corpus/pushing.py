"""A plan carried out: one commit that is made only if nobody has pushed meanwhile, read back, and then tagged.

Nothing of a build is to be seen on the Hub before its commit. Whatever breaks off before it leaves what was there; the
same command, run again, goes on from there.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError, HubFailed, StoreBusy, StoreFailed
from corpus.exports import Tell
from corpus.hub import Committed, Hub
from corpus.parquet import sha256_of
from corpus.publication import Plan, digests
from corpus.publish import CARD, Build
from corpus.published import Published
from corpus.readback import verify_copy
from corpus.refusals import BUSY, NOTHING_DONE

COPY = "E-HUB-COPY"


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a plan."""

    commit: str
    url: str | None
    """The address of the commit or of the pull request; nothing where no commit was needed, or its answer was lost."""
    tag: str | None
    """The tag that was set."""


def push(hub: Hub, plan: Plan, tell: Tell) -> Pushed:
    """Carries a plan out: makes what is missing, commits, reads back, tags.

    Raises:
        StoreBusy: If somebody else has pushed meanwhile; nothing of theirs is overwritten.
        InputRefused: If the Hub does not take the card or a file.
        HubFailed: If the Hub cannot be reached or refuses; the message says what has been done by then.
    """
    target, base = plan.target, plan.base
    so = NOTHING_DONE
    if base is None:
        tell("making the repository")
        hub.validate(plan.build.folder / CARD)
        base = hub.create(target.private)
        so = f"{NOTHING_DONE}; the repository was made, and is empty"
    if plan.new_branch:
        tell(f"making the branch {target.revision}")
        hub.branch(target.revision, base.commit)
        so = f"{NOTHING_DONE}; the branch was made, as a copy of the main one"
    made = Committed(base.commit, "")
    if plan.has_commit:
        tell(f"sending {len(plan.upload)} files, {plan.upload_size:,} bytes")
        made = _commit(hub, plan, base, so)
    tell("reading it back")
    _verify(hub, plan.build, made.commit)
    if plan.tag:
        tell(f"setting the tag {plan.tag}")
        _set_tag(hub, plan.tag, made.commit)
    return Pushed(made.commit, made.pull_request or made.url or None, plan.tag)


def _commit(hub: Hub, plan: Plan, base: Published, so: str) -> Committed:
    """Makes the commit; one whose answer was lost on the way is looked for."""
    target = plan.target
    name = plan.build.folder
    try:
        return hub.commit(
            {file: name / file for file in plan.upload},
            plan.delete,
            f"Version {plan.version}",
            base.commit,
            target.revision,
            target.create_pr,
            so,
        )
    except HubFailed as lost:
        if target.create_pr:
            raise HubFailed(
                lost.what,
                path=lost.path,
                code=lost.code,
                help=f"{lost.help}; look at the pull requests before: if only the answer was lost, it is there",
            ) from None
        try:
            found = hub.published(target.revision)
        except CorpusError:
            raise lost from None
        if found is None or found.commit == base.commit or not _holds(found, plan):
            raise
        return Committed(found.commit, "")


def _holds(found: Published, plan: Plan) -> bool:
    """Whether a commit has every file of the plan's build, and none that was to go."""
    is_whole = all(found.digests.get(name) == digest for name, digest in digests(plan.build.folder).items())
    return is_whole and not found.files.keys() & set(plan.delete)


def _verify(hub: Hub, build: Build, commit: str) -> None:
    """Reads a commit back: every file's digest, and every row of every table.

    Raises:
        HubFailed: If it is not what was sent.
    """
    so = f"The commit {commit[:8]} is on the Hub, and was not checked or tagged"
    sums = digests(build.folder)
    with tempfile.TemporaryDirectory(prefix="annotator-") as name:
        copy = Path(name)
        hub.fetch(commit, sums, copy, so)
        fault = next(
            (f"{file} has another digest" for file, each in sums.items() if sha256_of(copy / file) != each), ""
        )
        if not fault:
            try:
                verify_copy(copy, build.folder, build.tables)
            except StoreFailed as error:
                fault = error.what
    if fault:
        raise HubFailed(
            f"what is on the Hub at {commit[:8]} is not what was sent: {fault}",
            path=hub.repository,
            code=COPY,
            help="The version was not tagged. Look at the commit on the Hub, and publish again",
        )


def _set_tag(hub: Hub, tag: str, commit: str) -> None:
    so = f"The commit {commit[:8]} is on the Hub, whole, without the tag {tag}"
    try:
        hub.tag(tag, commit, f"Version {tag.removeprefix('v')}", so)
    except StoreBusy:
        if hub.tags().get(tag) != commit:
            raise StoreBusy(
                f"somebody else has set the tag {tag} on another commit",
                path=hub.repository,
                code=BUSY,
                help=f"The commit {commit[:8]} is on the Hub, without a tag. Raise `version`, and publish again",
            ) from None
