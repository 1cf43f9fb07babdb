"""Sets the sheets of an edition: a document as a short PDF, without cover and contents.

The built-in renderer sets them in both engines.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.words import say
from publishing.manuscript.book import Book
from publishing.manuscript.context import RenderContext, line_problem
from publishing.manuscript.extension import EXTENSION
from publishing.manuscript.sheet import Sheet
from publishing.render.built_in import book_metadata
from publishing.render.engine import Job
from publishing.render.executed import Executed
from publishing.render.kept_editions import paper_inputs, pdf_inputs
from publishing.render.markdown import escape
from publishing.render.pandoc import resolve_book, write_typst
from publishing.render.paper import count_pages, render_pdf
from schemas.problems import ReviewError

TEMPLATE = "sheet.typ"
NAMED_IN_FULL = "author-date.csl"  # how a sheet cites that has no list of references
FIGURES = "figures"
NAMED = re.compile(r"(?<![\w{#])@((?:sec|fig|tbl)-[\w-]+)")
OWN = re.compile(r"#((?:sec|fig|tbl)-[\w-]+)[ }]")
OTHER = re.compile(r"\]\([^)#]*\.qmd")


def render_sheet(
    root: Path,
    sheet: Sheet,
    sources: list[Executed],
    metadata: Mapping[str, Any],
    context: RenderContext,
) -> bytes:
    """Set one document as a PDF; raises ReviewError when it does not fill the pages it is given.

    `sources` are that document, or all of the edition where it refers to others by their numbers.
    """
    with tempfile.TemporaryDirectory(prefix="review-sheet-") as scratch:
        work = Path(scratch)
        files = [work / f"{number:02}.md" for number in range(len(sources))]
        for file, source in zip(files, sources, strict=True):
            file.write_text(source.markdown, encoding="utf-8")
        resolved = resolve_book(root / EXTENSION, work, files, dict(metadata))
        typst = write_typst(root / EXTENSION, resolved, TEMPLATE)
        pdf = render_pdf(typst, work, root / FIGURES, (), context, root / EXTENSION / "fonts")
    pages = count_pages(pdf)
    if pages != sheet.pages:
        what = f"{sheet.file} fills {pages} pages, not {sheet.pages}"
        action = "shorten the document, or say `pages` where the edition lists the sheet"
        raise ReviewError([line_problem(sheet.document, 0, what, action)])
    return pdf


def refers_to_others(markdown: str) -> bool:
    """Whether a document names sections, figures or tables of other documents."""
    own = set(OWN.findall(markdown))
    return bool(OTHER.search(markdown) or set(NAMED.findall(markdown)) - own)


def set_sheet(job: Job, book: Book, sheet: Sheet) -> bytes:
    """Set a sheet of an edition."""
    executed, context = job.source_of(sheet.document), job.context_of(book)
    own: dict[str, Any] = {
        **book_metadata(job.root, book, (), context),
        "sheet": sheet.document,
        "link-citations": False,
    }
    if sheet.pages > 1:  # there is room for the list
        own["sheet-sources"] = say("page.sources")
    else:
        own |= {"suppress-bibliography": True, "csl": str(job.extension / NAMED_IN_FULL)}
    sources = [executed]
    if sheet.pages > 1 or refers_to_others(executed.markdown):
        sources = job.sources_of(book)
        site = context.site_url or "index.html"
        own["rest"] = escape(say("page.rest", pdf=Path(book.pdf).name, site=site))
    else:
        own["chapters"] = [{"path": sheet.document, "part": ""}]
    inputs = paper_inputs(job, sources, own, TEMPLATE)
    inputs |= pdf_inputs(job, executed.markdown, attached=False)
    return job.keeping.steps.run(
        f"sheet {sheet.document} {book.edition}".rstrip(), inputs,
        lambda: render_sheet(job.root, sheet, sources, own, context),
    )  # fmt: skip
