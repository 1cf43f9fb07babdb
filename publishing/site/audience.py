"""The chooser of audiences: plain links from each page to the same topic in other editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from publishing.manuscript.book import Book
from publishing.manuscript.qmd import Document

Counterparts = Mapping[str, Sequence[tuple[str, str, str]]]
"""For each page of the site: (edition, audience, page of the site) of every edition in order."""


def counterparts(books: Sequence[Book], documents: Sequence[Document]) -> Counterparts:
    """The same topic in every edition: the same document, or the one that names it its topic.

    A document says in its front matter `topic: report/safety.qmd` when it treats for its readers
    what that document treats for others. Where nothing fits, the edition's home page stands in.
    """
    if len(books) < 2:
        return {}
    topics = {doc.path: str(doc.front.get("topic", doc.path)) for doc in documents}
    places: dict[str, dict[str, str]] = {}
    same: dict[str, dict[str, str]] = {}
    for book in books:
        places[book.edition] = {}
        same[book.edition] = {chapter.path: book.place(chapter.page) for chapter in book.chapters}
        for chapter in reversed(book.chapters):
            places[book.edition][topics[chapter.path]] = book.place(chapter.page)
    return {
        book.place(chapter.page): [
            (
                other.edition,
                other.audience,
                same[other.edition].get(chapter.path)
                or places[other.edition].get(topics[chapter.path], other.place("index.html")),
            )
            for other in books
        ]
        for book in books
        for chapter in book.chapters
    }


def relative(page: str, target: str) -> str:
    """Address of one page of the site as seen from another."""
    here = PurePosixPath(page).parent.parts
    there = PurePosixPath(target).parts
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + list(there[shared:]))
