"""Sets one page as the build of its edition would: by the same engine and the same site writer."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.kept import steps_of
from analysis.review_data import ReviewData, load_review_data
from publishing.checks.calls import call_problems
from publishing.checks.files import check_files
from publishing.checks.validation import find_problems
from publishing.documents.document_checks import check_document, read_documents
from publishing.lifecycle.attachments import attachments
from publishing.lifecycle.checked import keeping_of, render_context
from publishing.manuscript.book import Book, choose_books, load_books
from publishing.manuscript.context import Attachment, RenderContext
from publishing.manuscript.extension import EXTENSION
from publishing.manuscript.qmd import Document, read_document
from publishing.manuscript.sheet import sheets_of
from publishing.render.built_in import book_metadata, set_edition
from publishing.render.chapter_body import RenderedEdition
from publishing.render.editions import Rendered
from publishing.render.engine import Job
from publishing.render.executed import Executed
from publishing.render.stamps import SHORT_HASH
from publishing.site.ask.index import name_scripts
from publishing.site.cards import ClaimCards, add_cards, addresses_of_site
from publishing.site.version import version_of
from publishing.site.writer import write_site
from schemas.problems import ReviewError

ENGINE = "built-in"
SITE = "_site"  # the whole review as it was built last


@dataclass(frozen=True)
class Review:
    """A valid review as one edition, `book`, shows it, and the files that go with its pages.

    `elsewhere` is the page of each entry of the ledger in the last whole build, if there is one.
    """

    root: Path
    data: ReviewData
    book: Book
    books: tuple[Book, ...]
    context: RenderContext
    files: tuple[Attachment, ...]
    documents: tuple[Document, ...]
    elsewhere: Mapping[str, str]

    def stamped(self) -> Review:
        """The review with status and hashes of the documents as they stand now."""
        version = version_of(self.data, ENGINE)
        return replace(self, context=render_context(self.data, version))


def read_review(root: Path, edition: str) -> Review:
    """Read and compute what pages are made of; ReviewError lists every problem of the evidence."""
    check_files(root)
    try:
        data = load_review_data(root)
    except ReviewError as error:
        raise ReviewError(find_problems(root) or str(error)) from error
    books = load_books(root)
    book = choose_books(books, [edition] if edition else [])[0]
    version = version_of(data, ENGINE)
    pages = [one.place(chapter.page) for one in books for chapter in one.chapters]
    return Review(
        root,
        data,
        book,
        books,
        render_context(data, version),
        tuple(attachments(data, version, keeping_of(data, steps_of(root)))),
        tuple(read_documents(root, books)),
        addresses_of_site(root / SITE, pages),
    )


def read_saved(review: Review, path: str) -> Document:
    """A document that may be run; ReviewError for what is wrong with it by itself."""
    document = read_document(review.root, path)
    check_document(document, review.context, {book.edition for book in review.books})
    if problems := [*document.problems, *call_problems(review.data, [document])]:
        raise ReviewError(problems)
    return document


def write_page(review: Review, path: str, chapters: Mapping[str, Executed], site: Path) -> str:
    """Write the page of the document `path` and what belongs to it into `site`; its HTML.

    `chapters` holds that document executed, and the others executed or as stand-ins.
    """
    book, root = review.book, review.root
    job = Job(root, ("html",), review.files, review.context, chapters, lambda _: None)
    with tempfile.TemporaryDirectory(prefix="review-page-") as scratch:
        metadata = book_metadata(root, book, review.files, job.context_of(book))
        sources = job.sources_of(book)
        bodies = set_edition(job.extension, Path(scratch), sources, metadata)
    edition = RenderedEdition(book, tuple(bodies), has_pdf=True, sheets=sheets_of(book))
    editions = tuple(edition if one == book else RenderedEdition(one) for one in review.books)
    saved = read_document(root, path)
    documents = [saved if one.path == path else one for one in review.documents]
    rendered = Rendered(review.context, editions, documents, {}, ())
    pages = write_site(root, site, rendered, review.files)
    context = review.context
    deck = ClaimCards(
        review.data, context.title, context.version, context.content_hash[:SHORT_HASH]
    )
    add_cards(site, root / EXTENSION, deck, pages, review.elsewhere)
    page = next(book.place(one.page) for one in book.chapters if one.path == path)
    return name_scripts((site / page).read_text(encoding="utf-8"), page)
