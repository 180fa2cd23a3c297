"""The picture before the app: the document at once, no key lost, the terminal as it was where the app never comes."""

from __future__ import annotations

import os
import pty
import re
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pexpect
import pytest

from annotator import picture
from annotator.exit_codes import ExitCode
from corpus.corpus import Corpus

Factory = Callable[..., Path]
LEFT = "\x1b[?1049l"
CURSOR = "\x1b[?25h"
TEXTUAL_BEGINS = "\x1b[?1000h"
"""What Textual asks of a terminal first."""


@contextmanager
def terminal(folder: Path, *arguments: str) -> Iterator[pexpect.spawn[str]]:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "annotator", "open", "--trust", str(folder), *arguments],
        env={**os.environ, "TERM": "xterm-256color"},
        encoding="utf-8",
        dimensions=(40, 120),
        timeout=30,
    )
    try:
        yield child
    finally:
        child.close(force=True)


def waits(folder: Path) -> Path:
    """Makes the corpus's schema wait for a writer that never comes."""
    gate = folder / "gate"
    os.mkfifo(gate)
    schema = folder / "routes.py"
    schema.write_text(f"open({str(gate)!r}).read()\n{schema.read_text(encoding='utf-8')}", encoding="utf-8")
    return folder


def test_picture_is_there_before_the_app(seeds: Path) -> None:
    with terminal(seeds, "--document", "002") as child:
        child.expect_exact(TEXTUAL_BEGINS)

        before = str(child.before)
        assert before.count(picture.ENTER) == 1
        assert "Using militant groups" in re.sub(r"\x1b\[[0-9;]*m", "", before)


def test_picture_is_drawn_over_without_leaving_the_screen(seeds: Path) -> None:
    with terminal(seeds, "--document", "002") as child:
        child.expect("findings")

        assert str(child.before).count(picture.ENTER) == 1
        assert LEFT not in str(child.before)


def test_picture_loses_no_key(seeds: Path) -> None:
    with terminal(seeds, "--document", "002", "--as", "anna") as child:
        child.expect_exact(picture.ENTER)
        # A label, what its form asks for, back to the text, and out, all before the app is there.
        for key in ("g", "m", "\x1b"):
            child.send(key)
        child.expect("▸.state_link")
        child.expect("select")
        child.send("q")
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == 0
    assert [each.text for each in Corpus.open(seeds).layer("anna")["002"].annotations] == ["Using"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGTERM, 143)])
def test_picture_goes_when_the_program_is_ended(corpus_factory: Factory, number: signal.Signals, code: int) -> None:
    with terminal(waits(corpus_factory("own"))) as child:
        child.expect("loading")

        child.kill(number)
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == code
        assert LEFT in str(child.before)
        assert CURSOR in str(child.before)


def test_picture_goes_with_control_c(corpus_factory: Factory) -> None:
    with terminal(waits(corpus_factory("own"))) as child:
        child.expect("loading")

        child.send("\x03")
        child.expect_exact(LEFT)
        child.expect("annotator: stopped")
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("file", "code"), [("documents.jsonl", 4), ("entities.jsonl", 4), ("corpus.toml", 4), ("routes.py", 2)]
)
def test_picture_goes_before_it_is_said_what_is_wrong(corpus_factory: Factory, file: str, code: int) -> None:
    folder = corpus_factory("own")
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write("{ not what it must be\n")

    with terminal(folder) as child:
        child.expect_exact(LEFT)
        assert "leads the road" in re.sub(r"\x1b\[[0-9;]*m", "", str(child.before))
        child.expect(f"annotator: .*{re.escape(file)}" if code == 4 else "annotator: ")
        child.expect(pexpect.EOF)
        child.close()

        assert child.exitstatus == code


def test_picture_gives_the_terminal_back_as_it_was(corpus_factory: Factory) -> None:
    folder = corpus_factory("own")
    (folder / "entities.jsonl").write_text("{\n", encoding="utf-8")
    shown = f"stty -g; {sys.executable} -m annotator open --trust {folder}; stty -g; echo end"
    child = pexpect.spawn("/bin/sh", ["-c", shown], encoding="utf-8", dimensions=(40, 120), timeout=30)
    child.expect("end\r\n")
    child.close()

    modes = re.findall(r"^[0-9a-f]+(?::[0-9a-f]+){5,}\r?$", str(child.before), re.MULTILINE)
    assert len(modes) == 2
    assert len({each.strip() for each in modes}) == 1


@pytest.mark.parametrize(("columns", "lines", "is_shown"), [(39, 20, False), (80, 9, False), (40, 10, True)])
def test_picture_is_none_where_the_terminal_is_too_small(
    seeds: Path, monkeypatch: pytest.MonkeyPatch, columns: int, lines: int, is_shown: bool
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(lines))
    monkeypatch.setattr("sys.__stderr__", SimpleNamespace(isatty=lambda: True))

    assert (picture.drawn(seeds, "anna", "002", 0, ()) is not None) == is_shown


def test_picture_that_cannot_be_drawn_leaves_the_terminal_as_it_was(
    seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer, inner = pty.openpty()
    before = termios.tcgetattr(inner)
    termios.tcsetwinsize(inner, (40, 120))
    with os.fdopen(inner, "r+b", buffering=0) as stream, os.fdopen(os.dup(inner), "w", encoding="utf-8") as drawn:
        monkeypatch.setattr(sys, "stdin", stream)
        monkeypatch.setattr(sys, "__stderr__", drawn)
        monkeypatch.setattr(picture, "_write", fails)

        with pytest.raises(OSError, match="gone"), picture.shown(seeds, "gold"):
            pass

        assert termios.tcgetattr(inner) == before
    os.close(outer)


def fails(drawn: str) -> None:
    raise OSError(f"gone: {len(drawn)}")
