"""Accepted disagreements."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.discrepancies import load_discrepancies
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_discrepancies(root), "discrepancies")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("rule", "percent_matches_count", "did you mean 'percent_matches_counts'?"),
        ("rule", "resolves", "one of percent_matches_counts"),
        ("table", "outcome", "did you mean 'outcomes'?"),
        ("reason", "", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "discrepancies", column, text)
