"""What a reference manager reads of a version of the review."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from pathlib import Path

from pypandoc import convert_text

from publishing.manuscript.context import RenderContext
from publishing.site.linked_data import NAMES, citation_files

CONTEXT = RenderContext(
    title="Cells & blood: 50% of {all}", version="1.2.3", status="Submitted",
    date=datetime.date(2026, 11, 9), evidence_to="2026-08-11", content_hash="ab" * 32,
    bibliography=Path("references.bib"), site_url="https://example.org/review/",
)  # fmt: skip
ADDRESS = "https://example.org/review/v/1.2.3/"


def test_each_format_names_title_version_date_hash_and_address() -> None:
    files = citation_files(CONTEXT)
    assert set(files) == set(NAMES)
    (item,) = json.loads(files["citation.json"])
    assert item["title"] == CONTEXT.title
    assert item["issued"] == {"date-parts": [[2026, 11, 9]]}
    ris = dict(re.findall(r"^([A-Z][A-Z0-9])  - (.*)$", files["citation.ris"], re.M))
    assert (ris["TI"], ris["ET"], ris["DA"], ris["UR"]) == (
        CONTEXT.title, "1.2.3", "2026/11/09", ADDRESS,
    )  # fmt: skip
    for text in files.values():
        assert CONTEXT.content_hash in text
        assert ADDRESS in text


def test_pandoc_reads_the_bibtex_and_the_ris_as_what_was_written() -> None:
    files = citation_files(CONTEXT)
    for name, form in (("citation.bib", "bibtex"), ("citation.ris", "ris")):
        (item,) = json.loads(convert_text(files[name], "csljson", format=form))
        assert "Cells & blood: 50% of" in item["title"]
        assert item["issued"]["date-parts"][0][0] == 2026


def test_a_review_without_an_address_names_none() -> None:
    files = citation_files(replace(CONTEXT, site_url=""))
    assert "url" not in files["citation.bib"]
    assert "UR  -" not in files["citation.ris"]
    assert "URL" not in json.loads(files["citation.json"])[0]
