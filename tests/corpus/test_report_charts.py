"""Charts: the same bytes each time, in the reader's colours, and what stands in them stays text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from corpus.report.charts import DARK, LIGHT, Chart, Series

HOSTILE = ("</text><script>alert(1)</script>", "$x_1$ & \\frac", "a\u202eb\x1b[31m\n", "段落👩", "")


def chart(*names: str, **about: object) -> Chart:
    """Bars of 1, 2, 3 and so on."""
    values = [float(number + 1) for number in range(len(names))]
    return Chart("x.svg", "Title", names, [Series("one", values), Series("two", values)], "Text.", **about)  # type: ignore[arg-type]


def test_charts_are_the_same_each_time() -> None:
    assert chart("a", "b").svg() == chart("a", "b").svg()


def test_charts_know_no_date_and_no_program() -> None:
    text = chart("a").svg()

    assert "<dc:date>" not in text
    assert "Matplotlib" not in text


def test_charts_names_stay_text() -> None:
    text = chart(*HOSTILE).svg()

    root = ElementTree.fromstring(text)
    elements = {element.tag.rpartition("}")[2] for element in root.iter()}
    shown = {"".join(element.itertext()) for element in root.iter() if element.tag.endswith("}text")}
    assert "script" not in elements
    assert {"</text><script>alert(1)</sc…", "$x_1$ & \\frac", "a�b␛[31m", "段落👩"} <= shown


def test_charts_have_colours_for_light_and_dark() -> None:
    text = chart("a", slots=(3,)).svg()

    assert "@media screen and (prefers-color-scheme:dark)" in text
    assert f"--s3:{LIGHT[3]}" in text
    assert f"--s3:{DARK[3]}" in text
    assert "fill: var(--s3)" in text
    assert re.search(r"#0[1-4]0[0-9a-f]{3}\b", text) is None


def test_charts_load_nothing() -> None:
    text = chart("a").svg()

    assert re.findall(r'href="(?!#)|url\((?!#)|@import', text) == []


def test_charts_without_bars_are_empty_pictures() -> None:
    assert "<svg" in Chart("x.svg", "Title", (), [Series("one", ())], "Nothing.").svg()


def test_charts_colours_are_those_of_the_pages() -> None:
    from importlib import resources

    style = (resources.files("corpus.report") / "static" / "report.css").read_text(encoding="utf-8")
    light, dark = style.split("prefers-color-scheme: dark", 1)
    for number, (day, night) in enumerate(zip(LIGHT, DARK, strict=True)):
        assert f"--s{number}: {day};" in light
        assert f"--s{number}: {night};" in dark
