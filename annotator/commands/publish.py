"""`annotator publish`: the dataset of a corpus, pushed to the Hugging Face Hub."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.display import safe
from annotator.exit_codes import ExitCode
from annotator.progress import Progress
from annotator.trusting import trust_option
from corpus.corpus import Corpus

if TYPE_CHECKING:
    from corpus.publication import Plan
    from corpus.pushing import Pushed

_HEAD = ("configuration", "rows", "added", "removed", "changed", "bytes")


@click.command(
    epilog="""\b
Examples:
  annotator publish . anna/news --dry-run      what would change; nothing is sent
  annotator publish . anna/news --private      a new repository that only you see
  annotator publish . lab/news --create-pr     a proposal to whoever owns it
  annotator publish . anna/news --standoff     without the texts, which may not be redistributed
  annotator publish . anna/news --yes          in CI, with HF_TOKEN set

\b
Log in with `hf auth login`, or set HF_TOKEN to a token that may write."""
)
@click.argument("corpus", type=click.Path(exists=True, path_type=Path))
@click.argument("repository", metavar="REPO")
@click.option("--layer", metavar="NAME", help="Publish this layer, not the gold one.")
@click.option(
    "--shard",
    "shards",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Publish the labelled documents of this file, one a line, in place of the corpus's own; repeatable.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes for shards.  [default: by their size]")
@click.option(
    "--standoff/--with-texts",
    default=None,
    help="Leave out every word of the texts, or not; as on the Hub where neither is said, and with them at first.",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--private", is_flag=True, help="Make a new repository private.")
@click.option("--create-pr", is_flag=True, help="Make a pull request in place of a change.")
@click.option("--revision", metavar="BRANCH", help="Push to this branch, not the main one; it is made if missing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@trust_option
def command(
    corpus: Path,
    repository: str,
    layer: str | None,
    shards: tuple[Path, ...],
    jobs: int | None,
    standoff: bool | None,
    dry_run: bool,
    private: bool,
    create_pr: bool,
    revision: str | None,
    yes: bool,
) -> None:
    """Push the gold layer of CORPUS to the dataset REPO on the Hub, as OWNER/NAME.

    The dataset is built and checked, compared with what is on the Hub, and shown: rows added, removed and changed. If
    you agree, it goes there in one commit, which fails if somebody has pushed meanwhile; it is then read back, compared
    row by row, and tagged with the corpus's version.
    """
    if create_pr and revision:
        raise click.UsageError("--create-pr proposes a change of the main branch; leave --revision out.")
    if not (yes or dry_run or sys.stdin.isatty()):
        click.echo(
            "annotator: E-NOTTY without a terminal nobody can be asked; say --yes, or look with --dry-run", err=True
        )
        raise SystemExit(ExitCode.ENVIRONMENT)
    from corpus import arrow
    from corpus.exports import Options
    from corpus.hub import MAIN, Hub
    from corpus.publication import Target, look, make_plan
    from corpus.publish import build
    from corpus.pushing import push

    progress = Progress()
    tell = progress.tell
    opened = Corpus.open(corpus)
    arrow.require_packages()
    hub = Hub(repository, tell, bars=sys.stderr.isatty())
    target = Target(revision or MAIN, private, create_pr)
    with tempfile.TemporaryDirectory(prefix="annotator-") as folder, progress:
        name = hub.require_login(to_write=not dry_run)
        tell(f"logged in as {name}")
        base, new_branch = look(hub, opened.manifest, target)
        if standoff is None:
            standoff = base is not None and base.is_standoff
        tell(f"building the dataset{', without the texts' if standoff else ''}")
        options = Options(layer, shards=shards, standoff=standoff, jobs=jobs, advance=progress.advance)
        built = build(opened, Path(folder, "dataset"), options, tell)
        tell("comparing it with what is there")
        plan = make_plan(hub, built, opened.manifest.version, target, base, new_branch)
        for line in _lines(plan):
            click.echo(safe(line))
        for line in _remarks(plan, repository):
            click.echo(safe(line), err=True)
        if dry_run or plan.is_empty:
            return
        if not yes:
            click.confirm("Publish this?", abort=True, err=True)
        pushed = push(hub, plan, tell)
    for line in _outcome(plan, pushed, repository):
        click.echo(safe(line), err=True)


def _lines(plan: Plan) -> Iterator[str]:
    """The table of what becomes of each configuration."""
    rows: list[tuple[str, ...]] = [_HEAD]
    rows += [
        (each.name, *(f"{number:,}" for number in (each.rows, each.added, each.removed, each.changed, each.size)))
        for each in plan.changes
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    notes = ["", *(each.note for each in plan.changes)]
    for (name, *numbers), note in zip(rows, notes, strict=True):
        right = "  ".join(f"{number:>{width}}" for number, width in zip(numbers, widths[1:], strict=True))
        yield safe(f"{name:<{widths[0]}}  {right}  {note}".rstrip())


def _remarks(plan: Plan, repository: str) -> Iterator[str]:
    """What the table does not say."""
    base = plan.base
    if plan.is_empty and base is not None:
        yield f"{repository} has version {plan.version} already, with this content: nothing to do"
        return
    if base is None:
        yield f"{repository}: a new {'private ' if plan.target.private else 'public '}repository"
    else:
        yield f"{repository}, now at {base.commit[:8]}: {_there(plan)}"
    sent = f"{len(plan.upload)} files to send, {plan.upload_size:,} bytes of {plan.size:,}"
    tag = f", tag {plan.tag}" if plan.tag else ""
    yield f"Version {plan.version}{tag}; {sent if plan.has_commit else 'no file changes'}"
    for what, names in (
        ("Removed", plan.delete),
        ("Edited on the Hub, and replaced", plan.overwritten),
        ("Not from here, and left alone", plan.kept),
    ):
        if names:
            yield f"{what}: {', '.join(names)}"


def _there(plan: Plan) -> str:
    what = f"version {plan.base.version}" if plan.base and plan.base.version else "empty"
    if plan.target.create_pr:
        return f"{what}, to be proposed as a pull request"
    return f"{what}, to a new branch {plan.target.revision}" if plan.new_branch else what


def _outcome(plan: Plan, pushed: Pushed, repository: str) -> Iterator[str]:
    at = f" ({pushed.url})" if pushed.url else ""
    if plan.target.create_pr:
        yield f"Proposed, read back and compared: {pushed.commit[:8]}{at}"
        yield "Once it is merged, the same command without --create-pr sets the tag"
        return
    yield f"Published, read back and compared: {pushed.commit[:8]}{at}"
    named = pushed.tag or (plan.target.revision if not plan.target.is_release else f"v{plan.version}")
    yield f"Load it:  datasets.load_dataset({repository!r}, revision={named!r}, split='train')"
