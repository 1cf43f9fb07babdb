"""Tables that are filtered, sorted and downloaded, and subsets of syntheses, as readers do it."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import NARROW, Reader

EXPLORE = "board/report/explore.html"
EVIDENCE = "board/report/evidence-outcomes.html"
AUDIT = "board/report/article-audit.html"
LIMIT = 300_000


def bar_of(page: Page, name: str) -> Locator:
    return page.locator(f"figure:has(#table-{name}) .explorer")


def rows_of(page: Page, name: str) -> Locator:
    return page.locator(f"#table-{name} tbody tr:not(.gt_group_heading_row):visible")


def test_the_audit_is_filtered_by_verdict_and_by_section(reader: Reader, origin: str) -> None:
    page = reader.open(AUDIT, origin=origin).page
    bar, rows = bar_of(page, "audit"), rows_of(page, "audit")
    total = rows.count()
    bar.get_by_label("Verdict").select_option("misattributed")
    wrong = rows.count()
    assert 0 < wrong < total
    expect(bar.locator(".explorer-count")).to_have_text(f"{wrong} of {total} rows shown")
    expect(rows.filter(has_text="misattributed")).to_have_count(wrong)
    section = bar.get_by_label("Section").locator("option").nth(1).inner_text()
    bar.get_by_label("Verdict").select_option(label="Any")
    bar.get_by_label("Section").select_option(section)
    assert 0 < rows.count() < total
    expect(page.locator("#table-audit .gt_group_heading:visible")).to_have_text([section])


def test_what_is_hidden_is_printed(reader: Reader) -> None:
    page = reader.open(AUDIT).page
    total = rows_of(page, "audit").count()
    bar_of(page, "audit").get_by_label("Search").fill("no such words anywhere")
    assert rows_of(page, "audit").count() == 0
    page.emulate_media(media="print")
    assert rows_of(page, "audit").count() == total


@pytest.mark.parametrize(("path", "name"), [(AUDIT, "audit"), (EXPLORE, "explore-orr")])
def test_without_javascript_everything_is_there(reader: Reader, path: str, name: str) -> None:
    plain = reader.open(path, javascript=False).page
    with_script = reader.open(path).page
    every = with_script.locator(f"#table-{name} tbody tr:not(.gt_group_heading_row)").count()
    assert rows_of(plain, name).count() == every
    assert plain.locator(".explorer").count() == 0


def test_a_column_is_sorted_up_down_and_back(reader: Reader) -> None:
    page = reader.open(EVIDENCE).page
    first = page.locator("[data-explore]").first
    name = (first.get_attribute("id") or "").removeprefix("table-")
    rows = rows_of(page, name)
    before = rows.first.inner_text()
    head = first.get_by_role("columnheader", name="Row").first
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    names = rows.locator("th").all_inner_texts()
    assert names == sorted(names, key=str.lower) or names[0] < names[-1]
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert rows.first.inner_text() == before


def test_the_rows_shown_are_downloaded(reader: Reader, origin: str, tmp_path: Path) -> None:
    page = reader.open(AUDIT, origin=origin).page
    bar = bar_of(page, "audit")
    bar.get_by_label("Verdict").select_option("omitted")
    with page.expect_download() as waiting:
        bar.get_by_role("button", name="Download as CSV").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == "audit.csv"
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert lines[0][:2] == ["Section", "No."]
    assert len(lines) == 1 + rows_of(page, "audit").count()
    assert all("omitted" in line for line in lines[1:])


def test_a_subset_is_chosen_and_the_primary_one_stands_first(reader: Reader, origin: str) -> None:
    page = reader.open(EXPLORE, origin=origin).page
    heading = page.locator("#table-explore-orr .gt_group_heading:visible")
    expect(heading).to_have_count(1)
    expect(heading).to_contain_text("(primary)")
    select = bar_of(page, "explore-orr").get_by_label("Subset")
    other = select.locator("option").nth(3).inner_text()
    select.select_option(other)
    expect(heading).to_have_text([other])
    select.select_option("")
    assert heading.count() > 5


@pytest.mark.parametrize("how", ["hover", "focus"])
def test_what_the_others_pool_to_without_a_cohort(reader: Reader, how: str) -> None:
    page = reader.open(EXPLORE).page
    row = page.locator("#table-explore-orr tbody tr[tabindex]:visible").nth(1)
    name, without = row.locator("th").inner_text(), row.locator("td").nth(2).inner_text()
    row.hover() if how == "hover" else row.focus()
    said = bar_of(page, "explore-orr").locator(".explorer-without")
    expect(said).to_have_text(f"Without {name}: {without}")


def test_the_keyboard_reaches_every_control(reader: Reader) -> None:
    page = reader.open(AUDIT).page
    bar_of(page, "audit").get_by_label("Search").focus()
    seen = []
    for _ in range(5):
        seen.append(page.evaluate("document.activeElement.tagName"))
        page.keyboard.press("Tab")
    assert seen[:4] == ["INPUT", "SELECT", "SELECT", "BUTTON"]


@pytest.mark.parametrize("path", [EXPLORE, EVIDENCE, AUDIT])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_wider_than_a_phone_and_axe_finds_nothing(
    reader: Reader, path: str, dark: bool
) -> None:
    visit = reader.open(path, width=NARROW, dark=dark)
    assert visit.overflow() <= 0
    assert visit.axe() == []


def test_a_link_to_a_hidden_row_shows_it(reader: Reader) -> None:
    page = reader.open(AUDIT).page
    anchor = page.locator("#table-audit [id^=row-article]").last.get_attribute("id")
    bar_of(page, "audit").get_by_label("Search").fill("no such words anywhere")
    page.evaluate(f"location.hash = '#{anchor}'")
    expect(page.locator(f"#{anchor}")).to_be_visible()


def test_the_page_of_subsets_is_light(site: Path) -> None:
    assert (site / EXPLORE).stat().st_size <= LIMIT


def test_the_drawing_follows_the_subset_that_is_chosen(reader: Reader) -> None:
    visit = reader.open(EXPLORE)
    bar, rows = bar_of(visit.page, "explore-orr"), rows_of(visit.page, "explore-orr")
    chart = visit.page.locator("figure:has(#table-explore-orr) .explorer-chart")
    names = []
    for at in (0, 2):
        bar.get_by_label("Subset").select_option(index=at + 1)
        cell = visit.page.locator(
            "td:nth-child(3)", has_text=re.compile(r"\((95%\sCI\s)?[\d.]+\sto\s")
        )
        printed = rows.filter(has=cell)
        assert printed.count() > 1
        expect(chart.locator("circle, .diamond")).to_have_count(printed.count())
        names.append(chart.locator("text").all_inner_texts())
    assert names[0] != names[1]
    bar.get_by_label("Subset").select_option(index=0)
    expect(chart).to_be_hidden()
    assert visit.complaints == []
