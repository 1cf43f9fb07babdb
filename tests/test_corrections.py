"""Corrections: applied while the old value stands, a problem once it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from schemas.problems import ReviewError
from schemas.reading_evidence import collect_problems
from tests.project_copy import Cells, ProjectCopy, check_frame


def correct(
    copy: ProjectCopy, row: Cells, column: str = "note", cells: Cells | None = None
) -> None:
    """Add a correction of one cell of a row of outcomes."""
    basis = {
        "row_id": "fix-1",
        "table": "outcomes",
        "row": row["row_id"],
        "column": column,
        "old_value": row.get(column, ""),
        "new_value": "corrected",
        "reason": "misread",
        "citekey": row["citekey"],
        "date": "2020-01-01",
    }
    copy.add("corrections", {**basis, **(cells or {})})


def said(copy: ProjectCopy) -> str:
    return "\n".join(str(problem) for problem in copy.problems())


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "corrections"), "corrections")


def test_a_correction_is_applied_wherever_the_table_is_read(copy: ProjectCopy) -> None:
    row = copy.find("outcomes")
    correct(copy, row)
    alone = load_table(copy.root, "outcomes").set_index("row_id")
    assert alone.loc[row["row_id"], "note"] == "corrected"
    evidence, _ = collect_problems(copy.root)
    assert evidence is not None
    assert evidence.outcomes.set_index("row_id").loc[row["row_id"], "note"] == "corrected"
    assert copy.rows("outcomes")[0]["note"] == row["note"], "the table itself is untouched"


def test_a_corrected_figure_is_checked_like_any_other(copy: ProjectCopy) -> None:
    row = copy.find("outcomes", lambda row: row["percent"])
    correct(copy, row, "percent", {"new_value": "970"})
    assert "970 is outside its range" in said(copy)


def test_an_empty_new_value_empties_the_cell(copy: ProjectCopy) -> None:
    row = copy.find("outcomes", lambda row: row["note"])
    correct(copy, row, "note", {"new_value": ""})
    frame = load_table(copy.root, "outcomes").set_index("row_id")
    assert frame["note"].isna()[row["row_id"]]


def test_an_old_value_that_no_longer_stands(copy: ProjectCopy) -> None:
    row = copy.find("outcomes")
    correct(copy, row, "note", {"old_value": "something else"})
    text = said(copy)
    assert "evidence/corrections.csv row 2 (fix-1) column old_value" in text or "(fix-1)" in text
    assert f"evidence/outcomes.csv row 2 ({row['row_id']}) column note no longer holds" in text
    assert "delete the correction if that is right, else correct its old_value" in text
    with pytest.raises(ReviewError, match="no longer holds 'something else'"):
        load_table(copy.root, "outcomes")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("row", "no.such.row", "evidence/outcomes.csv has no row named 'no.such.row'"),
        ("column", "percnt", "has no column 'percnt'; expected a column of that table; did you"),
        ("column", "row_id", "'row_id' names the row"),
        ("table", "outcome", "'outcome' is no table that can be corrected"),
        ("table", "corrections", "'corrections' is no table that can be corrected"),
        ("date", "today", "a date as YYYY"),
        ("reason", "", "the cell is empty"),
    ],
)
def test_a_correction_of_nothing(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    correct(copy, copy.find("outcomes"), "note", {column: text})
    assert says in said(copy)
