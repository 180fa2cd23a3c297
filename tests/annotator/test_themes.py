"""The palettes, held against what is known of colour vision; and that a chosen theme is kept."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.color import Color

from annotator.app import AnnotatorApp
from annotator.settings import Settings, read
from annotator.widgets.kept_lines import Lines
from annotator.widgets.looks import SLOTS
from annotator.widgets.themes import CONTRAST, DARK, LIGHT, OFFERED, THEMES, label_colours
from annotator.workspace import Workspace
from corpus.corpus import Corpus

if TYPE_CHECKING:
    from tests.annotator.conftest import Hand, Opener

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

VISIONS: dict[str, Matrix] = {
    "full": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""

TO_LMS: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
"""Ottosson 2020."""


def times(matrix: Matrix, vector: Vector) -> Vector:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def linear(colour: str) -> Vector:
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in (channel / 255 for channel in Color.parse(colour).rgb)
    )
    return red, green, blue


def oklab(rgb: Vector) -> Vector:
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in rgb)
    first, second, third = times(TO_LMS, (red, green, blue))
    return times(TO_LAB, (first ** (1 / 3), second ** (1 / 3), third ** (1 / 3)))


def apart(one: str, other: str, vision: Matrix) -> float:
    """The distance of two colours in OKLab, as one sees them who sees so; just noticeable is about 0.02."""
    seen = [oklab(times(vision, linear(colour))) for colour in (one, other)]
    return math.dist(*seen)


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("palette", [DARK, LIGHT, CONTRAST], ids=["dark", "light", "contrast"])
def test_themes_keep_each_pair_of_label_colours_apart_for_every_eye(palette: Sequence[str], vision: str) -> None:
    assert len(palette) == SLOTS
    pairs = {(one, other): apart(one, other, VISIONS[vision]) for one, other in combinations(palette, 2)}
    first_four = {pair: far for pair, far in pairs.items() if set(pair) <= set(palette[:4])}

    assert min(pairs.values()) >= 0.07, min(pairs, key=lambda pair: pairs[pair])
    assert min(first_four.values()) >= 0.1, min(first_four, key=lambda pair: first_four[pair])


def test_themes_measure_tells_what_a_colour_blind_eye_confuses() -> None:
    assert apart("#c06060", "#808030", VISIONS["full"]) > 0.1
    assert apart("#c06060", "#808030", VISIONS["deuteranopia"]) < 0.07


@pytest.mark.parametrize(
    ("palette", "grounds", "least"),
    [(DARK, ("#121212", "#1e1e1e"), 4.5), (LIGHT, ("#ffffff", "#faf8f2"), 4.5), (CONTRAST, ("#000000",), 7.0)],
    ids=["dark", "light", "contrast"],
)
def test_themes_label_colours_can_be_read_on_their_ground(
    palette: Sequence[str], grounds: Sequence[str], least: float
) -> None:
    for colour in palette:
        for ground in grounds:
            assert contrast(colour, ground) >= least, (colour, ground)


def test_themes_first_four_labels_differ_in_hue() -> None:
    for palette in (DARK, LIGHT, CONTRAST):
        hues = [colorsys.rgb_to_hsv(*Color.parse(colour).normalized)[0] for colour in palette[:4]]
        for one, other in combinations(hues, 2):
            assert min(abs(one - other), 1 - abs(one - other)) > 25 / 360, palette[:4]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_themes_of_our_own_are_readable(theme: object) -> None:
    colours = {name: getattr(theme, name) for name in ("foreground", "accent", "warning", "error", "success")}
    for name, colour in colours.items():
        for ground in (getattr(theme, "background"), getattr(theme, "surface")):  # noqa: B009 - a theme of any class
            assert contrast(colour, ground) >= 4.5, (name, ground)


async def test_app_takes_one_theme_after_the_other_and_colours_the_labels_anew(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        seen = [hand.app.theme]
        for _ in OFFERED:
            await hand.press("T")
            seen.append(hand.app.theme)
            colours = [ground(hand, slot) for slot in range(4)]
            assert colours == [Color.parse(each) for each in label_colours(hand.app.current_theme)[:4]]

    assert seen == [*OFFERED, OFFERED[0]]


async def test_app_draws_the_form_anew_in_another_theme(seeds: Path, opened: Opener) -> None:
    async with opened(seeds) as hand:
        await hand.over("militant groups")
        await hand.press("g", "escape")
        before = hand.screen.inspector.body.content
        await hand.press("T")
        after = hand.screen.inspector.body.content

        assert isinstance(before, Lines)
        assert isinstance(after, Lines)
        assert after.whole.plain == before.whole.plain
        assert after.whole.spans != before.whole.spans


def ground(hand: Hand, slot: int) -> Color:
    """The colour of a slot, as the text has it."""
    return hand.screen.view.get_component_styles(f"text-view--label-{slot + 1}").color


async def test_app_keeps_the_theme_that_was_chosen(seeds: Path, tmp_path: Path) -> None:
    path = tmp_path / "configuration" / "settings.toml"

    def app() -> AnnotatorApp:
        return AnnotatorApp(Workspace(Corpus.open(seeds), "r1"), "002", settings=read(path))

    first = app()
    async with first.run_test() as pilot:
        await pilot.pause()
        assert not path.exists(), "who only looks has chosen nothing"
        await pilot.press("T")
        await pilot.pause()
    second = app()

    assert path.read_text(encoding="utf-8") == 'theme = "annotator-contrast"\n'
    assert second.theme == "annotator-contrast"


async def test_app_begins_with_the_default_where_a_theme_is_not_there_any_more(seeds: Path) -> None:
    app = AnnotatorApp(Workspace(Corpus.open(seeds), "r1"), "002", settings=Settings(chosen={"theme": "sunset"}))

    assert app.theme == OFFERED[0]
