"""A published folder: old pages say what superseded them and lead to the same place in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from publishing.lifecycle.publication import publish
from publishing.site.manifest import write_manifest
from publishing.site.version import load_version, write_version
from tests.browser.harness import Reader, served
from tests.test_publish import release

PAGE, PLACE = "report/safety.html", "#sec-safety-crs"
LEFT_OUT = "report/pitfalls.html"
NEWER = "99.0.0"


@pytest.fixture(scope="module")
def old(site: Path) -> str:
    """The version of the site as built."""
    return load_version(site).version


@pytest.fixture(scope="module")
def published(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as built, and a newer version of it that lacks one page."""
    folder = tmp_path_factory.mktemp("published") / "review"
    newer = folder.with_name("newer")
    root = folder.parent
    released(root, site)
    publish(site, folder, root)
    shutil.copytree(site, newer)
    (newer / LEFT_OUT).unlink()
    write_version(newer, replace(load_version(site), version=NEWER))
    write_manifest(newer)
    released(root, newer)
    publish(newer, folder, root)
    return folder


def released(root: Path, site: Path) -> None:
    """A release of a whole site, as far as publishing reads it."""
    version = load_version(site).version
    release(root, site, version)
    for name in ("ledger.json", "changes.json"):
        shutil.copy(site / name, root / "releases" / version / name)


@pytest.fixture
def browsing(chromium: Browser, published: Path) -> Iterator[Reader]:
    """Opens pages of the published folder."""
    with served(published) as address:
        made = Reader(chromium, published, address)
        yield made
        made.close()


def test_an_old_page_leads_to_the_same_place_in_the_newest(
    browsing: Reader, origin: str, old: str
) -> None:
    page = browsing.open(f"v/{old}/{PAGE}{PLACE}", origin=origin).page
    notice = page.locator("aside.superseded")
    expect(notice).to_contain_text(f"Version {old} is superseded by version {NEWER}")
    notice.get_by_role("link").click()
    assert page.url == browsing.url(f"v/{NEWER}/{PAGE}{PLACE}", origin)
    expect(page.locator("details.versions")).to_be_visible()
    expect(page.locator("aside.superseded")).to_have_count(0)


def test_the_link_follows_the_reader_on_the_page(browsing: Reader, old: str) -> None:
    page = browsing.open(f"v/{old}/{PAGE}").page
    link = page.locator("aside.superseded a")
    expect(link).to_have_attribute("href", browsing.url(f"v/{NEWER}/{PAGE}", "file"))
    page.evaluate("place => { location.hash = place; }", PLACE)
    expect(link).to_have_attribute("href", browsing.url(f"v/{NEWER}/{PAGE}{PLACE}", "file"))


def test_a_page_that_the_newest_lacks_leads_to_its_first_page(browsing: Reader, old: str) -> None:
    page = browsing.open(f"v/{old}/{LEFT_OUT}").page
    notice = page.locator("aside.superseded")
    expect(notice).to_contain_text("has no such page")
    expected = browsing.url(f"v/{NEWER}/index.html", "file")
    expect(notice.get_by_role("link")).to_have_attribute("href", expected)


def test_the_chooser_lists_every_version_and_says_which_is_read(
    browsing: Reader, origin: str, old: str
) -> None:
    page = browsing.open(f"v/{old}/patient/index.html", origin=origin).page
    page.locator("details.versions summary").click()
    items = page.locator("details.versions li")
    expect(items).to_have_count(2)
    expect(items.first).to_contain_text("newest")
    expect(page.locator("details.versions a[aria-current]")).to_have_text(f"Version {old}")


def test_latest_and_the_front_door_keep_the_place(browsing: Reader, origin: str) -> None:
    page = browsing.open(f"latest/{PAGE}{PLACE}", origin=origin).page
    page.wait_for_url(browsing.url(f"v/{NEWER}/{PAGE}{PLACE}", origin))
    page.goto(browsing.url("index.html", origin))
    page.wait_for_url(browsing.url(f"v/{NEWER}/index.html", origin))


def test_a_page_reads_without_versions_js(browsing: Reader, published: Path, old: str) -> None:
    hidden = published / "v" / "versions.js"
    kept = hidden.read_bytes()
    hidden.write_bytes(b"")
    try:
        page = browsing.open(f"v/{old}/{PAGE}").page
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator("aside.superseded, details.versions")).to_have_count(0)
    finally:
        hidden.write_bytes(kept)


def test_an_unpublished_page_asks_for_no_versions(reader: Reader) -> None:
    page = reader.open(PAGE).page
    assert "versions.js" in page.content()
    expect(page.locator("details.versions")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_an_old_page(browsing: Reader, old: str, dark: bool) -> None:
    visit = browsing.open(f"v/{old}/{PAGE}", dark=dark)
    visit.page.locator("details.versions summary").click()
    assert visit.axe() == []
    narrow = browsing.open(f"v/{old}/{PAGE}", width=360)
    narrow.page.locator("details.versions summary").click()
    assert narrow.overflow() <= 0
