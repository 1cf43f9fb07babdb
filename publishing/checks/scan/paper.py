"""Reads what a PDF says: its lines and its alt texts, as its tags name them.

What a tagged PDF prints beside its content (running heads, page feet, the head of a table once
more on each page the table reaches) has no number of marked content and is left out.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HASH = re.compile(r"\b[0-9a-f]{64}\b")
NOT_CONTENT = -1  # what PDFium gives for an element, and for what is printed beside the content
HYPHEN = "\ufffe"  # what PDFium gives for a hyphen at the end of a line


@dataclass(frozen=True)
class Line:
    """One line of the PDF, with its page, from 1."""

    page: int
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
        first, texts, alts = first_page(document), [], []
        for page in document:
            figures = _figures_of(page)
            alts += [figure.alt for figure in figures if figure.alt]
            texts.append(text_of(page, frozenset().union(*(each.content for each in figures))))
    finally:
        document.close()
    texts[-1:] = [HASH.sub("", text) for text in texts[-1:]]
    lines = [
        Line(page, line)
        for page, text in enumerate(texts, start=1)
        for line in (" ".join(each.split()) for each in split_lines(text))
        if line and page >= first
    ]
    return Paper(tuple(lines), tuple(alts))


def first_page(document: Any) -> int:
    """The page of the first chapter, from 1: cover and contents stand before it."""
    marks = [_page_of(mark) for mark in document.get_toc()]
    return min((mark for mark in marks if mark is not None), default=1)


def split_lines(text: str) -> list[str]:
    """Lines of a page; PDFium joins a word cut at the end of a line to the next line."""
    return text.replace(HYPHEN, f"{HYPHEN}\n").splitlines()


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


def text_of(page: Any, aside: frozenset[int] = frozenset()) -> str:
    """The text of a page in memory, without that beside its content and in figures, `aside`.

    What a drawing says is proved where it is drawn.
    """
    from pypdfium2 import raw

    for written in list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT])):
        if raw.FPDFPageObj_GetMarkedContentID(written) in aside | {NOT_CONTENT}:
            page.remove_obj(written)
    return str(page.get_textpage().get_text_range())
