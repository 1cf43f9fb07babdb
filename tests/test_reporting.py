"""Reporting standards: every item has its place or its reason, and every place exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publishing.manuscript.book import load_book
from schemas.evidence import Evidence
from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "reporting"), "reporting")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [("topic", "", "the cell is empty"), ("state", "yes", "reported, in_part, not_reported")],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "reporting", column, text)


def test_every_place_is_a_section_of_the_complete_edition(evidence: Evidence, root: Path) -> None:
    pages = [root / chapter.path for chapter in load_book(root, "board").chapters]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    known = set(re.findall(r"\{#(sec-[a-z0-9-]+)", text))
    places = {place for cell in evidence.reporting["place"].dropna() for place in cell.split(" | ")}
    assert places
    assert places - known == set()


def test_all_items_of_both_standards_are_there(evidence: Evidence) -> None:
    table = evidence.reporting
    items = list(table[table["standard"] == "prisma-2020"]["item"])
    whole = [int(re.match(r"\d+", item)[0]) for item in items]  # type: ignore[index]
    assert sorted(set(whole)) == list(range(1, 28))
    assert len(items) == len(set(items)) == 42
    living = set(table[table["standard"] == "prisma-lsr"]["item"].dropna())
    assert {"L1", "L2", "L3", "L4"} <= living
