"""What a branch touched, and what depends on it."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import trust
from corpus.check import check
from corpus.errors import NameUnknown, RepositoryMissing
from corpus.touched import NOTHING, Touched, file_differs, since
from schemas import Finding

Factory = Callable[..., Path]
Commit = Callable[[Path], str]


@pytest.fixture
def folder(corpus_factory: Factory, commit: Commit, tmp_path: Path) -> Path:
    """A corpus below the top of a repository, all of it committed."""
    folder = corpus_factory("own")
    commit(tmp_path)
    return folder


def replace(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


def found(folder: Path, touched: Touched) -> list[tuple[str, str | None, str | None]]:
    """What a check of the part that was touched finds: code, layer and document."""
    layers, documents = touched.scope()
    findings = check(folder, layers=layers, documents=documents)
    return [(each.code, each.layer, each.document) for each in findings if touched.concerns(each)]


def test_touched_is_nothing_where_nothing_differs(folder: Path) -> None:
    touched = since(folder, "HEAD")

    assert touched == Touched(gold="gold")
    assert touched.scope() == (NOTHING, NOTHING)
    assert found(folder, touched) == []


def test_touched_layer_file_is_all_that_is_looked_at(folder: Path) -> None:
    for layer, document in (("gold", "d1"), ("gold", "d2"), ("rules", "d1")):
        replace(folder / "layers" / layer / f"{document}.jsonl", b'"status":"done"', b'"status":"flagged"')
    touched = since(folder, "HEAD")
    assert touched.layers == {"gold": frozenset({"d1", "d2"}), "rules": frozenset({"d1"})}

    assert found(folder, touched) == [
        ("E-HEADER", "gold", "d1"), ("E-HEADER", "gold", "d2"), ("E-HEADER", "rules", "d1"),
    ]  # fmt: skip


def test_touched_leaves_old_findings_elsewhere_alone(folder: Path, commit: Commit, tmp_path: Path) -> None:
    replace(folder / "layers/gold/d1.jsonl", b'"Lahore"', b'"LAHORE"')
    replace(folder / "layers/rules/d2.jsonl", b'"way to', b'"WAY to')
    commit(tmp_path)
    replace(folder / "layers/rules/d1.jsonl", b'"Lahore"', b'"LAHORE"')

    assert found(folder, since(folder, "HEAD")) == [("E-TEXT", "rules", "d1")]


def test_touched_counts_from_where_the_branch_parted(folder: Path, commit: Commit, tmp_path: Path) -> None:
    replace(folder / "layers/gold/d1.jsonl", b'"Lahore"', b'"LAHORE"')
    base = commit(tmp_path)
    replace(folder / "layers/gold/d2.jsonl", b'"way to', b'"WAY to')
    commit(tmp_path)
    replace(folder / "layers/rules/d2.jsonl", b'"way to', b'"WAY to')

    assert since(folder, base).layers == {"gold": frozenset({"d2"}), "rules": frozenset({"d2"})}
    assert since(folder, "HEAD~2").layers == {"gold": frozenset({"d1", "d2"}), "rules": frozenset({"d2"})}


def test_touched_document_is_looked_at_in_every_layer(folder: Path) -> None:
    replace(folder / "documents.jsonl", b"Nobody knows", b"NOBODY knows")
    touched = since(folder, "HEAD")

    assert touched.documents == {"d2"}
    assert touched.scope()[0] == frozenset()
    assert {each for each in found(folder, touched) if each[0] == "E-DOC-HASH"} == {("E-DOC-HASH", None, "d2")}


def test_touched_document_that_was_removed_is_missed_by_its_layers(folder: Path) -> None:
    lines = (folder / "documents.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "documents.jsonl").write_bytes(lines[0])

    assert {each for each in found(folder, since(folder, "HEAD")) if each[0] == "E-HEADER-DOCUMENT"} == {
        ("E-HEADER-DOCUMENT", "gold", "d2"), ("E-HEADER-DOCUMENT", "rules", "d2"),
    }  # fmt: skip


def test_touched_document_that_is_there_twice_is_touched(folder: Path) -> None:
    lines = (folder / "documents.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "documents.jsonl").write_bytes(b"".join([*lines, lines[0]]))

    assert ("E-DOC-DUP", None, "d1") in found(folder, since(folder, "HEAD"))


def test_touched_raw_file_is_its_document(folder: Path) -> None:
    (folder / "raw" / "d1.txt").write_bytes(b"something else")

    assert since(folder, "HEAD").documents == {"d1"}
    assert found(folder, since(folder, "HEAD")) == [("E-DOC-RAW", None, "d1")]


def test_touched_raw_file_that_is_new_is_its_document(folder: Path, commit: Commit, tmp_path: Path) -> None:
    kept = (folder / "raw" / "d1.txt").read_bytes()
    (folder / "raw" / "d1.txt").unlink()
    commit(tmp_path)
    assert since(folder, "HEAD").documents == frozenset()

    (folder / "raw" / "d1.txt").write_bytes(kept)

    assert since(folder, "HEAD").documents == {"d1"}


@pytest.mark.parametrize("file", ["corpus.toml", "entities.jsonl", "routes.py", "known.jsonl"])
def test_touched_file_on_which_all_depends_is_everything(folder: Path, file: str) -> None:
    with (folder / file).open("ab") as stream:
        stream.write(b"\n")

    with trust.granted():
        touched = since(folder, "HEAD")

    assert touched.everything
    assert touched.scope(["gold"], ["d1"]) == (frozenset({"gold"}), frozenset({"d1"}))


@pytest.mark.parametrize("old", [b"documents", b"name = ", b"routes:"])
def test_touched_is_everything_where_a_corpus_cannot_be_read(folder: Path, old: bytes) -> None:
    file = "documents.jsonl" if old == b"documents" else "corpus.toml"
    if file == "documents.jsonl":
        (folder / file).write_bytes(b"<<<<<<< ours\n")
    else:
        replace(folder / file, old, b"broken")

    assert since(folder, "HEAD").everything


def test_touched_module_that_is_new_beside_the_corpus_is_everything(
    folder: Path, commit: Commit, tmp_path: Path
) -> None:
    moved = tmp_path / "routes.py"
    (folder / "routes.py").rename(moved)
    commit(tmp_path)
    shutil.copy(moved, folder / "routes.py")

    assert since(folder, "HEAD").everything


def test_touched_code_elsewhere_is_nothing(folder: Path) -> None:
    (folder / "other.py").write_text("x = 1\n", encoding="utf-8")
    (folder.parent / "README.md").write_text("x\n", encoding="utf-8")

    assert since(folder, "HEAD") == Touched(gold="gold")


def test_touched_file_takes_in_the_files_that_have_one_of_its_ids(folder: Path) -> None:
    for layer in ("gold", "rules"):
        replace(folder / "layers" / layer / "d1.jsonl", b'"id":"c1"', b'"id":"x1"')
    touched = since(folder, "HEAD")
    assert touched.same_ids == frozenset()

    replace(folder / "layers/gold/d1.jsonl", b'"id":"x1"', b'"id":"b1"')
    touched = since(folder, "HEAD")

    assert touched.same_ids == {"d2"}
    assert found(folder, touched) == [("E-ID-DUP", "gold", "d2")]


def test_touched_claims_are_looked_at_where_what_they_name_is_gone(folder: Path) -> None:
    lines = (folder / "layers/gold/d1.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "layers/gold/d1.jsonl").write_bytes(b"".join(line for line in lines if b'"id":"a1"' not in line))

    codes = [each[0] for each in found(folder, since(folder, "HEAD"))]

    assert "E-CLAIM-REF" in codes
    assert (
        Touched(gold="gold", layers={"rules": frozenset({"d1"})}).concerns(
            Finding("E-CLAIM-REF", "", document="d1", file="claims.jsonl")
        )
        is False
    )


def test_touched_layer_file_that_was_removed_is_touched(folder: Path) -> None:
    (folder / "layers/gold/d1.jsonl").unlink()

    touched = since(folder, "HEAD")

    assert touched.files == {"layers/gold/d1.jsonl"}
    assert found(folder, touched) == [("E-CLAIM-REF", None, "d1")]


def test_touched_names_are_compared_with_those_beside_them(folder: Path) -> None:
    shutil.copy(folder / "layers/gold/d1.jsonl", folder / "layers/gold/D1.jsonl")
    (folder / "layers/rules/notes.txt").write_text("x", encoding="utf-8")
    (folder / "layers/link").symlink_to(folder)

    codes = {each[0] for each in found(folder, since(folder, "HEAD"))}

    assert codes >= {"E-NAME", "W-STRAY", "E-PATH-SYMLINK"}


def test_touched_scope_is_no_wider_than_what_is_asked(folder: Path) -> None:
    replace(folder / "layers/gold/d1.jsonl", b'"status":"done"', b'"status":"open"')
    touched = since(folder, "HEAD")

    assert touched.scope(["gold"], []) == (frozenset({"gold"}), frozenset({"d1"}))
    assert touched.scope(["rules"], []) == (NOTHING, frozenset({"d1"}))
    assert touched.scope([], ["d2"]) == (frozenset({"gold"}), NOTHING)


def test_touched_line_endings_that_a_checkout_changed_only_widen_it(folder: Path) -> None:
    replace(folder / "layers/gold/d2.jsonl", b"\n", b"\r\n")

    assert found(folder, since(folder, "HEAD")) == [("W-CRLF", "gold", "d2")]


def test_touched_refuses_what_is_no_revision_and_no_repository(
    folder: Path, tmp_path: Path, corpus_factory: Factory
) -> None:
    with pytest.raises(NameUnknown, match=r"there is no revision 'nowhere'.*fetch-depth: 0"):
        since(folder, "nowhere")
    shutil.rmtree(tmp_path / ".git")
    with pytest.raises(RepositoryMissing):
        since(folder, "HEAD")


def test_touched_revision_without_a_common_ancestor_is_compared_itself(
    folder: Path, commit: Commit, tmp_path: Path
) -> None:
    first = commit(tmp_path)
    replace(folder / "layers/gold/d1.jsonl", b'"status":"done"', b'"status":"open"')
    shutil.move(tmp_path / ".git", tmp_path / "kept")
    commit(tmp_path)
    (tmp_path / ".git" / "objects" / "info" / "alternates").write_text(f"{tmp_path}/kept/objects\n", encoding="utf-8")

    assert since(folder, first).layers == {"gold": frozenset({"d1"})}


def test_touched_finds_a_file_through_a_link_to_its_folder(folder: Path, tmp_path: Path) -> None:
    replace(folder / "layers/gold/d1.jsonl", b'"status":"done"', b'"status":"open"')
    (tmp_path / "way").symlink_to(folder)

    assert since(tmp_path / "way", "HEAD").layers == {"gold": frozenset({"d1"})}


def test_touched_tells_whether_one_file_differs(folder: Path) -> None:
    assert not file_differs(folder / "documents.jsonl", "HEAD")
    (folder / "shard.jsonl").write_text(json.dumps({}), encoding="utf-8")

    assert file_differs(folder / "shard.jsonl", "HEAD")
    replace(folder / "documents.jsonl", b"Nobody", b"Somebody")
    assert file_differs(folder / "documents.jsonl", "HEAD")


def edited(folder: Path, chance: random.Random) -> None:
    """Changes, adds, removes or renames one thing, as a branch might, without regard to what comes of it."""
    files = sorted(folder.glob("layers/*/*.jsonl"))
    file = chance.choice(
        [*files, *files, folder / "documents.jsonl", folder / "claims.jsonl", folder / "entities.jsonl"]
    )
    lines = file.read_bytes().splitlines(keepends=True)
    place = chance.randrange(len(lines)) if lines else 0
    match chance.randrange(7):
        case 0 if lines:
            del lines[place]
        case 1 if lines:
            lines.append(lines[place])
        case 2 if lines:
            lines[place] = re.sub(
                rb'"id":"\w+"', b'"id":"%s"' % chance.choice([b"a1", b"b1", b"r1", b"d1", b"d2"]), lines[place]
            )
        case 3:
            (file.parent / f"{chance.choice(['d1', 'D1', 'd3', 'notes'])}.jsonl").write_bytes(b"".join(lines))
        case 4:
            raw = folder / "raw" / f"{chance.choice(['d1', 'd2'])}.txt"
            raw.write_bytes(raw.read_bytes() + b"x")
        case 5 if file.parent.parent.name == "layers":
            file.unlink()
            return
        case _:
            lines = [line.replace(b"Lahore", b"Multan").replace(b'"done"', b'"open"') for line in lines]
    file.write_bytes(b"".join(lines))


@pytest.mark.parametrize("seed", range(25))
def test_touched_misses_nothing_that_a_branch_broke(folder: Path, commit: Commit, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(chance.randrange(4)):
        edited(folder, chance)
    commit(tmp_path)
    before = {key(each) for each in check(folder)}
    for _ in range(chance.randint(1, 4)):
        edited(folder, chance)

    new = [each for each in check(folder) if key(each) not in before]

    touched = since(folder, "HEAD")
    layers, documents = touched.scope()
    seen = [each for each in check(folder, layers=layers, documents=documents) if touched.concerns(each)]
    assert [each for each in new if each not in seen] == []


def key(finding: Finding) -> tuple[str | None, ...]:
    """What a finding is about, however it is worded and on whichever line it stands."""
    return finding.code, finding.file, finding.layer, finding.document, finding.annotation
