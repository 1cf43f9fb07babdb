"""Checks every document before a kernel starts; each problem has its file and line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from report.render.book import PROJECT_FILE, Book, load_book
from report.render.constructs import check_constructs
from report.render.context import RenderContext, line_problem
from report.render.digits import check_digits
from report.render.qmd import Document, read_document
from report.render.references import check_code, check_references
from schemas.problems import Problem, ReviewError


def read_documents(root: Path, book: Book) -> list[Document]:
    """Read the documents of the book in order."""
    return [read_document(root, chapter.path) for chapter in book.chapters]


def check_documents(root: Path, context: RenderContext) -> list[Problem]:
    """All problems of all documents that can be seen without running them."""
    try:
        book = load_book(root)
    except ReviewError as error:
        if not error.problems:
            raise
        return error.problems
    title = str(book.metadata["book"].get("title", ""))
    if title != context.title:
        what = f"book.title is {title!r}"
        return [line_problem(PROJECT_FILE, 0, what, "make both the same", repr(context.title))]
    documents = read_documents(root, book)
    for document in documents:
        check_constructs(document)
        check_digits(document, context.names)
        check_code(document, context)
    check_references(root, documents, context)
    return _in_order(documents)


def _in_order(documents: Sequence[Document]) -> list[Problem]:
    return [
        problem
        for document in documents
        for problem in sorted(document.problems, key=lambda p: (int(p.row or 0), p.what))
    ]
