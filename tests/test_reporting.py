"""Reporting standards: every item has its place or its reason, and every place exists."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.review_data import load_review_data
from publishing.checks.places import place_problems
from publishing.documents.catalogue import load_displays
from schemas.evidence import Evidence
from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell

ROOT = Path(__file__).parents[1]
PATIENT = (ROOT / "index.qmd", *sorted((ROOT / "report/patient").glob("*.qmd")))
PLACE = re.compile(r"\{#(sec-[a-z0-9-]+)")


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "reporting"), "reporting")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [("topic", "", "the cell is empty"), ("state", "yes", "reported, in_part, not_reported")],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "reporting", column, text)


def test_a_place_that_no_document_has_is_named(root: Path) -> None:
    data = load_review_data(root)
    table = data.evidence.reporting
    wrong = table.assign(place=table["place"].where(table.index != 3, "sec-nowhere"))
    broken = replace(data, evidence=replace(data.evidence, reporting=wrong))
    assert list(place_problems(data)) == []
    [problem] = place_problems(broken)
    assert "row 3 (" in str(problem)
    assert "column place: sec-nowhere is a section of no document" in str(problem)


def test_all_items_of_both_standards_are_there(evidence: Evidence) -> None:
    table = evidence.reporting
    items = list(table[table["standard"] == "prisma-2020"]["item"])
    whole = [int(re.match(r"\d+", item)[0]) for item in items]  # type: ignore[index]
    assert sorted(set(whole)) == list(range(1, 28))
    assert len(items) == len(set(items)) == 42
    living = set(table[table["standard"] == "prisma-lsr"]["item"].dropna())
    assert {"L1", "L2", "L3", "L4"} <= living


def test_every_item_of_the_tool_for_patients_pages_is_answered(root: Path) -> None:
    """The 17 items of PEMAT-P on understandability; 13 and 14 are of video and sound."""
    table = load_review_data(root).evidence.reporting
    tool = table[table["standard"] == "pemat-p"]
    assert sorted(map(int, tool["item"])) == [*range(1, 13), *range(15, 20)]
    shown = {place for page in PATIENT for place in PLACE.findall(page.read_text("utf-8"))}
    assert set(tool["place"]) <= shown
    [where] = [
        column for column in load_displays(root).tables["reporting-pemat-p"].columns
        if column.title == "Where"
    ]  # fmt: skip
    assert set(where.words) == set(tool["place"])  # a place is printed by the name of its page
