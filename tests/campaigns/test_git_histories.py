"""Random histories of two clones in which people work while git changes the files under them.

Every change that a session makes carries a number of its own, so that what is in a file at the end says which change it
is. A change that is saved is *acknowledged*. At the end everything is committed, merged and pulled both ways, and then

- both clones hold the same;
- every acknowledged change that nobody changed again or deleted is there;
- whatever else is there, or is there although somebody deleted it, belongs to an annotation that was named as a
  conflict, by the merge driver or by the session;
- no file has marks of a merge, and every file can be read.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from annotator.session import Session
from annotator.workspace import Saved, Workspace
from corpus import driver
from corpus.check import check
from corpus.corpus import Corpus
from corpus.creation import create
from corpus.drafts import Draft
from corpus.manifest import add_annotator
from corpus.store import Store
from corpus.three_way import original_id
from schemas import Annotation, Document, Entity, Extent, Severity, Status

SCHEMA = "schemas.examples.adverse:AdverseEventSchema"
TEXTS = {name: " ".join(f"{name}word{number}" for number in range(60)) + "\n" for name in ("d1", "d2")}
SHARED = "shared"
"""The layer that both clones work on; each has one of its own besides."""

FIRST = tuple("uvwxyz")
"""The ids of what stands in the shared layer from the beginning: the changes 1 to 6."""

SHORT, LONG = 30, 1000
"""How many histories there are in the short form and in the long one."""

STEPS, LONG_STEPS = 12, 16
"""How much happens in each, before all is brought together."""

_CONFLICT = re.compile(r"CONFLICT: (\S+) was ")
_MAY_BE_FOUND = {"E-CONFLICT", "E-EXTENT-DUP", "E-REF"}
"""What two people's work may come to: the first is how a conflict is named, the others need both to be right."""


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own settings of git would name an author, an editor or a branch."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_EDITOR": "true",
        **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bare repository and two clones of it, each with the driver."""
    folder = tmp_path_factory.mktemp("template") / "two clones"
    create(folder / "a" / "data", name="c", schema=SCHEMA)
    store = Store(folder / "a" / "data")
    store.write_documents([Document.from_bytes(name, text.encode()) for name, text in TEXTS.items()])
    store.write_entities([Entity(id="first", kind="substance", name="First")])
    add_annotator(store, SHARED, "person")
    begun = Workspace(Corpus.open(store.folder), SHARED, new_id=iter(FIRST).__next__)
    session = begun.open("d1")
    for number, words in enumerate(re.finditer(r"\w+5\b", TEXTS["d1"]), 1):
        session.mark("drug", Extent.of(*words.span()), {"dose": float(number)})
    begun.save(session.snapshot())
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (
        ["init", "--quiet", "--template=", "--initial-branch=main", "a"],
        ["-C", "a", "add", "--all"],
        ["-C", "a", *who, "commit", "--quiet", "--message=x"],
        ["clone", "--quiet", "--template=", "--bare", "a", "origin"],
        ["-C", "a", "remote", "add", "origin", "../origin"],
        ["-C", "a", "fetch", "--quiet"],
        ["-C", "a", "branch", "--quiet", "--set-upstream-to=origin/main"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **settings}, check=True)
    for name, value in (("gc.auto", "0"), ("core.fsync", "none"), ("advice.detachedHead", "false")):
        subprocess.run(["git", "-C", "a", "config", name, value], cwd=folder, check=True)
    driver.register(folder / "a")
    shutil.copytree(folder / "a", folder / "b")
    return folder


@dataclass
class Told:
    """What is known of everything that was ever done, in both clones."""

    random: random.Random
    parent: dict[int, int] = field(default_factory=dict)
    """By the number of a change, that of what it changed."""
    roots: dict[int, int] = field(default_factory=dict)
    """By the number of a change, that of the first change to the annotation."""
    made: dict[str, int] = field(default_factory=dict)
    """By the id of an annotation, its first change."""
    deleted: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    """The first changes of the annotations that were named as conflicts."""
    stashed: set[int] = field(default_factory=set)
    """Changes that were put aside before they were in any commit: whoever takes the stash out again wants them back."""
    entities: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for name in FIRST:
            self.made[name] = self.next()

    def next(self, changed: int | None = None) -> int:
        """The number of a new change."""
        number = len(self.roots) + 1
        self.roots[number] = number if changed is None else self.roots[changed]
        if changed is not None:
            self.parent[number] = changed
        return number

    def name(self, id: str) -> None:
        """Takes in that an annotation was named as a conflict."""
        self.counts["conflicts named"] += 1
        self.named.add(self.made[original_id(id)])


def number_of(entry: Annotation | Draft) -> int:
    """The number of the change that an annotation is."""
    assert isinstance(entry, Annotation)
    record = entry.to_record()
    return int(record["dose"] if entry.label == "drug" else record["remark"])


class Clone:
    """One person's clone, with a session open at every document of two layers."""

    def __init__(self, folder: Path, told: Told) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.told = told
        self._count = 0
        corpus = Corpus.open(self.data)
        self.workspaces = [Workspace(corpus, layer, new_id=self._new_id) for layer in (SHARED, f"own-{folder.name}")]
        shared, own = self.workspaces
        self.sessions = [(shared, shared.open("d1")), (own, own.open("d1")), (shared, shared.open("d2"))]

    def _new_id(self) -> str:
        self._count += 1
        return f"{self.folder.name}{self._count}"

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        ran = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        for name in _CONFLICT.findall(ran.stderr):
            self.told.name(name)
        return ran

    # What a person does

    def work(self) -> None:
        """Changes something in a session; mostly it is saved at once."""
        workspace, session = self.told.random.choices(self.sessions, [5, 2, 1])[0]
        for _ in range(self.told.random.randint(1, 3)):
            self._change(session)
        if self.told.random.random() < 0.8:
            self.save(workspace, session)

    def _change(self, session: Session) -> None:
        chance, told = self.told.random, self.told
        entries = list(session)
        act = chance.random()
        if not entries or act < 0.45:
            words = list(re.finditer(r"\w+", session.document.text))
            word = chance.choice(words)
            drugs = [entry.id for entry in entries if entry.label == "drug"]
            number = told.next()
            values: dict[str, object]
            if not drugs or chance.random() < 0.6:
                label, values = "drug", {"dose": float(number)}
            else:
                suspects = [chance.choice(drugs)]
                label, values = "reaction", {"severeness": "mild", "remark": str(number), "suspects": suspects}
            step = session.mark(label, Extent.of(*word.span()), values)
            assert step.focus is not None
            told.made[step.focus] = number
        elif act < 0.75:
            entry = chance.choice(entries)
            number = told.next(number_of(entry))
            field, value = ("dose", float(number)) if entry.label == "drug" else ("remark", str(number))
            session.change(entry.id, field, value)
        elif act < 0.95:
            entry = chance.choice(entries)
            told.deleted.add(number_of(entry))
            session.delete(entry.id)
        else:
            status = chance.choice(list(Status))
            session.set_status(status, "why?" if status is Status.FLAGGED else None)
        told.counts["changes"] += 1

    def save(self, workspace: Workspace, session: Session) -> None:
        """Saves until nothing is left, as the app does."""
        saved: Saved | None = None
        while saved is None or saved.merged is not None:
            snapshot = session.snapshot()
            saved = workspace.save(snapshot)
            self.told.counts["saves"] += 1
            if saved.merged is not None:
                self.told.counts["rebased sessions"] += 1
                there = {each.id: each for each in saved.merged.annotations}
                for name, fresh in saved.conflicts:
                    self.told.made.setdefault(fresh, self.told.roots[number_of(there[fresh])])
                    self.told.name(name)
                session.take_over(snapshot.layer_file, saved.merged, "took over")

    def notice(self) -> None:
        """Brings what git has put into the files into the sessions, as the app does before anything else is done."""
        for workspace, session in self.sessions:
            if session.revision or len(session):
                self.save(workspace, session)

    def register_entity(self) -> None:
        name = f"{self.folder.name}-{len(self.told.entities)}"
        self.told.entities.add(self.workspaces[0].add_entity(Entity(id=name, kind="substance", name=name)).id)

    # What git does

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=x")

    def pull(self) -> None:
        how = self.told.random.choice(["--no-rebase", "--rebase"])
        if self.told.random.random() < 0.6:
            self.commit()
        self._finish(self.git("pull", "--quiet", "--no-edit", "--autostash", how, "origin", "main"))

    def push(self) -> None:
        self.git("push", "--quiet", "origin", "HEAD:main")

    def switch(self) -> None:
        """Goes to another branch, made anew or there already, with whatever is not committed."""
        self.git("checkout", "--quiet", *self.told.random.choice([["main"], ["side"], ["-B", "side"]]))
        self.notice()

    def merge(self) -> None:
        if self.told.random.random() < 0.5:
            self.commit()
        self._finish(self.git("merge", "--quiet", "--no-edit", "side" if self._is_on("main") else "main"))

    def rebase(self) -> None:
        self.commit()
        if self._is_on("side"):
            self._finish(self.git("rebase", "--quiet", "main"))

    def stash(self) -> None:
        if self._has_stash:
            self.pop()
        else:
            # A new file that git does not know yet would only come back where there is none by then.
            self.git("add", "--all")
            there = set(self.numbers())
            self.git("stash", "push", "--quiet")
            self.told.stashed |= there.difference(self.numbers())
        self.notice()

    def pop(self) -> None:
        """Brings a stash back, onto what is committed."""
        self.commit()
        ran = self.git("stash", "pop", "--quiet")
        if ran.returncode:
            assert self._unmerged(), ran.stderr
            self._take_both(ran.stderr)
            self.git("stash", "drop", "--quiet")

    @property
    def _has_stash(self) -> bool:
        return (self.folder / ".git" / "refs" / "stash").exists()

    def _is_on(self, branch: str) -> bool:
        return (self.folder / ".git" / "HEAD").read_text(encoding="ascii").strip().endswith(f"/{branch}")

    def _unmerged(self) -> list[str]:
        return self.git("diff", "--name-only", "--diff-filter=U", "-z").stdout.split("\0")[:-1]

    def _finish(self, ran: subprocess.CompletedProcess[str]) -> None:
        """Takes both sides of every conflict until git is content."""
        if ran.returncode == 0 and "autostash" not in ran.stderr:
            return
        for _ in range(100):
            git = self.folder / ".git"
            is_rebasing = (git / "rebase-merge").exists()
            if not is_rebasing and not (git / "MERGE_HEAD").exists() and not self._unmerged():
                return
            self._take_both(ran.stdout + ran.stderr)
            if is_rebasing:
                ran = self.git("rebase", "--continue")
                if ran.returncode and not self._unmerged():
                    ran = self.git("rebase", "--skip")
            else:
                ran = self.git("commit", "--quiet", "--no-edit")
        raise AssertionError(ran.stderr)

    def _take_both(self, said: str) -> None:
        for name in self._unmerged():
            self.told.counts["files in conflict"] += 1
            path = self.folder / name
            assert path.exists(), said
            assert b"<<<<<<<" not in path.read_bytes(), said
            # git lets nobody speak while it brings back what it stashed by itself, and says so itself.
            if "Applying autostash resulted in conflicts" in said:
                self.told.counts["named by git alone"] += 1
            else:
                assert f"{name}: CONFLICT: " in said
        self.git("add", "--all")

    def settle(self) -> None:
        """Saves and commits everything, brings back what is stashed, and merges the other branch."""
        for workspace, session in self.sessions:
            self.save(workspace, session)
        self.commit()
        while self._has_stash:
            self.pop()
            self.commit()
        self.git("checkout", "--quiet", "main")
        if (self.folder / ".git" / "refs" / "heads" / "side").exists():
            self._finish(self.git("merge", "--quiet", "--no-edit", "side"))
        self._finish(self.git("pull", "--quiet", "--no-edit", "--no-rebase", "origin", "main"))

    def numbers(self) -> Iterator[int]:
        """The changes that the files hold."""
        corpus = Corpus.open(self.data)
        for layer in corpus.store.layer_names():
            for document in corpus.store.layer_documents(layer):
                yield from map(number_of, corpus.store.layer(layer, document, corpus.schema).annotations)

    def tree(self) -> str:
        return self.git("rev-parse", "HEAD^{tree}").stdout


