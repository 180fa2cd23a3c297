"""What a terminal sends means the same however often, and in whatever pieces, it is sent."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from annotator.driver import KeyParser
from tests.annotator.real_terminal import RealTerminal

PIECES = (
    *("a", "g", "ß", "あ", " ", "\r", "\t", "\x1b[C", "\x1bOC", "\x1b[1;5C", "\x1b[3~", "jjj", "f", "\x03"),
    *("\x1b", "[C", "\x1b[", "C", "\x1bx", "\x1b[I", "\x1b[O", "\x1b[200~", "words", "\x1b[201~"),
    *("\x1b[<0;3;4M", "\x1b[<0;3;4m", "\x1b[<35;3;4M", "\x1b[?2026;2$y", "\x1b[48;40;120;800;1200t"),
)


def told(found: list[Message]) -> list[tuple[object, ...]]:
    about = ("key", "character", "text", "x", "y", "button")
    return [(type(each).__name__, *(getattr(each, name, None) for name in about)) for each in found]


@pytest.mark.parametrize("seed", range(100))
def test_driver_reads_again_what_the_library_reads(seed: int) -> None:
    choice = random.Random(seed)
    ours, theirs = KeyParser(), XTermParser()
    # Few pieces, so that each comes again in every place: after keys, inside of a paste, and after half a sequence.
    pieces = choice.sample(PIECES, 6)
    for _ in range(300):
        piece = choice.choice(pieces)
        assert told(ours.feed(piece)) == told(list(theirs.feed(piece))), (seed, piece)
        assert ours.is_waiting == (theirs._timeout_time is not None)


def test_driver_knows_a_key_again_and_makes_a_new_event_of_it() -> None:
    parser = KeyParser()
    parser.feed("a")
    (first,), (second,) = parser.feed("\x1b[C"), parser.feed("\x1b[C")
    assert isinstance(first, events.Key)
    assert isinstance(second, events.Key)
    assert first is not second
    assert (first.key, first.character) == (second.key, second.character) == ("right", None)
    assert parser._known == {"\x1b[C": [("right", None)]}


def test_driver_goes_on_after_what_the_library_cannot_read() -> None:
    parser = KeyParser()
    parser.feed("\x1b[48;40;120;0;0t")
    # All in one read, as while the app is busy: the library divides by the size, and cannot read a key's second number.
    found = parser.feed("ab\x1b[<35;3;4Mc\x1b[103;1:1ud\x1b[")
    assert told(found) == told([events.Key(each, each) for each in "abcd"])
    assert parser.is_waiting
    assert told(parser.feed("C")) == told([events.Key("right", None)])


def test_driver_still_knows_how_the_mouse_tells_places_after_what_the_library_cannot_read() -> None:
    parser, other = KeyParser(), KeyParser()
    for each in (parser, other):
        each.feed("\x1b[48;40;120;800;1200t")
    parser.feed("\x1b[103;1:1u")
    assert told(parser.feed("\x1b[<0;301;401M")) == told(other.feed("\x1b[<0;301;401M"))


@pytest.mark.parametrize("pieces", [("\x1b" + "x" * 33,), ("\x1b" + "x" * 20, "x" * 13), ("\x1bx", "\x1by", "y")])
def test_driver_takes_no_part_of_a_paste_for_keys_that_it_knows(pieces: tuple[str, ...]) -> None:
    ours, theirs = KeyParser(), XTermParser()
    for piece in ("a", "a", "y", "y", "\x1b[200~", *pieces, "a", "a", "y", "\x1b[201~", "a"):
        assert told(ours.feed(piece)) == told(list(theirs.feed(piece))), piece


REFUSED = """
import os

def refused(_descriptor):
    raise PermissionError("as after `su`, when the terminal is somebody else's")

os.ttyname = refused
from annotator.cli import main
main()
"""


def test_driver_reads_and_writes_a_terminal_that_may_not_be_opened_once_more(seeds: Path) -> None:
    with RealTerminal("-c", REFUSED, "open", seeds, "--document", "002", "--as", "r1") as terminal:
        terminal.expect("findings")
        terminal.send("w")
        terminal.send("w")
        terminal.expect("–")
        terminal.send("q")
        assert terminal.ended() == 0
        assert terminal.is_as_found
