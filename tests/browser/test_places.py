"""A link to a section ends at its heading, with the motion that a browser has by default."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import Quiet, Reader, served

WALK = Path(__file__).with_name("places.js")
ANCHOR = re.compile(r'<a href="(#sec-[^"]+)" class="anchor"')
TABS = 8  # pages open at a time: scrolling takes longer than it works
LATE = 0.15  # seconds that an image takes


class LateImages(Quiet):
    """Every image comes late and never from the cache, as in a first visit by telephone."""

    def do_GET(self) -> None:  # noqa: N802 - the name that the server calls
        """Let an image wait; whoever has left meanwhile wants it no more."""
        if self.path.endswith(".svg"):
            time.sleep(LATE)
        with suppress(ConnectionError):
            super().do_GET()

    def end_headers(self) -> None:
        """Keep images out of the cache."""
        if self.path.endswith(".svg"):
            self.send_header("Cache-Control", "no-store")
        super().end_headers()


@pytest.fixture
def late(chromium: Browser, site: Path) -> Iterator[Reader]:
    """A reader of the site whose images come late."""
    with served(site, LateImages) as address:
        made = Reader(chromium, site, address)
        yield made
        made.close()


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


def test_every_link_to_a_section_ends_at_its_heading(late: Reader, pages: list[str]) -> None:
    found = follow(late, pages)
    assert {told.split("#")[0] for told in found} == set(pages)
    assert not missed(found), missed(found)


def test_the_address_of_a_section_opens_at_its_heading(
    late: Reader, site: Path, pages: list[str]
) -> None:
    """In the middle and at the end of every page: what loads above would move them most."""
    known = [sections(site, page) for page in pages]
    chosen = [place for all_ in known for place in dict.fromkeys((all_[len(all_) // 2], all_[-1]))]
    found = follow(late, chosen)
    assert len(found) == len(chosen)
    assert not missed(found), missed(found)
