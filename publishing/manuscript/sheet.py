"""Sheets: documents of an edition that are also set as a short PDF of their own.

An edition lists them under `sheets`, a name of ours that Quarto passes over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.manuscript.book import Book
from publishing.manuscript.context import line_problem
from schemas.problems import Problem, ReviewError

MOST = 4  # pages of what is called a sheet
KEYS = {"document": str, "file": str, "pages": int}


@dataclass(frozen=True)
class Sheet:
    """The `document` that is set on so many `pages`, and the name of its `file`."""

    document: str
    file: str
    pages: int = 1


def sheets_of(book: Book) -> tuple[Sheet, ...]:
    """The sheets of an edition; ReviewError for one that is not as it should be.

    An entry is the path of a document, for a single page called after it
    (`report/patient/one-page.qmd` -> `one-page.pdf`), or says `document`, `file` and `pages`.
    """
    entries = book.metadata.get("sheets", [])
    if not isinstance(entries, list):
        what, action = f"sheets is {entries!r}", "give a list"
        raise ReviewError([line_problem(book.file, 0, what, action)])
    problems = [problem for entry in entries if (problem := _wrong(book, entry))]
    if problems:
        raise ReviewError(problems)
    return tuple(map(_sheet, entries))


def places_problems(books: Sequence[Book]) -> list[Problem]:
    """Sheets that cannot be, and files of the site that two editions or documents would write."""
    found, writers = list[Problem](), dict[str, str]()
    for book in books:
        try:
            sheets = sheets_of(book)
        except ReviewError as error:
            found += error.problems
            continue
        names = [chapter.page for chapter in book.chapters] + [sheet.file for sheet in sheets]
        for place in (*map(book.place, names), book.pdf):
            if (other := writers.setdefault(place.casefold(), book.file)) != book.file:
                what = f"the site would hold {place} twice: {other} writes it as well"
                action = "give the edition a folder of its own (project: output-dir)"
                found.append(line_problem(book.file, 0, what, action))
        written = [name.casefold() for name in (*names, book.pdf.rpartition("/")[2])]
        for name in sorted({name for name in written if written.count(name) > 1}):
            what = f"the edition would write {name} twice"
            found.append(line_problem(book.file, 0, what, "give one another name"))
    return found


def _sheet(entry: Any) -> Sheet:
    if isinstance(entry, str):
        return Sheet(entry, f"{Path(entry).stem}.pdf")
    return Sheet(**entry)


def _wrong(book: Book, entry: Any) -> Problem | None:
    types = {key: type(value) for key, value in entry.items()} if isinstance(entry, dict) else {}
    if not isinstance(entry, str) and types != KEYS:
        action = f"give a path, or {', '.join(KEYS)} and nothing else"
        return line_problem(book.file, 0, f"the sheet {entry} is not as it should be", action)
    sheet = _sheet(entry)
    path = sheet.document
    if path not in {chapter.path for chapter in book.chapters}:
        what = f"the sheet {path} is no chapter of this edition"
        return line_problem(book.file, 0, what, "list it")
    if not sheet.file.endswith(".pdf") or "/" in sheet.file or not 1 <= sheet.pages <= MOST:
        action = f"name a file that ends in .pdf, and one to {MOST} pages"
        return line_problem(book.file, 0, f"the sheet {path} cannot be written", action)
    return None
