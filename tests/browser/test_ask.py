"""Asking and searching, from a server and from a file, by keyboard, narrow, without scripts."""

from __future__ import annotations

from tests.browser.harness import NARROW, Reader

ASK = "report/ask.html"


def test_a_question_is_answered_in_the_page(reader: Reader, origin: str) -> None:
    page = reader.open(ASK, origin=origin, width=NARROW)
    page.page.fill("#ask-input", "response rate of Carvykti")
    page.page.keyboard.press("Enter")
    page.page.wait_for_selector(".ask-claims [data-answer]")
    assert page.page.get_attribute(".ask-answer", "data-answered") == "true"
    assert page.page.locator(".ask-claims a[href*='#claim-']").count()
    assert page.overflow() <= 0


def test_a_question_without_an_answer_says_so(reader: Reader) -> None:
    page = reader.open(ASK).page
    page.fill("#ask-input", "What does Carvykti cost?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ask-refusal")
    assert "does not cover" in page.inner_text(".ask-refusal")
    assert page.locator("text=What the review covers").count()


def test_search_works_by_keyboard(reader: Reader, origin: str) -> None:
    page = reader.open(origin=origin).page
    page.keyboard.press("/")
    page.keyboard.type("parkins")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#review-search", "aria-activedescendant") == "found-0"
    page.keyboard.press("Escape")
    assert page.locator("[role=option]:visible").count() == 0
    page.keyboard.type("parkinsonism")
    page.wait_for_selector("[role=option]:visible")
    page.keyboard.press("Enter")
    page.wait_for_url("**#*")


def test_without_scripts_the_page_leads_to_the_contents(reader: Reader) -> None:
    page = reader.open(ASK, javascript=False).page
    assert page.locator("[data-search] a[href='#chapters']").is_visible()
    assert page.locator("#ask-input").count() == 0


def test_an_entry_of_the_ledger_shows_its_trail(reader: Reader) -> None:
    visit = reader.open("report/ask.html?q=response+rate+of+Carvykti")
    visit.page.locator(".ask-claims a[href*='#claim-']").first.click()
    visit.page.wait_for_selector("aside.trail")
    assert visit.page.locator("aside.trail a").count() > 1
    assert visit.axe("aside.trail") == []
