"""What readers bring: a theme, a keyboard, paper, larger text, own colours, no scripts."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.harness import NARROW, Reader

FIRST = ["index.html", "patient/index.html", "board/index.html"]
SHEETS = ["patient/report/patient/one-page.html", "board/report/board/one-page.html"]
CHAPTER = "report/safety.html"
MOST_STOPS = 1000
LIGHTNESS = """() => {
  const draw = document.createElement('canvas').getContext('2d');
  draw.fillStyle = getComputedStyle(document.body).backgroundColor;
  draw.fillRect(0, 0, 1, 1);
  const [red, green, blue] = draw.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3 / 255;
}"""
STOP = """() => {
  const stop = document.activeElement, before = window.lastStop;
  if (!stop || stop === document.body) { return null; }
  if (stop.matches(':not(.claim-card *)')) { window.lastStop = stop; }
  const style = getComputedStyle(stop), box = stop.getBoundingClientRect();
  const after = Node.DOCUMENT_POSITION_FOLLOWING;
  return {
    name: stop.tagName + ' ' + stop.textContent.trim().slice(0, 40),
    ringed: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    ordered: !before || stop.matches('.claim-card *')
      || Boolean(before.compareDocumentPosition(stop) & after),
  };
}"""


def lightness(page: Page) -> float:
    found: float = page.evaluate(LIGHTNESS)
    return found


def test_the_theme_is_chosen_and_remembered(reader: Reader, origin: str) -> None:
    page = reader.open("index.html", origin=origin).page
    assert lightness(page) > 0.8
    page.get_by_role("button", name="Dark mode").press("Enter")
    assert lightness(page) < 0.3
    page.goto(reader.url("patient/index.html", origin))
    assert lightness(page) < 0.3
    page.get_by_role("button", name="Light mode").click()
    assert lightness(page) > 0.8


def test_the_theme_follows_the_system_without_scripts_too(reader: Reader) -> None:
    colour = "body => getComputedStyle(body).backgroundColor"
    found = {}
    for dark, scripts in ((True, True), (True, False), (False, False)):
        page = reader.open("index.html", dark=dark, javascript=scripts).page
        found[dark, scripts] = page.locator("body").evaluate(colour)
    assert found[True, False] == found[True, True] != found[False, False]


@pytest.mark.parametrize("path", FIRST)
def test_the_keyboard_walks_the_whole_page_in_order(reader: Reader, path: str) -> None:
    page = reader.open(path).page
    wrong, names = [], []
    while len(names) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["name"] in names[:1]:  # the browser begins again
            break
        names.append(stop["name"])
        wrong += [f"{stop['name']}: {key}" for key in ("ringed", "seen", "ordered")
                  if not stop[key]]  # fmt: skip
    assert wrong == []
    assert 20 < len(names) < MOST_STOPS, "it reaches the end and is nowhere caught"
    assert "Skip" in names[0]


@pytest.mark.parametrize("path", FIRST)
def test_the_first_stop_skips_to_the_text(reader: Reader, origin: str, path: str) -> None:
    page = reader.open(path, origin=origin).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", [*FIRST, CHAPTER])
def test_a_printed_page_is_the_text_on_white(reader: Reader, path: str) -> None:
    page = reader.open(path, dark=True).page
    title = page.locator("main h1").first.inner_text().removesuffix("#")
    page.emulate_media(media="print")
    assert lightness(page) > 0.95
    for hidden in ("nav.book", "nav.audience", ".theme", ".search"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.locator("article p").first.is_visible()
    words = re.sub(r"\s+", "", PdfReader(io.BytesIO(page.pdf())).pages[0].extract_text())
    assert re.sub(r"\s+", "", title)[-20:] in words


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("path", SHEETS)
def test_a_sheet_is_one_page_from_the_browser_too(reader: Reader, path: str, paper: str) -> None:
    printed = reader.open(path).page.pdf(format=paper)
    assert len(PdfReader(io.BytesIO(printed)).pages) == 1


@pytest.mark.parametrize("path", [*FIRST, CHAPTER])
def test_text_of_twice_the_size_stays_within_the_window(reader: Reader, path: str) -> None:
    visit = reader.open(path, bypass_csp=True)  # the reader's own style, not the page's
    visit.page.add_style_tag(content="html { font-size: 200% !important; }")
    assert visit.overflow() <= 0


@pytest.mark.parametrize("path", FIRST)
def test_in_forced_colours_nothing_rests_on_a_colour_of_ours(reader: Reader, path: str) -> None:
    visit = reader.open(path, forced_colours=True)
    assert visit.axe() == []
    visit.page.get_by_role("button", name=re.compile("mode$")).focus()
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    assert visit.page.evaluate(ring) != "none"
    edge = "e => parseFloat(getComputedStyle(e).borderTopWidth)"
    assert visit.page.locator(".banner").first.evaluate(edge) >= 1


@pytest.mark.parametrize("path", [*FIRST, CHAPTER])
def test_nothing_moves_for_those_who_ask_for_less(reader: Reader, path: str) -> None:
    page = reader.open(path).page
    scrolls = "getComputedStyle(document.documentElement).scrollBehavior"
    assert page.evaluate(scrolls) == "auto"
    page.get_by_role("button", name="Dark mode").click()
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(scrolls) == "smooth"


@pytest.mark.parametrize("path", FIRST)
def test_without_scripts_a_phone_reads_and_turns_pages(
    reader: Reader, origin: str, path: str
) -> None:
    visit = reader.open(path, origin=origin, width=NARROW, javascript=False)
    first = visit.page.url
    assert visit.page.locator("article p").first.is_visible()
    chapters = visit.page.locator("nav.book")
    if not chapters.locator("ol a").first.is_visible():
        chapters.locator("summary").first.click()
    expect(chapters.locator("ol a").first).to_be_visible()
    visit.page.locator(".turn .next").click()
    visit.page.wait_for_url(lambda url: url != first)
    visit.page.locator(".turn a").first.click()
    visit.page.wait_for_url(first)


@pytest.mark.parametrize("width", [NARROW, 1280])
def test_the_answer_shows_its_lines_without_their_brackets_and_its_whole_picture(
    reader: Reader, width: int
) -> None:
    visit = reader.open("index.html", width=width)
    cells, picture = visit.page.locator(".answer td"), visit.page.locator(".answer figure > p svg")
    assert cells.count() > 1
    sizes = cells.evaluate_all("found => found.map(one => getComputedStyle(one).fontSize)")
    assert set(sizes) == {"0px"}
    assert picture.evaluate("one => one.clientWidth <= one.parentElement.clientWidth")


@pytest.mark.parametrize(
    ("width", "height", "last"), [(1280, 800, ".ways a"), (390, 844, ".answer-harm")]
)
def test_the_answer_stands_on_the_first_screen(
    reader: Reader, width: int, height: int, last: str
) -> None:
    page = reader.open("index.html", width=width, height=height).page
    box = page.locator(last).first.bounding_box()
    assert box
    assert 0 < box["y"] + box["height"] <= height


def test_a_table_of_three_columns_fits_a_phone(reader: Reader) -> None:
    page = reader.open("report/governance.html", width=NARROW).page
    boxes = page.locator(".table-box:not(:has(tr > :nth-child(4)))")
    assert boxes.count()
    assert boxes.evaluate_all("found => found.every(one => one.scrollWidth <= one.clientWidth)")


@pytest.mark.parametrize(("width", "shown"), [(NARROW, False), (1280, True)])
def test_on_a_phone_the_title_alone_leads_home(reader: Reader, width: int, shown: bool) -> None:
    page = reader.open(CHAPTER, width=width).page
    assert page.locator(".masthead-title").is_visible()
    assert page.locator(".crumbs li").first.is_visible() == shown
    assert page.locator(".crumbs li").last.is_visible()
