"""Lines of cohorts: rows of one cohort stand side by side, in the groups of the review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.cohort_groups import grouping_of
from publishing.displays.specification import TableSpecification
from publishing.tables.kinds import TABLE_KINDS

COHORT = {"title": "Cohort", "show": "cohort"}
ANY = {"title": "Any grade", "show": "share", "of": ("any",)}
SEVERE = {"title": "Grade 3 or higher", "show": "share", "of": ("3_or_higher",)}
CRS = ({"where": "event=cytokine_release_syndrome, latest=yes, serious="},)


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def lines(*columns: dict[str, Any], **keys: Any) -> TableSpecification:
    return TABLE_KINDS["cohort-lines"].model_validate(
        {"kind": "cohort-lines", "table": "adverse_events", "line": "counting", "across": "grade",
         "parts": CRS, "columns": columns, **keys}
    )  # fmt: skip


def test_two_grades_of_one_counting_are_one_line(data: ReviewData) -> None:
    table = lines(COHORT, ANY, SEVERE).make(data)
    both = [row for row in table.rows if row[1].text and row[2].text]
    assert both
    assert all(row[1].row.split(".")[0] == row[2].row.split(".")[0] for row in both)


def test_every_row_of_the_selection_stands_in_the_table_once(data: ReviewData) -> None:
    table = lines(COHORT, ANY, SEVERE).make(data)
    shown = [cell.row for row in table.rows for cell in row[1:] if cell.text]
    frame = data.evidence.adverse_events
    wanted = frame[
        (frame["event"] == "cytokine_release_syndrome") & (frame["latest"] == "yes")
        & frame["serious"].isna() & frame["grade"].isin(["any", "3_or_higher"])
        & ~frame["arm_id"].isin(grouping_of(data).defined.left_out)
    ]  # fmt: skip
    assert sorted(shown) == sorted(f"adverse_events:{row}" for row in wanted["row_id"])


def test_groups_stand_in_their_order_and_some_are_left_out(data: ReviewData) -> None:
    defined = grouping_of(data).defined
    titles = {group.id: group.title for group in defined.groups}
    table = lines(COHORT, ANY, without=(defined.order[0],)).make(data)
    order = [titles[name] for name in defined.order[1:] if titles[name] in table.groups]
    assert list(dict.fromkeys(table.groups)) == order


def test_a_line_without_a_needed_column_is_left_out(data: ReviewData) -> None:
    every = lines(COHORT, ANY, SEVERE).make(data).rows
    severe = lines(COHORT, ANY, {**SEVERE, "needed": True}).make(data).rows
    assert len(severe) == sum(bool(row[2].text) for row in every) < len(every)


def test_a_part_may_have_its_own_heading_and_cohorts_are_selected(data: ReviewData) -> None:
    parts = ({**CRS[0], "heading": "Release"},)
    table = lines(COHORT, ANY, parts=parts, cohorts=("arms[role=pooled]",)).make(data)
    assert set(table.groups) <= {"Release"}
    asked = dict(lines(COHORT, cohorts=("arms[role=pooled]",)).names())
    assert asked["cohorts.1"] == "arms[role=pooled]"
    assert asked["parts.1.where"].startswith("adverse_events[event=")
