"""Puts the furniture round each chapter body and writes the HTML pages, for both engines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.words import say
from publishing.manuscript.book import Book, Chapter
from publishing.manuscript.context import RenderContext
from publishing.manuscript.sheet import Sheet
from publishing.render.chapter_body import ChapterBody
from publishing.render.metadata import colophon
from publishing.site.audience import Counterparts, relative
from publishing.site.linked_data import NAMES as CITATIONS
from publishing.site.linked_data import as_script, linked_data

LEDGER = "ledger.json"
FOOT = ("version", "status", "updated", "evidence_to", "content", "build", "rendered_by")
FOR_QUARTO = re.compile(r' data-quarto-[\w-]+="[^"]*"')  # what a table says to Quarto's filters
Fields = dict[str, Any]


@dataclass(frozen=True)
class Downloads:
    """What the side of a page offers: papers as (path in the site, text of the link), files."""

    papers: Sequence[tuple[str, str]]
    files: Sequence[str]


def page_template(extension: Path) -> Environment:
    """The templates of the format extension; every value is escaped unless it is Markup."""
    return Environment(
        loader=FileSystemLoader(extension / "html"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )


def write_pages(
    folder: Path,
    templates: Environment,
    chapters: Sequence[ChapterBody],
    book: Book,
    context: RenderContext,
    downloads: Downloads,
    counterparts: Counterparts,
    sheets: Sequence[Sheet] = (),
) -> None:
    """Write the pages of one edition into its `folder`.

    A page offers its own sheet above it, too.
    """
    template = templates.get_template("page.html")
    shared = {"say": say, "review": context, "colophon": colophon(context, FOOT)}
    for chapter in chapters:
        fields = shared | _place(chapter, chapters, book) | _own(chapter, book, context)
        page = book.place(chapter.page)
        own = [one for one in sheets if Chapter(one.document).page == chapter.page]
        fields["one_page"] = any(one.pages == 1 for one in own)
        fields["sheets"] = [(relative(page, book.place(one.file)), words_of(one)) for one in own]
        fields["downloads"] = [(relative(page, path), text) for path, text in downloads.papers]
        fields["files"] = [(relative(page, name), name) for name in downloads.files]
        fields["citations"] = [(relative(page, path), text) for path, text in CITATIONS.items()]
        fields |= _audiences(page, counterparts)
        place = folder / chapter.page
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(template.render(fields), encoding="utf-8", newline="\n")


def words_of(sheet: Sheet) -> str:
    """What the link to a sheet says."""
    return say(f"page.sheet_{sheet.pages}")


def _own(chapter: ChapterBody, book: Book, context: RenderContext) -> Fields:
    """What a page says of its chapter alone."""
    page = book.place(chapter.page)
    data = linked_data(context, chapter.title, chapter.references, relative(page, LEDGER))
    address = f"{context.site_url.rstrip('/')}/v/{context.version}/{page}"
    return {
        "chapter": chapter,
        "description": _description(chapter),
        "contents": [heading for heading in chapter.headings if heading.level == 2],
        "canonical": address if context.site_url else "",
        "linked_data": Markup(as_script(data)),
        "body": Markup(FOR_QUARTO.sub("", chapter.body)),
    }


def _place(chapter: ChapterBody, chapters: Sequence[ChapterBody], book: Book) -> Fields:
    """Where a chapter stands among those of its edition."""
    base = "../" * chapter.page.count("/")
    part_of = {entry.path: entry.part for entry in book.chapters}
    parts = [
        (part, list(members))
        for part, members in groupby(chapters, key=lambda other: part_of[other.path])
    ]
    return {
        "base": base,
        "first": chapter is chapters[0],
        "parts": parts,
        "crumbs": _crumbs(chapter, chapters, part_of, base),
        "neighbours": _neighbours(chapter, chapters),
    }


def _crumbs(
    chapter: ChapterBody, chapters: Sequence[ChapterBody], part_of: Mapping[str, str], base: str
) -> list[tuple[str, str]]:
    """The way from the first page to this one, by its part; none on the first page."""
    if chapter is chapters[0]:
        return []
    part = part_of[chapter.path]
    opening = next(other for other in chapters if part_of[other.path] == part)
    ways = [(chapters[0].title, f"{base}{chapters[0].page}")]
    return ways + ([(part, f"{base}{opening.page}")] if part else [])


def _neighbours(
    chapter: ChapterBody, chapters: Sequence[ChapterBody]
) -> list[tuple[str, ChapterBody]]:
    pairs = list(pairwise(chapters))
    found = [("previous", before) for before, after in pairs if after is chapter]
    return found + [("next", after) for before, after in pairs if before is chapter]


def _audiences(page: str, counterparts: Counterparts) -> Fields:
    """The chooser of audiences; `opening` on the page where the site begins."""
    return {
        "opening": page == next(iter(counterparts), None),
        "audiences": [
            (edition, audience, relative(page, target), target == page)
            for edition, audience, target in counterparts.get(page, ())
        ],
    }


def _description(chapter: ChapterBody) -> str:
    """The first paragraph without its marks, cut at a word."""
    found = re.search(r"<p>(.*?)</p>", chapter.body, re.DOTALL)
    marks = r"<a [^>]*footnote-ref.*?</a>|<[^>]+>"
    text = unescape(re.sub(marks, "", found[1])) if found else chapter.title
    text = " ".join(text.split())
    return text if len(text) <= 200 else text[:200].rsplit(" ", 1)[0] + " …"
