"""Sheets: an edition sets its own documents alone, each on the pages it is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from publishing.manuscript.book import Book, Chapter, load_books
from publishing.manuscript.context import RenderContext
from publishing.manuscript.sheet import Sheet, sheets_of
from publishing.render import sheets
from publishing.render.executed import Executed
from publishing.render.pandoc import resolve_book, write_typst
from schemas.problems import ReviewError

EXTENSION = Path(__file__).parents[1] / "_extensions" / "review"


def book_with(entry: Any) -> Book:
    return Book((Chapter("index.qmd"),), {"sheets": [entry]}, "patient", "patient")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("report/none.qmd", "the sheet report/none.qmd is no chapter"),
        ({"document": "index.qmd"}, "give a path, or document, file, pages"),
        ({"document": "index.qmd", "file": "a.pdf", "pages": "2"}, "give a path, or"),
        ({"document": "index.qmd", "file": "a.html", "pages": 2}, "ends in .pdf"),
        ({"document": "index.qmd", "file": "../a.pdf", "pages": 2}, "ends in .pdf"),
        ({"document": "index.qmd", "file": "a.pdf", "pages": 0}, "one to 4 pages"),
    ],
)
def test_a_sheet_that_cannot_be_set_is_refused(entry: Any, said: str) -> None:
    with pytest.raises(ReviewError, match=said):
        sheets_of(book_with(entry))


def test_each_edition_has_its_sheet(root: Path) -> None:
    listed = {book.edition: sheets_of(book) for book in load_books(root)}
    assert listed == {
        "clinician": (Sheet("index.qmd", "two-pages.pdf", 2),),
        "patient": (Sheet("report/patient/one-page.qmd", "one-page.pdf"),),
        "board": (Sheet("report/board/one-page.qmd", "one-page.pdf"),),
    }


@pytest.mark.parametrize("pages", [1, 3])
def test_a_sheet_of_another_length_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    monkeypatch.setattr(sheets, "resolve_book", lambda *_: Path("book.json"))
    monkeypatch.setattr(sheets, "write_typst", lambda *_: "")
    monkeypatch.setattr(sheets, "render_pdf", lambda *_: b"")
    monkeypatch.setattr(sheets, "count_pages", lambda _: pages)
    context: RenderContext = None  # type: ignore[assignment]  # nothing is set here
    sheet, sources = Sheet("index.qmd", "two.pdf", 2), [Executed("index.qmd")]
    with pytest.raises(ReviewError, match=f"two.pdf fills {pages} pages, not 2"):
        sheets.render_sheet(root, sheet, sources, {}, context)


@pytest.mark.parametrize(
    ("markdown", "others"),
    [
        ("# A {#sec-a}\n\nSee @sec-a.\n", False),
        ("# A {#sec-a}\n\nSee @sec-b.\n", True),
        ("# A {#sec-a}\n\nSee [there](report/b.qmd#sec-b).\n", True),
        ("::: {#tbl-a .x}\n:::\n\nSee @tbl-a and @smith2021.\n", False),
    ],
)
def test_it_is_seen_what_refers_to_other_documents(markdown: str, *, others: bool) -> None:
    assert sheets.refers_to_others(markdown) == others


def test_numbers_are_those_of_the_book_and_links_out_of_the_sheet_are_text(tmp_path: Path) -> None:
    first = "See @sec-b, [there](b.qmd#sec-b) and @sec-own.\n\n## Own {#sec-own}\n"
    texts = (f"# First {{#sec-a}}\n\n{first}", "# Second {#sec-b}\n\nOther words.\n")
    files = [tmp_path / f"{name}.md" for name in "ab"]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    chapters = [{"path": f"{name}.qmd", "part": ""} for name in "ab"]
    metadata = {"chapters": chapters, "sheet": "a.qmd", "sheet-sources": "Sources", "title": "T"}
    typst = write_typst(
        EXTENSION, resolve_book(EXTENSION, tmp_path, files, metadata), "built-in.typ"
    )
    assert "See Chapter~2, there and #link(<sec-own>)[Section~1.1]" in typst
    assert "Other words" not in typst
    assert "== Sources" in typst


@pytest.mark.parametrize(("style", "said"), [("numbered", r"[2]"), ("author-date", "(Smith")])
def test_a_sheet_cites_by_the_numbers_of_the_book_or_without_a_list_by_name(
    tmp_path: Path, style: str, said: str
) -> None:
    texts = ("# First {#sec-a}\n\nSaid [@smith2021].\n", "# Second {#sec-b}\n\nSaid [@lee2023].\n")
    files = [tmp_path / f"{name}.md" for name in "ab"]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    metadata = {
        "chapters": [{"path": f"{name}.qmd", "part": ""} for name in "ab"],
        "sheet": "a.qmd", "title": "T", "csl": str(EXTENSION / f"{style}.csl"),
        "bibliography": str(Path(__file__).parent / "fixtures/sample_review/references.bib"),
        **({"sheet-sources": "Sources"} if style == "numbered" else {}),
    }  # fmt: skip
    resolved = resolve_book(EXTENSION, tmp_path, files, metadata)
    typst = write_typst(EXTENSION, resolved, "sheet.typ").replace("\\", "")
    assert f"Said {said}" in typst
    assert ("2. Smith" in typst) == (style == "numbered")
    assert "Lee" not in typst  # what the sheet does not cite
