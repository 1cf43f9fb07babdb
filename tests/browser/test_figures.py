"""Drawings in their pages: enlarged by keyboard, taken away as a picture, words that are found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.harness import Reader

CHAPTER = "report/safety.html"


def test_the_keyboard_enlarges_a_drawing_and_comes_back(reader: Reader, origin: str) -> None:
    visit = reader.open(CHAPTER, origin=origin)
    button = visit.page.locator(".figure-tools button").first
    button.press("Enter")
    dialog = visit.page.locator("dialog[open]")
    expect(dialog).to_have_attribute("aria-label", re.compile(r"^Figure\s\d"))
    expect(dialog.locator("svg")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    assert visit.complaints == []
    button.press("Enter")
    assert visit.axe("dialog") == []


def test_a_drawing_is_taken_away_as_a_picture_with_its_words(
    reader: Reader, origin: str, tmp_path: Path
) -> None:
    visit = reader.open(CHAPTER, origin=origin)
    with visit.page.expect_download() as started:
        visit.page.locator(".figure-tools button", has_text="PNG").first.click()
    started.value.save_as(tmp_path / "figure.png")
    with Image.open(tmp_path / "figure.png") as picture:
        assert picture.width > 1200
        assert len(picture.convert("RGB").getcolors(2**24) or []) > 20
    assert visit.complaints == []


@pytest.mark.parametrize("dark", [False, True])
def test_words_of_a_drawing_have_the_colour_of_the_text(reader: Reader, dark: bool) -> None:
    page = reader.open(CHAPTER, dark=dark).page
    fill = page.locator("figure svg text").first.evaluate("text => getComputedStyle(text).fill")
    assert fill == page.evaluate("getComputedStyle(document.body).color")
