"""Cohorts and the size of each population."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.loading import load_table
from tests.project_copy import ProjectCopy, check_frame, say_bad_cell


def test_the_table_loads_with_its_types(root: Path) -> None:
    check_frame(load_table(root, "arms"), "arms")


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("role", "Pooled", "has the wrong form; expected lower-case letters, digits"),
        ("n_randomised", "12.5", "is not a whole number"),
        ("label", "", "the cell is empty"),
    ],
)
def test_a_bad_cell_is_named(copy: ProjectCopy, column: str, text: str, says: str) -> None:
    assert says in say_bad_cell(copy, "arms", column, text)
