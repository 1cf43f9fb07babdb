"""Risk of bias: drafts until signed."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "appraisal"), "appraisal")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("status", "done", "one of draft awaiting human review, signed"),
        ("judged_on", "today", "a date as YYYY"),
        ("judgement", "", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "appraisal", column, text)
