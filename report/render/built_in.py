"""The built-in engine: execute, resolve once, write pages and PDF. Needs wheels alone."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from report.render.book import Book
from report.render.context import Attachment, RenderContext
from report.render.execute import Executed, execute_documents
from report.render.markdown import escape
from report.render.metadata import review_metadata
from report.render.pages import write_site
from report.render.pandoc import EXTENSION, resolve_book, write_pages, write_typst
from report.render.paper import render_pdf
from report.render.qmd import Document
from report.render.staging import copy_into

PDF_NAME = "review.pdf"
FIGURES = "figures"


@dataclass
class Clock:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        started = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - started, 2)


def render_built_in(
    root: Path,
    book: Book,
    documents: Sequence[Document],
    *,
    formats: Collection[str],
    site: Path,
    progress: Callable[[str], None],
    attachments: Sequence[Attachment],
    context: RenderContext,
) -> tuple[dict[str, float], list[str], tuple[str, ...]]:
    """Render into the empty folder `site`; return seconds, remarks and the pages written."""
    clock = Clock()
    extension = root / EXTENSION
    with tempfile.TemporaryDirectory(prefix="review-") as scratch, clock.step("total"):
        work = Path(scratch)
        with clock.step("execute"):
            progress(f"Running {len(documents)} documents")
            executed = execute_documents(root, documents, progress, {"REVIEW_ENGINE": "built-in"})
        with clock.step("resolve"):
            progress("Resolving citations and cross-references")
            resolved = _resolve(root, work, book, executed, attachments, context)
        pages: tuple[str, ...] = ()
        published = {attachment.name: attachment.path for attachment in attachments}
        if "pdf" in formats:
            with clock.step("pdf"):
                progress("Setting the PDF")
                source = write_typst(extension, resolved)
                pdf = render_pdf(
                    source, work, root / FIGURES, attachments, context, extension / "fonts"
                )
                (site / PDF_NAME).write_bytes(pdf)
        if "html" in formats:
            with clock.step("html"):
                progress("Writing the pages")
                records = write_pages(extension, resolved)
                downloads = _downloads(formats, published)
                write_site(site, extension, records, book.chapters, context, downloads)
                copy_into(site, _figures(root))
                pages = tuple(record["page"] for record in records)
        copy_into(site, published)
    return clock.seconds, [remark for done in executed for remark in done.remarks], pages


def _downloads(formats: Collection[str], published: Iterable[str]) -> list[tuple[str, str]]:
    """The PDF and the files at the root of the site, as (path, text of the link)."""
    pdf = [(PDF_NAME, "The review as PDF")] if "pdf" in formats else []
    return pdf + [(name, name) for name in published if "/" not in name]


def _figures(root: Path) -> dict[str, Path]:
    return {f"{FIGURES}/{path.name}": path for path in sorted((root / FIGURES).glob("*.*"))}


def _resolve(
    root: Path,
    work: Path,
    book: Book,
    executed: Sequence[Executed],
    attachments: Sequence[Attachment],
    context: RenderContext,
) -> Path:
    sources = []
    for number, done in enumerate(executed):
        source = work / f"{number:02}.md"
        source.write_text(done.markdown, encoding="utf-8")
        sources.append(source)
    metadata = book_metadata(root, book, attachments, context)
    return resolve_book(root / EXTENSION, work, sources, metadata)


def book_metadata(
    root: Path, book: Book, attachments: Sequence[Attachment], context: RenderContext
) -> dict[str, Any]:
    """Metadata of the merged book, as Pandoc wants it."""
    settings = book.metadata
    style = settings.get("csl")
    return {
        "title": escape(context.title),
        "lang": context.language,
        "bibliography": str(context.bibliography),
        "link-citations": bool(settings.get("link-citations", True)),
        "reference-section-title": "",
        "toc-depth": 2,
        "chapters": [{"path": chapter.path, "part": chapter.part} for chapter in book.chapters],
        "review": review_metadata(context, attachments),
        **({"csl": str(root / style)} if style else {}),
        **({"nocite": settings["nocite"]} if "nocite" in settings else {}),
    }
