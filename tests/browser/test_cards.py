"""Evidence cards as readers open them: mouse, keyboard, touch, narrow, dark, without scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import NARROW, Reader, Visit

CHAPTER = "report/safety.html"
IN_TEXT = "article p a.claim[aria-haspopup]:not([data-claim^='count.'])"  # a count has no source
IN_TABLE = "article td a.claim[aria-haspopup]"
DATA = re.compile(r'<script type="application/json" id="claim-cards">(.*?)</script>', re.DOTALL)


def card_of(page: Page) -> Locator:
    return page.get_by_role("dialog")


def first_claim(visit: Visit, selector: str = IN_TEXT) -> Locator:
    claim = visit.page.locator(selector).first
    claim.scroll_into_view_if_needed()
    return claim


def is_inside(card: Locator, page: Page) -> bool:
    box, size = card.bounding_box(), page.viewport_size
    assert box
    assert size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
    )


def test_the_mouse_shows_a_card_and_may_move_onto_it(reader: Reader, origin: str) -> None:
    visit = reader.open(CHAPTER, origin=origin)
    claim = first_claim(visit)
    claim.hover()
    card = card_of(visit.page)
    expect(card).to_be_visible()
    card.locator(".card-figure").hover()
    visit.page.wait_for_timeout(600)
    expect(card).to_be_visible()
    visit.page.mouse.move(2, 2)
    expect(card).to_have_count(0)


def test_escape_dismisses_a_hovered_card_without_moving_the_mouse(reader: Reader) -> None:
    visit = reader.open(CHAPTER)
    first_claim(visit).hover()
    expect(card_of(visit.page)).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(card_of(visit.page)).to_have_count(0)


def test_the_keyboard_opens_pins_and_closes(reader: Reader, origin: str) -> None:
    visit = reader.open(CHAPTER, origin=origin)
    page, claim = visit.page, first_claim(visit)
    claim.evaluate("e => { const a = document.createElement('a'); a.href = '#content';"
                   "a.id = 'before'; e.before(a); a.focus(); }")  # fmt: skip
    page.keyboard.press("Tab")
    expect(claim).to_be_focused()
    expect(card_of(page)).to_be_visible()
    expect(claim).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(card_of(page)).to_be_focused()
    expect(claim).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('claim-card').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(card_of(page)).to_have_count(0)
    expect(claim).to_be_focused()


def test_tab_leaves_a_pinned_card_to_its_claim(reader: Reader) -> None:
    visit = reader.open(CHAPTER)
    claim = first_claim(visit)
    claim.click()
    stops = card_of(visit.page).locator("a[href]:visible, button, summary").count()
    for _ in range(stops + 1):
        visit.page.keyboard.press("Tab")
    expect(card_of(visit.page)).to_have_count(0)
    expect(claim).to_be_focused()


@pytest.mark.parametrize(
    ("path", "selector"), [(CHAPTER, IN_TEXT), ("index.html", IN_TABLE)], ids=["text", "table"]
)
def test_a_tap_opens_a_card_within_a_phone(
    reader: Reader, origin: str, path: str, selector: str
) -> None:
    visit = reader.open(path, origin=origin, width=NARROW, height=640, touch=True)
    claim = first_claim(visit, selector)
    claim.tap()
    card = card_of(visit.page)
    expect(card).to_be_focused()
    assert is_inside(card, visit.page)
    assert visit.overflow() == 0
    card.get_by_role("button", name="Close").tap()
    expect(card).to_have_count(0)


def test_a_card_fits_at_twice_the_size(reader: Reader) -> None:
    visit = reader.open(CHAPTER, width=640, height=400, device_scale_factor=2)
    first_claim(visit).click()
    assert is_inside(card_of(visit.page), visit.page)


def test_a_card_says_where_the_figure_comes_from(reader: Reader) -> None:
    visit = reader.open(CHAPTER)
    claim = first_claim(visit)
    claim.click()
    card = card_of(visit.page)
    expect(card).to_have_accessible_name(re.compile(r"\d.* \(.*\d of \d"))
    expect(card.locator(".card-about")).to_have_text(re.compile("^Cytokine release syndrome, "))
    assert claim.get_attribute("data-claim") not in card.inner_text()  # an identifier stays behind
    for part in ("Certainty", "How computed", "How checked", "Evidence", "Sources"):
        expect(card.get_by_role("term").filter(has_text=re.compile(f"^{part}$"))).to_be_visible()


def test_copying_gives_value_source_version_and_address(reader: Reader, origin: str) -> None:
    visit = reader.open(CHAPTER, origin=origin)
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    claim = first_claim(visit)
    claim.click()
    card_of(visit.page).get_by_role("button", name="Copy this claim").click()
    expect(visit.page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    visit.page.evaluate("() => { const box = document.createElement('textarea'); box.id = 'paste';"
                        "document.body.append(box); box.focus(); }")  # fmt: skip
    visit.page.keyboard.press("Control+V")
    text = visit.page.locator("#paste").input_value()
    assert text.startswith(claim.inner_text().strip())
    address = claim.evaluate("link => link.href")
    for part in ("Source: ", "Certainty: ", ", version ", ", content ", address):
        assert part in text


def test_without_scripts_a_claim_leads_to_its_entry(reader: Reader, origin: str) -> None:
    visit = reader.open(CHAPTER, origin=origin, javascript=False)
    claim = visit.page.locator("article p a.claim").first
    name = claim.get_attribute("data-claim")
    claim.click()
    visit.page.wait_for_load_state()
    assert urlsplit(visit.page.url).fragment == f"claim-{name}"
    expect(visit.page.locator(f'[id="claim-{name}"]')).to_be_visible()


def test_a_citation_is_a_number_whose_card_has_the_words_of_the_list(reader: Reader) -> None:
    page = reader.open(CHAPTER).page
    citation = page.locator("article .citation a").first
    number = citation.inner_text()
    expect(citation).to_have_accessible_name(re.compile(rf"^Reference {number}: \w.*\d{{4}}$"))
    citation.focus()
    page.keyboard.press("Enter")
    card = card_of(page)
    expect(card).to_be_focused()
    expect(card.locator(".card-about")).to_have_text(f"Reference {number}")
    words = card.locator(".card-words").inner_text()
    card.get_by_role("link", name="Open in the list of references").click()
    entry = page.locator(f'[id="{unquote(urlsplit(page.url).fragment)}"]')
    assert " ".join(entry.inner_text().split()) == f"{number}. {words}"


def test_the_mouse_shows_the_reference_behind_a_number(reader: Reader) -> None:
    visit = reader.open(CHAPTER)
    visit.page.locator("article .citation a").first.hover()
    expect(card_of(visit.page).locator(".card-words")).to_have_text(re.compile(r"\(\d{4}\)"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, 1280])
def test_axe_finds_nothing_with_a_card_open(reader: Reader, dark: bool, width: int) -> None:
    visit = reader.open("index.html", dark=dark, width=width)
    first_claim(visit, "article a.claim[aria-haspopup]").click()
    found = visit.axe()
    assert not found, "\n".join(found)


def test_forced_colours_and_print(reader: Reader) -> None:
    visit = reader.open(CHAPTER, forced_colours=True)
    first_claim(visit).click()
    border = card_of(visit.page).evaluate("card => getComputedStyle(card).borderTopWidth")
    assert float(border.removesuffix("px")) >= 2
    visit.page.emulate_media(media="print")
    expect(card_of(visit.page)).to_be_hidden()


def test_every_claim_and_every_link_of_a_card_has_an_address(site: Path, pages: list[str]) -> None:
    known: dict[str, set[str]] = {}

    def ids(path: Path) -> set[str]:
        key = str(path.resolve())
        if key not in known:
            known[key] = set(re.findall(r'\sid="([^"]+)"', path.read_text(encoding="utf-8")))
        return known[key]

    missing = []
    for page in pages:
        text = (site / page).read_text(encoding="utf-8")
        found = re.findall(r'<a class="claim"[^>]*href="([^"]+)"', text)
        cards = DATA.search(text)
        if cards:
            found += list(ways_of(json.loads(cards[1])))
        for way in dict.fromkeys(found):
            file, _, name = way.partition("#")
            target = (site / page).parent / unquote(file)
            if not target.is_file() or name not in ids(target):
                missing.append(f"{page}: {way}")
    assert missing == []


def ways_of(data: dict[str, list[list[object]]]) -> list[str]:
    words = data["words"]
    rows = [(row[8], f"row-{row[7]}") for row in data["rows"]]
    sources = [(source[2], f"ref-{source[1]}") for source in data["sources"]]
    claims: list[dict[str, list[list[object]]]] = list(data["claims"].values())  # type: ignore[attr-defined]
    others = [(other[1], f"claim-{other[0]}") for claim in claims for other in claim.get("o", [])]
    return [f"{words[int(str(place))]}#{name}" for place, name in rows + sources + others if place]
