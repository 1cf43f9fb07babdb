"""A finished site and a browser, once a session; a reader that opens pages, once a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.harness import SWITCHED_OFF, Reader, find_chromium, served

HERE = Path(__file__).parent
LONGEST = ("test_pages.py", "test_places.py")  # they begin, in each process


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: [item.path.name != name for name in LONGEST])


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Path:
    """The finished site: the one `--site` names, or one built for the tests. Read it only."""
    named = request.config.getoption("--site")
    if named:
        return Path(named).resolve()
    project: Path = request.getfixturevalue("finished")
    return project / "_site"


@pytest.fixture(scope="session")
def pages(site: Path) -> list[str]:
    """Every page of every edition, as paths in the site."""
    return [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html"))]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = find_chromium()
    with sync_playwright() as playwright:
        words = ["--no-sandbox", f"--disable-features={','.join(SWITCHED_OFF)}"]
        browser = playwright.chromium.launch(executable_path=path, args=words)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """The address at which the site is served on this machine."""
    with served(site) as address:
        yield address


@pytest.fixture(params=["file", "server"])
def origin(request: pytest.FixtureRequest) -> str:
    """Where pages come from: both ways are tested."""
    found: str = request.param
    return found


@pytest.fixture
def reader(chromium: Browser, site: Path, server: str) -> Iterator[Reader]:
    """Opens pages; at the end no page may have asked another host or complained."""
    made = Reader(chromium, site, server)
    yield made
    made.close()
