"""What the app keeps, whatever happens: another document, a failing disk, another program, a broken file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from annotator.screens import keeping
from corpus.corpus import Corpus
from schemas import Status

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


def block(folder: Path, document: str = "002", layer: str = "r1") -> Path:
    """Puts a folder where the layer's file belongs: no save can succeed until it is taken away."""
    path = folder / "layers" / layer / f"{document}.jsonl"
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)
    return path


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
        path = block(seeds)
        await mark(hand, "militant proxies")
        assert "NOT SAVED (2)" in hand.line("title")
        assert any(each.startswith("not saved") and "002.jsonl" in each for each in hand.notifications)

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

        path.rmdir()
        await hand.press("s")
        assert "saved" in hand.line("title")
        assert "NOT" not in hand.line("title")
        assert saved(seeds) == ["militant proxies"]


async def test_app_tries_once_more_before_it_asks(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        path = block(seeds)
        await mark(hand, "militant proxies")
        path.rmdir()

        await hand.press("q")

        assert not hand.app.is_running
    assert saved(seeds) == ["militant proxies"]


async def test_app_leaves_unsaved_changes_when_it_is_told_to(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        path = block(seeds)
        await mark(hand, "militant proxies")
        await hand.press("J", "y")
        assert hand.session.document.id == "003"
        assert "NOT SAVED" not in hand.line("title")
        await mark(hand, "the")
        path.rmdir()
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
        path = block(seeds)
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

        path.rmdir()
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
        assert any("1 annotations are there in both versions" in each for each in one.notifications)
    assert saved(seeds) == ["militant proxies", "militant proxies"]


async def test_app_leaves_alone_what_another_program_broke(seeds: Path, opened: Opener) -> None:
    path = seeds / "layers" / "r1" / "002.jsonl"
    async with opened(seeds) as hand:
        await mark(hand, "militant proxies")
        broken = b"<<<<<<< mine\n" + path.read_bytes()
        path.write_bytes(broken)

        await mark(hand, "Kashmiri struggle")

        assert "NOT SAVED" in hand.line("title")
        assert path.read_bytes() == broken
        path.write_bytes(broken.split(b"\n", 1)[1])
        await hand.press("s", "q")
    assert saved(seeds) == ["militant proxies", "Kashmiri struggle"]
