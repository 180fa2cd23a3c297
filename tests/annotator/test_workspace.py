"""The workspace: what is opened is not touched, what is saved is there, and two who save keep both."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from annotator.ledger import Ledger
from annotator.session import Session
from annotator.workspace import Workspace
from corpus import check, drafts
from corpus.corpus import Corpus
from corpus.drafts import Draft
from corpus.errors import CorpusError, InputRefused, NameUnknown, StoreBusy, StoreFailed
from corpus.journal_lines import Change, Opening, change_line, opening_line
from corpus.layers import Written
from schemas import Document, Entity, Extent, Severity, Status

ACTOR = {"kind": "state", "mention": "nominal"}


@pytest.fixture
def folder(corpus_factory: Callable[..., Path]) -> Path:
    return corpus_factory()


def at(folder: Path, layer: str = "gold", schema: str | None = None) -> Workspace:
    return Workspace(Corpus.open(folder, schema), layer)


def find(session: Session, words: str) -> Extent:
    start = session.document.text.index(words)
    return Extent.of(start, start + len(words))


def mark(session: Session, words: str, label: str = "actor", **values: Any) -> str:
    step = session.mark(label, find(session, words), {**(ACTOR if label == "actor" else {}), **values})
    assert step.focus is not None
    return step.focus


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
    }


def ids(workspace: Workspace, document: str = "d1") -> set[str]:
    return {each.id for each in workspace.open(document)}


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# Opening


def test_workspace_looking_at_everything_writes_nothing(folder: Path) -> None:
    before = hashes(folder)

    for layer in ("gold", "rules", "nobody-yet"):
        workspace = at(folder, layer)
        for document in workspace.documents:
            session = workspace.open(document.id)
            list(session)
            workspace.progress(document.id)
            workspace.beside(["gold", "rules"], document.id)

    assert hashes(folder) == before


def test_workspace_opens_what_the_layer_says_or_nothing(folder: Path) -> None:
    assert ids(at(folder)) == {"a1", "c1", "a2", "r1"}
    new = at(folder, "anna").open("d1")
    assert (list(new), new.header.annotator, new.header.status) == ([], "anna", Status.OPEN)


def test_workspace_has_no_session_for_a_document_that_is_not_there(folder: Path) -> None:
    with pytest.raises(NameUnknown, match="There is: d1, d2"):
        at(folder).open("d9")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"state"', b'"planet"', "E-ANNOTATION"),
        (b'"document":"d1"', b'"document":"d2"', "E-HEADER-DOCUMENT"),
        (b'"sha256":"', b'"sha256":"' + b"0" * 64 + b'","x":"', "E-HEADER"),
        (b"security@1.", b"security@9.", "E-SCHEMA-NEWER"),
        (b'"id":"c1"', b'"id":"a1"', "E-ID-DUP"),
        (b'"id":"c1"', b'"id":"c1","id":"c1"', "E-JSON-DUPKEY"),
    ],
)
def test_workspace_refuses_a_layer_that_it_could_not_save_as_it_is(
    folder: Path, old: bytes, new: bytes, code: str
) -> None:
    path = folder / "layers" / "gold" / "d1.jsonl"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    before = hashes(folder)

    with pytest.raises(InputRefused, match=code):
        at(folder).open("d1")

    assert hashes(folder) == before


def test_workspace_refuses_a_layer_about_another_text(folder: Path) -> None:
    path = folder / "layers" / "gold" / "d1.jsonl"
    sha256 = Corpus.open(folder).document("d1").sha256
    path.write_bytes(path.read_bytes().replace(sha256.encode(), b"0" * 64))

    with pytest.raises(InputRefused, match="E-HEADER-HASH"):
        at(folder).open("d1")


def test_workspace_refuses_a_text_that_drifted(folder: Path) -> None:
    path = folder / "documents.jsonl"
    path.write_bytes(path.read_bytes().replace(b"India proposed", b"India offered!"))

    with pytest.raises(InputRefused, match="E-DOC-HASH"):
        at(folder).open("d1")


@pytest.mark.parametrize("place", [b'"start":6,"end":11', b'"source":[['])
def test_workspace_refuses_what_reaches_beyond_the_text(folder: Path, place: bytes) -> None:
    path = folder / "layers" / "gold" / "d1.jsonl"
    beyond = b'"start":6,"end":9999' if place.startswith(b'"start') else b'"source":[[9000,9001],['
    data = path.read_bytes()
    assert place in data
    if place.startswith(b'"source'):
        start = data.index(place)
        end = data.index(b"]]", start)
        data = data[:start] + b'"source":[[9000,9001' + data[end:]
    else:
        data = data.replace(place, beyond, 1)
    path.write_bytes(data)

    with pytest.raises(InputRefused, match="E-EXTENT-RANGE"):
        at(folder).open("d1")


# Saving


def test_workspace_saves_what_another_opens(folder: Path) -> None:
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    name = mark(session, "camps")
    session.set_status(Status.FLAGGED, "look here")

    saved = workspace.save(session.snapshot())

    assert (saved.revision, saved.merged, saved.conflicts) == (2, None, ())
    again = at(folder, "anna").open("d1")
    assert [each.id for each in again] == [name]
    assert again.header == session.header
    assert "anna" in Corpus.open(folder).manifest.annotators
    assert [each for each in check.check(Corpus.open(folder)) if each.severity is Severity.ERROR] == []


def test_workspace_saves_one_after_the_other(folder: Path) -> None:
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    first = mark(session, "camps")
    workspace.save(session.snapshot())
    second = mark(session, "closure")
    session.delete(first)

    assert workspace.save(session.snapshot()).merged is None
    assert ids(at(folder, "anna")) == {second}


def test_workspace_progress_counts_and_names_what_cannot_be_read(folder: Path) -> None:
    workspace = at(folder)
    assert (workspace.progress("d1").count, workspace.progress("d1").status) == (4, Status.DONE)
    nothing = at(folder, "anna").progress("d1")
    assert (nothing.count, nothing.began, nothing.status) == (0, False, Status.OPEN)

    (folder / "layers" / "gold" / "d1.jsonl").write_bytes(b"{\n")
    with pytest.raises(CorpusError):
        workspace.progress("d1")


# Two at once


def test_workspace_merges_what_another_saved_meanwhile(folder: Path) -> None:
    one, other = at(folder), at(folder)
    mine, theirs = one.open("d1"), other.open("d1")
    added = mark(theirs, "camps")
    theirs.delete("r1")
    other.save(theirs.snapshot())
    new = mark(mine, "closure")
    snapshot = mine.snapshot()

    saved = one.save(snapshot)

    assert saved.merged is not None
    assert {each.id for each in saved.merged.annotations} == {"a1", "c1", "a2", new, added}
    mine.take_over(snapshot.layer_file, saved.merged, "merged")
    assert {each.id for each in mine} == {"a1", "c1", "a2", new, added}
    assert one.save(mine.snapshot()).merged is None
    assert ids(at(folder)) == {"a1", "c1", "a2", new, added}


def test_workspace_keeps_both_of_what_two_changed(folder: Path) -> None:
    one, other = at(folder), at(folder)
    mine, theirs = one.open("d1"), other.open("d1")
    theirs.change("a1", "metonymy", "capital")
    other.save(theirs.snapshot())
    mine.change("a1", "metonymy", "institution")
    snapshot = mine.snapshot()

    saved = one.save(snapshot)

    assert saved.merged is not None
    ((name, fresh),) = saved.conflicts
    assert name == "a1"
    mine.take_over(snapshot.layer_file, saved.merged, "merged")
    assert mine.values(mine.get("a1"))["metonymy"] == "institution"
    assert mine.values(mine.get(fresh))["metonymy"] == "capital"


def test_workspace_keeps_what_was_done_while_it_saved_and_what_came_in(folder: Path) -> None:
    one, other = at(folder), at(folder)
    mine, theirs = one.open("d1"), other.open("d1")
    theirs.change("a1", "metonymy", "capital")
    other.save(theirs.snapshot())
    mark(mine, "closure")
    snapshot = mine.snapshot()
    saved = one.save(snapshot)
    # The key was pressed before the save came back.
    mine.change("a1", "metonymy", "institution")

    assert saved.merged is not None
    mine.take_over(snapshot.layer_file, saved.merged, "merged")
    one.save(mine.snapshot())

    said = {each.to_record()["metonymy"] for each in at(folder).open("d1").annotations if each.label == "actor"}
    assert said == {"capital", "institution", "none"}


def test_workspace_keeps_what_another_made_of_my_incomplete_annotation(folder: Path) -> None:
    one, other = at(folder), at(folder)
    mine, theirs = one.open("d1"), other.open("d1")
    theirs.change("c1", "laterality", "bilateral")
    other.save(theirs.snapshot())
    mine.change("c1", "status", None)
    for _ in range(2):
        snapshot = mine.snapshot()
        saved = one.save(snapshot)
        if saved.merged is not None:
            mine.take_over(snapshot.layer_file, saved.merged, "merged")

    again = at(folder).open("d1")
    assert again.draft_count == 1
    measures = [each.to_record()["laterality"] for each in again.annotations if each.label == "measure"]
    assert measures == ["bilateral"]


def test_workspace_keeps_a_flag_that_another_set(folder: Path) -> None:
    one, other = at(folder), at(folder)
    mine, theirs = one.open("d1"), other.open("d1")
    theirs.set_status(Status.FLAGGED, "why a1?")
    other.save(theirs.snapshot())
    mark(mine, "closure")
    snapshot = mine.snapshot()

    saved = one.save(snapshot)

    assert saved.merged is not None
    mine.take_over(snapshot.layer_file, saved.merged, "merged")
    assert mine.header.comment == "why a1?"
    assert at(folder).open("d1").header.comment == "why a1?"


def test_workspace_writes_all_again_when_the_file_is_gone(folder: Path) -> None:
    workspace = at(folder)
    session = workspace.open("d1")
    name = mark(session, "closure")
    (folder / "layers" / "gold" / "d1.jsonl").unlink()

    workspace.save(session.snapshot())

    assert ids(at(folder)) == {"a1", "c1", "a2", "r1", name}


def test_workspace_overwrites_nothing_that_it_cannot_read(folder: Path) -> None:
    workspace = at(folder)
    session = workspace.open("d1")
    mark(session, "closure")
    path = folder / "layers" / "gold" / "d1.jsonl"
    path.write_bytes(b"<<<<<<< mine\n" + path.read_bytes())
    before = path.read_bytes()

    with pytest.raises(InputRefused, match="E-MERGE-MARKER"):
        workspace.save(session.snapshot())

    assert path.read_bytes() == before


def test_workspace_of_several_at_once_loses_nothing(folder: Path) -> None:
    names: list[str] = []
    words = ("Talks", "intelligence", "sharing", "closure", "camps")
    gate = threading.Barrier(2)

    def work(mine: tuple[str, ...]) -> None:
        workspace = at(folder, "shared")
        session = workspace.open("d1")
        gate.wait()
        for word in mine:
            names.append(mark(session, word))
            snapshot = session.snapshot()
            saved = workspace.save(snapshot)
            if saved.merged is not None:
                session.take_over(snapshot.layer_file, saved.merged, "merged")

    threads = [threading.Thread(target=work, args=(part,)) for part in (words[:3], words[3:])]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert ids(at(folder, "shared")) == set(names)
    assert len(names) == len(words)


# Drafts


def test_workspace_drafts_are_there_when_it_is_opened_again(folder: Path) -> None:
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    name = mark(session, "proposed", "attribution", type="statement")
    workspace.save(session.snapshot())

    again = at(folder, "anna").open("d1")

    assert list(again.drafts) == list(session.drafts)
    assert len(again.annotations) == 0
    again.change_several(name, {"content": [[6, 11]], "source_kind": "implicit"})
    workspace.save(again.snapshot())
    assert at(folder, "anna").open("d1").draft_count == 0
    assert ids(at(folder, "anna")) == {name}
    assert drafts.read(Corpus.open(folder).store, "anna", "d1") == ()


def test_workspace_drafts_of_two_at_once_are_both_kept(folder: Path) -> None:
    one, other = at(folder, "anna"), at(folder, "anna")
    mine, theirs = one.open("d1"), other.open("d1")
    first = mark(mine, "camps", "measure")
    one.save(mine.snapshot())
    second = mark(theirs, "closure", "measure")

    other.save(theirs.snapshot())
    mark(mine, "Talks")
    one.save(mine.snapshot())

    assert {draft.id for draft in at(folder, "anna").open("d1").drafts} == {first, second}


def test_workspace_leaves_drafts_alone_that_do_not_fit(folder: Path) -> None:
    store = Corpus.open(folder).store
    strange = (
        Draft(id="x", label="planet", extent=Extent.of(0, 2)),
        Draft(id="y", label="actor", extent=Extent.of(0, 9999)),
        Draft(id="z", label="attribution", extent=Extent.of(0, 2), values={"source": [[5, 2]]}),
        Draft(id="w", label="attribution", extent=Extent.of(0, 2), values={"content": [[5, 9999]]}),
        Draft(id="v", label="attribution", extent=Extent.of(0, 2), values={"speakers": [{"a": 1}]}),
        Draft(id="u", label="attribution", extent=Extent.of(0, 2), values={"speakers": "a1"}),
    )
    drafts.write(store, "anna", "d1", strange)
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    assert list(session) == []
    mark(session, "camps")

    workspace.save(session.snapshot())

    assert drafts.read(store, "anna", "d1") == strange


# What fails


def test_workspace_keeps_the_old_file_and_the_session_when_the_disk_takes_no_more(folder: Path) -> None:
    workspace = at(folder)
    session = workspace.open("d1")
    path = folder / "layers" / "gold" / "d1.jsonl"
    old = path.read_bytes()
    name = mark(session, "closure")
    before = set(hashes(folder))

    with no_file_larger_than(100), pytest.raises(StoreFailed, match="E-SAVE-TOOBIG"):
        workspace.save(session.snapshot())

    assert path.read_bytes() == old
    assert set(hashes(folder)) == before
    assert workspace.save(session.snapshot()).merged is None
    assert name in ids(at(folder))


@pytest.mark.parametrize("to_draft", [True, False], ids=["to-draft", "to-annotation"])
def test_workspace_has_it_on_the_disk_whichever_file_fails(folder: Path, to_draft: bool) -> None:
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    name = mark(session, "closure", "measure", type="dialogue", **({"status": "proposed"} if to_draft else {}))
    workspace.save(session.snapshot())
    session.change(name, "status", None if to_draft else "proposed")
    # A folder in the place of the temporary file's target makes the second write fail; the first has been done.
    layer, kept = folder / "layers/anna/d1.jsonl", folder / drafts.drafts_file("anna", "d1")
    assert layer.is_file()
    assert kept.is_file() is not to_draft
    blocked = layer if to_draft else kept
    away = blocked.rename(blocked.with_name("away"))
    blocked.mkdir()

    with pytest.raises(StoreFailed):
        workspace.save(session.snapshot())

    blocked.rmdir()
    away.rename(blocked)
    assert name in ids(at(folder, "anna"))
    workspace.save(session.snapshot())
    assert name in ids(at(folder, "anna"))
    assert at(folder, "anna").open("d1").draft_count == int(to_draft)


# Entities


def test_workspace_adds_entities_of_two_at_once(folder: Path) -> None:
    one, other = at(folder), at(folder)
    first = Entity(id="asif", kind="person", name="Khawaja Asif")
    second = Entity(id="asif", kind="person", name="Asif Ali Zardari")
    one.add_entity(first)

    kept = other.add_entity(second)

    assert kept.id != "asif"
    assert kept.name == "Asif Ali Zardari"
    found = Corpus.open(folder).entities
    assert found["asif"] == first
    assert found[kept.id] == kept
    # What the other one added is known here by now.
    assert other.registry.named("Khawaja Asif") == [first]


def test_workspace_adds_an_entity_once(folder: Path) -> None:
    entity = Entity(id="asif", kind="person", name="Khawaja Asif")

    assert at(folder).add_entity(entity) == entity
    assert at(folder).add_entity(entity) == entity
    assert list(Corpus.open(folder).entities) == ["asif", "one", "two"]


def test_workspace_adds_no_entity_to_a_file_that_it_cannot_read(folder: Path) -> None:
    workspace = at(folder)
    (folder / "entities.jsonl").write_bytes(b"{\n")

    with pytest.raises(InputRefused):
        workspace.add_entity(Entity(id="asif", kind="person", name="Asif"))

    assert (folder / "entities.jsonl").read_bytes() == b"{\n"
    assert "asif" not in workspace.registry.entities


# The journal


def test_workspace_keeps_what_a_kill_leaves(folder: Path) -> None:
    killed = at(folder, "anna")
    session = killed.open("d1")
    first = mark(session, "camps")
    killed.keep(session.snapshot())
    killed.save(session.snapshot())
    session.delete(first)
    second = mark(session, "closure", "measure", status=None)
    session.set_status(Status.FLAGGED, "look here")
    killed.keep(session.snapshot())
    mark(session, "Talks")
    killed.close()

    again = at(folder, "anna")
    found = again.open("d1")

    assert [(each.id, type(each)) for each in found] == [(second, Draft)]
    assert found.header.comment == "look here"
    assert again.recovered("d1").changes == 1
    assert not list(folder.rglob("*.journal"))
    assert not at(folder, "anna").recovered("d1")


def test_workspace_recovers_beside_what_somebody_else_did(folder: Path) -> None:
    killed, other = at(folder), at(folder)
    mine, theirs = killed.open("d1"), other.open("d1")
    mine.change("a1", "metonymy", "institution")
    mine.delete("r1")
    new = mark(mine, "camps")
    killed.keep(mine.snapshot())
    killed.close()
    theirs.change("a1", "metonymy", "capital")
    theirs.delete("c1")
    other.save(theirs.snapshot())

    again = at(folder)
    found = again.open("d1")

    ((name, fresh),) = again.recovered("d1").conflicts
    assert {each.id for each in found} == {"a1", "a2", new, fresh}
    assert (name, found.value(found.get("a1"), "metonymy")) == ("a1", "institution")
    assert found.value(found.get(fresh), "metonymy") == "capital"
    assert "a1 and" in again.recovered("d1").finding("gold", "d1").message


def test_workspace_writes_the_later_state_of_two_that_are_saved_at_once(folder: Path) -> None:
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    first = mark(session, "camps")
    earlier = session.snapshot()
    second = mark(session, "closure")
    workspace.keep(session.snapshot())

    # A thread that was given the earlier state comes second.
    saved = workspace.save(earlier)
    workspace.keep(earlier)
    workspace.close()

    assert saved.revision == 2
    assert ids(at(folder, "anna")) == {first, second}


def test_workspace_begins_another_journal_where_the_first_is_removed(folder: Path) -> None:
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    first = mark(session, "camps")
    workspace.keep(session.snapshot())
    shutil.rmtree(folder / ".annotator")
    second = mark(session, "closure")

    workspace.keep(session.snapshot())
    workspace.close()

    assert ids(at(folder, "anna")) == {first, second}


def test_workspace_keeps_a_journal_that_does_not_fit(folder: Path) -> None:
    killed = at(folder, "anna")
    session = killed.open("d1")
    name = mark(session, "camps")
    killed.keep(session.snapshot())
    killed.close()
    (path,) = folder.rglob("*.journal")
    lines = path.read_bytes().splitlines(keepends=True)
    strange = Change(None, {"x": (None, None)}, {"y": (None, Draft(id="y", label="planet", extent=Extent.of(0, 2)))})
    path.write_bytes(b"".join([lines[0], b"spoilt\n", *lines[1:], change_line(2, strange)]))

    again = at(folder, "anna")

    assert {each.id for each in again.open("d1")} == {name}
    (aside,) = again.recovered("d1").aside
    assert aside.endswith(".damaged")
    assert [each.code for each in check.check(folder) if each.code.startswith("W-JOURNAL")] == ["W-JOURNAL-DAMAGED"]


def test_workspace_leaves_a_living_journal_alone(folder: Path) -> None:
    living = at(folder, "anna")
    session = living.open("d1")
    name = mark(session, "camps")
    living.keep(session.snapshot())

    assert ids(at(folder, "anna")) == set()
    assert [each.code for each in check.check(folder) if each.code.startswith("W-JOURNAL")] == ["W-JOURNAL-AHEAD"]
    living.save(session.snapshot())
    living.leave("d1")

    assert ids(at(folder, "anna")) == {name}
    assert not list(folder.rglob("*.journal"))
    assert [each.code for each in check.check(folder) if each.code.startswith("W-JOURNAL")] == []


def test_workspace_that_is_alone_keeps_others_from_saving(folder: Path) -> None:
    other = at(folder, "anna")
    theirs = other.open("d1")
    alone = Workspace(Corpus.open(folder), "anna", exclusive=True)
    alone.open("d1")
    mark(theirs, "camps")

    with pytest.raises(StoreBusy, match="E-LOCKED"):
        other.keep(theirs.snapshot())
    second = Workspace(Corpus.open(folder), "anna", exclusive=True)
    second.open("d1")
    assert f"process {os.getpid()}" in second.why_read_only("d1")

    alone.close()
    other.keep(theirs.snapshot())
    second.open("d1")
    assert "E-LOCKED" in second.why_read_only("d1")


def test_workspace_takes_over_what_is_replaced_underneath(folder: Path) -> None:
    one, other = at(folder), at(folder)
    mine, theirs = one.open("d1"), other.open("d1")
    assert one.has_moved("d1")
    assert not one.has_moved("d1")
    new = mark(mine, "camps")
    one.keep(mine.snapshot())
    added = mark(theirs, "closure")
    theirs.delete("r1")
    other.save(theirs.snapshot())
    assert one.has_moved("d1")

    saved = one.look(mine.snapshot())
    assert saved is not None
    assert saved.merged is not None
    mine.take_over(mine.snapshot().layer_file, saved.merged, "merged")
    one.keep(mine.snapshot())
    one.close()

    assert one.look(mine.snapshot()) is None
    (path,) = folder.rglob("*.journal")
    assert path.read_bytes().count(b"\n") == 2
    assert ids(at(folder)) == {"a1", "c1", "a2", new, added}


def test_workspace_says_so_where_a_file_keeps_changing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = at(folder)
    session = workspace.open("d1")
    name = mark(session, "camps")

    def busy(*_: object, **__: object) -> str:
        raise StoreBusy("it has changed")

    with monkeypatch.context() as patch:
        patch.setattr(workspace.corpus.store, "write_layer", busy)
        with pytest.raises(StoreBusy, match="E-BUSY"):
            workspace.save(session.snapshot())

    workspace.save(session.snapshot())
    assert name in ids(at(folder))


def test_workspace_follows_no_link_to_journals(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.journal").write_bytes(b"theirs\n")
    (folder / ".annotator" / "journal" / "gold").mkdir(parents=True)
    (folder / ".annotator" / "journal" / "gold" / "d1").symlink_to(outside)

    with pytest.raises(StoreFailed, match="E-PATH-SYMLINK"):
        at(folder).open("d1")

    assert [path.name for path in outside.iterdir()] == ["a.journal"]


def test_workspace_opens_a_document_for_reading_where_what_was_saved_cannot_be_brought_in(folder: Path) -> None:
    killed = at(folder, "anna")
    session = killed.open("d1")
    name = mark(session, "camps")
    killed.keep(session.snapshot())
    killed.close()

    again = at(folder, "anna")
    with no_file_larger_than(100):
        assert ids(again) == set()
    assert "what was saved before cannot be brought into the layer now" in again.why_read_only("d1")

    assert ids(again) == {name}
    assert again.why_read_only("d1") == ""


def test_workspace_leaves_one_version_where_it_is_killed_between_the_file_and_the_end_of_the_journal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = at(folder, "anna")
    session = killed.open("d1")
    name = mark(session, "camps")
    killed.keep(session.snapshot())
    session.resize(name, find(session, "the closure of camps"))
    # The file is written, and that is the last thing that the process does.
    monkeypatch.setattr(Ledger, "written", lambda *_: None)
    killed.save(session.snapshot())
    monkeypatch.undo()
    killed.close()

    again = at(folder, "anna").open("d1")

    assert [(each.id, again.words(each)) for each in again] == [(name, "the closure of camps")]


def retext(folder: Path, old: str, new: str) -> None:
    """Gives the first document another text, as a new download does."""
    store = Corpus.open(folder).store
    first, *others = store.documents()
    text = first.text.replace(old, new)
    store.write_documents([Document.from_bytes(first.id, text.encode("utf-8"), source=first.source), *others])


@pytest.mark.parametrize("is_old", [False, True], ids=["this version", "an earlier version"])
def test_workspace_puts_nothing_on_other_words_where_the_text_has_changed(folder: Path, is_old: bool) -> None:
    killed = at(folder, "anna")
    session = killed.open("d1")
    kept = mark(session, "Talks")
    mark(session, "camps")
    if not is_old:
        mark(session, "closure", "measure", status=None)
        mark(session, "Talks", "attribution", type="statement", content=[[0, 5]], source_kind="implicit")
    killed.keep(session.snapshot())
    killed.close()
    (path,) = folder.rglob("*.journal")
    if is_old:
        opening = opening_line(Opening(layer="anna", document="d1", pid=1))
        path.write_bytes(opening + path.read_bytes().split(b"\n", 1)[1])
    retext(folder, "India proposed", "India has proposed")

    again = at(folder, "anna")
    found = again.open("d1")

    assert [(each.id, found.words(each)) for each in found] == [(kept, "Talks")]
    assert again.recovered("d1").aside == (f"{path.stem}.damaged",)


def test_workspace_leaves_journals_alone_where_the_layer_cannot_be_read(folder: Path) -> None:
    killed = at(folder)
    session = killed.open("d1")
    mark(session, "camps")
    killed.keep(session.snapshot())
    killed.close()
    (kept,) = folder.rglob("*.journal")
    # As the lines of another version of the schema are.
    strange = Change(None, {}, {"y": (None, Draft(id="y", label="planet", extent=Extent.of(0, 2)))})
    kept.write_bytes(kept.read_bytes().splitlines(keepends=True)[0] + change_line(1, strange))
    before = kept.read_bytes()
    path = folder / "layers" / "gold" / "d1.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"security@1.", b"security@9."))

    with pytest.raises(InputRefused, match="E-SCHEMA-NEWER"):
        at(folder).open("d1")

    assert kept.read_bytes() == before
    path.write_bytes(whole)
    again = at(folder)
    again.open("d1")
    assert again.recovered("d1").aside == (f"{kept.stem}.damaged",)


def test_workspace_goes_on_with_a_document_that_cannot_be_opened_again(folder: Path) -> None:
    workspace = at(folder)
    session = workspace.open("d1")
    first = mark(session, "camps")
    workspace.keep(session.snapshot())
    path = folder / "layers" / "gold" / "d1.jsonl"
    whole = path.read_bytes()
    path.write_bytes(b"<<<<<<< mine\n" + whole)

    with pytest.raises(InputRefused):
        workspace.open("d1")

    assert workspace.has_moved("d1")
    second = mark(session, "closure")
    workspace.keep(session.snapshot())
    path.write_bytes(whole)
    workspace.save(session.snapshot())
    workspace.close()
    again = at(folder)
    assert {first, second} < {each.id for each in again.open("d1")}
    assert not again.recovered("d1")


def test_workspace_adds_nothing_to_a_journal_whose_end_is_torn(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = at(folder, "anna")
    session = workspace.open("d1")
    names = {mark(session, "camps")}
    workspace.keep(session.snapshot())
    (path,) = folder.rglob("*.journal")
    names.add(mark(session, "closure"))

    def refused(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch, no_file_larger_than(path.stat().st_size + 20):
        patch.setattr(os, "ftruncate", refused)
        with pytest.raises(StoreFailed, match="E-SAVE-TOOBIG"):
            workspace.keep(session.snapshot())
    names.add(mark(session, "Talks"))
    workspace.keep(session.snapshot())
    workspace.close()

    again = at(folder, "anna")
    assert {each.id for each in again.open("d1")} == names
    assert again.recovered("d1").aside == ()


def test_workspace_reads_a_layer_by_the_text_that_is_open(folder: Path) -> None:
    workspace = at(folder)
    session = workspace.open("d1")
    name = mark(session, "camps")
    workspace.keep(session.snapshot())
    before = session.document.sha256
    retext(folder, "India proposed", "India has proposed")
    path = folder / "layers" / "gold" / "d1.jsonl"
    path.write_bytes(path.read_bytes().split(b"\n", 1)[0].replace(before.encode(), b"0" * 64) + b"\n")
    workspace.documents_moved()
    path.write_bytes(path.read_bytes().replace(b"0" * 64, workspace.corpus.document("d1").sha256.encode()))
    theirs = path.read_bytes()

    # What was marked in one text is not put into a file about another.
    with pytest.raises(InputRefused, match="E-HEADER-HASH"):
        workspace.save(session.snapshot())

    assert path.read_bytes() == theirs
    assert name in session


def test_workspace_keeps_the_lines_of_what_it_opens_and_saves(folder: Path) -> None:
    workspace = at(folder)
    session = workspace.open("d1")
    before = (folder / "layers/gold/d1.jsonl").read_bytes()

    name = mark(session, "camps")
    workspace.save(session.snapshot())

    layer_file = session.snapshot().layer_file
    lines = [line for line in (folder / "layers/gold/d1.jsonl").read_bytes().split(b"\n") if name.encode() not in line]
    assert b"\n".join(lines) == before
    pieces = list(layer_file.annotations.written()) if isinstance(layer_file.annotations, Written) else []
    assert sum(isinstance(piece, memoryview) for piece in pieces) >= 1
    assert Corpus.open(folder).store.layer("gold", "d1", workspace.corpus.schema) == layer_file
