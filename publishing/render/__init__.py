"""Renders the documents as an HTML site and a PDF, with Quarto or with the built-in engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from publishing.documents.document_checks import check_documents, read_documents
from publishing.manuscript.book import choose_books, load_books
from publishing.manuscript.context import Attachment, RenderContext, RenderResult
from publishing.render.built_in import render_built_in
from publishing.render.quarto import OLDEST, find_quarto, render_quarto, unusable_path
from publishing.render.sheets import sheets_of
from publishing.render.staging import staged
from schemas.problems import ReviewError

__all__ = [
    "Attachment",
    "RenderContext",
    "RenderResult",
    "check_documents",
    "choose_engine",
    "render_review",
]
ENGINES = ("auto", "quarto", "built-in")
FORMATS = ("html", "pdf")


def choose_engine(engine: str) -> str:
    """Return `quarto` or `built-in`.

    `auto` is the built-in engine on every machine, so that the first command of the README does
    the same with Quarto and without it: Quarto is taken where it is asked for by name.
    """
    if engine not in ENGINES:
        raise ReviewError(f"unknown engine {engine}; expected one of {', '.join(ENGINES)}")
    if engine != "quarto":
        return "built-in"
    if wrong := unusable_path():
        raise ReviewError(
            f"{wrong}; correct or unset the variable, or ask for the built-in engine with "
            "--engine built-in"
        )
    found = find_quarto()
    if not (found and found.usable):
        where = f"Quarto {found.spoken} is too old" if found else "Quarto is not there"
        oldest = ".".join(map(str, OLDEST))
        raise ReviewError(
            f"{where}; install Quarto {oldest} or later, set QUARTO_PATH to its folder or "
            "program, or use the built-in engine"
        )
    return engine


def render_review(
    root: Path,
    *,
    formats: Collection[str] = FORMATS,
    engine: str = "auto",
    output: Path,
    progress: Callable[[str], None],
    attachments: Sequence[Attachment] = (),
    context: RenderContext,
    editions: Collection[str] = (),
) -> RenderResult:
    """Render the project at `root` into `output`, replacing it in one step or not at all.

    `editions` are those wanted, all when empty; each has its folder in `output`.

    Raises ReviewError with every problem of the documents before any of them runs, and with
    the first one that execution or typesetting meets.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown or not formats:
        raise ReviewError(f"unknown format {', '.join(unknown)}; expected html, pdf or both")
    chosen = choose_engine(engine)
    context = replace(context, engine=chosen)
    books = choose_books(load_books(root), editions)
    for book in books:
        sheets_of(book)
    problems = check_documents(root, context)
    if problems:
        raise ReviewError(problems)
    render = render_quarto if chosen == "quarto" else render_built_in
    with staged(output) as site:
        seconds, remarks, pages = render(
            root,
            books,
            read_documents(root, books),
            formats=formats,
            site=site,
            progress=progress,
            attachments=attachments,
            context=context,
        )
    pdfs = tuple(book.pdf for book in books) if "pdf" in formats else ()
    return RenderResult(output, chosen, pages, pdfs, seconds, tuple(remarks))
