"""Single pages: an edition sets only its own chapters, and one that overflows is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.manuscript.book import Book, Chapter, load_books
from publishing.manuscript.context import RenderContext
from publishing.render import sheets
from publishing.render.execute import Executed
from schemas.problems import ReviewError


def test_a_sheet_that_is_no_chapter_is_refused() -> None:
    book = Book((Chapter("index.qmd"),), {"sheets": ["report/none.qmd"]}, "patient", "patient")
    with pytest.raises(ReviewError, match=r"the sheet report/none.qmd is no chapter"):
        sheets.sheets_of(book)


def test_the_guide_for_patients_has_its_single_page(root: Path) -> None:
    book = next(book for book in load_books(root) if book.edition == "patient")
    assert [sheets.sheet_name(path) for path in sheets.sheets_of(book)] == ["one-page.pdf"]


def test_a_sheet_that_overflows_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "resolve_book", lambda *_: Path("book.json"))
    monkeypatch.setattr(sheets, "write_typst", lambda *_: "")
    monkeypatch.setattr(sheets, "render_pdf", lambda *_: b"")
    monkeypatch.setattr(sheets, "count_pages", lambda _: 2)
    context: RenderContext = None  # type: ignore[assignment]  # nothing is set here
    with pytest.raises(ReviewError, match="the single page fills 2 pages"):
        sheets.render_sheet(root, Executed("report/patient/one-page.qmd"), {}, context)
