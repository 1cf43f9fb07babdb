"""Every document executed once, and each edition set by the engine that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.kept import Keeping
from publishing.documents.document_checks import check_documents, read_documents
from publishing.manuscript.book import Book, choose_books, load_books
from publishing.manuscript.context import Attachment, RenderContext
from publishing.manuscript.qmd import Document
from publishing.manuscript.sheet import sheets_of
from publishing.render.built_in import BuiltIn, book_metadata
from publishing.render.chapter_body import RenderedEdition
from publishing.render.engine import Clock, Engine, Job
from publishing.render.kept_documents import execute_kept
from publishing.render.quarto import QuartoEngine
from publishing.render.quarto_program import OLDEST, find_quarto, unusable_path
from publishing.render.sheets import set_sheets
from publishing.render.stamps import stamp_of
from schemas.problems import ReviewError

ENGINES = ("auto", "quarto", "built-in")
FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Rendered:
    """The editions an engine set, the documents behind them, seconds by step, remarks."""

    context: RenderContext
    editions: tuple[RenderedEdition, ...]
    documents: Sequence[Document]
    seconds: dict[str, float]
    remarks: tuple[str, ...]


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
    found = find_quarto() if name == "quarto" else None
    return QuartoEngine(found) if found else BuiltIn()


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
) -> Rendered:
    """Execute every document of the project at `root` once and set its editions.

    `editions` are those wanted, all when empty; `keeping` holds what an earlier build made of the
    same inputs. Raises ReviewError with every problem of the
    documents before any of them runs, and with the first one that execution or typesetting
    meets; QuartoError where Quarto itself fails.
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
    documents, clock = read_documents(root, books), Clock()
    with clock.step("total"):
        with clock.step("execute"):
            executed = execute_kept(root, documents, progress, keeping, stamp_of(context))
        by_path = {done.path: done for done in executed}
        job = Job(root, formats, attachments, context, by_path, progress, clock, keeping)
        done = _set_editions(chosen, job, books)
    remarks = tuple(remark for one in executed for remark in one.remarks)
    return Rendered(context, done, documents, clock.seconds, remarks)


def _set_editions(engine: Engine, job: Job, books: Sequence[Book]) -> tuple[RenderedEdition, ...]:
    """Set every edition, the longest first; they come back in their own order."""

    def set_edition(book: Book) -> RenderedEdition:
        with job.clock.step(book.edition or "edition"):
            made = engine.set_edition(job, book)
            if "pdf" not in job.formats:
                return made
            context = job.context_of(book)
            metadata = book_metadata(job.root, book, (), context)
            return replace(made, sheets=set_sheets(job, book, metadata))

    with ThreadPoolExecutor(engine.at_once) as pool:
        ordered = sorted(books, key=lambda book: -len(book.chapters))
        waiting = {book.edition: pool.submit(set_edition, book) for book in ordered}
        return tuple(waiting[book.edition].result() for book in books)
