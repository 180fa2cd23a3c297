"""The report in a browser: pages open by themselves, links and search work, and nobody is kept out.

Needs Chromium, and for one test axe-core; `scripts/install-browser` brings both. Where ANNOTATOR_BROWSER is
`required`, a test that cannot run fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".browser" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 800}


def _lacking(what: str) -> None:
    """Skips the test, or fails it where it must run."""
    reason = f"{what} is not installed; scripts/install-browser brings it"
    if os.environ.get("ANNOTATOR_BROWSER") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window, and without a way to anything but files."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        _lacking("Chromium")
        raise AssertionError
    with sync_playwright() as driver:
        # In a container the browser cannot build its own sandbox; it reads only files that the test has written.
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@dataclass
class Watch:
    """What a page asked for and complained of."""

    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@dataclass
class Visit:
    """A page that is open, with what it did."""

    page: Page
    watch: Watch
    site: Path

    def open(self, path: str) -> Page:
        """Opens a page of the site."""
        name, _, rest = path.partition("#")
        name, _, query = name.partition("?")
        address = (self.site / name).as_uri()
        self.page.goto(address + (f"?{query}" if query else "") + (f"#{rest}" if rest else ""))
        return self.page


def visit(
    browser: Browser, site: Path, colours: Literal["light", "dark"] = "light", phone: bool = False
) -> Iterator[Visit]:
    """A window on a site in which every request and complaint is noted."""
    context = browser.new_context(color_scheme=colours, viewport=PHONE if phone else {"width": 1200, "height": 900})  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    page, watch = context.new_page(), Watch()

    def asked(request: Request) -> None:
        watch.asked.append(request.url)

    def said(message: ConsoleMessage) -> None:
        watch.said.append(message.text)

    def failed(error: Error) -> None:
        watch.said.append(str(error))

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", failed)
    yield Visit(page, watch, site)
    context.close()


@pytest.fixture
def plain(browser: Browser, plain_site: Path) -> Iterator[Visit]:
    """A window on the report of a corpus that means no harm."""
    yield from visit(browser, plain_site)


@pytest.fixture
def hostile(browser: Browser, hostile_site: Path) -> Iterator[Visit]:
    """A window on the report of a corpus that does."""
    yield from visit(browser, hostile_site)


@pytest.fixture
def phone(browser: Browser, plain_site: Path) -> Iterator[Visit]:
    """A phone."""
    yield from visit(browser, plain_site, "dark", phone=True)


@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_report_pages_open_alone_and_without_complaint(name: str, request: pytest.FixtureRequest) -> None:
    visited: Visit = request.getfixturevalue(name)
    paths = sorted(path.relative_to(visited.site).as_posix() for path in visited.site.rglob("*.html"))

    for path in paths:
        visited.open(path)
        broken = visited.page.evaluate(
            "Promise.all([...document.images].map(each => each.decode().then(() => '', () => each.src)))"
        )
        assert [each for each in broken if each] == [], path

    inside = visited.site.as_uri()
    assert [url for url in visited.watch.asked if not url.startswith(inside)] == []
    assert visited.watch.said == []


def test_report_runs_no_script_of_a_stranger(hostile: Visit) -> None:
    for path in ("index.html", "documents/d.1/in-gold.html", "schema.html", "search.html?q=script"):
        hostile.page.on("dialog", lambda dialog: hostile.watch.said.append(dialog.message))
        hostile.open(path)

    expect(hostile.page.locator("#results")).to_contain_text("<script>alert(1)</script>")
    assert hostile.watch.said == []


def test_report_leads_from_the_overview_to_a_mark(plain: Visit) -> None:
    page = plain.open("index.html")
    page.get_by_role("link", name="Entities").click()
    page.get_by_role("link", name="The first").click()
    page.locator(".contexts a").first.click()

    expect(page.locator("#a-a1")).to_be_focused()
    expect(page.locator(".panel .shown")).to_contain_text("The first")


def test_report_search_finds_texts_entities_and_labels(plain: Visit) -> None:
    page = plain.open("index.html")
    page.get_by_label("Search").fill("intelligence shar")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("status")).to_contain_text("place")
    expect(page.locator("#results")).to_contain_text("India proposed intelligence sharing")
    expect(page.locator("#results mark").first).to_be_visible()

    page.get_by_label("Search").fill("THE FIRST")
    expect(page.locator("#results li").first).to_contain_text("entity The first")

    page.get_by_label("Search").fill("cafe\u0301")
    expect(page.locator("#results")).to_contain_text("insurgents of the cafe")

    page.get_by_label("Search").fill("zzzz")
    expect(page.get_by_role("status")).to_have_text("0 places found.")

    page.get_by_label("Search").fill("insurgents")
    page.locator("#results li", has_text="text").get_by_role("link").first.click()
    expect(page.locator(".drawn")).to_contain_text("insurgents")


def test_report_shows_an_annotation_by_keyboard_and_draws_what_it_refers_to(plain: Visit) -> None:
    page = plain.open("documents/d1/in-gold.html")
    first = page.locator("#a-a1")
    first.focus()
    expect(page.locator(".panel .shown")).to_contain_text("state")

    page.keyboard.press("ArrowRight")
    expect(page.locator("#a-c1")).to_be_focused()
    expect(page.locator(".panel .shown")).to_contain_text("intelligence_sharing")
    expect(page.locator("svg.lines path.to")).to_have_count(1)
    expect(page.locator("svg.lines text")).to_have_text("initiators")
    expect(first).to_have_class("m s0 n0 leads")

    page.keyboard.press("End")
    expect(page.locator("#a-r1")).to_be_focused()
    expect(page.locator(".m.p.lit").first).to_be_visible()
    assert page.locator(".drawn [tabindex='0']").count() == 1

    page.keyboard.press("Escape")
    expect(page.locator("svg.lines")).to_have_count(0)


def test_report_shows_an_annotation_under_the_mouse(plain: Visit) -> None:
    page = plain.open("documents/d1/in-gold.html")

    page.locator("#a-c1").hover()

    expect(page.locator(".panel .shown")).to_contain_text("proposed")


def test_report_hides_a_label(plain: Visit) -> None:
    page = plain.open("documents/d1/in-gold.html")
    mark = page.locator("#a-c1")
    expect(mark).not_to_have_css("border-bottom-color", "rgba(0, 0, 0, 0)")

    page.locator(".legend label", has_text="measure").click()

    expect(mark).to_have_css("border-bottom-color", "rgba(0, 0, 0, 0)")


def test_report_labels_differ_by_their_line_and_not_by_colour_alone(plain: Visit) -> None:
    page = plain.open("schema.html")

    lines: list[str] = page.evaluate(
        "[...document.querySelectorAll('h2 .tag')].map(each => getComputedStyle(each).borderBottomStyle)"
    )

    assert len(lines) == 4
    assert len(set(lines)) == 4


def test_report_fits_a_phone(phone: Visit) -> None:
    for path in (
        "index.html",
        "documents.html",
        "documents/d1/in-gold.html",
        "documents/d1/beside.html",
        "layers.html",
    ):
        page = phone.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path

    page = phone.open("documents/d1/in-gold.html")
    page.locator("#a-r1").click()
    panel = page.locator(".panel")
    expect(panel).to_contain_text("demand")
    box = panel.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    page.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def test_report_is_dark_where_the_reader_is(phone: Visit) -> None:
    page = phone.open("index.html")

    ground: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    assert max(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")) < 60


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("which", ["plain_site", "hostile_site"])
def test_report_keeps_nobody_out(
    browser: Browser, which: str, colours: Literal["light", "dark"], request: pytest.FixtureRequest
) -> None:
    if not AXE.is_file():
        _lacking("axe-core")
    site: Path = request.getfixturevalue(which)
    # The policy would keep the judge itself from being loaded.
    context = browser.new_context(color_scheme=colours, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri() + ("?q=no" if path.name == "search.html" else ""))
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        page.add_script_tag(path=AXE)
        # It would read style sheets by a request, which a page from a file may not make.
        judged = page.evaluate("axe.run(document, {preload: false, resultTypes: ['violations']})")
        found += [(path.name, each["id"], each["nodes"][0]["html"]) for each in judged["violations"]]
    context.close()

    assert found == []
