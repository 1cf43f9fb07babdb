"""Holds every document of the review to what Quarto really does, and to the house rules.

Each rule is first found kept by all documents, then broken in a copy of the real ones, so that
a rule nobody checks any more fails here.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from analysis.review_data import load_review_data
from publishing.documents.document_checks import check_documents, read_documents
from publishing.lifecycle.checked import render_context
from publishing.manuscript.book import all_chapters, load_books, profile_file
from publishing.manuscript.context import RenderContext
from publishing.manuscript.qmd import Document
from publishing.printing.figure import style as style_of_figures
from publishing.site.version import version_of
from schemas.problems import ReviewError

PROJECT = Path(__file__).parents[1]
BOOKS = load_books(PROJECT)
DOCUMENTS = read_documents(PROJECT, BOOKS)


@pytest.fixture(scope="module")
def context() -> RenderContext:
    data = load_review_data(PROJECT)
    return render_context(data, version_of(data))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the real documents, free to be broken."""
    names = [chapter.path for chapter in all_chapters(BOOKS)]
    names += ["_quarto.yml", *(profile_file(book.edition) for book in BOOKS)]
    for name in names:
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / name, place)
    return tmp_path


def test_the_documents_keep_every_rule(context: RenderContext) -> None:
    assert [str(problem) for problem in check_documents(PROJECT, context)] == []


def test_the_review_is_long_enough_to_be_one() -> None:
    assert len(DOCUMENTS) >= 12


def every(document: Document) -> str:
    return (PROJECT / document.path).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.path)
def test_a_document_is_executed_and_titled_by_its_heading(document: Document) -> None:
    assert document.front["engine"] == "jupyter"
    assert "title" not in document.front
    assert re.search(r"^# .+ \{#sec-[a-z0-9-]+", every(document), re.MULTILINE)


NAME_OF_SVG = "http://www.w3.org/2000/svg"  # a namespace, which nothing fetches
PARAGRAPH = "\n\nA sentence to be put in the place of another one.\n"
FAULTS = [
    ("engine: jupyter\n", "", "does not say engine: jupyter"),
    ("engine: jupyter\n", "engine: jupyter\nfreeze: auto\n", "front matter key freeze"),
    ("engine: jupyter\n", "engine: jupyter\ntitle: x\n", "front matter key title"),
    (PARAGRAPH, "\n\n{{< var version >}}\n", "a shortcode is not supported"),
    (PARAGRAPH, "\n\nHere $\\tau^2$ is nought.\n", "an equation is not supported"),
    (PARAGRAPH, "\n\n<b>Bold</b> words.\n", "raw HTML is not supported"),
    (PARAGRAPH, "\n\n::: {.panel-tabset}\n:::\n", "class .panel-tabset is not supported"),
    (PARAGRAPH, "\n\n::: {.content-visible when-format=html}\n:::\n", "attribute when-format"),
    (PARAGRAPH, "\n\n::: {.content-visible}\n:::\n", "a conditional part without a condition"),
    (PARAGRAPH, "\n\n[x]{.content-hidden when-profile=nurse}\n", "unknown profile nurse"),
    (PARAGRAPH, "\n\n![Words](/figures/x.svg)\n", "an image without fig-alt"),
    (PARAGRAPH, "\n\n###### Too deep\n", "heading level 6 follows level"),
    (PARAGRAPH, "\n\nSee [@fig-nothing].\n", "a cross-reference in brackets"),
    (PARAGRAPH, "\n\nSee @fig-nothing.\n", "@fig-nothing refers to nothing"),
    (PARAGRAPH, "\n\nAs said [@nobody1999].\n", "unknown citekey @nobody1999"),
    (PARAGRAPH, '\n\nIt was `{python} claim("no.such")`.\n', "unknown claim no.such"),
    (PARAGRAPH, "\n\nIt was 97.9% there.\n", "the digits of '97.9%' are typed in prose"),
    (PARAGRAPH, "\n\n```{r}\n1\n```\n", "a cell of the engine {r} is not supported"),
    (PARAGRAPH, '\n\n```{python}\ntable("none")\n```\n', "unknown table none"),
    (PARAGRAPH, '\n\n```{python}\n#| output: asis\nfigure("no")\n```\n', "unknown figure no"),
]


