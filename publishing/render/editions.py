"""Every document executed once, and each edition set by the engine that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.kept import Keeping
from publishing.documents.document_checks import check_documents, read_documents
from publishing.manuscript.book import Book, choose_books, load_books
from publishing.manuscript.context import Attachment, RenderContext, RenderResult
from publishing.manuscript.qmd import Document
from publishing.manuscript.sheet import sheets_of
from publishing.render.built_in import BuiltIn
from publishing.render.chapter_body import ChapterBody, RenderedEdition
from publishing.render.engine import Engine, Job
from publishing.render.kept_documents import execute_kept
from publishing.render.quarto_program import OLDEST, find_quarto, unusable_path
from publishing.render.sheets import set_sheet
from publishing.render.stamps import stamp_of
from schemas.problems import ReviewError

ENGINES = ("auto", "quarto", "built-in")
FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Rendered:
    """The editions an engine set, the documents behind them, remarks.

    `papers` are the PDFs by their place in the site, which may still be being set.
    """

    context: RenderContext
    editions: tuple[RenderedEdition, ...]
    documents: Sequence[Document]
    papers: Mapping[str, Future[bytes]]
    remarks: tuple[str, ...]

    def result(self, output: Path, pages: tuple[str, ...]) -> RenderResult:
        """What was rendered, with these pages, into a folder."""
        pdfs = tuple(edition.book.pdf for edition in self.editions if edition.has_pdf)
        return RenderResult(output, self.context.engine, pages, pdfs, self.remarks)


def choose_engine(engine: str) -> str:
    """Return `quarto` or `built-in`.

    `auto` takes Quarto where its version was compared with the built-in engine, page by page
    (`parity.yml`), and the built-in engine on any other machine.
    """
    if engine not in ENGINES:
        raise ReviewError(f"unknown engine {engine}; expected one of {', '.join(ENGINES)}")
    found = None if engine == "built-in" else find_quarto()
    if engine != "quarto":
        return "quarto" if found and found.usable and found.compared else "built-in"
    if wrong := unusable_path():
        raise ReviewError(
            f"{wrong}; correct or unset the variable, or ask for the built-in engine with "
            "--engine built-in"
        )
    if not (found and found.usable):
        where = f"Quarto {found.spoken} is too old" if found else "Quarto is not there"
        oldest = ".".join(map(str, OLDEST))
        raise ReviewError(
            f"{where}; install Quarto {oldest} or later, set QUARTO_PATH to its folder or "
            "program, or use the built-in engine"
        )
    return engine


def _engine_named(name: str) -> Engine:
    if name == "quarto" and (found := find_quarto()):
        from publishing.render.quarto import QuartoEngine

        return QuartoEngine(found)
    return BuiltIn()


@contextmanager
def render_editions(
    root: Path,
    *,
    formats: Collection[str] = FORMATS,
    engine: str = "auto",
    progress: Callable[[str], None],
    attachments: Sequence[Attachment] = (),
    context: RenderContext,
    editions: Collection[str] = (),
    keeping: Keeping | None = None,
) -> Iterator[Rendered]:
    """Execute every document of the project at `root` once and set its editions.

    PDFs are set beside what is done with the pages: they are there at the end. `editions` are
    those wanted, all when empty; `keeping` holds what an earlier build made of the same inputs.
    Raises ReviewError with every problem of the documents before any of them runs, and with the
    first one that execution or typesetting meets; QuartoError where Quarto itself fails.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise ReviewError(f"unknown format {', '.join(unknown)}; expected html, pdf or both")
    chosen = _engine_named(choose_engine(engine))
    context = replace(context, engine=chosen.name)
    books = choose_books(load_books(root), editions)
    for book in books:
        sheets_of(book)
    keeping = keeping or Keeping()
    if problems := check_documents(root, context, keeping):
        raise ReviewError(problems)
    documents = read_documents(root, books)
    executed = execute_kept(root, documents, progress, keeping, stamp_of(context))
    by_path = {done.path: done for done in executed}
    job = Job(root, formats, attachments, context, by_path, progress, keeping)
    with workers(chosen.at_once) as pool:
        yield _set_editions(pool, chosen, job, books, documents)


@contextmanager
def workers(at_once: int) -> Iterator[ThreadPoolExecutor]:
    """Threads, of which nothing that waits is begun once anything has failed."""
    with ThreadPoolExecutor(at_once) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _set_editions(
    pool: ThreadPoolExecutor,
    engine: Engine,
    job: Job,
    books: Sequence[Book],
    documents: Sequence[Document],
) -> Rendered:
    """Every edition with its pages, while PDFs are set.

    The PDF of the largest edition begins: it takes about as long as all the rest. Then come
    pages, for which others wait.
    """
    bodies, papers = dict[str, Future[tuple[ChapterBody, ...]]](), dict[str, Future[bytes]]()
    longest = sorted(books, key=lambda book: -len(book.chapters))
    if "pdf" in job.formats:
        papers[longest[0].pdf] = pool.submit(engine.set_paper, job, longest[0])
    if "html" in job.formats:
        bodies |= {book.edition: pool.submit(engine.set_pages, job, book) for book in longest}
    for book in longest if papers else ():
        if book.pdf not in papers:
            papers[book.pdf] = pool.submit(engine.set_paper, job, book)
        for sheet in sheets_of(book):
            papers[book.place(sheet.file)] = pool.submit(set_sheet, job, book, sheet)
    editions = tuple(
        RenderedEdition(
            book,
            bodies[book.edition].result() if bodies else (),
            has_pdf=bool(papers),
            sheets=sheets_of(book) if papers else (),
        )
        for book in books
    )
    remarks = tuple(remark for one in job.executed.values() for remark in one.remarks)
    return Rendered(job.context, editions, documents, papers, remarks)
