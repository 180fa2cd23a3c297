"""The doctor finds what is wrong, changes nothing unless it is asked to, and keeps what it replaces."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus import drafts, driver, staging
from corpus.check import check
from corpus.corpus import Corpus
from corpus.creation import create
from corpus.doctor.examination import examine, repair
from corpus.doctor.repair import ORIGINALS, Trouble
from corpus.drafts import Draft
from corpus.errors import NameUnknown
from corpus.store import Store, mark_of
from schemas import Document, Severity

Factory = Callable[..., Path]
GOLD1, GOLD2 = "layers/gold/d1.jsonl", "layers/gold/d2.jsonl"


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def folder(corpus_factory: Factory) -> Path:
    return corpus_factory("adverse")


def looked(folder: Path) -> list[Trouble]:
    return examine(Corpus.open(folder))


def names(folder: Path) -> list[str]:
    return sorted(each.name for trouble in looked(folder) for each in trouble.repairs)


def tree(folder: Path) -> dict[str, bytes]:
    """What the folder holds, but for what belongs to git and to the doctor."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts and "originals" not in path.parts
    }


def change(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


def twice(path: Path, name: str, other: bytes) -> str:
    """Puts another version of an annotation into a file, as a merge does; gives its id."""
    lines = path.read_bytes().split(b"\n")
    (index,) = (index for index, line in enumerate(lines) if line.startswith(f'{{"id":"{name}"'.encode()))
    new = f"{name}--other-0a1b2c"
    record = {**json.loads(lines[index]), **json.loads(other), "id": new}
    lines.insert(index + 1, json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())
    path.write_bytes(b"\n".join(lines))
    return new


def mess(folder: Path) -> None:
    """Many things at once, none of which anybody said."""
    change(folder / GOLD1, b'{"id":', b'{ "id":')
    change(folder / "layers/rules/d1.jsonl", b"\n", b"\r\n")
    header, *rest = (folder / GOLD2).read_bytes().splitlines(keepends=True)
    (folder / GOLD2).write_bytes(b"".join([header, *rest, *rest]))
    change(folder / "entities.jsonl", b"\n", b"\r\n")
    (folder / "layers" / "gold" / ".d1.jsonl.1-ab.tmp").write_bytes(b"half")
    (folder / ".documents.jsonl.1-ab.tmp").write_bytes(b"half")


def test_doctor_has_nothing_to_say_of_a_good_corpus(folder: Path) -> None:
    assert looked(folder) == []


def test_doctor_writes_nothing_while_it_looks(folder: Path, commit: Callable[[Path], str]) -> None:
    mess(folder)
    commit(folder)
    before = tree(folder)

    assert looked(folder)

    assert tree(folder) == before
    assert driver.registered(folder) is None


def test_doctor_repairs_what_is_safe_and_keeps_the_originals(folder: Path) -> None:
    good = tree(folder)
    mess(folder)
    bad = tree(folder)

    outcome = repair(Corpus.open(folder))

    assert tree(folder) == good
    assert looked(folder) == []
    assert len(outcome.done) == 6
    kept = {name.split("/", 3)[3]: (folder / name).read_bytes() for name in outcome.kept}
    assert kept == {name: data for name, data in bad.items() if good.get(name) != data}
    assert all(name.startswith(ORIGINALS) for name in outcome.kept)


def test_doctor_repairs_to_the_same_in_whatever_order(corpus_factory: Factory) -> None:
    outcomes = []
    for number, order in enumerate(itertools.islice(itertools.permutations(range(6)), 0, 720, 120)):
        folder = corpus_factory("adverse", name=f"c{number}")
        mess(folder)
        asked = names(folder)
        for index in order:
            repair(Corpus.open(folder), [asked[index]], safe=False)
        outcomes.append({name: data for name, data in tree(folder).items() if name != "corpus.toml"})

    assert all(each == outcomes[0] for each in outcomes)


def test_doctor_does_nothing_to_a_file_that_has_another_fault(folder: Path) -> None:
    change(folder / GOLD1, b'{"id":', b'{ "id":')
    with (folder / GOLD1).open("ab") as stream:
        stream.write(b"<<<<<<< HEAD\n")
    before = tree(folder)

    repair(Corpus.open(folder))

    assert tree(folder) == before
    told = {trouble.code: trouble for trouble in looked(folder) if trouble.file == GOLD1}
    assert told["E-MERGE-MARKER"].repairs == ()
    assert "Resolve the merge" in (told["E-MERGE-MARKER"].help or "")


def test_doctor_sets_git_up(folder: Path, commit: Callable[[Path], str]) -> None:
    (folder / ".gitattributes").write_bytes(b"*.md text")
    commit(folder)
    assert names(folder) == ["D-DRIVER:config", "D-GIT-FILES:.gitattributes", "D-GIT-FILES:.gitignore"]

    repair(Corpus.open(folder))

    assert looked(folder) == []
    assert (folder / ".gitattributes").read_text().startswith("*.md text\n*.jsonl text eol=lf merge=annotator\n")
    assert "/.annotator/" in (folder / ".gitignore").read_text()
    assert driver.registered(folder) == driver.command()
    subprocess.run(["git", "config", "merge.annotator.driver", "/gone/python x"], cwd=folder, check=True)
    assert names(folder) == ["D-DRIVER:config"]


def test_doctor_has_nothing_to_say_of_a_new_corpus_in_a_repository(
    tmp_path: Path, commit: Callable[[Path], str]
) -> None:
    create(tmp_path / "c", name="c")
    commit(tmp_path)
    driver.register(tmp_path / "c")

    assert looked(tmp_path / "c") == []


@pytest.mark.parametrize(("choice", "expected"), [("this", {"r1": "mild"}), ("other", {"r1": "severe"})])
def test_doctor_keeps_the_version_that_is_named(folder: Path, choice: str, expected: dict[str, str]) -> None:
    other = twice(folder / GOLD1, "r1", b'{"severeness":"severe"}')
    before = tree(folder)

    repair(Corpus.open(folder))
    assert tree(folder) == before
    repair(Corpus.open(folder), [f"E-CONFLICT:{GOLD1}:{other}:{choice}"])

    corpus = Corpus.open(folder)
    found = {each.id: each.to_record() for each in corpus.store.layer("gold", "d1", corpus.schema).annotations}
    assert {name: record["severeness"] for name, record in found.items() if name.startswith("r1")} == expected
    assert looked(folder) == []


def test_doctor_keeps_both_versions_under_ids_of_their_own(folder: Path) -> None:
    """What named the other side's version names what has become of it."""
    other = twice(folder / GOLD1, "a1", b'{"dose":2.0}')
    change(folder / GOLD1, b'"suspects":["a1"]', f'"suspects":["a1","{other}"]'.encode())

    repair(Corpus.open(folder), [f"E-CONFLICT:{GOLD1}:{other}:both"])

    corpus = Corpus.open(folder)
    found = {each.id: each.to_record() for each in corpus.store.layer("gold", "d1", corpus.schema).annotations}
    (new,) = (name for name, record in found.items() if record.get("dose") == 2.0)
    assert "--other-" not in new
    assert found["r1"]["suspects"] == ["a1", new]
    assert {each.code for each in check(folder) if each.severity is Severity.ERROR} == {"E-EXTENT-DUP"}


def test_doctor_decides_several_conflicts_to_the_same_in_whatever_order(corpus_factory: Factory) -> None:
    outcomes = []
    for number in range(4):
        folder = corpus_factory("adverse", name=f"c{number}")
        first = twice(folder / GOLD1, "r1", b'{"severeness":"severe"}')
        second = twice(folder / GOLD1, "a1", b'{"dose":2.0}')
        asked = [f"E-CONFLICT:{GOLD1}:{first}:other", f"E-CONFLICT:{GOLD1}:{second}:both"]
        random.Random(number).shuffle(asked)
        if number < 2:
            repair(Corpus.open(folder), asked)
        else:
            for each in asked:
                repair(Corpus.open(folder), [each], safe=False)
        outcomes.append((folder / GOLD1).read_bytes())

    assert len(set(outcomes)) == 1


@pytest.mark.parametrize("more", [b'{"id": "broken\n', b"<<<<<<< ours\n", b""])
def test_doctor_offers_no_decision_that_would_remove_other_lines(folder: Path, more: bytes) -> None:
    name = twice(folder / GOLD1, "a1", b'{"dose": 1.0}')
    data = (folder / GOLD1).read_bytes()
    # Nothing more means the same line again: two with one id.
    (folder / GOLD1).write_bytes(data + (more or data.splitlines(keepends=True)[-1]))

    (trouble,) = (each for each in looked(folder) if each.code == "E-CONFLICT")

    assert (trouble.repairs, trouble.help) == ((), "Correct what else is wrong with the file first.")
    assert name.startswith(trouble.what.split()[0])


@pytest.mark.parametrize("new", ["Now: a rash", "Now: a rash, two arms.\n", "rash, a chest.\n"])
def test_doctor_moves_no_part_whose_words_nobody_can_say(corpus_factory: Factory, new: str) -> None:
    gold = [{"id": "r0", "label": "reaction", "text": "rash", "severeness": "mild", "site": "chest"}]
    folder = corpus_factory("adverse", text="A rash, a chest.\n", gold=gold)
    replaced(folder, new)

    (trouble,) = (each for each in looked(folder) if each.code == "E-HEADER-HASH" and "gold" in str(each.file))

    assert trouble.repairs == ()
    assert "r0 “rash”" in (trouble.help or "")


@pytest.mark.parametrize("choice", ["this", "other"])
def test_doctor_keeps_the_version_of_an_entity_that_is_named(folder: Path, choice: str) -> None:
    path = folder / "entities.jsonl"
    other = twice(path, "two", b'{"name":"Another"}')

    repair(Corpus.open(folder), [f"E-CONFLICT:entities.jsonl:{other}:{choice}"])

    assert [each.name for each in Corpus.open(folder).entities.values()] == [
        "The first",
        "The second" if choice == "this" else "Another",
    ]
    assert looked(folder) == []


def test_doctor_refuses_names_that_it_does_not_know_and_two_for_one_trouble(folder: Path) -> None:
    other = twice(folder / GOLD1, "r1", b'{"severeness":"severe"}')
    before = tree(folder)

    for asked in (["E-CONFLICT:x"], [f"E-CONFLICT:{GOLD1}:{other}:{choice}" for choice in ("this", "other")]):
        with pytest.raises(NameUnknown):
            repair(Corpus.open(folder), asked)

    assert tree(folder) == before


def test_doctor_shows_what_git_waits_for(folder: Path, commit: Callable[[Path], str]) -> None:
    (folder / ".gitattributes").write_text("*.jsonl merge=annotator\n")
    commit(folder)
    driver.register(folder)
    change(folder / GOLD1, b'"dose":400.0', b'"dose":1.0')
    commit(folder)
    subprocess.run(["git", "checkout", "--quiet", "-b", "other", "HEAD~1"], cwd=folder, check=True)
    corpus = Corpus.open(folder)
    kept = [each for each in corpus.store.layer("gold", "d1", corpus.schema).annotations if each.id != "a1"]
    lines = (folder / GOLD1).read_bytes().split(b"\n")
    (folder / GOLD1).write_bytes(b"\n".join(line for line in lines if not line.startswith(b'{"id":"a1"')))
    assert len(kept) == 3
    commit(folder)

    who = ["-c", "user.name=x", "-c", "user.email=x"]
    ran = subprocess.run(["git", *who, "merge", "main"], cwd=folder, capture_output=True, check=False)

    assert ran.returncode == 1
    (trouble,) = (each for each in looked(folder) if each.code == "D-UNMERGED")
    assert trouble.file == GOLD1
    assert "a1 was deleted on this side and changed on the other side" in trouble.what


def test_doctor_carries_out_what_was_interrupted_before_all_else(folder: Path) -> None:
    store = Store(folder)
    old, new = store.read_bytes(GOLD1) or b"", b"x\n"
    (folder / staging.FOLDER).mkdir(parents=True)
    (folder / staging.FOLDER / "000000").write_bytes(new)
    entry = {"file": GOLD1, "old": mark_of(old), "new": mark_of(new), "staged": "000000"}
    (folder / staging.COMMIT).write_text(json.dumps([entry]))
    assert names(folder) == [f"E-INTERRUPTED:{staging.COMMIT}"]

    repair(Corpus.open(folder))

    assert store.read_bytes(GOLD1) == new


def test_doctor_removes_drafts_that_are_complete_and_no_other(folder: Path) -> None:
    corpus = Corpus.open(folder)
    annotation = next(each for each in corpus.store.layer("gold", "d1", corpus.schema).annotations if each.id == "a1")
    same = Draft(id="a1", label=annotation.label, extent=annotation.extent, values={"dose": 400.0})
    more = Draft(id="r0", label=annotation.label, extent=annotation.extent, values={"dose": 1.0})
    drafts.write(corpus.store, "gold", "d1", [same, more])
    drafts.write(corpus.store, "gold", "gone", [same])

    repair(corpus)

    assert drafts.read(corpus.store, "gold", "d1") == (more,)
    assert names(folder) == ["D-DRAFT-ORPHAN:.annotator/drafts/gold/gone.jsonl"]
    repair(corpus, names(folder))
    assert looked(folder) == []
    assert len(list((folder / ORIGINALS).rglob("gone.jsonl"))) == 1


def replaced(folder: Path, text: str) -> None:
    """Puts another text in the place of the first document's."""
    corpus = Corpus.open(folder)
    first, *rest = corpus.documents.values()
    document = Document.from_bytes(first.id, text.encode(), source=first.source)
    (folder / "raw" / f"{first.id}.txt").write_bytes(text.encode())
    corpus.store.write_documents([document, *rest])


@pytest.mark.parametrize("in_git", [True, False])
def test_doctor_moves_a_layer_after_its_text_only_when_named(
    folder: Path, commit: Callable[[Path], str], in_git: bool
) -> None:
    if in_git:
        repair(Corpus.open(folder))
        commit(folder)
    old = next(iter(Corpus.open(folder).documents.values())).text
    new = f"A new beginning.\n{old}"
    if in_git:
        new = new.replace(" may have caused", ", it is said, may have caused")
    replaced(folder, new)
    before = tree(folder)

    asked = [name for name in names(folder) if name.startswith("E-HEADER-HASH")]
    repair(Corpus.open(folder))
    assert {name: data for name, data in tree(folder).items() if name.startswith("layers")} == {
        name: data for name, data in before.items() if name.startswith("layers")
    }
    assert asked == ["E-HEADER-HASH:layers/gold/d1.jsonl:anchor", "E-HEADER-HASH:layers/rules/d1.jsonl:anchor"]
    repair(Corpus.open(folder), asked)

    corpus = Corpus.open(folder)
    for annotation in corpus.store.layer("gold", "d1", corpus.schema).annotations:
        assert annotation.extent.text(new) == annotation.text
        if annotation.id == "r1":
            (site,) = annotation.to_record()["site"]
            assert new[site[0] : site[1]] == "the arm"
    assert [each.code for each in looked(folder) if each.file and each.file.startswith("layers")] == []


def test_doctor_moves_nothing_where_words_are_gone(folder: Path, commit: Callable[[Path], str]) -> None:
    commit(folder)
    replaced(folder, next(iter(Corpus.open(folder).documents.values())).text.replace("rash", "RASH"))

    troubles = [each for each in looked(folder) if each.code == "E-HEADER-HASH"]

    assert [each.repairs for each in troubles] == [(), ()]
    assert all("1 have no place in the new text that is certain, r1 “rash”" in (each.help or "") for each in troubles)


def test_doctor_moves_parts_where_the_old_text_is_whole_in_the_new_one(corpus_factory: Factory) -> None:
    gold = [{"id": "r0", "label": "reaction", "text": "rash", "severeness": "mild", "site": "chest"}]
    folder = corpus_factory("adverse", text="A rash, a chest.\n", gold=gold)
    new = "Né: A rash, a chest.\nMore.\n"
    replaced(folder, new)

    repair(Corpus.open(folder), [name for name in names(folder) if name.startswith("E-HEADER-HASH")])

    corpus = Corpus.open(folder)
    (annotation,) = corpus.store.layer("gold", "d1", corpus.schema).annotations
    ((start, end),) = annotation.to_record()["site"]
    assert new[start:end] == "chest"


def test_doctor_moves_nothing_where_two_distances_fit(corpus_factory: Factory) -> None:
    folder = corpus_factory(
        "adverse", text="pain\n", gold=[{"id": "r0", "label": "reaction", "text": "pain", "severeness": "mild"}]
    )
    replaced(folder, "a pain, a pain\n")

    assert [name for name in names(folder) if name.startswith("E-HEADER")] == []
