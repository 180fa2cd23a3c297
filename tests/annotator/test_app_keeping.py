"""What the app keeps, whatever happens: another document, a failing disk, another program, a broken file."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events

from annotator.screens import keeping
from annotator.snapshot import Snapshot
from annotator.workspace import Saved, Workspace
from corpus import turned_down
from corpus.corpus import Corpus
from corpus.errors import StoreBusy
from schemas import Extent, Status

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener

Factory = Callable[..., Path]


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in folder.rglob("*")
    }


def saved(folder: Path, document: str = "002", layer: str = "r1") -> list[str]:
    """The words of what is in a layer's file; nothing where there is none."""
    corpus = Corpus.open(folder)
    if layer not in corpus.layers:
        return []
    found = corpus.layer(layer).get(document)
    return [each.text for each in found.annotations] if found else []


async def mark(hand: Hand, words: str) -> None:
    """Marks some words as a group that needs no more."""
    await hand.over(words)
    await hand.press("g", "p", "escape", "escape")
    assert hand.focused == "text"


@dataclass
class Block:
    """What keeps files from being written, until it is lifted."""

    layer: Path
    journals: Path | None

    def lift(self) -> None:
        self.layer.rmdir()
        if self.journals is not None:
            self.journals.unlink()


def block(folder: Path, document: str = "002", layer: str = "r1", *, journals: bool = True) -> Block:
    """Puts a folder where the layer's file belongs, and a file where the journals do: no save can succeed."""
    path = folder / "layers" / layer / f"{document}.jsonl"
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)
    place = folder / ".annotator" / "journal"
    if journals:
        place.parent.mkdir(exist_ok=True)
        place.touch()
    return Block(path, place if journals else None)


# Looking


async def test_app_writes_nothing_while_one_only_looks(seeds: Path, opened: Opener) -> None:
    before = hashes(seeds)

    async with opened(seeds, "000") as hand:
        for _ in range(4):
            await hand.press("J", "pagedown", "w", "v", "w", "escape")
        await hand.press("L", "P", "question_mark", "escape", "i", "escape", "slash", "escape", "!", "]", "u", "U", "d")
        assert hand.session.document.id == "004"
        await hand.press("q")

    assert hashes(seeds) == before


async def test_app_opens_where_it_is_told(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, "003", start=500) as hand:
        assert (hand.session.document.id, hand.screen.view.cursor) == ("003", 500)
        await hand.press("J")
        assert hand.screen.view.cursor == 0
        await hand.press("J")
        assert hand.session.document.id == "004"
        await hand.press("K", "K", "K", "K", "K")
        assert hand.session.document.id == "000"


async def test_app_of_an_empty_corpus_says_what_to_do(tmp_path: Path, opened: Opener, seeds: Path) -> None:
    (seeds / "documents.jsonl").write_bytes(b"")

    async with opened(seeds, None) as hand:
        assert "annotator add" in hand.notifications[0]
        for key in ("a", "enter", "u", "d", "D", "F", "]", "!", "J", "slash", "e", "plus", "comma", "c", "*", "f", "n"):
            await hand.press(key)
        await hand.press("escape", "question_mark", "escape", "q")
        assert not hand.app.is_running


# From one document to another


