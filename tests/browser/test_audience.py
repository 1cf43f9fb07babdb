"""The chooser of audiences as readers use it: links, memory, offer, keyboard, without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.harness import NARROW, Reader

CHAPTER = "report/safety.html"
CHOOSER = "nav.audience"


def test_it_leads_to_the_same_topic_and_back(reader: Reader, origin: str) -> None:
    visit = reader.open(CHAPTER, origin=origin)
    chooser = visit.page.locator(CHOOSER)
    expect(chooser).to_contain_text("Which best describes you?")
    expect(chooser.locator("a[aria-current]")).to_have_text("Clinician")
    chooser.get_by_role("link", name="Patient or carer").click()
    expect(visit.page).to_have_url(re.compile(r"/patient/report/patient/harms\.html$"))
    expect(visit.page.locator(f"{CHOOSER} a[aria-current]")).to_have_text("Patient or carer")
    visit.page.locator(CHOOSER).get_by_role("link", name="Board or researcher").click()
    expect(visit.page).to_have_url(re.compile(r"/board/report/safety\.html$"))


def test_the_first_page_offers_the_edition_read_last_and_goes_nowhere_by_itself(
    reader: Reader, origin: str
) -> None:
    visit = reader.open("index.html", origin=origin)
    offer = visit.page.locator(".audience-offer")
    expect(offer).to_have_count(0)
    visit.page.locator(CHOOSER).get_by_role("link", name="Patient or carer").click()
    visit.page.goto(reader.url("index.html", origin))
    expect(offer).to_contain_text("Patient or carer")
    expect(visit.page).to_have_url(reader.url("index.html", origin))
    offer.get_by_role("button", name="Stay here").press("Enter")
    expect(offer).to_have_count(0)
    expect(visit.page.locator(f"{CHOOSER} a[aria-current]")).to_be_focused()
    visit.page.reload()
    expect(offer).to_have_count(0)


def test_the_offer_leads_there_by_keyboard(reader: Reader) -> None:
    visit = reader.open("patient/index.html")
    visit.page.goto(reader.url("index.html", "file"))
    visit.page.locator(".audience-offer a").press("Enter")
    expect(visit.page).to_have_url(re.compile(r"/patient/index\.html$"))


def test_it_fits_a_phone_and_its_targets_are_large_enough(reader: Reader) -> None:
    visit = reader.open("index.html", width=NARROW)
    assert visit.overflow() <= 0
    for link in visit.page.locator(f"{CHOOSER} a").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 24


def test_without_scripts_it_is_a_list_of_links(reader: Reader, origin: str) -> None:
    visit = reader.open(CHAPTER, origin=origin, javascript=False)
    visit.page.locator(CHOOSER).get_by_role("link", name="Patient or carer").click()
    expect(visit.page).to_have_url(re.compile(r"/patient/report/patient/harms\.html$"))
