"""Reads the PDF as a reader gets it: its lines without running heads and feet, its alt texts."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.checks.scan.numbers import TOKEN

FREQUENT = 0.5  # share of the pages on which a line at an edge is furniture
SHORT = 5  # pages of a document whose furniture may stand on two of them alone
HEAD = 5  # words by which a running head is known
TOP, BOTTOM = 2, 3  # lines at the edges of a page that may be furniture
HASH = re.compile(r"\b[0-9a-f]{64}\b")
HYPHEN = "\ufffe"  # what PDFium gives for a hyphen at the end of a line


@dataclass(frozen=True)
class Line:
    """One line of the PDF: its page, from 1, and its place among the lines of that page."""

    page: int
    number: int
    text: str


@dataclass(frozen=True)
class Paper:
    """Lines from the first chapter on, and the alt texts of all figures."""

    lines: tuple[Line, ...]
    alts: tuple[str, ...]


def read_paper(path: Path) -> Paper:
    """Read a PDF with PDFium; the hashes on its last page are those of the manifest."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(path)
    try:
        marks = [_page_of(mark) for mark in document.get_toc()]
        texts = [page.get_textpage().get_text_range() for page in document]
        alts = [alt for page in document for alt in _alt_texts(page)]
    finally:
        document.close()
    texts[-1:] = [HASH.sub("", text) for text in texts[-1:]]
    first = min((mark for mark in marks if mark is not None), default=1)
    pages = [[" ".join(line.split()) for line in split_lines(text)] for text in texts]
    return Paper(tuple(lines_of(pages, first)), tuple(alts))


def split_lines(text: str) -> list[str]:
    """Lines of a page; PDFium joins a word cut at the end of a line to the next line."""
    return text.replace(HYPHEN, f"{HYPHEN}\n").splitlines()


def lines_of(pages: list[list[str]], first: int = 1) -> list[Line]:
    """Lines of the pages from `first` on, those that stand on most of them left out."""
    furniture = find_furniture(pages)
    found = []
    for page, texts in enumerate(pages, start=1):
        kept = [t for t in texts if t and not _keys(t) & furniture]
        found += [Line(page, at, text) for at, text in enumerate(kept) if page >= first]
    return found


def without_digits(text: str) -> str:
    """A line with its digits blanked, so that page numbers do not tell lines apart."""
    return TOKEN.sub("#", text)


def _keys(text: str) -> set[str]:
    """What tells a line: all of it, and its beginning where a chapter's title may follow."""
    line = without_digits(text)
    words = line.split()
    return {line, " ".join(words[:HEAD]) + " …"} if len(words) > HEAD else {line}


def find_furniture(pages: list[list[str]]) -> frozenset[str]:
    """Lines at the edges of most pages, and beginnings of lines, their digits aside."""
    counts = Counter(
        key
        for page in pages
        for key in {key for text in (*page[:TOP], *page[-BOTTOM:]) for key in _keys(text)}
    )
    least = max(3 if len(pages) > SHORT else 2, FREQUENT * len(pages))
    return frozenset(line for line, count in counts.items() if line and count >= least)


def _page_of(mark: Any) -> int | None:
    """The page of an outline entry, from 1; PDFium's wrappers name it in two ways."""
    if hasattr(mark, "get_dest"):
        target = mark.get_dest()
        index = target.get_index() if target else None
    else:
        index = mark.page_index
    return None if index is None else int(index) + 1


def _alt_texts(page: Any) -> Iterator[str]:
    """Alt texts of the structure tree of one page."""
    from pypdfium2 import raw

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return
    try:
        waiting = [
            raw.FPDF_StructTree_GetChildAtIndex(tree, at)
            for at in range(raw.FPDF_StructTree_CountChildren(tree))
        ]
        while waiting:
            element = waiting.pop(0)
            if not element:
                continue
            yield from _alt_text(raw, element)
            count = raw.FPDF_StructElement_CountChildren(element)
            waiting[:0] = [
                raw.FPDF_StructElement_GetChildAtIndex(element, at) for at in range(count)
            ]
    finally:
        raw.FPDF_StructTree_Close(tree)


def _alt_text(raw: Any, element: Any) -> Iterator[str]:
    size = raw.FPDF_StructElement_GetAltText(element, None, 0)
    if size > 2:
        buffer = ctypes.create_string_buffer(size)
        raw.FPDF_StructElement_GetAltText(element, buffer, size)
        yield buffer.raw[: size - 2].decode("utf-16-le")
