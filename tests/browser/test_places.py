"""A link to a section ends at its heading, with the motion that a browser has by default."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Route

from tests.browser.harness import Reader

LINKS = """() => [...new Set([...document.querySelectorAll('nav a[href^="#"]')]
  .map(link => link.getAttribute('href')))].filter(href => href.length > 1)"""
FOLLOW = """href => document.querySelector(`nav a[href="${href}"]`).click()"""
# Waits until the page has rested for six frames; gives the pixels by which the place is missed.
MISS = """async href => {
  const frame = () => new Promise(requestAnimationFrame);
  let since = performance.now();
  for (let rested = 0, last = -1; rested < 6 || performance.now() - since < 400;) {
    const now = scrollY + document.documentElement.scrollHeight;
    if (now === last) { rested += 1; } else { rested = 0; since = performance.now(); }
    last = now;
    await frame();
  }
  const place = document.getElementById(decodeURIComponent(href.slice(1)));
  const root = document.documentElement, px = value => parseFloat(value) || 0;
  const top = place.getBoundingClientRect().top - px(getComputedStyle(place).scrollMarginTop)
    - px(getComputedStyle(root).scrollPaddingTop);
  const atEnd = scrollY + innerHeight >= root.scrollHeight - 2;
  return atEnd && top > 0 && top < innerHeight ? 0 : Math.abs(top);
}"""
NEAR = 4  # pixels
LATE = 0.15  # seconds that an image takes


def late(route: Route) -> None:
    """An image comes late, and never from the cache: routing turns that off."""
    time.sleep(LATE)
    route.continue_()


@pytest.mark.parametrize("way", ["click", "address"])
def test_every_link_to_a_section_ends_there(reader: Reader, pages: list[str], way: str) -> None:
    page = reader.open(pages[0], origin="server", still=False).page
    page.route("**/*.svg", late)
    missed, followed = [], 0
    for path in pages:
        page.goto(reader.url(path, "server"))
        for href in page.evaluate(LINKS):
            if way == "address" or page.locator("img").count():  # images are still to come
                page.goto("about:blank")
                page.goto(reader.url(path + (href if way == "address" else ""), "server"))
            if way == "click":
                page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
                page.evaluate(FOLLOW, href)
            followed += 1
            if (miss := page.evaluate(MISS, href)) > NEAR:
                missed.append(f"{path}{href}: {miss:.0f} px away")
    assert followed
    assert not missed, "\n".join(missed)