ACTS: dict[str, tuple[Callable[[Clone], None], int]] = {
    "work": (Clone.work, 14),
    "entity": (Clone.register_entity, 1),
    "commit": (Clone.commit, 2),
    "pull": (Clone.pull, 4),
    "push": (Clone.push, 3),
    "switch": (Clone.switch, 2),
    "merge": (Clone.merge, 2),
    "rebase": (Clone.rebase, 2),
    "stash": (Clone.stash, 2),
}
"""What may happen, and how often."""


def live(folder: Path, seed: int, steps: int) -> Told:
    """Lets one history happen, and looks at what came of it."""
    told = Told(random.Random(seed))
    clones = [Clone(folder / name, told) for name in ("a", "b")]
    names = list(ACTS)
    for _ in range(steps):
        act = told.random.choices(names, [ACTS[name][1] for name in names])[0]
        told.counts[act] += 1
        ACTS[act][0](told.random.choice(clones))
    one, other = clones
    one.settle()
    one.push()
    other.settle()
    other.push()
    one.settle()
    assert one.tree() == other.tree()

    there = set(one.numbers())
    over = told.deleted.union(told.parent.values())
    assert told.roots.keys() - over - there == set(), "an acknowledged change is lost"
    undone = (there & over) - told.stashed
    assert {told.roots[number] for number in undone} <= told.named, "a change was undone, and nothing said so"
    descends = {number: _ancestors(number, told.parent) for number in there}
    revived = {number for number, before in descends.items() if before & told.deleted} - told.stashed
    assert {told.roots[number] for number in revived} <= told.named, "a deletion was undone, and nothing said so"
    assert told.entities <= Corpus.open(one.data).entities.keys()
    found = {finding.code for finding in check(one.data) if finding.severity is Severity.ERROR}
    assert found <= _MAY_BE_FOUND
    told.counts["changes that had to be there"] = len(told.roots.keys() - over)
    return told


