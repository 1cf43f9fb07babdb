"""What pages say of themselves to machines."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

from publishing.manuscript.context import RenderContext
from publishing.render.chapter_body import ChapterBody
from publishing.site.linked_data import as_script, linked_data
from schemas.references import load_bibliography

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
CONTEXT = RenderContext(
    title="A review",
    version="1.2.3",
    status="Submitted",
    date=datetime.date(2026, 2, 6),
    evidence_to="2026-01",
    content_hash="ab12",
    bibliography=Path("references.bib"),
    question="Does it work?",
    licence="MIT",
    audience="Clinician",
    references={"a2020": ("On a", "10.1000/a"), "b2021": ("On <b>", "")},
)


def test_a_page_says_what_it_is_about_for_whom_and_on_what_ground() -> None:
    data = linked_data(CONTEXT, "Harm", ["a2020", "b2021", "nobody"], "../ledger.json")
    assert data["@type"] == "MedicalScholarlyArticle"
    assert (data["headline"], data["version"], data["license"]) == ("Harm", "1.2.3", "MIT")
    assert (data["dateModified"], data["temporalCoverage"]) == ("2026-02-06", "../2026-01")
    assert data["audience"] == {"@type": "MedicalAudience", "audienceType": "Clinician"}
    assert data["isBasedOn"]["url"] == "../ledger.json"
    assert data["citation"] == [
        {"@type": "ScholarlyArticle", "@id": "https://doi.org/10.1000/a"},
        {"@type": "CreativeWork", "name": "On <b>"},
    ]


def test_nothing_in_it_ends_the_element() -> None:
    script = as_script(linked_data(CONTEXT, "</script><b>", ["b2021"]))
    assert script.count("<") == 2
    assert json.loads(script[script.index(">") + 1 : script.rindex("<")])["headline"] == (
        "</script><b>"
    )


def test_what_a_page_cites_is_read_once_and_in_order() -> None:
    body = '<span data-cites="b2021 a2020"></span><span data-cites="a2020"></span>'
    chapter = ChapterBody("a.qmd", "a.html", "sec-a", "", "A", (), body)
    assert chapter.references == ("b2021", "a2020")


@pytest.mark.parametrize("folder", ["", "board", "patient"])
def test_every_finished_page_has_it(finished: Path, folder: str) -> None:
    site = finished / "_site" / folder
    entries = load_bibliography(finished)
    pages = [*site.glob("*.html"), *site.glob("report/*.html"), *site.glob("patient/*.html")]
    assert pages
    for page in pages:
        (found,) = SCRIPT.findall(page.read_text(encoding="utf-8"))
        data = json.loads(found)
        assert (page.parent / data["isBasedOn"]["url"]).is_file()
        assert data["audience"]["audienceType"]
        dois = {fields.get("doi") for fields in entries.values()}
        cited = {item["@id"].removeprefix("https://doi.org/") for item in data["citation"]
                 if "@id" in item}  # fmt: skip
        assert cited <= dois
