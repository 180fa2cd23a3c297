"""The user's own keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from annotator.app import AnnotatorApp
from annotator.keymap import PRESETS, Bound, Keymap, read
from annotator.screens.documents import DocumentsScreen
from annotator.workspace import Workspace
from corpus.corpus import Corpus
from corpus.errors import InputRefused

KNOWN = [
    Bound("go.left", ("left",), "text", "Left"),
    Bound("go.done", ("D",), "text", "Done"),
    Bound("form.done", ("D", "enter"), "form", "Done"),
]


def write(folder: Path, text: str) -> Path:
    path = folder / "keys.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_keymap_is_empty_without_a_file(tmp_path: Path) -> None:
    assert read(tmp_path / "keys.toml", KNOWN) == Keymap()


def test_keymap_takes_keys_of_actions_and_of_labels(tmp_path: Path) -> None:
    keymap = read(write(tmp_path, '[keys]\n"go.left" = "h, left"\n"label.river" = "r"\n'), KNOWN)

    assert keymap.of(KNOWN[0]) == ("h", "left")
    assert keymap.of(KNOWN[1]) == ("D",)
    assert keymap.labels == {"river": "r"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("keys = [", "TOML"),
        ('preset = "emacs"', "there is no preset 'emacs'"),
        ('[keys]\n"go.right" = "x"', "there is no action 'go.right'"),
        ('[keys]\n"go.left" = 3', "a line of `[keys]`"),
        ('[keys]\n"go.left" = "D"', "'D' would mean both go.left and go.done"),
        ('[keys]\n"label.river" = "D"', "would mean both"),
        ('[keys]\n"label.river" = "rr"', "must be one character"),
        ("theme = 1", "not 'theme'"),
    ],
)
def test_keymap_refuses_with_the_reason(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputRefused, match="E-KEYS") as refused:
        read(write(tmp_path, text), KNOWN)

    assert told in str(refused.value)


def test_keymap_lets_places_share_a_key(tmp_path: Path) -> None:
    keymap = read(write(tmp_path, '[keys]\n"go.left" = "enter"\n'), KNOWN)

    assert keymap.keys == {"go.left": "enter"}


@pytest.mark.parametrize("preset", PRESETS)
def test_keymap_presets_name_actions_of_the_app_and_do_not_clash(tmp_path: Path, preset: str) -> None:
    known = AnnotatorApp.bounds()

    keymap = read(write(tmp_path, f'preset = "{preset}"'), known)

    assert set(keymap.keys) == set(PRESETS[preset])


def test_keymap_bounds_have_ids_of_their_own() -> None:
    known = AnnotatorApp.bounds()

    assert len({bound.id for bound in known}) == len(known) > 60
    assert all(bound.what for bound in known)


async def test_keymap_is_in_force_in_the_app(corpus_folder: Path) -> None:
    keymap = Keymap({"cursor.right": "l,right", "document.done": "Z"}, {"actor": "p"})
    app = AnnotatorApp(Workspace(Corpus.open(corpus_folder), "me"), keymap=keymap)

    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("l", "l")

        screen = app.screen_stack[0]
        assert screen.view.cursor == 2  # type: ignore[attr-defined]
        assert screen.label_keys["actor"] == "p"  # type: ignore[attr-defined]


async def test_keymap_is_in_force_in_the_list_of_all_documents(corpus_folder: Path) -> None:
    keymap = Keymap({"documents.sort": "x", "documents.filter": "ctrl+f", "documents.leave": "b"})
    app = AnnotatorApp(Workspace(Corpus.open(corpus_folder), "me"), keymap=keymap)

    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("O")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, DocumentsScreen)
        await pilot.press("x")
        assert "x by status" in str(screen.query_one(".hint", Static).content)
        await pilot.press("s")
        assert "b back" in str(screen.query_one(".hint", Static).content)
        assert "x by status" in str(screen.query_one(".hint", Static).content)
        await pilot.press("ctrl+f")
        assert screen.words.has_focus
        await pilot.press("x", "b")
        assert screen.words.value == "xb"


def test_keymap_of_a_label_may_be_a_key_of_a_list_and_not_of_the_text(tmp_path: Path) -> None:
    known = AnnotatorApp.bounds()

    taken = write(tmp_path, '[keys]\n"label.actor" = "a"\n"documents.open" = "x"\n')
    assert read(taken, known).labels == {"actor": "a"}
    with pytest.raises(InputRefused, match=r"'a' would mean both documents\.all and documents\.open"):
        read(write(tmp_path, '[keys]\n"documents.open" = "a"\n'), known)
    with pytest.raises(InputRefused, match="would mean both"):
        read(write(tmp_path, '[keys]\n"label.actor" = "u"\n'), known)


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    """A corpus with one short document."""
    from corpus import creation
    from corpus.store import Store
    from schemas import Document

    folder = tmp_path / "corpus"
    creation.create(folder)
    Store(folder).write_documents([Document.from_bytes("d1", b"India met Pakistan.")])
    return folder
