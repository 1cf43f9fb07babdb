"""Every page of every edition: quiet, self-contained, valid, accessible, fit for a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.harness import NARROW, Reader, check_html


def test_no_page_complains_or_asks_another_host(
    reader: Reader, pages: list[str], origin: str
) -> None:
    for page in pages:
        reader.open(page, origin=origin)
        reader.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(reader: Reader, pages: list[str], dark: bool) -> None:
    found = {}
    for page in pages:
        visit = reader.open(page, dark=dark)
        found[page] = visit.axe()
        reader.close()
    lines = [f"{page}: {problem}" for page, problems in found.items() for problem in problems]
    assert not lines, "\n".join(lines)


def test_no_page_is_wider_than_a_phone(reader: Reader, pages: list[str]) -> None:
    found = {}
    for page in pages:
        found[page] = reader.open(page, width=NARROW).overflow()
        reader.close()
    assert {page: pixels for page, pixels in found.items() if pixels > 0} == {}


def test_the_html_checker_finds_nothing(site: Path, pages: list[str]) -> None:
    found = check_html([site / page for page in pages])
    assert not found, "\n".join(found)
