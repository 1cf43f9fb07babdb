"""The built-in engine: resolves an edition with Pandoc and sets it with Typst, both wheels."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from publishing.manuscript.book import Book
from publishing.manuscript.context import Attachment, RenderContext
from publishing.render.chapter_body import RenderedEdition
from publishing.render.engine import Job
from publishing.render.markdown import escape
from publishing.render.metadata import review_metadata
from publishing.render.pandoc import resolve_book, write_pages, write_typst
from publishing.render.paper import render_pdf

FIGURES = "figures"


class BuiltIn:
    """Pandoc and Typst as wheels; both work outside this interpreter's lock."""

    name = "built-in"
    at_once = 2

    def set_edition(self, job: Job, book: Book) -> RenderedEdition:
        """Resolve one edition, set its PDF and write its chapters."""
        name = f"the edition {book.edition}" if book.edition else "the review"
        with tempfile.TemporaryDirectory(prefix="review-") as scratch:
            work, pdf = Path(scratch), b""
            job.progress(f"Resolving citations and cross-references of {name}")
            resolved = resolve_edition(job, work, book)
            if "pdf" in job.formats:
                job.progress(f"Setting the PDF of {name}")
                pdf = _set_pdf(job, work, book, resolved)
            if "html" not in job.formats:
                return RenderedEdition(book, pdf=pdf)
            job.progress(f"Writing the chapters of {name}")
            return RenderedEdition(book, tuple(write_pages(job.extension, resolved)), pdf)


def _set_pdf(job: Job, work: Path, book: Book, resolved: Path) -> bytes:
    source = write_typst(job.extension, resolved)
    fonts, figures = job.extension / "fonts", job.root / FIGURES
    return render_pdf(source, work, figures, job.attachments, job.context_of(book), fonts)


def resolve_edition(job: Job, work: Path, book: Book, citations: bool = True) -> Path:
    """Resolve an edition in the folder `work`; the path of Pandoc's JSON."""
    sources = []
    for number, done in enumerate(job.sources_of(book)):
        source = work / f"{number:02}.md"
        source.write_text(done.markdown, encoding="utf-8")
        sources.append(source)
    metadata = book_metadata(job.root, book, job.attachments, job.context_of(book))
    return resolve_book(job.extension, work, sources, metadata, citations)


def book_metadata(
    root: Path, book: Book, attachments: Sequence[Attachment], context: RenderContext
) -> dict[str, Any]:
    """Metadata of the merged book, as Pandoc wants it."""
    settings = book.metadata
    style = settings.get("csl")
    return {
        "title": escape(context.title),
        "lang": context.language,
        "edition": book.edition,
        "bibliography": str(context.bibliography),
        "link-citations": bool(settings.get("link-citations", True)),
        "reference-section-title": "",
        "toc-depth": 2,
        **({"fontsize": str(settings["fontsize"])} if "fontsize" in settings else {}),
        "chapters": [{"path": chapter.path, "part": chapter.part} for chapter in book.chapters],
        "review": review_metadata(context, attachments),
        **({"csl": str(root / style)} if style else {}),
        **({"nocite": settings["nocite"]} if "nocite" in settings else {}),
    }
