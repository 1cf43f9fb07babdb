"""Reads the PDF as a reader gets it: its lines without running heads and feet, its alt texts."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publishing.checks.scan.numbers import TOKEN

FREQUENT = 0.5  # share of the pages on which a line at an edge is furniture
SHORT = 5  # pages of a document whose furniture may stand on two of them alone
HEAD = 5  # words by which a running head is known
TOP, BOTTOM = 2, 3  # lines at the edges of a page that may be furniture
HASH = re.compile(r"\b[0-9a-f]{64}\b")
NOT_CONTENT = -1  # what PDFium gives for a child that is an element itself
HYPHEN = "\ufffe"  # what PDFium gives for a hyphen at the end of a line


@dataclass(frozen=True)
class Line:
    """One line of the PDF: its page, from 1, and its place among the lines of that page."""

    page: int
    number: int
    text: str


@dataclass(frozen=True)
class Paper:
    """Lines from the first chapter on, without the words of figures, and the figures' alt texts."""

    lines: tuple[Line, ...]
    alts: tuple[str, ...]


def read_paper(path: Path) -> Paper:
    """Read a PDF with PDFium; the hashes on its last page are those of the manifest."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(path)
    try:
        marks = [_page_of(mark) for mark in document.get_toc()]
        texts, alts = [], []
        for page in document:
            figures = _figures_of(page)
            alts += [figure.alt for figure in figures if figure.alt]
            _take_out(page, frozenset().union(*(figure.content for figure in figures)))
            texts.append(page.get_textpage().get_text_range())
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


@dataclass(frozen=True)
class _Figure:
    """A figure of the structure tree: its alt text, and the numbers of its content on the page."""

    alt: str
    content: frozenset[int]


def _figures_of(page: Any) -> list[_Figure]:
    """The figures of one page, in reading order."""
    from pypdfium2 import raw

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return []
    try:
        count = raw.FPDF_StructTree_CountChildren(tree)
        waiting = [raw.FPDF_StructTree_GetChildAtIndex(tree, at) for at in range(count)]
        found = []
        while waiting:
            element = waiting.pop(0)
            if not element:
                continue
            count = raw.FPDF_StructElement_CountChildren(element)
            if _text_of(raw.FPDF_StructElement_GetType, element) == "Figure":
                alt = _text_of(raw.FPDF_StructElement_GetAltText, element)
                content = frozenset(
                    raw.FPDF_StructElement_GetChildMarkedContentID(element, at)
                    for at in range(count)
                )
                found.append(_Figure(alt, content - {NOT_CONTENT}))
            waiting[:0] = [
                raw.FPDF_StructElement_GetChildAtIndex(element, at) for at in range(count)
            ]
        return found
    finally:
        raw.FPDF_StructTree_Close(tree)


def _text_of(read: Callable[..., int], element: Any) -> str:
    size = read(element, None, 0)
    buffer = ctypes.create_string_buffer(max(size, 2))
    read(element, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le") if size > 2 else ""


def _take_out(page: Any, content: frozenset[int]) -> None:
    """Take these texts off a page in memory: what a drawing says is proved where it is drawn."""
    from pypdfium2 import raw

    if not content:
        return
    for written in list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])):
        if raw.FPDFPageObj_GetMarkedContentID(written) in content:
            page.remove_obj(written)
