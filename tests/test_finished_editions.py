"""The three editions of the finished review: one ledger, permanent addresses, light pages."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.printed_claims import printed_claims
from publishing.documents.catalogue import load_displays
from publishing.manuscript.book import load_book, load_books
from publishing.tables.ledger import LedgerTable

ROOT = Path(__file__).parents[1]
CLAIM = re.compile(r'data-claim="([^"]+)"')
HEAVIEST = 300_000
HEAVIEST_OF_THE_BOARD = 760_000  # the ledger, every row, and drawings whose words are words
A_LIST_OF_CHANGES = 1_500_000  # as long as what changed since the release before


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


@pytest.fixture(scope="module")
def site(finished: Path) -> Path:
    return finished / "_site"


def pages(site: Path, edition: str) -> dict[str, str]:
    """Every page of an edition by its path in the site."""
    book = load_book(ROOT, edition)
    names = [book.place(chapter.page) for chapter in book.chapters]
    return {name: (site / name).read_text(encoding="utf-8") for name in names}


def claims_on(texts: dict[str, str]) -> set[str]:
    return {claim for text in texts.values() for claim in CLAIM.findall(text)}


def entries_of(texts: dict[str, str], prefix: str) -> Counter[str]:
    return Counter(
        name for text in texts.values() for name in re.findall(rf' id="{prefix}-([^"]+)"', text)
    )


def heaviest(page: str) -> int:
    """The bound of a page, in bytes, by its path in the site."""
    if page == "board/report/changes.html":
        return A_LIST_OF_CHANGES
    return HEAVIEST_OF_THE_BOARD if page.startswith("board/") else HEAVIEST


def test_only_plain_pages_offer_no_files_for_researchers(site: Path) -> None:
    for book in load_books(ROOT):
        page = (site / book.place("index.html")).read_text(encoding="utf-8")
        assert ("ledger.csv</a>" in page) != bool(book.plain)


def test_no_page_weighs_more_than_a_reader_should_wait_for(site: Path) -> None:
    pages = {page.relative_to(site).as_posix(): page for page in site.rglob("*.html")}
    weights = {name: page.stat().st_size for name, page in pages.items()}
    assert {name: size for name, size in weights.items() if size > heaviest(name)} == {}


def test_every_page_has_a_title_of_its_own(site: Path) -> None:
    found = {
        page.relative_to(site).as_posix(): re.search(r"<title>(.*?)</title>", page.read_text())
        for page in site.rglob("*.html")
    }
    titles = Counter(title[1] if title else "none" for title in found.values())
    assert len(found) > 60
    assert [title for title, count in titles.items() if count > 1] == []


def test_a_patient_reads_only_what_the_ledger_has(data: ReviewData, site: Path) -> None:
    entries = entries_of(pages(site, "board"), "claim")
    printed = claims_on(pages(site, "patient"))
    assert printed
    assert printed <= set(entries)
    assert printed <= printed_claims(data, load_displays(data.root), "patient")


def test_a_patient_is_told_the_certainty_of_the_ledger(data: ReviewData, site: Path) -> None:
    records = {r["id"]: r for r in json.loads((site / "ledger.json").read_text())["records"]}
    for claim in printed_claims(data, load_displays(data.root), "patient"):
        record = data.ledger[claim]
        assert record.certainty == (records[claim].get("certainty") or "")
        told = record.forms.certainty_words
        assert not told or record.certainty, f"{claim} says {told!r} without a judgement"


@pytest.mark.parametrize("edition", ["clinician", "patient"])
def test_what_an_edition_prints_is_known_before_it_is_built(
    data: ReviewData, site: Path, edition: str
) -> None:
    texts = {n: t for n, t in pages(site, edition).items() if "/ledger" not in n}
    assert claims_on(texts) <= printed_claims(data, load_displays(data.root), edition)


def test_every_claim_and_row_has_one_permanent_address(data: ReviewData, site: Path) -> None:
    board = pages(site, "board")
    claims = entries_of(board, "claim")
    del claims["cards"]  # the data of the cards, on each page
    assert claims == Counter(list(data.ledger.records))
    rows = [
        f"{table}-{row}"
        for table in ("outcomes", "time_to_event", "adverse_events", "delivery")
        for row in getattr(data.evidence, table)["row_id"]
    ]
    found = entries_of(board, "row")
    assert [row for row in rows if found[row] != 1] == []


def test_the_parts_of_the_ledger_share_the_claims_out(data: ReviewData) -> None:
    tables = [
        table.make(data)
        for table in load_displays(data.root).tables.values()
        if isinstance(table, LedgerTable)
    ]
    listed = [row[0].text for table in tables for row in table.rows]
    assert sorted(listed) == sorted(data.ledger.records)


def test_the_complete_edition_has_every_document_of_the_clinicians(data: ReviewData) -> None:
    clinician, _, board = load_books(ROOT)
    assert {c.path for c in clinician.chapters} < {c.path for c in board.chapters}


def test_the_editions_ask_which_reader_is_there_on_every_page(site: Path) -> None:
    for book in load_books(ROOT):
        for name, text in pages(site, book.edition).items():
            assert text.count('<nav class="audience"') == 1, name
            assert "Which best describes you?" in text
            assert text.count("data-edition=") == 3
