"""A link to a section ends at its heading, with the motion that a browser has by default."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.harness import Reader

WALK = Path(__file__).with_name("places.js")
ANCHOR = re.compile(r'<a href="(#sec-[^"]+)" class="anchor"')
TABS = 8  # pages open at a time: scrolling takes longer than it works


def follow(reader: Reader, addresses: list[str]) -> list[str]:
    """What was followed, `page#place` or `page#place: miss`; several pages are open at a time."""
    tabs = [reader.open(addresses[-1], origin="server", still=False).page for _ in range(TABS)]
    for tab in tabs:
        tab.add_init_script(path=WALK)
    found = []
    for start in range(0, len(addresses), TABS):
        some = list(zip(addresses[start:], tabs, strict=False))
        for address, tab in some:
            begin(tab, reader.url(address, "server"))
        for address, tab in some:
            found += [address.split("#")[0] + told for told in tab.evaluate("walked")]
    return found


def begin(tab: Page, url: str) -> None:
    """Open a page afresh, not waiting for it: on the same page a new place loads nothing."""
    tab.goto("about:blank")
    tab.goto(url, wait_until="commit")


def sections(site: Path, page: str) -> list[str]:
    """The addresses of a page's sections."""
    return [page + place for place in ANCHOR.findall((site / page).read_text(encoding="utf-8"))]


def missed(found: list[str]) -> str:
    return "\n".join(told for told in found if ": " in told)


def test_every_link_to_a_section_ends_at_its_heading(reader: Reader, pages: list[str]) -> None:
    found = follow(reader, pages)
    assert {told.split("#")[0] for told in found} == set(pages)
    assert not missed(found), missed(found)


def test_the_address_of_a_section_opens_at_its_heading(
    reader: Reader, site: Path, pages: list[str]
) -> None:
    """The last of every page: what comes above it late would move it most."""
    chosen = [sections(site, page)[-1] for page in pages]
    found = follow(reader, chosen)
    assert len(found) == len(chosen)
    assert not missed(found), missed(found)
