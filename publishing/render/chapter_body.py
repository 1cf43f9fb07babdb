"""The form in which an engine hands over an edition: chapter bodies and a PDF.

Whatever stands round a chapter on its page is added by `publishing.site`, for both engines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from publishing.manuscript.book import Book
from publishing.manuscript.sheet import Sheet

CITED = re.compile(r'data-cites="([^"]+)"')


@dataclass(frozen=True)
class Heading:
    """A heading below the title: level 2 or 3, identifier, printed number, title as HTML."""

    level: int
    id: str
    number: str
    title: str


@dataclass(frozen=True)
class ChapterBody:
    """One document of an edition as HTML, from its `<h1>` to its last footnote.

    `path` is the document, `page` its address in the edition; `number` is empty for a chapter
    without one; `title` is plain text. Figures and tables are `<figure class="float">` with
    `<figcaption>`, callouts `<div class="callout">`, citations `<span class="citation"
    data-cites="...">`, claims `<span class="claim" data-claim="...">`; an address leads from
    this page to another of the edition, or to a file of it.
    """

    path: str
    page: str
    id: str
    number: str
    title: str
    headings: tuple[Heading, ...]
    body: str

    @property
    def references(self) -> tuple[str, ...]:
        """Citekeys the chapter cites, each once, in order."""
        found = [key for keys in CITED.findall(self.body) for key in keys.split()]
        return tuple(dict.fromkeys(found))


def body_of_json(fields: dict[str, Any]) -> ChapterBody:
    """A body as it was kept: what `asdict` made of it, read back from JSON."""
    headings = tuple(Heading(**one) for one in fields["headings"])
    return ChapterBody(**{**fields, "headings": headings})


@dataclass(frozen=True)
class RenderedEdition:
    """What an engine made of one edition; a format that was not asked for is empty.

    `sheets` are the short PDFs of single documents; they and the PDF may still be being set.
    """

    book: Book
    chapters: tuple[ChapterBody, ...] = ()
    has_pdf: bool = False
    sheets: tuple[Sheet, ...] = ()
