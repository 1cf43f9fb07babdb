"""The review as a whole: what it must contain, and what its documents must keep to."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.printed_claims import printed_claims
from publishing.documents.catalogue import load_displays
from publishing.manuscript.book import all_chapters, load_books
from publishing.manuscript.editions import edition_view
from publishing.manuscript.qmd import Prose, read_document
from publishing.printing.table import MISSING, Table

ROOT = Path(__file__).parents[1]
DOCUMENTS = [chapter.path for chapter in all_chapters(load_books(ROOT))]
HELD = {
    plain: [(chapter.path, book.edition) for book in load_books(ROOT) if bool(book.plain) is plain
            for chapter in book.chapters]
    for plain in (True, False)
}  # fmt: skip
CLAIM = re.compile(r"\bclaim\(\s*[\"']([^\"']+)")
SOURCES = re.compile(r"\bsources\(([^)]*)\)")
CITED = re.compile(r"@([a-z][a-z0-9_]*)(?![a-z0-9_-]*:)")

# Each heading of the article this review replaces, and each feature of its page.
ARTICLE = {
    "the question": ("index.qmd", "question"),
    "headline answer": ("index.qmd", "sec-summary"),
    "approved products: first product": ("report/efficacy-by-product.qmd", "CARTITUDE-1"),
    "approved products: second product": ("report/efficacy-by-product.qmd", "KarMMa"),
    "comparative efficacy across studies": ("report/comparison.qmd", "sec-comparison"),
    "target antigen comparison": ("report/comparison.qmd", "GPRC5D"),
    "safety profile": ("report/safety.qmd", "sec-safety"),
    "haematological toxicities": ("report/safety.qmd", "cytopenia"),
    "cytokine release syndrome": ("report/safety.qmd", "cytokine release syndrome"),
    "neurological toxicities": ("report/safety.qmd", "parkinsonism"),
    "infectious complications": ("report/safety.qmd", "nfection"),
    "treatment-related mortality": ("report/safety.qmd", "reatment-related death"),
    "haemophagocytic case": ("report/safety.qmd", "aemophagocytic"),
    "toxicity management": ("report/safety.qmd", "anagement"),
    "guideline position": ("report/labels-and-guidelines.qmd", "uideline"),
    "organ function": ("report/patient-selection.qmd", "rgan function"),
    "manufacturing time": ("report/patient-selection.qmd", "anufactur"),
    "bridging": ("report/patient-selection.qmd", "ridging"),
    "prior BCMA therapy": ("report/sequencing.qmd", "sec-sequencing"),
    "earlier use": ("report/earlier-lines.qmd", "sec-earlier"),
    "emerging data: first trial": ("report/earlier-lines.qmd", "CARTITUDE-4"),
    "emerging data: second trial": ("report/earlier-lines.qmd", "KarMMa-3"),
    "expected approvals": ("report/labels-and-guidelines.qmd", "sec-labels"),
    "pitfalls and caveats": ("report/pitfalls.qmd", "sec-pitfalls"),
    "bispecifics before CAR-T": ("report/sequencing.qmd", "ispecific"),
    "relapse after CAR-T": ("report/relapse-and-salvage.qmd", "sec-relapse"),
    "rapid progression": ("report/pitfalls.qmd", "rogress"),
    "professional disclaimer": ("report/governance.qmd", "isclaimer"),
    "board statement": ("report/governance.qmd", "board"),
    "article review status": ("report/governance.qmd", "tbl-governance-status"),
    "editorial policy": ("report/governance.qmd", "ditorial policy"),
    "numbered citations": ("report/references.qmd", "refs"),
    "last updated": ("index.qmd", "tbl-review"),
}


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


def prose_paragraphs(path: str, edition: str) -> list[str]:
    """Paragraphs that an edition prints of a document, outside code, lists item by item."""
    view = edition_view(read_document(ROOT, path), edition)
    text = "\n\n".join(piece.text for piece in view.pieces if isinstance(piece, Prose))
    return [part.strip() for part in re.split(r"\n\s*\n|\n(?=- )", text) if part.strip()]


def sources_named(text: str) -> set[str]:
    """The claims whose sources a text cites."""
    return set(re.findall(r"[\"']([^\"']+)[\"']", " ".join(SOURCES.findall(text))))


@pytest.mark.parametrize("heading", ARTICLE)
def test_each_heading_of_the_article_has_its_place(heading: str) -> None:
    path, words = ARTICLE[heading]
    assert path in DOCUMENTS
    assert words in (ROOT / path).read_text(encoding="utf-8")


def test_the_review_is_not_a_sketch(data: ReviewData) -> None:
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in DOCUMENTS)
    printed = set(CLAIM.findall(text)) & set(data.ledger.records)
    assert len(DOCUMENTS) >= 12
    assert len(printed) >= 100
    assert len(set(re.findall(r"^figure\(\"([^\"]+)", text, re.M))) >= 10
    assert len(set(re.findall(r"^table\(\"([^\"]+)", text, re.M))) >= 12


@pytest.mark.parametrize(("path", "edition"), HELD[False])
def test_a_paragraph_with_a_claim_cites_a_source_of_its_claims(
    data: ReviewData, path: str, edition: str
) -> None:
    silent = []
    for paragraph in prose_paragraphs(path, edition):
        claims = [i for i in CLAIM.findall(paragraph) if data.ledger[i].citekeys]
        behind = {key for i in claims for key in data.ledger[i].citekeys}
        cited = {key for i in sources_named(paragraph) for key in data.ledger[i].citekeys}
        cited |= set(CITED.findall(paragraph))
        if claims and not behind & cited:
            silent.append(paragraph[:120])
    assert silent == []


@pytest.mark.parametrize(("path", "edition"), HELD[True])
def test_a_page_in_plain_words_cites_the_sources_of_its_claims(
    data: ReviewData, path: str, edition: str
) -> None:
    text = "\n\n".join(prose_paragraphs(path, edition))
    claims = {i for i in CLAIM.findall(text) if data.ledger[i].citekeys}
    assert claims <= sources_named(text)


def test_every_figure_and_table_is_printed_and_mentioned() -> None:
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in DOCUMENTS)
    displays = load_displays(ROOT)
    for kind, names in (("fig", displays.figures), ("tbl", displays.tables)):
        call = "figure" if kind == "fig" else "table"
        for name in names:
            assert f'{call}("{name}")' in text, f"{call} {name} is printed nowhere"
            assert f"@{kind}-{name}" in text, f"{call} {name} is mentioned nowhere"


@pytest.mark.slow  # draws every table and figure of three editions
def test_every_claim_is_printed_or_cited(data: ReviewData) -> None:
    editions = ("board", "clinician", "patient")
    displays = load_displays(ROOT)
    printed = {name for one in editions for name in printed_claims(data, displays, one)}
    text = "\n".join((ROOT / path).read_text(encoding="utf-8") for path in DOCUMENTS)
    audit = " ".join(data.evidence.article_claims["source_says"].dropna())
    printed |= set(re.findall(r"[\"']([^\"']+)[\"']", " ".join(SOURCES.findall(text))))
    printed |= set(re.findall(r"{([^{}]+)}", audit))
    assert sorted(set(data.ledger.records) - printed) == []


def cells_of_html(table: Table) -> list[list[str]]:
    rows = re.findall(r"<tr>\s*(.*?)</tr>", table._repr_html_(), re.S)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows
    ]


@pytest.mark.parametrize("name", sorted(load_displays(ROOT).tables))
def test_both_forms_of_a_table_print_the_same_cells(data: ReviewData, name: str) -> None:
    table = load_displays(ROOT).tables[name].make(data)
    assert table.name == name
    assert table.rows, "a table without rows is no table"
    printed = cells_of_html(table)
    lines = [line for line in table._repr_markdown_().splitlines() if line.startswith("| ")][1:]
    lines = [line for line in lines if not line.startswith("| **")]
    assert len(printed) == len(lines) == len(table.rows)
    for html_cells, line, row in zip(printed, lines, table.rows, strict=True):
        texts = [cell.text or MISSING for cell in row]
        plain = [unescape(cell).replace("\N{NO-BREAK SPACE}", " ") for cell in html_cells]
        plain = [cell.strip("\N{FIGURE SPACE}") for cell in plain]  # aligns decimal points
        markdown = re.sub(r"\[((?:\\.|[^\[\]\\])*)\]\{[^{}]*\}", r"\1", line)
        markdown = re.sub(r"\\(.)", r"\1", markdown)
        for text, shown, cell in zip(texts, plain, row, strict=True):
            keys = [key for part in (cell, *cell.parts) for key in part.citekeys]
            if keys:
                assert all(f"@{key}" in line for key in keys)
            else:
                assert shown == text
                assert text in markdown


def test_schemas_and_analysis_know_no_disease() -> None:
    words = r"cilta|ide-cel|karmma|cartitude|myeloma|bcma"
    found = subprocess.run(
        ["git", "grep", "-iEn", words, "--", "schemas", "analysis"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout == ""


def test_documents_can_be_read(data: ReviewData) -> None:
    for path in DOCUMENTS:
        assert read_document(ROOT, path).problems == []