@pytest.mark.parametrize(("kept", "broken", "expected"), FAULTS)
def test_each_rule_bites(
    copy: Path, context: RenderContext, kept: str, broken: str, expected: str
) -> None:
    path = copy / "report" / "methods.qmd"
    text = path.read_text(encoding="utf-8") + PARAGRAPH
    assert kept in text
    path.write_text(text.replace(kept, broken), encoding="utf-8")
    found = [str(problem) for problem in check_documents(copy, context)]
    assert any(expected in message for message in found), found
    assert all(re.match(r"report/methods\.qmd line \d+: ", message) for message in found)


def test_a_name_that_leaves_the_vocabulary_is_a_typed_result(context: RenderContext) -> None:
    bare = replace(context, names=frozenset())
    found = [str(problem) for problem in check_documents(PROJECT, bare)]
    assert any("CD38" in message for message in found)


def test_the_project_is_a_book_that_runs_at_its_root_and_freezes_nothing() -> None:
    settings = BOOKS[0].metadata
    assert settings["project"]["type"] == "book"
    assert settings["project"]["execute-dir"] == "project"
    assert settings["execute"]["freeze"] is False
    assert settings["execute"].get("cache") is None
    assert settings["number-sections"] is True
    assert [book.pdf for book in BOOKS] == [
        "review.pdf", "patient/review-patient.pdf", "board/review-board.pdf",
    ]  # fmt: skip
    assert set(settings["format"]) == {"review-html", "review-typst"}
    assert all(book.chapters[0].path == "index.qmd" for book in BOOKS)


def test_titles_tell_the_chapters_of_an_edition_and_the_editions_apart() -> None:
    heading = re.compile(r"^# (.+?) \{#sec-", re.MULTILINE)
    titles = {document.path: heading.findall(every(document)) for document in DOCUMENTS}
    for book in BOOKS:
        own = [title for chapter in book.chapters for title in titles[chapter.path]]
        assert len(own) == len(set(own)) == len(book.chapters), book.edition
    assert len({book.audience for book in BOOKS}) == len(BOOKS)


def test_citations_are_numbers_in_the_order_of_the_list() -> None:
    style = ET.parse(PROJECT / BOOKS[0].metadata["csl"]).getroot()
    space = {"csl": "http://purl.org/net/xbiblio/csl"}
    category = style.find("csl:info/csl:category[@citation-format]", space)
    assert category is not None
    assert category.get("citation-format") == "numeric"
    keys = style.findall("csl:bibliography/csl:sort/csl:key", space)
    assert keys[0].get("macro") == "names"  # not the order in which a page happens to cite
    assert (PROJECT / BOOKS[0].metadata["bibliography"]).is_file()


def test_one_page_holds_the_bibliography() -> None:
    holders = [document.path for document in DOCUMENTS if "{#refs}" in every(document)]
    assert all(holders == [book.chapters[-1].path] for book in BOOKS)


def test_no_page_asks_another_host() -> None:
    folder = PROJECT / "_extensions" / "review"
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".css", ".js", ".html"} and path.name != "minisearch.js":
            text = path.read_text("utf-8").replace("// ", "").replace(NAME_OF_SVG, "")
            assert not re.search(r"(?:https?:)?//[a-z]", text), path.name
    extension = yaml.safe_load((folder / "_extension.yml").read_text(encoding="utf-8"))
    assert extension["contributes"]["formats"]["html"]["html-math-method"] == "mathml"


def test_tables_and_figures_avoid_what_is_lost_on_the_way_to_the_pdf() -> None:
    sources = [
        path
        for room in ("printing", "tables", "displays")
        for path in (PROJECT / "publishing" / room).glob("*.py")
    ]
    code = {path: path.read_text(encoding="utf-8") for path in sources}
    for path, text in code.items():
        assert not re.search(r"\.tab_(?:footnote|header|source_note)\(", text), path
        assert not re.search(r"\.fmt_markdown\(", text), path
    drawing = (PROJECT / "publishing" / "printing" / "figure.py").read_text(encoding="utf-8")
    assert style_of_figures()["svg.fonttype"] == "none"
    assert style_of_figures()["svg.hashsalt"]
    assert 'metadata={"Date": None}' in drawing


@pytest.mark.parametrize("name", ["_quarto.yml", "_quarto-patient.yml"])
def test_a_setting_given_twice_is_refused(copy: Path, name: str) -> None:
    path = copy / name
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{text}\nx-nested:\n  a: 1\n  a: 1\n", encoding="utf-8")
    line = text.count("\n") + 4
    said = f"{re.escape(name)}[^\n]*\n  line {line}: .*'a' occurs twice"
    with pytest.raises(ReviewError, match=said):
        load_books(copy)