async def test_app_saves_before_it_goes_to_another_document(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        await hand.press("ctrl+pagedown")
        assert hand.session.document.id == "003"
        assert saved(seeds) == ["militant proxies"]
        assert hand.words() == []
        await hand.press("ctrl+pageup")
        assert hand.words() == [("group", "militant proxies")]


async def test_app_loses_no_key_that_is_pressed_in_a_hurry(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")

        # All of these are on their way before the first is dealt with.
        await hand.rush("g", "p", "escape", "escape", "v", "w", "m", "J", "a", "g", "s", "K")
        while hand.session.document.id != "002":
            await hand.press("J" if hand.session.document.id < "002" else "K")

        before = list(hand.session)
        assert ("group", "militant proxies") in hand.words()
    async with opened(seeds) as hand:
        assert list(hand.session) == before


async def test_app_takes_nothing_while_another_document_opens(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        session = hand.session
        hand.screen.open_document("003")

        hand.screen.mark("group")
        await hand.press("d")

        assert hand.session.document.id == "003"
        assert [session.words(each) for each in session] == ["militant proxies"]
        assert hand.words() == []
        assert saved(seeds) == ["militant proxies"]


async def test_app_keeps_drafts_when_it_goes_to_another_document_and_when_it_is_left(
    seeds: Path, opened: Opener
) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant proxies")
        await hand.press("m", "escape")
        await hand.press("J")
        await hand.over("The United States" if "The United States" in hand.session.document.text else "United States")
        await hand.press("m", "escape", "q")

    async with opened(seeds) as hand:
        assert hand.words() == [("measure", "militant proxies")]
        assert hand.session.draft_count == 1
        assert "1 incomplete" in hand.shown
        await hand.press("J")
        assert hand.session.draft_count == 1
    assert saved(seeds) == []


async def test_app_keeps_what_can_be_undone_when_the_same_document_is_chosen(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        await hand.press("shift+tab", "shift+tab")
        assert hand.focused == "documents"
        await hand.press("enter", "u", "u")
        assert hand.words() == []
        await hand.press("shift+tab", "shift+tab", "down", "enter")
        assert (hand.session.document.id, hand.focused) == ("003", "text")


# What cannot be read


@pytest.mark.parametrize(
    "content",
    [b"{\n", b"\xff\xfe\n", b"", b'{"document":"002"}\n', b"<<<<<<< mine\n=======\n>>>>>>> theirs\n"],
    ids=["json", "bytes", "empty", "header", "merge"],
)
async def test_app_tells_of_a_broken_layer_and_does_not_touch_it(seeds: Path, opened: Opener, content: bytes) -> None:
    path = seeds / "layers" / "r1" / "002.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    async with opened(seeds, "001") as hand:
        assert "⚑ 002" in hand.shown
        await hand.press("J")
        assert hand.session.document.id == "001"
        assert hand.notifications[-1].startswith("002 cannot be opened")
        assert "002.jsonl" in hand.notifications[-1]
        # One works on at the document that is open, and can go to the others.
        await hand.press("D")
        assert hand.session.header.status is Status.DONE
        await hand.press("shift+tab", "shift+tab", "down", "down", "enter")
        assert hand.session.document.id == "003"
        await hand.press("q")

    assert path.read_bytes() == content


async def test_app_that_can_open_nothing_says_so_and_changes_nothing(seeds: Path, opened: Opener) -> None:
    path = seeds / "layers" / "r1" / "002.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{\n")

    async with opened(seeds) as hand:
        assert hand.screen.session is None
        for key in ("a", "enter", "u", "d", "D", "F", "]", "!", "e", "c", "s", "escape"):
            await hand.press(key)
        await hand.press("q")
        assert not hand.app.is_running

    assert path.read_bytes() == b"{\n"


# What cannot be written


async def test_app_says_that_it_cannot_save_and_saves_when_it_can(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        blocked = block(seeds)
        await mark(hand, "militant proxies")
        assert "NOT SAVED (2)" in hand.line("title")
        assert any(each.startswith("not saved") and "journal" in each for each in hand.notifications)

        await hand.press("q")
        assert hand.asked == "ConfirmScreen"
        await hand.press("enter")
        assert hand.app.is_running
        await hand.press("n")
        assert hand.app.is_running
        await hand.press("J")
        assert hand.asked == "ConfirmScreen"
        await hand.press("escape")
        assert hand.words() == [("group", "militant proxies")]

        blocked.lift()
        await hand.press("s")
        assert "saved" in hand.line("title")
        assert "NOT" not in hand.line("title")
        assert saved(seeds) == ["militant proxies"]


async def test_app_tries_once_more_before_it_asks(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        blocked = block(seeds)
        await mark(hand, "militant proxies")
        blocked.lift()

        await hand.press("q")

        assert not hand.app.is_running
    assert saved(seeds) == ["militant proxies"]


async def test_app_leaves_unsaved_changes_when_it_is_told_to(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        blocked = block(seeds)
        await mark(hand, "militant proxies")
        await hand.press("J", "y")
        assert hand.session.document.id == "003"
        assert "NOT SAVED" not in hand.line("title")
        await mark(hand, "the")
        blocked.lift()
        await hand.press("ctrl+q")
        assert not hand.app.is_running

    assert saved(seeds) == []
    assert saved(seeds, "003") == ["the"]


async def test_app_takes_no_more_changes_when_too_many_are_not_saved(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.saving.WAITING_LIMIT", 3)
    monkeypatch.setattr(keeping, "WAITING_LIMIT", 3)
    async with opened(seeds) as hand:
        blocked = block(seeds)
        await mark(hand, "militant proxies")
        await mark(hand, "Kashmiri struggle")
        assert "NOT SAVED (3)" in hand.line("title")
        assert hand.value("Kashmiri struggle", "designation") is None
        assert "no more are taken" in hand.notifications[-1]
        before = list(hand.session)

        # In the form, in the text, with the mouse: nothing is taken, and nothing falls over.
        await hand.press("enter", "p", "m", "backspace", "up", "n", "escape")
        for key in ("d", "u", "U", "c", "a", "D", "F", "e", "r", "*", ".", ","):
            await hand.press(key, "escape")
        assert list(hand.session) == before

        blocked.lift()
        await hand.press("s")
        assert saved(seeds) == ["militant proxies"]
        await hand.press("u")
        assert len(hand.words()) == 1


async def test_app_does_not_name_an_entity_that_could_not_be_kept(seeds: Path, opened: Opener) -> None:
    (seeds / "entities.jsonl").write_bytes(b"")
    async with opened(seeds) as hand:
        (seeds / "entities.jsonl").unlink()
        (seeds / "entities.jsonl").mkdir()
        await hand.at("Pakistan used")
        await hand.press("a", "s", "enter")

        assert any(each.startswith("the entity is not saved") for each in hand.notifications)
        assert hand.value("Pakistan", "entity") is None
        assert hand.session.registry.entities == {}
        assert hand.focused == "inspector"


# Another program


async def test_app_keeps_what_two_of_it_do_to_one_layer(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, prefix="a") as one:
        await mark(one, "militant proxies")
        async with opened(seeds, prefix="b") as other:
            await mark(other, "Kashmiri struggle")
            await other.over("Pakistan used")
            await other.press("m", "escape")
            await other.press("F")
            await other.write("who?", "enter")

            await one.press("shift+tab", "escape")
            await mark(one, "militant groups, the")

            assert [words for _, words in one.words()] == [
                "militant proxies", "Kashmiri struggle", "militant groups, the",
            ]  # fmt: skip
            assert any("both sides were merged" in each for each in one.notifications)
            assert one.session.header.comment == "who?"
            await other.press("q")
        await one.press("q")

    assert saved(seeds) == ["militant proxies", "Kashmiri struggle", "militant groups, the"]
    async with opened(seeds) as again:
        assert ("measure", "Pakistan used") in again.words()


async def test_app_keeps_both_versions_of_what_two_of_it_changed(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, prefix="a") as one:
        await mark(one, "militant proxies")
        async with opened(seeds, prefix="b") as other:
            await other.at("militant proxies")
            await other.press("enter", "down", "down", "t", "escape", "q")
        await one.at("militant proxies")
        await one.press("enter", "up", "i", "escape", "escape")

        said = [one.session.value(each, "designation") for each in one.session]
        assert sorted(map(str, said)) == ["insurgent", "terrorist"]
        assert any("1 annotations were changed on both sides" in each for each in one.notifications)
    assert saved(seeds) == ["militant proxies", "militant proxies"]


async def test_app_leaves_alone_what_another_program_broke(seeds: Path, opened: Opener) -> None:
    path = seeds / "layers" / "r1" / "002.jsonl"
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        broken = b"<<<<<<< mine\n" + path.read_bytes()
        path.write_bytes(broken)

        await mark(hand, "Kashmiri struggle")

        assert "saved, FILE NOT WRITTEN (2)" in hand.line("title")
        assert path.read_bytes() == broken
        path.write_bytes(broken.split(b"\n", 1)[1])
        await hand.press("s", "q")
    assert saved(seeds) == ["militant proxies", "Kashmiri struggle"]


async def test_app_checks_a_long_document_after_a_longer_pause(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        assert 0 < hand.screen._check_took < 5
        loop, pauses = asyncio.get_running_loop(), []

        for took in (0.0, 0.9):
            hand.screen._check_took = took
            hand.screen._check_soon()
            timer = hand.screen._check_timer
            assert timer is not None
            pauses.append(timer.when() - loop.time())
            timer.cancel()
        hand.screen._check_timer = None
        await hand.press("J")
        assert hand.screen._check_took < 0.5, "that is another document"

        assert pauses[0] <= keeping._CHECK_AFTER
        assert 1.7 < pauses[1] <= 1.8


# The journal


async def test_app_says_saved_when_a_change_is_in_the_journal(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping.KeepingScreen, "WRITE_AFTER", 3600)
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")

        assert "· saved" in hand.line("title")
        assert saved(seeds) == []
        (kept,) = (seeds / ".annotator/journal/r1/002").iterdir()
        assert kept.read_bytes().count(b"\n") == 3

        await hand.press("D")
        assert saved(seeds) == ["militant proxies"]
        await mark(hand, "Kashmiri struggle")
        await hand.press("J")
        assert saved(seeds) == ["militant proxies", "Kashmiri struggle"]
        assert not kept.exists()


async def test_app_restores_what_a_killed_session_had_saved_and_says_so(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = Workspace(Corpus.open(seeds), "r1")
    session = killed.open("002")
    start = session.document.text.index("militant proxies")
    session.mark("group", Extent.of(start, start + 16))
    killed.keep(session.snapshot())
    killed.close()
    words = [session.words(each) for each in session]

    async with opened(seeds) as hand:
        assert [hand.session.words(each) for each in hand.session] == words == ["militant proxies"]
        assert any("I-RECOVERED 002: 1 changes restored" in each for each in hand.notifications)
        await hand.press("J", "K")
        assert len([each for each in hand.notifications if "I-RECOVERED" in each]) == 1

    async with opened(seeds) as hand:
        assert hand.notifications == []


async def test_app_keeps_changes_in_the_journal_while_the_file_cannot_be_written(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        blocked = block(seeds, journals=False)
        await mark(hand, "militant proxies")
        assert "saved, FILE NOT WRITTEN (2)" in hand.line("title")
        assert any("what was saved is kept in the journal" in each for each in hand.notifications)
        await hand.press("q")
        assert hand.asked == "ConfirmScreen"
        assert "kept in the journal" in hand.shown
        await hand.press("y")
        assert not hand.app.is_running

    blocked.lift()
    async with opened(seeds) as hand:
        assert hand.words() == [("group", "militant proxies")]


async def test_app_takes_over_what_is_done_to_a_file_that_one_only_looks_at(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as one:
        await mark(one, "militant proxies")
        path = seeds / "layers" / "r1" / "002.jsonl"
        mine = path.read_bytes()
        async with opened(seeds, prefix="b") as other:
            await mark(other, "Kashmiri struggle")
            await other.press("q")
        await one.press("s")
        before = hashes(seeds)

        one.screen.look()
        await one.settled()

        assert [words for _, words in one.words()] == ["militant proxies", "Kashmiri struggle"]
        assert any("both sides were merged" in each for each in one.notifications)
        assert "· saved" in one.line("title")
        assert hashes(seeds) == before
        # As git does it: another file in the place of the first.
        path.unlink()
        path.write_bytes(mine)
        one.screen.look()
        await one.settled()
        assert [words for _, words in one.words()] == ["militant proxies"]


async def test_app_goes_on_when_the_layer_is_removed_underneath(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        shutil.rmtree(seeds / "layers")
        shutil.rmtree(seeds / ".annotator")
        hand.screen.look()
        await hand.settled()

        await mark(hand, "Kashmiri struggle")

        assert "· saved" in hand.line("title")
    assert saved(seeds) == ["militant proxies", "Kashmiri struggle"]


async def test_app_notices_that_the_documents_have_changed(seeds: Path, opened: Opener) -> None:
    path = seeds / "documents.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:4]))
    async with opened(seeds, "000") as hand:
        hand.screen.look()
        await hand.settled()
        assert "004" not in hand.shown

        path.write_bytes(b"".join(lines))
        hand.screen.look()
        await hand.settled()
        assert "004" in hand.shown
        await hand.press("J", "J", "J", "J")
        assert hand.session.document.id == "004"

        path.write_bytes(b"".join(lines[:4]))
        hand.screen.look()
        await hand.settled()
        assert "READ-ONLY" in hand.line("title")
        await mark(hand, "the")
        assert hand.words() == []

        path.write_bytes(b"{")
        hand.screen.look()
        await hand.settled()
        assert any(each.startswith("the documents were changed and cannot be read") for each in hand.notifications)


async def test_app_is_read_only_where_somebody_wants_to_be_alone(seeds: Path, opened: Opener) -> None:
    alone = Workspace(Corpus.open(seeds), "r1", exclusive=True)
    alone.open("002")
    before = hashes(seeds)
    async with opened(seeds) as hand:
        assert "READ-ONLY" in hand.line("title")
        assert any("E-LOCKED" in each for each in hand.notifications)
        await mark(hand, "militant proxies")
        assert hand.words() == []
        await hand.press("J")
        await mark(hand, "the")
        assert len(hand.words()) == 1
        await hand.press("K")
        alone.leave("002")
        await hand.press("J", "K")
        await mark(hand, "militant proxies")
        assert hand.words() == [("group", "militant proxies")]
    assert before.keys() - hashes(seeds).keys() == {
        str(path) for path in map(Path, before) if path.parts[:2] == (".annotator", "journal") and path.suffix
    }


# What comes between


async def test_app_that_crashes_keeps_the_latest_of_what_was_changed_twice(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping.KeepingScreen, "WRITE_AFTER", 3600)

    def crash() -> None:
        raise ZeroDivisionError

    async def work() -> None:
        async with opened(seeds) as hand:
            await mark(hand, "militant proxies")
            await mark(hand, "Kashmiri struggle")
            assert saved(seeds) == []
            # What a handler did before it failed, and did not tell any more.
            name = hand.entry("militant proxies").id
            place = hand.entry("militant proxies").extent
            hand.session.resize(name, Extent.of(place.start, place.start + len("militant")))
            hand.session.delete(hand.entry("Kashmiri struggle").id)
            hand.screen.call_later(crash)

    with pytest.raises(ZeroDivisionError):
        await work()

    assert saved(seeds) == ["militant"]
    assert not [each for each in hashes(seeds) if each.endswith(".journal")]
    async with opened(seeds) as hand:
        assert hand.words() == [("group", "militant")]
        assert hand.notifications == []


async def _another_marks(seeds: Path, opened: Opener, words: str) -> None:
    async with opened(seeds, prefix="b") as other:
        await mark(other, words)
        await other.press("q")


async def test_app_keeps_a_change_of_the_form_that_meets_a_look_at_the_file(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        await _another_marks(seeds, opened, "Kashmiri struggle")
        # The form changes first, and tells later.
        hand.session.change(hand.entry("militant proxies").id, "designation", "terrorist")

        hand.screen.look()
        await hand.settled()

        assert len(hand.words()) == 2
        assert b'"designation":"terrorist"' in (seeds / "layers" / "r1" / "002.jsonl").read_bytes()


async def test_app_writes_no_state_from_before_a_look_over_what_somebody_else_did(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        await _another_marks(seeds, opened, "Kashmiri struggle")
        workspace, screen = hand.screen.workspace, hand.screen
        look = workspace.look

        def change() -> None:
            start = hand.session.document.text.index("militant groups, the")
            screen.did(hand.session.mark("group", Extent.of(start, start + 15), {"designation": "militant"}))

        def look_and_change(snapshot: Snapshot) -> Saved | None:
            found = look(snapshot)
            hand.app.call_from_thread(change)
            while screen.saving.writing:
                # Until every message before this one is dealt with.
                hand.app.call_from_thread(str)
            return found

        monkeypatch.setattr(workspace, "look", look_and_change)
        screen.look()
        await hand.settled()

        words = ["militant proxies", "Kashmiri struggle", "militant groups"]
        assert [each for _, each in hand.words()] == words
        assert saved(seeds) == words


async def test_app_stays_where_neither_the_next_document_nor_the_open_one_can_be_read(
    seeds: Path, opened: Opener
) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        paths = [seeds / "layers" / "r1" / f"{name}.jsonl" for name in ("002", "003")]
        whole = paths[0].read_bytes()
        for path in paths:
            path.write_bytes(b"<<<<<<< mine\n" + whole)

        await hand.press("J", "K")
        hand.screen.look()
        await hand.settled()
        await mark(hand, "Kashmiri struggle")

        assert hand.session.document.id == "002"
        paths[0].write_bytes(whole)
        paths[1].unlink()
        await hand.press("s", "q")
    assert saved(seeds) == ["militant proxies", "Kashmiri struggle"]


async def test_app_that_is_alone_stays_so_until_it_leaves_the_document(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, exclusive=True) as hand:
        await mark(hand, "militant proxies")
        path = seeds / "layers" / "r1" / "003.jsonl"
        path.write_bytes(b"{\n")
        other = Workspace(Corpus.open(seeds), "r1")
        theirs = other.open("002")
        start = theirs.document.text.index("Kashmiri struggle")
        theirs.mark("group", Extent.of(start, start + 17))

        # As before the job is stopped, and on the way to a document that cannot be opened.
        assert await hand.screen.all_saved()
        await hand.press("J")
        assert hand.session.document.id == "002"
        with pytest.raises(StoreBusy, match="E-LOCKED"):
            other.keep(theirs.snapshot())

        path.unlink()
        await hand.press("K", "J")
        assert hand.session.document.id == "003"
        other.keep(theirs.snapshot())
        other.close()


async def test_app_can_be_left_while_another_document_opens(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        workspace, screen = hand.screen.workspace, hand.screen
        save, gate = workspace.save, threading.Event()

        def save_slowly(snapshot: Snapshot) -> Saved:
            gate.wait()
            return save(snapshot)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workspace, "save", save_slowly)
            screen.did(hand.session.mark("group", Extent.of(0, 3)))
            leaving = asyncio.create_task(screen.all_saved())
            while screen.saving.running:
                await hand.pilot.pause(0)
            screen.open_document("003")
            while hand.session.document.id != "003":
                await hand.pilot.pause(0)
            gate.set()
            # Waits for ever where nobody says that the write is over.
            assert await asyncio.wait_for(leaving, 20)


async def test_app_can_change_a_document_again_that_is_restored(seeds: Path, opened: Opener) -> None:
    path = seeds / "documents.jsonl"
    whole = path.read_bytes()
    async with opened(seeds) as hand:
        path.write_bytes(b"".join(line for line in whole.splitlines(keepends=True) if b'"id":"002"' not in line))
        hand.screen.look()
        await hand.settled()
        assert "READ-ONLY" in hand.line("title")

        path.write_bytes(whole)
        hand.screen.look()
        await hand.settled()
        await mark(hand, "militant proxies")

        assert "READ-ONLY" not in hand.line("title")
        assert saved(seeds) == ["militant proxies"]


async def test_app_goes_on_when_a_document_disappears_while_all_are_looked_at(seeds: Path, opened: Opener) -> None:
    path = seeds / "documents.jsonl"
    async with opened(seeds) as hand:
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))
        # Noticed by the thread that looks, and not told yet.
        assert hand.screen.workspace.documents_moved()

        hand.screen.read_progress()
        await hand.press("O")
        assert hand.asked == "DocumentsScreen"
        await hand.press("escape")
        assert hand.app.is_running


async def test_app_that_is_read_only_turns_nothing_down(seeds: Path, opened: Opener) -> None:
    async with opened(seeds, layer="ben") as hand:
        await mark(hand, "militant proxies")
    alone = Workspace(Corpus.open(seeds), "r1", exclusive=True)
    alone.open("002")
    async with opened(seeds, beside=("ben",)) as hand:
        await hand.press("greater_than_sign", "x")
    store = Corpus.open(seeds).store
    assert turned_down.read(store, "r1", "002") == frozenset()
    alone.close()

    async with opened(seeds, beside=("ben",)) as hand:
        turned_down.keep(store, "r1", "002", {"of somebody else"})
        await hand.press("greater_than_sign", "x")
        assert len(turned_down.read(store, "r1", "002")) == 2
        await hand.press("X")
        assert turned_down.read(store, "r1", "002") == {"of somebody else"}


async def test_app_saves_what_was_changed_though_it_cannot_be_painted(
    seeds: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        faults: list[Exception] = []

        def failing() -> None:
            raise RuntimeError("this frame cannot be painted")

        with monkeypatch.context() as patch:
            patch.setattr(hand.app, "_handle_exception", faults.append)
            # Whether the library's clock comes first or we do; the pilot would paint as well, and fail the test.
            patch.setattr(hand.screen, "_compositor_refresh", failing)
            hand.app.post_message(events.Key("u", "u"))
            for _ in range(500):
                if not faults:
                    await asyncio.sleep(0.01)
        await hand.settled()
        assert {str(fault) for fault in faults} == {"this frame cannot be painted"}
        assert hand.screen.saving.saved == hand.session.revision
        assert not hand.screen.saving.running
