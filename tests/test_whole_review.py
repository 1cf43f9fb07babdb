"""The whole review, built in copies: same bytes, one change, and failures that lose nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.whole_copy import build, copy_project

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
SENTENCE = "\n\nMore is to follow.\n"  # added to a document of the patients
SPAN = re.compile(r'<(?:span|a)[^>]*data-claim="([^"]+)"[^>]*>(.*?)</(?:span|a)>', re.S)


def files_of(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def claims_of(site: Path) -> set[tuple[str, str, str]]:
    """Every claim printed on a page: page, claim, text."""
    return {
        (page.relative_to(site).as_posix(), claim, re.sub(r"<[^>]+>", "", text))
        for page in site.rglob("*.html")
        for claim, text in SPAN.findall(page.read_text(encoding="utf-8"))
    }


def pdf_text(site: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(site / "review.pdf").pages)


@pytest.fixture(scope="module")
def first(finished: Path) -> Path:
    """The project with everything built."""
    return finished


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project with one response fewer in one trial, and a sentence more."""
    project = copy_project(tmp_path_factory.mktemp("changed") / "project")
    table = project / "evidence" / "outcomes.csv"
    text = table.read_text(encoding="utf-8")
    old = "karmma.orr,karmma,karmma,infused,,overall_response,94,128,"
    assert text.count(old) == 1
    table.write_text(text.replace(old, old.replace(",94,", ",93,")), encoding="utf-8")
    page = project / "report" / "patient" / "harms.qmd"
    page.write_text(page.read_text(encoding="utf-8") + SENTENCE, encoding="utf-8")
    done = build(project)
    assert done.returncode == 0, done.stderr
    return project


def test_everything_promised_is_there(first: Path) -> None:
    site = first / "_site"
    for name in ("index.html", "review.pdf", "ledger.json", "ledger.csv"):
        assert (site / name).stat().st_size > 0
    assert len(list(site.rglob("*.html"))) >= 12


def test_one_count_moves_what_depends_on_it_and_nothing_else(first: Path, changed: Path) -> None:
    before, after = (
        {r["id"]: r for r in json.loads((p / "_site" / "ledger.json").read_text())["records"]}
        for p in (first, changed)
    )
    dependants = {i for i, r in before.items() if "outcomes:karmma.orr" in r["rows"]}
    moved = {i for i in before if before[i] != after[i]}
    assert "orr.ide" in moved
    assert moved <= dependants
    printed = claims_of(first / "_site") ^ claims_of(changed / "_site")
    assert {claim for _, claim, _ in printed} <= moved
    assert any(before[i]["statistic"] == "pooled" for i in moved)
    figures = [
        name
        for name, content in files_of(first / "_site").items()
        if name.endswith(".svg") and files_of(changed / "_site")[name] != content
    ]
    assert figures
    assert len(figures) < len(list((first / "_site").rglob("*.svg")))


def test_the_pdf_follows_the_same_change(first: Path, changed: Path) -> None:
    old, new = (
        {r["id"]: r for r in json.loads((p / "_site" / "ledger.json").read_text())["records"]}[
            "orr.ide"
        ]["forms"]["plain"]
        for p in (first, changed)
    )
    assert old != new
    printed = pdf_text(changed / "_site")
    assert new in printed
    assert printed.count(old) < pdf_text(first / "_site").count(old)


def test_a_broken_table_leaves_the_last_good_site_as_it_was(changed: Path) -> None:
    before = files_of(changed / "_site")
    table = changed / "evidence" / "outcomes.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(",93,128,", ",930,128,", 1), encoding="utf-8")
    done = build(changed)
    table.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "930 events > n 128" in done.stderr
    assert "Traceback" not in done.stderr
    assert files_of(changed / "_site") == before


def test_code_of_its_own_is_one_message_with_file_and_line(changed: Path) -> None:
    before = files_of(changed / "_site")
    page = changed / "report" / "pitfalls.qmd"
    text = page.read_text(encoding="utf-8")
    page.write_text(text + "\n```{python}\n#| echo: false\n1 / 0\n```\n", encoding="utf-8")
    done = build(changed)
    page.write_text(text, encoding="utf-8")
    line = len(text.splitlines()) + 4
    assert done.returncode == 1
    assert f"line {line}" in done.stderr
    assert "a document may not run 1 / 0" in done.stderr
    assert "Traceback" not in done.stderr
    assert files_of(changed / "_site") == before


def test_the_attachments_of_the_pdf_are_the_evidence(first: Path) -> None:
    attached = PdfReader(first / "_site" / "review.pdf").attachments
    names = {Path(name).name for name in attached}
    assert {"outcomes.csv", "adverse_events.csv", "ledger.json", "references.bib"} <= names
    (content,) = attached[next(name for name in attached if name.endswith("outcomes.csv"))]
    assert content == (first / "evidence" / "outcomes.csv").read_bytes()


def test_both_changes_taken_back_give_the_same_bytes_in_another_folder(
    first: Path, changed: Path
) -> None:
    """Last, for it builds over `changed`, with what was kept there, what `first` built clean."""
    page = changed / "report" / "patient" / "harms.qmd"
    page.write_text(page.read_text(encoding="utf-8").removesuffix(SENTENCE), encoding="utf-8")
    assert page.read_bytes() == (first / "report" / "patient" / "harms.qmd").read_bytes()
    table = changed / "evidence" / "outcomes.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace(",93,128,", ",94,128,", 1), encoding="utf-8")
    assert table.read_bytes() == (first / "evidence" / "outcomes.csv").read_bytes()
    assert files_of(first / "_site") != files_of(changed / "_site")
    done = build(changed)
    assert done.returncode == 0, done.stderr
    one, two = files_of(first / "_site"), files_of(changed / "_site")
    assert [name for name in one | two if one.get(name) != two.get(name)] == []
