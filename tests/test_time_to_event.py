"""Medians, landmark rates and ratios."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "time_to_event"), "time_to_event")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("measure", "hazard ratio", "did you mean 'hazard_ratio'?"),
        ("value", "NR", "leave the cell empty and name it in not_reached"),
        ("not_reached", "yes", "one of value, ci_high, value+ci_high"),
        ("unit", "month", "did you mean 'months'?"),
        ("ci_high", "8.8 (7.4-10)", "mixes a figure and a remark"),
        ("value", "1e3", "is in scientific notation"),
        ("time_months", "twelve", "is not a number"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "time_to_event", column, text)