def _ancestors(number: int, parent: dict[int, int]) -> set[int]:
    """The changes that a change was made on top of."""
    found: set[int] = set()
    while number in parent:
        number = parent[number]
        found.add(number)
    return found


def campaign(template: Path, tmp_path: Path, seeds: range, steps: int) -> Counter[str]:
    """Lets many histories happen, each from the same beginning; the first that goes wrong leaves its folder."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        folder = Path(shutil.copytree(template, tmp_path / f"history {seed}"))
        try:
            counts += live(folder, seed, steps).counts
        except AssertionError as error:
            error.add_note(f"the history of seed {seed}, in {folder}")
            raise
        shutil.rmtree(folder)
    return counts + Counter(histories=len(seeds))


def told_of(counts: Counter[str]) -> str:
    """The counts on one line."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common())


@pytest.mark.parametrize("part", range(2))
def test_git_histories_lose_and_undo_nothing(
    template: Path, tmp_path: Path, part: int, record_property: Callable[[str, object], None]
) -> None:
    counts = campaign(template, tmp_path, range(part * SHORT // 2, (part + 1) * SHORT // 2), STEPS)

    record_property("campaign", f"git histories: {told_of(counts)}")
    assert counts["changes that had to be there"] > 80
    assert counts["conflicts named"] > 3


@pytest.mark.soak
@pytest.mark.parametrize("part", range(20))
def test_git_histories_lose_and_undo_nothing_in_a_thousand(
    template: Path, tmp_path: Path, part: int, record_property: Callable[[str, object], None]
) -> None:
    histories = int(os.environ.get("ANNOTATOR_SOAK_HISTORIES", LONG)) // 20
    counts = campaign(template, tmp_path, range(10_000 + part * histories, 10_000 + (part + 1) * histories), LONG_STEPS)

    record_property("campaign", f"git histories: {told_of(counts)}")
    assert counts["conflicts named"] > 0
