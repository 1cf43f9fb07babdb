"""Checks every document before a kernel starts; each problem has its file and line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from analysis.kept import Keeping, hash_files, hash_of_bytes
from publishing.documents.calls_and_links import (
    check_code,
    check_references,
    places_of,
)
from publishing.documents.constructs import check_constructs, check_headings
from publishing.documents.digits import check_digits
from publishing.documents.leftovers import check_leftovers
from publishing.documents.targets import IMAGES, PICTURES, check_pictures, check_targets
from publishing.manuscript.book import PROJECT_FILE, Book, all_chapters, load_books
from publishing.manuscript.context import RenderContext, line_problem
from publishing.manuscript.editions import check_conditions, edition_view, problems_by_edition
from publishing.manuscript.qmd import Document, read_document
from publishing.manuscript.sheet import places_problems
from schemas.nearest import nearest
from schemas.problems import Problem, ReviewError


def read_documents(root: Path, books: Sequence[Book]) -> list[Document]:
    """Read every document of these editions once."""
    return [read_document(root, chapter.path) for chapter in all_chapters(books)]


def check_documents(
    root: Path, context: RenderContext, keeping: Keeping | None = None
) -> list[Problem]:
    """All problems of all documents, in every edition, that can be seen without running them.

    A document in which nothing is wrong by itself is kept as such.
    """
    try:
        books = load_books(root)
    except ReviewError as error:
        if not error.problems:
            raise
        return error.problems
    title = str(books[0].metadata["book"].get("title", ""))
    if title != context.title:
        what = f"book.title is {title!r}"
        return [line_problem(PROJECT_FILE, 0, what, "make both the same", repr(context.title))]
    if wrong := places_problems(books):
        return wrong
    documents = read_documents(root, books)
    check_topics(documents)
    editions = {book.edition for book in books}
    keeping = keeping or Keeping()
    names = _names(context, editions)
    for document in documents:
        inputs = {
            "its text": hash_files(root, [root / document.path]),
            "what it may name": names,
            "the program": keeping.program,
        }
        check = partial(_own_problems, document, context, editions)
        keeping.steps.unless_clean(f"check {document.path}", inputs, check)
    problems = [problem for document in documents for problem in document.problems]
    shared = _shared(root, documents, context, names)
    together = partial(_together, root, documents, context, keeping, shared)
    problems += problems_by_edition([(book.edition, together(book)) for book in books])
    order = {document.path: place for place, document in enumerate(documents)}
    return sorted(problems, key=lambda p: (order[p.file], int(p.row or 0), p.what))


def check_topics(documents: Sequence[Document]) -> None:
    """A document names as its topic another document of the book."""
    paths = {document.path for document in documents}
    for document in documents:
        topic = document.front.get("topic")
        if isinstance(topic, str) and topic not in paths - {document.path}:
            what = f"the topic {topic} is no other document of the book"
            document.complain(1, what, nearest(topic, paths - {document.path}))


def _names(context: RenderContext, editions: Collection[str]) -> str:
    """A hash of all that a document may name."""
    known = (context.names, context.claims, context.conclusions, context.tables, context.figures)
    return hash_of_bytes(*(repr(sorted(names or ())) for names in (*known, editions)))


def _shared(
    root: Path, documents: Sequence[Document], context: RenderContext, names: str
) -> dict[str, str]:
    """What editions may name, and what they show."""
    files = (path for folder in PICTURES for path in sorted((root / folder[1:]).rglob("*.*")))
    return {
        "the editions": hash_files(root, sorted(root.glob("_quarto*.yml"))),
        "the paths of documents": hash_of_bytes(*(document.path for document in documents)),
        "what it may name": hash_of_bytes(names, *sorted(context.citekeys)),
        "pictures": hash_files(root, (path for path in files if path.suffix in IMAGES)),
    }


def _together(
    root: Path,
    documents: Sequence[Document],
    context: RenderContext,
    keeping: Keeping,
    shared: Mapping[str, str],
    book: Book,
) -> list[Document]:
    """The documents of an edition with what is wrong in it, which is kept where nothing is."""
    views = [Document(chapter.path) for chapter in book.chapters]

    def check() -> list[Problem]:
        views[:] = check_edition(root, book, documents, context)
        return [problem for view in views for problem in view.problems]

    texts = {f"document {one.path}": hash_files(root, [root / one.path]) for one in views}
    inputs = {**shared, **texts, "the program": keeping.program}
    keeping.steps.unless_clean(f"check together {book.edition}".rstrip(), inputs, check)
    return views


def _own_problems(
    document: Document, context: RenderContext, editions: Collection[str]
) -> list[Problem]:
    check_document(document, context, editions)
    return document.problems


def check_document(document: Document, context: RenderContext, editions: Collection[str]) -> None:
    """Note in a document what is wrong with it by itself."""
    check_constructs(document)
    check_targets(document)
    check_leftovers(document)
    check_conditions(document, editions)
    check_digits(document, context.names)
    check_code(document, context)


def check_edition(
    root: Path, book: Book, documents: Sequence[Document], context: RenderContext
) -> list[Document]:
    """The documents as one edition has them, with what is wrong only when they stand together."""
    by_path = {document.path: document for document in documents}
    views = [edition_view(by_path[chapter.path], book.edition) for chapter in book.chapters]
    for view in views:
        check_headings(view)
        check_pictures(root, view)
    check_references(root, views, context)
    asked = str(book.plain.get("questions", ""))
    if asked and asked not in (places := places_of(views)):
        what = f"{asked}, which {book.file} names for questions, is no section of the edition"
        views[0].complain(1, what, nearest(asked, places))
    return views
