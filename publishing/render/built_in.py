"""The built-in engine: execute once, then resolve and write each edition. Needs wheels alone."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.words import say
from publishing.manuscript.book import Book
from publishing.manuscript.context import Attachment, RenderContext
from publishing.manuscript.qmd import Document
from publishing.render.audience import Counterparts, counterparts
from publishing.render.execute import Executed, execute_documents
from publishing.render.markdown import escape
from publishing.render.metadata import review_metadata
from publishing.render.pages import write_site
from publishing.render.pandoc import EXTENSION, resolve_book, write_pages, write_typst
from publishing.render.paper import render_pdf
from publishing.render.sheets import sheet_name, sheets_of, write_sheets
from publishing.render.staging import copy_into
from schemas.rounding import round_half_up

FIGURES = "figures"
AT_ONCE = 2  # editions set side by side: Pandoc and Typst work outside this interpreter's lock


@dataclass
class Clock:
    """Seconds by step."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        started = time.monotonic()
        yield
        self.seconds[name] = float(round_half_up(time.monotonic() - started, 2))


@dataclass(frozen=True)
class Job:
    """What the editions share while they are set."""

    root: Path
    site: Path
    formats: Collection[str]
    attachments: Sequence[Attachment]
    context: RenderContext
    counterparts: Counterparts
    progress: Callable[[str], None]
    clock: Clock

    @property
    def extension(self) -> Path:
        """The folder of the format extension."""
        return self.root / EXTENSION


def render_built_in(
    root: Path,
    books: Sequence[Book],
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
    with clock.step("total"):
        with clock.step("execute"):
            progress(f"Running {len(documents)} documents")
            executed = execute_documents(root, documents, progress, {"REVIEW_ENGINE": "built-in"})
        links = counterparts(books, documents)
        job = Job(root, site, formats, attachments, context, links, progress, clock)
        pages = _render_editions(job, books, {done.path: done for done in executed})
        copy_into(site, {attachment.name: attachment.path for attachment in attachments})
    return clock.seconds, [remark for done in executed for remark in done.remarks], pages


def _render_editions(
    job: Job, books: Sequence[Book], executed: Mapping[str, Executed]
) -> tuple[str, ...]:
    """Set every edition, the longest first; the pages in the order of the editions."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ordered = sorted(books, key=lambda book: -len(book.chapters))
        waiting = {
            book.edition: pool.submit(_render_edition, job, book, executed) for book in ordered
        }
        done = {edition: future.result() for edition, future in waiting.items()}
    return tuple(page for book in books for page in done[book.edition])


def _render_edition(job: Job, book: Book, executed: Mapping[str, Executed]) -> list[str]:
    """Resolve one edition, set its PDF and write its pages; return the paths of the pages."""
    name = f"the edition {book.edition}" if book.edition else "the review"
    context = replace(job.context, audience=book.audience)
    with tempfile.TemporaryDirectory(prefix="review-") as scratch, \
         job.clock.step(book.edition or "edition"):  # fmt: skip
        work = Path(scratch)
        job.progress(f"Resolving citations and cross-references of {name}")
        sources = [executed[chapter.path] for chapter in book.chapters]
        resolved = _resolve(job, work, book, sources, context)
        if "pdf" in job.formats:
            job.progress(f"Setting the PDF of {name}")
            source = write_typst(job.extension, resolved)
            fonts = job.extension / "fonts"
            figures = job.root / FIGURES
            pdf = render_pdf(source, work, figures, job.attachments, context, fonts)
            place = job.site / book.pdf
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(pdf)
            metadata = book_metadata(job.root, book, (), context)
            write_sheets(job.root, book, executed, metadata, context, job.site)
        if "html" not in job.formats:
            return []
        job.progress(f"Writing the pages of {name}")
        records = write_pages(job.extension, resolved, job.root)
        downloads = _downloads(job, book)
        write_site(job.site, job.extension, records, book, context, downloads, job.counterparts)
        copy_into(job.site / book.folder, _figures(job.root, records))
        return [book.place(record["page"]) for record in records]


def _downloads(job: Job, book: Book) -> list[tuple[str, str]]:
    """The PDF and the files at the root of the site, as (path in the site, text of the link)."""
    pdf = [(book.pdf, say("page.pdf"))] if "pdf" in job.formats else []
    pdf += [(book.place(sheet_name(path)), say("page.sheet")) for path in sheets_of(book) if pdf]
    names = [attachment.name for attachment in job.attachments]
    return pdf + [(name, name) for name in names if "/" not in name]


def _figures(root: Path, records: Iterable[Mapping[str, Any]]) -> dict[str, Path]:
    """The figures that these pages show."""
    pattern = re.compile(rf'src="[^"]*{FIGURES}/([^"/]+)"')
    shown = {name for record in records for name in pattern.findall(record["body"])}
    return {f"{FIGURES}/{name}": root / FIGURES / name for name in sorted(shown)}


def _resolve(
    job: Job, work: Path, book: Book, executed: Sequence[Executed], context: RenderContext
) -> Path:
    sources = []
    for number, done in enumerate(executed):
        source = work / f"{number:02}.md"
        source.write_text(done.markdown, encoding="utf-8")
        sources.append(source)
    metadata = book_metadata(job.root, book, job.attachments, context)
    return resolve_book(job.extension, work, sources, metadata)


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
