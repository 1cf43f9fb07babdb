"""The finished PDFs read by a PDF library: length, fonts, bookmarks and the tags of UA-1."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from lxml import html
from numpy.typing import NDArray
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from publishing.checks.reading import count_words

BOOKS = ("review.pdf", "patient/review-patient.pdf", "board/review-board.pdf")
SHEETS = {"two-pages.pdf": 2, "patient/one-page.pdf": 1, "board/one-page.pdf": 1}
CLINICIAN_PAGES = range(15, 26)  # 43 before the prose was halved
CLINICIAN_WORDS = range(5_000, 7_501)  # of sentences and lists; 14,600 before

Element = DictionaryObject


@pytest.fixture(scope="module")
def papers(finished: Path) -> dict[str, PdfReader]:
    return {name: PdfReader(finished / "_site" / name) for name in (*BOOKS, *SHEETS)}


@pytest.fixture(scope="module")
def tags(papers: dict[str, PdfReader]) -> dict[str, list[tuple[str, Element]]]:
    """Tag and element of every structure element, in reading order."""
    return {name: list(_elements(paper)) for name, paper in papers.items()}


def _elements(paper: PdfReader) -> Iterator[tuple[str, Element]]:
    root = paper.root_object["/StructTreeRoot"]
    roles = root.get("/RoleMap", {})
    waiting: list[Any] = [root["/K"]]
    while waiting:
        element = waiting.pop(0).get_object()
        if isinstance(element, ArrayObject):
            waiting[:0] = list(element)
        elif isinstance(element, DictionaryObject) and "/S" in element:
            tag = str(element["/S"])
            yield str(roles.get(tag, tag)).removeprefix("/"), element
            waiting[:0] = [element["/K"]] if "/K" in element else []


def _attributes(element: Element) -> dict[str, Any]:
    found = element.get("/A", DictionaryObject()).get_object()
    parts = found if isinstance(found, ArrayObject) else [found]
    return {key: value for part in parts for key, value in part.get_object().items()}


def test_clinician_edition_has_the_length_of_a_review(papers: dict[str, PdfReader]) -> None:
    assert len(papers["review.pdf"].pages) in CLINICIAN_PAGES


def test_clinicians_read_each_fact_once(finished: Path) -> None:
    assert sum(count_words(finished / "_site").values()) in CLINICIAN_WORDS


def _touching(boxes: NDArray[np.float64]) -> list[list[int]]:
    """Pairs of runs of text, boxes [n, 4] of left, bottom, right and top, that stand on each other.

    The last letter of an italic run may lean over the next.
    """
    left, bottom, right, top = boxes.T
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    up = np.minimum.outer(top, top) - np.maximum.outer(bottom, bottom)
    lower = np.minimum.outer(top - bottom, top - bottom)
    touch = (across > 3) & (lower > 3) & (up > lower / 2)
    found: list[list[int]] = np.argwhere(np.triu(touch, 1)).tolist()
    return found


@pytest.mark.parametrize("name", BOOKS)
def test_no_words_stand_on_others(name: str, finished: Path) -> None:
    for number, page in enumerate(pypdfium2.PdfDocument(finished / "_site" / name), 1):
        text = page.get_textpage()
        boxes = [text.get_rect(at) for at in range(text.count_rects())]
        found = _touching(np.array(boxes).reshape(-1, 4))
        said = [[text.get_text_bounded(*boxes[at]) for at in pair] for pair in found]
        assert said == [], f"page {number}"


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_has_its_pages(name: str, papers: dict[str, PdfReader]) -> None:
    assert len(papers[name].pages) == SHEETS[name]


def test_two_pages_hold_what_the_first_page_says(
    finished: Path, papers: dict[str, PdfReader]
) -> None:
    page = html.parse(finished / "_site" / "index.html").getroot()
    claims = {"".join(one.text_content().split()) for one in page.find_class("claim")}
    paper = "".join("".join(one.extract_text().split()) for one in papers["two-pages.pdf"].pages)
    assert len(claims) > 30
    assert [claim for claim in claims if claim not in paper] == []
    links = [link.get("href") for link in page.iter("a")]
    assert links.count("two-pages.pdf") == 2  # above the page, and among its downloads


@pytest.mark.parametrize("name", [*BOOKS, *SHEETS])
def test_paper_says_its_language_and_title(name: str, papers: dict[str, PdfReader]) -> None:
    root = papers[name].root_object
    assert str(root["/Lang"]).startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert papers[name].metadata is not None
    assert papers[name].metadata.title


@pytest.mark.parametrize("name", [*BOOKS, *SHEETS])
def test_headings_skip_no_level(name: str, tags: dict[str, list[tuple[str, Element]]]) -> None:
    levels = [int(tag[1:]) for tag, _ in tags[name] if re.fullmatch(r"H[1-6]", tag)]
    assert levels
    assert levels[0] == 1
    steps = [(before, after) for before, after in itertools.pairwise(levels)
             if after > before + 1]  # fmt: skip
    assert not steps


@pytest.mark.parametrize("name", [*BOOKS, *SHEETS])
def test_every_figure_has_alt_text(name: str, tags: dict[str, list[tuple[str, Element]]]) -> None:
    figures = [element for tag, element in tags[name] if tag == "Figure"]
    assert figures or name == "board/one-page.pdf"
    assert all(len(str(element.get("/Alt", ""))) > 40 for element in figures)


@pytest.mark.parametrize("name", [*BOOKS, "two-pages.pdf", "board/one-page.pdf"])
def test_every_table_has_heads_with_scope(
    name: str, tags: dict[str, list[tuple[str, Element]]]
) -> None:
    tables = sum(tag == "Table" for tag, _ in tags[name])
    heads = [element for tag, element in tags[name] if tag == "TH"]
    assert tables
    assert len(heads) >= 2 * tables
    assert all("/Scope" in _attributes(element) for element in heads)


@pytest.mark.parametrize("name", BOOKS)
def test_bookmarks_name_every_chapter(name: str, papers: dict[str, PdfReader]) -> None:
    paper = papers[name]
    first = [mark for mark in paper.outline if not isinstance(mark, list)]
    assert len(first) >= 8
    pages = [paper.get_destination_page_number(mark) for mark in first]
    assert pages == sorted(pages)


def _fonts(paper: PdfReader) -> Iterator[DictionaryObject]:
    for page in paper.pages:
        for font in page.get("/Resources", {}).get("/Font", {}).values():
            yield from font.get_object().get("/DescendantFonts", [font])


@pytest.mark.parametrize("name", [*BOOKS, *SHEETS])
def test_fonts_are_ours_embedded_and_subset(name: str, papers: dict[str, PdfReader]) -> None:
    fonts = [font.get_object() for font in _fonts(papers[name])]
    assert fonts
    for font in fonts:
        assert re.match(r"/[A-Z]{6}\+Review(Serif|Sans|Mono)-", str(font["/BaseFont"]))
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"])


def _page_of(element: Any, pages: dict[int, int]) -> int | None:
    """The page on which an element begins, from 0."""
    waiting: list[Any] = [element]
    while waiting:
        found = waiting.pop(0)
        found = found.get_object() if hasattr(found, "get_object") else found
        if isinstance(found, ArrayObject):
            waiting[:0] = list(found)
        elif isinstance(found, DictionaryObject) and "/Pg" in found:
            return pages[found.raw_get("/Pg").idnum]
        elif isinstance(found, DictionaryObject) and "/K" in found:
            waiting[:0] = [found["/K"]]
    return None


@pytest.fixture(scope="module")
def placed(
    papers: dict[str, PdfReader], tags: dict[str, list[tuple[str, Element]]]
) -> dict[str, list[tuple[str, int]]]:
    """Tag and page of every heading, paragraph, table and figure, in reading order.

    A list of definitions is made of spans: they are what stands under its heading.
    """
    found = {}
    for name in BOOKS:
        pages = {page.indirect_reference.idnum: at for at, page in enumerate(papers[name].pages)
                 if page.indirect_reference}  # fmt: skip
        wanted = [(tag, element) for tag, element in tags[name]
                  if re.fullmatch(r"H[1-6]|P|LI|Span|TOCI|Table|Figure", tag)]  # fmt: skip
        located = [(tag, _page_of(element, pages)) for tag, element in wanted]
        found[name] = [(tag, page) for tag, page in located if page is not None]
    return found


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("kind", ["H[1-6]", "Table", "Figure"])
def test_reading_order_is_that_of_the_pages(
    name: str, kind: str, placed: dict[str, list[tuple[str, int]]]
) -> None:
    pages = [page for tag, page in placed[name] if re.fullmatch(kind, tag)]
    assert pages
    assert pages == sorted(pages)


@pytest.mark.parametrize("name", BOOKS)
def test_no_heading_is_left_at_the_foot_of_a_page(
    name: str, placed: dict[str, list[tuple[str, int]]]
) -> None:
    found = placed[name]
    parted = []
    for at, (tag, page) in enumerate(found):
        below = itertools.takewhile(lambda one: not one[0].startswith("H"), found[at + 1 :])
        told = [on for kind, on in below if kind != "Figure"]  # a figure may float away
        if tag.startswith("H") and told and page not in told:
            parted.append((tag, page + 1))
    assert parted == []


@pytest.mark.parametrize("name", ["review.pdf", "board/review-board.pdf"])
def test_the_heading_of_a_group_of_rows_is_a_head(
    name: str, tags: dict[str, list[tuple[str, Element]]]
) -> None:
    spanning = [tag for tag, element in tags[name] if _attributes(element).get("/ColSpan", 1) > 2]
    assert len(spanning) > 20
    assert set(spanning) == {"TH"}
