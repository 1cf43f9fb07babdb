"""Single pages: documents of an edition that are also set as a PDF of their own.

An edition lists them under `sheets`, a name of ours that Quarto passes over. The built-in
renderer sets them in both engines: they need no cover, no contents and no other chapter.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from publishing.manuscript.book import Book
from publishing.manuscript.context import RenderContext, line_problem
from publishing.render.engine import Job
from publishing.render.execute import Executed
from publishing.render.extension import EXTENSION
from publishing.render.kept_editions import paper_inputs, pdf_inputs
from publishing.render.pandoc import resolve_book, write_typst
from publishing.render.paper import count_pages, render_pdf
from schemas.problems import ReviewError

TEMPLATE = "sheet.typ"
FIGURES = "figures"


def render_sheet(
    root: Path, executed: Executed, metadata: Mapping[str, Any], context: RenderContext
) -> bytes:
    """Set one document as a PDF; raises ReviewError when it does not fit on a single page."""
    own = {
        **metadata,
        "chapters": [{"path": executed.path, "part": ""}],
        "suppress-bibliography": True,
        "link-citations": False,
    }
    with tempfile.TemporaryDirectory(prefix="review-sheet-") as scratch:
        work = Path(scratch)
        source = work / "sheet.md"
        source.write_text(executed.markdown, encoding="utf-8")
        resolved = resolve_book(root / EXTENSION, work, [source], own)
        typst = write_typst(root / EXTENSION, resolved, TEMPLATE)
        pdf = render_pdf(typst, work, root / FIGURES, (), context, root / EXTENSION / "fonts")
    pages = count_pages(pdf)
    if pages != 1:
        what = f"the single page fills {pages} pages"
        raise ReviewError([line_problem(executed.path, 0, what, "shorten it")])
    return pdf


def sheet_name(path: str) -> str:
    """The file of a single page: `report/patient/one-page.qmd` -> `one-page.pdf`."""
    return f"{Path(path).stem}.pdf"


def sheets_of(book: Book) -> tuple[str, ...]:
    """The documents that an edition sets as single pages; ReviewError for one it has not."""
    wanted = tuple(str(path) for path in book.metadata.get("sheets", []))
    known = {chapter.path for chapter in book.chapters}
    strange = [
        line_problem(book.file, 0, f"the sheet {path} is no chapter of this edition", "list it")
        for path in wanted
        if path not in known
    ]
    if strange:
        raise ReviewError(strange)
    return wanted


def set_sheets(job: Job, book: Book, metadata: Mapping[str, Any]) -> dict[str, bytes]:
    """Set every single page of an edition; PDFs by the path of the document."""
    return {path: _kept_sheet(job, book, path, metadata) for path in sheets_of(book)}


def _kept_sheet(job: Job, book: Book, path: str, metadata: Mapping[str, Any]) -> bytes:
    executed, context = job.executed[path], job.context_of(book)
    inputs = paper_inputs(job, [executed], metadata, TEMPLATE)
    inputs |= pdf_inputs(job, executed.markdown, attached=False)
    return job.keeping.steps.run(
        f"sheet {path} {book.edition}".rstrip(), inputs,
        lambda: render_sheet(job.root, executed, metadata, context),
    )  # fmt: skip
