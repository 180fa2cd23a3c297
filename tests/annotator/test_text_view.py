"""The view through keys and mouse, what it draws, and how much of it is drawn again."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget

from annotator.lanes import GUTTER
from annotator.rows import HANGING
from annotator.span_index import Look, Mark, SpanIndex
from annotator.units import Unit
from annotator.widgets.painting import Painter, Shown, bar, levels
from annotator.widgets.text_view import TextView
from schemas import Extent

TEXT = "Pakistan’s Foreign Minister, Khawaja Asif, said so.\nHe left the U.S. on Friday. Others stayed.\n\nThe end.\n"
LONG_TEXT = "\n".join(f"line {number} of a long document" for number in range(500))


class CountingView(TextView):
    """Counts the rows that are drawn and not taken from those that are kept."""

    drawn: list[tuple[int, int]]

    def _draw(self, row: int, lane: int, shown: Shown, width: int) -> Strip:
        self.drawn.append((row, lane))
        return super()._draw(row, lane, shown, width)


class ViewApp(App[None]):
    """One view, and the messages that it sent."""

    def __init__(self, text: str, closed: Sequence[tuple[int, int]] = (), marks: Sequence[Mark] = ()) -> None:
        super().__init__()
        self.given = (text, closed, marks)
        self.sent: list[Message] = []
        self.view = CountingView()
        self.view.drawn = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.show(*self.given)
        self.view.focus()

    def on_text_view_mark_picked(self, message: TextView.MarkPicked) -> None:
        self.sent.append(message)


class Opened:
    """An app that runs, its view, and short ways to look at them."""

    def __init__(self, app: ViewApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.view = app, pilot, app.view

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def selected(self) -> str | None:
        selection = self.view.selection
        return None if selection is None else self.view.text[slice(*selection)]

    def lines(self) -> list[str]:
        width, height = self.view.size
        strips = self.view.render_lines(Region(0, 0, width, height))
        return [strip.text.rstrip() for strip in strips]

    def cell(self, y: int, text: str) -> tuple[int, int]:
        """Where some words are in a screen row, for the mouse."""
        return self.lines()[y].index(text), y

    def style(self, y: int, text: str) -> str:
        """The style that some words of a screen row begin with."""
        strip = self.view.render_lines(Region(0, 0, *self.view.size))[y]
        at = strip.text.index(text)
        return str(next(iter(strip.crop(at, at + 1))).style)


@asynccontextmanager
async def opened(
    text: str = TEXT,
    closed: Sequence[tuple[int, int]] = (),
    marks: Sequence[Mark] = (),
    size: tuple[int, int] = (60, 12),
) -> AsyncIterator[Opened]:
    app = ViewApp(text, closed, marks)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Opened(app, pilot)


def mark(words: str, name: str = "a", *, tag: str = "actor", look: Look = "own", margin: bool = False) -> Mark:
    start = TEXT.index(words)
    return Mark(name, Extent.of(start, start + len(words)), tag, 0, look, margin)


async def test_text_view_draws_the_text_wrapped_between_gutter_and_hanging_cells() -> None:
    async with opened(size=(30, 8)) as shown:
        assert shown.lines()[:4] == [
            "  Pakistan’s Foreign",
            "  Minister, Khawaja Asif,",
            "  said so.",
            "  He left the U.S. on",
        ]
        assert shown.view.visible_range[0] == 0


async def test_text_view_lets_no_control_character_through() -> None:
    hostile = "a\x1b[2Jb\x9bc\x07\x08d\u202ee\ufefff\ud83dg\r\nh\u2028i\tj"
    async with opened(hostile, marks=[Mark("x", Extent.of(0, 3), "\x1b]0;t\x07", 0)]) as shown:
        drawn = "".join(shown.lines())
        assert {char for char in drawn if unicodedata.category(char) in {"Cc", "Cs", "Cf", "Zl", "Zp"}} == set()
        assert "a␛[2Jb" in drawn


async def test_text_view_draws_bars_with_tags_under_marked_words() -> None:
    marks = [mark("Pakistan’s Foreign Minister", "outer"), mark("Pakistan", "inner"), mark("said", "cue", tag="cue")]
    async with opened(marks=marks) as shown:
        assert shown.lines()[:4] == [
            "  Pakistan’s Foreign Minister, Khawaja Asif, said so.",
            "  ▔actor▔▔                                   ▔cue",
            "  ▔actor▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔",
            "  He left the U.S. on Friday. Others stayed.",
        ]


async def test_text_view_a_bar_goes_on_in_the_next_row_without_its_tag() -> None:
    async with opened(marks=[mark("Foreign Minister, Khawaja")], size=(30, 8)) as shown:
        assert shown.lines()[1] == "             ▔actor▔"
        assert shown.lines()[3] == "  ▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔"


async def test_text_view_joins_the_fragments_of_a_mark() -> None:
    async with opened(marks=[Mark("a", Extent.joined([(0, 8), (11, 18)]), "actor", 0)]) as shown:
        assert shown.lines()[1] == "  ▔actor▔▔┈┈┈▔▔▔▔▔▔▔"


async def test_text_view_shows_how_many_marks_found_no_lane() -> None:
    marks = [Mark(str(size), Extent.of(0, size), "x", 0) for size in range(4, 10)]
    async with opened(marks=marks) as shown:
        assert [line.strip()[:2] for line in shown.lines()[1:5]] == ["▔x"] * 4
        assert shown.lines()[4].endswith("+2")
        assert shown.lines()[5].startswith("  He left")


async def test_text_view_draws_long_extents_at_the_edge() -> None:
    async with opened(marks=[mark("said so.\nHe left", "long", margin=True)]) as shown:
        assert [line[:2] for line in shown.lines()[:3]] == ["▌ ", "▌ ", ""]


async def test_text_view_without_lanes_colours_the_words() -> None:
    async with opened(marks=[mark("Pakistan"), mark("Khawaja")]) as shown:
        plain = shown.style(0, "Pakistan")
        shown.view.lane_mode = False
        await shown.pilot.pause()
        assert shown.lines()[1].startswith("  He left")
        assert shown.style(0, "Khawaja") != plain


async def test_text_view_lights_all_marks_of_the_selected_annotation() -> None:
    async with opened(marks=[mark("Pakistan", "x"), mark("said", "x", tag="cue"), mark("Khawaja", "y")]) as shown:
        assert "▀" not in shown.lines()[1]
        shown.view.highlight = frozenset({"x"})
        assert shown.lines()[1] == "  ▀actor▀▀                     ▔actor▔       ▀cue"
        shown.view.highlight = frozenset()
        assert "▀" not in shown.lines()[1]


async def test_text_view_dims_closed_zones() -> None:
    async with opened(closed=[(TEXT.index("He left"), TEXT.index("The end"))]) as shown:
        assert shown.style(1, "He left") != shown.style(0, "Foreign") == shown.style(3, "The end")


@pytest.mark.parametrize("look", ["finding", "search"])
async def test_text_view_shows_findings_and_hits_on_the_words(look: Look) -> None:
    async with opened(marks=[mark("Khawaja", look=look)]) as shown:
        assert shown.lines()[1].startswith("  He left")
        assert shown.style(0, "Khawaja") != shown.style(0, "Foreign")


async def test_text_view_draws_hints_over_the_text() -> None:
    async with opened() as shown:
        shown.view.show_hints({TEXT.index("Foreign"): "ab", TEXT.index("so."): "ac"})
        assert shown.lines()[0] == "  Pakistan’s abreign Minister, Khawaja Asif, said ac."
        shown.view.show_hints({})
        assert shown.lines()[0] == "  Pakistan’s Foreign Minister, Khawaja Asif, said so."


MOTIONS = [
    ("right", "akistan"),
    ("3 right", "istan"),
    ("1 0 right", " Foreign"),
    ("w", "Foreign"),
    ("2 w", "Minister"),
    ("w b", "Pakistan"),
    ("down", "He left"),
    ("w down", " U.S. on"),
    ("w down up", "Foreign"),
    ("w 3 down 3 up", "Foreign"),
    ("right_parenthesis", "He left"),
    ("2 right_parenthesis", "Others"),
    ("2 right_parenthesis left_parenthesis", "He left"),
    ("right_curly_bracket", "He left"),
    ("2 right_curly_bracket", "The end"),
    ("2 right_curly_bracket left_curly_bracket", "He left"),
    ("end", "\nHe left"),
    ("w home", "Pakistan"),
    ("down w home home", "Pakistan"),
    ("ctrl+end b b", "The end"),
    ("ctrl+end ctrl+home", "Pakistan"),
    ("left", "Pakistan"),
    ("3 x right", "akistan"),
    ("0 right", "akistan"),
]
"""Keys from the start of the text, and what the cursor is on after them."""

SELECTIONS = [
    ("v", "Pakistan"),
    ("v right", "Pakistan’"),
    ("v w", "Pakistan’s Foreign"),
    ("v w w", "Pakistan’s Foreign Minister"),
    ("v 2 w", "Pakistan’s Foreign Minister"),
    ("3 v", "Pakistan’s Foreign Minister"),
    ("v v", "Pakistan’s Foreign Minister"),
    ("v v v", "Pakistan’s Foreign Minister, Khawaja Asif, said so."),
    ("w v b", "Foreign"),
    ("w v b b", "Pakistan’s Foreign"),
    ("v right_parenthesis", "Pakistan’s Foreign Minister, Khawaja Asif, said so."),
    ("shift+right shift+right", "Pakistan"),
    ("v down", TEXT[: TEXT.index("left") + 5]),
    ("v escape", None),
    ("v w v", "Pakistan’s Foreign Minister"),
    ("v v left", "Pakistan’s Foreign Minister"),
    ("semicolon v", "P"),
    ("semicolon v right", "Pa"),
    ("semicolon v w", "Pakistan"),
    ("semicolon v v", "Pakistan"),
    ("semicolon 3 v", "Pak"),
    ("semicolon v v left", "Pakista"),
    ("semicolon v semicolon right", "Pa"),
    ("semicolon semicolon semicolon v", "Pakistan"),
]
"""Keys from the start of the text, and what is selected after them."""


async def test_text_view_motions() -> None:
    async with opened() as shown:
        for keys, words in MOTIONS:
            shown.view.cursor = 0
            await shown.press(*keys.split())
            assert TEXT[shown.view.cursor :].startswith(words), keys


async def test_text_view_selections() -> None:
    async with opened() as shown:
        for keys, selected in SELECTIONS:
            shown.view.clear_selection()
            shown.view.unit = Unit.WORD
            shown.view.cursor = 0
            await shown.press(*keys.split())
            assert shown.selected() == selected, keys


async def test_text_view_selects_a_combining_mark_alone() -> None:
    async with opened("ae\u0301b") as shown:
        await shown.press("semicolon", "semicolon", "right", "right", "v")
        assert (shown.view.cursor, shown.view.selection) == (2, (2, 3))
        assert shown.lines()[0].strip() == "ae\u0301b"
        await shown.press("right")
        assert shown.view.selection == (2, 4)
        await shown.press("semicolon")
        assert shown.view.selection == (0, 4)
        shown.view.clear_selection()
        await shown.press("semicolon", "home", "right")
        assert shown.view.cursor == 1


async def test_text_view_goes_by_grapheme_clusters() -> None:
    async with opened("a👨‍👩‍👧e\u0301🇵🇰b") as shown:
        stops = []
        for _ in range(6):
            stops.append(shown.view.cursor)
            await shown.press("right")
        assert stops == [0, 1, 6, 8, 10, 11]
        shown.view.cursor = 3
        assert shown.view.cursor == 1


async def test_text_view_leaves_the_digits_that_are_spoken_for_to_others() -> None:
    async with opened() as shown:
        shown.view.spoken_for = 3
        await shown.press("3", "right")
        assert shown.view.cursor == 1
        await shown.press("4", "right")
        assert shown.view.cursor > 1


async def test_text_view_shows_whoever_watches_what_changed() -> None:
    async with opened() as shown:
        seen: list[tuple[int, tuple[int, int] | None]] = []
        for name in ("cursor", "selection_anchor"):
            shown.app.watch(
                shown.view, name, lambda: seen.append((shown.view.cursor, shown.view.selection)), init=False
            )
        shown.view.unit = Unit.GRAPHEME
        await shown.press("right", "v", "w")
        assert (seen[0], seen[-1]) == ((1, None), (7, (1, 8)))
        shown.view.clear_selection()
        await shown.pilot.pause()
        assert seen[-1] == (7, None)


async def test_text_view_select_takes_whole_clusters() -> None:
    async with opened("ae\u0301b") as shown:
        shown.view.unit = Unit.GRAPHEME
        shown.view.select(2, 3)
        assert shown.view.selection == (1, 3)
        shown.view.select(2, 2)
        assert shown.view.selection is None


async def test_text_view_selection_reaches_the_end_of_the_text() -> None:
    async with opened("abc") as shown:
        shown.view.select(0, 3)
        assert shown.selected() == "abc"
        await shown.press("right")
        assert shown.view.cursor == 3
        assert shown.selected() == "abc"
        shown.view.clear_selection()
        await shown.press("v")
        assert shown.view.selection is None


async def test_text_view_click_puts_the_cursor() -> None:
    async with opened() as shown:
        await shown.pilot.click(shown.view, offset=shown.cell(0, "Minister"))
        assert TEXT[shown.view.cursor :].startswith("Minister")
        await shown.pilot.click(shown.view, offset=(50, 1))
        assert shown.view.cursor == TEXT.index("\n\nThe end")
        await shown.pilot.click(shown.view, offset=(0, 0))
        assert shown.view.cursor == 0


async def test_text_view_double_click_selects_a_word() -> None:
    async with opened() as shown:
        await shown.pilot.click(shown.view, offset=shown.cell(0, "inister"), times=2)
        assert shown.selected() == "Minister"


async def test_text_view_drag_selects() -> None:
    async with opened() as shown:
        await shown.pilot.mouse_down(shown.view, offset=shown.cell(0, "Minister"))
        await shown.pilot.hover(shown.view, offset=shown.cell(0, "awaja"))
        assert shown.selected() == "Minister, Khawaja"
        shown.view.unit = Unit.GRAPHEME
        assert shown.selected() == "Minister, Kha"
        await shown.pilot.hover(shown.view, offset=shown.cell(0, "Foreign"))
        assert shown.selected() == "Foreign M"
        await shown.pilot.mouse_up(shown.view, offset=shown.cell(0, "Foreign"))
        await shown.pilot.hover(shown.view, offset=(2, 1))
        assert shown.selected() == "Foreign M"


async def test_text_view_click_on_a_mark_picks_it() -> None:
    marks = [
        mark("Pakistan’s Foreign Minister", "outer"),
        mark("Pakistan", "inner"),
        mark("He left", "long", margin=True),
    ]
    async with opened(marks=marks) as shown:
        picked = []
        for place in [(3, 1), (20, 2), (4, 0), (20, 0), (0, 3), (40, 0), (40, 1)]:
            await shown.pilot.click(shown.view, offset=place)
            await shown.pilot.pause()
            found = [message.id for message in shown.app.sent if isinstance(message, TextView.MarkPicked)]
            picked.append(found)
            shown.app.sent.clear()
        assert picked == [["inner"], ["outer"], ["inner"], ["outer"], ["long"], [], []]


async def test_text_view_a_cursor_step_draws_at_most_the_old_and_the_new_row() -> None:
    async with opened(marks=[mark("Pakistan"), mark("Khawaja", "b")]) as shown:
        for key in ("right", "w", "down", "up", "right_parenthesis"):
            shown.view.drawn.clear()
            await shown.press(key)
            assert len(shown.view.drawn) <= 2, key


async def test_text_view_a_step_back_draws_nothing() -> None:
    async with opened() as shown:
        await shown.press("right", "left")
        shown.view.drawn.clear()
        await shown.press("right", "left")
        assert shown.view.drawn == []


async def test_text_view_a_mark_draws_only_the_rows_that_it_touches() -> None:
    async with opened() as shown:
        shown.view.drawn.clear()
        shown.view.add_mark(mark("Friday"))
        await shown.pilot.pause()
        assert shown.view.drawn == [(1, 0), (1, 1)]
        assert shown.lines()[2] == "                      ▔actor"
        shown.view.drawn.clear()
        shown.view.remove_mark(mark("Friday"))
        await shown.pilot.pause()
        assert shown.view.drawn == [(1, 0)]
        assert shown.lines()[3] == "  The end."


async def test_text_view_a_mark_over_everything_comes_and_goes() -> None:
    whole = Mark("all", Extent.of(0, len(LONG_TEXT * 3)), "document", 1)
    async with opened(LONG_TEXT * 3) as shown:
        await shown.press("pagedown")
        shown.view.add_mark(whole)
        await shown.pilot.pause()
        assert all(line.startswith("▌ line") for line in shown.lines())
        shown.view.highlight = frozenset({"all"})
        assert all(line.startswith("█ line") for line in shown.lines())
        shown.view.replace_marks([], of={"all"})
        assert all(line.startswith("  line") for line in shown.lines())


async def test_text_view_replace_marks_of_one_annotation_leaves_the_others() -> None:
    async with opened(marks=[mark("Pakistan", "x"), mark("said", "x", tag="cue"), mark("Friday", "y")]) as shown:
        shown.view.drawn.clear()
        shown.view.replace_marks([mark("Pakistan", "x"), mark("Khawaja", "x")], of={"x"})
        await shown.pilot.pause()
        assert shown.lines()[1] == "  ▔actor▔▔                     ▔actor▔"
        assert {row for row, _ in shown.view.drawn} == {0}
        assert len(shown.view.marks) == 3
        shown.view.replace_marks([mark("said", "z", tag="cue")])
        assert shown.lines()[1] == "                                             ▔cue"


async def test_text_view_draws_what_is_over_the_marks_and_only_the_rows_where_it_became_another() -> None:
    def over(*numbers: int) -> SpanIndex:
        starts = [LONG_TEXT.index(f"line {number} ") for number in numbers]
        return SpanIndex(Mark("", Extent.of(start, start + 4), "E-RULE", 0, "finding") for start in starts)

    own = Mark("a", Extent.of(LONG_TEXT.index("line 3 "), LONG_TEXT.index("line 3 ") + 6), "actor", 1)
    async with opened(LONG_TEXT, marks=[own]) as shown:
        plain, marked = shown.style(2, "line 2"), "underline"
        await shown.press("pagedown")
        out_of_sight = shown.lines()[5].split()[1]
        await shown.press("pageup")
        shown.lines()
        shown.view.drawn.clear()

        shown.view.show_over(over(2, 3, int(out_of_sight)))
        await shown.pilot.pause()
        assert {row for row, _ in shown.view.drawn} == {2, 3}
        assert marked in shown.style(2, "line 2")
        assert marked in shown.style(3, "line 3")
        # A lane is an annotation's alone.
        assert "actor" in shown.lines()[4]
        assert "E-RULE" not in " ".join(shown.lines())
        assert len(shown.view.marks) == 1

        shown.view.drawn.clear()
        shown.view.show_over(over(3, int(out_of_sight)))
        await shown.pilot.pause()
        assert {row for row, _ in shown.view.drawn} == {2}
        assert shown.style(2, "line 2") == plain

        await shown.press("pagedown")
        y = next(y for y, line in enumerate(shown.lines()) if f"line {out_of_sight} " in line)
        assert marked in shown.style(y, f"line {out_of_sight}")

        shown.view.show(LONG_TEXT)
        assert marked not in shown.style(3, "line 3")


async def test_text_view_finds_rows_in_pauses_and_goes_on_where_there_are_none() -> None:
    async with opened("word " * 2_000_000) as shown:
        view = shown.view
        view._finder = view._finder or view.set_interval(1000, lambda: None)
        for drawn, looked, goes_on in ((0.0, 0.0, False), (0.0, 1.0, True), (1.0, 0.0, True), (1.0, 1.0, True)):
            found, now = view._screen.known, monotonic()
            view._drawn, view._looked = now - drawn, now - looked
            view._find_rows_in_a_pause()
            assert (view._screen.known > found) == goes_on, (drawn, looked)


async def test_text_view_pages_show_new_rows_and_come_back() -> None:
    async with opened(LONG_TEXT) as shown:
        await shown.press("w", "pagedown")
        assert LONG_TEXT[shown.view.cursor :].startswith("11 of")
        assert "  line 11 of a long document" in shown.lines()[:3]
        await shown.press("pageup")
        assert LONG_TEXT[shown.view.cursor :].startswith("0 of")
        await shown.press("ctrl+end")
        assert shown.lines()[-1] == "  line 499 of a long document"


async def test_text_view_keeps_the_cursor_in_sight_with_its_lanes() -> None:
    marks = [
        Mark(str(row), Extent.of(start := LONG_TEXT.index(f"line {row} "), start + 4), "x", 0) for row in range(99)
    ]
    async with opened(LONG_TEXT, marks=marks) as shown:
        await shown.press(*["down"] * 30)
        first, last = shown.view.visible_range
        assert first < shown.view.cursor < last
        assert shown.lines()[-1].strip() != ""
        assert any("line 30 " in line for line in shown.lines()[:-1])


async def test_text_view_marks_above_do_not_move_what_is_in_sight() -> None:
    async with opened(LONG_TEXT) as shown:
        await shown.press("pagedown", "pagedown", "pagedown")
        before = shown.lines()
        shown.view.add_mark(Mark("a", Extent.of(0, 4), "x", 0))
        await shown.pilot.pause()
        assert shown.lines() == before


async def test_text_view_scroll_to_offset_and_lanes_keep_the_place() -> None:
    marks = [
        Mark(str(row), Extent.of(start := LONG_TEXT.index(f"line {row} "), start + 4), "x", 0) for row in range(499)
    ]
    async with opened(LONG_TEXT, marks=marks) as shown:
        shown.view.scroll_to_offset(LONG_TEXT.index("line 300 "))
        assert any("line 300 " in line for line in shown.lines())
        top = shown.view.visible_range[0]
        shown.view.lane_mode = False
        assert shown.view.visible_range[0] == top
        shown.view.lane_mode = True
        assert shown.view.visible_range[0] == top


async def test_text_view_a_resize_keeps_the_place() -> None:
    async with opened(TEXT * 50) as shown:
        await shown.press(*["pagedown"] * 5)
        await shown.pilot.resize_terminal(34, 10)
        await shown.pilot.pause()
        assert shown.view.visible_range[0] <= shown.view.cursor < shown.view.visible_range[1]
        assert max(len(line) for line in shown.lines()) <= 34 - 1


async def test_text_view_a_resize_and_a_change_of_lanes_keep_the_cursor_in_its_screen_row() -> None:
    marks = [Mark(str(at), Extent.of(at, at + 5), "x", 0) for at in range(0, len(LONG_TEXT) - 5, 40)]
    async with opened(LONG_TEXT, marks=marks) as shown:
        await shown.press(*["down"] * 100)

        def row_on_screen() -> int:
            return next(at for at, line in enumerate(shown.lines()) if line.startswith("  line 100 "))

        before = row_on_screen()
        shown.view.lane_mode = False
        assert row_on_screen() == before
        shown.view.lane_mode = True
        assert row_on_screen() == before
        await shown.pilot.resize_terminal(20, 12)
        await shown.pilot.pause()
        assert row_on_screen() == before


async def test_text_view_a_cursor_set_before_the_first_layout_is_in_sight() -> None:
    class CursorApp(ViewApp):
        def on_mount(self) -> None:
            super().on_mount()
            self.view.cursor = LONG_TEXT.index("line 300")

    app = CursorApp(LONG_TEXT)
    app.view.show(LONG_TEXT)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        assert app.view.visible_range[0] <= app.view.cursor < app.view.visible_range[1]


async def test_text_view_survives_any_size() -> None:
    async with opened(TEXT, marks=[mark("Pakistan")]) as shown:
        for size in [(5, 3), (1, 1), (2, 40), (300, 2), (60, 12)]:
            await shown.pilot.resize_terminal(*size)
            await shown.press("right", "down", "pagedown", "pageup")
        assert shown.lines()[0].startswith("  Pakistan")


async def test_text_view_an_empty_document_takes_every_key() -> None:
    async with opened("") as shown:
        keys = (
            "left right up down w b home end pageup pagedown v v escape ctrl+end right_parenthesis left_curly_bracket"
        )
        await shown.press(*keys.split())
        assert shown.view.cursor == 0
        assert shown.view.selection is None


async def test_text_view_a_new_document_begins_at_its_start() -> None:
    async with opened(LONG_TEXT) as shown:
        await shown.press("pagedown", "v", "w")
        shown.view.show(TEXT)
        assert (shown.view.cursor, shown.view.selection, shown.view.scroll_offset.y) == (0, None, 0)
        assert shown.lines()[0].startswith("  Pakistan")


async def test_text_view_draws_the_same_with_and_without_the_styles_cache() -> None:
    async with opened(marks=[mark("Pakistan")]) as shown:
        for css in ("none", "solid"):
            shown.view.styles.border_top = (css, "red") if css != "none" else None
            await shown.pilot.pause()
            # Without the column of the scroll bar, which covers what is there.
            whole = Region(0, 0, shown.view.look.room.width, shown.view.outer_size.height)
            shown.view._styles_cache.clear()
            expected = [list(strip.simplify()) for strip in Widget.render_lines(shown.view, whole)]
            assert [list(strip.simplify()) for strip in shown.view.render_lines(whole)] == expected


async def test_text_view_every_row_is_as_wide_as_the_view() -> None:
    text = "漢字👨‍👩‍👧e\u0301 क्षि\t" * 30
    async with opened(text, marks=[Mark("a", Extent.of(3, 60), "漢字", 0)], size=(31, 12)) as shown:
        await shown.press("v", "right", "down", "down")
        for strip in shown.view.render_lines(Region(0, 0, 31, 12)):
            assert sum(segment.cell_length for segment in strip) == strip.cell_length == 31


@pytest.mark.parametrize(
    ("width", "tag", "drawn"),
    [(8, "actor", "▔actor▔▔"), (6, "actor", "▔actor"), (5, "actor", "actor"), (3, "actor", "act"), (1, "actor", "a"),
     (3, "", "▔▔▔"), (4, "漢字", "漢字"), (3, "漢字", "漢 "), (6, "a\x1b\n", "▔a␛ ▔▔")],
)  # fmt: skip
def test_text_view_bars_are_exactly_as_wide_as_their_words(width: int, tag: str, drawn: str) -> None:
    assert bar(width, tag, "▔") == drawn


@pytest.mark.parametrize(
    ("slots", "looks"),
    [
        ([], ()),
        ([2], ("words-3",)),
        ([2, 5], ("words-3", "second")),
        ([2, 5, 7], ("words-3", "second", "third")),
        ([2, 5, 7, 8], ("words-3", "second", "third")),
        ([14], ("words-3",)),
    ],
)
def test_text_view_words_show_up_to_three_labels(slots: list[int], looks: tuple[str, ...]) -> None:
    assert levels([Mark("", Extent.of(0, 1), "", slot) for slot in slots]) == looks


async def test_text_view_labels_differ_by_more_than_colour() -> None:
    async with opened() as shown:
        painter: Painter = shown.view._painter
        shapes = {str(painter._style((f"words-{slot}",)).without_color) for slot in range(1, 13)}
        assert len(shapes) == 12
        assert GUTTER + HANGING < 60


async def test_text_view_draws_every_row_again_that_a_selection_comes_to_or_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A word over several rows, of which the cursor is in one only; and no second row for the end of the text.
    text = f"a {'w' * 60} b\nlast\n"
    async with opened(text, size=(30, 12)) as it:
        view = it.view
        again: set[int] = set()
        refresh = view._refresh_rows

        def noted(first: int, last: int, *, lanes: bool = True) -> None:
            again.update(range(first, last))
            refresh(first, last, lanes=lanes)

        def shown() -> dict[int, Shown]:
            return {row: view._shown(row) for row in range(view._rows.found)}

        monkeypatch.setattr(view, "_refresh_rows", noted)
        view.cursor = 30
        keys = (
            "ctrl+@",
            "left",
            "escape",
            "v",
            "v",
            "escape",
            "end",
            "end",
            "end",
            "shift+up",
            "right",
            "right",
            "escape",
        )
        for key in keys:
            before = shown()
            again.clear()
            await it.press(key)
            changed = {row for row, each in shown().items() if each != before[row]}
            assert changed <= again, key
            assert [each.cursor for each in shown().values() if each.cursor is not None] == [view.cursor], key
            plain = {row for row, each in shown().items() if each == Shown()}
            assert {*range(view._rows.found)} - plain <= {*view._rows_with_more()}, key
