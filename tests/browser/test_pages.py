"""Every page of every edition: quiet, self-contained, valid, accessible, fit for its window."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import WIDE, Reader, Visit, check_html

TABLET, ZOOMED, NARROW = 768, WIDE // 2, 320  # a window of 1280 pixels at 200% and at 400%
Findings = dict[str, dict[str, list[str]]]


def begin(visit: Visit, url: str) -> None:
    """Open the next page as the first was: light and wide."""
    visit.page.emulate_media(color_scheme="light")
    visit.page.set_viewport_size({"width": WIDE, "height": 900})
    visit.page.goto(url)


def look(visit: Visit, page: str, found: Findings) -> None:
    """One page in both themes and at every width, loaded once; in the second, its colours."""
    for theme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        found[theme][page] = visit.axe(colours=theme == "dark")
    for width in (WIDE, TABLET, ZOOMED, NARROW):
        visit.page.set_viewport_size({"width": width, "height": 900})
        beyond = visit.overflow()
        found[str(width)][page] = [f"{beyond} px too wide"] if beyond > 0 else []


@pytest.fixture(scope="module", params=[0, 1], ids=["half0", "half1"])
def half(request: pytest.FixtureRequest, pages: list[str]) -> list[str]:
    """Every other page: a process each takes a half, for axe takes longer than all other tests."""
    return pages[request.param :: 2]


@pytest.fixture(scope="module")
def findings(chromium: Browser, site: Path, server: str, half: list[str]) -> Findings:
    """What was found on these pages, by theme, by width, and what they asked and complained of."""
    found: Findings = defaultdict(dict)
    reader = Reader(chromium, site, server)
    visit = reader.open(half[0], origin="server")  # one for all: a new one takes longer than a page
    for page in half:
        begin(visit, reader.url(page, "server"))
        look(visit, page, found)
        found["server"][page] = visit.foreign + visit.complaints
        visit.foreign.clear()
        visit.complaints.clear()
    visit.context.close()
    return found


def said(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{page}: {problem}" for page, all_ in found.items() for problem in all_)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(findings: Findings, half: list[str], theme: str) -> None:
    assert list(findings[theme]) == half != []
    assert not said(findings[theme]), said(findings[theme])


@pytest.mark.parametrize("width", [WIDE, TABLET, ZOOMED, NARROW])
def test_no_page_is_wider_than_its_window(findings: Findings, width: int) -> None:
    assert not said(findings[str(width)]), said(findings[str(width)])


def test_no_page_of_a_server_complains_or_asks_another_host(findings: Findings) -> None:
    assert not said(findings["server"]), said(findings["server"])


def test_no_file_complains_or_asks_another_host(reader: Reader, pages: list[str]) -> None:
    visit = reader.open(pages[0])
    for page in pages[1:]:
        visit.page.goto(reader.url(page, "file"))


PLANTED = """async () => {
  const place = document.createElement("div");
  place.innerHTML = '<p id="planted" style="color: rgb(1, 2, 3)">x</p>' +
    '<img src="data:," onerror="window.ran = true">';
  document.body.append(place);
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.body.append(script);
  await new Promise(done => setTimeout(done, 300));
  const colour = getComputedStyle(document.getElementById("planted")).color;
  return [Boolean(window.ran), colour === "rgb(1, 2, 3)"];
}"""


def test_the_policy_of_a_page_runs_no_script_and_no_style_that_stands_in_it(
    chromium: Browser, site: Path, server: str, pages: list[str], origin: str
) -> None:
    reader = Reader(chromium, site, server)
    visit = reader.open(pages[0], origin=origin)
    assert visit.page.evaluate(PLANTED) == [False, False]
    refused = " ".join(text for text in visit.complaints if text.startswith("policy: "))
    assert all(kind in refused for kind in ("script-src-elem", "script-src-attr", "style-src-attr"))
    visit.context.close()


def test_the_html_checker_finds_nothing(site: Path, pages: list[str]) -> None:
    found = check_html([site / page for page in pages])
    assert not found, "\n".join(found)
